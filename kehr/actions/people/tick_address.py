"""One number or e-mail address of a person is ticked or unticked by somebody at the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from kehr.actions.people.consent_state import ConsentState, consent_states
from kehr.actions.people.record_consent import APPOINTMENT, SOURCES, Tick, record
from kehr.models import Address, Message, db
from kehr.rules.terms.messages import OPEN
from kehr.rules.visits.consent_form import MOST_NOTE, revives


class ConsentRefused(ValueError):
    """What stands against it; `code` is one of `kehr.words.consent.REFUSED`, `field` where it stands."""

    def __init__(self, code: str, field: str = "", **args: object) -> None:
        super().__init__(code)
        self.code, self.field, self.args_of_code = code, field, args


@dataclass(frozen=True, slots=True)
class Ticked:
    """What came of it: whether a row was added, and how many messages that stopped."""

    added: bool
    stopped: int


def tick_address(
    address: Address,
    granted: bool,
    source: str,
    given_on: date,
    note: str,
    by: str,
    now: datetime,
    zone: ZoneInfo,
    purpose: str = APPOINTMENT,
    seen: str = "",
) -> Ticked:
    """Writes the row and plans anew. Raises ConsentRefused, before anything is written.

    `seen` is what stood there when somebody was asked: consent to one number is none to the number that
    has taken its place since.
    Whoever takes back the consent to appointments takes back that to feedback with it.
    """
    if source not in SOURCES:
        raise ConsentRefused("no_how", "said")
    if not address.value:
        raise ConsentRefused("no_address")
    refuse_another(address, seen)
    if len(note) > MOST_NOTE:
        raise ConsentRefused("note_long", "note")
    value, state = address.value, consent_states([address.value], purpose)[address.value]
    if granted:
        refuse_revival(state, given_on, note, zone)
    tick = Tick(
        value,
        granted,
        source,
        by,
        note,
        given_on,
        person_name=address.person.full_name,
        property_number=address.person.house.number,
        purpose=purpose,
    )
    before = _open_messages(value)
    added = record([tick], now)
    return Ticked(bool(added), max(before - _open_messages(value), 0))


def refuse_another(address: Address, seen: str) -> None:
    """Refuses when another number or e-mail address has taken the place of the one that was shown."""
    if seen and seen != address.value:
        raise ConsentRefused(
            "number_changed", "changed", old=seen, address=address.value or address.typed, id=address.id
        )


def refuse_revival(state: ConsentState, given_on: date, note: str, zone: ZoneInfo) -> None:
    """Refuses a consent older than its withdrawal, unless a note says why it holds all the same."""
    withdrawn_on = state.withdrawn_on(zone)
    if state.newest is not None and revives(given_on, withdrawn_on) and not note:
        raise ConsentRefused("revives", "note", day=withdrawn_on, address=state.newest.address)


def _open_messages(value: str) -> int:
    """How many messages to this address would still leave by themselves or by a release."""
    waiting = [state for state in OPEN if state != "withheld"]
    query = select(func.count()).where(Message.recipient == value, Message.state.in_(waiting))
    return db.session.scalar(query) or 0
