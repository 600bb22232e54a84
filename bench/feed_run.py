"""One measured run in a fresh process: `python -m bench.feed_run WAY FILE START END [OLD_INDEX]`.

It prints a line when it stands idle with everything loaded, works when told to by a line, and prints
the seconds it took and what it found. Whoever started it watches its memory from outside.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

from kehr.rules.feeds.feed_index import FeedIndex
from kehr.rules.feeds.feed_text import split_feed
from kehr.sources.expander import expand_guarded

VIENNA = ZoneInfo("Europe/Vienna")


def first(file: Path, start: datetime, end: datetime, _old: Path | None) -> int:
    """The whole first take-over: split, expand in the guarded child."""
    found = expand_guarded(split_feed(file.read_bytes()), None, start, end, VIENNA, fork=True)
    return len(found.occurrences)


def later(file: Path, start: datetime, end: datetime, old: Path | None) -> int:
    """A later poll: split, compare with the kept index, expand what changed, keep the new index."""
    if old is None:
        raise SystemExit("a later poll needs an old index")
    text = split_feed(file.read_bytes())
    changes = text.index.changed(FeedIndex.load(old.read_bytes()))
    expand_guarded(text, changes.changed_uids, start, end, VIENNA, fork=True)
    old.with_suffix(".new").write_bytes(text.index.dump())
    return len(changes.changed_uids)


def floor(file: Path, _start: datetime, _end: datetime, _old: Path | None) -> int:
    """Read, unfold, split by UID, hash without DTSTAMP: the least that any poll must do."""
    text = file.read_bytes().replace(b"\r\n", b"\n").replace(b"\n ", b"")
    hashes: dict[bytes, bytes] = {}
    for block in text.split(b"BEGIN:VEVENT\n")[1:]:
        at = block.index(b"UID:")
        uid = block[at : block.index(b"\n", at)]
        at = block.index(b"DTSTAMP")
        plain = block[:at] + block[block.index(b"\n", at) :]
        hashes[uid] = blake2b(plain, digest_size=16).digest()
    return len(hashes)


def whole(file: Path, start: datetime, end: datetime, _old: Path | None) -> int:
    """icalendar and recurring-ical-events on the calendar as a whole."""
    calendar = icalendar.Calendar.from_ical(file.read_bytes())
    found = recurring_ical_events.of(calendar).between(start - timedelta(days=1), end + timedelta(days=1))
    return sum(start <= _moment(event["DTSTART"].dt) < end for event in found)


def _moment(value: object) -> datetime:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=VIENNA)
    return datetime.fromisoformat(f"{value}T00:00:00").replace(tzinfo=VIENNA)


WAYS: dict[str, Callable[[Path, datetime, datetime, Path | None], int]] = {
    "first": first,
    "later": later,
    "floor": floor,
    "whole": whole,
}


def main() -> None:
    """Runs one way once."""
    way, file, start, end, *old = sys.argv[1:]
    print("idle", flush=True)
    sys.stdin.readline()
    began = time.perf_counter()
    moments = (datetime.fromisoformat(start), datetime.fromisoformat(end))
    found = WAYS[way](Path(file), *moments, Path(old[0]) if old else None)
    print(json.dumps({"seconds": time.perf_counter() - began, "found": found}), flush=True)


if __name__ == "__main__":
    main()
