"""An office with many due messages, a gateway in a process of its own, and senders that may be killed."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, insert, select

from kehr.actions.plan.plan_messages import plan_messages
from kehr.models import Appointment, Message, db
from kehr.settings import ROOT
from tests import builders
from tests.conftest import NOON
from tests.fakes.link_server import TOKEN

CLOCK = "2026-03-12T17:00:00+01:00"
"""When the messages are due; the senders' clocks begin there."""
KEY = "a key for tests only"


@dataclass
class Gateway:
    """The fake in a process of its own; `accepted` is what it kept, whoever died."""

    port: int
    record: Path
    process: subprocess.Popen[str] | None = None

    def start(self, *behaviours: str) -> None:
        """Serves with these behaviours, on the same port and record as before."""
        self.stop()
        command = [
            sys.executable,
            "-m",
            "tests.fakes.link_server",
            str(self.port),
            str(self.record),
            *behaviours,
        ]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout and self.process.stdout.readline().strip() == str(self.port)

    def stop(self) -> None:
        """Ends it as a machine that loses power."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None

    @property
    def accepted(self) -> list[dict[str, Any]]:
        """The requests it accepted, oldest first."""
        if not self.record.exists():
            return []
        return [json.loads(line) for line in self.record.read_text(encoding="utf-8").splitlines()]

    @property
    def record_size(self) -> int:
        """Bytes of its record: it grows with each request accepted."""
        return self.record.stat().st_size if self.record.exists() else 0

    @property
    def ids(self) -> Counter[str]:
        """How often it accepted each of our ids."""
        return Counter(request["clientMessageId"] for request in self.accepted)

    @property
    def told(self) -> Counter[tuple[str, str]]:
        """How often it accepted each text to each number: what a customer would see."""
        return Counter((r["recipientAddressList"][0], r["messageContent"]) for r in self.accepted)


@dataclass
class Nursery:
    """The process that forks senders."""

    environment: dict[str, str]
    process: subprocess.Popen[str] = field(init=False)

    def __enter__(self) -> Nursery:
        command = [sys.executable, "-m", "tests.stack.nursery"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        self.process.communicate()
        assert self.process.returncode == 0

    def start(self, *command: str, **order: Any) -> int:
        """Begins a command in a child; its process id."""
        return int(self._ask({"run": command, **order})["pid"])

    def wait(self, pid: int) -> int | None:
        """Waits for a child; its exit status (a signal is negative), None when it has stopped itself."""
        return self._ask({"wait": pid}).get("status")

    def run(self, *command: str, together: int = 1, **order: Any) -> None:
        """Runs a command to its end, in so many processes at once."""
        for pid in [self.start(*command, **order) for _ in range(together)]:
            assert self.wait(pid) == 0

    def _ask(self, order: dict[str, Any]) -> dict[str, Any]:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer


def fill(port: int, messages: int) -> None:
    """A firm whose one calendar has as many appointments, each with a reminder due at CLOCK."""
    builders.company(network_allow=["127.0.0.1"])
    account = builders.gateway("LINK", kind="linkmobility", base_url=f"http://127.0.0.1:{port}/rest")
    account.secret = TOKEN
    branch = builders.branch(sms_gateway_id=account.id, sender="")
    calendar = builders.calendar(branch_id=branch.id, next_poll_at=NOON + timedelta(days=900))
    builders.rule()
    first = NOON + timedelta(days=4)
    first = first.replace(hour=6)
    rows = [_appointment(calendar.id, first + timedelta(minutes=n % 600), n) for n in range(messages)]
    db.session.execute(insert(Appointment), rows)
    db.session.commit()
    assert plan_messages(NOON).created == messages
    db.session.remove()


def _appointment(calendar_id: int, start: Any, serial: int) -> dict[str, Any]:
    number = f"+43664{2_000_000 + serial}"
    return {
        "calendar_id": calendar_id,
        "uid": f"{serial}@example.at",
        "start": start,
        "end": start + timedelta(minutes=30),
        "name": f"Karl Muster{serial}",
        "phones": [{"e164": number, "type": "mobile", "country": "AT", "typed": number}],
        "place": "Redtenbachergasse 3, 4400 Steyr",
        "baseline": True,
        "first_seen_at": NOON - timedelta(days=30),
        "changed_at": NOON - timedelta(days=30),
    }


@dataclass
class CrashOffice:
    """The office under test."""

    app: Flask
    gateway: Gateway
    nursery: Nursery

    def states(self) -> Counter[str]:
        """How many messages stand in each state."""
        query = select(Message.state, func.count()).group_by(Message.state)
        return Counter(dict(self._rows(query)))

    def ids(self, *states: str) -> set[str]:
        """The ids of the messages in these states."""
        return {row[0] for row in self._rows(select(Message.id).where(Message.state.in_(states)))}

    def claimed_by(self, pid: int) -> set[str]:
        """The ids of the messages that this process has claimed and not recorded."""
        query = select(Message.id).where(Message.state == "sending", Message.claimed_by.contains(f"|{pid}|"))
        return {row[0] for row in self._rows(query)}

    def _rows(self, query: Any) -> list[Any]:
        rows = list(db.session.execute(query))
        db.session.rollback()
        return rows

    def send_all(self, together: int = 2) -> None:
        """Rounds of so many senders at once until nothing is planned any more."""
        for _ in range(20):
            self.nursery.run("send-due", together=together)
            if not self.states()["planned"]:
                return
        raise AssertionError(f"messages stay planned: {self.states()}")


@contextmanager
def crash_office(app: Flask, folder: Path, messages: int) -> Iterator[CrashOffice]:
    """The app's database filled, the gateway (still off) and the nursery beside it."""
    port = _free_port()
    fill(port, messages)
    environment = os.environ | {
        "KEHR_DATA": str(folder),
        "KEHR_SECRET_KEY": KEY,
        "KEHR_CLOCK": CLOCK,
        "DATABASE_URL": app.config["KEHR"].database_url,
    }
    gateway = Gateway(port, folder / "accepted.jsonl")
    try:
        with Nursery(environment) as nursery:
            yield CrashOffice(app, gateway, nursery)
    finally:
        gateway.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
