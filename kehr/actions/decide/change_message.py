"""Changes one message that has not left: its time, its text, or that it does not leave at all (B45).

Every write holds the one write lock, and so does a claim: whichever comes first is seen by the other. What is
`sending` can no longer be changed. Planning keeps what is decided here as long as the message is about
the same start.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kehr.actions.decide.decide_message import NotNow
from kehr.actions.facts.change_state import change_state, event
from kehr.actions.facts.office_facts import office_of
from kehr.actions.plan.plan_messages import plan_messages
from kehr.actions.send.tell_in_person import Telling, tell
from kehr.actions.texts.render_message import preview_text
from kehr.models import Company, Message, writing
from kehr.rules.plan.own_time import Refusal, why_not_then
from kehr.rules.plan.own_wish import changed_code
from kehr.rules.plan.plan_values import Office
from kehr.rules.terms.messages import OPEN, Channel, Kind, State
from kehr.rules.terms.sms import SmsCount, count
from kehr.rules.terms.timing import next_open
from kehr.rules.texts.outgoing import Composed
from kehr.rules.texts.text import Complaint, check_template

MOVABLE = frozenset({State.PLANNED, State.HELD})
TOLD_BY_PHONE = frozenset({State.WITHHELD, State.UNDELIVERED, State.REFUSED, State.MISSED})
"""Whoever did not get it in writing may have been told."""
SETTLED_BY_PHONE = TOLD_BY_PHONE - OPEN


class NotThen(ValueError):
    """The message cannot leave at that time; `refusal` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


class TextRefused(ValueError):
    """The text cannot leave like this; `tried` says why."""

    def __init__(self, tried: Tried) -> None:
        super().__init__("text")
        self.tried = tried


@dataclass(frozen=True, slots=True)
class Tried:
    """A text as its one recipient would read it, and what is wrong with it."""

    composed: Composed
    counted: SmsCount | None
    complaints: tuple[Complaint, ...]

    @property
    def sound(self) -> bool:
        """Whether it may leave like this; a warning does not stop it."""
        return not self.composed.missing and all(one.is_warning for one in self.complaints)


def move_message(message_id: str, due: datetime, by: str, now: datetime) -> None:
    """Lets a planned or held message leave at `due`. Raises NotNow and NotThen."""
    with writing() as session:
        message, office = _changeable(session, message_id, MOVABLE), office_of(session.get_one(Company, 1))
        refusal = _refusal(message, due, office, now)
        if refusal is not None:
            raise NotThen(refusal)
        _set_due(session, message, due, by, now)
    plan_messages(now)


def send_now(message_id: str, by: str, now: datetime) -> datetime:
    """Lets a planned message leave at once, or as soon as the window opens; that moment.

    Raises NotNow and NotThen.
    """
    with writing() as session:
        message = _changeable(session, message_id, frozenset({State.PLANNED}))
        office = office_of(session.get_one(Company, 1))
        due = next_open(office.window, now, office.zone)
        refusal = _refusal(message, due, office, now)
        if refusal is not None:
            raise NotThen(replace(refusal, offered=None))
        _set_due(session, message, due, by, now)
    plan_messages(now)
    return due


def try_text(message: Message, text: str, subject: str, now: datetime) -> Tried:
    """The text as it would leave instead; nothing is kept."""
    return _tried(preview_text(message, now, text or " ", subject), message, text, subject)


def write_own_text(message_id: str, text: str, subject: str, by: str, now: datetime) -> None:
    """Gives one message its own text. That of its rule again takes the own one away.

    Raises NotNow, and TextRefused for one that cannot be filled.
    """
    with writing() as session:
        message = _changeable(session, message_id, OPEN)
        usual, usual_subject = usual_text(message)
        same = text.strip() == usual.strip() and subject.strip() in ("", usual_subject.strip())
        if not same:
            tried = try_text(message, text, subject, now)
            if not tried.sound:
                raise TextRefused(tried)
        give_text(session, message, "" if same else text, "" if same else subject, by, now)
    plan_messages(now)


