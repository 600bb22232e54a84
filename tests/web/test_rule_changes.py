"""Was ändert sich? The editor says what a change would do to what is planned, before it is kept (C13)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from kehr.actions.plan.plan_messages import plan_messages
from kehr.models import Message, MessageRule, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page

TEXT = "Am #Datum um #Uhrzeit. #Firma"


@pytest.fixture
def rule(app: Flask, at: Clock) -> MessageRule:
    builders.company()
    builders.gateway()
    calendar = builders.calendar()
    row = builders.rule(text=TEXT)
    for days in (4, 6, 8):
        builders.appointment(calendar, NOON + timedelta(days=days))
    plan_messages(NOON)
    assert isinstance(row, MessageRule)
    return row


def typed(**changes: Any) -> dict[str, Any]:
    data = {"active": "y", "channel": "sms", "days": "2", "at": "17:00", "text": TEXT, "subject": ""}
    return data | changes


def stamp(html: str) -> str:
    found = re.search(r'name="folgen" value="(\w+)"', html)
    assert found, html[:3000]
    return found[1]


def test_the_button_says_what_would_change_and_keeps_nothing(rule: MessageRule, sign_in: SignIn) -> None:
    client = sign_in("office")
    assert "Was ändert sich?" in check_page(client.get(f"/nachrichten/{rule.id}"))
    html = check_page(client.post(f"/nachrichten/{rule.id}", data=typed(at="09:00", zeigen="1")))
    assert "3 Nachrichten gehen zu einer anderen Zeit hinaus." in html
    assert "Karl Mustermann" in html
    assert "statt" in html
    assert 'value="09:00"' in html
    same = check_page(client.post(f"/nachrichten/{rule.id}", data=typed(zeigen="1")))
    assert "An dem, was geplant ist, würde sich nichts ändern." in same
    db.session.refresh(rule)
    assert f"{rule.at:%H:%M}" == "17:00"


def test_before_saving_it_is_asked_and_then_happens_so(rule: MessageRule, sign_in: SignIn) -> None:
    client = sign_in("office")
    off = {name: value for name, value in typed().items() if name != "active"}
    html = check_page(client.post(f"/nachrichten/{rule.id}", data=off), 422)
    assert "3 Nachrichten werden zurückgezogen." in html
    assert "So speichern" in html
    db.session.refresh(rule)
    assert rule.active
    answer = client.post(f"/nachrichten/{rule.id}", data=off | {"folgen": stamp(html)})
    assert answer.status_code == 302
    assert plan_messages(NOON).withdrawn == 3


def test_what_was_seen_counts_for_this_draft_only(rule: MessageRule, sign_in: SignIn) -> None:
    client = sign_in("office")
    html = check_page(client.post(f"/nachrichten/{rule.id}", data=typed(at="09:00")), 422)
    other = typed(at="10:00", folgen=stamp(html))
    assert "Noch nichts gespeichert" in check_page(client.post(f"/nachrichten/{rule.id}", data=other), 422)


def test_a_new_text_says_for_how_many_and_that_they_wait(rule: MessageRule, sign_in: SignIn) -> None:
    draft = typed(text="Neu: #Datum um #Uhrzeit. #Firma", zeigen="1")
    html = check_page(sign_in("office").post(f"/nachrichten/{rule.id}", data=draft))
    assert "3 geplante Nachrichten bekommen den neuen Text." in html
    assert "3 davon warten dann auf Ihre Freigabe." in html


def test_mistakes_come_first_and_readers_may_not(rule: MessageRule, sign_in: SignIn) -> None:
    bad = typed(at="24:00", zeigen="1")
    html = check_page(sign_in("office").post(f"/nachrichten/{rule.id}", data=bad), 422)
    assert "keine Uhrzeit" in html
    assert 'id="folgen"' not in html
    assert sign_in("reader").post(f"/nachrichten/{rule.id}", data=typed()).status_code == 403


def test_where_nothing_is_planned_nothing_is_asked(rule: MessageRule, sign_in: SignIn) -> None:
    for message in db.session.scalars(db.select(Message)):
        message.state = "delivered"
        message.sent_at = message.delivered_at = NOON
    db.session.commit()
    answer = sign_in("office").post(f"/nachrichten/{rule.id}", data=typed(at="09:00"))
    assert answer.status_code == 302
