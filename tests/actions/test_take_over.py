"""Feeds over real HTTP, taken over into rows: appointments keep their identity, and only truth is told."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from kehr.actions.plan.plan_messages import plan_messages
from kehr.models import Appointment, Calendar, db, writing
from tests.actions.desk import Desk, at, entry
from tests.fakes.calendar_server import CalendarServer

pytestmark = pytest.mark.usefixtures("in_process")
KINDS = ("confirmation", "moved", "cancelled")


@pytest.fixture
def desk(app: Flask, feeds: CalendarServer) -> Desk:
    return Desk.opened(feeds, KINDS)


# failures.md 3, B31
def test_failure_03_the_first_take_over_of_800_entries_tells_nobody(
    app: Flask, feeds: CalendarServer
) -> None:
    desk = Desk.opened(feeds, (*KINDS, "reminder"))
    entries = [
        entry(f"u{n}", f"{10 + n % 21:02d}.{3 + n // 400:02d}. {8 + n % 9:02d}:{n % 4 * 15:02d}")
        for n in range(800)
    ]
    result = desk.poll(*entries)
    assert (result.outcome, result.added, result.moved, result.cancelled) == ("changed", 800, 0, 0)
    plan_messages(desk.now)
    due = [m for m in desk.messages("reminder") if "missed" not in m]
    assert desk.messages(*KINDS) == []
    assert len(due) == len(desk.messages())
    assert min(row.due_at for row in _messages()) >= desk.now
    assert (desk.poll().outcome, plan_messages(desk.now).created) == ("unchanged", 0)


def _messages() -> list:
    from kehr.models import Message

    return list(db.session.scalars(select(Message)))


def test_a_new_entry_is_confirmed_and_an_old_one_is_not(desk: Desk) -> None:
    desk.live(entry("a", "20.03. 09:00"))
    assert desk.changed(entry("a", "20.03. 09:00"), entry("b", "21.03. 09:00")) == (1, 0, 0)
    assert desk.messages() == ["confirmation planned 21.03. 09:00"]


def test_an_entry_more_than_a_window_ahead_is_confirmed_at_once(desk: Desk) -> None:
    desk.live(entry("a", "20.03. 09:00"))
    assert desk.changed(entry("a", "20.03. 09:00"), entry("b", "26.09. 09:00")) == (1, 0, 0)
    assert desk.messages() == ["confirmation planned 26.09. 09:00"]
    assert desk.changed(days=140) == (0, 0, 0)
    assert desk.appointments()["b"] == "26.09. 09:00"


# C07, B38
def test_a_moved_entry_is_moved_and_its_person_hears_it_once(desk: Desk) -> None:
    desk.live(entry("a", "20.03. 09:00"))
    desk.tell()
    assert desk.changed(entry("a", "21.03. 10:00")) == (0, 1, 0)
    assert desk.messages("moved") == ["moved planned 21.03. 10:00"]
    assert desk.changed() == (0, 0, 0)
    assert len(desk.messages("moved")) == 1


# B38
def test_a_pure_text_change_moves_nothing(desk: Desk) -> None:
    desk.live(entry("a", "20.03. 09:00"))
    desk.tell()
    assert desk.changed(entry("a", "20.03. 09:00", "", "DESCRIPTION:Schlüssel beim Nachbarn")) == (0, 0, 0)
    assert db.session.scalars(select(Appointment.description)).one() == "Schlüssel beim Nachbarn"
    assert desk.messages("moved") == []


# failures.md 6
def test_failure_06_all_uids_new_is_nothing_and_one_moved_is_one_message(desk: Desk) -> None:
    hours = range(8, 16)
    desk.live(*(entry(f"u{n}", f"20.03. {n:02d}:00") for n in hours))
    desk.tell()
    ids = set(db.session.scalars(select(Appointment.id)))
    titles = {n: f"U{n}berger 0664 3{n:06d}" for n in hours}
    desk.serve(*(entry(f"u{n}", f"20.03. {n:02d}:00", titles[n]) for n in hours))
    desk.poll(minutes=15)
    renamed = [entry(f"new-{n}", f"20.03. {n:02d}:00", titles[n]) for n in hours]
    assert desk.changed(*renamed) == (0, 0, 0)
    assert set(db.session.scalars(select(Appointment.id))) == ids
    again = [entry(f"third-{n}", f"20.03. {n:02d}:00", titles[n]) for n in hours]
    again[2] = entry("third-10", "23.03. 11:00", titles[10])
    assert desk.changed(*again) == (0, 1, 0)
    assert desk.messages("cancelled", "confirmation") == desk.messages("confirmation")
    assert set(db.session.scalars(select(Appointment.id))) == ids


def test_an_entry_deleted_and_written_anew_on_another_day_is_moved(desk: Desk) -> None:
    title = "Karl Huber 0664 1000001"
    others = [entry(f"o{n}", f"25.03. {n + 8:02d}:00") for n in range(5)]
    desk.live(entry("a", "20.03. 09:00", title), *others)
    desk.tell("a")
    assert desk.changed(entry("b", "24.03. 09:00", title), *others) == (0, 1, 0)
    assert desk.messages() == ["confirmation accepted 20.03. 09:00", "moved planned 24.03. 09:00"]


def test_an_entry_deleted_now_and_written_anew_at_the_next_poll_is_moved(desk: Desk) -> None:
    title = "Karl Huber 0664 1000001"
    others = [entry(f"o{n}", f"25.03. {n + 8:02d}:00") for n in range(5)]
    desk.live(entry("a", "20.03. 09:00", title), *others)
    desk.tell("a")
    assert desk.changed(*others) == (0, 0, 0)
    assert desk.changed(entry("b", "24.03. 09:00", title), *others) == (0, 1, 0)
    assert desk.messages() == ["confirmation accepted 20.03. 09:00", "moved planned 24.03. 09:00"]
    assert desk.changed(hours=7) == (0, 0, 0)


def test_an_entry_that_returns_from_the_past_keeps_its_row(desk: Desk) -> None:
    others = [entry(f"o{n}", f"25.03. {n + 8:02d}:00") for n in range(5)]
    desk.live(entry("a", "04.03. 09:00"), *others)
    desk.poll(days=13)
    assert desk.changed(entry("a", "07.04. 09:00"), *others) == (0, 1, 0)
    assert desk.appointments()["a"] == "07.04. 09:00"


def test_a_calendar_switched_on_again_finds_an_entry_that_was_far_ahead(desk: Desk) -> None:
    others = [entry(f"o{n}", f"25.03. {n + 8:02d}:00") for n in range(5)]
    desk.live(*others)
    desk.poll(entry("a", "26.09. 09:00"), *others, minutes=15)
    with writing() as session:
        session.get(Calendar, desk.calendar_id).live_since = None
    assert desk.poll(entry("a", "26.03. 09:00"), *others, days=1).outcome == "changed"
    assert desk.appointments()["a"] == "26.03. 09:00"


SERIES = ("RRULE:FREQ=WEEKLY;COUNT=20",)


# the window moves on by a day at a time
def test_occurrences_that_merely_enter_the_window_are_not_confirmed(desk: Desk) -> None:
    desk.live(entry("s", "12.03. 09:00", "", "RRULE:FREQ=WEEKLY"))
    before = len(desk.appointments())
    for _ in range(21):
        assert desk.poll(days=1).moved == 0
    plan_messages(desk.now)
    assert len(desk.appointments()) == before + 3
    assert desk.messages() == []


def test_a_new_series_is_confirmed_once_and_not_week_by_week(desk: Desk) -> None:
    desk.live(entry("a", "20.03. 09:00"))
    desk.changed(entry("a", "20.03. 09:00"), entry("s", "12.03. 09:00", "", *SERIES))
    assert desk.messages() == ["confirmation planned 12.03. 09:00"]


def _cut(when: str) -> tuple[str, str]:
    title = "Karl Huber 0664 1000001"
    first = entry("s@google.com", "12.03. 09:00", title, "RRULE:FREQ=WEEKLY;UNTIL=20260326T235959Z")
    rest = entry("s_R20260402T070000@google.com", when, title, "RRULE:FREQ=WEEKLY;COUNT=17")
    return first, rest


@pytest.mark.parametrize(("when", "moved"), [("02.04. 09:00", 0), ("02.04. 13:00", 6), ("03.04. 09:00", 6)])
def test_failure_19_a_series_cut_by_google_is_the_same_series(desk: Desk, when: str, moved: int) -> None:
    desk.live(entry("s@google.com", "12.03. 09:00", "Karl Huber 0664 1000001", "RRULE:FREQ=WEEKLY;COUNT=20"))
    desk.tell()
    known = len(desk.appointments())
    result = desk.poll(*_cut(when), minutes=15)
    plan_messages(desk.now)
    assert (result.moved, result.cancelled) == (moved, 0)
    in_window = [s for uid, s in desk.appointments().items() if at(s) < at("12.05. 00:00")]
    assert len(in_window) == known
    assert len(desk.messages("moved")) == moved
    assert desk.messages("cancelled") == []
    assert len(desk.messages("confirmation")) == known


# failures.md 19
def test_failure_19_one_moved_occurrence_is_one_move(desk: Desk) -> None:
    series = entry("s", "12.03. 09:00", "Karl Huber 0664 1000001", *SERIES)
    desk.live(series)
    desk.tell()
    override = entry(
        "s", "20.03. 14:00", "Karl Huber 0664 1000001", "RECURRENCE-ID;TZID=Europe/Vienna:20260319T090000"
    )
    assert desk.changed(series, override)[1:] == (1, 0)
    assert desk.messages("moved") == ["moved planned 20.03. 14:00"]
    assert desk.changed(series)[1:] == (1, 0)
    assert desk.messages("moved") == ["moved withdrawn 20.03. 14:00"]
    assert "withdrawn moved_back" in desk.reasons("moved")


def test_a_whole_series_shifted_by_an_hour_is_held_as_one_bundle(desk: Desk) -> None:  # C06
    desk.live(entry("s", "12.03. 09:00", "Karl Huber 0664 1000001", *SERIES))
    desk.tell()
    known = len(desk.appointments())
    result = desk.poll(entry("s", "12.03. 10:00", "Karl Huber 0664 1000001", *SERIES), minutes=15)
    plan_messages(desk.now)
    assert (result.moved, result.cancelled) == (known, 0)
    assert set(desk.reasons("moved")) == {"held mass_moved"}
    assert "mass_moved" in desk.alarms()


# C07
def test_five_of_one_day_moved_together_are_one_bundle(desk: Desk) -> None:
    others = [entry(f"o{n}", f"{25 + n % 3}.03. {n % 10 + 8:02d}:00") for n in range(30)]
    day = [entry(f"d{n}", f"20.03. {n + 8:02d}:00") for n in range(5)]
    desk.live(*others, *day)
    desk.tell()
    assert desk.changed(*others, *(entry(f"d{n}", f"24.03. {n + 8:02d}:00") for n in range(5))) == (0, 5, 0)
    assert desk.reasons("moved") == ["held bundle_moved"] * 5
