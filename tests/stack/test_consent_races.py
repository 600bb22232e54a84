"""Withdrawals against real senders: processes that are stopped between claim, call and record."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from kehr.actions.people.record_consent import Tick, record
from kehr.models import Message, db
from tests.actions.conftest import (  # noqa: F401 - fixtures
    app,
    app_on_postgres,
    database_url,
    postgres,
    postgres_url,
)
from tests.stack.crash_office import CLOCK, CrashOffice, crash_office

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]

MESSAGES = 30


@pytest.fixture
def office(app: Flask, tmp_path: Path) -> Iterator[CrashOffice]:  # noqa: F811
    """Thirty numbers with a reminder each, all due."""
    with crash_office(app, tmp_path, MESSAGES) as found:
        yield found


def withdraw_all() -> None:
    """Everybody calls and wants no messages any more."""
    numbers = list(db.session.scalars(select(Message.recipient)))
    db.session.rollback()
    record([Tick(number, False, "phone", "anna") for number in numbers], datetime.fromisoformat(CLOCK))


# failures.md 14: untick while the send is claimed, with a real process on both databases
@pytest.mark.parametrize("stop_at", ["call", "record"])
def test_failure_14_only_what_was_claimed_before_the_withdrawal_leaves(
    office: CrashOffice, stop_at: str
) -> None:
    office.gateway.start("ok")
    pid = office.nursery.start("send-due", stop_at=stop_at, after=1)
    assert office.nursery.wait(pid) is None
    if stop_at == "record":
        # The stopped sender holds the write lock; the withdrawal waits until it goes on or dies.
        os.kill(pid, signal.SIGKILL)
        assert office.nursery.wait(pid) == -signal.SIGKILL
    claimed = office.claimed_by(pid) | office.ids("accepted", "unclear")
    assert claimed
    withdraw_all()
    if stop_at == "call":
        _let_go(office, pid)
    office.nursery.run("send-due", together=2, times=20)
    assert set(office.gateway.ids) <= claimed
    assert set(office.gateway.ids.values()) <= {1}
    assert office.ids("accepted", "unclear") == claimed
    assert office.states()["withheld"] == MESSAGES - len(claimed)


def _let_go(office: CrashOffice, pid: int) -> None:
    """The sender goes on; it stops itself again before each of its other calls."""
    status = None
    while status is None:
        os.kill(pid, signal.SIGCONT)
        status = office.nursery.wait(pid)
    assert status == 0


def test_failure_14_senders_that_run_through_a_withdrawal_reach_nobody_after_it(office: CrashOffice) -> None:
    office.gateway.start("delay:0.05")
    pids = [office.nursery.start("send-due") for _ in range(2)]
    ends = time.monotonic() + 30
    while not office.gateway.record_size:
        assert time.monotonic() < ends, "nobody sends"
        time.sleep(0.01)
    withdraw_all()
    for pid in pids:
        assert office.nursery.wait(pid) == 0
    office.nursery.run("send-due", together=2, times=20)
    assert set(office.gateway.ids) == office.ids("accepted")
    assert set(office.gateway.ids.values()) == {1}
    assert office.states()["withheld"] == MESSAGES - office.states()["accepted"]
