"""Which sends a page shows: by calendar, group of states and kind of work; and how calendars are marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select

from kehr.models import Calendar, Message, db
from kehr.models.calendars import OWN_VISITS
from kehr.rules.terms.messages import State

STATE_GROUPS: dict[str, frozenset[State]] = {
    "geplant": frozenset({State.PLANNED, State.SENDING}),
    "freigabe": frozenset({State.HELD}),
    "nicht-vorgesehen": frozenset({State.WITHHELD}),
    "hinaus": frozenset({State.ACCEPTED, State.DELIVERED}),
    "offen": frozenset({State.UNCLEAR, State.REFUSED, State.UNDELIVERED, State.MISSED}),
    "zurueckgezogen": frozenset({State.WITHDRAWN}),
}
USUAL = frozenset(State) - {State.WITHDRAWN}
"""Shown when no state is chosen: what was withdrawn leaves nobody with a question."""
NO_CALENDAR = 0
"""Stands for the calendar of what was written by hand about no appointment."""


@dataclass(frozen=True, slots=True)
class SendFilter:
    """Which sends are shown: `hidden` calendars by id, a group of states, a kind of work."""

    hidden: frozenset[int] = frozenset()
    states: str = ""
    work: str = ""


@dataclass(frozen=True, slots=True)
class CalendarMark:
    """A calendar as it is marked in lists: by colour and, for those who cannot see it, by letter.

    `count` is how many sends it has where they are counted.
    """

    id: int
    name: str
    color: str
    letter: str
    shown: bool = True
    count: int = 0


def mark_calendars() -> tuple[CalendarMark, ...]:
    """All active calendars and that of the test appointments, by name, each with a letter of its own where
    its name has one to spare.
    """
    taken: set[str] = set()
    marks = []
    found = db.session.execute(
        select(Calendar.id, Calendar.name, Calendar.color)
        .where(or_(Calendar.active, Calendar.kind == OWN_VISITS))
        .order_by(Calendar.name)
    )
    for row in found:
        letters = [letter.upper() for letter in row.name if letter.isalnum()] or ["?"]
        letter = next((letter for letter in letters if letter not in taken), letters[0])
        taken.add(letter)
        marks.append(CalendarMark(row.id, row.name, row.color, letter))
    return tuple(marks)


def narrowed(wanted: SendFilter) -> ColumnElement[bool]:
    """The condition of state and work."""
    states = Message.state.in_(STATE_GROUPS.get(wanted.states, USUAL))
    return and_(states, Message.work_kind == wanted.work) if wanted.work else states


def of_calendars(marks: Sequence[CalendarMark], hidden: frozenset[int] = frozenset()) -> ColumnElement[bool]:
    """The condition of the calendars: of these, without the hidden ones."""
    of: ColumnElement[bool] = Message.calendar_id.in_([mark.id for mark in marks if mark.id not in hidden])
    return of if NO_CALENDAR in hidden else or_(of, Message.calendar_id.is_(None))
