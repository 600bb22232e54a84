"""The chain over the log: what a seal covers, and whether it still fits.

Each seal's hash covers the hash before it, one event, and the digest of what left with its message, so
that nothing can be changed, removed, added or put in another order without a seal that no longer fits.

Whoever takes out texts when their time is over writes an event of the same state in the same transaction;
the seal of that event covers what is left, and only the newest one is compared with the message.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from kehr.rules.terms.messages import State

LEFT = frozenset({State.ACCEPTED, State.UNCLEAR, State.REFUSED, State.DELIVERED, State.UNDELIVERED})
"""In these states a message has left, or may have: its copies stay as they are."""

COPIES = (
    "kind",
    "channel",
    "recipient",
    "recipient_name",
    "sender",
    "subject",
    "text",
    "work_kind",
    "appointment_start",
    "about_start",
    "uid",
    "appointment_id",
    "property_number",
    "place",
    "calendar_name",
    "branch_name",
    "cost_center",
    "gateway_name",
    "reference",
    "carrier_id",
    "claimed_at",
    "sent_at",
    "delivered_at",
    "trial",
    "without_consent",
    "by",
)
"""The columns of a message that its seal covers."""

_MARK = "kehrbote-seal-1"


@dataclass(frozen=True, slots=True)
class Event:
    """One change of state, as the log keeps it."""

    id: int
    message_id: str
    at: datetime
    old_state: str
    new_state: str
    reason: str
    reason_args: Mapping[str, Any]
    by: str


@dataclass(frozen=True, slots=True)
class Seal:
    """The seal on one event; `content` is empty where nothing had left, or it had been sent again."""

    event_id: int
    message_id: str
    content: str
    hash: str
    sealed_at: datetime


@dataclass(frozen=True, slots=True)
class Printed:
    """An end of the chain as a sheet shows it: the number of its last entry, its hash or the beginning."""

    number: int
    hash: str


FEWEST_DIGITS = 8
"""With fewer digits of a hash a wrong one could fit by chance."""


def read_printed(number: str, digits: str) -> Printed | None:
    """What somebody typed off a sheet, blanks and dots as they come; None when it is no end of a chain."""
    number, digits = (re.sub(r"[\s.]", "", typed).lower() for typed in (number, digits))
    if not re.fullmatch("[0-9]{1,12}", number) or not int(number):
        return None
    return Printed(int(number), digits) if re.fullmatch(f"[0-9a-f]{{{FEWEST_DIGITS},64}}", digits) else None


def content_of(copies: Mapping[str, Any]) -> str:
    """The digest of what left: the named columns of a message and nothing else."""
    return _digest([_MARK, "content", {name: _plain(copies[name]) for name in COPIES}])


def seal_hash(before: str, event: Event, content: str, sealed_at: datetime) -> str:
    """The hash of the seal on `event` that follows the seal with the hash `before`."""
    told = [
        event.id,
        event.message_id,
        _plain(event.at),
        event.old_state,
        event.new_state,
        event.reason,
        dict(event.reason_args),
        event.by,
    ]
    return _digest([_MARK, before, told, content, _plain(sealed_at)])


def mark_of_break(code: str, stands: Sequence[Any]) -> str:
    """The name of a break: what is wrong, and what stands there now."""
    return _digest([_MARK, "break", code, [_plain(value) for value in stands]])


def fits(before: str, event: Event, seal: Seal) -> bool:
    """Whether a seal is the one on this event after the seal with the hash `before`."""
    if (seal.event_id, seal.message_id) != (event.id, event.message_id):
        return False
    return seal.hash == seal_hash(before, event, seal.content, seal.sealed_at)


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value


def _digest(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
