"""From a fetched body to the occurrences that may have changed, without touching a row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from kehr.rules.entries.recognise import recognise
from kehr.rules.feeds.feed_index import FeedIndex, UnreadableIndex
from kehr.rules.feeds.feed_problems import LOST, FeedProblem
from kehr.rules.feeds.feed_text import FeedText, split_feed
from kehr.rules.feeds.takeover import Seen, person_of
from kehr.rules.terms.appointments import FieldMap, Occurrence
from kehr.sources.expander import expand_guarded

BEHIND = timedelta(days=10)
AHEAD = timedelta(days=62)
"""Leads go up to 60 days; what begins later is not needed yet."""
CHANGED_AHEAD = timedelta(days=400)
"""An entry that somebody has just written is read far ahead: its confirmation is due today."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a poll read: the entries meant (None: all of them), and what they say now.

    `until` bounds the starts of entries that did not change, `until_changed` those that did.
    """

    text: FeedText
    affected: frozenset[str] | None
    changed: frozenset[str]
    new: frozenset[str]
    unreadable: frozenset[str]
    seen: tuple[Seen, ...]
    problems: tuple[FeedProblem, ...]
    since: datetime
    until: datetime
    until_changed: datetime


def window_of(now: datetime) -> tuple[datetime, datetime]:
    """The window that is read, in whole UTC days so that it moves on once a day."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - BEHIND, midnight + AHEAD + timedelta(days=1)


def read_body(
    body: bytes,
    old_index: bytes | None,
    everything: bool,
    baseline: bool,
    fields: FieldMap,
    zone: ZoneInfo,
    now: datetime,
) -> Reading:
    """Parses what differs from the old index, or everything. Raises NotACalendar."""
    text = split_feed(body)
    old = _index(old_index)
    changes = text.index.changed(old)
    since, until = window_of(now)
    whole = everything or old is None or changes.header_changed
    changed = frozenset() if baseline or old is None else changes.changed_uids
    until_changed = since + BEHIND + CHANGED_AHEAD
    found = list(_expand(text, changed, since, until_changed, zone)) if changed else []
    if whole:
        rest = frozenset(text.groups) - changed
        found += list(_expand(text, rest, since, until, zone))
    occurrences = [occurrence for expansion in found for occurrence in expansion[0]]
    problems = [problem for expansion in found for problem in expansion[1]]
    known = frozenset(old.hashes) if old is not None else frozenset(text.groups)
    return Reading(
        text=text,
        affected=None if whole else changes.changed_uids | changes.vanished_uids,
        changed=changed,
        new=changed - known,
        unreadable=frozenset(p.uid for p in problems if p.code in LOST),
        seen=tuple(_seen(occurrence, fields) for occurrence in occurrences),
        problems=tuple(problems),
        since=since,
        until=until,
        until_changed=until_changed,
    )


def _index(data: bytes | None) -> FeedIndex | None:
    if data is None:
        return None
    try:
        return FeedIndex.load(data)
    except UnreadableIndex:
        return None


def _expand(
    text: FeedText, uids: frozenset[str], since: datetime, until: datetime, zone: ZoneInfo
) -> list[tuple[tuple[Occurrence, ...], tuple[FeedProblem, ...]]]:
    expansion = expand_guarded(text, uids, since, until, zone, fork=True)
    return [(expansion.occurrences, expansion.problems)]


def _seen(occurrence: Occurrence, fields: FieldMap) -> Seen:
    recognised = recognise(occurrence, fields)
    numbers = [phone.e164 for phone in recognised.phones]
    person = person_of(numbers, recognised.object_number, recognised.name, occurrence.summary)
    return Seen(occurrence, recognised, person)
