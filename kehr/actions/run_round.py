"""One round of everything: poll what is due, take files in, plan, send, tell the office."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app

from kehr.actions.plan_messages import PlanResult, plan_messages
from kehr.actions.poll_calendars import PollResult, poll_due
from kehr.actions.send_due import SendResult, send_due
from kehr.actions.take_files import take_files
from kehr.actions.tell_office import tell_office
from kehr.models import Heartbeat, writing

SENDS_EVERY = timedelta(seconds=15)
SENDS_FOR = 5.0
"""Seconds of sending between two pieces of a long import."""


@dataclass(frozen=True, slots=True)
class RoundResult:
    """What one round did."""

    poll: list[PollResult]
    plan: PlanResult
    send: SendResult
    told: int

    def as_dict(self) -> dict[str, Any]:
        """For printing."""
        return {
            "poll": [asdict(result) for result in self.poll],
            "plan": asdict(self.plan),
            "send": self.send.as_dict(),
            "told": self.told,
        }


def run_round(now: Callable[[], datetime]) -> RoundResult:
    """Polls, takes files in, plans and sends in this process, one after the other."""
    polled = poll_due(now())
    beat("poll", now())
    take_files(now)
    return RoundResult(polled, *send_round(now))


def send_round(
    now: Callable[[], datetime], seconds: float | None = None
) -> tuple[PlanResult, SendResult, int]:
    """Plans, sends what is due and tells the office of new troubles; after `seconds` nothing more leaves."""
    planned = plan_messages(now())
    sent = send_due(now, seconds)
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
            beat("tick", now())
            beat("worker", now())
        last = now()

    return between


def beat(name: str, now: datetime) -> None:
    """Notes that a part of the machine has done its round."""
    with writing() as session:
        row = session.get(Heartbeat, name)
        if row is None:
            session.add(Heartbeat(name=name, at=now))
        else:
            row.at = now
