"""Puts a message written by hand into words: from its person, object, appointment or employee."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from kehr.actions.facts.chunks import chunks
from kehr.actions.facts.house_facts import load_houses
from kehr.actions.facts.log_filter import looked_at
from kehr.actions.facts.office_facts import BranchFacts, OfficeFacts
from kehr.models import Appointment, Employee, Message, db
from kehr.rules.entries.residents import House, HousePerson
from kehr.rules.plan.planning import TELLING
from kehr.rules.terms.appointments import WorkKind
from kehr.rules.terms.messages import MAYBE_TOLD, Channel, Kind
from kehr.rules.texts.outgoing import Composed, compose
from kehr.rules.texts.text import TextFacts
from kehr.rules.visits.phone_codes import STAND_IN


class Subject(NamedTuple):
    """What a manual text can speak about; None where there is none."""

    person: HousePerson | None = None
    house: House | None = None
    appointment: Appointment | None = None
    employee: Employee | None = None
    old_start: datetime | None = None


def compose_manual(
    message: Message, facts: OfficeFacts, now: datetime, text: str = "", subject: str = ""
) -> Composed:
    """A message of a manual send as it would leave now: with this text, its own, or that of the send."""
    send, channel = message.manual_send, Channel(message.channel)
    if send is None:
        raise ValueError(f"message {message.id} was not written by hand")
    about = manual_facts(subject_of(message), channel, branch_of(message, facts), facts)
    text, subject = text or message.own_text or send.text, subject or message.own_subject or send.subject
    return compose(Kind(message.kind), channel, text, subject, about, now, facts.office.zone)


def subject_of(message: Message) -> Subject:
    """What a message is about, as it is now."""
    house = load_houses([message.property_id]).get(message.property_id or 0)
    person = house.person(message.person_id) if house is not None else None
    employee = db.session.get(Employee, message.employee_id) if message.employee_id else None
    row = message.appointment
    if row is None:
        return Subject(person, house, None, employee)
    told = told_starts([row.id]).get((row.id, message.channel, message.recipient))
    return Subject(person, house, row, employee, told if told != row.start else None)


def branch_of(message: Message, facts: OfficeFacts) -> BranchFacts:
    """Through which branch a manual message leaves: that of its appointment, else that of its send."""
    if message.appointment is not None:
        return facts.calendars[message.appointment.calendar_id].branch
    chosen = message.manual_send.branch_id if message.manual_send else None
    return facts.branches.get(chosen, facts.branches[None])


def manual_facts(about: Subject, channel: Channel, branch: BranchFacts, facts: OfficeFacts) -> TextFacts:
    """What a text can say about one entry of a manual list; an SMS takes the SMS spelling of a name."""
    row = about.appointment
    named = about.person if about.person is not None and about.person.name.strip() else about.employee
    firm = TextFacts(
        company=facts.company.name, branch=branch.name or facts.company.name, phone=facts.company.phone
    )
    if row is not None:
        calendar = facts.calendars[row.calendar_id]
        firm = replace(
            firm,
            start=row.start,
            end=row.end,
            all_day=row.all_day,
            old_start=about.old_start,
            old_all_day=row.all_day,
            kind=WorkKind(row.work_kind),
            name=row.name,
            salutation=row.salutation,
            title=row.title,
            first_name=row.first_name,
            object_number=row.object_number,
            place=row.place,
            calendar_link=calendar.link_stand_in,
            code=STAND_IN,
            fallback_name=calendar.fallback_name,
            fallback_location=calendar.fallback_location,
        )
    if about.house is not None:
        firm = replace(firm, object_number=about.house.number, address=about.house.address)
    if named is None:
        return firm
    cheap = getattr(named, "sms_name", "") if channel == Channel.SMS else ""
    return replace(
        firm,
        name=cheap.strip() or named.name,
        salutation=named.salutation,
        title=getattr(named, "title", ""),
        first_name=named.first_name,
    )


def told_starts(appointment_ids: Collection[int]) -> dict[tuple[int, str, str], datetime]:
    """Which start each recipient of these appointments last heard: by appointment, channel, recipient.

    Who last heard of a cancellation, or only what trial mode recorded, knows of none.
    """
    heard: dict[tuple[int, str, str], tuple[str, datetime | None]] = {}
    for chunk in chunks(sorted(appointment_ids)):
        query = (
            select(
                Message.appointment_id, Message.channel, Message.recipient, Message.kind, Message.about_start
            )
            .where(Message.appointment_id.in_(chunk), Message.kind.in_(TELLING))
            .where(looked_at(Message.state.in_(MAYBE_TOLD)), Message.trial.is_(False))
            .order_by(func.coalesce(Message.sent_at, Message.claimed_at), Message.id)
        )
        for appointment_id, channel, recipient, kind, start in db.session.execute(query):
            if appointment_id is not None:
                heard[appointment_id, channel, recipient] = (kind, start)
    return {
        key: start for key, (kind, start) in heard.items() if start is not None and kind != Kind.CANCELLED
    }
