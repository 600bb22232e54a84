"""Every message, planned and past, one after the other, for scripts and archives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from kehr.actions.facts.house_facts import load_houses
from kehr.actions.facts.office_facts import NoOffice, OfficeFacts, load_office
from kehr.actions.texts.manual_text import compose_manual
from kehr.actions.texts.render_message import compose_message
from kehr.models import Message, db
from kehr.rules.entries.residents import House
from kehr.rules.terms.messages import State
from kehr.rules.texts.outgoing import Composed

AHEAD = frozenset({State.PLANNED, State.HELD})


@dataclass(frozen=True, slots=True)
class ExportedMessage:
    """A message and its words: frozen ones of what left, those of this moment for what is ahead."""

    message: Message
    text: str
    subject: str
    parts: int


def export_messages(
    now: datetime, since: datetime | None, until: datetime | None
) -> Iterator[ExportedMessage]:
    """Messages due in [since, until) in order of due time; None leaves that end open."""
    query = select(Message).options(joinedload(Message.appointment), joinedload(Message.rule))
    if since is not None:
        query = query.where(Message.due_at >= since)
    if until is not None:
        query = query.where(Message.due_at < until)
    try:
        facts = load_office()
    except NoOffice:
        return
    rows = db.session.scalars(query.order_by(Message.due_at, Message.id).execution_options(yield_per=500))
    for several in rows.partitions():
        ahead = [m.appointment.property_id for m in several if m.state in AHEAD and m.appointment]
        houses = load_houses(ahead)
        for message in several:
            yield _exported(message, facts, houses, now)


def _exported(
    message: Message, facts: OfficeFacts, houses: dict[int, House], now: datetime
) -> ExportedMessage:
    if message.state not in AHEAD:
        return ExportedMessage(message, message.text, message.subject, message.parts)
    composed = _composed(message, facts, houses, now)
    if composed.missing:
        return ExportedMessage(message, "", "", 0)
    return ExportedMessage(message, composed.text, composed.subject, composed.parts)


def _composed(message: Message, facts: OfficeFacts, houses: dict[int, House], now: datetime) -> Composed:
    if message.appointment is None or message.rule is None:
        return compose_manual(message, facts, now)
    house = houses.get(message.appointment.property_id or 0)
    return compose_message(message, message.appointment, message.rule, facts, house, now)
