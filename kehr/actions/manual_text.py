"""Puts a message written by hand into words: from its person, object, appointment or employee."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from kehr.actions.office_facts import BranchFacts, OfficeFacts
from kehr.models import Appointment, Employee, Message, Person, Property, db
from kehr.rules.appointments import WorkKind
from kehr.rules.messages import MAYBE_TOLD, Channel, Kind
from kehr.rules.outgoing import Composed, compose
from kehr.rules.planning import TELLING
from kehr.rules.text import TextFacts

_CHUNK = 500


class Subject(NamedTuple):
    """What a manual text can speak about; None where there is none."""

    person: Person | None = None
    house: Property | None = None
    appointment: Appointment | None = None
    employee: Employee | None = None
    old_start: datetime | None = None


def compose_manual(message: Message, facts: OfficeFacts, now: datetime) -> Composed:
    """A message of a manual send as it would leave now."""
    send = message.manual_send
    if send is None:
        raise ValueError(f"message {message.id} was not written by hand")
    about = manual_facts(subject_of(message), Channel(message.channel), branch_of(message, facts), facts)
    channel = Channel(message.channel)
    return compose(Kind(message.kind), channel, send.text, send.subject, about, now, facts.office.zone)


def subject_of(message: Message) -> Subject:
    """The rows behind a message, as they are now."""
    person = db.session.get(Person, message.person_id) if message.person_id else None
    house = db.session.get(Property, message.property_id) if message.property_id else None
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
    person, row = about.person, about.appointment
    calendar = facts.calendars[row.calendar_id] if row is not None else None
    named = person if person is not None and person.name.strip() else about.employee
    spoken = named.name if named is not None else row.name if row is not None else ""
    if person is not None and channel == Channel.SMS and person.sms_name.strip():
        spoken = person.sms_name
    owner = named if named is not None else row
    return TextFacts(
        start=row.start if row is not None else None,
        end=row.end if row is not None else None,
        all_day=row.all_day if row is not None else False,
        old_start=about.old_start,
        old_all_day=row.all_day if row is not None else False,
        kind=WorkKind(row.work_kind) if row is not None else None,
        name=spoken,
        salutation=owner.salutation if owner is not None else "",
        title=getattr(owner, "title", ""),
        first_name=owner.first_name if owner is not None else "",
        object_number=about.house.number if about.house is not None else row.object_number if row else "",
        place=row.place if row is not None else "",
        address=address_of(about.house) if about.house is not None else "",
        company=facts.company.name,
        branch=branch.name or facts.company.name,
        phone=facts.company.phone,
        fallback_name=calendar.fallback_name if calendar else "",
        fallback_location=calendar.fallback_location if calendar else "",
    )


def address_of(house: Property) -> str:
    """`Redtenbachergasse 3, 4400 Steyr`."""
    return ", ".join(part for part in (house.street, f"{house.postcode} {house.town}".strip()) if part)


def told_starts(appointment_ids: Collection[int]) -> dict[tuple[int, str, str], datetime]:
    """Which start each recipient of these appointments last heard: by appointment, channel, recipient.

    Who last heard of a cancellation, or only what trial mode recorded, knows of none.
    """
    heard: dict[tuple[int, str, str], tuple[str, datetime | None]] = {}
    for chunk in _chunks(sorted(appointment_ids)):
        query = (
            select(
                Message.appointment_id, Message.channel, Message.recipient, Message.kind, Message.about_start
            )
            .where(Message.appointment_id.in_(chunk), Message.kind.in_(TELLING))
            .where(Message.state.in_(MAYBE_TOLD), Message.trial.is_(False))
            .order_by(func.coalesce(Message.sent_at, Message.claimed_at), Message.id)
        )
        for appointment_id, channel, recipient, kind, start in db.session.execute(query):
            if appointment_id is not None:
                heard[appointment_id, channel, recipient] = (kind, start)
    return {
        key: start for key, (kind, start) in heard.items() if start is not None and kind != Kind.CANCELLED
    }


def _chunks(ids: list[int]) -> Iterable[list[int]]:
    for start in range(0, len(ids), _CHUNK):
        yield ids[start : start + _CHUNK]
