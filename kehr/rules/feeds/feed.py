"""From the text of a feed to its appointments in a window of time, each UID for itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from kehr.rules.feeds.feed_body import decode_block
from kehr.rules.feeds.feed_entry import Entry, read_entry
from kehr.rules.feeds.feed_problems import FeedProblem, Note, ProblemCode
from kehr.rules.feeds.feed_series import Hit, Moment, expand_series
from kehr.rules.feeds.feed_text import FeedText
from kehr.rules.feeds.feed_times import midnight
from kehr.rules.feeds.feed_words import Words, read_words
from kehr.rules.feeds.feed_zones import Zones
from kehr.rules.terms.appointments import Occurrence

_DAY_PAD = timedelta(days=2)
_DATES = re.compile(rb"\n(?:DTSTART|DTEND)[^\n]*?:[ \t]*([12]\d{7})")
_UNTIL = re.compile(rb"\nRRULE[^\n]*?UNTIL=(\d{8})", re.IGNORECASE)

Window = tuple[datetime, datetime]
Blocks = tuple[bytes, ...]


class OutOfTime(Exception):
    """Raised by a guard into the expansion of a series that takes too long."""


Guard = Callable[[], AbstractContextManager[None]]
"""Makes a context that may raise OutOfTime into what runs under it."""


@dataclass(frozen=True, slots=True)
class Expansion:
    """The occurrences that start in a window, by start, and what was wrong with the events read for it."""

    occurrences: tuple[Occurrence, ...]
    problems: tuple[FeedProblem, ...]


def expand(
    text: FeedText,
    uids: Collection[str] | None,
    window_start: datetime,
    window_end: datetime,
    zone: ZoneInfo,
    guard: Guard = nullcontext,
) -> Expansion:
    """The occurrences of `uids` (None: all) with window_start <= start < window_end, both aware.

    `zone` is the office's: floating times and whole days are read in it. An event that cannot be read
    costs itself and becomes a problem. A hostile rule may run for ever: `guard` stops it.
    """
    window = (window_start.astimezone(UTC), window_end.astimezone(UTC))
    zones = Zones(text.zones, zone)
    occurrences: list[Occurrence] = []
    problems: list[FeedProblem] = []
    for uid in touching(text, uids, *window):
        found = expand_group(uid, text.groups[uid], window, zones, guard)
        occurrences += found.occurrences
        problems += found.problems
    occurrences.sort(key=lambda occurrence: occurrence.start)
    return Expansion(tuple(occurrences), tuple(problems))


def touching(
    text: FeedText, uids: Collection[str] | None, window_start: datetime, window_end: datetime
) -> Iterator[str]:
    """The UIDs whose events may start in the window, told from their text alone.

    Passed over is only a group without duration, added dates and moved occurrences whose dates all lie
    more than two days before the window, or all after it, and whose series have ended by then.
    """
    first = f"{window_start - _DAY_PAD:%Y%m%d}".encode()
    last = f"{window_end + _DAY_PAD:%Y%m%d}".encode()
    for uid in text.groups if uids is None else uids:
        blocks = text.groups.get(uid, ())
        if any(_may_touch(block, first, last) for block in blocks):
            yield uid


def _may_touch(block: bytes, first: bytes, last: bytes) -> bool:
    if b"\nRDATE" in block or b"\nRECURRENCE-ID" in block or b"\nDURATION" in block:
        return True
    series = block.count(b"\nRRULE")
    if series and not _ended(block, series, first):
        return True
    dates = _DATES.findall(block)
    starts = block.count(b"\nDTSTART")
    if not starts or len(dates) < starts + block.count(b"\nDTEND"):
        return True
    return not (max(dates) < first or min(dates) > last)


def _ended(block: bytes, series: int, first: bytes) -> bool:
    """Whether every rule of an event says itself that it ended before the window."""
    ends = _UNTIL.findall(block)
    return len(ends) == series and max(ends) < first


def expand_group(
    uid: str, blocks: Blocks, window: Window, zones: Zones, guard: Guard = nullcontext
) -> Expansion:
    """The occurrences of one UID in a window of aware UTC; whatever goes wrong costs this UID only."""
    problems: dict[FeedProblem, None] = {}

    def note(code: ProblemCode, detail: str) -> None:
        problems[FeedProblem(uid, code, detail.strip())] = None

    occurrences: tuple[Occurrence, ...] = ()
    try:
        with guard():
            occurrences = tuple(_read_group(uid, blocks, window, zones, note))
    except OutOfTime:
        note(ProblemCode.TOO_LONG, "")
    except MemoryError:
        note(ProblemCode.TOO_BIG, "")
    except Exception as error:  # the libraries raise whatever they like, and only this UID may suffer
        note(ProblemCode.BROKEN, f"{type(error).__name__}: {error}")
    return Expansion(occurrences, tuple(problems))


def _read_group(uid: str, blocks: Blocks, window: Window, zones: Zones, note: Note) -> Iterable[Occurrence]:
    read = (read_entry(uid, decode_block(block), zones, note) for block in blocks)
    entries = [entry for entry in read if entry]
    if len(entries) == 1 and not entries[0].in_series:
        return _occurrences(
            [Hit(entries[0], entries[0].start, entries[0].start)], window, zones.office, False
        )
    hits = list(_hits(entries, window, zones, note))
    return _distinct(_occurrences(hits, window, zones.office, True))


def _hits(entries: list[Entry], window: Window, zones: Zones, note: Note) -> Iterator[Hit]:
    """Every copy with the highest SEQUENCE stands; what replaces belongs to the first that repeats."""
    masters = [entry for entry in entries if entry.replaces is None]
    newest = max((entry.sequence for entry in masters), default=0)
    masters = [entry for entry in masters if entry.sequence == newest]
    masters.sort(key=lambda entry: not entry.in_series)
    overrides = [entry for entry in entries if entry.replaces is not None]
    for number, master in enumerate(masters or [None]):
        yield from expand_series(master, [] if number else overrides, window, zones, note)


def _occurrences(hits: list[Hit], window: Window, office: tzinfo, keyed: bool) -> Iterator[Occurrence]:
    words: dict[int, Words] = {}
    for entry, start, original in hits:
        begin = _utc(start, office)
        if not window[0] <= begin < window[1]:
            continue
        if id(entry) not in words:
            words[id(entry)] = read_words(entry.lines)
        said = words[id(entry)]
        yield Occurrence(
            uid=entry.uid,
            recurrence_id=_recurrence_id(original) if keyed else "",
            start=begin,
            end=_end(entry, start, begin, office),
            all_day=entry.all_day,
            sequence=entry.sequence,
            **said._asdict(),
        )


def _distinct(occurrences: Iterator[Occurrence]) -> list[Occurrence]:
    """Two events with one key are both kept, the second as `…#2`, unless they say the same."""
    kept: dict[str, Occurrence] = {}
    ordered = sorted(occurrences, key=lambda one: (one.start, one.summary, one.location, one.description))
    for one in ordered:
        number, name = 1, one.recurrence_id
        while name in kept and kept[name] != replace(one, recurrence_id=name):
            number += 1
            name = f"{one.recurrence_id}#{number}"
        kept.setdefault(name, replace(one, recurrence_id=name))
    return list(kept.values())


def _utc(moment: Moment, office: tzinfo) -> datetime:
    return moment.astimezone(UTC) if isinstance(moment, datetime) else midnight(moment, office)


def _end(entry: Entry, start: Moment, begin: datetime, office: tzinfo) -> datetime:
    try:
        if isinstance(start, datetime) or entry.length.seconds:
            return begin + entry.length
        return midnight(start + entry.length, office)
    except OverflowError:
        return begin


def _recurrence_id(original: date | datetime) -> str:
    if isinstance(original, datetime):
        return f"{original.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return original.isoformat()
