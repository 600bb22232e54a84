"""When a person may let one message leave: inside the window, ahead, and before it is too late (B45)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kehr.rules.plan.plan_values import Office
from kehr.rules.terms.messages import ASKING, Kind
from kehr.rules.terms.timing import is_open, next_open


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a message cannot leave then; `offered` is the nearest moment at which it can, if there is one."""

    code: str
    offered: datetime | None


def why_not_then(
    kind: Kind, due: datetime, too_late: datetime, over: datetime | None, office: Office, now: datetime
) -> Refusal | None:
    """None when the message may leave at `due`. `over` is when the appointment ends, if there is one."""
    asks_before = kind in ASKING and over is not None and due < over
    if due < now:
        code = "moved_to_past"
    elif asks_before:
        code = "moved_before_visit"
    elif due >= too_late:
        code = "moved_too_late"
    elif not is_open(office.window, due, office.zone):
        code = "moved_outside_window"
    else:
        return None
    earliest = max(now, over) if kind in ASKING and over is not None else now
    offered = next_open(
        office.window, max(due, earliest) if code != "moved_too_late" else earliest, office.zone
    )
    return Refusal(code, offered if offered < too_late else None)
