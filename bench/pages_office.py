"""An office of five years: 20,000 objects, 50,000 people, 1,000,000 messages. Filled once and kept as a file.

The pages are asked of the kept file itself: nothing can be written to it, so that every run finds the same,
and a page that wrote would fail.
"""

from __future__ import annotations

import hashlib
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event, func, insert, select
from sqlalchemy.orm import Session

from bench import pages_hand, pages_past, pages_rest, pages_story, people_data, people_office
from bench.office import DATABASE, NOW, TEXT, app_in
from bench.pages_past import BRANCHES, CANCELLED, MOVED, RULES, past_days
from bench.pages_story import Happened
from bench.people_data import houses
from bench.people_office import CACHE, HOUSES, town
from kehr.actions.log.seal_events import seal_events
from kehr.actions.plan.plan_messages import plan_messages
from kehr.actions.visits.deadline_rules import keep_defaults
from kehr.models import (
    Appointment,
    Branch,
    Calendar,
    ChainHead,
    Company,
    EventSeal,
    Gateway,
    Message,
    MessageEvent,
    MessageRule,
    User,
    db,
    writing,
)
from kehr.rules.log import chain
from kehr.rules.log.chain import LEFT, Event, content_of, seal_hash
from kehr.settings import ROOT

FIVE_YEARS = timedelta(days=5 * 365 + 60)
MESSAGES = 1_000_000
_FAST = ("journal_mode=MEMORY", "synchronous=OFF", "cache_size=-500000", "temp_store=MEMORY")


@contextmanager
def old_office() -> Iterator[Flask]:
    """The app, outside its context, on the kept file, to which nothing can be written."""
    kept = _filled()
    with tempfile.TemporaryDirectory(prefix="kehr-bench-") as folder:
        (Path(folder) / DATABASE).symlink_to(kept)
        app = app_in(Path(folder), screens=True)
        with app.app_context():
            event.listen(db.engine, "connect", _only_read)
        yield app
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def _only_read(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA query_only=ON")


def _filled() -> Path:
    """The database file, made anew when what decides its content has changed."""
    modules = (pages_past, pages_story, pages_hand, pages_rest, people_data, people_office, chain)
    sources = [Path(str(module.__file__)) for module in modules]
    sources += [Path(__file__), *sorted((ROOT / "migrations" / "versions").glob("*.py"))]
    state = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]
    kept = CACHE / f"old-office-{state}.db"
    if kept.exists():
        return kept
    for old in CACHE.glob("old-office-*"):
        old.unlink()
    print("  filling an office of five years, once ...", file=sys.stderr, flush=True)
    with town(HOUSES, visited=False, screens=False) as app, app.app_context():
        _hasten()
        _fill()
        _check()
        path = Path(app.config["KEHR"].data) / DATABASE
        db.session.remove()
        db.engine.dispose()
        path.replace(kept)
    return kept


def _hasten() -> None:
    """While a file that nobody needs is filled, nothing has to survive a crash."""
    with db.engine.connect() as connection:
        raw: Any = connection.connection.dbapi_connection
        for pragma in _FAST:
            raw.execute(f"PRAGMA {pragma}").fetchall()


def _fill() -> None:
    known = list(houses(HOUSES))
    with writing() as session:
        _master_data(session)
        log = _Log(session)
        written = pages_hand.by_hand(session, known)
        session.execute(insert(Message.__table__), written.messages)
        log.add(written.events)
        for number, (horizon, written) in enumerate(past_days(known)):
            session.execute(insert(Appointment.__table__), written.appointments)
            if written.messages:
                session.execute(insert(Message.__table__), written.messages)
            log.add(written.events)
            if number % 14 == 0:
                log.write(horizon)
        log.write(NOW + timedelta(days=1))
        log.end()
        pages_rest.fill_rest(session, known)
        pages_hand.open_lists(session, known)
    plan_messages(NOW)
    with writing() as session:
        pages_rest.let_wait(session)
    plan_messages(NOW)
    seal_events(lambda: NOW)


