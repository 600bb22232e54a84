"""LINK Mobility: what goes over the wire, and what each of its codes means."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kehr.gateways.account import GatewayAccount, ReleasedSender
from kehr.gateways.contract import (
    Accepted,
    GatewayError,
    Misconfigured,
    NotTaken,
    OutgoingMessage,
    Refused,
    Unclear,
)
from kehr.gateways.linkmobility import BASE_URL, LinkMobility
from kehr.gateways.linkmobility_codes import VERDICTS, Verdict, verdict, word
from kehr.sources.allow import Allow
from tests.fakes.link_server import TOKEN, LinkServer, link_server

LOOPBACK = Allow.parse(["127.0.0.1"])
_BUILT: list[LinkMobility] = []


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Whatever gateway a test built is closed after it."""
    yield
    while _BUILT:
        _BUILT.pop().close()


@pytest.fixture
def fake() -> Iterator[LinkServer]:
    with link_server() as running:
        yield running


def build(fake: LinkServer, *senders: ReleasedSender, secret: str = TOKEN, **options: str) -> LinkMobility:
    account = GatewayAccount("Büro", fake.base_url, secret, senders, {"timeout": "5", **options})
    _BUILT.append(LinkMobility(account, allow=LOOPBACK))
    return _BUILT[-1]


def message(sender: str = "", recipient: str = "+436641234567", text: str = "Grüße") -> OutgoingMessage:
    return OutgoingMessage("m-1", "sms", recipient, text, sender)


def failure(gateway: LinkMobility, outgoing: OutgoingMessage) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        gateway.send(outgoing)
    return caught.value


def test_the_request_is_what_the_gateway_documents(fake: LinkServer) -> None:
    build(fake).send(message("+43 7252 1234"))
    assert fake.requests == [
        {
            "recipientAddressList": ["436641234567"],
            "messageContent": "Grüße",
            "clientMessageId": "m-1",
            "contentCategory": "informational",
            "senderAddress": "4372521234",
            "senderAddressType": "international",
        }
    ]
    headers = fake.headers[0]
    assert headers["authorization"] == f"Bearer {TOKEN}"
    assert headers["content-type"] == "application/json;charset=UTF-8"
    assert headers["accept"] == "application/json"


def test_the_usual_address_is_links_own() -> None:
    assert BASE_URL == "https://api.linkmobility.eu/rest"


def test_the_gateways_own_number_and_parts_are_kept(fake: LinkServer) -> None:
    assert build(fake).send(message()) == Accepted("00620000000000000001", 1)


def test_an_older_answer_without_parts_is_accepted_too(fake: LinkServer) -> None:
    fake.behaviours = ['json:{"statusCode": 2001, "transferId": null}']
    assert build(fake).send(message()) == Accepted("", None)


def test_connections_are_kept_between_messages(fake: LinkServer) -> None:
    gateway = build(fake)
    for _ in range(3):
        gateway.send(message())
    assert fake.connections == 1


EXPECTED = {
    Verdict.REFUSED: Refused,
    Verdict.BUG: Refused,
    Verdict.MISCONFIGURED: Misconfigured,
    Verdict.LATER: NotTaken,
    Verdict.UNCLEAR: Unclear,
}


def test_failure_15_every_code_ends_in_its_class(fake: LinkServer) -> None:
    gateway = build(fake)
    for code, meaning in VERDICTS.items():
        fake.behaviours = [f"code:{code}"]
        if meaning is Verdict.ACCEPTED:
            assert gateway.send(message()).reference
            continue
        told = failure(gateway, message())
        assert type(told) is EXPECTED[meaning], code
        assert told.detail.startswith(str(code)), code
        assert told.code == ("link_bug" if meaning is Verdict.BUG else f"link_{code}")
    assert len(fake.accepted) == 3


