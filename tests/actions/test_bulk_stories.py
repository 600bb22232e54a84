"""What happens to many appointments at once, from the feed to what leaves."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from kehr.actions.decide.catch_up import last_outage, list_missed
from kehr.actions.decide.decide_bundle import release_bundle
from kehr.actions.decide.decide_together import send_with_text
from kehr.actions.decide.waiting_work import find_waiting
from kehr.actions.decide.word_bundle import show_joint_bundle
from kehr.actions.plan.plan_messages import plan_messages
from kehr.actions.run.run_round import beat, run_round
from kehr.actions.run.tell_office import tell_office
from kehr.models import Appointment, Message, db
from kehr.rules.terms.messages import State
from tests import builders
from tests.actions.desk import Desk, at, entry
from tests.fakes.calendar_server import CalendarServer

CANCELLED = "STATUS:CANCELLED"


def entries(count: int, day: int = 16) -> list[str]:
    """So many customers, ten on each working day from the 16th of March on."""
    found = []
    for number in range(count):
        days = number // 10
        when = f"{day + days % 12}.03. {8 + number % 10:02}:{(number // 120) * 5:02}"
        found.append(entry(f"k{number:03}", when))
    return found


def held(desk: Desk) -> list[tuple[str, int]]:
    """The bundles that wait, each with its number of messages."""
    return [(one.code, one.count) for one in find_waiting(desk.now) if one.what == "held"]


@pytest.mark.parametrize("marked", [False, True], ids=["deleted", "marked as cancelled"])
def test_sixty_deletions_are_no_message_one_held_bundle_and_one_mail(  # C06 C02
    app: Flask, feeds: CalendarServer, marked: bool
) -> None:
    many = entries(210)
    desk = Desk.opened(feeds, rules=("cancelled",))
    desk.live(*many)
    desk.tell()
    if marked:
        gone = [one.replace("BEGIN:VEVENT", f"BEGIN:VEVENT\r\n{CANCELLED}") for one in many[:60]]
        desk.poll(*gone, *many[60:])
    else:
        desk.poll(*many[60:])
        desk.poll(hours=7)
    mails = tell_office(lambda: desk.now)
    for _hour in range(3):
        assert desk.round(hours=1).accepted == 0
        desk.poll()
        mails += tell_office(lambda: desk.now)
    assert held(desk) == [("mass_cancelled", 60)]
    assert mails == 1
    assert len(find_waiting(desk.now)) == 1, "the alarm of a bundle is no second line"


def test_there_and_back_within_a_quarter_of_an_hour_is_nothing(  # C07, failures.md 19
    app: Flask, feeds: CalendarServer
) -> None:
    desk = Desk.opened(feeds, rules=("moved", "reminder"))
    desk.live(entry("karl", "18.03. 09:00"))
    desk.tell()
    assert desk.changed(entry("karl", "18.03. 11:00")) == (0, 1, 0)
    desk.round(minutes=5)
    assert desk.changed(entry("karl", "18.03. 09:00"), minutes=9) == (0, 1, 0)
    assert [desk.round(minutes=10).accepted for _round in range(12)] == [0] * 12
    assert [one for one in desk.reasons("moved") if not one.startswith("withdrawn")] == []


def test_fourteen_moved_at_once_are_one_decision_and_fourteen_messages_of_their_own(  # C07
    app: Flask, feeds: CalendarServer
) -> None:
    """The day falls ill: each customer gets another day and hour; nobody hears the old one again."""
    day = [entry(f"a{number}", f"12.03. {8 + number // 2:02}:{number % 2 * 30:02}") for number in range(14)]
    others = entries(66)
    desk = Desk.opened(feeds, rules=("moved", "reminder"))
    desk.live(*day, *others)
    desk.tell(*(f"a{number}" for number in range(14)))
    moved = [entry(f"a{number}", f"{18 + number}.03. {8 + number // 2:02}:15") for number in range(14)]
    desk.poll(*moved, *others)
    assert desk.round(minutes=25).accepted == 0
    assert held(desk) == [("bundle_moved", 14)]

    key = next(one.key for one in find_waiting(desk.now) if one.what == "held")
    assert release_bundle(key, "anna", desk.now) == 14
    assert release_bundle(key, "anna", desk.now) == 0
    assert desk.round().accepted == 14
    db.session.expire_all()
    left = list(db.session.scalars(select(Message).where(Message.kind == "moved")))
    starts = {row.id: row.start for row in db.session.scalars(select(Appointment))}
    assert len(left) == len({one.text for one in left}) == 14
    for one in left:
        assert f"{starts[one.appointment_id]:%d.%m.%Y}" in one.text
    old = [m for m in db.session.scalars(select(Message).where(Message.kind == "reminder"))]
    assert all(m.state != State.PLANNED or m.about_start == starts[m.appointment_id] for m in old)


def test_fourteen_moved_at_once_are_one_dialog_one_text_and_fourteen_dates(  # C07
    app: Flask, feeds: CalendarServer
) -> None:
    """The same day with one text that the office wrote: every message has its own new and old date."""
    day = [entry(f"a{number}", f"12.03. {8 + number // 2:02}:{number % 2 * 30:02}") for number in range(14)]
    others = entries(66)
    desk = Desk.opened(feeds, rules=("moved", "reminder"))
    desk.live(*day, *others)
    desk.tell(*(f"a{number}" for number in range(14)))
    moved = [entry(f"a{number}", f"{18 + number}.03. {8 + number // 2:02}:15") for number in range(14)]
    desk.poll(*moved, *others)
    assert desk.round(minutes=25).accepted == 0
    (waiting,) = find_waiting(desk.now)
    bundle = show_joint_bundle(waiting.key)
    assert bundle is not None and (len(bundle.messages), bundle.people) == (14, 14)

    text = "Leider krank: statt am #AltesDatum um #AlteUhrzeit nun am #Datum um #Uhrzeit. #Telefon"
    assert send_with_text(bundle.key, bundle.stamp, text, "", "anna", desk.now) == 14
    assert desk.round().accepted == 14 and find_waiting(desk.now) == []
    db.session.expire_all()
    left = {row.uid: row.text for row in desk.left() if row.kind == "moved"}
    for number in range(14):
        old, new = f"{8 + number // 2:02}:{number % 2 * 30:02}", f"{8 + number // 2:02}:15"
        dates = f"statt am 12.03.2026 um {old} nun am {18 + number}.03.2026 um {new}"
        assert left[f"a{number}"] == f"Leider krank: {dates}. +43 7252 12345"
    starts = {row.id: row.start for row in db.session.scalars(select(Appointment))}
    reminders = list(db.session.scalars(select(Message).where(Message.kind == "reminder")))
    assert all(m.state != State.PLANNED or m.about_start == starts[m.appointment_id] for m in reminders)


def test_off_from_friday_to_monday_nothing_false_leaves_and_what_expired_is_listed(  # C11, failures.md 11
    app: Flask, feeds: CalendarServer
) -> None:
    desk = Desk.opened(feeds, rules=())
    builders.rule("reminder", days=1, at=time(17))
    monday = [
        entry(f"m{number:02}", f"16.03. {6 + number // 60:02}:{number % 60:02}") for number in range(12)
    ]
    tuesday = [entry(f"t{number:02}", f"17.03. 09:{number:02}") for number in range(28)]
    desk.live(*monday, *tuesday)
    desk.now = at("13.03. 16:00")
    plan_messages(desk.now)
    beat("tick", desk.now)

    desk.now = at("16.03. 07:30")
    result = run_round(lambda: desk.now)
    assert result.send.accepted == 0, "the window opens at eight"
    outage = last_outage(desk.now)
    assert outage is not None
    assert (outage.since, outage.until) == (at("13.03. 16:00"), at("16.03. 07:30"))
    listed = list_missed(desk.now)
    assert len(listed) == 12 and all(one.reason is not None for one in listed), "their appointments are over"
    accepted = 0
    for _minute in range(60 * 11):
        desk.now += timedelta(minutes=1)
        if desk.now.minute % 10 == 0:
            accepted += desk.round().accepted
    db.session.expire_all()
    assert accepted == 28
    assert all(m.about_start > m.sent_at for m in desk.left())
