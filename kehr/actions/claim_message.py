"""Decides again and claims: what is committed here may reach the gateway once, and only once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from kehr.actions.appointment_facts import addresses_of
from kehr.actions.change_state import change_state
from kehr.actions.claims import is_dead
from kehr.actions.office_facts import OfficeFacts, load_permissions
from kehr.actions.plan_messages import replan
from kehr.actions.render_message import compose_message, entry_file
from kehr.gateways.contract import Attachment, OutgoingMessage
from kehr.models import Appointment, Gateway, Message
from kehr.rules.messages import Channel, State
from kehr.rules.outgoing import Composed
from kehr.rules.timing import is_open

ABANDONED_AFTER = timedelta(minutes=5)
"""No gateway call lasts this long; a row still `sending` then belongs to nobody."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that is claimed: hand it to this gateway and record what came of it."""

    message_id: str
    gateway_id: int
    outgoing: OutgoingMessage


@dataclass(frozen=True, slots=True)
class Skipped:
    """A message that does not leave now. `gateway_id` is set when its gateway takes nothing more now."""

    state: State
    gateway_id: int | None = None


def due_messages(session: Session, now: datetime) -> list[str]:
    """The ids of what is due, the oldest first."""
    query = (
        select(Message.id)
        .where(Message.state == State.PLANNED, Message.due_at <= now)
        .where(or_(Message.next_try_at.is_(None), Message.next_try_at <= now))
        .order_by(Message.due_at, Message.id)
    )
    return list(session.scalars(query))


def claim(
    session: Session,
    message_id: str,
    facts: OfficeFacts,
    shared: dict[str, str],
    full: set[int],
    claimed_by: str,
    now: datetime,
) -> Claim | Skipped:
    """Claims one due message inside the caller's write transaction, after deciding everything again.

    `facts` are of this very transaction; the permissions of the appointment's addresses are read here.

    1. The appointment is planned anew: what is no longer true, allowed or wanted changes its state here.
    2. The window, the gateway's queue and its rate are asked. `full` are the gateways that take no more.
    3. The text is rendered for this very moment and frozen in the row.
    4. The state becomes `sending`. Only after the caller's durable commit may the gateway be called.
    """
    found = session.execute(
        select(Message, Appointment)
        .join(Appointment, Appointment.id == Message.appointment_id)
        .where(Message.id == message_id, Message.state == State.PLANNED)
        .with_for_update(of=Message)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        return Skipped(State.SENDING)
    message, row = found
    facts = replace(facts, permissions=load_permissions(addresses_of(row)))
    gateway = facts.gateways.get(facts.calendars[row.calendar_id].branch.gateways.get(Channel(message.channel), 0))
    own = _is_own(message, facts)
    real = not facts.company.trial or own
    if gateway is not None and real and gateway.id in full:
        return Skipped(State.PLANNED, gateway.id)
    if replan(session, row, facts, shared, now):
        session.refresh(message)
    if message.state != State.PLANNED or message.due_at > now:
        return Skipped(State(message.state))
    if not is_open(facts.office.window, now, facts.office.zone):
        return Skipped(State.PLANNED)
    if gateway is None:
        change_state(session, message, State.WITHHELD, now, "no_gateway", {"channel": message.channel})
        return Skipped(State.WITHHELD)
    if real and not _may_take(session, gateway, now):
        return Skipped(State.PLANNED, gateway.id)
    composed = compose_message(message, row, facts.rules[message.rule_id], facts, now)
    if composed.missing:
        names = ", ".join(f"#{name}" for name in composed.missing)
        change_state(session, message, State.WITHHELD, now, "placeholder_missing", {"placeholders": names})
        return Skipped(State.WITHHELD)
    _freeze(message, row, composed, gateway, facts, claimed_by, now)
    change_state(session, message, State.SENDING, now)
    if not real:
        message.trial = True
        message.gateway_id = None
        message.sent_at = now
        change_state(session, message, State.ACCEPTED, now, "trial")
        return Skipped(State.ACCEPTED)
    return Claim(message.id, gateway.id, _outgoing(message, row, gateway, facts, now))


def _may_take(session: Session, gateway: Gateway, now: datetime) -> bool:
    """Whether the queue runs and the last minute leaves room; the write lock makes it hold for all."""
    if gateway.stopped_code:
        return False
    if not gateway.max_per_minute:
        return True
    recent = select(func.count()).where(
        Message.gateway_id == gateway.id, Message.claimed_at > now - timedelta(minutes=1)
    )
    return (session.scalar(recent) or 0) < gateway.max_per_minute


def _is_own(message: Message, facts: OfficeFacts) -> bool:
    company = facts.company
    if message.channel == Channel.SMS:
        return message.recipient in company.own_numbers
    own = {address.casefold() for address in [*company.own_emails, company.email]}
    return message.recipient.casefold() in own


def _freeze(
    message: Message,
    row: Appointment,
    composed: Composed,
    gateway: Gateway,
    facts: OfficeFacts,
    claimed_by: str,
    now: datetime,
) -> None:
    """Copies into the row everything that the log must still know when master data have changed."""
    calendar = facts.calendars[row.calendar_id]
    message.text = composed.text
    message.subject = composed.subject
    message.parts = composed.parts
    message.uid = row.uid
    message.appointment_start = row.start
    message.recipient_name = row.name or calendar.fallback_name
    message.place = row.place
    message.calendar_name = calendar.name
    message.branch_name = calendar.branch.name
    message.sender = _sender(message, row, gateway, facts)
    message.gateway_id = gateway.id
    message.gateway_name = gateway.name
    message.reference = ""
    message.claimed_at = now
    message.claimed_by = claimed_by
    message.next_try_at = None
    message.tries += 1


def _sender(message: Message, row: Appointment, gateway: Gateway, facts: OfficeFacts) -> str:
    released = [str(sender["address"]) for sender in gateway.senders]
    if message.channel == Channel.EMAIL:
        return released[0] if released else facts.company.email
    own = facts.calendars[row.calendar_id].branch.sender
    if own:
        return own
    return released[0] if released else ""


def _outgoing(
    message: Message, row: Appointment, gateway: Gateway, facts: OfficeFacts, now: datetime
) -> OutgoingMessage:
    attachments: tuple[Attachment, ...] = ()
    if message.channel == Channel.EMAIL:
        content = entry_file(message, row, facts, now)
        if content is not None:
            attachments = (Attachment("termin.ics", "text/calendar", content),)
    return OutgoingMessage(
        id=message.id,
        channel=message.channel,
        recipient=message.recipient,
        text=message.text,
        sender=message.sender,
        sender_name=facts.company.name,
        subject=message.subject,
        reply_to=facts.company.email if message.channel == Channel.EMAIL else "",
        attachments=attachments,
    )


def sweep_abandoned(session: Session, now: datetime) -> int:
    """Rows left in `sending` by a process that died become unclear: only the recipient knows."""
    swept = 0
    for message in session.scalars(select(Message).where(Message.state == State.SENDING)):
        old = message.claimed_at is not None and now - message.claimed_at > ABANDONED_AFTER
        if old or is_dead(message.claimed_by):
            change_state(session, message, State.UNCLEAR, now, "stuck_sending")
            message.sent_at = message.claimed_at
            swept += 1
    return swept
