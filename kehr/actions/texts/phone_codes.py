"""Gives an appointment its Telefon-Code when a text first says it, and finds it again by the code (C05)."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kehr.models import Appointment, Message, PhoneCode, Property, db
from kehr.rules.terms.messages import Channel
from kehr.rules.terms.people import key_of
from kehr.rules.terms.sms import count
from kehr.rules.texts.outgoing import Composed
from kehr.rules.visits.phone_codes import (
    ALPHABET,
    STAND_IN,
    TRIES,
    is_fit,
    length_for,
    read_code,
    rests_until,
)


def put_code(session: Session, message: Message, composed: Composed, now: datetime) -> Composed:
    """The text with its appointment's code in the place of the stand-in, inside the claim's transaction.

    All messages about an appointment say the same code, also after a move.
    """
    if message.appointment_id is None or STAND_IN not in composed.text + composed.subject:
        return composed
    code = code_for(session, message.appointment_id, now)
    text = composed.text.replace(STAND_IN, code)
    parts = count(text).parts if message.channel == Channel.SMS else composed.parts
    return replace(composed, text=text, subject=composed.subject.replace(STAND_IN, code), parts=parts)


def code_for(session: Session, appointment_id: int, now: datetime) -> str:
    """The code of an appointment, given now if it has none. The write lock lets only one give at a time."""
    row = session.get_one(Appointment, appointment_id)
    known = session.scalar(select(PhoneCode).where(PhoneCode.appointment_id == appointment_id))
    if known is not None:
        known.free_at = rests_until(row.end)
        return str(known.code)
    _let_go(session, now)
    code = _new_code(session)
    free_at = rests_until(row.end)
    session.add(PhoneCode(code=code, appointment_id=appointment_id, given_at=now, free_at=free_at))
    session.flush()
    return code


def _let_go(session: Session, now: datetime) -> None:
    """Drops the codes that have rested long enough; one whose appointment was moved rests on from there."""
    session.flush()
    rested = select(PhoneCode, Appointment.end).join(Appointment).where(PhoneCode.free_at <= now)
    gone = []
    for row, end in session.execute(rested):
        row.free_at = rests_until(end)
        if row.free_at <= now:
            gone.append(row.code)
    session.flush()
    for at in range(0, len(gone), 500):
        session.execute(delete(PhoneCode).where(PhoneCode.code.in_(gone[at : at + 500])))


def _new_code(session: Session) -> str:
    """One that nobody has, and that is no object's number either."""
    length = length_for(session.scalar(select(func.count()).select_from(PhoneCode)) or 0)
    for at in range(TRIES):
        code = "".join(secrets.choice(ALPHABET) for _ in range(length + at // (TRIES // 2)))[:4]
        if not is_fit(code) or session.get(PhoneCode, code) is not None:
            continue
        if session.scalar(select(Property.id).where(Property.number_key == key_of(code))) is None:
            return code
    raise RuntimeError(f"no free code of {length} characters was found in {TRIES} tries")


def find_code(typed: str) -> int | None:
    """The appointment whose code was typed; None when it is no code, or nobody has it."""
    code = read_code(typed)
    if not code:
        return None
    return db.session.scalar(select(PhoneCode.appointment_id).where(PhoneCode.code == code))
