"""A fake of seven's API on loopback.

Beside the behaviours of every fake it knows `code:402` (HTTP 200 all the same), `bare:900` (nothing but the
code), `message:202` (100 above, the message refused), `no_messages`, `other_number`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.fakes.playing import Call, FakeGateway, Told

KEY = "key-of-the-test"
LOCK = timedelta(seconds=180)
ZONE = ZoneInfo("Europe/Berlin")


@dataclass
class SevenServer(FakeGateway):
    """The gateway. `sent` is its journal of what went out, newest first, `inbound` of what came in.

    `nested` and `camel` choose how it spells states; `json_balance` how it tells the balance;
    `foreign_ids` whether the journal knows our ids; `most_ids` how many states it tells at once.
    """

    sent: list[dict[str, Any]] = field(default_factory=list)
    inbound: list[dict[str, Any]] = field(default_factory=list)
    nested: bool = False
    camel: bool = False
    json_balance: bool = False
    foreign_ids: bool = True
    locked: bool = True
    balance: str = "290.67"
    price: float = 0.075
    key: str = KEY

    @property
    def base_url(self) -> str:
        """What an account's `base_url` is to be."""
        return f"http://127.0.0.1:{self.port}/api"

    def arrived(self) -> list[str]:
        """The ids of ours that it took, in their order."""
        return [entry["foreign_id"] for entry in reversed(self.sent)]

    def move(self, foreign_id: str, state: str) -> None:
        """A message goes on to another state."""
        for entry in self.sent:
            if entry["foreign_id"] == foreign_id:
                entry.update(dlr=state, dlr_timestamp=spelled(self.now))

    def receive(self, sender: str, text: str, at: datetime | None = None) -> str:
        """An SMS comes in; its id."""
        number = str(681_590 + len(self.inbound))
        entry = {"id": number, "from": sender, "to": "4915112345678", "text": text}
        self.inbound.insert(0, {**entry, "timestamp": spelled(at or self.now), "price": "0"})
        return number

    def answer(self, call: Call, behaviour: str, value: str) -> Told:
        if call.headers.get("x-api-key") != self.key:
            return Told(200, b"900", {"Content-Type": "text/plain"})
        if behaviour == "bare":
            return Told(200, value.encode(), {"Content-Type": "text/plain"})
        path = call.path.removeprefix("/api")
        if call.method == "POST" and path == "/sms":
            return self._take(call.form, behaviour, value)
        if path == "/status":
            return self._states(call.query["msg_id"].split(","))
        if path == "/journal/outbound":
            wanted = [entry for entry in self.sent if call.query.get("to", entry["to"]) == entry["to"]]
            hidden = {} if self.foreign_ids else {"foreign_id": None}
            return self._journal(call, [{**entry, **hidden} for entry in wanted])
        if path == "/journal/inbound":
            return self._journal(call, self.inbound)
        if path == "/balance":
            if self.json_balance:
                return Told(200, {"amount": float(self.balance), "currency": "EUR"})
            return Told(200, self.balance.encode(), {"Content-Type": "text/plain"})
        return Told(404, b"<html>not found</html>", {"Content-Type": "text/html"})

    def _take(self, form: dict[str, str], behaviour: str, value: str) -> Told:
        if behaviour == "code":
            return Told(200, {"success": value, "total_price": 0, "messages": []})
        if behaviour == "message":
            return self._said(form, success="100", error=int(value))
        same = (form["to"], form["text"])
        fresh = [entry for entry in self.sent if self.now - entry["at"] < LOCK]
        if self.locked and any((entry["to"], entry["text"]) == same for entry in fresh):
            return self._said(form, success="402", error=402)
        self.sent.insert(
            0,
            {
                "id": str(77_229_135_982 + len(self.sent)),
                "to": form["to"],
                "from": form.get("from", "seven"),
                "text": form["text"],
                "foreign_id": form.get("foreign_id"),
                "price": f"{self.price:.4f}",
                "timestamp": spelled(self.now),
                "dlr": "TRANSMITTED",
                "dlr_timestamp": spelled(self.now),
                "channel": "SMS",
                "at": self.now,
            },
        )
        if behaviour == "no_messages":
            return Told(200, {"success": "100"})
        if behaviour == "other_number":
            return self._said({**form, "to": "4369912345678"}, success="100")
        return self._said(form, success="100")

    def _said(self, form: dict[str, str], *, success: str, error: int | None = None) -> Told:
        good = error is None
        message = {
            "id": self.sent[0]["id"] if good else None,
            "sender": form.get("from", "seven"),
            "recipient": form["to"],
            "text": form["text"],
            "encoding": "gsm",
            "parts": 1,
            "price": self.price if good else 0,
            "success": good,
            "error": error,
            "error_text": None if good else f"text of {error}",
        }
        told = {
            "success": success,
            "total_price": self.price if good else 0,
            "balance": 46.748,
            "debug": "false",
            "sms_type": "direct",
            "messages": [message],
        }
        return Told(200, told)

    def _states(self, ids: list[str]) -> Told:
        known = {entry["id"]: entry for entry in self.sent}
        if any(one not in known for one in ids):
            return Told(200, b"901", {"Content-Type": "text/plain"})
        when = "statusTime" if self.camel else "status_time"
        told = [{"id": one, "status": known[one]["dlr"], when: known[one]["dlr_timestamp"]} for one in ids]
        return Told(200, [told] if self.nested else told)

    def _journal(self, call: Call, found: list[dict[str, Any]]) -> Told:
        limit, offset = int(call.query.get("limit", "100")), int(call.query.get("offset", "0"))
        if not 1 <= limit <= 100:
            return Told(400, {"success": "400"})
        within = [
            {name: value for name, value in entry.items() if name != "at"}
            for entry in found
            if call.query["date_from"] <= entry["timestamp"][:10] <= call.query["date_to"]
        ]
        return Told(200, within[offset : offset + limit])


def spelled(at: datetime) -> str:
    """A time as the journal writes it: wall time in Germany."""
    return f"{at.astimezone(ZONE):%Y-%m-%d %H:%M:%S}"


@contextlib.contextmanager
def seven_server() -> Iterator[SevenServer]:
    """Runs the fake in a thread on a free port."""
    with SevenServer().running() as server:
        yield server
