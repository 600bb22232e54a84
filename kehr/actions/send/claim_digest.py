"""Gathers what one manager is to hear today into the message that is about to leave (C10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from kehr.actions.facts.appointment_facts import addresses_of
from kehr.actions.facts.change_state import change_state
from kehr.actions.facts.house_facts import Surroundings, load_houses
from kehr.actions.facts.office_facts import OfficeFacts, as_of_now
from kehr.actions.plan.plan_messages import replan
from kehr.actions.texts.freeze_message import entry_attachment, freeze, freeze_subject
from kehr.actions.texts.render_message import facts_of_message, holder_of
from kehr.gateways.contract import Attachment
from kehr.models import Appointment, Gateway, Message
from kehr.rules.entries.residents import House, is_manager
from kehr.rules.terms.messages import MAYBE_TOLD, Channel, Kind, State
from kehr.rules.terms.office_days import day_span, office_day
from kehr.rules.texts.digest import DigestItem, compose_digest, waits_until
from kehr.rules.texts.outgoing import Composed


@dataclass(frozen=True, slots=True)
class Carried:
    """A message that leaves inside another one, with its appointment and its object."""

    message: Message
    row: Appointment
    house: House | None


def is_digest(message: Message, row: Appointment, house: House | None) -> bool:
    """Whether this recipient hears of all his houses in one message a day."""
    holder = holder_of(message, row, house)
    return holder is not None and is_manager(holder)


def is_changed(message: Message) -> bool:
    """Whether a person gave this one message its own text or time: it leaves alone, as it was meant."""
    return bool(message.own_text) or message.own_due_at is not None


def waits_for_tomorrow(session: Session, message: Message, facts: OfficeFacts, now: datetime) -> bool:
    """Puts off what can wait when this manager has had today's digest; whether it did."""
    zone = facts.office.zone
    today = office_day(now, zone)
    start, end = day_span(today, today, zone)
    told = session.scalar(
        select(
            exists().where(
                Message.recipient == message.recipient,
                Message.channel == message.channel,
                Message.manual_send_id.is_(None),
                Message.state.in_(MAYBE_TOLD),
                Message.claimed_at >= start,
                Message.claimed_at < end,
                Message.own_text == "",
                Message.own_due_at.is_(None),
            )
        )
    )
    if not told:
        return False
    later = waits_until(Kind(message.kind), message.too_late_at, facts.office.window, end, zone)
    if later is None:
        return False
    message.next_try_at = later
    change_state(session, message, State.PLANNED, now, "digest_tomorrow", {"due": later.isoformat()})
    return True


def gather(
    session: Session,
    message: Message,
    facts: OfficeFacts,
    around: Surroundings,
    gateway: Gateway,
    now: datetime,
) -> list[Carried]:
    """What else this manager is to hear today through this gateway, each decided again.

    What is due later today comes along, so that one message a day is enough.
    """
    zone = facts.office.zone
    _, end = day_span(office_day(now, zone), office_day(now, zone), zone)
    found = session.execute(
        select(Message, Appointment)
        .join(Appointment, Appointment.id == Message.appointment_id)
        .where(
            Message.recipient == message.recipient,
            Message.channel == message.channel,
            Message.state == State.PLANNED,
            Message.due_at < end,
            Message.id != message.id,
            Message.manual_send_id.is_(None),
        )
        .order_by(Message.due_at, Message.id)
        .with_for_update(of=Message)
        .execution_options(populate_existing=True)
    ).all()
    houses = load_houses(row.property_id for _, row in found)
    carried = []
    for other, row in found:
        house = houses.get(row.property_id or 0)
        own = as_of_now(facts, addresses_of(row, house))
        if replan(session, row, own, Surroundings(houses, around.shared), now):
            session.refresh(other)
        through = own.calendars[row.calendar_id].branch.gateways.get(Channel(other.channel))
        waits = other.next_try_at is not None and other.next_try_at >= end
        if (
            other.state == State.PLANNED
            and through == gateway.id
            and not waits
            and not is_changed(other)
            and is_digest(other, row, house)
        ):
            carried.append(Carried(other, row, house))
    return carried


def compose_together(parts: Sequence[Carried], facts: OfficeFacts, now: datetime) -> Composed:
    """The one text of a digest."""
    items = [
        DigestItem(Kind(p.message.kind), facts_of_message(p.message, p.row, facts, p.house)) for p in parts
    ]
    return compose_digest(items, Channel(parts[0].message.channel), now, facts.office.zone)


def carry(
    session: Session,
    parts: Sequence[Carried],
    carrier: Message,
    gateway: Gateway,
    facts: OfficeFacts,
    now: datetime,
) -> tuple[Attachment, ...]:
    """Freezes the others as part of the carrier and claims them with it; the files that come along."""
    text = Composed(carrier.text, carrier.subject, (), 0)
    files: list[Attachment] = []
    for part in parts:
        freeze_subject(part.message, part.row, facts, part.house)
        freeze(part.message, text, gateway, facts, carrier.claimed_by, now)
        part.message.carrier_id = carrier.id
        change_state(session, part.message, State.SENDING, now, "in_digest")
        for file in entry_attachment(part.message, part.row, part.house, facts, now):
            files.append(replace(file, filename=f"termin-{len(files) + 2}.ics"))
    return tuple(files)
