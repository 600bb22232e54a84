"""What LINK Mobility posts: reports on deliveries, and SMS that came in. One object a call, not signed.

`undelivered` is no end there: LINK goes on trying. Which message a report is about is told by transferId or
our own clientMessageId; its senderAddress has been seen to be anybody's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from kehr.gateways.contract import Fate, IncomingReply, Receipt
from kehr.gateways.hook_call import HookCall, json_object, text_of

FATES = {
    "delivered": Fate.DELIVERED,
    "undelivered": Fate.UNDERWAY,
    "accepted": Fate.UNDERWAY,
    "expired": Fate.UNDELIVERED,
    "deleted": Fate.UNDELIVERED,
    "rejected": Fate.UNDELIVERED,
}
"""What each deliveryReportMessageStatus means; a word that is not here ends nothing."""


def read(call: HookCall, options: Mapping[str, str], now: datetime) -> Receipt | IncomingReply | None:
    """A report, a reply, or None for anything else. Raises BadHook."""
    told = json_object(call.body)
    kind = text_of(told, "messageType")
    if kind == "deliveryReport":
        return _receipt(told)
    return _reply(told, now) if kind == "text" else None


def _receipt(told: Mapping[str, Any]) -> Receipt | None:
    reference, message_id = text_of(told, "transferId"), text_of(told, "clientMessageId")
    word = text_of(told, "deliveryReportMessageStatus").lower()
    if not word or not (reference or message_id):
        return None
    fate = FATES.get(word, Fate.UNDERWAY)
    return Receipt(
        fate=fate,
        event_key=text_of(told, "notificationId") or f"{reference or message_id}:{word}",
        word=word,
        message_id=message_id,
        reference=reference,
        at=_moment(text_of(told, "deliveredOn")) if fate == Fate.DELIVERED else None,
    )


def _reply(told: Mapping[str, Any], now: datetime) -> IncomingReply | None:
    sender = text_of(told, "senderAddress")
    if not sender:
        return None
    if text_of(told, "senderAddressType") == "international" and sender.isdigit():
        sender = f"+{sender}"
    text = told.get("textMessageContent")
    words = text if isinstance(text, str) else ""
    return IncomingReply(
        event_key=text_of(told, "notificationId") or _nameless(sender, words, now),
        sender=sender,
        recipient=text_of(told, "recipientAddress"),
        text=words,
        at=now,
    )


def _nameless(sender: str, text: str, now: datetime) -> str:
    """The key of a reply without an id: the same words of the same number on one day are one reply."""
    said = f"{sender}\n{text}".encode("utf-8", "replace")
    return f"{now:%Y-%m-%d}:{hashlib.sha256(said).hexdigest()}"


def _moment(written: str) -> datetime | None:
    """A time with its offset; None for anything else, and for the year 1, which some write for no time."""
    try:
        moment = datetime.fromisoformat(written)
        return moment.astimezone(UTC) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
