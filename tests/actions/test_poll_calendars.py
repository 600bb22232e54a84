"""Polls: what a server may answer, when it is asked, and that only one takes over."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from kehr.actions.feeds import poll_calendars
from kehr.actions.feeds.poll_calendars import poll_calendar, poll_due
from kehr.actions.plan.plan_messages import plan_messages
from kehr.models import Appointment, Calendar, Company, FeedCopy, db, writing
from tests import builders
from tests.actions.desk import PATH, Desk, at, entry
from tests.fakes import calendar_server as server
from tests.fakes.calendar_server import CalendarServer
from tests.rules.feed_build import calendar

pytestmark = pytest.mark.usefixtures("in_process")
ENTRIES = [entry(f"u{n}", f"20.03. {n + 8:02d}:00") for n in range(10)]
WHOLE = calendar(*ENTRIES).encode()
PAGE = b"<!DOCTYPE html><html><head><title>Anmelden</title></head><body>Bitte anmelden</body></html>"


@pytest.fixture
def desk(app: Flask, feeds: CalendarServer) -> Desk:
    return Desk.opened(feeds, ("confirmation", "moved", "cancelled"))


# C21, failures.md 4
@pytest.mark.parametrize(
    ("deed", "code"),
    [
        (server.status(403), "forbidden"),
        (server.status(404), "not_found"),
        (server.status(500), "server_error"),
        (server.status(503), "server_error"),
        (server.status(429), "too_many_requests"),
        (server.body(PAGE, content_type="text/html"), "html"),
        (server.body(b""), "empty"),
        (server.body(WHOLE[:-20]), "cut"),
        (server.cut(WHOLE), None),
        (server.hang_up, None),
        (server.redirect(PATH), "redirect_loop"),
        (server.body(calendar().encode()), "feed_emptied"),
        (server.body(calendar(*ENTRIES[:3]).encode()), "feed_lost_many"),
    ],
    ids=[
        "403",
        "404",
        "500",
        "503",
        "429",
        "page",
        "empty",
        "no end",
        "cut",
        "hung up",
        "loop",
        "0 events",
        "30 %",
    ],
)
def test_failure_04_no_news_is_never_all_deleted(desk: Desk, deed: server.Deed, code: str | None) -> None:
    desk.live(*ENTRIES)
    desk.tell()
    before = desk.appointments()
    desk.answer(deed)
    for hours in (1, 7, 7):
        result = desk.poll(hours=hours)
        assert result.outcome == "faulty"
        assert result.reason
        assert "keinen Satz" not in result.reason
        assert "…" not in result.reason
    plan_messages(desk.now)
    assert desk.appointments() == before
    assert desk.messages("moved", "cancelled") == []
    row = desk.calendar()
    assert row.faulty_code == code or code is None
    assert row.faulty_since == at("10.03. 13:00")
    assert desk.alarms() == ["feed_faulty"]
    desk.poll(*ENTRIES, hours=1)
    row = desk.calendar()
    assert (row.faulty_code, row.faulty_since, desk.alarms()) == ("", None, [])


def test_a_first_poll_that_fails_leaves_the_calendar_unlive(desk: Desk) -> None:
    desk.answer(server.status(500))
    assert desk.poll().outcome == "faulty"
    assert desk.calendar().live_since is None
    assert desk.poll(*ENTRIES, minutes=15).added == 10
    assert desk.calendar().live_since == desk.now


def test_only_the_listed_private_hosts_are_asked(desk: Desk) -> None:  # failures.md 17
    with writing() as session:
        session.get(Company, 1).network_allow = []
    desk.serve(*ENTRIES)
    assert desk.poll().outcome == "faulty"
    assert (desk.calendar().faulty_code, desk.feeds.requests) == ("address_refused", [])


def test_what_was_known_is_asked_for_with_conditions_and_once_a_day_without(desk: Desk) -> None:
    desk.answer(server.conditional(WHOLE, '"v1"'))
    desk.live()
    for _ in range(24):
        assert desk.poll(hours=1).outcome == "unchanged"
    asked = ["if-none-match" in request.headers for request in desk.feeds.requests]
    assert asked == [False] + [True] * 22 + [False] + [True]


# a 304, or the same body, must still bring what enters the window
@pytest.mark.parametrize("conditional", [True, False], ids=["304", "same body"])
def test_an_unchanged_calendar_still_grows_into_the_window(desk: Desk, conditional: bool) -> None:
    builders.rule("reminder")
    content = calendar(entry("a", "20.05. 16:00")).encode()
    desk.answer(server.conditional(content, '"v1"') if conditional else server.body(content))
    desk.live()
    assert desk.appointments() == {}
    for _ in range(10):
        desk.poll(hours=23)
    plan_messages(desk.now)
    assert desk.appointments() == {"a": "20.05. 16:00"}
    assert desk.messages() == ["reminder planned 20.05. 16:00"]


def test_an_answer_of_304_without_a_question_is_a_fault(desk: Desk) -> None:
    desk.answer(server.status(304))
    assert desk.poll().outcome == "faulty"


def test_a_faulty_answer_s_etag_is_not_kept(desk: Desk) -> None:
    desk.live(*ENTRIES)
    desk.answer(server.body(calendar().encode(), etag='"empty"'))
    desk.poll(hours=1)
    desk.answer(server.conditional(calendar().encode(), '"empty"'))
    assert desk.poll(hours=1).outcome == "faulty"
    assert desk.calendar().faulty_code == "feed_emptied"


def test_only_active_calendars_whose_time_has_come_are_polled(app: Flask, feeds: CalendarServer) -> None:
    desk = Desk.opened(feeds)
    feeds.deeds[PATH] = server.body(WHOLE)
    builders.calendar("aus", url=f"{feeds.url}{PATH}", active=False)
    builders.calendar("später", url=f"{feeds.url}{PATH}", next_poll_at=at("10.03. 12:10"))
    assert [result.calendar for result in poll_due(desk.now)] == ["Kehrplan Steyr"]
    assert poll_due(desk.now) == []
    assert [result.calendar for result in poll_due(at("10.03. 12:10"))] == ["später"]
    assert [result.calendar for result in poll_due(at("10.03. 12:15"))] == ["Kehrplan Steyr"]


# failures.md 17: the other calendars are unharmed
def test_failure_17_one_calendar_that_breaks_its_reader_leaves_the_others_alone(
    app: Flask, feeds: CalendarServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk.opened(feeds)
    feeds.deeds |= {PATH: server.body(WHOLE), "/b.ics": server.body(WHOLE)}
    builders.calendar("B", url=f"{feeds.url}/b.ics", live_since=None)
    usual = poll_calendars.take_over_reading

    def breaks(session: Any, calendar: Calendar, *args: Any) -> Any:
        if calendar.id == desk.calendar_id:
            raise ZeroDivisionError
        return usual(session, calendar, *args)

    monkeypatch.setattr(poll_calendars, "take_over_reading", breaks)
    assert [result.outcome for result in poll_due(desk.now)] == ["faulty", "changed"]
    assert desk.calendar().faulty_code == "feed_broke"
    assert desk.alarms() == ["feed_faulty"]


def _at_once(app: Flask, deeds: list[Callable[[], Any]]) -> list[Any]:
    with ThreadPoolExecutor(len(deeds)) as pool:
        return [future.result() for future in [pool.submit(deed) for deed in deeds]]


def test_two_polls_at_once_take_over_once(
    desk: Desk, app: Flask, in_thread: Callable[[Callable[[], Any]], Callable[[], Any]]
) -> None:
    desk.answer(_slowly(WHOLE))
    deed = in_thread(lambda: poll_calendar(desk.calendar_id, desk.now))
    results = _at_once(app, [deed, deed])
    assert sorted(result.added for result in results if result) == [10]
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Appointment)) == 10
    assert db.session.scalar(select(func.count()).select_from(FeedCopy)) == 1


def _slowly(content: bytes) -> server.Deed:
    def answer(handler: server.Handler) -> None:
        server.time.sleep(0.2)
        server.body(content)(handler)

    return answer


def test_two_due_polls_at_once_ask_the_server_once(
    desk: Desk, app: Flask, in_thread: Callable[[Callable[[], Any]], Callable[[], Any]]
) -> None:
    desk.answer(_slowly(WHOLE))
    deed = in_thread(lambda: poll_due(desk.now))
    results = _at_once(app, [deed, deed, deed])
    assert sorted(len(result) for result in results) == [0, 0, 1]
    assert len(desk.feeds.requests) == 1


def test_a_slow_poll_that_was_overtaken_changes_nothing(
    desk: Desk, app: Flask, in_thread: Callable[[Callable[[], Any]], Callable[[], Any]]
) -> None:
    """An answer that is older than what has been taken over since is thrown away."""
    desk.live(*ENTRIES)

    def overtaken(handler: server.Handler) -> None:
        newer = [*ENTRIES[:-1], entry("u9", "23.03. 09:00")]
        desk.feeds.deeds[PATH] = server.body(calendar(*newer).encode())
        in_thread(lambda: poll_calendar(desk.calendar_id, desk.now))()
        server.body(calendar(*ENTRIES, entry("x", "21.03. 09:00")).encode())(handler)

    desk.answer(overtaken)
    desk.later(minutes=15)
    assert poll_calendar(desk.calendar_id, desk.now) is None
    assert desk.appointments()["u9"] == "23.03. 09:00"
    assert "x" not in desk.appointments()


def test_a_calendar_switched_off_while_it_is_fetched_takes_nothing_over(
    desk: Desk, in_thread: Callable[[Callable[[], Any]], Callable[[], Any]]
) -> None:
    def switch_off() -> None:
        with writing() as session:
            session.get(Calendar, desk.calendar_id).active = False

    def switched_off(handler: server.Handler) -> None:
        in_thread(switch_off)()
        server.body(WHOLE)(handler)

    desk.answer(switched_off)
    assert poll_calendar(desk.calendar_id, desk.now) is None
    assert desk.appointments() == {}
