"""Writes down what somebody found who looked into a break of the chain: then its alarm is quiet.

Nothing else changes. The chain stays broken, every check meets the break again and says so, and any other
change of the log is a new alarm.
"""

from __future__ import annotations

from datetime import datetime

from kehr.actions.facts.raise_alarm import find_open
from kehr.actions.log.seal_events import CHAIN
from kehr.models import ChainNote, writing

MOST = 2000
"""So many characters a note may have."""


class NoteRefused(Exception):
    """A note that says nothing, or too much; `code` is empty or long."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def note_break(mark: str, note: str, by: str, now: datetime) -> bool:
    """Keeps the note and closes the alarm; False when that break is no longer what the alarm is about.
    Raises NoteRefused.
    """
    text = note.strip()
    if not text:
        raise NoteRefused("empty")
    if len(text) > MOST:
        raise NoteRefused("long")
    with writing() as session:
        alarm = find_open(session, CHAIN)
        if alarm is None or mark_of(alarm.args) != mark:
            return False
        args = {name: value for name, value in alarm.args.items() if name != "code"}
        session.add(ChainNote(at=now, by=by, note=text, mark=mark, code=str(alarm.args["code"]), args=args))
        alarm.closed_at = now
    return True


def mark_of(args: dict[str, object]) -> str:
    """The break that an alarm is about."""
    return str(args.get("mark", args["code"]))
