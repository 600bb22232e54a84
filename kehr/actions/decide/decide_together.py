"""Decides a bundle in one dialog: one text for all of it, that of the settings, or no message (C07).

What is decided holds for exactly the messages that somebody was shown. A text for all is kept as each
message's own text, with its placeholders: it is filled for each of them at the moment of sending, and an
appointment that moves again loses it together with its message.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from kehr.actions.decide.change_message import give_text, keep_here, usual_text
from kehr.actions.decide.decide_bundle import held_of, settle_bundle
from kehr.actions.decide.decide_message import let_go
from kehr.actions.decide.word_bundle import refused_gaps, stamp_of
from kehr.actions.plan.plan_messages import plan_messages
from kehr.models import Appointment, Message, MessageEvent, db, writing
from kehr.rules.terms.messages import Channel
from kehr.rules.texts.bundle_text import Fault, faults_of, plain_lines

DECIDED = ("released", "withheld_by_hand")


class AlreadyDecided(LookupError):
    """Nothing waits in this bundle any more."""


class OtherNow(ValueError):
    """Something else waits in this bundle than what was shown."""


class TextUnfit(ValueError):
    """The text cannot leave: `faults` whoever reads it, `gaps` for whom what cannot be filled."""

    def __init__(self, faults: Sequence[Fault], gaps: Mapping[str, tuple[str, ...]]) -> None:
        super().__init__("text")
        self.faults = tuple(faults)
        self.gaps = dict(gaps)


def send_with_text(key: str, stamp: str, text: str, subject: str, by: str, now: datetime) -> int:
    """Lets the bundle go, each message with this text; how many. The subject is for the e-mails in it.

    Raises AlreadyDecided, OtherNow and TextUnfit; then nothing has changed.
    """
    text = plain_lines(text)
    faults = faults_of(text, subject)
    if faults:
        raise TextUnfit(faults, {})
    with writing() as session:
        found = _shown(session, key, stamp)
        gaps = refused_gaps(found, text, subject, now)
        if gaps:
            raise TextUnfit((), gaps)
        for message in found:
            _give(session, message, text, subject if message.channel == Channel.EMAIL else "", by, now)
        _release(session, key, found, by, now)
    plan_messages(now)
    return len(found)


def send_as_set(key: str, stamp: str, by: str, now: datetime) -> int:
    """Lets the bundle go with the texts it has; how many. Raises AlreadyDecided and OtherNow."""
    with writing() as session:
        found = _shown(session, key, stamp)
        _release(session, key, found, by, now)
    plan_messages(now)
    return len(found)


def send_none(key: str, stamp: str, by: str, now: datetime) -> int:
    """Keeps the whole bundle back; how many. Raises AlreadyDecided and OtherNow."""
    with writing() as session:
        found = _shown(session, key, stamp)
        keep_here(session, found, by, now)
    plan_messages(now)
    return len(found)


def who_decided(key: str) -> tuple[str, datetime] | None:
    """Who decided last about the messages of this bundle, and when."""
    query = (
        select(MessageEvent.by, MessageEvent.at)
        .join(Message, Message.id == MessageEvent.message_id)
        .join(Appointment, Appointment.id == Message.appointment_id)
        .where(Appointment.hold_key == key, MessageEvent.reason.in_(DECIDED), MessageEvent.by != "")
        .order_by(MessageEvent.id.desc())
        .limit(1)
    )
    row = db.session.execute(query).first()
    return None if row is None else (row.by, row.at)


def _shown(session: Session, key: str, stamp: str) -> list[Message]:
    query = held_of(key).options(joinedload(Message.appointment), joinedload(Message.rule))
    found = list(session.scalars(query.with_for_update(of=Message)))
    if not found:
        raise AlreadyDecided(key)
    if stamp_of(found) != stamp:
        raise OtherNow(key)
    return found


def _give(session: Session, message: Message, text: str, subject: str, by: str, now: datetime) -> None:
    """Where the text is that of the settings, nothing is its own."""
    usual, usual_subject = usual_text(message)
    same = text.strip() == plain_lines(usual).strip() and subject.strip() in ("", usual_subject.strip())
    if same and not message.own_text and not message.own_subject:
        return
    give_text(session, message, "" if same else text, "" if same else subject, by, now)


def _release(session: Session, key: str, found: Sequence[Message], by: str, now: datetime) -> None:
    let_go(session, found, by, now)
    settle_bundle(session, key, found, now)
