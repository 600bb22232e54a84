"""Decides a message written by hand again, at the moment of sending."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kehr.actions.facts.change_state import change_state
from kehr.actions.facts.office_facts import OfficeFacts, load_permissions
from kehr.actions.texts.manual_text import compose_manual
from kehr.models import Address, Appointment, Employee, Message, Person
from kehr.rules.plan.manual_list import MISFITS
from kehr.rules.plan.manual_send import blocked_by
from kehr.rules.plan.plan_values import Reason
from kehr.rules.terms.appointments import NumberType, WorkKind
from kehr.rules.terms.messages import Channel, State
from kehr.rules.terms.people import Purpose, fits
from kehr.rules.texts.outgoing import Composed


def ready_manual(session: Session, message: Message, facts: OfficeFacts, now: datetime) -> Composed | None:
    """The text of a due manual message, when it may leave now; else None, and its state is changed.

    Stopped: withdrawn. Too late: missed. Anything that became untrue since it was sent off, a number that
    is no longer that person's, a consent that is gone, or a gap in the text: withheld with the reason.
    """
    send = message.manual_send
    if send is None:
        raise ValueError(f"message {message.id} was not written by hand")
    if send.stopped_at is not None:
        change_state(session, message, State.WITHDRAWN, now, "manual_stopped", {"by": send.stopped_by})
        return None
    if now >= message.too_late_at:
        args = {"due": message.due_at.isoformat()}
        change_state(session, message, State.MISSED, now, "manual_too_late", args)
        return None
    reason = _untrue(session, message, send.at) or _not_allowed(session, message, facts)
    if reason is None:
        composed = compose_manual(message, facts, now)
        if not composed.missing:
            return composed
        names = ", ".join(f"#{name}" for name in composed.missing)
        reason = Reason("placeholder_missing", {"placeholders": names})
    change_state(session, message, State.WITHHELD, now, reason.code, reason.args)
    return None


def _untrue(session: Session, message: Message, sent_off_at: datetime) -> Reason | None:
    """What has become of the appointment since somebody sent the message off."""
    if message.about_start is None:
        return None
    row = session.get(Appointment, message.appointment_id, populate_existing=True)
    if row is None:
        return Reason("manual_gone")
    if row.cancelled_at is not None and row.cancelled_at > sent_off_at:
        return Reason("manual_cancelled")
    if row.missing_since is not None and row.missing_since > sent_off_at:
        return Reason("manual_gone")
    if row.start != message.about_start:
        return Reason("manual_moved", {"new": row.start.isoformat()})
    if message.channel == Channel.SMS and row.no_sms:
        return Reason("tag_no_sms")
    if message.channel == Channel.EMAIL and row.no_email:
        return Reason("tag_no_email")
    return None


def _not_allowed(session: Session, message: Message, facts: OfficeFacts) -> Reason | None:
    """Whether the number is still theirs, for this purpose, and what they said of it."""
    known = load_permissions([message.recipient]).get(message.recipient)
    address = {"address": message.recipient}
    if message.employee_id is not None:
        employee = session.get(Employee, message.employee_id, populate_existing=True)
        if employee is None or not _is_employees(message, employee):
            return Reason("number_not_theirs", _whose(message))
        return blocked_by(message.recipient, known, consent="calendar", without_consent="")
    if message.person_id is None:
        consent = _entry_consent(message, facts)
        if consent is None:
            return Reason("number_not_theirs", _whose(message))
        return blocked_by(message.recipient, known, consent, message.without_consent)
    purpose = _purpose(session, message)
    if purpose is None:
        return Reason("number_not_theirs", _whose(message))
    work = WorkKind(message.appointment.work_kind) if message.appointment is not None else None
    if not fits(purpose, work):
        return Reason(MISFITS[purpose], address)
    consent = _entry_consent(message, facts) or "customer"
    return blocked_by(message.recipient, known, consent, message.without_consent)


def _whose(message: Message) -> dict[str, str]:
    return {"address": message.recipient, "name": message.recipient_name}


def _is_employees(message: Message, employee: Employee) -> bool:
    own = employee.mobile if message.channel == Channel.SMS else employee.email.lower()
    return employee.active and own == message.recipient


def _entry_consent(message: Message, facts: OfficeFacts) -> str | None:
    """The calendar's setting for an address that stands in the entry itself; None when it does not."""
    row = message.appointment
    if row is None:
        return None
    there: list[Any] = [phone["e164"] for phone in row.phones if phone["type"] == NumberType.MOBILE]
    if message.channel == Channel.EMAIL:
        there = [address.lower() for address in row.emails]
    return facts.calendars[row.calendar_id].consent if message.recipient in there else None


def _purpose(session: Session, message: Message) -> Purpose | None:
    """What the person keeps this address for; None when it is no longer theirs."""
    query = (
        select(Address.purpose)
        .join(Person, Person.id == Address.person_id)
        .where(Address.person_id == message.person_id, Address.value == message.recipient)
        .where(Address.kind == ("phone" if message.channel == Channel.SMS else "email"))
    )
    if message.channel == Channel.SMS:
        query = query.where(Address.type == NumberType.MOBILE)
    found = [Purpose(purpose) for purpose in session.scalars(query)]
    work = WorkKind(message.appointment.work_kind) if message.appointment is not None else None
    fitting = [purpose for purpose in found if fits(purpose, work)]
    return next(iter(fitting or found), None)
