"""Failure 1, the double send, with real processes: senders are killed at every point, 200 times in all."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from kehr.actions.send.send_due import AT_ONCE
from tests.actions.conftest import (  # noqa: F401 - fixtures
    app,
    app_on_postgres,
    database_url,
    postgres,
    postgres_url,
)
from tests.stack.crash_office import CrashOffice, crash_office

pytestmark = pytest.mark.stack

KILLS = 50
ANSWERS_AFTER = 1.5


@pytest.fixture
def office(app: Flask, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[CrashOffice]:  # noqa: F811
    """The crash office, with as many messages as the test asks for."""
    with crash_office(app, tmp_path, request.param) as found:
        yield found


def _kill(office: CrashOffice, pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    assert office.nursery.wait(pid) == -signal.SIGKILL


def _before_the_call(office: CrashOffice, number: int) -> None:
    """Claims are committed, the gateway has not been called for the one at which it stops."""
    pid = office.nursery.start("send-due", stop_at="call", after=number % 3)
    assert office.nursery.wait(pid) is None
    claimed = office.claimed_by(pid)
    _kill(office, pid)
    assert claimed - set(office.gateway.ids), "nothing was between claim and call"


def _calling(office: CrashOffice) -> int:
    """A sender whose call the gateway has accepted."""
    kept = office.gateway.record_size
    pid = office.nursery.start("send-due")
    ends = time.monotonic() + 20
    while office.gateway.record_size == kept or not office.claimed_by(pid) & set(office.gateway.ids):
        assert time.monotonic() < ends, "the sender did not call"
        time.sleep(0.01)
    return pid


def _during_the_call(office: CrashOffice, _number: int) -> None:
    """The gateway has accepted, its answer is still to come."""
    pid = _calling(office)
    _kill(office, pid)
    assert office.claimed_by(pid) & set(office.gateway.ids), "the answer had come already"


def _before_the_record(office: CrashOffice, number: int) -> None:
    """The answer is there and not recorded; the write transaction is open."""
    pid = office.nursery.start("send-due", stop_at="record", after=number % 3)
    assert office.nursery.wait(pid) is None
    _kill(office, pid)
    assert office.claimed_by(pid) & set(office.gateway.ids), "nothing was between answer and record"


def _at_random(office: CrashOffice, number: int) -> None:
    """Anywhere, start and end of a round included; every other time while it sends."""
    pid = _calling(office) if number % 2 else office.nursery.start("send-due")
    time.sleep(random.Random(number).uniform(0, 0.4))
    _kill(office, pid)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("interrupt", "behaviour", "office"),
    [
        (_before_the_call, "ok", 420),
        (_during_the_call, f"delay:{ANSWERS_AFTER}", 420),
        (_before_the_record, "ok", 500),
        (_at_random, "delay:0.05", 1000),
    ],
    indirect=["office"],
)
def test_failure_01_fifty_kills_send_nothing_twice_and_lose_nothing(
    office: CrashOffice, interrupt: Callable[[CrashOffice, int], None], behaviour: str, tmp_path: Path
) -> None:
    messages = office.states()["planned"]
    office.gateway.start(behaviour)
    for number in range(KILLS):
        interrupt(office, number)
    assert office.states()["planned"], "the last kills had nothing left to interrupt"
    office.gateway.start("ok")
    office.send_all(together=2)
    office.nursery.run("send-due", times=100)
    _nothing_twice_nothing_lost(office, messages)
    assert 0 < office.states()["unclear"] <= KILLS * AT_ONCE
    _is_whole(tmp_path / "kehrbote.db")


def _nothing_twice_nothing_lost(office: CrashOffice, messages: int) -> None:
    assert set(office.gateway.ids.values()) == {1}
    assert set(office.gateway.told.values()) == {1}
    states = office.states()
    assert set(states) <= {"accepted", "unclear"}
    assert states.total() == messages
    reached = set(office.gateway.ids)
    assert office.ids("accepted") <= reached
    assert reached <= office.ids("accepted", "unclear")
    assert len(reached) + len(office.ids("unclear") - reached) == messages


def _is_whole(path: Path) -> None:
    """The file is sound, and every state follows from its events (invariant 5)."""
    with sqlite3.connect(path) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        newest = "SELECT message_id, max(id) AS id FROM message_events GROUP BY message_id"
        told = f"SELECT e.message_id, e.new_state FROM message_events e JOIN ({newest}) n ON n.id = e.id"
        wrong = f"SELECT count(*) FROM messages m LEFT JOIN ({told}) t ON t.message_id = m.id"
        assert database.execute(f"{wrong} WHERE t.new_state IS NOT m.state").fetchone() == (0,)
    database.close()


@pytest.mark.parametrize("office", [30], indirect=True)
def test_failure_01_a_gateway_that_accepts_and_hangs_up_leaves_it_unclear_for_ever(
    office: CrashOffice,
) -> None:
    office.gateway.start("drop_after", "ok")
    office.send_all(together=1)
    assert office.states() == {"accepted": 29, "unclear": 1}
    office.nursery.run("send-due", times=100)
    assert office.states() == {"accepted": 29, "unclear": 1}
    _nothing_twice_nothing_lost(office, 30)
    assert len(office.gateway.accepted) == 30


@pytest.mark.parametrize("office", [240], indirect=True)
def test_failure_01_two_processes_at_once_never_send_the_same_message(office: CrashOffice) -> None:
    office.gateway.start("delay:0.005")
    office.nursery.run("send-due", together=2)
    office.send_all(together=3)
    assert office.states() == {"accepted": 240}
    _nothing_twice_nothing_lost(office, 240)


@pytest.mark.parametrize("office", [120], indirect=True)
def test_failure_01_whole_ticks_at_once_plan_and_send_each_message_once(office: CrashOffice) -> None:
    office.gateway.start("ok")
    office.nursery.run("tick", together=3)
    office.nursery.run("tick", together=2, times=25)
    assert office.states() == {"accepted": 120}
    _nothing_twice_nothing_lost(office, 120)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("office", [200], indirect=True)
def test_failure_01_a_kill_on_postgresql_sends_nothing_twice_either(office: CrashOffice) -> None:
    office.gateway.start("ok")
    for number in range(5):
        _before_the_call(office, number)
        _before_the_record(office, number)
    office.send_all(together=2)
    office.nursery.run("send-due", times=100)
    _nothing_twice_nothing_lost(office, 200)