@pytest.mark.parametrize(
    ("code", "meaning", "name"),
    [
        (4999, Verdict.REFUSED, "link_unknown_refusal"),
        (4028, Verdict.REFUSED, "link_unknown_refusal"),
        (5001, Verdict.UNCLEAR, "link_unknown_code"),
        (5999, Verdict.UNCLEAR, "link_unknown_code"),
        (2003, Verdict.UNCLEAR, "link_unknown_code"),
        (3000, Verdict.UNCLEAR, "link_unknown_code"),
        (0, Verdict.UNCLEAR, "link_unknown_code"),
        (-4001, Verdict.UNCLEAR, "link_unknown_code"),
        (6000, Verdict.UNCLEAR, "link_unknown_code"),
    ],
)
def test_a_code_nobody_knows_is_judged_by_its_thousand(
    fake: LinkServer, code: int, meaning: Verdict, name: str
) -> None:
    assert (verdict(code), word(code)) == (meaning, name)
    fake.behaviours = [f"json:{json.dumps({'statusCode': code, 'statusMessage': 'hm'})}"]
    told = failure(build(fake), message())
    assert (type(told), told.code, told.detail) == (EXPECTED[meaning], name, f"{code} hm")


@pytest.mark.parametrize(
    ("behaviour", "kind", "code"),
    [
        ("http:400", Refused, "link_bug"),
        ("http_code:400/4002", Refused, "link_4002"),
        ("http_code:400/4019", Refused, "link_bug"),
        ("http_code:403/4014", Misconfigured, "link_4014"),
        ("http:401", Misconfigured, "gateway_credentials"),
        ("http:403", Misconfigured, "gateway_forbidden"),
        ("http:404", Misconfigured, "gateway_wrong_address"),
        ("http:308", Misconfigured, "gateway_wrong_address"),
        ("http:429", NotTaken, "gateway_busy"),
        ("http:503", NotTaken, "gateway_busy"),
        ("http:302", Unclear, "gateway_http_error"),
        ("http:408", Unclear, "gateway_http_error"),
        ("http:500", Unclear, "gateway_http_error"),
        ("http:502", Unclear, "gateway_http_error"),
        ("http:504", Unclear, "gateway_http_error"),
        ("http_code:500/2000", Unclear, "gateway_http_error"),
        ("http_code:201/2000", Unclear, "gateway_http_error"),
        ('json:{"statusCode": "2000"}', Unclear, "answer_not_understood"),
        ('json:{"statusCode": true}', Unclear, "answer_not_understood"),
        ("json:[2000]", Unclear, "answer_not_understood"),
        ("json:null", Unclear, "answer_not_understood"),
        ("json:" + "[" * 100_000, Unclear, "answer_not_understood"),
        ("json:" + " " * 1_000_001, Unclear, "too_large"),
        ("other_id", Unclear, "answer_of_another"),
        ("cut", Unclear, "cut_answer"),
        ("drop_before", Unclear, "connection_lost"),
        ("drop_after", Unclear, "connection_lost"),
        ("html", Unclear, "answer_not_understood"),
        ("not_json_type", Unclear, "answer_not_understood"),
    ],
)
def test_failure_01_and_15_other_answers(
    fake: LinkServer, behaviour: str, kind: type[GatewayError], code: str
) -> None:
    fake.behaviours = [behaviour]
    told = failure(build(fake), message())
    assert (type(told), told.code) == (kind, code)


@pytest.mark.parametrize(
    ("typed", "released", "address", "kind"),
    [
        ("+4366412345678", (), "4366412345678", "international"),
        ("004366412345678", (), "4366412345678", "international"),
        ("+43 (664) 12-34", (), "436641234", "international"),
        ("Rauchfang", (), "Rauchfang", "alphanumeric"),
        ("Kehrer 4400", (), "Kehrer 4400", "alphanumeric"),
        ("0828 2020", (ReleasedSender("08282020", "national"),), "08282020", "national"),
        ("50123", (ReleasedSender("50123", "shortcode"),), "50123", "shortcode"),
        ("+43664123", (ReleasedSender("+43 664 123"),), "43664123", "international"),
    ],
)
def test_the_sender_keeps_its_form_and_gets_its_type(
    fake: LinkServer, typed: str, released: tuple[ReleasedSender, ...], address: str, kind: str
) -> None:  # A56, B10
    build(fake, *released).send(message(typed))
    assert (fake.requests[0]["senderAddress"], fake.requests[0]["senderAddressType"]) == (address, kind)


def test_without_a_sender_the_gateway_chooses(fake: LinkServer) -> None:
    build(fake).send(message(""))
    assert "senderAddress" not in fake.requests[0]


