"""The daily self test (A32): one pseudo-appointment goes the way of all appointments to the firm itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from kehr.actions.facts.office_facts import office_of
from kehr.actions.facts.own_tests import own_addresses, own_calendar, own_rule
from kehr.actions.facts.raise_alarm import close_alarm, find_open, open_alarm
from kehr.actions.plan.plan_messages import plan_messages
from kehr.models import Alarm, Appointment, Calendar, Company, Message, SelfTest, db, writing
from kehr.models.calendars import SELF_TEST
from kehr.rules.plan.self_test import Verdict, expected_by, verdict
from kehr.rules.terms.appointments import WorkKind
from kehr.rules.terms.messages import Channel, Kind
from kehr.rules.terms.office_days import day_start, office_day
from kehr.rules.terms.timing import is_open

ALARM = "self_test:"
"""Begins the key of the alarm that a test did not arrive; the rest is its channel."""
NAME = "Selbsttest"
TEXT = "Selbsttest von Kehrbote am #Wochentag, #Datum: Diese Nachricht ging den Weg aller Nachrichten. #Firma"
SUBJECT = "Selbsttest von Kehrbote am #Datum"
ENDS = time(23, 59)


@dataclass(frozen=True, slots=True)
class Tested:
    """The last test on one channel: when it began, when it passed, and what became of it."""

    channel: str
    verdict: Verdict
    began: datetime | None
    passed_at: datetime | None


def run_self_test(now: datetime) -> None:
    """Begins today's tests once the send window is open, and tells when one did not arrive."""
    company = db.session.get(Company, 1)
    wanted = own_addresses(company) if company is not None else {}
    if company is not None and wanted and is_open(office_of(company).window, now, company.zoneinfo):
        day = office_day(now, company.zoneinfo).isoformat()
        query = select(SelfTest.channel, SelfTest.message_id).where(SelfTest.day == day)
        begun = {channel: message_id for channel, message_id in db.session.execute(query)}
        if wanted.keys() - begun.keys() and _begin(now):
            plan_messages(now)
            _note_messages(day)
        elif None in begun.values():  # A process that died after it began left the rest to the next.
            _note_messages(day)
    _watch(now)


def last_tests(now: datetime) -> list[Tested]:
    """How the newest test of each wished channel stands."""
    company = db.session.get(Company, 1)
    return [] if company is None else [_tested(company, way, now) for way in own_addresses(company)]


def _tested(company: Company, channel: str, now: datetime) -> Tested:
    zone, window = company.zoneinfo, office_of(company).window
    newest = select(SelfTest).where(SelfTest.channel == channel).order_by(SelfTest.day.desc()).limit(1)
    test = db.session.scalars(newest).first()
    if test is None:
        return Tested(channel, Verdict.WAITING, None, None)
    message = db.session.get(Message, test.message_id) if test.message_id else None
    found = verdict(message.state if message else None, expected_by(test.created_at, window, zone), now)
    today = office_day(now, zone)
    opened = datetime.combine(today, window.opens, zone)
    skipped = test.day < today.isoformat() and is_open(window, opened, zone)
    if skipped and now >= expected_by(opened, window, zone):
        found = Verdict.MISSING
    arrived = (message.delivered_at or message.sent_at) if message and found == Verdict.PASSED else None
    return Tested(channel, found, test.created_at, arrived)


def _begin(now: datetime) -> bool:
    """Writes the rows of today, and the pseudo-appointment that wants them; whether this call did it."""
    with writing() as session:
        company = session.get_one(Company, 1)
        wanted, day = own_addresses(company), office_day(now, company.zoneinfo)
        begun = set(session.scalars(select(SelfTest.channel).where(SelfTest.day == day.isoformat())))
        new = wanted.keys() - begun
        for channel in new:
            session.add(SelfTest(day=day.isoformat(), channel=channel, created_at=now))
        if new:
            calendar = _calendar(session, company, now)
            row = own_rule(session, calendar, Kind.ANNOUNCEMENT, wanted, TEXT, SUBJECT, now)
            row.days, row.at = 0, company.window_from
            _appointment(session, calendar, company, {name: wanted[name] for name in new}, now)
    return bool(new)


def _calendar(session: Session, company: Company, now: datetime) -> Calendar:
    midnight = day_start(office_day(now, company.zoneinfo), company.zoneinfo)
    return own_calendar(session, SELF_TEST, NAME, midnight, now, fallback_name=NAME)


def _appointment(
    session: Session, calendar: Calendar, company: Company, new: dict[str, str], now: datetime
) -> None:
    """Today's pseudo-appointment, as an entry that has been known since midnight. `new` are the channels
    that begin; one that began earlier today keeps its address, so that no second test leaves.
    """
    zone = company.zoneinfo
    day = office_day(now, zone)
    midnight, ends = day_start(day, zone), datetime.combine(day, ENDS, zone)
    uid = _uid(day.isoformat())
    row = session.scalars(
        select(Appointment).where(Appointment.calendar_id == calendar.id, Appointment.uid == uid)
    ).first()
    if row is None:
        row = Appointment(
            calendar_id=calendar.id,
            uid=uid,
            start=ends,
            end=ends,
            summary=NAME,
            place=NAME,
            work_kind=WorkKind.SPECIAL,
            first_seen_at=midnight,
            changed_at=midnight,
        )
        session.add(row)
    if Channel.SMS in new:
        sms = new[Channel.SMS]
        row.phones = [{"e164": sms, "type": "mobile", "country": "AT", "typed": sms}]
    if Channel.EMAIL in new:
        row.emails = [new[Channel.EMAIL]]


def _uid(day: str) -> str:
    return f"selbsttest-{day}"


def _note_messages(day: str) -> None:
    """Remembers which messages are the tests of the day."""
    with writing() as session:
        query = (
            select(Message)
            .join(Appointment, Appointment.id == Message.appointment_id)
            .join(Calendar, Calendar.id == Appointment.calendar_id)
            .where(Calendar.kind == SELF_TEST, Appointment.uid == _uid(day))
        )
        for message in session.scalars(query):
            test = session.get(SelfTest, (day, message.channel))
            if test is not None and test.message_id is None:
                test.message_id = message.id


def _watch(now: datetime) -> None:
    """Keeps one open alarm for each channel whose test did not arrive."""
    troubles = {
        ALARM + one.channel: one
        for one in last_tests(now)
        if one.verdict in (Verdict.MISSING, Verdict.FAILED)
    }
    query = select(Alarm.key).where(Alarm.key.startswith(ALARM), Alarm.closed_at.is_(None))
    known = set(db.session.scalars(query))
    if troubles.keys() == known:
        return
    with writing() as session:
        for key, one in troubles.items():
            if find_open(session, key) is None:
                open_alarm(session, key, f"self_test_{one.verdict}", {"channel": one.channel}, now)
        for key in known - troubles.keys():
            close_alarm(session, key, now)
