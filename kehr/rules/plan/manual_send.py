"""One confirmed send by hand: what may exist only once, when it leaves, and what it comes to."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal

from kehr.rules.plan.plan_values import Reason
from kehr.rules.plan.recipients import Permission, permission
from kehr.rules.terms.messages import MAYBE_TOLD, Channel, Kind, State
from kehr.rules.terms.timing import SendWindow, next_open

LIFETIME = timedelta(hours=24)
"""What somebody typed is about that day: a day after it was due it no longer leaves."""
SHORTEST_REASON = 8
"""A reason for writing without consent has at least so many characters."""
LONGEST_REASON = 300
LONGEST_TEXT = 1530
"""Ten SMS of 153 characters."""
LONGEST_MAIL = 10_000
LONGEST_SUBJECT = 200


@dataclass(frozen=True, slots=True)
class Totals:
    """What a send comes to. `parts` are SMS; `cost` in euro, None when no price is known."""

    recipients: int
    parts: int
    cost: Decimal | None = None


def totals(sent: Iterable[tuple[str, int]], price: Decimal | None = None) -> Totals:
    """Sums up messages given as (address, parts); `price` is that of one SMS in euro."""
    messages = list(sent)
    parts = sum(part for _, part in messages)
    return Totals(
        len({address for address, _ in messages}), parts, price * parts if price is not None else None
    )


def normal_text(text: str) -> str:
    """A text as it is compared: composed, in small letters, any run of blanks and line ends one blank."""
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()


def about_appointment(appointment_id: int, start: datetime) -> str:
    """What a message about one start of an appointment is about."""
    return f"appointment {appointment_id} {start.isoformat()}"


def about_object(property_id: int) -> str:
    """What a free message to somebody at an object is about."""
    return f"object {property_id}"


def about_employee(employee_id: int) -> str:
    """What a message to an employee is about."""
    return f"employee {employee_id}"


def manual_key(
    channel: Channel, recipient: str, about: str, kind: Kind, text: str, subject: str, day: date
) -> str:
    """What may be sent only once: the same words on the same office day to the same number about the
    same thing. `text` and `subject` are as typed, with their placeholders.
    """
    told = subject if channel == Channel.EMAIL else ""
    parts = [channel, recipient, about, kind, normal_text(text), normal_text(told), day.isoformat()]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def due_moment(now: datetime, window: SendWindow, zone: tzinfo) -> datetime:
    """Now, or the next opening of the send window (C15)."""
    return next_open(window, now, zone)


def too_late_at(due: datetime, start: datetime | None) -> datetime:
    """From when on a message no longer leaves: its appointment has begun, or its day is over."""
    if start is not None and start > due:
        return min(start, due + LIFETIME)
    return due + LIFETIME


def begins_before(due: datetime, now: datetime, start: datetime | None) -> bool:
    """Whether an appointment that is still ahead will have begun when its message could leave."""
    return start is not None and now < start <= due


def blocked_by(address: str, known: Permission | None, consent: str, without_consent: str) -> Reason | None:
    """Why an address may not be written to by hand, None when it may.

    An opt-out always blocks. Want of a tick does not when somebody gave a reason to write all the same.
    """
    reason = permission(address, consent, {} if known is None else {address: known})
    if reason is not None and reason.code == "no_consent" and without_consent.strip():
        return None
    return reason


def is_told(state: State, *, only_trial: bool) -> bool:
    """Whether a message by hand counts as sent, so that the same words are not sent again.

    `only_trial`: trial mode merely recorded it, and is over by now.
    """
    if only_trial:
        return False
    return state in MAYBE_TOLD or state in (State.PLANNED, State.HELD)
