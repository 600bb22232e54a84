"""What the sweep's day list says of a stop, in few words that need no colour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kehr.rules.terms.messages import Channel, State


class Told(StrEnum):
    """How somebody stands, the worst first: this is what the sweep must know at the door."""

    NOT_REACHED = "not_reached"
    PLANNED = "planned"
    SENT = "sent"
    SLIP = "slip"
    BY_PHONE = "by_phone"
    DELIVERED = "delivered"


class Note(StrEnum):
    """What the sweep ticks on his list and what is typed back."""

    DONE = "done"
    ABSENT = "absent"
    CALLED = "called"


@dataclass(frozen=True, slots=True)
class Best:
    """The message that says how somebody stands."""

    state: State
    channel: str
    trial: bool = False


def told_word(best: Best | None) -> Told:
    """How somebody stands whose best message this is; what trial mode recorded reached nobody."""
    if best is None or best.trial:
        return Told.NOT_REACHED
    if best.channel == Channel.PHONE:
        return Told.BY_PHONE
    if best.channel == Channel.PAPER:
        return Told.SLIP
    if best.state == State.DELIVERED:
        return Told.DELIVERED
    if best.state in (State.ACCEPTED, State.SENDING):
        return Told.SENT
    return Told.PLANNED if best.state in (State.PLANNED, State.HELD) else Told.NOT_REACHED


def stand_of(parties: Sequence[Best | None]) -> tuple[tuple[Told, int], ...]:
    """How many of a stop stand how, the worst first."""
    counted = Counter(told_word(best) for best in parties)
    return tuple((word, counted[word]) for word in Told if counted[word])


def changed_notes(
    known: Iterable[Note], ticked: Iterable[Note], shown: Iterable[Note] | None = None
) -> tuple[frozenset[Note], frozenset[Note]]:
    """What is new among the ticks, and what was taken away.

    `shown` are the ticks that somebody saw before he changed them: what another one ticked or took away
    meanwhile stays as it is now.
    """
    there, after = frozenset(known), frozenset(ticked)
    before = there if shown is None else frozenset(shown)
    return (after - before) - there, (before - after) & there