def give_text(session: Session, message: Message, text: str, subject: str, by: str, now: datetime) -> None:
    """Writes a message's own text into its row and its story; an empty one is the rule's again."""
    message.own_text, message.own_subject = text.strip(), subject.strip()
    _note(session, message, "text_changed" if message.own_text else "text_restored", by, now)


def usual_text(message: Message) -> tuple[str, str]:
    """Text and subject of the rule, or of the send by hand."""
    source = message.manual_send or message.rule
    return (source.text, source.subject) if source is not None else ("", "")


def withhold(message_ids: Iterable[str], by: str, now: datetime) -> int:
    """Keeps planned and held messages back; how many still stood there."""
    with writing() as session:
        query = select(Message).where(Message.id.in_(list(message_ids)), Message.state.in_(MOVABLE))
        found = list(session.scalars(query.with_for_update(of=Message)))
        keep_here(session, found, by, now)
    plan_messages(now)
    return len(found)


def keep_here(session: Session, found: Iterable[Message], by: str, now: datetime) -> None:
    """Withholds planned or held messages on a person's word."""
    for message in found:
        message.dealt_at, message.dealt_by = now, by
        change_state(session, message, State.WITHHELD, now, "withheld_by_hand", {"by": by}, by)


def take_back(message_id: str, by: str, now: datetime) -> None:
    """Lets a message go after all that a person kept back, whatever held it before. Raises NotNow."""
    with writing() as session:
        message = _changeable(session, message_id, frozenset({State.WITHHELD}))
        if not message.dealt_by:
            raise NotNow(message.state)
        message.dealt_at, message.dealt_by = None, ""
        message.released_at = now
        change_state(session, message, State.PLANNED, now, "released", {"by": by}, by)
    plan_messages(now)


def tell_by_phone(message_id: str, by: str, now: datetime) -> None:
    """Notes that its recipient was told on the telephone what this message did not tell. Raises NotNow."""
    with writing() as session:
        message = _changeable(session, message_id, TOLD_BY_PHONE)
        if message.appointment_id is None:
            raise NotNow(message.state)
        telling = Telling(
            message.appointment_id, message.person_id, message.recipient_name, Kind(message.kind)
        )
        if message.state in SETTLED_BY_PHONE:
            message.dealt_at, message.dealt_by = now, by
    tell([telling], Channel.PHONE, by, now)
    plan_messages(now)


def _changeable(session: Session, message_id: str, states: frozenset[State]) -> Message:
    message = session.scalars(
        select(Message)
        .where(Message.id == message_id)
        .with_for_update(of=Message)
        .execution_options(populate_existing=True)
    ).one()
    if message.state not in states:
        raise NotNow(message.state)
    return message


def _refusal(message: Message, due: datetime, office: Office, now: datetime) -> Refusal | None:
    over = message.appointment.end if message.appointment is not None else None
    return why_not_then(Kind(message.kind), due, message.too_late_at, over, office, now)


def _set_due(session: Session, message: Message, due: datetime, by: str, now: datetime) -> None:
    message.own_due_at = message.due_at = due
    message.next_try_at = None
    _note(session, message, "due_changed", by, now, {"due": due.isoformat()})


def _note(
    session: Session, message: Message, code: str, by: str, now: datetime, more: dict[str, Any] | None = None
) -> None:
    """Writes the change into the story. A planned message says it as its reason; one that is held or
    withheld keeps the reason for that.
    """
    message.by = by
    state, args = State(message.state), {"by": by, **(more or {})}
    session.add(event(message.id, state, state, now, code, args, by))
    changed = changed_code(text=bool(message.own_text), due=message.own_due_at is not None)
    if state == State.PLANNED and changed:
        message.reason, message.reason_args = changed, {"by": by}


def _tried(composed: Composed, message: Message, text: str, subject: str) -> Tried:
    counted = count(composed.text) if message.channel == Channel.SMS else None
    return Tried(composed, counted, check_template(text) + check_template(subject))
