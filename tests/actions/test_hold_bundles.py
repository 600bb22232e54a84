"""What changes in bulk waits for a person, and the office hears of it once."""

from __future__ import annotations

from flask import Flask

from kehr.actions.plan.plan_messages import plan_messages
from kehr.actions.run.tell_office import tell_office
from tests.actions.desk import Desk, entry
from tests.fakes.calendar_server import CalendarServer

MANY = [
    entry(f"kunde{chr(97 + i % 26)}{chr(97 + i // 26)}", f"{20 + i // 8}.03. {8 + i % 8:02}:00")
    for i in range(40)
]


def test_many_vanished_entries_are_one_held_bundle_and_one_mail(  # C02, C06
    app: Flask, feeds: CalendarServer
) -> None:
    desk = Desk.opened(feeds, rules=("cancelled",))
    desk.live(*MANY)
    desk.tell()
    desk.poll(*MANY[10:])
    plan_messages(desk.now)
    assert desk.alarms() == ["many_missing"] and tell_office(lambda: desk.now) == 1
    assert desk.messages("cancelled") == []

    assert desk.poll(hours=6).cancelled == 10
    assert desk.round(minutes=30).accepted == 0
    assert desk.reasons("cancelled") == ["held mass_cancelled"] * 10
    assert desk.alarms() == ["mass_cancelled"] and tell_office(lambda: desk.now) == 0


def test_a_bundle_of_which_nobody_was_told_waits_for_nobody(  # C02
    app: Flask, feeds: CalendarServer
) -> None:
    desk = Desk.opened(feeds, rules=("cancelled",))
    desk.live(*MANY)
    desk.poll(*MANY[10:])
    desk.poll(hours=6)
    plan_messages(desk.now)
    assert desk.messages() == [] and desk.alarms() == []
