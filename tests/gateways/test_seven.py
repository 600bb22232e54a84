"""seven: what goes over the wire, what each code means, and what the check proves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kehr.gateways.account import ReleasedSender
from kehr.gateways.contract import (
    Accepted,
    Account,
    GatewayError,
    Misconfigured,
    NotTaken,
    Refused,
    Unclear,
)
from kehr.gateways.registry import abilities_of
from kehr.gateways.seven import BASE_URL
from kehr.gateways.seven_answers import ten_thousandths
from kehr.gateways.seven_codes import VERDICTS, word
from kehr.gateways.verdict import Verdict
from tests.fakes.seven_server import KEY, SevenServer
from tests.gateways.seven_account import build, failure, sms


def test_the_request_is_what_the_gateway_documents(seven: SevenServer) -> None:
    build(seven).send(sms(sender="+43 664 111"))
    (call,) = seven.calls
    assert (call.method, call.path) == ("POST", "/api/sms")
    assert call.form == {
        "to": "436641234567",
        "text": "Grüße & ✓",
        "foreign_id": "m-1",
        "from": "43664111",
    }
    assert call.headers["x-api-key"] == KEY
    assert call.headers["accept"] == "application/json"
    assert call.headers["content-type"] == "application/x-www-form-urlencoded"


def test_the_usual_address_is_sevens_own() -> None:
    assert BASE_URL == "https://gateway.seven.io/api"


def test_reference_parts_and_price_to_the_ten_thousandth_are_kept(seven: SevenServer) -> None:
    assert build(seven).send(sms()) == Accepted("77229135982", 1, 750)


@pytest.mark.parametrize(
    ("told", "amount"),
    [
        (0.075, 750),
        ("0.0750", 750),
        ("0,075", 750),
        (0.06785, 678),
        (0, 0),
        (1, 10_000),
        (None, None),
        (True, None),
        ("frei", None),
        ("NaN", None),
        ("1e999999", None),
    ],
)
def test_a_price_is_exact_or_unknown(told: object, amount: int | None) -> None:
    assert ten_thousandths(told) == amount


EXPECTED = {
    Verdict.REFUSED: Refused,
    Verdict.BUG: Refused,
    Verdict.MISCONFIGURED: Misconfigured,
    Verdict.UNCLEAR: Unclear,
}


@pytest.mark.parametrize("code", [code for code in VERDICTS if code not in (100, 402)])
@pytest.mark.parametrize("form", ["code", "message", "bare"])
def test_failure_15_every_code_ends_in_its_class_however_it_is_told(
    seven: SevenServer, code: int, form: str
) -> None:
    seven.behaviours = [f"{form}:{code}"]
    told = failure(build(seven))
    assert type(told) is EXPECTED[VERDICTS[code]], code
    assert told.code == word(code)
    assert told.detail.startswith(str(code))
    assert seven.arrived() == []


@pytest.mark.parametrize(
    ("behaviour", "kind", "code"),
    [
        ("code:100", Unclear, "answer_not_understood"),
        ("bare:100", Unclear, "answer_not_understood"),
        ("code:999", Unclear, "answer_not_understood"),
        ("message:999", Unclear, "answer_not_understood"),
        ("code:hm", Unclear, "answer_not_understood"),
        ("bare:OK", Unclear, "answer_not_understood"),
        ("no_messages", Unclear, "answer_not_understood"),
        ("other_number", Unclear, "answer_of_another"),
        ("html", Unclear, "answer_not_understood"),
        ("http:401", Misconfigured, "gateway_credentials"),
        ("http:404", Misconfigured, "gateway_wrong_address"),
        ("http:429", NotTaken, "gateway_busy"),
        ("http:500", Unclear, "gateway_http_error"),
        ("http:503", NotTaken, "gateway_busy"),
    ],
)
def test_failure_01_and_15_other_answers(
    seven: SevenServer, behaviour: str, kind: type[GatewayError], code: str
) -> None:
    seven.behaviours = [behaviour]
    told = failure(build(seven))
    assert (type(told), told.code) == (kind, code)


def test_a_refusal_under_http_200_says_why(seven: SevenServer) -> None:
    seven.behaviours = ["message:202"]
    assert failure(build(seven)).detail == "202 text of 202"


def test_failure_01_the_reload_lock_on_the_message_itself_means_it_was_taken(seven: SevenServer) -> None:
    seven.behaviours = ["drop_after", "ok"]
    gateway = build(seven)
    assert type(failure(gateway)) is Unclear
    assert gateway.send(sms()) == Accepted("77229135982", None, 750)
    assert seven.arrived() == ["m-1"]


def test_the_reload_lock_of_another_message_is_not_taken_and_opens_after_180_seconds(
    seven: SevenServer,
) -> None:
    gateway = build(seven)
    gateway.send(sms("m-1"))
    told = failure(gateway, sms("m-2"))
    assert (type(told), told.code) == (NotTaken, "seven_402")
    seven.now += timedelta(seconds=180)
    assert gateway.send(sms("m-2")).reference
    assert seven.arrived() == ["m-1", "m-2"]


def test_failure_01_a_reload_lock_that_nothing_explains_is_unclear(seven: SevenServer) -> None:
    gateway = build(seven)
    gateway.send(sms("m-1"))
    seven.foreign_ids = False
    assert type(failure(gateway, sms("m-2"))) is Unclear
    seven.foreign_ids = True
    seven.behaviours = ["ok", "http:500"]
    assert type(failure(gateway, sms("m-2"))) is Unclear


@pytest.mark.parametrize(
    ("typed", "leaves"),
    [
        ("+43 (664) 12-34", "436641234"),
        ("0043664123", "43664123"),
        ("Rauchfang", "Rauchfang"),
        ("Kehrer 4400", "Kehrer 4400"),
        ("1234567890123456", "1234567890123456"),
    ],
)
def test_the_sender_keeps_its_form(seven: SevenServer, typed: str, leaves: str) -> None:  # A56, B10
    build(seven).send(sms(sender=typed))
    assert seven.calls[0].form["from"] == leaves


@pytest.mark.parametrize(
    ("typed", "released", "code"),
    [
        ("Rauchfangkeh", (), "sender_invalid"),
        ("+43664999", (ReleasedSender("+43664123"),), "sender_not_released"),
    ],
)
def test_a_sender_that_may_not_sends_nothing(
    seven: SevenServer, typed: str, released: tuple[ReleasedSender, ...], code: str
) -> None:  # B10
    told = failure(build(seven, *released), sms(sender=typed))
    assert (type(told), told.code) == (Misconfigured, code)
    assert seven.calls == []


def test_the_longest_text_leaves_and_a_longer_one_does_not(seven: SevenServer) -> None:
    gateway = build(seven)
    assert gateway.send(sms(text="a" * 1520)).reference
    told = failure(gateway, sms("m-2", text="a" * 1521))
    assert (type(told), told.code, told.detail) == (Refused, "seven_401", "1521 > 1520")
    assert len(seven.calls) == 1


@pytest.mark.parametrize(
    ("secret", "code"),
    [("", "gateway_no_credentials"), ("  ", "gateway_no_credentials"), ("ü", "gateway_credentials")],
)
def test_an_account_without_a_key_calls_nobody(seven: SevenServer, secret: str, code: str) -> None:
    assert failure(build(seven, secret=secret)).code == code
    assert seven.calls == []


@pytest.mark.parametrize("json_balance", [False, True])
def test_the_check_tells_the_balance(seven: SevenServer, json_balance: bool) -> None:  # A52, B05
    seven.json_balance = json_balance
    assert build(seven).check() == Account("Büro", "290,67 EUR", 2_906_700)
    assert [call.path for call in seven.calls] == ["/api/balance"]


def test_an_empty_account_and_one_of_900_euros_are_balances(seven: SevenServer) -> None:
    seven.balance = "0.00"
    assert build(seven).check().credit == 0
    seven.balance = "900.00"
    assert build(seven).check().credit == 9_000_000


@pytest.mark.parametrize(
    ("secret", "behaviour", "code"),
    [
        ("wrong", "ok", "seven_900"),
        (KEY, "bare:902", "seven_902"),
        (KEY, "bare:903", "seven_903"),
        (KEY, "http:401", "gateway_credentials"),
    ],
)
def test_the_check_names_what_is_wrong_with_the_account(
    seven: SevenServer, secret: str, behaviour: str, code: str
) -> None:  # A54, B06
    seven.behaviours = [behaviour]
    with pytest.raises(Misconfigured) as caught:
        build(seven, secret=secret).check()
    assert caught.value.code == code


def test_seven_calls_of_itself_only_where_its_calls_can_be_known() -> None:  # C19
    asked = abilities_of("seven", {"callback_url": "https://office.example.at/hooks/x"})
    called = abilities_of("seven", {"callback_url": "https://office.example.at/hooks/x", "hook_key": "k"})
    assert (asked.polls_states, asked.polls_replies, asked.can_reconcile) == (True, True, True)
    assert (asked.pushes_states, called.pushes_states, called.pushes_replies) == (False, True, True)
    assert called.polls_states and not called.idempotent
