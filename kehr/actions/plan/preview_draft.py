"""Renders an unsaved text for a real appointment, as the editor shows it while somebody types."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from kehr.actions.facts.appointment_facts import text_facts
from kehr.actions.facts.house_facts import load_houses
from kehr.actions.facts.office_facts import OfficeFacts, load_office
from kehr.models import Appointment, Calendar, db
from kehr.rules.forms.settings_values import RuleSettings
from kehr.rules.terms.appointments import WorkKind
from kehr.rules.terms.messages import Channel, Kind
from kehr.rules.terms.sms import SmsCount, count
from kehr.rules.terms.timing import days_after, days_before, next_open, plan_due
from kehr.rules.texts.calendar_link import has_link, stand_in, why_no_link, with_link
from kehr.rules.texts.draft import Dear, dear_characters
from kehr.rules.texts.outgoing import Composed, compose
from kehr.rules.texts.text import Complaint, TextFacts, check_template, values_for

CHOICES = 12


@dataclass(frozen=True, slots=True)
class DraftPreview:
    """A draft as one customer would read it.

    `nominal` is the moment the rule names, `due` the one in the send window; both None for kinds that
    follow a change. `past`: it is over for this appointment. `link_refused`: why the calendar link that it
    asks for cannot be given. `sample`: no real one was there to take.
    """

    composed: Composed
    count: SmsCount
    dear: tuple[Dear, ...]
    complaints: tuple[Complaint, ...]
    name: str
    start: datetime
    nominal: datetime | None
    due: datetime | None
    past: bool
    link_refused: str
    sample: bool


def next_appointments(now: datetime, branch_id: int | None, calendar_id: int | None) -> list[Appointment]:
    """The next appointments a rule of this scope would speak about, soonest first."""
    query = (
        select(Appointment)
        .join(Calendar)
        .where(Appointment.start > now, Appointment.cancelled_at.is_(None), Calendar.active)
        .order_by(Appointment.start, Appointment.id)
        .limit(CHOICES)
    )
    if calendar_id is not None:
        query = query.where(Appointment.calendar_id == calendar_id)
    if branch_id is not None:
        query = query.where(Calendar.branch_id == branch_id)
    return list(db.session.scalars(query))


def preview_draft(draft: RuleSettings, appointment: Appointment | None, now: datetime) -> DraftPreview:
    """The draft for this appointment, or for an invented one. Needs the company row."""
    facts = load_office(addresses=())
    about = _about(draft.kind, appointment, facts, now)
    channel = Channel.EMAIL if draft.channel == "email" else Channel.SMS
    linked = draft.ical_link and channel == Channel.SMS and bool(about.calendar_link)
    template = with_link(draft.text) if linked else draft.text
    composed = compose(Kind(draft.kind), channel, template, draft.subject, about, now, facts.office.zone)
    nominal, due = _moments(draft, about, facts)
    return DraftPreview(
        composed=composed,
        count=count(composed.text),
        dear=dear_characters(draft.text, values_for(about, now, facts.office.zone), composed.text),
        complaints=check_template(draft.text) + check_template(draft.subject),
        name=about.name,
        start=about.start or now,
        nominal=nominal,
        due=due,
        past=due is not None and due <= now,
        link_refused=_link_refused(draft, facts),
        sample=appointment is None,
    )


def _link_refused(draft: RuleSettings, facts: OfficeFacts) -> str:
    if not draft.ical_link and not has_link(draft.text) and not has_link(draft.subject):
        return ""
    return why_no_link(facts.company.public_url, facts.company.missing_fields, draft.kind)


def _about(kind: str, appointment: Appointment | None, facts: OfficeFacts, now: datetime) -> TextFacts:
    """What the text can tell; a moved appointment was a day earlier before."""
    if appointment is None:
        about = _sample(facts, now)
    else:
        house = load_houses([appointment.property_id]).get(appointment.property_id or 0)
        person = next(iter(house.meant(appointment.person_id)), None) if house else None
        calendar = facts.calendars[appointment.calendar_id]
        about = text_facts(appointment, calendar, facts.company, house, person)
    if kind == Kind.MOVED and about.start is not None:
        about = replace(about, old_start=about.start - timedelta(days=1))
    return about


def _sample(facts: OfficeFacts, now: datetime) -> TextFacts:
    zone: ZoneInfo = facts.company.zoneinfo
    day = (now.astimezone(zone) + timedelta(days=3)).replace(hour=10, minute=0, second=0, microsecond=0)
    place = f"Stadtplatz 1, {facts.company.postcode or '4400'} {facts.company.town or 'Steyr'}"
    return TextFacts(
        start=day,
        end=day + timedelta(hours=1),
        kind=WorkKind.SWEEP,
        name="Eva Huber",
        salutation="Frau",
        first_name="Eva",
        object_number="A110010",
        place=place,
        address=place,
        company=facts.company.name,
        branch=facts.company.name,
        phone=facts.company.phone,
        calendar_link=stand_in(facts.company.public_url, facts.company.missing_fields),
        code="K7M",
    )


def _moments(
    draft: RuleSettings, about: TextFacts, facts: OfficeFacts
) -> tuple[datetime | None, datetime | None]:
    office = facts.office
    if about.start is None or draft.kind not in (Kind.ANNOUNCEMENT, Kind.REMINDER, Kind.FEEDBACK):
        return None, None
    if draft.kind == Kind.FEEDBACK:
        end = about.end or about.start
        nominal = days_after(end, draft.days, draft.at, office.zone)
        return nominal, next_open(office.window, max(nominal, end), office.zone)
    nominal = days_before(about.start, draft.days, draft.at, office.zone)
    return nominal, plan_due(nominal, office.window, office.zone)
