"""Decides again and claims: what is committed here may reach the gateway once, and only once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from kehr.actions.facts.appointment_facts import addresses_of
from kehr.actions.facts.change_state import change_state
from kehr.actions.facts.claims import is_dead
from kehr.actions.facts.house_facts import Surroundings, load_houses
from kehr.actions.facts.office_facts import OfficeFacts, as_of_now
from kehr.actions.money.meters import meters_of, take_from_meters
from kehr.actions.plan.plan_messages import replan
from kehr.actions.send.claim_digest import (
    Carried,
    carry,
    compose_together,
    gather,
    is_changed,
    is_digest,
    waits_for_tomorrow,
)
from kehr.actions.send.claim_manual import ready_manual
from kehr.actions.texts.calendar_link import put_link
from kehr.actions.texts.freeze_message import entry_attachment, freeze, freeze_subject, outgoing
from kehr.actions.texts.manual_text import branch_of
from kehr.actions.texts.phone_codes import put_code
from kehr.actions.texts.render_message import compose_message
from kehr.gateways.contract import Attachment, OutgoingMessage
from kehr.models import Appointment, Gateway, Message
from kehr.rules.terms.messages import Channel, State
from kehr.rules.terms.timing import is_open
from kehr.rules.texts.outgoing import Composed

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
    """A message that does not leave now. `full` names what takes nothing more now: its gateway by id, or
    a quota or counter by key.
    """

    state: State
    full: int | str | None = None


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
    around: Surroundings,
    full: set[int | str],
    claimed_by: str,
    now: datetime,
) -> Claim | Skipped:
    """Claims one due message inside the caller's write transaction, after deciding everything again.

    `facts` are of this very transaction; object and permissions of the appointment are read here, of
    `around` only the numbers of several customers are used.

    1. What is no longer true, allowed or wanted changes its state here: an appointment is planned anew, a
       message by hand is looked at again.
    2. The window, the gateway's queue and its rate are asked. `full` are the gateways, quotas
       and counters that take no more.
    3. The text is rendered for this very moment and frozen in the row. A manager's message takes along
       what else he is to hear today.
    4. The state becomes `sending`. Only after the caller's durable commit may the gateway be called.
    """
    message = session.scalars(
        select(Message)
        .where(Message.id == message_id, Message.state == State.PLANNED)
        .with_for_update(of=Message)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if message is None:
        return Skipped(State.SENDING)
    if message.due_at > now:
        return Skipped(State.PLANNED)
    branch = branch_of(message, facts)
    gateway = facts.gateways.get(branch.gateways.get(Channel(message.channel), 0))
    real = not facts.company.trial or _is_own(message, facts)
    if gateway is not None and real:
        taken = full & {gateway.id, *meters_of(message, branch, gateway)}
        if taken:
            return Skipped(State.PLANNED, taken.pop())
    case = _Case(session, message, gateway, facts, around, claimed_by, now, real)
    return _claim_by_hand(case) if message.manual_send_id is not None else _claim_planned(case)


@dataclass(frozen=True, slots=True)
class _Case:
    """One message being decided; `real` unless trial mode only records it."""

    session: Session
    message: Message
    gateway: Gateway | None
    facts: OfficeFacts
    around: Surroundings
    claimed_by: str
    now: datetime
    real: bool


def _claim_planned(case: _Case) -> Claim | Skipped:
    session, message, now = case.session, case.message, case.now
    row = session.get_one(Appointment, message.appointment_id, populate_existing=True)
    houses = load_houses([row.property_id])
    house = houses.get(row.property_id or 0)
    facts = as_of_now(case.facts, addresses_of(row, house))
    if replan(session, row, facts, Surroundings(houses, case.around.shared), now):
        session.refresh(message)
    if message.state != State.PLANNED or message.due_at > now:
        return Skipped(State(message.state))
    digest = is_digest(message, row, house) and not is_changed(message)
    if digest and waits_for_tomorrow(session, message, facts, now):
        return Skipped(State.PLANNED)
    gateway = _ready_gateway(case)
    if isinstance(gateway, Skipped):
        return gateway
    if message.rule_id is None:
        raise ValueError(f"message {message.id} has neither rule nor sender by hand")
    composed = compose_message(message, row, facts.rules[message.rule_id], facts, house, now)
    if composed.missing:
        names = ", ".join(f"#{name}" for name in composed.missing)
        change_state(session, message, State.WITHHELD, now, "placeholder_missing", {"placeholders": names})
        return Skipped(State.WITHHELD)
    others = gather(session, message, facts, case.around, gateway, now) if digest else []
    if others:
        composed = compose_together([Carried(message, row, house), *others], facts, now)
    freeze_subject(message, row, facts, house)
    files = entry_attachment(message, row, house, facts, now)
    return _send_off(case, gateway, composed, files, others)


def _claim_by_hand(case: _Case) -> Claim | Skipped:
    gateway = _ready_gateway(case)
    if isinstance(gateway, Skipped):
        return gateway
    composed = ready_manual(case.session, case.message, case.facts, case.now)
    if composed is None:
        return Skipped(State(case.message.state))
    return _send_off(case, gateway, composed, (), [])


def _ready_gateway(case: _Case) -> Gateway | Skipped:
    """The gateway that takes a message now, or why none does."""
    if not is_open(case.facts.office.window, case.now, case.facts.office.zone):
        return Skipped(State.PLANNED)
    if case.gateway is None:
        args = {"channel": case.message.channel}
        change_state(case.session, case.message, State.WITHHELD, case.now, "no_gateway", args)
        return Skipped(State.WITHHELD)
    if case.real and not _may_take(case.session, case.gateway, case.now):
        return Skipped(State.PLANNED, case.gateway.id)
    return case.gateway


def _send_off(
    case: _Case,
    gateway: Gateway,
    composed: Composed,
    files: tuple[Attachment, ...],
    others: list[Carried],
) -> Claim | Skipped:
    """Freezes and claims, together with what the message carries."""
    session, message, now = case.session, case.message, case.now
    composed = put_code(session, message, composed, now)
    if case.real:
        branch = branch_of(message, case.facts)
        spent = take_from_meters(session, message, composed.parts, branch, gateway, case.facts, now)
        if spent:
            return Skipped(State.PLANNED, spent)
    message.carrier_id = None
    composed = put_link(session, message, composed, case.facts.company, now)
    freeze(message, composed, gateway, case.facts, case.claimed_by, now)
    change_state(session, message, State.SENDING, now)
    files += carry(session, others, message, gateway, case.facts, now)
    if not case.real:
        for one in (message, *(other.message for other in others)):
            one.trial = True
            one.gateway_id = None
            one.sent_at = now
            change_state(session, one, State.ACCEPTED, now, "trial")
        return Skipped(State.ACCEPTED)
    return Claim(message.id, gateway.id, outgoing(message, case.facts, files))


def _may_take(session: Session, gateway: Gateway, now: datetime) -> bool:
    """Whether the queue runs and the last minute leaves room; the write lock makes it hold for all."""
    if gateway.stopped_code:
        return False
    if not gateway.max_per_minute:
        return True
    recent = select(func.count()).where(
        Message.gateway_id == gateway.id,
        Message.claimed_at > now - timedelta(minutes=1),
        Message.carrier_id.is_(None),
    )
    return (session.scalar(recent) or 0) < gateway.max_per_minute


def _is_own(message: Message, facts: OfficeFacts) -> bool:
    company = facts.company
    if message.channel == Channel.SMS:
        return message.recipient in [*company.own_numbers, company.self_test_sms]
    emails = [*company.own_emails, company.email, company.self_test_email]
    own = {address.casefold() for address in emails}
    return message.recipient.casefold() in own


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
