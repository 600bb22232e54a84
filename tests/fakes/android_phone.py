"""A fake of the app SMS Gateway (capcom6) on a phone, in local server mode, on loopback.

Beside the behaviours of every fake it knows `refuse` (400), `other_id`, `no_id` (200 with an error) and
`unwell` (the health check fails).
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.fakes.playing import Call, FakeGateway, Told

USER = "sms"
PASSWORD = "p4ssw0rd"
ALWAYS = (("from", "1970-01-01T00:00:00Z"), ("to", "9999-12-31T00:00:00Z"))


@dataclass
class AndroidPhone(FakeGateway):
    """The phone. `messages` by id as the app lists them; `inbox` what it knows, `store` what Android holds.

    An app of an `old` version has neither list nor inbox. `largest` is the biggest page of messages it
    gives, `strict` whether it refuses a bigger wish instead of giving less. What is `listed` stands in
    every list instead of what it knows; `counted` whether lists say how long they are.
    """

    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    inbox: list[dict[str, Any]] = field(default_factory=list)
    store: list[dict[str, Any]] = field(default_factory=list)
    version: str = "1.61.0"
    old: bool = False
    largest: int = 500
    strict: bool = False
    readable: bool = True
    listed: list[Any] | None = None
    counted: bool = True

    @property
    def base_url(self) -> str:
        """What an account's `base_url` is to be."""
        return f"http://127.0.0.1:{self.port}"

    def arrived(self) -> list[str]:
        """The ids it took, in their order."""
        return list(self.messages)

    def take(self, message_id: str, numbers: list[str]) -> None:
        """Takes a message as the app does when it answers 202."""
        self.messages[message_id] = {
            "id": message_id,
            "deviceId": "device-of-the-test",
            "state": "Pending",
            "isHashed": False,
            "isEncrypted": False,
            "recipients": [{"phoneNumber": number, "state": "Pending", "error": None} for number in numbers],
            "states": {"Pending": spelled(self.now)},
            "createdAt": spelled(self.now),
        }

    def move(self, message_id: str, state: str, error: str = "", at: datetime | None = None) -> None:
        """A message goes on to another state; a state that was there before keeps its time."""
        message = self.messages[message_id]
        message["state"] = state
        message["states"].setdefault(state, spelled(at or self.now))
        message["recipients"][0].update(state=state, error=error or None)

    def receive(self, sender: str, text: str, at: datetime | None = None, *, dead: bool = False) -> str:
        """An SMS comes in; while the app is `dead` only Android's own store takes it. Its id in the app."""
        at = at or self.now
        entry = {
            "id": hashlib.sha256(f"{sender}{text}".encode()).hexdigest()[:16],
            "type": "SMS",
            "sender": sender,
            "recipient": None,
            "simNumber": 1,
            "contentPreview": text,
            "createdAt": spelled(at),
        }
        self.store.append(entry)
        if not dead:
            self.inbox.append(entry)
        return str(entry["id"])

    def answer(self, call: Call, behaviour: str, value: str) -> Told:
        if call.path == "/health":
            return self._health(behaviour)
        login = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if call.headers.get("authorization") != f"Basic {login}":
            return Told(401, b"", {"WWW-Authenticate": 'Basic realm="Access to SMS Gateway"'})
        if call.method == "POST" and call.path in ("/messages", "/message"):
            return self._take(call, behaviour)
        if self.old:
            return Told(404)
        if call.method == "GET" and call.path == "/messages":
            return self._listed(call, list(reversed(self.messages.values())), "createdAt", self.largest)
        if call.method == "GET" and call.path.startswith("/messages/"):
            found = self.messages.get(call.path.removeprefix("/messages/"))
            return Told(200, _shown(found)) if found else Told(404)
        if call.method == "GET" and call.path == "/inbox":
            limit = int(call.query.get("limit", "50"))
            if not 1 <= limit <= 500:
                return Told(400, {"message": "limit must be between 1 and 500"})
            return self._listed(call, self.inbox, "createdAt", 500)
        if call.method == "POST" and call.path == "/inbox/refresh":
            return self._refresh(json.loads(call.body))
        return Told(404)

    def _health(self, behaviour: str) -> Told:
        failing = behaviour == "unwell"
        checks = {
            "messages:failed": {
                "status": "fail" if failing else "pass",
                "observedValue": 9 if failing else 0,
            },
            "connection:status": {"status": "pass", "observedValue": 1},
        }
        status = "fail" if failing else "pass"
        body = {"status": status, "version": self.version, "releaseId": 1, "checks": checks}
        return Told(500 if failing else 200, body)

    def _take(self, call: Call, behaviour: str) -> Told:
        request = json.loads(call.body)
        if behaviour == "refuse":
            return Told(400, {"message": "Invalid phone number"})
        if behaviour == "no_id":
            return Told(200, {"message": "Failed to enqueue message"})
        message_id, text = request["id"], request["textMessage"]["text"]
        if not text or not request["phoneNumbers"]:
            return Told(400, {"message": "Text message is empty"})
        if message_id in self.messages:
            return Told(409, {"message": "Message with the same ID already exists"})
        self.take(message_id, request["phoneNumbers"])
        shown = _shown(self.messages[message_id])
        return Told(202, {**shown, "id": "somebody-elses"} if behaviour == "other_id" else shown)

    def _listed(self, call: Call, found: list[dict[str, Any]], when: str, largest: int) -> Told:
        if self.listed is not None:
            return Told(200, self.listed)
        limit, offset = int(call.query.get("limit", "50")), int(call.query.get("offset", "0"))
        if limit > largest and self.strict:
            return Told(400, {"message": f"limit must be between 1 and {largest}"})
        start, end = (datetime.fromisoformat(call.query.get(name, otherwise)) for name, otherwise in ALWAYS)
        within = [one for one in found if start <= datetime.fromisoformat(one[when]) <= end]
        if "state" in call.query:
            within = [one for one in within if one["state"] == call.query["state"]]
        page = within[offset : offset + min(limit, largest)]
        headers = {"X-Total-Count": str(len(within))} if self.counted else {}
        return Told(200, [_shown(one) for one in page], headers)

    def _refresh(self, request: dict[str, str]) -> Told:
        if not self.readable:
            return Told(500, {"message": "Failed to refresh inbox: Permission Denial: reading SmsProvider"})
        since, until = (datetime.fromisoformat(request[name]) for name in ("since", "until"))
        if since > until:
            return Told(400, {"message": "since must be before until"})
        for entry in self.store:
            if entry not in self.inbox and since <= datetime.fromisoformat(entry["createdAt"]) <= until:
                self.inbox.append(entry)
        return Told(202)


def spelled(at: datetime) -> str:
    """A time as the app writes it: the phone's own zone, thousandths, offset."""
    local = at.astimezone(UTC) + timedelta(hours=1)
    return f"{local:%Y-%m-%dT%H:%M:%S}.{local.microsecond // 1000:03d}+01:00"


def _shown(message: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in message.items() if name != "createdAt" or "sender" in message}


@contextlib.contextmanager
def android_phone() -> Iterator[AndroidPhone]:
    """Runs the fake in a thread on a free port."""
    with AndroidPhone().running() as phone:
        yield phone
