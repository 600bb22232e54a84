"""What a change to a message would do is said before it is saved, and then happens exactly so."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from kehr.actions.plan.plan_messages import plan_messages
from kehr.actions.setup.change_rules import save_rule
from kehr.actions.setup.preview_rule import RulePreview, preview_rule
from kehr.models import Message, MessageEvent, MessageRule, db
from kehr.rules.forms.settings_values import RuleSettings
from tests import builders
from tests.conftest import NOON

pytestmark = pytest.mark.usefixtures("app")
REMINDER = (None, None, "reminder")
LATER = NOON + timedelta(minutes=1)


@pytest.fixture
def rule() -> MessageRule:
    """Twelve reminders are planned, for appointments from the 14th on."""
    builders.company()
    builders.gateway()
    builders.rule("announcement", active=False, active_since=None)
    calendar = builders.calendar()
    row = builders.rule()
    for number in range(12):
        phone = {"e164": f"+4366410000{number:02}", "type": "mobile", "country": "AT", "typed": "0664"}
        start = NOON + timedelta(days=4 + number)
        builders.appointment(calendar, start, phones=[phone], name=f"Kunde {number}")
    plan_messages(NOON)
    return row


def settings(row: MessageRule, **changes: Any) -> RuleSettings:
    names = ("active", "channel", "days", "at", "text", "subject", "ical_link", "second_channel")
    return replace(RuleSettings(kind=row.kind), **{name: getattr(row, name) for name in names} | changes)


def rows() -> list[tuple[str, str, str]]:
    db.session.expire_all()
    return [(m.id, m.state, str(m.due_at)) for m in db.session.scalars(select(Message).order_by(Message.id))]


def seen_then_saved(rule_id: int | None, draft: RuleSettings) -> RulePreview:
    """The preview, checked against what planning did after saving; it wrote nothing itself."""
    before = rows(), len(list(db.session.scalars(select(MessageEvent.id))))
    seen = preview_rule(rule_id, REMINDER, draft, LATER)
    db.session.commit()
    assert (rows(), len(list(db.session.scalars(select(MessageEvent.id))))) == before
    save_rule(rule_id, REMINDER, draft, LATER)
    done = plan_messages(LATER)
    assert (seen.new + seen.new_withheld, seen.moved + seen.restated, seen.withdrawn) == (
        done.created,
        done.changed,
        done.withdrawn,
    )
    return seen


# C13: two of the twelve are rolled back from a Sunday to the same moment as before
def test_another_time_moves_what_is_planned(rule: MessageRule) -> None:
    seen = seen_then_saved(rule.id, settings(rule, at=time(9)))
    assert (seen.new, seen.moved, seen.withdrawn, seen.texts) == (0, 10, 0, 0)
    assert len(seen.examples) == 10
    first = min(seen.examples, key=lambda one: one.due_at or NOON)
    assert (first.what, first.name) == ("moved", "Kunde 0")
    assert first.old_due_at != first.due_at


def test_switched_off_withdraws_all(rule: MessageRule) -> None:  # C13
    seen = seen_then_saved(rule.id, settings(rule, active=False))
    assert (seen.new, seen.moved, seen.withdrawn, seen.texts) == (0, 0, 12, 0)
    assert {one.what for one in seen.examples} == {"withdrawn"}


def test_one_more_reminder_creates_its_messages(rule: MessageRule) -> None:  # C13
    seen = seen_then_saved(None, settings(rule, days=1))
    assert seen.new + seen.new_withheld == 12
    assert seen.withdrawn == 0
    assert {one.what for one in seen.examples} == {"new"}


def test_another_text_changes_the_words_of_what_is_planned(rule: MessageRule) -> None:  # C13, C06
    one = db.session.scalars(select(Message)).first()
    assert one is not None
    one.own_text = "Nur für diese"
    db.session.commit()
    plan_messages(NOON)
    seen = seen_then_saved(rule.id, settings(rule, text="Neu: #Datum um #Uhrzeit. #Firma"))
    assert (seen.texts, seen.withdrawn, seen.moved) == (11, 0, 0)
    assert seen.held > 0


def test_another_channel_withdraws_and_creates(rule: MessageRule) -> None:  # C13
    seen = seen_then_saved(rule.id, settings(rule, channel="email"))
    assert seen.withdrawn == 12
    assert seen.new_withheld == 12


def test_the_same_again_changes_nothing(rule: MessageRule) -> None:
    seen = seen_then_saved(rule.id, settings(rule))
    assert not seen.anything


def test_an_office_that_is_not_set_up_has_nothing_to_change() -> None:
    assert not preview_rule(None, REMINDER, RuleSettings(kind="reminder"), NOON).anything


def test_what_planning_will_do_anyway_is_not_laid_at_its_door(rule: MessageRule) -> None:
    calendar = db.session.get_one(builders.Calendar, 1)
    builders.appointment(calendar, NOON + timedelta(days=20), name="Neu im Kalender")
    assert not preview_rule(rule.id, REMINDER, settings(rule), LATER).anything
    seen = preview_rule(rule.id, REMINDER, settings(rule, active=False), LATER)
    assert (seen.new, seen.withdrawn) == (0, 12)
