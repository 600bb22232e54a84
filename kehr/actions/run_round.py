"""One round of everything: poll what is due, plan, send, tell the office."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from kehr.actions.plan_messages import PlanResult, plan_messages
from kehr.actions.poll_calendars import PollResult, poll_due
from kehr.actions.send_due import SendResult, send_due
from kehr.actions.tell_office import tell_office
from kehr.models import Heartbeat, writing


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
    """Polls, plans and sends in this process, one after the other."""
    polled = poll_due(now())
    beat("poll", now())
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


def beat(name: str, now: datetime) -> None:
    """Notes that a part of the machine has done its round."""
    with writing() as session:
        row = session.get(Heartbeat, name)
        if row is None:
            session.add(Heartbeat(name=name, at=now))
        else:
            row.at = now
