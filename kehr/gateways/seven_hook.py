"""What seven.io posts: reports on deliveries and SMS that came in, signed with the account's signing key.

Options: `hook_key`, the signing key; `callback_url`, the address that seven was given, part of what it signs.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from kehr.gateways.contract import Fate, IncomingReply, Receipt
from kehr.gateways.hook_call import BadHook, Forged, HookCall, json_object, text_of

FATES = {
    "DELIVERED": Fate.DELIVERED,
    "NOTDELIVERED": Fate.UNDELIVERED,
    "EXPIRED": Fate.UNDELIVERED,
    "REJECTED": Fate.UNDELIVERED,
    "FAILED": Fate.UNDELIVERED,
}
"""The final words; BUFFERED, TRANSMITTED, ACCEPTED, UNKNOWN and what else may come end nothing."""
TRIED_FOR = timedelta(days=4)
"""seven repeats a call for three and a half days; an older signature is somebody else's repeat."""


def read(call: HookCall, options: Mapping[str, str], now: datetime) -> Receipt | IncomingReply | None:
    """A report, a reply, or None for anything else. Raises Forged and BadHook."""
    _check_signature(call, options, now)
    told = json_object(call.body)
    data = told.get("data")
    if not isinstance(data, dict):
        raise BadHook("no data")
    event = text_of(told, "webhook_event")
    if event == "dlr":
        return _receipt(data)
    return _reply(data, now) if event == "sms_mo" else None


def signature(key: str, timestamp: str, nonce: str, url: str, body: bytes) -> str:
    """What seven writes into X-Signature."""
    content = hashlib.md5(body, usedforsecurity=False).hexdigest()
    signed = "\n".join((timestamp, nonce, "POST", url, content))
    return hmac.new(key.encode(), signed.encode(), hashlib.sha256).hexdigest()


def _check_signature(call: HookCall, options: Mapping[str, str], now: datetime) -> None:
    key, url = options.get("hook_key", ""), options.get("callback_url", "")
    timestamp, nonce = call.headers.get("x-timestamp", ""), call.headers.get("x-nonce", "")
    given = call.headers.get("x-signature", "").lower().encode("utf-8", "replace")
    if not key or not hmac.compare_digest(signature(key, timestamp, nonce, url, call.body).encode(), given):
        raise Forged("signature")
    at = moment(timestamp)
    if at is None or abs(now - at) > TRIED_FOR:
        raise Forged("timestamp")


def _receipt(data: Mapping[str, Any]) -> Receipt | None:
    reference, word = text_of(data, "msg_id"), text_of(data, "status").upper()
    if not reference or not word:
        return None
    return Receipt(
        fate=FATES.get(word, Fate.UNDERWAY),
        event_key=f"{reference}:{word}",
        word=word,
        reference=reference,
        at=moment(text_of(data, "timestamp")),
    )


def _reply(data: Mapping[str, Any], now: datetime) -> IncomingReply | None:
    sender, name = text_of(data, "sender"), text_of(data, "id")
    if not sender or not name:
        return None
    text = data.get("text")
    return IncomingReply(
        event_key=name,
        sender=f"+{sender}" if sender.isdigit() and not sender.startswith("0") else sender,
        recipient=text_of(data, "system"),
        text=text if isinstance(text, str) else "",
        at=moment(text_of(data, "time")) or now,
    )


def moment(written: str) -> datetime | None:
    """A time as seven writes it: seconds since 1970, or ISO 8601 with a zone; None for anything else."""
    try:
        if written.isascii() and written.isdigit():
            return datetime.fromtimestamp(int(written), UTC)
        told = datetime.fromisoformat(written)
    except (ValueError, OverflowError, OSError):
        return None
    return told if told.tzinfo is not None else None
