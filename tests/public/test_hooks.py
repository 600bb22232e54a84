"""What gateways post: taken in once, answered in their words, and nothing told to strangers."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from kehr.actions.facts.apply_receipt import apply_receipt
from kehr.actions.hear.keep_reply import keep_reply
from kehr.actions.hear.take_hook import renew_hook
from kehr.gateways.seven_answers import receipt, reply
from kehr.models import DeliveryReport, Gateway, Message, Reply, db, writing
from tests import builders
from tests.conftest import NOON, Clock
from tests.fakes.hook_caller import link_reply, link_report, seven_headers, seven_reply, seven_report
from tests.public.conftest import URL
from tests.rules.plan_build import at as vienna

GOOD = {"statusCode": 2000, "statusMessage": "OK"}
KEY = "signing-key-of-the-test"


def office_with(kind: str, reference: str, **options: str) -> str:
    """An office with one accepted message; the path at which its gateway reports."""
    builders.company(public_url=URL)
    gateway = builders.gateway(kind, kind=kind, options=options)
    renew_hook(gateway.id)
    row = builders.appointment(builders.calendar(), vienna("12.03. 09:00"))
    builders.message(
        row,
        builders.rule("reminder"),
        id="a" * 32,
        state="accepted",
        gateway_id=gateway.id,
        gateway_name=gateway.name,
        reference=reference,
        claimed_at=NOON - timedelta(minutes=1),
        sent_at=NOON - timedelta(minutes=1),
    )
    return f"/hooks/{gateway.hook_secret}"


@pytest.fixture
def link(app: Flask, at: Clock) -> str:
    return office_with("linkmobility", "00670eb55d00349e1111")


@pytest.fixture
def seven(app: Flask, at: Clock) -> str:
    return office_with("seven", "77229135982", hook_key=KEY)


def state() -> str:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Message, "a" * 32).state


def posted(stranger: FlaskClient, path: str, *bodies: dict[str, Any]) -> list[str]:
    """The states after each body, all of which are answered with 2000."""
    found = []
    for body in bodies:
        answer = stranger.post(path, json=body)
        assert (answer.status_code, answer.json) == (200, GOOD)
        found.append(state())
    return found


# gateways.md 1.7
@pytest.mark.parametrize(
    ("words", "states"),
    [
        (["delivered"], ["delivered"]),
        (["undelivered"], ["accepted"]),
        (["accepted"], ["accepted"]),
        (["undelivered", "delivered"], ["accepted", "delivered"]),
        (["accepted", "undelivered", "expired"], ["accepted", "accepted", "undelivered"]),
        (["expired"], ["undelivered"]),
        (["deleted"], ["undelivered"]),
        (["rejected"], ["undelivered"]),
        (["delivered", "expired"], ["delivered", "delivered"]),
        (["expired", "delivered"], ["undelivered", "undelivered"]),
        (["frobnicated"], ["accepted"]),
        (["DELIVERED"], ["delivered"]),
    ],
)
def test_each_word_of_link_moves_the_message_as_far_as_it_may(
    words: list[str], states: list[str], link: str, stranger: FlaskClient
) -> None:  # A55, C19
    assert posted(stranger, link, *(link_report(word) for word in words)) == states


def test_a_report_is_matched_by_our_own_id_where_the_transfer_id_is_missing(
    link: str, stranger: FlaskClient
) -> None:
    body = link_report("delivered", transferId=None, clientMessageId="a" * 32)
    assert posted(stranger, link, body) == ["delivered"]


def test_the_time_of_delivery_is_that_of_the_gateway(link: str, stranger: FlaskClient, at: Clock) -> None:
    at.moment = NOON + timedelta(minutes=5)
    posted(stranger, link, link_report("delivered"))
    assert db.session.get_one(Message, "a" * 32).delivered_at == NOON + timedelta(seconds=3)


NO_TIMES = ["0001-01-01T00:00:00.000+02:00", "9999-12-31T23:59:59-02:00", "0000-00-00", "", 5, None]


@pytest.mark.parametrize("told", NO_TIMES)
def test_a_time_that_is_none_loses_no_report_of_link(told: object, link: str, stranger: FlaskClient) -> None:
    """The year 1 is what some programs write for no time at all."""
    assert posted(stranger, link, link_report("delivered", deliveredOn=told)) == ["delivered"]
    assert db.session.get_one(Message, "a" * 32).delivered_at == NOON


@pytest.mark.parametrize("told", [*NO_TIMES, "0001-01-01 00:00:00"])
def test_a_time_that_is_none_loses_no_report_of_seven(
    told: object, seven: str, stranger: FlaskClient
) -> None:
    body = json.dumps(seven_report("DELIVERED", timestamp=told)).encode()
    headers = seven_headers(body, KEY, URL + seven)
    answer = stranger.post(seven, data=body, headers=headers, content_type="application/json")
    assert (answer.status_code, state()) == (200, "delivered")


def test_a_repeat_is_answered_well_and_kept_once(link: str, stranger: FlaskClient) -> None:
    body = link_report("delivered")
    assert posted(stranger, link, body, body) == ["delivered"] * 2
    assert db.session.query(DeliveryReport).count() == 1


@pytest.mark.parametrize(
    "body",
    [
        link_report("delivered", transferId="0000000000unknown000"),
        link_report("delivered", transferId=None),
        link_report("", transferId="x"),
        {"messageType": "binary", "notificationId": "1", "binaryMessageContent": ["AA=="]},
        {"messageType": "whatsapp"},
        {"messageType": ["deliveryReport"]},
        {},
    ],
    ids=["unknown", "no id", "no word", "binary", "whatsapp", "odd", "empty"],
)
def test_what_concerns_nobody_is_answered_well_and_changes_nothing(
    body: dict[str, Any], link: str, stranger: FlaskClient
) -> None:
    assert posted(stranger, link, body) == ["accepted"]


def test_a_reply_is_kept_once_and_a_stop_withdraws_what_is_planned(
    link: str, stranger: FlaskClient
) -> None:  # C25
    row = builders.appointment(
        db.session.get_one(Message, "a" * 32).appointment.calendar, vienna("20.03. 09:00")
    )
    builders.message(row, db.session.get_one(Message, "a" * 32).rule, id="b" * 32)
    body = link_reply("Bitte keine SMS mehr, STOP!")
    posted(stranger, link, body, body)
    (reply,) = db.session.scalars(db.select(Reply))
    assert (reply.address, reply.recipient, reply.kind) == ("+436641000001", "43720111222", "stop")
    assert reply.message_id == "a" * 32
    assert db.session.get_one(Message, "b" * 32).state in ("withdrawn", "withheld")


def test_replies_without_an_id_are_told_apart_by_what_they_say(link: str, stranger: FlaskClient) -> None:
    bodies = [link_reply(text, notificationId=None) for text in ("Ja", "Ja", "Nein")]
    posted(stranger, link, *bodies)
    assert sorted(db.session.scalars(db.select(Reply.text))) == ["Ja", "Nein"]


REPORT = link_report("delivered", notificationId="5280675327899111111")
NO_REPORTS = {
    "HTML as HTML": (b"<html>Anmelden</html>", "text/html", 415),
    "HTML as JSON": (b"<html>Anmelden</html>", "application/json", 400),
    "JSON as text": (json.dumps(REPORT).encode(), "text/plain", 415),
    "a form": (b"messageType=deliveryReport", "application/x-www-form-urlencoded", 415),
    "nothing": (b"", "application/json", 400),
    "a list": (b"[]", "application/json", 400),
    "a text": (b'"delivered"', "application/json", 400),
    "too deep": (b"[" * 9000, "application/json", 400),
    "no text at all": (b"\xff\xfe\xfa", "application/json", 400),
    "20 KB": (json.dumps(REPORT | {"pad": "x" * 20_000}).encode(), "application/json", 413),
}


@pytest.mark.parametrize(("body", "content_type", "status"), NO_REPORTS.values(), ids=NO_REPORTS.keys())
def test_what_is_no_report_is_refused_and_changes_nothing(
    body: bytes, content_type: str, status: int, link: str, stranger: FlaskClient
) -> None:
    answer = stranger.post(link, data=body, content_type=content_type)
    assert (answer.status_code, answer.json["statusCode"]) == (status, 4000)
    assert state() == "accepted" and db.session.query(DeliveryReport).count() == 0


def test_a_body_just_within_the_limit_is_taken(link: str, stranger: FlaskClient) -> None:
    body = json.dumps(link_report("delivered"))
    answer = stranger.post(link, data=body.ljust(16 * 1024), content_type="application/json; charset=utf-8")
    assert answer.json == GOOD and state() == "delivered"
    assert (
        stranger.post(link, data=body.ljust(16 * 1024 + 1), content_type="application/json").status_code
        == 413
    )


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_only_post_is_answered(method: str, link: str, stranger: FlaskClient) -> None:
    answer = stranger.open(link, method=method, json=link_report("delivered"))
    assert (answer.status_code, answer.data) == (404, b"") and state() == "accepted"


@pytest.mark.parametrize("wrong", ["", "x", "{secret}x", "x{secret}", "{cut}", "ä", "%00", "{secret}/"])
def test_a_wrong_secret_is_nothing_whatever_is_posted(wrong: str, link: str, stranger: FlaskClient) -> None:
    secret = link.removeprefix("/hooks/")
    path = "/hooks/" + wrong.format(secret=secret, cut=secret[:-1])
    for body in (link_report("delivered"), {"pad": "x" * 20_000}):
        answer = stranger.post(path, json=body)
        assert (answer.status_code, answer.data) == (404, b"")
    assert state() == "accepted"


def test_a_gateway_without_an_address_is_not_called_at_the_empty_one(
    app: Flask, stranger: FlaskClient
) -> None:
    builders.company(public_url=URL)
    builders.gateway("linkmobility", kind="linkmobility")
    assert stranger.post("/hooks/", json=link_report("delivered")).status_code == 404


def test_a_new_address_closes_the_old_one(link: str, stranger: FlaskClient) -> None:
    gateway = db.session.scalars(db.select(Gateway)).one()
    renew_hook(gateway.id)
    assert len(gateway.hook_secret) == 43
    assert stranger.post(link, json=link_report("delivered")).status_code == 404
    assert posted(stranger, f"/hooks/{gateway.hook_secret}", link_report("delivered")) == ["delivered"]


def test_a_fault_of_ours_asks_for_another_try_and_shows_nothing(
    link: str, stranger: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_args: object) -> None:
        raise OperationalError("UPDATE messages", {}, Exception("database is locked"))

    monkeypatch.setattr("kehr.public.hooks.take_hook", locked)
    answer = stranger.post(link, json=link_report("delivered"))
    assert (answer.status_code, answer.json["statusCode"]) == (500, 5000)
    assert "locked" not in answer.get_data(as_text=True)


def signed(stranger: FlaskClient, path: str, body: dict[str, Any], **how: Any) -> Any:
    data = json.dumps(body).encode()
    how = {"key": KEY, "url": URL + path} | how
    return stranger.post(path, data=data, content_type="application/json", headers=seven_headers(data, **how))


# gateways.md 3.1
@pytest.mark.parametrize(
    ("words", "after"),
    [
        (["TRANSMITTED", "ACCEPTED", "BUFFERED", "UNKNOWN"], "accepted"),
        (["TRANSMITTED", "DELIVERED"], "delivered"),
        (["NOTDELIVERED"], "undelivered"),
        (["EXPIRED"], "undelivered"),
        (["REJECTED"], "undelivered"),
        (["FAILED"], "undelivered"),
        (["DELIVERED", "FAILED"], "delivered"),
    ],
)
def test_signed_reports_of_seven_move_the_message(
    words: list[str], after: str, seven: str, stranger: FlaskClient
) -> None:  # A55
    for word in words:
        assert signed(stranger, seven, seven_report(word)).json == GOOD
    assert state() == after


@pytest.mark.parametrize("time", ["1773140403", "2026-03-10T11:00:03+00:00", "2026-03-10 12:00:03"])
def test_times_of_seven_come_as_seconds_and_as_text(
    time: str, seven: str, stranger: FlaskClient, at: Clock
) -> None:
    at.moment = NOON + timedelta(minutes=5)
    assert signed(stranger, seven, seven_reply("Danke", time=time)).json == GOOD
    assert signed(stranger, seven, seven_report("DELIVERED", timestamp=time)).json == GOOD
    assert state() == "delivered"
    (reply,) = db.session.scalars(db.select(Reply))
    assert (reply.address, reply.said_at) == ("+436641000001", NOON + timedelta(seconds=3))
    assert db.session.get_one(Message, "a" * 32).delivered_at == NOON + timedelta(seconds=3)


@pytest.mark.parametrize(
    "how",
    [
        {"key": "another key"},
        {"key": ""},
        {"url": URL + "/hooks/another"},
        {"timestamp": "1772000000"},
        {"timestamp": "soon"},
        {"timestamp": ""},
    ],
)
def test_what_seven_did_not_sign_is_nothing(how: dict[str, str], seven: str, stranger: FlaskClient) -> None:
    answer = signed(stranger, seven, seven_report("DELIVERED"), **how)
    assert (answer.status_code, answer.data) == (404, b"") and state() == "accepted"


def test_a_changed_body_or_a_missing_signature_is_nothing(seven: str, stranger: FlaskClient) -> None:
    headers = seven_headers(b"{}", KEY, URL + seven)
    assert stranger.post(seven, json=seven_report("DELIVERED"), headers=headers).status_code == 404
    assert stranger.post(seven, json=seven_report("DELIVERED")).status_code == 404
    assert state() == "accepted"


def test_without_a_signing_key_nothing_of_seven_is_believed(
    app: Flask, at: Clock, stranger: FlaskClient
) -> None:
    path = office_with("seven", "77229135982")
    assert signed(stranger, path, seven_report("DELIVERED"), key="").status_code == 404
    assert state() == "accepted"


def test_what_seven_pushed_is_not_taken_in_again_when_it_is_asked(seven: str, stranger: FlaskClient) -> None:
    signed(stranger, seven, seven_report("DELIVERED"))
    signed(stranger, seven, seven_reply("Danke"))
    zone = ZoneInfo("Europe/Vienna")
    asked = receipt({"id": "77229135982", "status": "DELIVERED", "status_time": "2026-03-10 12:00:03"}, zone)
    read = reply({"id": "681590", "from": "436641000001", "text": "Danke", "timestamp": "1773140403"}, zone)
    assert asked is not None and read is not None
    with writing() as session:
        gateway = session.scalars(db.select(Gateway)).one()
        assert not apply_receipt(session, gateway.id, asked, NOON)
        assert keep_reply(session, gateway.id, read, NOON) is None
