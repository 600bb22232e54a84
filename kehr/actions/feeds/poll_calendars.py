"""Fetches calendars and takes over what they say."""

from __future__ import annotations

import logging
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session, undefer

from kehr import clock
from kehr.actions.facts.raise_alarm import VANISHED, close_alarm, open_alarm
from kehr.actions.feeds.feed_reading import Reading, read_body, window_of
from kehr.actions.feeds.take_over_feed import Taken, settle_missing, suspicious, take_over_reading
from kehr.actions.visits.entry_fields import fields_of, how_read
from kehr.models import Appointment, Calendar, Company, FeedCopy, db, writing
from kehr.rules.feeds.feed_text import NotACalendar
from kehr.rules.terms.appointments import FieldMap
from kehr.sources.allow import Allow
from kehr.sources.expander import ExpanderUnavailable
from kehr.sources.ics_feed import FeedFault, Fetched, fetch_feed
from kehr.words import sentence

FULL_FETCH_AFTER = timedelta(hours=24)
"""Some servers answer 304 for ever: once a day a calendar is fetched without conditions."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PollResult:
    """What one poll of one calendar did. `reason` is one German sentence when it is faulty."""

    calendar: str
    outcome: str
    reason: str = ""
    appointments: int = 0
    added: int = 0
    moved: int = 0
    cancelled: int = 0


@dataclass(frozen=True, slots=True)
class _Job:
    """What a fetch needs, read before the network is touched."""

    id: int
    name: str
    url: str
    etag: str
    last_modified: str
    baseline: bool
    window_moved: bool
    fields: FieldMap
    copy_hash: str
    old_index: bytes | None
    old_body: bytes | None
    expanded_with: str


def due_calendars(now: datetime) -> list[int]:
    """The ids of the active calendars whose time has come; imported lists have none."""
    query = (
        select(Calendar.id)
        .where(Calendar.active, Calendar.kind == "ics")
        .where(or_(Calendar.next_poll_at.is_(None), Calendar.next_poll_at <= now))
        .order_by(Calendar.id)
    )
    return list(db.session.scalars(query))


def poll_due(now: datetime) -> list[PollResult]:
    """Polls every active calendar whose time has come."""
    polled = [poll_calendar(calendar_id, now, due=True) for calendar_id in due_calendars(now)]
    return [result for result in polled if result is not None]


def poll_calendar(calendar_id: int, now: datetime, due: bool = False) -> PollResult | None:
    """Polls one calendar now. With `due` only if its time has come and nobody else has begun (then None).

    1. claims the poll, so that two workers do not fetch at once; 2. fetches and reads with no
    transaction open; 3. takes over in one transaction, unless another poll was quicker.
    """
    if not _claim(calendar_id, now, due):
        return None
    job = _job(calendar_id, now)
    company = db.session.get_one(Company, 1)
    allow = Allow.parse(company.network_allow)
    zone = company.zoneinfo
    db.session.rollback()
    try:
        return _poll(job, allow, zone, now)
    except (FeedFault, NotACalendar) as error:
        return _faulty(job, error.code, {"detail": getattr(error, "detail", "")}, now)
    except ExpanderUnavailable:
        return _faulty(job, "expander_unavailable", {}, now)
    except Exception as error:
        # One calendar that breaks what reads it must not keep the others from being polled.
        log.exception("the poll of calendar %s broke", job.name)
        return _faulty(job, "feed_broke", {"detail": type(error).__name__}, now)


def _poll(job: _Job, allow: Allow, zone: Any, now: datetime) -> PollResult | None:
    fetched = fetch_feed(
        job.url,
        etag=job.etag,
        last_modified=job.last_modified,
        allow=allow,
        loopback_only=clock.simulated_start() is not None,
    )
    reading = _read(job, fetched, zone, now)
    return _take(job, fetched, reading, now)


def _claim(calendar_id: int, now: datetime, due: bool) -> bool:
    with writing() as session:
        calendar = session.get(Calendar, calendar_id)
        if calendar is None or not calendar.active or calendar.kind != "ics":
            return False
        query = update(Calendar).where(Calendar.id == calendar_id)
        if due:
            query = query.where(or_(Calendar.next_poll_at.is_(None), Calendar.next_poll_at <= now))
        values = {
            "next_poll_at": now + timedelta(minutes=calendar.poll_minutes),
            "last_poll_at": now,
        }
        claimed: Any = session.execute(query.values(**values))
        return bool(claimed.rowcount == 1)


def _job(calendar_id: int, now: datetime) -> _Job:
    calendar = db.session.get_one(Calendar, calendar_id)
    query = select(FeedCopy).options(undefer(FeedCopy.entry_index))
    copy = db.session.scalars(query.where(FeedCopy.calendar_id == calendar_id)).first()
    company = db.session.get_one(Company, 1)
    fields = fields_of(calendar, company)
    expanded_with = how_read(fields, company.zone)
    baseline = calendar.live_since is None
    _, until = window_of(now)
    moved = (
        baseline
        or copy is None
        or calendar.expanded_until is None
        or calendar.expanded_until != until
        or calendar.expanded_with != expanded_with
    )
    unconditional = copy is None or (
        calendar.last_full_at is None or now - calendar.last_full_at >= FULL_FETCH_AFTER
    )
    return _Job(
        id=calendar.id,
        name=calendar.name,
        url=calendar.url,
        etag="" if unconditional else calendar.etag,
        last_modified="" if unconditional else calendar.last_modified,
        baseline=baseline,
        window_moved=moved,
        fields=fields,
        copy_hash=copy.content_hash if copy else "",
        old_index=copy.entry_index if copy else None,
        old_body=copy.body if copy and moved else None,
        expanded_with=expanded_with,
    )


def _read(job: _Job, fetched: Fetched, zone: Any, now: datetime) -> Reading | None:
    """None when nothing can have changed."""
    if fetched.status == "unchanged":
        if not job.window_moved or job.old_body is None:
            return None
        body = zlib.decompress(job.old_body)
    else:
        body = fetched.body
    return read_body(body, job.old_index, job.window_moved, job.baseline, job.fields, zone, now)


def _take(job: _Job, fetched: Fetched, reading: Reading | None, now: datetime) -> PollResult | None:
    with writing() as session:
        calendar = session.get_one(Calendar, job.id)
        copy = session.get(FeedCopy, job.id)
        if (copy.content_hash if copy else "") != job.copy_hash or not calendar.active:
            return None
        taken = Taken()
        if reading is not None:
            taken = take_over_reading(session, calendar, reading, job.baseline, now)
        if taken.distrust is None:
            _well(session, calendar, job, fetched, reading, taken, now)
            if reading is not None:
                _keep_copy(session, copy, job, fetched, reading, now)
    if taken.distrust is not None:
        distrust = taken.distrust
        whole = distrust.code == "feed_emptied"
        detail = str(distrust.known) if whole else f"{distrust.lost} von {distrust.known}"
        return _faulty(job, distrust.code, {"detail": detail}, now)
    outcome = "changed" if taken.changed else "unchanged"
    return PollResult(job.name, outcome, "", _count(job.id, now), taken.added, taken.moved, taken.cancelled)


def _well(
    session: Session,
    calendar: Calendar,
    job: _Job,
    fetched: Fetched,
    reading: Reading | None,
    taken: Taken,
    now: datetime,
) -> None:
    """A good fetch: the calendar is live, its trouble over, and long absence counts."""
    if calendar.live_since is None:
        calendar.live_since = now
    taken.cancelled += settle_missing(session, calendar, now).cancelled
    if not _still_missing(session, calendar, now):
        close_alarm(session, f"{VANISHED}{calendar.id}", now)
    if suspicious(taken):
        args = {"calendar": calendar.name, "count": taken.vanished}
        open_alarm(session, f"{VANISHED}{calendar.id}", "many_missing", args, now)
    calendar.last_good_at = now
    calendar.faulty_code = calendar.faulty_detail = ""
    calendar.faulty_since = None
    calendar.accept_losses = False
    close_alarm(session, f"feed:{calendar.id}", now)
    if fetched.status == "new":
        calendar.etag, calendar.last_modified = fetched.etag, fetched.last_modified
        if not job.etag and not job.last_modified:
            calendar.last_full_at = now
    if reading is not None:
        calendar.problems = _problems(calendar, reading)
        if job.window_moved:
            _, calendar.expanded_until = window_of(now)
            calendar.expanded_with = job.expanded_with


def _problems(calendar: Calendar, reading: Reading) -> list[dict[str, str]]:
    """What is wrong with the feed now: a poll that read only what changed leaves the rest as it was."""
    found = [{"uid": p.uid, "code": str(p.code), "detail": p.detail} for p in reading.problems]
    if reading.affected is not None:
        found += [old for old in calendar.problems if old["uid"] not in reading.affected]
    return found[:50]


def _still_missing(session: Session, calendar: Calendar, now: datetime) -> bool:
    query = select(Appointment.id).where(
        Appointment.calendar_id == calendar.id,
        Appointment.missing_since.is_not(None),
        Appointment.cancelled_at.is_(None),
        Appointment.start > now,
    )
    return session.scalars(query.limit(1)).first() is not None


def _keep_copy(
    session: Session,
    copy: FeedCopy | None,
    job: _Job,
    fetched: Fetched,
    reading: Reading,
    now: datetime,
) -> None:
    content_hash = reading.text.content_hash.hex()
    if content_hash == job.copy_hash or fetched.status != "new":
        return
    if copy is None:
        copy = FeedCopy(calendar_id=job.id)
        session.add(copy)
    copy.content_hash = content_hash
    copy.entry_index = reading.text.index.dump()
    copy.body = zlib.compress(fetched.body, 1)
    copy.taken_at = now


def _faulty(job: _Job, code: str, args: dict[str, Any], now: datetime) -> PollResult:
    """Nothing of this fetch counts: marks the calendar and opens its trouble, once."""
    with writing() as session:
        calendar = session.get_one(Calendar, job.id)
        if not calendar.faulty_code:
            calendar.faulty_since = now
        calendar.faulty_code = code
        calendar.faulty_detail = str(args.get("detail") or "")
        details = {"calendar": calendar.name, "code": code, **args}
        open_alarm(session, f"feed:{calendar.id}", "feed_faulty", details, now)
    return PollResult(job.name, "faulty", sentence(code, args), _count(job.id, now))


def _count(calendar_id: int, now: datetime) -> int:
    """How many appointments of this calendar lie ahead."""
    query = select(func.count()).where(
        Appointment.calendar_id == calendar_id,
        Appointment.start > now,
        Appointment.cancelled_at.is_(None),
    )
    return db.session.scalar(query) or 0
