"""What goes wrong in the field and must not here: one promise each, through real HTTP and real rows.

Further tests of the same items stand with their parts and carry the same numbers.
"""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from kehr.actions.plan.plan_messages import plan_messages
from kehr.actions.run.run_round import run_round
from kehr.actions.texts.render_message import preview_text
from kehr.models import Appointment, Message, MessageRule, db
from kehr.rules.terms.timing import is_open
from tests import builders
from tests.actions.desk import Desk, at, entry
from tests.actions.outbox import Outbox
from tests.fakes import calendar_server as server
from tests.fakes.calendar_server import CalendarServer
from tests.fakes.link_server import LinkServer
from tests.rules.feed_build import calendar
from tests.rules.plan_build import OFFICE, VIENNA, appointment, rule
from tests.rules.plan_build import Desk as PlanDesk

in_process = pytest.mark.usefixtures("in_process")
YEAR = at("01.01. 00:00")


# No message leaves outside the window, whenever it was wanted and however late the box runs.
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.integers(0, 365 * 24 * 60),
    st.integers(1, 20 * 24 * 60),
    st.integers(0, 60),
    st.integers(0, 24 * 60 - 1),
    st.integers(0, 4 * 24 * 60),
)
def test_failure_02_nothing_leaves_at_night_on_sundays_or_holidays(
    seen: int, ahead: int, days: int, clock: int, late: int
) -> None:
    known = YEAR + timedelta(minutes=seen)
    hour = f"{clock // 60:02d}:{clock % 60:02d}"
    rules = [rule("confirmation"), rule("reminder", days, hour), rule("feedback", 1, hour)]
    desk = PlanDesk(
        appointment(known + timedelta(minutes=ahead), known), rules, now=known + timedelta(minutes=late)
    )
    desk.settle()
    due = [p.due_at for p in desk.messages.values() if p.state == "planned"]
    assert all(is_open(OFFICE.window, moment, VIENNA) for moment in due)


@pytest.mark.parametrize(
    "now", ["28.03. 23:59", "29.03. 01:59", "29.03. 03:01", "25.10. 02:30", "24.12. 23:00"]
)
def test_failure_02_a_round_in_the_night_sends_nothing(app: Flask, link: LinkServer, now: str) -> None:
    outbox = Outbox.opened(link)
    outbox.now = at(now) - timedelta(days=1)
    start = (at(now) + timedelta(days=4)).astimezone(VIENNA)
    outbox.change(MessageRule, 1, days=5)
    outbox.due(3, start=f"{start:%d.%m.} 19:00")
    outbox.now = at(now)
    run_round(lambda: outbox.now)
    assert link.requests == []


@in_process
def test_failure_03_first_import_sends_only_what_falls_due_from_now_on(
    app: Flask, feeds: CalendarServer, link: LinkServer
) -> None:
    desk = Desk.opened(feeds, ("confirmation", "moved", "reminder", "feedback"))
    desk.serve(*(entry(f"u{n}", f"{11 + n // 10}.03. {n % 10 + 8:02d}:00") for n in range(100)))
    assert desk.round().accepted == 0
    desk.poll()
    assert [desk.round(minutes=20).accepted for _ in range(6)] == [0] * 6
    assert desk.messages("confirmation", "moved", "feedback") == []
    assert desk.round(hours=4).accepted == 10
    assert {m.about_start.date() for m in desk.left()} == {at("12.03. 12:00").date()}


def _of(recipient: str) -> Message:
    return db.session.scalars(select(Message).where(Message.recipient == recipient)).one()


@in_process
def test_failure_04_an_outage_of_a_day_cancels_nobody(app: Flask, feeds: CalendarServer) -> None:
    desk = Desk.opened(feeds, ("confirmation", "cancelled", "moved"))
    entries = [entry(f"u{n}", f"20.03. {n + 8:02d}:00") for n in range(10)]
    desk.live(*entries)
    desk.tell()
    ways = [
        server.status(403),
        server.body(b"<!DOCTYPE html><html></html>"),
        server.body(b""),
        server.body(calendar(*entries).encode()[:-25]),
        server.body(calendar().encode()),
        server.body(calendar(*entries[:3]).encode()),
    ]
    told = []
    for hour in range(24):
        desk.answer(ways[hour % len(ways)])
        told.append(run_round(lambda: desk.now).told)
        desk.later(hours=1)
    assert sum(told) == 1
    assert desk.messages("cancelled", "moved") == []
    assert [
        start for start in desk.appointments().values() if "cancelled" in start or "missing" in start
    ] == []


def test_failure_05_the_old_reminder_never_leaves_after_a_move(app: Flask, link: LinkServer) -> None:
    outbox = Outbox.opened(link)
    outbox.now -= timedelta(minutes=1)
    outbox.due()
    outbox.change(Appointment, 1, start=at("17.03. 14:00"), end=at("17.03. 15:00"), changed_at=outbox.now)
    assert outbox.send(minutes=1).accepted == 0
    assert outbox.states() == ["withdrawn appointment_moved", "planned planned_lead"]
    outbox.now = at("14.03. 19:45")
    plan_messages(outbox.now)
    assert outbox.send().accepted == 1
    assert "17.03.2026 um 14:00" in outbox.arrived()[0]


