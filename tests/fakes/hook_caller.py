"""LINK and seven as they call our address: their bodies, signatures, and a plain HTTP client."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit


def link_report(word: str, **values: Any) -> dict[str, Any]:
    """A delivery report of LINK, with a notification id of its own."""
    return {
        "messageType": "deliveryReport",
        "notificationId": secrets.token_hex(10),
        "transferId": "00670eb55d00349e1111",
        "senderAddress": "41791111111",
        "deliveryReportMessageStatus": word,
        "sentOn": "2026-03-10T12:00:02.000+01:00",
        "deliveredOn": "2026-03-10T12:00:03.000+01:00",
        "deliveredAs": "sms",
    } | values


def link_reply(text: str, **values: Any) -> dict[str, Any]:
    """An SMS that came in at LINK."""
    return {
        "messageType": "text",
        "notificationId": secrets.token_hex(10),
        "senderAddress": "436641000001",
        "senderAddressType": "international",
        "recipientAddress": "43720111222",
        "recipientAddressType": "international",
        "textMessageContent": text,
    } | values


def seven_report(word: str, **values: Any) -> dict[str, Any]:
    """A delivery report of seven."""
    data = {"msg_id": "77229135982", "status": word, "timestamp": "1773140403"} | values
    return {"data": data, "webhook_event": "dlr", "webhook_timestamp": "2026-03-10T11:00:03+00:00"}


def seven_reply(text: str, **values: Any) -> dict[str, Any]:
    """An SMS that came in at seven."""
    data = {"id": "681590", "sender": "436641000001", "system": "43720111222", "text": text} | values
    return {"data": {"time": "1773140403"} | data, "webhook_event": "sms_mo"}


def seven_headers(
    body: bytes, key: str, url: str, timestamp: str = "1773140403", nonce: str = "n" * 32
) -> dict[str, str]:
    """The headers with which seven signs a call, as its documentation describes them."""
    lines = [timestamp, nonce, "POST", url, hashlib.md5(body).hexdigest()]
    signed = hmac.new(key.encode(), "\n".join(lines).encode(), hashlib.sha256).hexdigest()
    return {"X-Signature": signed, "X-Timestamp": timestamp, "X-Nonce": nonce}


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


def call(
    address: str,
    body: bytes = b"",
    method: str = "POST",
    content_type: str = "application/json",
    **headers: str,
) -> Heard:
    """One call at `address`, over a connection of its own."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    try:
        more = {"Content-Type": content_type} if content_type else {}
        connection.request(method, parts.path or "/", body or None, more | headers)
        answer = connection.getresponse()
        return Heard(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
    finally:
        connection.close()