@pytest.mark.parametrize(
    ("typed", "released", "code"),
    [
        ("+43664999", (ReleasedSender("+43664123"),), "sender_not_released"),
        ("rauchfang", (ReleasedSender("Rauchfang"),), "sender_not_released"),
        ("Rauchfangkeh", (), "sender_invalid"),
        ("Rauch", (ReleasedSender("Rauch", "wrong"),), "sender_invalid"),
    ],
)
def test_a_sender_that_is_not_the_branchs_sends_nothing(
    fake: LinkServer, typed: str, released: tuple[ReleasedSender, ...], code: str
) -> None:  # B10
    told = failure(build(fake, *released), message(typed))
    assert isinstance(told, Misconfigured)
    assert told.code == code
    assert fake.requests == []


@pytest.mark.parametrize(
    "recipient", ["", "06641234567", "+0664123", "+43", "+43664123456789012", "+43664 123", "+43x"]
)
def test_only_whole_international_numbers_leave(fake: LinkServer, recipient: str) -> None:
    told = failure(build(fake), message(recipient=recipient))
    assert isinstance(told, Refused)
    assert told.code == "recipient_invalid"
    assert fake.requests == []


def test_a_wrong_token_is_told_at_once(fake: LinkServer) -> None:  # A54
    with pytest.raises(Misconfigured) as caught:
        build(fake, secret="wrong").check()
    assert caught.value.code == "gateway_credentials"


@pytest.mark.parametrize("secret", ["", "  "])
def test_an_account_without_a_token_calls_nobody(fake: LinkServer, secret: str) -> None:
    assert failure(build(fake, secret=secret), message()).code == "gateway_no_credentials"
    assert fake.requests == []


@pytest.mark.parametrize("secret", ["tök", "a\nb", "a\r\nX-Evil: 1"])
def test_a_token_that_is_none_calls_nobody(fake: LinkServer, secret: str) -> None:
    told = failure(build(fake, secret=secret), message())
    assert isinstance(told, Misconfigured)
    assert fake.requests == []


def test_the_older_account_signs_in_with_user_and_password(fake: LinkServer) -> None:  # B01
    gateway = build(fake, secret="geheim", user="anna")
    assert gateway.check().name == "anna"
    assert fake.headers[0]["authorization"] == "Basic YW5uYTpnZWhlaW0="


def test_a_token_never_travels_unencrypted_to_a_host_that_is_not_listed() -> None:
    account = GatewayAccount("Büro", "http://api.example.com/rest", TOKEN)
    told = failure(LinkMobility(account, allow=LOOPBACK), message())
    assert isinstance(told, Misconfigured)
    assert told.code == "gateway_needs_https"


def test_the_check_is_marked_as_test_and_goes_to_the_offices_own_number(fake: LinkServer) -> None:  # B05
    gateway = build(fake, ReleasedSender("+4372521234"))
    assert gateway.check().name == "Büro"
    assert fake.requests[0]["test"] is True
    assert fake.requests[0]["recipientAddressList"] == ["4372521234"]
    assert fake.accepted == []


@pytest.mark.parametrize("code", [4001, 4003, 4014, 4021, 4022, 4035])
def test_the_check_names_what_is_wrong_with_the_account(fake: LinkServer, code: int) -> None:  # B06
    fake.behaviours = [f"code:{code}"]
    with pytest.raises(Misconfigured) as caught:
        build(fake).check()
    assert caught.value.code == f"link_{code}"


@pytest.mark.stack
def test_the_fake_as_a_process_writes_down_what_it_took_before_it_answers(tmp_path: Path) -> None:
    record = tmp_path / "record.jsonl"
    command = [sys.executable, "-m", "tests.fakes.link_server", "0", str(record), "drop_after", "ok"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        fake = LinkServer(port=int(process.stdout.readline()))
        gateway = build(fake)
        with pytest.raises(Unclear):
            gateway.send(message())
        gateway.send(message(text="zweite"))
        os.kill(process.pid, signal.SIGKILL)
    lines = [json.loads(line)["messageContent"] for line in record.read_text(encoding="utf-8").splitlines()]
    assert lines == ["Grüße", "zweite"]
