"""Quota and counter against real senders: several processes at once, some of them killed (A24, A52)."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from kehr.models import Branch, Company, Gateway, MessageRule, db, writing
from tests.actions.conftest import (  # noqa: F401 - fixtures
    app,
    app_on_postgres,
    database_url,
    postgres,
    postgres_url,
)
from tests.stack.crash_office import CrashOffice, crash_office

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]

MESSAGES = 30
ROOM = 11


@pytest.fixture
def office(app: Flask, tmp_path: Path) -> Iterator[CrashOffice]:  # noqa: F811
    """Thirty numbers with a reminder each, all due."""
    with crash_office(app, tmp_path, MESSAGES) as found:
        yield found


def limit(kind: str, room: int | None) -> None:
    """Room for so many SMS, in the firm's or the branch's quota or in the gateway's counter."""
    model, name = {
        "firm": (Company, "monthly_quota"),
        "branch": (Branch, "monthly_quota"),
        "counter": (Gateway, "counter"),
    }[kind]
    with writing() as session:
        setattr(session.get_one(model, 1), name, room)


def left() -> int | None:
    db.session.expire_all()
    found = db.session.get_one(Gateway, 1).counter
    db.session.rollback()
    return found


@pytest.mark.parametrize("kind", ["firm", "branch", "counter"])
def test_processes_together_stop_exactly_at_the_limit_and_go_on_when_raised(
    office: CrashOffice, kind: str
) -> None:  # A24, A52
    office.gateway.start("delay:0.02")
    limit(kind, ROOM)
    for _ in range(3):
        office.nursery.run("send-due", together=3)
        assert len(office.gateway.accepted) == ROOM
    assert office.states()["planned"] == MESSAGES - ROOM
    limit(kind, ROOM if kind == "counter" else 2 * ROOM)
    office.nursery.run("send-due", together=3, times=3)
    assert len(office.gateway.accepted) == 2 * ROOM
    limit(kind, None)
    office.send_all(together=3)
    assert set(office.gateway.ids.values()) == {1} and len(office.gateway.ids) == MESSAGES


@pytest.mark.parametrize("kind", ["firm", "counter"])
@pytest.mark.parametrize("stop_at", ["call", "record"])
def test_what_a_killed_sender_had_claimed_stays_counted(  # A24, A52
    office: CrashOffice, stop_at: str, kind: str
) -> None:
    office.gateway.start("ok")
    limit(kind, ROOM)
    pid = office.nursery.start("send-due", stop_at=stop_at, after=2)
    assert office.nursery.wait(pid) is None
    os.kill(pid, signal.SIGKILL)
    assert office.nursery.wait(pid) == -signal.SIGKILL
    office.nursery.run("send-due", together=2, times=5)
    states = office.states()
    assert states["unclear"] >= 1
    assert states["unclear"] + states["accepted"] == ROOM
    assert len(office.gateway.ids) <= ROOM
    assert kind == "firm" or left() == 0


def test_what_the_gateway_does_not_take_gives_all_of_its_parts_back(office: CrashOffice) -> None:  # A52
    with writing() as session:
        session.get_one(MessageRule, 1).text = "#Datum " + "und noch etwas mehr " * 9
    limit("counter", ROOM)
    office.gateway.start("code:4023")
    office.nursery.run("send-due", together=2, times=3)
    assert (left(), office.gateway.accepted) == (ROOM, [])
    office.gateway.start("code:4002", "ok")
    later = dict(office.nursery.environment, KEHR_CLOCK="2026-03-12T17:30:00+01:00")
    with type(office.nursery)(later) as nursery:
        nursery.run("send-due", together=2, times=5)
    assert office.states()["refused"] == 1
    assert (len(office.gateway.accepted), left()) == (ROOM // 2, 1)
