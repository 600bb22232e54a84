"""What is not like other days is held, released once, and then leaves (C06)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from kehr.actions.decide.decide_bundle import release_bundle, withhold_bundle
from kehr.actions.decide.waiting_work import count_waiting, find_waiting
from kehr.actions.feeds.change_calendar import save_calendar
from kehr.actions.plan.plan_messages import plan_messages
from kehr.actions.run.tell_office import tell_office
from kehr.actions.send.send_due import send_due
from kehr.actions.setup.change_rules import save_rule
from kehr.models import Alarm, Calendar, Message, MessageEvent, MessageRule, db
from kehr.rules.forms.settings_values import CalendarSettings, RuleSettings
from tests import builders
from tests.conftest import NOON

DAY = timedelta(days=1)


@pytest.fixture
def office(app: Flask) -> dict[str, Any]:
    """A firm with a calendar and a reminder two days before."""
    builders.company()
    builders.gateway()
    return {"calendar": builders.calendar(), "rule": builders.rule()}


def visits(office: dict[str, Any], count: int, first: int = 0, day: datetime = NOON + 2 * DAY) -> None:
    """So many appointments of that day, each of somebody else."""
    for number in range(first, first + count):
        phone = {"e164": f"+43664{2_000_000 + number}", "type": "mobile", "country": "AT", "typed": ""}
        builders.appointment(office["calendar"], day, phones=[phone], name=f"Kunde {number}")


def usual(office: dict[str, Any], count: int, weeks: int = 8) -> None:
    """On this weekday of the weeks before so many left."""
    row = builders.appointment(office["calendar"], NOON - 70 * DAY)
    for week in range(1, weeks + 1):
        for number in range(count):
            due = NOON - 7 * week * DAY
            builders.message(
                row,
                office["rule"],
                recipient=f"w{week}n{number}",
                state="delivered",
                due_at=due,
                sent_at=due,
                claimed_at=due,
                about_start=due,
            )


def states() -> dict[str, int]:
    """How many messages of the present stand how, with their reason."""
    db.session.expire_all()
    found: dict[str, int] = {}
    for message in db.session.scalars(select(Message).where(Message.about_start > NOON)):
        key = f"{message.state} {message.reason}"
        found[key] = found.get(key, 0) + 1
    return found


def waiting() -> list[tuple[str, str, int]]:
    """The lines of waiting work."""
    return [(one.what, one.key, one.count) for one in find_waiting(NOON)]


def test_a_day_above_three_times_its_usual_is_held_whole_and_told_once(office: dict[str, Any]) -> None:  # C06
    usual(office, 8)
    visits(office, 30)
    plan_messages(NOON)
    assert states() == {"held volume_high": 30}
    assert waiting() == [("held", "volume:2026-03-10", 30)] and count_waiting(NOON) == 1
    alarm = db.session.scalars(select(Alarm)).one()
    assert (alarm.args["count"], alarm.args["usual"]) == (30, 8)
    assert tell_office(lambda: NOON) == 1 and tell_office(lambda: NOON) == 0
    assert send_due(lambda: NOON + timedelta(hours=6)).accepted == 0


def test_a_released_day_leaves_and_takes_more_until_it_doubles(office: dict[str, Any]) -> None:  # C06
    usual(office, 8)
    visits(office, 30)
    plan_messages(NOON)
    assert release_bundle("volume:2026-03-10", "anna", NOON) == 30
    assert release_bundle("volume:2026-03-10", "anna", NOON) == 0, "decided once, however often clicked"
    assert states() == {"planned planned_lead": 30} and waiting() == []
    visits(office, 29, 30)
    plan_messages(NOON)
    assert states() == {"planned planned_lead": 59}
    visits(office, 2, 59)
    plan_messages(NOON)
    assert states() == {"planned planned_lead": 30, "held volume_high": 31}


def test_a_release_counts_for_that_day_only(office: dict[str, Any]) -> None:  # C06
    usual(office, 8)
    visits(office, 30)
    plan_messages(NOON)
    release_bundle("volume:2026-03-10", "anna", NOON)
    week = NOON + 7 * DAY
    visits(office, 30, 100, day=NOON + 9 * DAY)
    plan_messages(week)
    assert states()["held volume_high"] == 30


def test_a_small_office_and_a_young_one_are_not_bothered(office: dict[str, Any]) -> None:  # C06
    visits(office, 30)
    plan_messages(NOON)
    assert states() == {"planned planned_lead": 30}, "no history says what is usual"


def test_a_day_that_shrinks_again_leaves_by_itself(office: dict[str, Any]) -> None:  # C06
    usual(office, 8)
    visits(office, 30)
    plan_messages(NOON)
    for row in db.session.scalars(select(Message).where(Message.about_start > NOON)).all()[:12]:
        row.appointment.cancelled_at = NOON
    db.session.commit()
    plan_messages(NOON)
    assert "held volume_high" not in states() and waiting() == []
    assert db.session.scalars(select(Alarm)).one().closed_at is not None


def changed(rule: MessageRule, **values: Any) -> None:
    """Somebody saves the rule at the desk."""
    now = {"channel": "sms", "days": rule.days, "at": rule.at, "text": rule.text, "active": True} | values
    settings = RuleSettings(kind=rule.kind, branch="", calendar="", subject="", ical_link=False, **now)
    save_rule(rule.id, (None, None, rule.kind), settings, NOON)
    db.session.expire_all()


def test_a_text_changed_at_the_desk_waits_as_one_entry_until_its_first_release(  # C06
    office: dict[str, Any],
) -> None:
    rule = office["rule"]
    visits(office, 3)
    plan_messages(NOON)
    changed(rule, days=rule.days, at=time(16))
    plan_messages(NOON)
    assert states() == {"planned planned_lead": 3}, "another time is no other text"
    changed(rule, at=time(16), text="Wir kommen am #Datum. #Firma")
    plan_messages(NOON)
    assert waiting() == [("held", f"text_new:{rule.id}", 3)]
    assert release_bundle(f"text_new:{rule.id}", "anna", NOON) == 3
    visits(office, 2, 10)
    plan_messages(NOON)
    assert states() == {"planned planned_lead": 5}
    assert db.session.get_one(MessageRule, rule.id).text_new_since is None
    events = select(MessageEvent).where(MessageEvent.reason == "released")
    assert {event.by for event in db.session.scalars(events)} == {"anna"}


def test_a_text_switched_on_that_never_left_waits_and_one_that_did_does_not(office: dict[str, Any]) -> None:
    # C06
    for sent, held in ((None, True), (NOON, False)):
        rule = builders.rule("announcement", active=False, days=10 if sent else 11)
        builders.message(builders.appointment(office["calendar"], NOON - DAY), rule, sent_at=sent)
        changed(rule)
        assert (db.session.get_one(MessageRule, rule.id).text_new_since is not None) is held


def test_a_calendar_added_at_the_desk_waits_for_its_first_release(office: dict[str, Any]) -> None:  # C06
    calendar_id = save_calendar(None, CalendarSettings(name="Neu", kind="file", consent="calendar"), NOON)
    row = db.session.get_one(Calendar, calendar_id)
    assert row.new_since == NOON
    row.live_since = NOON - DAY
    db.session.commit()
    visits({"calendar": row}, 2)
    visits(office, 1, 5)
    plan_messages(NOON)
    assert states() == {"held calendar_new": 2, "planned planned_lead": 1}
    assert release_bundle(f"calendar_new:{calendar_id}", "anna", NOON) == 2
    assert states() == {"planned planned_lead": 3}


def test_a_bundle_kept_back_stays_back_and_says_by_whom(office: dict[str, Any]) -> None:  # C06
    changed(office["rule"], text="Neu: #Datum. #Firma")
    visits(office, 2)
    plan_messages(NOON)
    assert withhold_bundle(f"text_new:{office['rule'].id}", "anna", NOON) == 2
    assert states() == {"withheld withheld_by_hand": 2} and waiting() == []
    assert db.session.get_one(MessageRule, office["rule"].id).text_new_since is not None


def test_where_nobody_wants_to_release_nothing_is_held(app: Flask) -> None:  # C06
    builders.company(release="never")
    builders.gateway()
    office = {"calendar": builders.calendar(new_since=NOON), "rule": builders.rule(text_new_since=NOON)}
    usual(office, 8)
    visits(office, 30)
    plan_messages(NOON)
    assert states() == {"planned planned_lead": 30} and waiting() == []
