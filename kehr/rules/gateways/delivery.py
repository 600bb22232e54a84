"""What a gateway's word does to a message that it took, and when it is asked again."""

from __future__ import annotations

from datetime import datetime, timedelta

from kehr.rules.terms.messages import State

ASKED_AFTER = (1, 2, 5, 15, 60)
"""Minutes after it was taken at which a message's state is asked for; then hourly."""
ASKED_FOR = timedelta(hours=72)
"""After this time nobody expects a word any more."""

CLOCKS_DIFFER = timedelta(minutes=10)
"""So much may the clocks of a gateway and of the box differ."""

DELIVERED, UNDELIVERED = "delivered", "undelivered"


def ask_at(asks: int, taken_at: datetime, now: datetime) -> datetime | None:
    """When to ask for the state of a message after `asks` questions; None when it is enough.

    A moment that has passed (the box was off) is now.
    """
    minutes = ASKED_AFTER[asks] if asks < len(ASKED_AFTER) else 60 * (asks - len(ASKED_AFTER) + 2)
    at = taken_at + timedelta(minutes=minutes)
    if at <= now:
        at = now if asks == 0 else now + timedelta(minutes=_pause(asks))
    return at if at <= taken_at + ASKED_FOR else None


def _pause(asks: int) -> int:
    return ASKED_AFTER[asks] if asks < len(ASKED_AFTER) else 60


def moved_by(state: State, fate: str) -> State | None:
    """The state to which a final word leads; None when it changes nothing.

    A final state never moves back, whatever comes after it, in whatever order.
    """
    if fate not in (DELIVERED, UNDELIVERED) or state not in (State.ACCEPTED, State.UNCLEAR):
        return None
    return State.DELIVERED if fate == DELIVERED else State.UNDELIVERED
