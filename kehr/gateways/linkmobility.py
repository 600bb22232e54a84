"""LINK Mobility Austria (formerly websms): SMS Messaging API 1.0.0, one recipient a request.

The API has no look-up, and our id is no guard against doubles there: what is unclear stays unclear.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any, ClassVar, NoReturn

from kehr.gateways.account import GatewayAccount
from kehr.gateways.contract import (
    Abilities,
    Accepted,
    Account,
    Misconfigured,
    OutgoingMessage,
    Refused,
    Unclear,
)
from kehr.gateways.linkmobility_codes import verdict, word
from kehr.gateways.senders import is_number, plain_sender, released_sender, sms_recipient
from kehr.gateways.verdict import RAISED, Verdict
from kehr.gateways.web_api import WebApi, excerpt, judge_status, read_json
from kehr.sources.network import Allow, Answer

BASE_URL = "https://api.linkmobility.eu/rest"
"""Today's address; accounts of the websms days also answer at https://api.websms.com/rest."""

CHECK_RECIPIENT = "436641234567"
"""A well-formed number for a request marked as test, where the sender is not the office's own number."""

_SENDER_TYPES = frozenset({"national", "international", "alphanumeric", "shortcode"})


class LinkMobility:
    """Sends SMS through LINK. Options: `user` (then Basic auth instead of a token), `timeout` in seconds,
    `callback_url` to which LINK reports deliveries; without it nobody learns of them.
    """

    kind: ClassVar[str] = "linkmobility"
    channels: ClassVar[frozenset[str]] = frozenset({"sms"})
    abilities: ClassVar[Abilities] = Abilities()

    def __init__(self, account: GatewayAccount, *, allow: Allow, loopback_only: bool = False) -> None:
        self._account = account
        self._api = WebApi(
            account.base_url or BASE_URL,
            allow=allow,
            loopback_only=loopback_only,
            timeout=account.options.get("timeout") or "30",
            secret=account.secret,
        )

    @staticmethod
    def abilities_with(options: Mapping[str, str]) -> Abilities:
        """With an address that LINK can call, states come; replies when it is entered there as well."""
        called = bool(options.get("callback_url"))
        return Abilities(pushes_states=called, pushes_replies=called)

    def send(self, message: OutgoingMessage) -> Accepted:
        """Sends one SMS; our id travels as clientMessageId."""
        request = {
            "recipientAddressList": [sms_recipient(message).removeprefix("+")],
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
        self._api.close()

    def _post(self, request: dict[str, Any]) -> Answer:
        headers = {
            "Authorization": self._authorization(),
            "Content-Type": "application/json;charset=UTF-8",
        }
        content = json.dumps(request, ensure_ascii=False).encode()
        return self._api.send("/smsmessaging/text", headers, content)

    def _authorization(self) -> str:
        secret, user = self._account.secret, self._account.options.get("user", "")
        if not secret.strip():
            raise Misconfigured("gateway_no_credentials")
        if not (secret.isascii() and secret.isprintable()) and not user:
            raise Misconfigured("gateway_credentials")
        self._api.host()
        if user:
            return "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode()
        return f"Bearer {secret.strip()}"

    def _sender(self, typed: str) -> dict[str, str]:
        if not typed.strip():
            return {}
        released = released_sender(self._account, typed)
        address = plain_sender(released.address)
        kind = released.type or ("international" if is_number(address) else "alphanumeric")
        if kind not in _SENDER_TYPES or (kind == "alphanumeric" and not 1 <= len(address) <= 11):
            raise Misconfigured("sender_invalid", typed)
        if kind == "international":
            address = address.removeprefix("+").removeprefix("00")
        return {"senderAddress": address, "senderAddressType": kind}

    def _judge(self, answer: Answer, message_id: str | None) -> Accepted:
        told = _told(answer)
        code = told.get("statusCode")
        if answer.status != 200:
            self._judge_http(answer, told)
        if not isinstance(code, int) or isinstance(code, bool):
            raise Unclear("answer_not_understood", excerpt(answer))
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

    def _judge_http(self, answer: Answer, told: dict[str, Any]) -> NoReturn:
        status = answer.status
        code = told.get("statusCode")
        if status in (400, 403) and isinstance(code, int) and 4000 <= code <= 4999:
            _raise(code, told)
        if status == 400:
            raise Refused("link_bug", "HTTP 400")
        if 200 < status <= 299:
            raise Unclear("gateway_http_error", f"HTTP {status}")
        judge_status(answer)


def _raise(code: int, told: dict[str, Any]) -> NoReturn:
    said = f"{code} {str(told.get('statusMessage') or '')[:200]}".strip()
    raise RAISED[verdict(code)](word(code), said)


def _told(answer: Answer) -> dict[str, Any]:
    told = read_json(answer)
    return told if isinstance(told, dict) else {}
