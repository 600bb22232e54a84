"""One round of everything that the worker does: poll, take files in, plan, send, ask, seal, check, tell."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app

from kehr.actions.feeds.poll_calendars import PollResult, poll_due
from kehr.actions.hear.read_balances import read_balances
from kehr.actions.hear.read_receipts import ReceiptsResult, read_receipts
from kehr.actions.imports.take_files import take_files
from kehr.actions.log.evening_log import anything_due
from kehr.actions.log.seal_events import SealResult, seal_events
from kehr.actions.log.watch_chain import verify_nightly
from kehr.actions.money.watch_meters import watch_meters
from kehr.actions.plan.plan_messages import PlanResult, plan_messages
from kehr.actions.run.self_test import run_self_test
from kehr.actions.run.tell_office import tell_office
from kehr.actions.send.send_due import SendResult, send_due
from kehr.models import Alarm, Heartbeat, writing

SENDS_EVERY = timedelta(seconds=15)
OFF_AFTER = timedelta(minutes=30)
"""Silence as long as this is told on the start page: messages may have expired meanwhile."""
SENDS_FOR = 5.0
"""Seconds of sending between two pieces of a long import."""


RESTS = "planning_rests"
"""The heartbeat that says until when the tick need not plan."""
REST_FOR_EACH = 20
LONGEST_REST = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class RoundResult:
    """What one round did; `verified` is empty while the nightly check of the log is not due, else `ok` or the
    code of what it found.
    """

    poll: list[PollResult]
    plan: PlanResult
    send: SendResult
    receipts: ReceiptsResult
    seal: SealResult
    balances: int
    verified: str
    evening_logs: int
    told: int

    def as_dict(self) -> dict[str, Any]:
        """For printing."""
        return {
            "poll": [asdict(result) for result in self.poll],
            "plan": asdict(self.plan),
            "send": self.send.as_dict(),
            "receipts": asdict(self.receipts),
            "seal": self.seal.as_dict(),
            "balances": self.balances,
            "verified": self.verified,
            "evening_logs": self.evening_logs,
            "told": self.told,
        }


def run_round(now: Callable[[], datetime]) -> RoundResult:
    """Does in this process, one after the other, what the worker's jobs do: also what is due once a day."""
    polled = poll_due(now())
    beat("poll", now())
    take_files(now)
    planned, sent, told = send_round(now)
    receipts = read_receipts(now, at_once=True)
    balances = read_balances(now)
    sealed = seal_events(now)
    verified, brought = _verified(now), _evening_logs(now)
    told += tell_office(now)
    return RoundResult(polled, planned, sent, receipts, sealed, balances, verified, brought, told)


def _verified(now: Callable[[], datetime]) -> str:
    found = verify_nightly(now, sends_meanwhile(now))
    if found is None:
        return ""
    return found.broken.code if found.broken is not None else "ok"


def _evening_logs(now: Callable[[], datetime]) -> int:
    """Brings the log of the day when its time has come; an app without screens cannot lay it out."""
    bring = current_app.extensions.get("kehr_evening_log")
    if bring is None or not anything_due(now()):
        return 0
    brought: int = bring(now, sends_meanwhile(now))
    return brought


def send_round(
    now: Callable[[], datetime], seconds: float | None = None
) -> tuple[PlanResult, SendResult, int]:
    """Plans, sends what is due and tells the office of new troubles; after `seconds` nothing more leaves."""
    return _sent_and_told(now, plan_messages(now()), seconds)


def send_round_at_ease(now: Callable[[], datetime], seconds: float) -> None:
    """The round of every tick: plans only as often as planning may take a twentieth of the machine.

    Whoever changes anything plans at once, and every claim decides again; what is left for the tick is
    the passing of time.
    """
    with writing() as session:
        rests = session.get(Heartbeat, RESTS)
        until = rests.at if rests is not None else now()
    planned = PlanResult()
    if not now() < until <= now() + LONGEST_REST:
        began = time.monotonic()
        planned = plan_messages(now())
        took = timedelta(seconds=time.monotonic() - began)
        beat(RESTS, now() + min(took * REST_FOR_EACH, LONGEST_REST))
    _sent_and_told(now, planned, seconds)


def _sent_and_told(
    now: Callable[[], datetime], planned: PlanResult, seconds: float | None
) -> tuple[PlanResult, SendResult, int]:
    run_self_test(now())
    sent = send_due(now, seconds)
    watch_meters(now())
    told = tell_office(now)
    beat("tick", now())
    return planned, sent, told


def sends_meanwhile(now: Callable[[], datetime]) -> Callable[[], None]:
    """Called again and again during a long import: the only worker goes on sending what is due."""
    last = now()

    def between() -> None:
        nonlocal last
        if now() - last < SENDS_EVERY:
            return
        with current_app.app_context():  # a session of its own beside the one that imports
            send_due(now, SENDS_FOR)
            read_receipts(now)
            beat("tick", now())
            beat("worker", now())
        last = now()

    return between


def beat(name: str, now: datetime) -> None:
    """Notes that a part of the machine has done its round; a tick after long silence, that it was off."""
    with writing() as session:
        row = session.get(Heartbeat, name)
        if row is not None and name == "tick" and now - row.at > OFF_AFTER:
            args = {"since": row.at.isoformat(), "until": now.isoformat()}
            session.add(
                Alarm(key="was_off", code="was_off", args=args, opened_at=row.at, closed_at=now, told_at=now)
            )
        if row is None:
            session.add(Heartbeat(name=name, at=now))
        else:
            row.at = now
