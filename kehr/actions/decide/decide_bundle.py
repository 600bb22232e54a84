"""Decides everything that waits for one reason, at once: let it go, or keep it back (C06, C07)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from kehr.actions.decide.change_message import withhold
from kehr.actions.decide.decide_message import let_go
from kehr.actions.decide.waiting_work import bundle_key
from kehr.actions.facts.brake_days import KEY, note_release
from kehr.actions.plan.plan_messages import plan_messages
from kehr.models import Appointment, Calendar, Company, Message, MessageRule, writing
from kehr.rules.terms.messages import State

TEXT_NEW = "text_new:"
CALENDAR_NEW = "calendar_new:"


def release_bundle(key: str, by: str, now: datetime) -> int:
    """Lets go what waits in this bundle; how many messages that were. A second click finds none.

    1. The messages are planned, each with its event by this person.
    2. The marks of a new text and of new calendars are cleared, and a full day is noted as seen: what
       comes to it later leaves by itself.
    3. Planning looks again; what waits for another reason besides goes on waiting for that.
    """
    with writing() as session:
        found = list(session.scalars(held_of(key).with_for_update(of=Message)))
        let_go(session, found, by, now)
        if found:
            settle_bundle(session, key, found, now)
    plan_messages(now)
    return len(found)


def release_listed(key: str, message_ids: Collection[str], by: str, now: datetime) -> int:
    """Lets go those messages of the bundle that somebody was shown; where that is all, the bundle is
    decided.
    """
    with writing() as session:
        found = list(session.scalars(held_of(key).with_for_update(of=Message)))
        wanted = [message for message in found if message.id in message_ids]
        let_go(session, wanted, by, now)
        if wanted and len(wanted) == len(found):
            settle_bundle(session, key, found, now)
    plan_messages(now)
    return len(wanted)


def withhold_bundle(key: str, by: str, now: datetime) -> int:
    """Keeps back what waits in this bundle; how many messages that were."""
    with writing() as session:
        ids = [message.id for message in session.scalars(held_of(key))]
    return withhold(ids, by, now)


def held_of(key: str) -> Select[Any]:
    """The messages that wait in this bundle."""
    return (
        select(Message)
        .join(Appointment, Appointment.id == Message.appointment_id)
        .where(Message.state == State.HELD, bundle_key() == key)
        .order_by(Message.id)
    )


def settle_bundle(session: Session, key: str, found: Sequence[Message], now: datetime) -> None:
    """Whoever has seen a new text has seen the first messages of these calendars too."""
    if key.startswith(TEXT_NEW):
        session.get_one(MessageRule, int(key.removeprefix(TEXT_NEW))).text_new_since = None
    if key.startswith((TEXT_NEW, CALENDAR_NEW)):
        for calendar_id in {message.calendar_id for message in found}:
            session.get_one(Calendar, calendar_id).new_since = None
    elif key.startswith(KEY):
        zone = session.get_one(Company, 1).zoneinfo
        note_release(session, date.fromisoformat(key.removeprefix(KEY)), zone, now)
