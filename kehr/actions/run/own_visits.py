"""Test appointments (B46): one that the office makes goes the way of all appointments, to the firm itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kehr.actions.facts.office_facts import office_of
from kehr.actions.facts.own_tests import own_addresses, own_calendar, own_rule
from kehr.actions.plan.plan_messages import plan_messages
from kehr.models import Appointment, Calendar, Company, Message, db, writing
from kehr.models.calendars import OWN_VISITS
from kehr.rules.plan.own_visits import MOST_A_DAY, next_start, why_not_at
from kehr.rules.plan.plan_values import Office, Reason
from kehr.rules.terms.appointments import WorkKind
from kehr.rules.terms.messages import Channel, Kind
from kehr.rules.terms.office_days import day_span, office_day
from kehr.rules.terms.timing import next_open

NAME = "Testtermine"
WHO = "Testtermin"
TEXT = (
    "Test von Kehrbote: Ihr Termin am #Wochentag, #Datum um #Uhrzeit ist eingetragen. "
    "Das ist nur ein Test, es kommt niemand. #Firma"
)
SUBJECT = "Test von Kehrbote: Termin am #Datum"
LASTS = timedelta(hours=1)
SHOWN = 10
COLOR = "#4a5a66"
BEFORE = timedelta(days=2)
"""The calendar counts as live since so long before its first entry: longer than any change rests."""


class VisitRefused(ValueError):
    """No test appointment was made; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.code)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class OwnVisit:
    """A test appointment and the messages about it, SMS first; `by` made it."""

    appointment: Appointment
    by: str
    messages: tuple[Message, ...]


def create_visit(start: datetime, by: str, now: datetime) -> OwnVisit:
    """Makes a test appointment at `start` and plans its messages: they leave now, or when the window opens.

    For one moment there is one: a second click, or a colleague at the same time, is refused as
    `visit_there`. Raises VisitRefused.
    """
    with writing() as session:
        company = session.get(Company, 1)
        addresses = own_addresses(company) if company is not None else {}
        if company is None or not addresses:
            raise VisitRefused(Reason("visit_without_address"))
        office = office_of(company)
        reason = why_not_at(start, next_open(office.window, now, office.zone), now)
        if reason is not None:
            raise VisitRefused(reason)
        calendar = _calendar(session, now)
        _refuse_more(session, calendar, office, start, now)
        own_rule(session, calendar, Kind.CONFIRMATION, addresses, TEXT, SUBJECT, now)
        row = _appointment(calendar, addresses, start, by, now - office.settle, now)
        session.add(row)
        session.flush()
        made = row.id
    plan_messages(now)
    return _visits([db.session.get_one(Appointment, made)])[0]


def usual_start(now: datetime) -> datetime | None:
    """When the next test appointment may well be: after its messages can have left; None without a firm."""
    company = db.session.get(Company, 1)
    if company is None:
        return None
    office = office_of(company)
    taken = select(Appointment.start).join(Calendar).where(Calendar.kind == OWN_VISITS)
    coming = set(db.session.scalars(taken.where(Appointment.start > now)))
    return next_start(next_open(office.window, now, office.zone), coming, office.zone)


def may_test(company: Company | None) -> Mapping[str, str]:
    """The addresses that a test appointment would go to, by channel."""
    return own_addresses(company) if company is not None else {}


def list_visits() -> list[OwnVisit]:
    """The newest test appointments with what became of them."""
    query = select(Appointment).join(Calendar).where(Calendar.kind == OWN_VISITS)
    newest = query.order_by(Appointment.first_seen_at.desc(), Appointment.id.desc()).limit(SHOWN)
    return _visits(list(db.session.scalars(newest)))


def _visits(rows: Sequence[Appointment]) -> list[OwnVisit]:
    about = Message.appointment_id.in_([row.id for row in rows])
    messages = list(db.session.scalars(select(Message).where(about).order_by(Message.channel.desc())))
    return [
        OwnVisit(row, row.contact, tuple(one for one in messages if one.appointment_id == row.id))
        for row in rows
    ]


def _refuse_more(
    session: Session, calendar: Calendar, office: Office, start: datetime, now: datetime
) -> None:
    """One test appointment for a moment, and not more a day than anybody needs."""
    same = select(Appointment).where(Appointment.calendar_id == calendar.id, Appointment.uid == _uid(start))
    there = session.scalars(same).first()
    if there is not None:
        raise VisitRefused(Reason("visit_there", {"start": start.isoformat(), "by": there.contact}))
    today = office_day(now, office.zone)
    begin, end = day_span(today, today, office.zone)
    seen = Appointment.first_seen_at
    made = select(func.count()).where(
        Appointment.calendar_id == calendar.id, seen >= begin - office.settle, seen < end - office.settle
    )
    if (session.scalar(made) or 0) >= MOST_A_DAY:
        raise VisitRefused(Reason("visit_enough", {"most": MOST_A_DAY}))


def _calendar(session: Session, now: datetime) -> Calendar:
    return own_calendar(session, OWN_VISITS, NAME, now - BEFORE, now, color=COLOR, fallback_name=WHO)


def _appointment(
    calendar: Calendar,
    addresses: Mapping[str, str],
    start: datetime,
    by: str,
    rested: datetime,
    now: datetime,
) -> Appointment:
    """An entry that has rested already, so that nobody waits for the settling time."""
    sms, email = addresses.get(Channel.SMS), addresses.get(Channel.EMAIL)
    return Appointment(
        calendar_id=calendar.id,
        uid=_uid(start),
        start=start,
        end=start + LASTS,
        summary=WHO,
        name=WHO,
        contact=by,
        phones=[{"e164": sms, "type": "mobile", "country": "AT", "typed": sms}] if sms else [],
        emails=[email] if email else [],
        work_kind=WorkKind.SPECIAL,
        first_seen_at=rested,
        changed_at=rested,
    )


def _uid(start: datetime) -> str:
    return f"testtermin-{start:%Y%m%d%H%M}"
