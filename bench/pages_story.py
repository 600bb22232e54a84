"""What becomes of a message, and the events that tell of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bench.office import NOW, TEXT
from kehr.models import Message

_TAKEN, _TOLD = timedelta(seconds=6), timedelta(seconds=11)
_EMPTY: dict[str, Any] = {
    column.name: (column.default.arg if column.default is not None and column.default.is_scalar else None)
    for column in Message.__table__.columns
} | {"reason_args": {}}


@dataclass(frozen=True, slots=True)
class Happened:
    """One event, with the message as it stood then."""

    at: datetime
    message: dict[str, Any]
    old: str
    new: str
    reason: str = ""
    args: dict[str, Any] = field(default_factory=dict)
    by: str = ""


@dataclass(slots=True)
class Written:
    """What one day of visits leaves behind."""

    appointments: list[dict[str, Any]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    events: list[Happened] = field(default_factory=list)


def empty_message(ident: str, **values: Any) -> dict[str, Any]:
    """A row of a message that has nothing but these values."""
    return _EMPTY | {"id": ident} | values


def send(written: Written, message: dict[str, Any], at: datetime, fate: str) -> None:
    """Lets a planned message leave at this moment, and meet its fate: one of the states it may end in, or
    marked: somebody noted that it left.
    """
    if fate == "missed":
        args = {"due": message["due_at"].isoformat()}
        message |= {"state": "missed", "reason": "too_late", "reason_args": args}
        over = min(message["too_late_at"], NOW)
        written.events.append(Happened(over, message, "planned", "missed", "too_late", args))
        return
    sms = message["channel"] == "sms"
    parts = 1 + (len(message["place"]) > 44) if sms else 0
    message |= {
        "subject": "" if sms else "Ihr Kehrtermin",
        "text": message["text"] or f"{TEXT} {message['place']}"[:150].replace("#", ""),
        "sender": "+43720111222" if sms else "office@example.at",
        "gateway_id": 1,
        "gateway_name": "Gateway",
        "parts": parts,
        "price": 750 * parts if sms and message["id"] < "8" else None,
        "claimed_at": at,
        "claimed_by": "box:1",
        "tries": 1,
        "sent_at": at,
        "reference": f"77{message['id'][:12]}" if fate != "refused" else "",
    }
    written.events.append(Happened(at, message, "planned", "sending"))
    taken, told = at + _TAKEN, at + _TOLD
    if fate == "refused":
        args = {"detail": "4002"}
        message |= {"state": "refused", "reason": "link_4002", "reason_args": args, "sent_at": None}
        written.events.append(Happened(taken, message, "sending", "refused", "link_4002", args))
        return
    if fate in ("unclear", "marked"):
        message |= {"state": "unclear", "reason": "timeout"}
        written.events.append(Happened(taken, message, "sending", "unclear", "timeout"))
        if fate == "marked":
            by, later = {"by": "office"}, at + timedelta(hours=3)
            message |= {"state": "accepted", "reason": "marked_sent", "reason_args": by}
            marked = Happened(later, message, "unclear", "accepted", "marked_sent", by, "office")
            written.events.append(marked)
        return
    written.events.append(Happened(taken, message, "sending", "accepted"))
    message["state"] = "accepted"
    if fate == "delivered":
        message |= {"state": "delivered", "delivered_at": told}
        written.events.append(Happened(told, message, "accepted", "delivered"))
    elif fate == "undelivered":
        args = {"detail": "EXPIRED"}
        message |= {"state": "undelivered", "reason": "undelivered", "reason_args": args}
        written.events.append(Happened(told, message, "accepted", "undelivered", "undelivered", args))
