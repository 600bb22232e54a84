"""One round: poll, plan, send, tell; run as often as anybody likes."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from kehr.actions.run import run_round as run_round_module
from kehr.actions.run.run_round import run_round, send_round_at_ease
from kehr.models import Heartbeat, Message, db
from tests import builders
from tests.actions.desk import Desk, at, entry, number_of
from tests.fakes import calendar_server as server
from tests.fakes.calendar_server import CalendarServer

pytestmark = pytest.mark.usefixtures("in_process")


def rounds(desk: Desk, minutes: int, step: int = 5) -> list[str]:
    """Rounds every few minutes; what left, as `kind start`, in order."""
    end = desk.now + timedelta(minutes=minutes)
    while desk.now < end:
        run_round(lambda: desk.now)
        desk.later(minutes=step)
    db.session.rollback()
    sent = db.session.scalars(select(Message).where(Message.sent_at.is_not(None)).order_by(Message.sent_at))
    return [f"{m.kind} {m.text}" for m in sent]


# A31, A21, C01, C07, C16: a life of one appointment through the real path
def test_one_appointment_is_told_of_as_its_life_goes_on(app: Flask, feeds: CalendarServer) -> None:
    desk = Desk.opened(feeds, ())
    for kind, days in (("confirmation", 0), ("reminder", 2), ("moved", 0), ("cancelled", 0), ("feedback", 1)):
        builders.rule(kind, days=days, text="#Datum #Uhrzeit" if kind != "moved" else "#AltesDatum -> #Datum")
    desk.serve(entry("other", "20.03. 09:00"))
    rounds(desk, 10)
    desk.later(minutes=5)
    desk.serve(entry("other", "20.03. 09:00"), entry("a", "19.03. 10:00"))
    builders.consent(number_of("a"), purpose="feedback")
    heard = rounds(desk, 60, step=15)
    assert heard == ["confirmation 19.03.2026 10:00"]
    desk.serve(entry("other", "20.03. 09:00"), entry("a", "24.03. 10:00"))
    rounds(desk, 15, step=15)
    desk.serve(entry("other", "20.03. 09:00"), entry("a", "25.03. 11:00"))
    assert rounds(desk, 60, step=15)[1:] == ["moved 19.03.2026 -> 25.03.2026"]
    desk.now = at("22.03. 12:00")
    heard = rounds(desk, 4 * 24 * 60, step=240)
    assert heard[2:] == ["reminder 25.03.2026 11:00"]
    assert rounds(desk, 2 * 24 * 60, step=240)[3:] == ["feedback 25.03.2026 11:00"]


# A31, invariant 6
def test_a_second_round_changes_nothing(app: Flask, feeds: CalendarServer) -> None:
    desk = Desk.opened(feeds, ("reminder",))
    desk.serve(entry("a", "12.03. 16:00"), entry("b", "20.03. 16:00"))
    first = run_round(lambda: desk.now).as_dict()
    assert (first["plan"]["created"], first["poll"][0]["added"]) == (2, 2)
    second = run_round(lambda: desk.now).as_dict()
    assert second["poll"] == []
    assert set(second["plan"].values()) | set(second["send"].values()) | {second["told"]} == {0}
    json.dumps(first)


def test_every_round_beats(app: Flask, feeds: CalendarServer) -> None:
    desk = Desk.opened(feeds)
    desk.answer(server.status(500))
    for minute in (0, 7):
        run_round(lambda minute=minute: desk.now + timedelta(minutes=minute))
    beats = {row.name: row.at for row in db.session.scalars(select(Heartbeat))}
    assert beats.pop("log_verified") == desk.now, "the log is gone through once a night"
    assert beats == dict.fromkeys(("tick", "poll"), desk.now + timedelta(minutes=7))


# C21, C28: a feed that fails is told once, by mail
def test_a_faulty_feed_is_told_once(app: Flask, feeds: CalendarServer) -> None:
    desk = Desk.opened(feeds)
    desk.answer(server.status(404))
    told = [run_round(lambda hour=hour: desk.now + timedelta(hours=hour)).told for hour in range(5)]
    assert told == [1, 0, 0, 0, 0]


def test_a_box_without_an_office_goes_round_in_peace(app: Flask) -> None:
    assert run_round(lambda: at("10.03. 12:00")).as_dict()["poll"] == []


def test_the_tick_plans_no_more_often_than_planning_may_cost(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    builders.company()
    desk_now = [at("10.03. 12:00")]
    planned: list[str] = []
    seconds = iter([0.0, 3.0] * 9)
    monkeypatch.setattr(run_round_module, "plan_messages", lambda now: planned.append(f"{now:%H:%M:%S}"))
    monkeypatch.setattr(run_round_module.time, "monotonic", lambda: next(seconds))
    for after in (0, 20, 39, 1, 59, 1):
        desk_now[0] += timedelta(seconds=after)
        send_round_at_ease(lambda: desk_now[0], 1.0)
    assert planned == ["11:00:00", "11:01:00", "11:02:00"]
    desk_now[0] -= timedelta(hours=1)
    send_round_at_ease(lambda: desk_now[0], 1.0)
    assert planned[3:] == ["10:02:00"], "a clock set back must not put planning to sleep"
