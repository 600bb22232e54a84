"""The kind of work narrows the planned sends and the log, and stands in texts as #Art (A01)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kehr.actions.plan.plan_messages import plan_messages
from kehr.models import Message, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page

KINDS = {"HK": "Frau Haupt", "Kehrung": "Herr Kehr", "Sonderarbeit": "Frau Sonder"}


@pytest.fixture
def client(app: Flask, at: Clock, sign_in: SignIn) -> FlaskClient:
    builders.company()
    builders.gateway()
    builders.rule(text="#Art am #Datum. #Firma")
    calendar = builders.calendar()
    for number, (kind, name) in enumerate(KINDS.items(), 1):
        e164 = f"+43664100000{number}"
        phones = [{"e164": e164, "type": "mobile", "country": "AT", "typed": e164}]
        builders.appointment(calendar, NOON + timedelta(days=4), name=name, work_kind=kind, phones=phones)
    plan_messages(NOON)
    return sign_in("office")


@pytest.mark.parametrize(("kind", "name"), KINDS.items())
def test_planned_sends_of_one_kind_of_work(kind: str, name: str, client: FlaskClient) -> None:  # A01
    html = check_page(client.get(f"/geplant/liste?arbeit={kind}"))
    assert [one for one in KINDS.values() if one in html] == [name]
    assert f"arbeit={kind}" in html[html.index("hx-get") :], "the pages before and after keep the filter"


@pytest.mark.parametrize(("kind", "name"), KINDS.items())
def test_the_log_of_one_kind_of_work_on_screen_and_on_paper(
    kind: str, name: str, client: FlaskClient
) -> None:  # A01
    for message in db.session.scalars(db.select(Message)):
        message.state, message.sent_at = "delivered", NOON
    db.session.commit()
    for path in ("/protokoll", "/protokoll/druck"):
        html = client.get(f"{path}?arbeit={kind}").text
        assert [one for one in KINDS.values() if one in html] == [name]
    word = {"HK": "Hauptkehrung"}.get(kind, kind)
    assert f"nur {word}" in html


@pytest.mark.parametrize("path", ["/geplant/liste", "/protokoll"])
def test_an_unknown_kind_narrows_nothing(path: str, client: FlaskClient) -> None:
    assert check_page(client.get(f"{path}?arbeit=%27;drop"))
    html = client.get("/geplant/liste?arbeit=Hauptkehrung")
    assert all(name in html.text for name in KINDS.values())


@pytest.mark.parametrize(
    ("kind", "word"), [("HK", "Hauptkehrung"), ("Kehrung", "Kehrung"), ("Sonderarbeit", "Sonderarbeit")]
)
def test_the_kind_of_work_stands_in_the_text(kind: str, word: str, client: FlaskClient) -> None:  # A01
    message = db.session.scalars(db.select(Message).where(Message.work_kind == kind)).one()
    assert f"{word} am 14.03.2026." in client.get(f"/nachricht/{message.id}").text
