"""What vanishes from a feed: cancelled only when sure, held when much, disbelieved when too much."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from kehr.actions.plan.plan_messages import plan_messages
from kehr.models import Appointment, Calendar, db, writing
from tests import builders
from tests.actions.desk import Desk, entry
from tests.fakes.calendar_server import CalendarServer

pytestmark = pytest.mark.usefixtures("in_process")
KINDS = ("confirmation", "moved", "cancelled")


@pytest.fixture
def desk(app: Flask, feeds: CalendarServer) -> Desk:
    return Desk.opened(feeds, KINDS)


# C02
def test_status_cancelled_is_told_after_the_settling_time(desk: Desk) -> None:
    desk.live(entry("a", "20.03. 09:00"), entry("b", "20.03. 10:00"))
    desk.tell("a")
    gone = [
        entry(uid, f"20.03. {hour}:00", "", "STATUS:CANCELLED") for uid, hour in (("a", "09"), ("b", "10"))
    ]
    assert desk.changed(*gone) == (0, 0, 2)
    assert desk.messages("cancelled") == ["cancelled planned 20.03. 09:00"]
    desk.later(minutes=10)
    assert desk.round().accepted == 0
    assert desk.round(minutes=10).accepted == 1


# C02
def test_absence_counts_after_two_good_fetches_six_hours_apart_and_faulty_ones_do_not(desk: Desk) -> None:
    others = [entry(f"o{n}", f"25.03. {n + 8:02d}:00") for n in range(5)]
    desk.live(entry("a", "20.03. 09:00"), *others)
    desk.tell("a")
    assert desk.changed(*others) == (0, 0, 0)
    assert desk.appointments()["a"] == "20.03. 09:00 missing"
    assert desk.changed(hours=5) == (0, 0, 0)
    good = desk.feeds.deeds.pop("/kehrplan.ics")
    assert desk.poll(hours=8).outcome == "faulty"
    assert desk.appointments()["a"] == "20.03. 09:00 missing"
    desk.answer(good)
    assert desk.changed(minutes=15) == (0, 0, 1)
    assert desk.messages("cancelled") == ["cancelled planned 20.03. 09:00"]


def test_an_entry_that_comes_back_before_it_is_surely_gone_was_never_away(desk: Desk) -> None:
    others = [entry(f"o{n}", f"25.03. {n + 8:02d}:00") for n in range(5)]
    desk.live(entry("a", "20.03. 09:00"), *others)
    desk.tell("a")
    desk.changed(*others)
    assert desk.changed(entry("a", "20.03. 09:00"), *others, hours=5) == (0, 0, 0)
    assert desk.changed(hours=8) == (0, 0, 0)
    assert desk.messages("cancelled") == []


def test_while_an_entry_is_missing_its_messages_wait(desk: Desk) -> None:
    builders.rule("reminder")
    others = [entry(f"o{n}", f"25.03. {n + 8:02d}:00", "Besprechung") for n in range(5)]
    desk.live(entry("a", "12.03. 16:00"), *others)
    desk.changed(*others)
    assert "withheld entry_missing" in desk.reasons("reminder")
    desk.changed(entry("a", "12.03. 16:00"), *others)
    assert "planned planned_lead" in desk.reasons("reminder")


def test_past_entries_that_fall_out_mean_nothing(desk: Desk) -> None:  # failures.md 4
    past = [entry(f"p{n}", f"05.03. {n + 8:02d}:00") for n in range(9)]
    ahead = [entry("a", "20.03. 09:00")]
    desk.live(*past, *ahead)
    desk.tell()
    assert desk.changed(*ahead) == (0, 0, 0)
    assert desk.changed(hours=7) == (0, 0, 0)
    assert desk.calendar().faulty_code == ""
    assert desk.messages("cancelled") == []


# C21, failures.md 4
@pytest.mark.parametrize(
    ("kept", "code", "missing"),
    [(10, "", 0), (8, "", 2), (7, "feed_lost_many", 0), (3, "feed_lost_many", 0), (0, "feed_emptied", 0)],
)
def test_failure_04_a_feed_that_lost_much_is_not_believed(
    desk: Desk, kept: int, code: str, missing: int
) -> None:
    entries = [entry(f"u{n}", f"20.03. {n + 8:02d}:00") for n in range(10)]
    desk.live(*entries)
    desk.tell()
    desk.serve(*entries[:kept])
    for hours in (1, 7, 7):
        desk.poll(hours=hours)
    plan_messages(desk.now)
    assert desk.calendar().faulty_code == code
    assert sum("cancelled" in start for start in desk.appointments().values()) == missing
    assert len(desk.messages("cancelled")) == missing
    assert desk.alarms() == (["feed_faulty"] if code else [])
    desk.poll(*entries, minutes=15)
    assert desk.calendar().faulty_code == ""


def test_a_person_s_word_makes_losses_believed(desk: Desk) -> None:
    entries = [entry(f"u{n}", f"20.03. {n + 8:02d}:00") for n in range(10)]
    desk.live(*entries)
    desk.poll(*entries[:5], minutes=15)
    with writing() as session:
        session.get(Calendar, desk.calendar_id).accept_losses = True
    assert desk.poll(minutes=15).outcome == "changed"
    assert sum("missing" in start for start in desk.appointments().values()) == 5


# C06: a feed with 60 deletions is 0 messages, 1 held bundle, 1 alarm
def test_sixty_cancelled_at_once_are_one_held_bundle(desk: Desk) -> None:
    entries = [entry(f"u{n}", f"{20 + n // 10}.03. {n % 10 + 8:02d}:00") for n in range(60)]
    desk.live(*entries)
    desk.tell()
    desk.poll(*(one.replace("END:VEVENT", "STATUS:CANCELLED\r\nEND:VEVENT") for one in entries), minutes=15)
    desk.round(minutes=30)
    assert desk.reasons("cancelled") == ["held mass_cancelled"] * 60
    assert desk.alarms() == ["mass_cancelled"]


def test_other_fields_are_read_anew_without_anybody_being_moved(desk: Desk) -> None:
    desk.live(entry("a", "20.03. 09:00", "Kehrung", "CONTACT:Karl Huber 0664 1000001"))
    assert db.session.scalars(select(Appointment.phones)).one() == []
    with writing() as session:
        session.get(Calendar, desk.calendar_id).phone_field = "contact"
    assert desk.changed() == (0, 0, 0)
    (phones,) = db.session.scalars(select(Appointment.phones)).all()
    assert [phone["e164"] for phone in phones] == ["+436641000001"]
    assert desk.messages("moved", "cancelled") == []


def test_only_the_time_stamp_of_the_request_differs(desk: Desk) -> None:
    one = entry("a", "20.03. 09:00")
    desk.live(one)
    assert (
        desk.poll(one.replace("DTSTAMP:20260101T000000Z", "DTSTAMP:20260310T110000Z")).outcome == "unchanged"
    )


def test_two_entries_with_one_uid_are_two_appointments(desk: Desk) -> None:
    twice = (entry("a", "20.03. 09:00", "Karl Huber"), entry("a", "21.03. 09:00", "Eva Maier"))
    desk.live(*twice)
    assert sorted(desk.appointments().values()) == ["20.03. 09:00", "21.03. 09:00"]
    assert desk.changed(*twice, entry("b", "22.03. 09:00")) == (1, 0, 0)


# failures.md 3
def test_failure_03_three_weeks_off_and_on_again_has_no_backlog(desk: Desk) -> None:
    builders.rule("reminder")
    desk.live(entry("a", "20.03. 09:00"), entry("b", "02.04. 09:00"), entry("d", "15.04. 09:00"))
    desk.tell()
    plan_messages(desk.now)
    with writing() as session:
        session.get(Calendar, desk.calendar_id).active = False
    plan_messages(desk.now)
    assert set(desk.reasons("reminder")) == {"withdrawn calendar_off"}
    desk.later(days=21)
    with writing() as session:
        row = session.get(Calendar, desk.calendar_id)
        row.active, row.live_since = True, None
    result = desk.poll(entry("b", "01.04. 15:00"), entry("c", "01.04. 09:00"), entry("d", "15.04. 09:00"))
    assert result.outcome == "changed"
    desk.round()
    assert desk.messages("moved", "cancelled") == []
    assert len(desk.messages("confirmation")) == 3
    assert [m for m in desk.messages("reminder") if "withdrawn" not in m] == ["reminder planned 15.04. 09:00"]


def test_a_broken_entry_keeps_what_was_known_of_it(desk: Desk) -> None:
    others = [entry(f"o{n}", f"25.03. {n + 8:02d}:00") for n in range(5)]
    desk.live(entry("a", "20.03. 09:00"), *others)
    broken = entry("a", "20.03. 09:00").replace("20260320T090000", "gestern")
    assert desk.changed(broken, *others) == (0, 0, 0)
    assert desk.changed(hours=7) == (0, 0, 0)
    assert desk.appointments()["a"] == "20.03. 09:00"
    assert [problem["uid"] for problem in desk.calendar().problems] == ["a"]


def test_rows_never_double_however_often_it_is_polled(desk: Desk) -> None:
    series = entry("s", "12.03. 09:00", "", "RRULE:FREQ=WEEKLY")
    desk.live(series, entry("a", "20.03. 09:00"))
    for days in range(1, 15):
        desk.poll(series, entry("a", f"{20 + days % 5}.03. 09:00"), days=1)
    keys = select(func.count()).select_from(
        select(Appointment.uid, Appointment.start).group_by(Appointment.uid, Appointment.start).subquery()
    )
    assert db.session.scalar(keys) == db.session.scalar(select(func.count()).select_from(Appointment))
