"""A slip that was dropped in cannot be taken back; a note says what was wrong with it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kehr.models import Message, MessageEvent, db
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page
from tests.web.slip_office import ten_appointments
from tests.web.test_slips import ROUND, SPAN, keys, papers


@pytest.fixture
def client(app: Flask, at: Clock, sign_in: SignIn) -> FlaskClient:
    ten_appointments()
    return sign_in("office")


def test_what_was_dropped_in_stays_and_a_note_says_what_was_wrong(client: FlaskClient, at: Clock) -> None:
    client.post(
        "/zettel/eingeworfen", data={"gezeigt": keys(client.get(ROUND).text), "welche": "alle", **SPAN}
    )
    paper = papers()[0]
    path = f"/zettel/vermerk/{paper.id}"
    assert f'href="{path}"' in client.get(ROUND).text
    check_page(client.get(path))
    at.moment = NOON + timedelta(hours=1)
    html = check_page(client.post(path, data={"note": " falscher  Briefkasten "}, follow_redirects=True))
    assert "Vermerk von office-user: falscher Briefkasten." in html
    (kept,) = [one for one in papers() if one.id == paper.id]
    assert (kept.state, kept.reason, kept.sent_at) == ("delivered", "paper_dropped", NOON)
    story = (
        db.select(MessageEvent.reason).where(MessageEvent.message_id == paper.id).order_by(MessageEvent.id)
    )
    assert db.session.scalars(story).all() == ["paper_dropped", "slip_note"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Schreiben Sie, was zu vermerken ist."),
        (" \t ", "Schreiben Sie, was zu vermerken ist."),
        ("x" * 301, "Höchstens 300 Zeichen."),
    ],
)
def test_a_note_that_is_none_says_so_and_keeps_what_was_typed(
    client: FlaskClient, typed: str, said: str
) -> None:
    client.post("/zettel/eingeworfen", data={"zettel": keys(client.get(ROUND).text)[:1], **SPAN})
    path = f"/zettel/vermerk/{papers()[0].id}"
    html = check_page(client.post(path, data={"note": typed}), 422)
    assert said in html and typed.strip() in html
    assert (
        len(db.session.scalars(db.select(MessageEvent.id).where(MessageEvent.reason == "slip_note")).all())
        == 0
    )


def test_only_what_was_told_in_person_takes_a_note(client: FlaskClient, sign_in: SignIn) -> None:
    sent = db.session.scalars(db.select(Message).where(Message.channel == "sms").limit(1)).one()
    assert client.get(f"/zettel/vermerk/{sent.id}").status_code == 404
    assert client.post("/zettel/vermerk/nix", data={"note": "x"}).status_code == 404
    assert sign_in("reader").get(f"/zettel/vermerk/{sent.id}").status_code == 403
