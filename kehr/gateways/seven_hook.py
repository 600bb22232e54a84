"""What seven.io posts: reports on deliveries and SMS that came in, signed with the account's signing key.

Options: `hook_key`, the signing key; `callback_url`, the address that seven was given, part of what it signs.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kehr.gateways.contract import IncomingReply, Receipt
from kehr.gateways.hook_call import BadHook, Forged, HookCall, json_object, text_of
from kehr.gateways.seven_answers import moment, receipt, reply

ZONE = "Europe/Berlin"
"""Whose wall time a time without zone is, unless the option `zone` says otherwise."""
TRIED_FOR = timedelta(days=4)
"""seven repeats a call for three and a half days; an older signature is somebody else's repeat."""


def read(call: HookCall, options: Mapping[str, str], now: datetime) -> Receipt | IncomingReply | None:
    """A report, a reply, or None for anything else. Raises Forged and BadHook."""
    _check_signature(call, options, now)
    told = json_object(call.body)
    data = told.get("data")
    if not isinstance(data, dict):
        raise BadHook("no data")
    zone = _zone(options)
    event = text_of(told, "webhook_event")
    if event == "dlr":
        word = {"id": text_of(data, "msg_id"), "status": text_of(data, "status")}
        return receipt(word | {"status_time": text_of(data, "timestamp")}, zone)
    return _reply(data, zone, now) if event == "sms_mo" else None


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
    at = moment(timestamp, ZoneInfo(ZONE))
    if at is None or abs(now - at) > TRIED_FOR:
        raise Forged("timestamp")


def _zone(options: Mapping[str, str]) -> ZoneInfo:
    try:
        return ZoneInfo(options.get("zone") or ZONE)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(ZONE)


def _reply(data: Mapping[str, Any], zone: ZoneInfo, now: datetime) -> IncomingReply | None:
    """The same reply, with the same key, as the journal tells it when seven is asked."""
    entry = {
        "id": text_of(data, "id"),
        "from": text_of(data, "sender"),
        "to": text_of(data, "system"),
        "text": data.get("text") if isinstance(data.get("text"), str) else "",
        "timestamp": text_of(data, "time"),
    }
    if moment(entry["timestamp"], zone) is None:
        entry["timestamp"] = now.isoformat()
    return reply(entry, zone) if entry["id"] and entry["from"] else None