def _master_data(session: Session) -> None:
    """The branches of the first one's kind, a calendar each, a list, and the rules."""
    long_ago = NOW - FIVE_YEARS
    company = session.get_one(Company, 1)
    session.scalars(select(User)).one().role = "admin"
    company.land, company.monthly_quota, company.release = "NÖ", 30_000, "anomalies"
    gateway = session.get_one(Gateway, 1)
    gateway.price, gateway.created_at = 750, long_ago
    keep_defaults(session)
    first = session.get_one(Branch, 1)
    first.created_at, first.cost_center = long_ago, "100"
    calendar = session.get_one(Calendar, 1)
    calendar.name, calendar.live_since, calendar.created_at = "Kehrplan Steyr", long_ago, long_ago
    for number, name in list(enumerate(BRANCHES, 1))[1:]:
        center = f"{100 * number}"
        branch = Branch(id=number, name=name, sms_gateway_id=1, cost_center=center, created_at=long_ago)
        branch.email_gateway_id, branch.sender, branch.monthly_quota = 1, "+43720111222", 12_000
        session.add(branch)
        session.flush()
        session.add(_calendar(number, f"Kehrplan {name}", number))
    first.email_gateway_id = 1
    session.add(_calendar(4, "Liste WinChim", None, kind="file"))
    for rule_id, kind, channel, days in RULES:
        session.add(_rule(rule_id, kind, channel, days))
    session.add(_rule(MOVED, "moved", "sms", 0))
    session.add(_rule(CANCELLED, "cancelled", "sms", 0))
    session.flush()


def _calendar(number: int, name: str, branch_id: int | None, kind: str = "ics") -> Calendar:
    url = f"https://calendar.example.at/{number}.ics" if kind == "ics" else ""
    row = Calendar(id=number, name=name, url=url, kind=kind, branch_id=branch_id, consent="customer")
    row.color = ("#2f6f4f", "#8a4b08", "#1f5f8b", "#6b3fa0")[number - 1]
    row.live_since = row.created_at = NOW - FIVE_YEARS
    row.last_good_at = row.last_poll_at = NOW - timedelta(minutes=5)
    return row


def _rule(rule_id: int, kind: str, channel: str, days: int) -> MessageRule:
    since = NOW - FIVE_YEARS
    row = MessageRule(id=rule_id, kind=kind, channel=channel, days=days, at=time(17), text=TEXT)
    row.active, row.active_since, row.created_at = True, since, since
    row.subject = "Ihr Kehrtermin" if channel == "email" else ""
    return row


class _Log:
    """Writes what happened in the order in which it did, with the seals of the chain."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._waiting: list[Happened] = []
        self._head = ChainHead(id=1, event_id=0, count=0, hash="")

    def add(self, events: Sequence[Happened]) -> None:
        self._waiting += events

    def write(self, horizon: datetime) -> None:
        """Writes what lies before this moment: nothing that comes later happened before it."""
        self._waiting.sort(key=lambda one: one.at)
        ready = [one for one in self._waiting if one.at < horizon]
        self._waiting = self._waiting[len(ready) :]
        told = [self._told(number, one) for number, one in enumerate(ready, self._head.event_id + 1)]
        if told:
            seals = [self._sealed(*pair) for pair in zip(told, ready, strict=True)]
            self._session.execute(insert(MessageEvent.__table__), told)
            self._session.execute(insert(EventSeal.__table__), seals)

    def end(self) -> None:
        """The chain's head."""
        self._session.add(self._head)
        self._session.flush()

    @staticmethod
    def _told(number: int, one: Happened) -> dict[str, Any]:
        return {
            "id": number,
            "message_id": one.message["id"],
            "at": one.at,
            "old_state": one.old,
            "new_state": one.new,
            "reason": one.reason,
            "reason_args": one.args,
            "by": one.by,
        }

    def _sealed(self, told: dict[str, Any], one: Happened) -> dict[str, Any]:
        content = ""
        if one.new in LEFT:
            # What left was sealed before it was known to have arrived.
            arrived = one.message["delivered_at"] if one.new == "delivered" else None
            content = content_of(one.message | {"delivered_at": arrived})
        sealed_at = one.at + timedelta(seconds=20)
        self._head.hash = seal_hash(self._head.hash, Event(**told), content, sealed_at)
        self._head.event_id, self._head.count = told["id"], self._head.count + 1
        self._head.sealed_at = sealed_at
        return {
            "event_id": told["id"],
            "message_id": told["message_id"],
            "content": content,
            "hash": self._head.hash,
            "sealed_at": sealed_at,
        }


def _check() -> None:
    count = db.session.scalar(select(func.count()).select_from(Message)) or 0
    if count < MESSAGES:
        raise SystemExit(f"The office has {count} messages only.")
    print(f"  it has {count} messages", file=sys.stderr, flush=True)
