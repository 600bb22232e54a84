"""LINK Mobility Austria (formerly websms): SMS Messaging API 1.0.0, one recipient a request.

The API has no look-up, and our id is no guard against doubles there: what is unclear stays unclear.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from typing import Any, ClassVar, NoReturn
from urllib.parse import urlsplit

from kehr.gateways.account import GatewayAccount, ReleasedSender
from kehr.gateways.contract import (
    Abilities,
    Accepted,
    Account,
    Misconfigured,
    NotTaken,
    OutgoingMessage,
    Refused,
    Unclear,
)
from kehr.gateways.linkmobility_codes import Verdict, verdict, word
from kehr.sources.network import Allow, Answer, Door, Limits, MaybeArrived, NothingSent

BASE_URL = "https://api.linkmobility.eu/rest"
"""Today's address; accounts of the websms days also answer at https://api.websms.com/rest."""

CHECK_RECIPIENT = "436641234567"
"""A well-formed number for a request marked as test, where the sender is not the office's own number."""

_RECIPIENT = re.compile(r"\+[1-9]\d{4,14}")
_NUMERIC = re.compile(r"\+?[0-9]{3,16}")
_SENDER_TYPES = frozenset({"national", "international", "alphanumeric", "shortcode"})
_HTTP_MISCONFIGURED = {
    401: "gateway_credentials",
    403: "gateway_forbidden",
    404: "gateway_wrong_address",
    405: "gateway_wrong_address",
    301: "gateway_wrong_address",
    307: "gateway_wrong_address",
    308: "gateway_wrong_address",
}
_RAISED = {
    Verdict.REFUSED: Refused,
    Verdict.BUG: Refused,
    Verdict.MISCONFIGURED: Misconfigured,
    Verdict.LATER: NotTaken,
    Verdict.UNCLEAR: Unclear,
}


