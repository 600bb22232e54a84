"""Decides several entries of the list "Wartet auf Sie" at once, each of them once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from kehr.actions.decide.change_message import tell_by_phone
from kehr.actions.decide.decide_bundle import release_bundle, withhold_bundle
from kehr.actions.decide.decide_message import NotNow, mark_sent
from kehr.actions.facts.raise_alarm import CALL
from kehr.actions.send.note_call import note_call
from kehr.models import Message, writing
from kehr.rules.terms.messages import State

Entry = tuple[str, str]
"""What waits (held, unclear, failed, call) and the key of its bundle, message or alarm."""
LEFT_OVER = frozenset({State.REFUSED, State.UNDELIVERED, State.MISSED})
"""Messages that did not reach anybody and about which nothing more may be left to do."""


def decide_waiting(deed: str, entries: Iterable[Entry], by: str, now: datetime) -> int:
    """Does one thing with every entry for which it makes sense; for how many it was done.

    What somebody else has decided meanwhile is left as it is.
    """
    act, kinds = _DEEDS[deed]
    return sum(bool(act(key, by, now)) for what, key in dict.fromkeys(entries) if what in kinds)


def deeds_for(what: str) -> tuple[str, ...]:
    """What can be decided about an entry without looking at it first."""
    return tuple(deed for deed, (_act, kinds) in _DEEDS.items() if what in kinds)


def settle_messages(message_ids: Iterable[str], by: str, now: datetime) -> int:
    """Notes that nothing is left to do about messages that failed or were missed; how many."""
    with writing() as session:
        query = select(Message).where(
            Message.id.in_(list(message_ids)), Message.state.in_(LEFT_OVER), Message.dealt_at.is_(None)
        )
        found = list(session.scalars(query.with_for_update(of=Message)))
        for message in found:
            message.dealt_at, message.dealt_by = now, by
    return len(found)


def _mark_sent(key: str, by: str, now: datetime) -> bool:
    try:
        mark_sent(key, by, now)
    except (NotNow, NoResultFound):
        return False
    return True


def _told(key: str, by: str, now: datetime) -> bool:
    if key.startswith(CALL):
        return note_call(key, by, now)
    try:
        tell_by_phone(key, by, now)
    except (NotNow, NoResultFound):
        return False
    return True


def _settle(key: str, by: str, now: datetime) -> int:
    return settle_messages([key], by, now)


_DEEDS: Mapping[str, tuple[Callable[[str, str, datetime], object], frozenset[str]]] = {
    "release": (release_bundle, frozenset({"held"})),
    "withhold": (withhold_bundle, frozenset({"held"})),
    "mark_sent": (_mark_sent, frozenset({"unclear"})),
    "told": (_told, frozenset({"failed", "call"})),
    "settle": (_settle, frozenset({"failed"})),
}
