"""Sealing: in order of id, once, by any number of processes, and again after any end."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kehr.actions.facts.change_state import event
from kehr.actions.log import seal_events as sealing
from kehr.actions.run.run_round import run_round
from kehr.actions.send.record_outcome import record_outcome
from kehr.gateways.contract import Accepted
from kehr.models import Alarm, ChainHead, EventSeal, Message, MessageEvent, db, writing
from kehr.rules.terms.messages import MOVES, State
from tests import builders
from tests.actions.desk import Desk, entry
from tests.actions.sealed_office import SealedOffice
from tests.fakes.calendar_server import CalendarServer

Threads = Callable[[Callable[[], Any]], Callable[[], Any]]


def sealed_ids() -> list[int]:
    db.session.rollback()
    return list(db.session.scalars(db.select(EventSeal.event_id).order_by(EventSeal.event_id)))


def event_ids() -> list[int]:
    db.session.rollback()
    return list(db.session.scalars(db.select(MessageEvent.id).order_by(MessageEvent.id)))


# C08: a round seals what happened in it, through the real path
def test_a_round_seals_what_happened_in_it(
    app: Flask, feeds: CalendarServer, monkeypatch: pytest.MonkeyPatch, in_process: None
) -> None:
    desk = Desk.opened(feeds, ("reminder",))
    desk.serve(entry("a", "12.03. 16:00"), entry("b", "20.03. 16:00"))
    first = run_round(lambda: desk.now).as_dict()
    assert first["seal"]["sealed"] == len(event_ids()) > 0
    assert run_round(lambda: desk.now).as_dict()["seal"]["sealed"] == 0
    for _ in range(4):
        desk.later(days=1)
        desk.serve(entry("a", "12.03. 17:00"), entry("c", "17.03. 16:00"))
        run_round(lambda: desk.now)
    assert sealed_ids() == event_ids()
    assert SealedOffice().finding() == ""


def test_two_processes_at_once_seal_each_event_once(
    app: Flask, in_thread: Threads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "BATCH", 3)
    office = SealedOffice.opened()
    for number in range(10):
        office.tell(f"Kunde {number}")
    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(in_thread(lambda: sealing.seal_events(lambda: office.now))) for _ in range(4)]
        writer = pool.submit(in_thread(lambda: [office.tell(f"Neu {n}") for n in range(5)]))
        assert sum(job.result().sealed for job in jobs) <= len(event_ids())
        writer.result()
    office.seal()
    assert sealed_ids() == event_ids()
    assert office.finding() == ""


def test_an_event_whose_writer_has_not_ended_is_waited_for(
    app: Flask, in_thread: Threads, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lower id can never appear after a higher one was sealed: who writes keeps the sealer out."""
    office = SealedOffice.opened("Mayr")
    with ThreadPoolExecutor(2) as pool:
        with writing() as session:
            message = session.get_one(Message, office.ids[0])
            session.add(event(message.id, State.DELIVERED, State.DELIVERED, office.now, "", {}))
            session.flush()
            job = pool.submit(in_thread(lambda: sealing.seal_events(lambda: office.now)))
            with pytest.raises(TimeoutError):
                job.result(timeout=0.3)
        assert job.result().sealed == 1
    assert sealed_ids() == event_ids()


def test_sealing_ends_after_its_time_and_the_next_round_goes_on(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "BATCH", 2)
    office = SealedOffice.opened()
    office.tell("Mayr")
    assert sealing.seal_events(lambda: office.now, seconds=0).sealed == 2
    assert sealing.seal_events(lambda: office.now, seconds=60).sealed == 2
    assert office.finding() == ""


def test_a_head_that_was_moved_back_stops_sealing_with_an_alarm(app: Flask) -> None:
    office = SealedOffice.opened("Mayr")
    office.by_hand("UPDATE chain_head SET event_id = 2, count = 2")
    office.tell("Huber")
    assert sealing.seal_events(lambda: office.now).refused
    assert sealed_ids() == [1, 2, 3, 4]
    assert [alarm.key for alarm in db.session.scalars(db.select(Alarm))] == ["chain"]


def test_a_gateway_s_answer_that_comes_late_is_sealed_too(app: Flask) -> None:
    office = SealedOffice.opened()
    gateway = builders.gateway()
    message = office.tell("Mayr", (State.SENDING, State.UNCLEAR))
    office.seal()
    with writing() as session:
        assert record_outcome(session, message, gateway.id, Accepted("late-1"), office.now) is None
    assert db.session.get_one(Message, message).reference == "late-1"
    assert office.finding() == ""
    assert office.seal() == 1
    assert office.finding() == ""


# C08: 200 random histories
MOVE = st.tuples(st.integers(0, 4), st.integers(0, 20))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(MOVE, min_size=1, max_size=25), batch=st.integers(1, 9))
def test_random_histories_verify_green(app: Flask, moves: list[tuple[int, int]], batch: int) -> None:
    with writing() as session:
        for table in (EventSeal, ChainHead, MessageEvent, Message):
            session.execute(db.delete(table))
    office = SealedOffice()
    before, sealing.BATCH = sealing.BATCH, batch
    try:
        for which, choice in moves:
            _move(office, which, choice)
        assert office.finding() == ""
        office.seal()
        assert sealed_ids() == event_ids()
        assert office.finding() == ""
    finally:
        sealing.BATCH = before


def _move(office: SealedOffice, which: int, choice: int) -> None:
    """Writes a new message, moves one on where the table allows it, or seals."""
    if choice % 4 == 3:
        office.seal()
        return
    if which >= len(office.ids):
        office.tell(f"Kunde {len(office.ids)}", ())
        return
    message = db.session.get_one(Message, office.ids[which], populate_existing=True)
    allowed = sorted(MOVES[State(message.state)])
    if allowed:
        office.go(message.id, allowed[choice % len(allowed)])
