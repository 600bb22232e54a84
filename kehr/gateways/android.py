"""An Android phone in the office's own network: the app SMS Gateway (capcom6) as a local server.

The phone takes each id once: what was sent with it before answers 409, and so nothing is ever doubled.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import quote

from kehr.gateways.account import GatewayAccount
from kehr.gateways.android_lists import incoming_reply, iso, receipts_of
from kehr.gateways.contract import (
    Abilities,
    Accepted,
    Account,
    IncomingReply,
    Misconfigured,
    NotTaken,
    OutgoingMessage,
    Receipt,
    Refused,
    Sent,
    Unclear,
)
from kehr.gateways.senders import released_sender, sms_recipient
from kehr.gateways.web_api import WebApi, judge_question, judge_status, read_json
from kehr.sources.network import Allow, Answer

USER = "sms"
"""The user that the app sets up by itself."""

OLDEST = (1, 59)
"""The first version that keeps an inbox and answers 409 for an id it has."""

TTL_SECONDS = 3600
"""So long may the phone look for a network; after that the text may be wrong or the hour too late."""

PAGE = 500
"""The most entries that one request may ask the inbox for; the list of messages names no limit."""

_SMALL_PAGE = 50
"""What a list gives of itself: asked for where a version refuses more."""

_MOST_PAGES = 400
_NEAR = timedelta(seconds=5)
_FAR = timedelta(minutes=15)
"""By so much the clocks of phone and box usually differ, and sometimes."""
_FEW = 3
_VERSION = re.compile(r"v?(\d+)\.(\d+)")


class Android:
    """Sends SMS through a phone. `base_url` is `http://phone:8080`.

    Options: `user` (else `sms`), `sim` (1 or 2, else the phone chooses), `ttl` and `timeout` in seconds.
    """

    kind: ClassVar[str] = "android"
    channels: ClassVar[frozenset[str]] = frozenset({"sms"})
    abilities: ClassVar[Abilities] = Abilities(
        idempotent=True, can_reconcile=True, polls_states=True, polls_replies=True
    )

    def __init__(self, account: GatewayAccount, *, allow: Allow, loopback_only: bool = False) -> None:
        self._account = account
        self._sim = int(account.options.get("sim") or 0)
        self._ttl = int(account.options.get("ttl") or TTL_SECONDS)
        self._api = WebApi(
            account.base_url,
            allow=allow,
            loopback_only=loopback_only,
            timeout=account.options.get("timeout") or "30",
            secret=account.secret,
            unlisted="android_needs_allow",
        )

    def send(self, message: OutgoingMessage) -> Accepted:
        """Hands one SMS to the phone under our id; the reference is that id."""
        request: dict[str, Any] = {
            "id": message.id,
            "textMessage": {"text": message.text},
            "phoneNumbers": [sms_recipient(message)],
            "withDeliveryReport": True,
            "ttl": self._ttl,
        }
        if message.sender.strip():
            released_sender(self._account, message.sender)
        if self._sim:
            request["simNumber"] = self._sim
        headers = {**self._headers(), "Content-Type": "application/json; charset=utf-8"}
        content = json.dumps(request, ensure_ascii=False).encode()
        return self._judge(self._api.send("/messages", headers, content), message.id)

    def check(self) -> Account:
        """Asks the phone how it is, and for one entry of its inbox: login and version in one."""
        health = self._api.ask("/health", {})
        said = read_json(health)
        if not isinstance(said, dict) or "status" not in said:
            judge_question(health)
        version = str(said.get("version") or "")
        found = _VERSION.match(version)
        if found and (int(found[1]), int(found[2])) < OLDEST:
            raise Misconfigured("android_too_old", version)
        next(self._pages("/inbox", {"type": "SMS"}, 1))
        if health.status >= 500:
            raise NotTaken("android_unwell", _unwell(said))
        return Account(name=f"{self._api.host()} ({version})" if version else self._api.host())

    def close(self) -> None:
        """Closes the connections."""
        self._api.close()

    def read_states(self, sent: Sequence[Sent]) -> list[Receipt]:
        """What the phone says of these messages.

        One is asked for by its id. Of several the list of their time is read, as long as its pages are
        fewer than the messages still missing; what a wrong clock has put elsewhere is looked for further
        off, and the last few are asked for one by one.
        """
        missing = {one.message_id: one for one in sent}
        found: dict[str, dict[str, Any]] = {}
        if len(missing) > 1:
            # Where the messages alone nearly fill a page, a margin would only bring one page more.
            self._read_pages(missing, found, timedelta() if len(missing) > PAGE // 2 else _NEAR)
        if len(missing) > _FEW:
            self._read_pages(missing, found, _FAR)
        for message_id in list(missing):
            entry = self._entry(message_id)
            if entry is not None:
                found[message_id] = entry
        return [receipt for one in sent for receipt in receipts_of(found.get(one.message_id))]

    def look_up(self, sent: Sequence[Sent]) -> Mapping[str, Accepted | None]:
        """Asks for each id: the phone has it, or never had it."""
        answers: dict[str, Accepted | None] = {}
        for one in sent:
            entry = self._entry(one.message_id)
            answers[one.message_id] = Accepted(one.message_id) if entry is not None else None
        return answers

    def read_replies(self, since: datetime, until: datetime, *, after_outage: bool) -> list[IncomingReply]:
        """The SMS in the phone's inbox; after an outage the app first reads the phone's own store again,
        and answers when it has.
        """
        if after_outage:
            self._refresh(since, until)
        query = {"type": "SMS", "from": iso(since), "to": iso(until)}
        entries = [entry for page, _ in self._pages("/inbox", query) for entry in page]
        replies = [reply for entry in entries if (reply := incoming_reply(entry)) is not None]
        return list({reply.event_key: reply for reply in replies}.values())

    def _read_pages(
        self, missing: dict[str, Sent], found: dict[str, dict[str, Any]], margin: timedelta
    ) -> None:
        query = {
            "from": iso(min(one.claimed_at for one in missing.values()) - margin),
            "to": iso(max(one.claimed_at for one in missing.values()) + margin),
        }
        for page, pages_left in self._pages("/messages", query):
            for entry in page:
                message_id = str(entry.get("id"))
                if missing.pop(message_id, None) is not None:
                    found[message_id] = entry
            if pages_left >= len(missing):
                return

    def _pages(
        self, path: str, query: Mapping[str, str | int], size: int = PAGE
    ) -> Iterator[tuple[list[dict[str, Any]], int]]:
        """Page after page, each with how many more there seem to be."""
        offset = 0
        for _ in range(_MOST_PAGES):
            answer = self._api.ask(path, self._headers(), {**query, "limit": size, "offset": offset})
            entries = read_json(answer)
            if answer.status == 400 and size > _SMALL_PAGE and offset == 0:
                size = _SMALL_PAGE
                continue
            if answer.status in (404, 405) and (entries is not None or not answer.body.strip()):
                raise Misconfigured("android_too_old", path)
            if answer.status != 200 or not isinstance(entries, list):
                judge_question(answer)
            offset += len(entries)
            rest = max(0, _total(answer, offset + len(entries) // size) - offset)
            yield [one for one in entries if isinstance(one, dict)], -(-rest // max(1, len(entries)))
            if not rest or not entries:
                return

    def _refresh(self, since: datetime, until: datetime) -> None:
        content = json.dumps({"since": iso(since), "until": iso(until)}).encode()
        headers = {**self._headers(), "Content-Type": "application/json; charset=utf-8"}
        answer = self._api.ask("/inbox/refresh", headers, method="POST", content=content)
        if 200 <= answer.status <= 299:
            return
        if answer.status in (400, 500) and _said(answer):
            raise NotTaken("android_no_refresh", _said(answer))
        if answer.status in (404, 405) and not answer.body.strip():
            raise Misconfigured("android_too_old", "/inbox/refresh")
        judge_question(answer)

    def _entry(self, message_id: str) -> dict[str, Any] | None:
        """One message as the phone has it, None when it has none; only the app's own 404 says so."""
        answer = self._api.ask(f"/messages/{quote(message_id, safe='')}", self._headers())
        entry = read_json(answer)
        if answer.status == 404 and (entry is not None or not answer.body.strip()):
            return None
        if answer.status != 200 or not isinstance(entry, dict) or entry.get("id") != message_id:
            judge_question(answer)
        return entry

    def _headers(self) -> dict[str, str]:
        if not self._account.base_url.strip():
            raise Misconfigured("android_no_address")
        if not self._account.secret:
            raise Misconfigured("gateway_no_credentials")
        user = self._account.options.get("user") or USER
        login = base64.b64encode(f"{user}:{self._account.secret}".encode()).decode()
        return {"Authorization": f"Basic {login}"}

    def _judge(self, answer: Answer, message_id: str) -> Accepted:
        said = read_json(answer)
        if answer.status == 409 and isinstance(said, dict):
            return Accepted(message_id)
        if answer.status == 400 and _said(answer):
            raise Refused("android_refused", _said(answer))
        if answer.status not in (200, 201, 202) or not isinstance(said, dict) or not said.get("id"):
            judge_status(answer)
        if said["id"] != message_id:
            raise Unclear("answer_of_another", str(said["id"])[:80])
        return Accepted(message_id)


def _total(answer: Answer, otherwise: int) -> int:
    """How long the app says a list is; where it does not say, a full page has at least one more."""
    counted = answer.headers.get("x-total-count", "")
    return int(counted) if counted.isdecimal() and len(counted) < 10 else otherwise


def _said(answer: Answer) -> str:
    """The app's own sentence about a request that it did not like."""
    said = read_json(answer)
    text = said.get("message") if isinstance(said, dict) else None
    return " ".join(str(text).split())[:200] if text else ""


def _unwell(said: Mapping[str, Any]) -> str:
    checks = said.get("checks")
    if not isinstance(checks, dict):
        return str(said["status"])[:80]
    failing = [name for name, one in checks.items() if isinstance(one, dict) and one.get("status") == "fail"]
    return ", ".join(failing)[:200] or str(said["status"])[:80]
