"""Verifies the log every night, and tells the office when somebody changed it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, func, select

from kehr.actions.facts.raise_alarm import close_alarm, find_open, open_alarm
from kehr.actions.log.proof_sheet import ChainEnd, chain_end
from kehr.actions.log.seal_events import CHAIN, seal_events
from kehr.actions.log.verify_log import Verified, verify_log
from kehr.models import ChainNote, Company, EventSeal, Heartbeat, db, writing
from kehr.rules.log.chain import Printed

VERIFIED = "log_verified"
"""The heartbeat that says when the whole log was last gone through."""
AT = time(3)
"""Office time at which a new check is due; a machine that was off does it when it is back."""


@dataclass(frozen=True, slots=True)
class ChainView:
    """How the chain is: where it ends, when the whole log was last gone through, and what was found that
    nobody has looked into yet. `notes` are the breaks into which somebody has, the newest first.
    """

    end: ChainEnd | None
    verified_at: datetime | None
    found: dict[str, Any] | None
    notes: tuple[ChainNote, ...] = ()

    @property
    def known(self) -> bool:
        """Whether a break is still there into which somebody has looked."""
        return any(note.gone_at is None for note in self.notes)

    @property
    def checked_behind(self) -> bool:
        """Whether a check went on behind all breaks into which somebody has looked."""
        newest = max((note.at for note in self.notes if note.gone_at is None), default=None)
        return self.verified_at is not None and newest is not None and self.verified_at > newest


def verify_nightly(now: Callable[[], datetime], between: Callable[[], None] | None = None) -> Verified | None:
    """Verifies if the last check was before the newest three o'clock; None when it is not due."""
    with writing() as session:
        company = session.get(Company, 1)
        beat = session.get(Heartbeat, VERIFIED)
        if company is None or (beat is not None and beat.at >= _due_since(now(), company)):
            return None
    return verify_and_tell(now, between)


def verify_and_tell(now: Callable[[], datetime], between: Callable[[], None] | None = None) -> Verified:
    """Goes through the whole log; a break opens an alarm, which is told once and closes when all is well, or
    when somebody has looked into it. Behind such a break it looks for others.
    """
    seal_events(now)
    still = select(ChainNote).where(ChainNote.gone_at.is_(None))
    known = [note.mark for note in db.session.scalars(still)]
    result = verify_log(between=between, known=known)
    met = {broken.mark for broken in result.passed}
    with writing() as session:
        if result.broken is None:
            for note in session.scalars(still):
                note.gone_at = note.gone_at if note.mark in met or note.mark not in known else now()
        if result.broken is not None:
            args = {"code": result.broken.code, **result.broken.args}
            open_alarm(session, CHAIN, "chain_broken", args, now())
        else:
            close_alarm(session, CHAIN, now())
        beat = session.get(Heartbeat, VERIFIED)
        if beat is None:
            session.add(Heartbeat(name=VERIFIED, at=now()))
        else:
            beat.at = now()
    return result


def _due_since(now: datetime, company: Company) -> datetime:
    local = now.astimezone(company.zoneinfo)
    due = datetime.combine(local.date(), AT, company.zoneinfo)
    return due if due <= local else datetime.combine(local.date() - timedelta(days=1), AT, company.zoneinfo)


def show_chain() -> ChainView:
    """What is known of the chain without going through it."""
    beat = db.session.get(Heartbeat, VERIFIED)
    alarm = find_open(db.session(), CHAIN)
    notes = tuple(db.session.scalars(select(ChainNote).order_by(ChainNote.id.desc())))
    return ChainView(chain_end(), beat.at if beat else None, dict(alarm.args) if alarm else None, notes)


def compare_printed(printed: Printed) -> str:
    """Whether an end of the chain that stands on a sheet is still in it: the code of what is wrong, or
    nothing. Looks at one seal only.
    """
    end = chain_end()
    if end is None or printed.number > end.count:
        return "chain_short"
    found = db.session.scalar(_seal_number(printed.number, end)) or ""
    return "" if found.startswith(printed.hash) else "chain_printed"


def _seal_number(number: int, end: ChainEnd) -> Select[str]:
    """The hash of one seal. Where no id is left out it is found by its id; else from the nearer end, through
    all that lie between.
    """
    query = select(EventSeal.hash)
    first = db.session.scalar(select(func.min(EventSeal.event_id))) or 1
    if end.event_id - first + 1 == end.count:
        return query.where(EventSeal.event_id == first + number - 1)
    if number > end.count // 2:
        return query.order_by(EventSeal.event_id.desc()).offset(end.count - number).limit(1)
    return query.order_by(EventSeal.event_id).offset(number - 1).limit(1)
