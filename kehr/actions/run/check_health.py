"""Looks at every part of the machine and says how it is."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from kehr import clock
from kehr.actions.hear.ask_gateway import TOLD_AFTER
from kehr.actions.log.watch_chain import show_chain
from kehr.actions.run.self_test import last_tests
from kehr.models import Calendar, CalendarLink, Company, Gateway, Heartbeat, MessageEvent, db
from kehr.rules.plan.self_test import Verdict
from kehr.settings import Settings

SILENT_AFTER = timedelta(minutes=2)
BEHIND_AFTER = timedelta(minutes=1)
DISK_LOW_MB = 500
MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Check:
    """One part: `level` is ok, note (worth knowing) or bad; `code` and `args` lead to its sentence.

    `at` is when the part last showed that it works, where that is known.
    """

    name: str
    level: str
    code: str
    args: dict[str, Any] = field(default_factory=dict)
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """All parts in the order in which they depend on each other."""

    checks: tuple[Check, ...]

    INSIDE = frozenset({"database", "broker", "worker", "cron", "clock", "disk"})

    @property
    def red(self) -> bool:
        """Whether anything needs somebody, the feeds and gateways outside included."""
        return any(check.level == "bad" for check in self.checks)

    @property
    def serving(self) -> bool:
        """Whether the machine itself works, whatever feeds and gateways outside do."""
        return not any(check.level == "bad" for check in self.checks if check.name in self.INSIDE)


def check_health(now: datetime, *, broker_answers: Callable[[], bool] | None = None) -> Health:
    """Checks database, broker, worker, cron, clock, disk, feeds, gateways and, where the firm has a public
    address, what answers there; raises nothing.

    `broker_answers` replaces the call to the broker named in the settings.
    """
    settings = current_app.config["KEHR"]
    outside = (_disk(settings.data), _broker(broker_answers or (lambda: _ping(settings.redis_url))))
    try:
        db.session.execute(text("SELECT 1"))
        rows = (
            *(*_beats(now), _clock(now), _feeds(), _gateways(now)),
            *(*_public(settings, now), _chain(), *_self_test(now)),
        )
    except SQLAlchemyError:
        db.session.rollback()
        return _sorted(Check("database", "bad", "database_down"), *outside)
    return _sorted(Check("database", "ok", "database_ok"), *outside, *rows)


ORDER = (
    *("database", "broker", "worker", "cron", "clock", "disk"),
    *("feeds", "gateways", "public", "chain", "selftest"),
)


def _sorted(*checks: Check) -> Health:
    return Health(tuple(sorted(checks, key=lambda check: ORDER.index(check.name))))


def _ping(url: str) -> bool:
    # Loading the broker's client takes longer than most commands, which never ask it.
    from redis import Redis
    from redis.exceptions import RedisError

    try:
        with Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1) as broker:
            return bool(broker.ping())
    except (RedisError, OSError):
        return False


def _broker(answers: Callable[[], bool]) -> Check:
    return Check("broker", "ok", "broker_ok") if answers() else Check("broker", "bad", "broker_down")


def _beats(now: datetime) -> tuple[Check, Check]:
    """The worker beats itself; the cron shows by the rounds it starts, of which the older counts."""
    beats = {beat.name: beat.at for beat in db.session.scalars(select(Heartbeat))}
    rounds = [beats.get("tick"), beats.get("poll")]
    known = [at for at in rounds if at is not None]
    oldest = min(known) if len(known) == len(rounds) else None
    return _beat("worker", beats.get("worker"), now), _beat("cron", oldest, now)


def _beat(name: str, at: datetime | None, now: datetime) -> Check:
    if at is None:
        return Check(name, "bad", f"{name}_never")
    if now - at > SILENT_AFTER:
        return Check(name, "bad", f"{name}_silent", {"since": at.isoformat()}, at)
    return Check(name, "ok", f"{name}_ok", at=at)


def _clock(now: datetime) -> Check:
    newest = db.session.scalar(select(MessageEvent.at).order_by(MessageEvent.id.desc()).limit(1))
    if newest is not None and newest - now > BEHIND_AFTER:
        return Check("clock", "bad", "clock_behind", {"since": newest.isoformat()})
    if clock.simulated_start() is not None:
        return Check("clock", "note", "clock_simulated", {"now": now.isoformat()})
    return Check("clock", "ok", "clock_ok")


def _disk(folder: Path) -> Check:
    free = shutil.disk_usage(folder).free
    if free < DISK_LOW_MB * MB:
        return Check("disk", "bad", "disk_low", {"free": free // MB})
    return Check("disk", "ok", "disk_ok", {"free": free // (1000 * MB)})


def _feeds() -> Check:
    found = db.session.execute(
        select(Calendar.name, Calendar.faulty_code, Calendar.last_good_at)
        .where(Calendar.active, Calendar.kind == "ics")
        .order_by(Calendar.name)
    ).all()
    if not found:
        return _lists()
    moments = [row.last_good_at for row in found if row.last_good_at is not None]
    at = min(moments) if moments else None
    faulty = [row.name for row in found if row.faulty_code]
    if faulty:
        return Check("feeds", "bad", "feeds_faulty", {"names": faulty}, at)
    return Check("feeds", "ok" if at else "note", "feeds_ok" if at else "feeds_unread", {}, at)


def _lists() -> Check:
    """An office without a calendar to fetch may live on imported lists alone."""
    query = select(func.max(Calendar.last_good_at)).where(Calendar.active, Calendar.kind == "file")
    at = db.session.scalar(query)
    return Check("feeds", "ok" if at else "note", "feeds_lists" if at else "feeds_none", {}, at)


def _chain() -> Check:
    view = show_chain()
    if view.found is not None:
        return Check("chain", "bad", "chain_bad", at=view.verified_at)
    if view.known:
        return Check("chain", "note", "chain_known", at=view.verified_at)
    return Check("chain", "ok", "chain_ok" if view.verified_at else "chain_new", at=view.verified_at)


def _self_test(now: datetime) -> list[Check]:
    """The daily test, once a number or address is given for it; its worst channel counts."""
    tests = last_tests(now)
    if not tests:
        return []
    passed = [one.passed_at for one in tests if one.passed_at is not None]
    at = min(passed) if passed else None
    for found in (Verdict.FAILED, Verdict.MISSING):
        channels = [one.channel for one in tests if one.verdict == found]
        if channels:
            return [Check("selftest", "bad", f"selftest_{found}", {"channel": channels[0]}, at)]
    if len(passed) == len(tests):
        return [Check("selftest", "ok", "selftest_ok", {}, at)]
    return [Check("selftest", "note", "selftest_waiting", {}, at)]


def _gateways(now: datetime) -> Check:
    found = db.session.execute(
        select(
            Gateway.name, Gateway.stopped_code, Gateway.last_ok_at, Gateway.unreachable_since.label("silent")
        ).order_by(Gateway.name)
    ).all()
    if not found:
        return Check("gateways", "note", "gateways_none")
    moments = [row.last_ok_at for row in found if row.last_ok_at is not None]
    at = max(moments) if moments else None
    stopped = [row.name for row in found if row.stopped_code]
    if stopped:
        return Check("gateways", "bad", "gateways_stopped", {"names": stopped}, at)
    silent = [row.name for row in found if row.silent is not None and now - row.silent >= TOLD_AFTER]
    if silent:
        return Check("gateways", "bad", "gateways_silent", {"names": silent}, at)
    return Check("gateways", "ok", "gateways_ok", {}, at)


def _public(settings: Settings, now: datetime) -> list[Check]:
    """Nothing without a public address; red when somebody already has a link or address that is dead."""
    company = db.session.get(Company, 1)
    if company is None or not company.public_url:
        return []
    if settings.public_port:
        return [Check("public", "ok", "public_ok", {"port": settings.public_port})]
    handed_out = select(CalendarLink.token).where(CalendarLink.expires_at > now).limit(1)
    told = select(Gateway.id).where(Gateway.hook_secret != "").limit(1)
    in_use = any(db.session.scalars(query).first() is not None for query in (handed_out, told))
    return [Check("public", "bad" if in_use else "note", "public_off")]
