"""Foresees what will leave in the coming days, and what it will cost, by branch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select

from kehr.actions.facts.appointment_facts import AppointmentRow, text_facts
from kehr.actions.facts.customers_only import of_customers
from kehr.actions.facts.house_facts import load_houses
from kehr.actions.facts.office_facts import BranchFacts, NoOffice, OfficeFacts, load_office
from kehr.models import Appointment, ManualSend, Message, db
from kehr.rules.entries.residents import House
from kehr.rules.terms.appointments import WorkKind
from kehr.rules.terms.messages import SENT_BY_GATEWAY, Channel, Kind, State
from kehr.rules.terms.office_days import day_span, office_day
from kehr.rules.terms.people import AddressKind
from kehr.rules.texts.calendar_link import with_link
from kehr.rules.texts.outgoing import compose
from kehr.rules.texts.text import TextFacts

DAYS = 30
"""Today and the 29 days after it."""
_COLUMNS = {column.name: column for column in Appointment.__table__.c}


@dataclass(slots=True)
class ForecastLine:
    """What leaves through one branch on one day, or in all. `cost` is in ten-thousandths of a euro;
    `unpriced` are the parts whose price nobody knows: they are not in the cost.
    """

    branch: str
    day: date | None = None
    sms: int = 0
    parts: int = 0
    emails: int = 0
    cost: int = 0
    unpriced: int = 0

    def add(self, other: ForecastLine) -> None:
        """Counts the other line in this one."""
        for name in ("sms", "parts", "emails", "cost", "unpriced"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(frozen=True, slots=True)
class Forecast:
    """What leaves from `first` to `last`: by day and branch, by branch, and in all. `held` waits for a
    release and is in none of these sums. In trial mode nothing of it costs anything yet.
    """

    first: date
    last: date
    days: tuple[ForecastLine, ...]
    branches: tuple[ForecastLine, ...]
    total: ForecastLine
    held: tuple[ForecastLine, ...]
    trial: bool


class _Row(NamedTuple):
    kind: str
    channel: str
    recipient: str
    state: str
    due_at: datetime
    about_start: datetime | None
    rule_id: int | None
    own_text: str
    recipient_name: str
    appointment_id: int | None
    calendar_id: int | None
    text: str | None
    branch_id: int | None


def forecast(now: datetime, zone: ZoneInfo) -> Forecast:
    """The coming 30 days; what is overdue counts for today. The parts of an SMS are counted from its text
    as it would leave when it is due; a moved appointment's old date is taken to be as long as the new one.
    """
    first = office_day(now, zone)
    last = first + timedelta(days=DAYS - 1)
    rows = _rows(day_span(first, last, zone)[1])
    try:
        facts = load_office(addresses=())
    except NoOffice:
        return Forecast(first, last, (), (), ForecastLine(""), (), trial=False)
    days: dict[tuple[date, str], ForecastLine] = {}
    branches: dict[str, ForecastLine] = {}
    held: dict[str, ForecastLine] = {}
    total = ForecastLine("")
    entries = _entries(rows)
    houses = load_houses(entry.property_id for entry in entries.values())
    for row in rows:
        branch = _branch(row, facts)
        line = _priced(row, branch, facts, entries.get(row.appointment_id or 0), houses, now)
        if row.state == State.HELD:
            held.setdefault(branch.name, ForecastLine(branch.name)).add(line)
            continue
        day = max(first, office_day(row.due_at, zone))
        days.setdefault((day, branch.name), ForecastLine(branch.name, day)).add(line)
        branches.setdefault(branch.name, ForecastLine(branch.name)).add(line)
        total.add(line)
    return Forecast(first, last, _sorted(days), _sorted(branches), total, _sorted(held), facts.company.trial)


def _sorted(lines: dict[Any, ForecastLine]) -> tuple[ForecastLine, ...]:
    return tuple(lines[key] for key in sorted(lines))


def _rows(end: datetime) -> list[_Row]:
    own = (Message.__table__.c[name] for name in _Row._fields if name not in ("text", "branch_id"))
    query = (
        select(*own, ManualSend.text, ManualSend.branch_id)
        .outerjoin(ManualSend, ManualSend.id == Message.manual_send_id)
        .where(
            Message.state.in_((State.PLANNED, State.HELD)),
            Message.due_at < end,
            Message.channel.in_(SENT_BY_GATEWAY),
            of_customers(Message.calendar_id),
        )
    )
    return [_Row._make(row) for row in db.session.execute(query)]


def _entries(rows: Iterable[_Row]) -> dict[int, AppointmentRow]:
    """The appointments that SMS are about, in as few queries as an office's month needs."""
    wanted = sorted({row.appointment_id for row in rows if row.channel == Channel.SMS and row.appointment_id})
    found = {}
    columns = [_COLUMNS[name] for name in AppointmentRow._fields]
    for begin in range(0, len(wanted), 1000):
        query = select(*columns).where(Appointment.id.in_(wanted[begin : begin + 1000]))
        found.update({row[0]: AppointmentRow(*row) for row in db.session.execute(query)})
    return found


def _branch(row: _Row, facts: OfficeFacts) -> BranchFacts:
    """Through which branch a message would leave now."""
    if row.calendar_id is not None and row.calendar_id in facts.calendars:
        return facts.calendars[row.calendar_id].branch
    return facts.branches.get(row.branch_id, facts.branches[None])


def _priced(
    row: _Row,
    branch: BranchFacts,
    facts: OfficeFacts,
    entry: AppointmentRow | None,
    houses: dict[int, House],
    now: datetime,
) -> ForecastLine:
    if row.channel == Channel.EMAIL:
        return ForecastLine(branch.name, emails=1)
    parts = _parts(row, facts, entry, houses, now)
    gateway = facts.gateways.get(branch.gateways.get(Channel.SMS, 0))
    if gateway is None or gateway.price is None:
        return ForecastLine(branch.name, sms=1, parts=parts, unpriced=parts)
    return ForecastLine(branch.name, sms=1, parts=parts, cost=parts * gateway.price)


def _parts(
    row: _Row, facts: OfficeFacts, entry: AppointmentRow | None, houses: dict[int, House], now: datetime
) -> int:
    """How many SMS a text will be as it leaves when it is due; at least one."""
    rule = facts.rules.get(row.rule_id or 0)
    text = row.own_text or (rule.text if rule else row.text) or ""
    about = _said(row, facts, entry, houses)
    if rule is not None and rule.ical_link and about.calendar_link:
        text = with_link(text)
    moment = max(now, row.due_at)
    composed = compose(Kind(row.kind), Channel.SMS, text, "", about, moment, facts.office.zone)
    return max(1, composed.parts)


def _said(row: _Row, facts: OfficeFacts, entry: AppointmentRow | None, houses: dict[int, House]) -> TextFacts:
    """What the text can say; what was written by hand without an appointment knows only the firm here."""
    company = facts.company
    if entry is None:
        name = _branch(row, facts).name or company.name
        return TextFacts(company=company.name, branch=name, phone=company.phone, name=row.recipient_name)
    house = houses.get(entry.property_id or 0)
    work, person = WorkKind(entry.work_kind), None
    if house is not None:
        holder = house.told_at(AddressKind.PHONE, row.recipient, work, entry.person_id)
        person = holder.person if holder else None
    old = row.about_start if row.kind == Kind.MOVED else None
    return text_facts(entry, facts.calendars[entry.calendar_id], company, house, person, old, Channel.SMS)
