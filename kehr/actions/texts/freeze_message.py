"""Copies into a claimed row everything that the log must still know when master data have changed."""

from __future__ import annotations

from datetime import datetime

from kehr.actions.facts.office_facts import BranchFacts, OfficeFacts
from kehr.actions.texts.manual_text import branch_of
from kehr.actions.texts.render_message import entry_file, holder_of
from kehr.gateways.contract import Attachment, OutgoingMessage
from kehr.models import Appointment, Gateway, Message
from kehr.rules.entries.residents import House
from kehr.rules.terms.messages import Channel
from kehr.rules.texts.outgoing import Composed


def freeze(
    message: Message, composed: Composed, gateway: Gateway, facts: OfficeFacts, claimed_by: str, now: datetime
) -> None:
    """What leaves, through what, and who claimed it: the same for every message."""
    branch = branch_of(message, facts)
    message.text = composed.text
    message.subject = composed.subject
    message.parts = composed.parts
    message.branch_name = branch.name
    message.cost_center = branch.cost_center
    message.price = None
    message.sender = _sender(message, branch, gateway, facts)
    message.gateway_id = gateway.id
    message.gateway_name = gateway.name
    message.reference = ""
    message.claimed_at = now
    message.claimed_by = claimed_by
    message.next_try_at = None
    message.tries += 1


def freeze_subject(message: Message, row: Appointment, facts: OfficeFacts, house: House | None) -> None:
    """Whom and which appointment a planned message is about, as they are called now."""
    calendar = facts.calendars[row.calendar_id]
    holder = holder_of(message, row, house)
    person = holder.person if holder else None
    message.uid = row.uid
    message.appointment_start = row.start
    message.calendar_name = calendar.name
    message.work_kind = row.work_kind
    message.property_id = house.id if house else None
    message.property_number = house.number if house else row.object_number
    message.person_id = person.id if person else None
    message.recipient_name = (person.full_name if person else "") or row.name or calendar.fallback_name
    message.place = row.place or (house.address if house else "")


def _sender(message: Message, branch: BranchFacts, gateway: Gateway, facts: OfficeFacts) -> str:
    released = [str(sender["address"]) for sender in gateway.senders]
    if message.channel == Channel.EMAIL:
        return released[0] if released else facts.company.email
    if branch.sender:
        return branch.sender
    return released[0] if released else ""


def outgoing(message: Message, facts: OfficeFacts, attachments: tuple[Attachment, ...]) -> OutgoingMessage:
    """A frozen message as its gateway gets it."""
    return OutgoingMessage(
        id=message.id,
        channel=Channel(message.channel),
        recipient=message.recipient,
        text=message.text,
        sender=message.sender,
        sender_name=facts.company.name,
        subject=message.subject,
        reply_to=facts.company.email if message.channel == Channel.EMAIL else "",
        attachments=attachments,
    )


def entry_attachment(
    message: Message, row: Appointment, house: House | None, facts: OfficeFacts, now: datetime
) -> tuple[Attachment, ...]:
    """The appointment as a file, where the message is an e-mail that brings a date."""
    content = entry_file(message, row, house, facts, now) if message.channel == Channel.EMAIL else None
    return (Attachment("termin.ics", "text/calendar", content),) if content is not None else ()
