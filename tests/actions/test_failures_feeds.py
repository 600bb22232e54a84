"""What goes wrong with texts and feeds in the field: gaps, hostile calendars, moves there and back."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from kehr.actions.feeds.poll_calendars import poll_due
from kehr.models import Message, db
from tests import builders
from tests.actions.desk import PATH, Desk, at, entry
from tests.fakes import calendar_server as server
from tests.fakes.calendar_server import CalendarServer
from tests.rules.feed_build import calendar
from tests.rules.plan_build import VIENNA

in_process = pytest.mark.usefixtures("in_process")


@in_process
@pytest.mark.parametrize(
    ("text", "title", "missing"),
    [
        ("Sehr geehrte #Name, #Datum", "0664 1000001", "#Name"),
        ("#Objektnummer am #Datum", "Karl Huber 0664 1000001", "#Objektnummer"),
        ("#Datun", "Karl Huber 0664 1000001", "#Datun"),
    ],
)
def test_failure_16_a_text_with_a_gap_is_withheld_and_says_which(
    app: Flask, feeds: CalendarServer, text: str, title: str, missing: str
) -> None:
    desk = Desk.opened(feeds, ())
    builders.rule("reminder", text=text)
    desk.live(entry("a", "12.03. 16:00", title))
    for _ in range(3):
        desk.round(hours=2)
    (message,) = db.session.scalars(select(Message))
    assert (message.state, message.reason, message.reason_args) == (
        "withheld",
        "placeholder_missing",
        {"placeholders": missing},
    )
    assert desk.left() == []


def _hostile(*lines: str) -> server.Deed:
    return server.body(calendar(entry("h", "12.03. 09:00", "", *lines)).encode())


HOSTILE = {
    "too much": server.endless(b"X" * 65536, 640),
    "in a circle": server.redirect("/hostile.ics"),
    "inwards": server.redirect("http://169.254.169.254/latest/meta-data"),
    "bomb": server.bomb(40),
    "interval 0": _hostile("RRULE:FREQ=DAILY;INTERVAL=0"),
    "every second": _hostile("RRULE:FREQ=SECONDLY"),
    "never": _hostile("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"),
    "year 9999": _hostile("DTEND:99991231T235959Z"),
}


@pytest.mark.stack
@pytest.mark.parametrize("what", sorted(HOSTILE))
def test_failure_17_a_hostile_feed_harms_no_other(app: Flask, feeds: CalendarServer, what: str) -> None:
    feeds.deeds |= {
        "/hostile.ics": HOSTILE[what],
        PATH: server.body(calendar(entry("a", "20.03. 09:00")).encode()),
    }
    builders.company(network_allow=["127.0.0.1"])
    builders.gateway()
    builders.calendar("Feind", url=f"{feeds.url}/hostile.ics", live_since=None)
    builders.calendar("Freund", url=f"{feeds.url}{PATH}", live_since=None)
    results = {result.calendar: result for result in poll_due(at("10.03. 12:00"))}
    assert (results["Freund"].outcome, results["Freund"].added) == ("changed", 1)
    assert results["Feind"].added <= 1
    assert results["Feind"].outcome in {"faulty", "unchanged", "changed"}


@in_process
@pytest.mark.parametrize(
    ("moves", "heard"),
    [
        (["24.03. 09:00", "20.03. 09:00"], []),
        (["24.03. 09:00", "25.03. 09:00", "26.03. 10:00"], ["26.03. 10:00"]),
        (["24.03. 09:00", "20.03. 09:00", "24.03. 09:00"], ["24.03. 09:00"]),
    ],
    ids=["there and back", "three times", "there, back and there"],
)
def test_failure_19_the_recipient_hears_the_last_truth_once(
    app: Flask, feeds: CalendarServer, moves: list[str], heard: list[str]
) -> None:
    desk = Desk.opened(feeds, ("confirmation", "moved"))
    desk.live(entry("a", "20.03. 09:00"))
    desk.tell()
    for start in moves:
        desk.poll(entry("a", start), minutes=5)
        desk.round()
    for _ in range(6):
        desk.poll(minutes=5)
        desk.round()
    told = [m for m in desk.left() if m.kind == "moved"]
    assert [f"{m.about_start.astimezone(VIENNA):%d.%m. %H:%M}" for m in told] == heard
