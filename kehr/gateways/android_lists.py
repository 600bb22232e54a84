"""Reads what the app SMS Gateway tells of messages and of its inbox."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from kehr.gateways.contract import Fate, IncomingReply, Receipt

FATES = {
    "Delivered": Fate.DELIVERED,
    "Failed": Fate.UNDELIVERED,
    "Cancelled": Fate.UNDELIVERED,
}
"""Pending, Cancelling, Processed (handed to Android), Sent (the network took it) and any new word are no
last ones."""

_FAULT = re.compile(r"RESULT_[A-Z_]+[A-Z]")
_LONGEST_CODE = 60


def receipts_of(entry: Mapping[str, Any] | None) -> list[Receipt]:
    """Every final word about a message in the order of its times, else how far it is now.

    A message said to be delivered may still be said to have failed: both words are told.
    """
    if entry is None:
        return []
    message_id, now = str(entry.get("id") or ""), str(entry.get("state") or "")
    if not message_id or not now:
        return []
    times = _times(entry.get("states"))
    words = sorted((word for word in times if word in FATES), key=lambda word: (times[word] or _NEVER, word))
    if now not in words:
        words = [*words, now] if now in FATES else words or [now]
    return [_receipt(message_id, word, times.get(word), _code(entry, word)) for word in words]


def incoming_reply(entry: Mapping[str, Any]) -> IncomingReply | None:
    """One entry of the inbox; None for what is no SMS or has no time.

    The app's id is made from the content and may come again, so the moment belongs to the key.
    """
    at = moment(entry.get("createdAt"))
    if at is None or entry.get("type", "SMS") != "SMS" or not isinstance(entry.get("id"), str):
        return None
    return IncomingReply(
        event_key=f"{entry['id']}:{round(at.timestamp() * 1000)}",
        sender=str(entry.get("sender") or ""),
        recipient=str(entry.get("recipient") or ""),
        text=str(entry.get("contentPreview") or ""),
        at=at,
    )


def moment(text: object) -> datetime | None:
    """A time as the app writes it, always with its offset; None for anything else."""
    try:
        at = datetime.fromisoformat(str(text))
        return at.astimezone(UTC) if at.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def iso(at: datetime) -> str:
    """A time as the app reads it on every version of Android: UTC, with thousandths."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


_NEVER = datetime.max.replace(tzinfo=UTC)


def _times(states: object) -> dict[str, datetime | None]:
    if not isinstance(states, dict):
        return {}
    return {str(word): moment(at) for word, at in states.items()}


def _receipt(message_id: str, word: str, at: datetime | None, code: str) -> Receipt:
    fate = FATES.get(word, Fate.UNDERWAY)
    return Receipt(fate, f"{message_id}:{word}", word, message_id, message_id, code, at)


def _code(entry: Mapping[str, Any], word: str) -> str:
    """Android's own word for why a message failed, or how the app put it."""
    recipients = entry.get("recipients")
    if word != "Failed" or not isinstance(recipients, list):
        return ""
    for recipient in recipients:
        error = str(recipient.get("error") or "") if isinstance(recipient, dict) else ""
        if error:
            found = _FAULT.search(error)
            return found[0] if found else " ".join(error.split())[:_LONGEST_CODE]
    return ""
