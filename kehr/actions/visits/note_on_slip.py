"""Adds a note to what was told on paper: it cannot be taken back, but what was wrong with it can be said."""

from __future__ import annotations

from datetime import datetime

from kehr.actions.facts.change_state import event
from kehr.models import Message, db, writing
from kehr.rules.terms.messages import IN_PERSON, Channel, State

LONGEST_NOTE = 300


def find_slip(message_id: str) -> Message | None:
    """What was told in person under this id; None when there is none, or a gateway sent it."""
    message = db.session.get(Message, message_id)
    return message if message is not None and message.channel in IN_PERSON else None


def note_on_slip(message_id: str, note: str, by: str, now: datetime) -> None:
    """Writes a note into its story; everything else stays as it is. Raises ValueError for an empty or long
    note, LookupError when there is no such slip.
    """
    said = " ".join(note.split())
    if not said or len(said) > LONGEST_NOTE:
        raise ValueError("a note has 1 to 300 characters")
    with writing() as session:
        message = session.get(Message, message_id)
        if message is None or Channel(message.channel) not in IN_PERSON:
            raise LookupError(message_id)
        state, args = State(message.state), {"note": said, "by": by}
        session.add(event(message_id, state, state, now, "slip_note", args, by))
