"""Gathers what the start page shows: what waits, what leaves next, what left today, how all is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, func, or_, select, type_coerce

from kehr import clock
from kehr.actions.decide.waiting_work import Waiting, find_waiting
from kehr.actions.facts.customers_only import of_customers
from kehr.actions.facts.in_person import how_in_person
from kehr.actions.facts.log_filter import looked_at
from kehr.actions.facts.office_facts import office_of
from kehr.actions.run.check_health import Health, check_health
from kehr.actions.visits.pressing_deadlines import count_late
from kehr.models import Company, Message, db
from kehr.models.database import UtcDateTime
from kehr.rules.terms.messages import Channel, State
from kehr.rules.terms.office_days import day_span, office_day
from kehr.rules.terms.timing import next_open

AHEAD = timedelta(days=30)
NEXT_SHOWN = 6
BAR = (
    State.DELIVERED,
    State.ACCEPTED,
    State.UNCLEAR,
    State.UNDELIVERED,
    State.REFUSED,
    State.MISSED,
    State.WITHHELD,
)
"""What today's bar counts, from good to not meant to leave."""


@dataclass(frozen=True, slots=True)
class Departure:
    """Messages of one kind that leave at one time; starts are those of their appointments, if any."""

    due_at: datetime
    kind: str
    count: int
    sms: int
    emails: int
    first_start: datetime | None
    last_start: datetime | None
    name: str


@dataclass(frozen=True, slots=True)
class Share:
    """How many messages of today stand in one state; `trial` ones never left the house. What was told in
    person has its `channel`.
    """

    state: str
    trial: bool
    channel: str
    count: int


@dataclass(frozen=True, slots=True)
class Today:
    """The start page's facts at `now`. `late` counts the coming appointments not announced in time. What is
    overdue leaves as soon as the send window is open: `next_due` is never before that.
    """

    now: datetime
    waiting: tuple[Waiting, ...]
    left_today: int
    next_due: datetime | None
    departures: tuple[Departure, ...]
    so_far: tuple[Share, ...]
    health: Health
    simulated: bool
    late: int


def show_today(now: datetime, zone: ZoneInfo) -> Today:
    """Reads everything for the start page in a fixed number of queries."""
    start, end = day_span(office_day(now, zone), office_day(now, zone), zone)
    opens = _opens(now)
    left, earliest = db.session.execute(
        select(func.count(case((Message.due_at < end, 1))), func.min(Message.due_at)).where(
            Message.state == State.PLANNED, Message.due_at < now + AHEAD, _of_customers()
        )
    ).one()
    return Today(
        now=now,
        waiting=tuple(find_waiting(now)),
        left_today=left if opens < end else 0,
        next_due=max(earliest, opens) if earliest else None,
        departures=_departures(now, opens),
        so_far=_so_far(start, now),
        health=check_health(now),
        simulated=clock.simulated_start() is not None,
        late=count_late(now, zone),
    )


def _of_customers() -> ColumnElement[bool]:
    return of_customers(Message.calendar_id)


def _opens(now: datetime) -> datetime:
    """When what is overdue may leave: now, or when the send window next opens."""
    company = db.session.get(Company, 1)
    return next_open(office_of(company).window, now, company.zoneinfo) if company is not None else now


def _departures(now: datetime, opens: datetime) -> tuple[Departure, ...]:
    # What is overdue leaves as soon as it may, so it is one line for each kind.
    leaves_at = case((Message.due_at <= opens, opens), else_=Message.due_at)
    rows = db.session.execute(
        select(
            type_coerce(leaves_at, UtcDateTime()).label("leaves_at"),
            Message.kind,
            func.count(),
            func.count(case((Message.channel == Channel.SMS, 1))),
            func.count(case((Message.channel == Channel.EMAIL, 1))),
            func.min(Message.appointment_start),
            func.max(Message.appointment_start),
            func.min(Message.recipient_name),
        )
        .where(Message.state == State.PLANNED, Message.due_at < now + AHEAD, _of_customers())
        .group_by("leaves_at", Message.kind)
        .order_by("leaves_at", Message.kind)
        .limit(NEXT_SHOWN)
    )
    return tuple(Departure(*row) for row in rows)


def _so_far(start: datetime, now: datetime) -> tuple[Share, ...]:
    today = or_(
        and_(Message.sent_at >= start, Message.sent_at <= now),
        and_(looked_at(Message.sent_at.is_(None)), Message.due_at >= start, Message.due_at <= now),
    )
    in_person = how_in_person(Message.channel).label("told_by")
    rows = db.session.execute(
        select(Message.state, Message.trial, in_person, func.count())
        .where(today, looked_at(Message.state.in_(BAR)), looked_at(_of_customers()))
        .group_by(Message.state, Message.trial, "told_by")
    )
    return tuple(sorted((Share(*row) for row in rows), key=_place))


def _place(share: Share) -> tuple[int, bool, str]:
    return BAR.index(State(share.state)), share.trial, share.channel
