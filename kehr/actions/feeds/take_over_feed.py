"""Writes what a poll read into the rows: in one transaction, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kehr.actions.feeds.feed_reading import Reading
from kehr.actions.people.match_appointments import match_ids
from kehr.actions.people.record_consent import record_calendar_consent
from kehr.actions.plan.hold_bundles import hold_bundles, unhold
from kehr.actions.visits.write_entry import write_entry
from kehr.models import Appointment, Calendar
from kehr.rules.feeds.takeover import (
    MASS_CANCELLED,
    Distrust,
    Known,
    Match,
    Seen,
    TakeOver,
    base_uid,
    distrust,
    person_of,
    surely_gone,
    take_over,
)
from kehr.rules.terms.appointments import EntryStatus


@dataclass(slots=True)
class Taken:
    """What one poll changed in the rows; `vanished` entries are missing, not yet gone."""

    added: int = 0
    moved: int = 0
    cancelled: int = 0
    vanished: int = 0
    distrust: Distrust | None = None

    @property
    def changed(self) -> bool:
        """Whether any appointment is not what it was."""
        return bool(self.added or self.moved or self.cancelled or self.vanished)


def take_over_reading(
    session: Session, calendar: Calendar, reading: Reading, baseline: bool, now: datetime
) -> Taken:
    """Takes over a reading. With `baseline` (first take-over, or switched on again) nothing counts as
    new, moved or cancelled by itself. A reading that cannot be believed changes nothing.
    """
    rows = _rows(session, calendar, reading)
    keys = {seen.occurrence.key for seen in reading.seen}
    known = [
        _known(row) for row in rows.values() if (row.uid, row.recurrence_id) in keys or _within(row, reading)
    ]
    ahead = _ahead(session, calendar, now)
    result = take_over(known, reading.seen, now)
    taken = Taken()
    if not baseline and not calendar.accept_losses:
        taken.distrust = distrust(result, ahead, len(reading.text.groups), now)
        if taken.distrust is not None:
            return taken
    _apply_matches(session, calendar, result, rows, baseline, taken, now)
    new = _apply_new(session, calendar, result.added, reading, baseline, taken, now)
    _apply_vanished(result, rows, baseline, taken, now)
    session.flush()
    match_ids(session, [*(m.known.id for m in result.matched), *new])
    if not baseline:
        moved = [m.known for m in result.matched if m.moved]
        cancelled = [m.known for m in result.matched if m.newly_cancelled]
        hold_bundles(session, calendar, rows, moved, cancelled, ahead, now)
    return taken


def settle_missing(session: Session, calendar: Calendar, now: datetime) -> Taken:
    """After a good fetch: what has been missing long enough is cancelled for sure (C02)."""
    query = select(Appointment).where(
        Appointment.calendar_id == calendar.id,
        Appointment.missing_since.is_not(None),
        Appointment.cancelled_at.is_(None),
        Appointment.start > now,
    )
    rows = {row.id: row for row in session.scalars(query)}
    gone = surely_gone([_known(row) for row in rows.values()], now)
    for known in gone:
        rows[known.id].cancelled_at = now
        unhold(rows[known.id])
    hold_bundles(session, calendar, rows, [], gone, 0, now)
    return Taken(cancelled=len(gone))


def _rows(session: Session, calendar: Calendar, reading: Reading) -> dict[int, Appointment]:
    """The rows that the reading speaks about, by id.

    Those are the rows of the entries meant, those whose keys it has (wherever their start was: an entry
    may return from last year), and those still missing, because an entry written anew may be one of them.
    """
    of_calendar = select(Appointment).where(Appointment.calendar_id == calendar.id)
    if reading.affected is None:
        found = list(session.scalars(of_calendar.where(Appointment.start >= reading.since)))
        known = {(row.uid, row.recurrence_id) for row in found}
        uids = {seen.occurrence.uid for seen in reading.seen if seen.occurrence.key not in known}
    else:
        still_missing = (Appointment.missing_since.is_not(None), Appointment.cancelled_at.is_(None))
        found = list(session.scalars(of_calendar.where(*still_missing)))
        uids = set(reading.affected)
    wanted = sorted(uids)
    for start in range(0, len(wanted), 500):
        found += session.scalars(of_calendar.where(Appointment.uid.in_(wanted[start : start + 500])))
    return {row.id: row for row in found}


def _within(row: Appointment, reading: Reading) -> bool:
    """Whether this row, had it stayed, would have to be in the reading."""
    if row.start < reading.since or row.uid in reading.unreadable:
        return False
    kept = row.uid in reading.text.groups and row.uid not in reading.changed
    return row.start < (reading.until if kept else reading.until_changed)


def _ahead(session: Session, calendar: Calendar, now: datetime) -> int:
    query = select(func.count()).where(
        Appointment.calendar_id == calendar.id,
        Appointment.start > now,
        Appointment.cancelled_at.is_(None),
        Appointment.missing_since.is_(None),
    )
    return session.scalar(query) or 0


def _known(row: Appointment) -> Known:
    numbers = [phone["e164"] for phone in row.phones]
    return Known(
        id=row.id,
        uid=row.uid,
        recurrence_id=row.recurrence_id,
        start=row.start,
        all_day=row.all_day,
        person=person_of(numbers, row.object_number, row.name, row.summary),
        missing_since=row.missing_since,
        cancelled=row.cancelled_at is not None,
    )


def _apply_matches(
    session: Session,
    calendar: Calendar,
    result: TakeOver,
    rows: dict[int, Appointment],
    baseline: bool,
    taken: Taken,
    now: datetime,
) -> None:
    rekeyed = [m for m in result.matched if (m.known.uid, m.known.recurrence_id) != m.seen.occurrence.key]
    # Keys may swap places among rows; parking them first keeps the unique key from tripping.
    for m in rekeyed:
        rows[m.known.id].uid = f"rekeyed-{m.known.id}"
    if rekeyed:
        session.flush()
    for m in result.matched:
        row = rows[m.known.id]
        _follow_status(row, m, baseline, taken, now)
        if m.moved:
            row.changed_at = now
            unhold(row)
            taken.moved += 1
        write_entry(row, m.seen)
        record_calendar_consent(session, calendar, row, now)


def _follow_status(row: Appointment, m: Match, baseline: bool, taken: Taken, now: datetime) -> None:
    row.missing_since = None
    if m.newly_cancelled:
        row.cancelled_at = now
        unhold(row)
        taken.cancelled += 1
    elif m.known.cancelled and m.seen.occurrence.status != EntryStatus.CANCELLED:
        row.cancelled_at = None
        row.changed_at = now
        unhold(row)


def _apply_new(
    session: Session,
    calendar: Calendar,
    added: Sequence[Seen],
    reading: Reading,
    baseline: bool,
    taken: Taken,
    now: datetime,
) -> list[int]:
    confirmed: set[str] = set()
    ids = []
    old = {base_uid(uid) for uid in reading.text.groups.keys() - reading.new}
    for seen in sorted(added, key=lambda s: s.occurrence.start):
        occurrence = seen.occurrence
        base = base_uid(occurrence.uid)
        fresh = (
            not baseline
            and occurrence.uid in reading.new
            and base not in old
            and base not in confirmed
            and occurrence.start > now
        )
        if fresh:
            confirmed.add(base)
        row = Appointment(
            calendar_id=calendar.id,
            baseline=not fresh,
            first_seen_at=now,
            changed_at=now,
            hold_code="",
            hold_key="",
        )
        if occurrence.status == EntryStatus.CANCELLED:
            row.cancelled_at = now
        write_entry(row, seen)
        session.add(row)
        session.flush()
        record_calendar_consent(session, calendar, row, now)
        taken.added += 1
        ids.append(row.id)
    return ids


def _apply_vanished(
    result: TakeOver, rows: dict[int, Appointment], baseline: bool, taken: Taken, now: datetime
) -> None:
    for known in result.vanished:
        row = rows[known.id]
        if known.start <= now or known.cancelled:
            continue
        if baseline:
            row.cancelled_at = now
        elif row.missing_since is None:
            row.missing_since = now
            taken.vanished += 1


def suspicious(taken: Taken) -> bool:
    """Whether so many entries vanished at once that somebody should look before they count as gone."""
    return taken.vanished > MASS_CANCELLED