class LinkMobility:
    """Sends SMS through LINK. Options: `user` (then Basic auth instead of a token), `timeout` in seconds,
    `callback_url` to which LINK reports deliveries; without it nobody learns of them.
    """

    kind: ClassVar[str] = "linkmobility"
    channels: ClassVar[frozenset[str]] = frozenset({"sms"})
    abilities: ClassVar[Abilities] = Abilities()

    def __init__(self, account: GatewayAccount, *, allow: Allow, loopback_only: bool = False) -> None:
        self._account = account
        self._url = (account.base_url or BASE_URL).rstrip("/") + "/smsmessaging/text"
        self._door = Door(allow, loopback_only=loopback_only)
        self._limits = Limits(connect=10.0, total=float(account.options.get("timeout", "30")))

    @staticmethod
    def abilities_with(options: Mapping[str, str]) -> Abilities:
        """With an address that LINK can call, states come; replies when it is entered there as well."""
        called = bool(options.get("callback_url"))
        return Abilities(pushes_states=called, pushes_replies=called)

    def send(self, message: OutgoingMessage) -> Accepted:
        """Sends one SMS; our id travels as clientMessageId."""
        if message.channel != "sms":
            raise Refused("wrong_channel", message.channel)
        if not _RECIPIENT.fullmatch(message.recipient):
            raise Refused("recipient_invalid", message.recipient)
        request = {
            "recipientAddressList": [message.recipient.removeprefix("+")],
            "messageContent": message.text,
            "clientMessageId": message.id,
            "contentCategory": "informational",
            **self._sender(message.sender),
        }
        if self._account.options.get("callback_url"):
            request["notificationCallbackUrl"] = self._account.options["callback_url"]
        return self._judge(self._post(request), message.id)

    def check(self) -> Account:
        """Proves the account with a request marked as test: the API has no other authenticated call.

        LINK then answers as if it had sent, and sends nothing. The first released sender is tested too.
        """
        sender = self._sender(self._account.senders[0].address if self._account.senders else "")
        own = sender.get("senderAddressType") == "international"
        request = {
            "recipientAddressList": [sender["senderAddress"] if own else CHECK_RECIPIENT],
            "messageContent": "Test",
            "contentCategory": "informational",
            "test": True,
            **sender,
        }
        self._judge(self._post(request), None)
        return Account(name=self._account.options.get("user") or self._account.name)

    def close(self) -> None:
        """Closes the connections."""
        self._door.close()

    def _post(self, request: dict[str, Any]) -> Answer:
        headers = {
            "Authorization": self._authorization(),
            "Content-Type": "application/json;charset=UTF-8",
            "Accept": "application/json",
            "User-Agent": "Kehrbote",
        }
        content = json.dumps(request, ensure_ascii=False).encode()
        try:
            return self._door.call("POST", self._url, headers=headers, content=content, limits=self._limits)
        except NothingSent as fault:
            raise NotTaken(fault.code, fault.detail) from fault
        except MaybeArrived as fault:
            raise Unclear(fault.code, fault.detail) from fault

    def _authorization(self) -> str:
        secret, user = self._account.secret, self._account.options.get("user", "")
        if not secret.strip():
            raise Misconfigured("gateway_no_credentials")
        if not (secret.isascii() and secret.isprintable()) and not user:
            raise Misconfigured("gateway_credentials")
        self._check_address()
        if user:
            return "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode()
        return f"Bearer {secret.strip()}"

    def _check_address(self) -> None:
        try:
            parts = urlsplit(self._url)
            host, port = parts.hostname or "", parts.port or 80
        except ValueError as error:
            raise Misconfigured("bad_address") from error
        if not host or parts.scheme not in ("http", "https"):
            raise Misconfigured("bad_address")
        if parts.scheme == "http" and not self._door.listed(host, port):
            raise Misconfigured("gateway_needs_https", host)

    def _sender(self, typed: str) -> dict[str, str]:
        if not typed.strip():
            return {}
        released = self._released(typed)
        address = (
            re.sub(r"[\s/()-]", "", released.address) if _is_number(released.address) else released.address
        )
        kind = released.type or ("international" if _NUMERIC.fullmatch(address) else "alphanumeric")
        if kind not in _SENDER_TYPES or (kind == "alphanumeric" and not 1 <= len(address) <= 11):
            raise Misconfigured("sender_invalid", typed)
        if kind == "international":
            address = address.removeprefix("+").removeprefix("00")
        return {"senderAddress": address, "senderAddressType": kind}

    def _released(self, typed: str) -> ReleasedSender:
        if not self._account.senders:
            return ReleasedSender(typed.strip())
        for sender in self._account.senders:
            if _plain(sender.address) == _plain(typed):
                return sender
        raise Misconfigured("sender_not_released", typed)

    def _judge(self, answer: Answer, message_id: str | None) -> Accepted:
        told = _json(answer)
        code = told.get("statusCode")
        if answer.status != 200:
            self._judge_http(answer.status, told)
        if not isinstance(code, int) or isinstance(code, bool):
            raise Unclear("answer_not_understood", _excerpt(answer))
        echoed = told.get("clientMessageId")
        if echoed is not None and message_id is not None and echoed != message_id:
            raise Unclear("answer_of_another", str(echoed)[:80])
        if verdict(code) is not Verdict.ACCEPTED:
            _raise(code, told)
        parts = told.get("smsCount")
        reference = told.get("transferId")
        return Accepted(
            reference=reference if isinstance(reference, str) else "",
            parts=parts if isinstance(parts, int) and not isinstance(parts, bool) else None,
        )

    def _judge_http(self, status: int, told: dict[str, Any]) -> NoReturn:
        code = told.get("statusCode")
        if status in (400, 403) and isinstance(code, int) and 4000 <= code <= 4999:
            _raise(code, told)
        if status in _HTTP_MISCONFIGURED:
            raise Misconfigured(_HTTP_MISCONFIGURED[status], f"HTTP {status}")
        if status in (429, 503):
            raise NotTaken("gateway_busy", f"HTTP {status}")
        if status == 400:
            raise Refused("link_bug", "HTTP 400")
        raise Unclear("gateway_http_error", f"HTTP {status}")


def _raise(code: int, told: dict[str, Any]) -> NoReturn:
    said = f"{code} {str(told.get('statusMessage') or '')[:200]}".strip()
    raise _RAISED[verdict(code)](word(code), said)


def _json(answer: Answer) -> dict[str, Any]:
    if "json" not in answer.headers.get("content-type", "").lower():
        return {}
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _excerpt(answer: Answer) -> str:
    return f"HTTP {answer.status}: " + " ".join(answer.body[:120].decode("utf-8", "replace").split())


def _is_number(sender: str) -> bool:
    return bool(_NUMERIC.fullmatch(_plain(sender)))


def _plain(sender: str) -> str:
    text = re.sub(r"[\s/()-]", "", sender)
    return text if _NUMERIC.fullmatch(text) else sender.strip()
