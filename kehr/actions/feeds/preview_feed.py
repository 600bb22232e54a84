"""Reads a calendar without storing anything: what would be recognised in which entry (B26)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from kehr import clock
from kehr.rules.entries.recognise import is_busy_only, recognise
from kehr.rules.feeds.feed_body import NotACalendar, decode_block
from kehr.rules.feeds.feed_problems import FeedProblem, problem_sentence
from kehr.rules.feeds.feed_text import FeedText, split_feed
from kehr.rules.terms.addresses import BadAddress, feed_address
from kehr.rules.terms.appointments import FieldMap, Occurrence, Recognised
from kehr.sources.allow import Allow
from kehr.sources.expander import ExpanderUnavailable, expand_guarded
from kehr.sources.ics_feed import FeedFault, fetch_feed, read_file

_TITLE = re.compile(rb"\nSUMMARY[^:\n]*:([^\n]+)")


class PreviewFault(Exception):
    """No calendar came; `code` is a word of kehr.words, `detail` what goes with it."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Entry:
    """One occurrence and what was recognised in it."""

    occurrence: Occurrence
    recognised: Recognised

    @property
    def busy_only(self) -> bool:
        """Whether the calendar is published without its titles."""
        return is_busy_only(self.occurrence.summary)


@dataclass(frozen=True, slots=True)
class Preview:
    """The entries of a window by start, and a sentence for each thing wrong in the feed."""

    entries: tuple[Entry, ...]
    problems: tuple[str, ...]

    @property
    def busy_only(self) -> bool:
        """Whether any entry says only that somebody is busy."""
        return any(entry.busy_only for entry in self.entries)


def read_source(source: str, allow: Allow) -> FeedText:
    """The calendar behind an address, or in a file of this machine. Raises PreviewFault.

    `webcal://x`, `https://x` and a bare `x` with a host are addresses; what exists as a file is a file.
    """
    try:
        body = _fetch(source, allow) if _is_address(source) else read_file(Path(source))
        return split_feed(body)
    except BadAddress as error:
        raise PreviewFault(error.code, error.detail) from error
    except FeedFault as error:
        raise PreviewFault(error.code, error.detail) from error
    except NotACalendar as error:
        raise PreviewFault(error.code) from error


def _is_address(source: str) -> bool:
    if "://" in source or source.lower().startswith(("webcal:", "http:", "https:")):
        return True
    host, slash, _ = source.partition("/")
    return bool(slash) and "." in host.strip(".") and not Path(source).exists()


def _fetch(source: str, allow: Allow) -> bytes:
    simulated = clock.simulated_start() is not None
    found = fetch_feed(feed_address(source), etag="", last_modified="", allow=allow, loopback_only=simulated)
    return found.body


def preview(
    text: FeedText, window: tuple[datetime, datetime], zone: ZoneInfo, fields: FieldMap, *, fork: bool
) -> Preview:
    """The entries that start in the window (from its first moment to before its last).

    Expands in a process of its own, so that a hostile feed costs time and memory there only. Raises
    PreviewFault when that process cannot start.
    """
    try:
        found = expand_guarded(text, None, *window, zone, fork=fork)
    except ExpanderUnavailable as error:
        raise PreviewFault("expander_unavailable") from error
    ordered = sorted(found.occurrences, key=lambda one: (one.start, one.uid, one.recurrence_id))
    entries = tuple(Entry(one, recognise(one, fields)) for one in ordered)
    problems = (_problem(text, problem) for problem in found.problems)
    return Preview(entries, tuple(dict.fromkeys(problems)))


def _problem(text: FeedText, problem: FeedProblem) -> str:
    """What is wrong, after the title of the entry where it has one."""
    blocks = b"\n".join(text.groups.get(problem.uid, ()))
    titled = _TITLE.search(blocks)
    sentence = problem_sentence(problem)
    if titled is None:
        return sentence
    title = decode_block(titled[1])[:60].strip().replace("\\,", ",").replace("\\;", ";")
    return f"»{title}«: {sentence}"