@in_process
def test_failure_06_a_republished_calendar_tells_only_moves(app: Flask, feeds: CalendarServer) -> None:
    desk = Desk.opened(feeds, ("confirmation", "moved", "cancelled"))
    hours = range(8, 18)
    titles = {n: f"Kunde{n}hofer 0664 4{n:06d}" for n in hours}
    desk.live(*(entry(f"a{n}", f"20.03. {n:02d}:00", titles[n]) for n in hours))
    desk.tell()
    desk.poll(*(entry(f"b{n}", f"20.03. {n:02d}:00", titles[n]) for n in hours), minutes=15)
    assert desk.round(minutes=30).accepted == 0
    moved = [entry(f"c{n}", f"{23 if n == 9 else 20}.03. {n:02d}:00", titles[n]) for n in hours]
    desk.poll(*moved, minutes=15)
    assert desk.round(minutes=30).accepted == 1
    assert [(m.kind, m.recipient_name) for m in desk.left() if m.gateway_name] == [("moved", "Kunde9hofer")]


@in_process
def test_failure_08_whole_days_name_no_hour_and_odd_zones_are_read(app: Flask, feeds: CalendarServer) -> None:
    desk = Desk.opened(feeds, ())
    builders.rule("reminder", days=2, at=time(8), text="#Wochentag, #Datum: #Zeitfenster")
    whole = "\r\n".join(
        [
            "BEGIN:VEVENT",
            "UID:w",
            "SUMMARY:Karl Huber 0664 1000001",
            "DTSTART;VALUE=DATE:20260330",
            "END:VEVENT",
        ]
    )
    windows = "\r\n".join(
        [
            "BEGIN:VEVENT",
            "UID:z",
            "SUMMARY:Eva Maier 0664 1000002",
            "DTSTART;TZID=W. Europe Standard Time:20261026T080000",
            "DURATION:PT2H",
            "END:VEVENT",
        ]
    )
    desk.live(whole, windows)
    plan_messages(desk.now)
    desk.poll(days=200)
    plan_messages(desk.now)
    due = {m.recipient: m.due_at for m in db.session.scalars(select(Message))}
    assert due["+436641000002"] == at("24.10. 08:00")
    assert due["+436641000001"] == at("28.03. 08:00")
    desk.now = at("24.10. 08:00")
    desk.round()
    assert [m.text for m in desk.left()] == ["Montag, 26.10.2026: 08:00-10:00"]
    desk.now = at("28.03. 08:00")
    assert "ganztägig" in preview_text(_of("+436641000001"), desk.now).text


@in_process
def test_failure_09_only_real_mobile_numbers_are_told(app: Flask, feeds: CalendarServer) -> None:
    desk = Desk.opened(feeds, ("reminder",))
    titles = {
        "a": "Anna Auer 0662 843210",
        "b": "Berta Bauer +43 (0)664 1234567 (Frau)",
        "c": "Carl Cerny 0650 12 34 567 od 07252 81234",
        "d": "Dora Dorn Rechnung 4366412345678",
        "e": "Emil Ebner 0664 7654321",
        "f": "Franz Fuchs 0664 7654321",
    }
    desk.live(*(entry(uid, "12.03. 16:00", title) for uid, title in titles.items()))
    desk.round(hours=5)
    db.session.rollback()
    rows = db.session.scalars(select(Message).order_by(Message.recipient_name))
    assert [(m.recipient_name.split()[0], m.recipient, m.state, m.reason) for m in rows] == [
        ("Anna", "+43662843210", "withheld", "landline"),
        ("Berta", "+436641234567", "accepted", "accepted"),
        ("Carl", "+436501234567", "accepted", "accepted"),
        ("Dora", "", "withheld", "no_number"),
        ("Emil", "+436647654321", "held", "number_shared"),
        ("Franz", "+436647654321", "held", "number_shared"),
    ]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("ä" * 160, 1),
        ("ä" * 161, 2),
        ("€" * 80, 1),
        ("€" * 80 + "a", 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("„" + "a" * 69, 1),
        ("„" + "a" * 70, 2),
        ("č" * 134, 2),
        ("č" * 135, 3),
        ("a\u0308" * 160, 1),
    ],
)
def test_failure_10_parts_are_counted(app: Flask, link: LinkServer, text: str, parts: int) -> None:
    link.behaviours = ['json:{"statusCode": 2000}']
    outbox = Outbox.opened(link)
    outbox.change(MessageRule, 1, text=text)
    outbox.due()
    assert outbox.send().accepted == 1
    (message,) = outbox.messages()
    assert message.parts == parts
