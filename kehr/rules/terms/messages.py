"""The kinds and states of a message, and the moves between states."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """Why a message is sent."""

    ANNOUNCEMENT = "announcement"
    CONFIRMATION = "confirmation"
    REMINDER = "reminder"
    MOVED = "moved"
    CANCELLED = "cancelled"
    FEEDBACK = "feedback"
    FOLLOWUP = "followup"
    MANUAL = "manual"
    FREE = "free"


BY_HAND = frozenset({Kind.MANUAL, Kind.FREE})
"""Written in the manual window: about an appointment, or about anything. Rules never want these."""
ASKING = frozenset({Kind.FEEDBACK, Kind.FOLLOWUP})
"""These ask whether somebody was content: advertising by law, with a consent of its own."""
RULE_KINDS = tuple(kind for kind in Kind if kind not in BY_HAND)
"""The kinds for which an office writes rules."""


class Channel(StrEnum):
    """How a message travels. Paper and telephone are never sent: a person says that he told somebody so."""

    SMS = "sms"
    EMAIL = "email"
    PAPER = "paper"
    PHONE = "phone"


SENT_BY_GATEWAY = (Channel.SMS, Channel.EMAIL)
"""The channels that rules and the manual window may choose."""
IN_PERSON = frozenset({Channel.PAPER, Channel.PHONE})
"""What was dropped in, posted or said: a record of what happened, nothing that planning wants."""


class State(StrEnum):
    """Where a message stands."""

    PLANNED = "planned"
    WITHHELD = "withheld"
    HELD = "held"
    SENDING = "sending"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    REFUSED = "refused"
    UNCLEAR = "unclear"
    MISSED = "missed"
    WITHDRAWN = "withdrawn"


MOVES: dict[State, frozenset[State]] = {
    State.PLANNED: frozenset({State.SENDING, State.WITHHELD, State.HELD, State.WITHDRAWN, State.MISSED}),
    State.WITHHELD: frozenset({State.PLANNED, State.HELD, State.WITHDRAWN, State.MISSED}),
    State.HELD: frozenset({State.PLANNED, State.WITHHELD, State.WITHDRAWN, State.MISSED}),
    State.WITHDRAWN: frozenset({State.PLANNED, State.WITHHELD, State.HELD}),
    State.SENDING: frozenset({State.ACCEPTED, State.PLANNED, State.REFUSED, State.UNCLEAR}),
    State.UNCLEAR: frozenset({State.ACCEPTED, State.PLANNED, State.DELIVERED, State.UNDELIVERED}),
    State.REFUSED: frozenset({State.PLANNED, State.ACCEPTED}),
    State.ACCEPTED: frozenset({State.DELIVERED, State.UNDELIVERED}),
    State.DELIVERED: frozenset(),
    State.UNDELIVERED: frozenset(),
    State.MISSED: frozenset(),
}
"""The one table of allowed moves.

A withdrawn row may return when the truth returns to it (moved there and back), because its identity
may exist only once. Out of refused leads only a person: sent again, or told in another way.
"""

OPEN = frozenset({State.PLANNED, State.WITHHELD, State.HELD})
"""Planning may still change or withdraw these."""

MAYBE_TOLD = frozenset({State.SENDING, State.ACCEPTED, State.DELIVERED, State.UNCLEAR})
"""The recipient has heard this, or may have."""

FINAL = frozenset(state for state, moves in MOVES.items() if not moves)
"""Nothing moves on from here."""


class ForbiddenMove(ValueError):
    """A change of state that the table does not allow."""

    def __init__(self, old: State, new: State) -> None:
        super().__init__(f"{old} -> {new}")
        self.old = old
        self.new = new


def check_move(old: State, new: State) -> None:
    """Raises ForbiddenMove unless the table allows `old` -> `new`."""
    if new not in MOVES[old]:
        raise ForbiddenMove(old, new)
