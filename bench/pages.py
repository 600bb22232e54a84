"""Every page at 20,000 objects and 1,000,000 messages, beside a bare page of the same size.

The app is the real one, signed in, in this process, on a SQLite file; for all it is noon of one day. The bare
page is that of bench/people.py: the same guard and layout, one query by an index, as many bytes. Both take
turns. Queries are counted in a pass of their own.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask, url_for
from flask.testing import FlaskClient

from bench.office import NOW
from bench.pages_known import Ask, load_known
from bench.pages_office import MESSAGES, old_office
from bench.pages_queries import counting
from bench.pages_table import asked, check_all_asked
from bench.people import Times, add_bare, ask_bare, ask_page, at_percent, signed_in
from bench.people_data import House, houses
from bench.people_office import HOUSES
from kehr import clock
from kehr.worker import settle_memory

ASKED = 40
"""So often each page is asked in one run, its addresses in turn."""
FEWEST = 12
MOST_SECONDS = 3.0
"""A slow page is asked no longer than this, but each of its addresses once and FEWEST times in all."""


@dataclass(frozen=True, slots=True)
class Page:
    """What is measured as one: an endpoint, or one part of it."""

    name: str
    asks: tuple[Ask, ...]
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What came of one page: times of each run, the most queries of one address, and what they scan."""

    runs: list[Times]
    queries: int
    scans: frozenset[str]


def measure(runs: int = 2) -> list[dict[str, object]]:
    """A row of p95 a page, with the number of its queries."""
    return [_row(name, found) for name, found in find(runs).items()]


def find(runs: int, only: str = "") -> dict[str, Found]:
    """Measures every page, or those in whose name `only` occurs, and prints the whole table to stderr."""
    with old_office() as app, _noon():
        check_all_asked(app)
        add_bare(app)
        client = signed_in(app)
        known = list(houses(HOUSES))
        pages = [page for page in _pages(app, known) if only in page.name]
        numbers = [house.number for house in known]
        settle_memory()
        counted = {page.name: _count(app, client, page) for page in pages}
        times: dict[str, list[Times]] = defaultdict(list)
        for _run in range(runs):
            for page in pages:
                times[page.name].append(_take_turns(client, page, numbers))
    found = {name: Found(several, *counted[name]) for name, several in times.items()}
    _print(found)
    return found


@contextmanager
def _noon() -> Iterator[None]:
    """Within it every page is asked at noon, however long the measuring takes."""
    before = os.environ.get("KEHR_CLOCK")
    try:
        _set_clock()
        yield
    finally:
        os.environ.pop("KEHR_CLOCK")
        if before is not None:
            os.environ["KEHR_CLOCK"] = before


def _set_clock() -> None:
    os.environ["KEHR_CLOCK"] = NOW.isoformat()
    late = clock.now() - NOW
    os.environ["KEHR_CLOCK"] = (NOW - late + timedelta(milliseconds=1)).isoformat()


def _pages(app: Flask, known: list[House]) -> list[Page]:
    rules = {rule.endpoint: rule.rule for rule in app.url_map.iter_rules()}
    parts: dict[tuple[str, str], list[Ask]] = defaultdict(list)
    with app.test_request_context():
        for endpoint, asks in asked(load_known(known)).items():
            for one in asks:
                parts[endpoint, one.part].append(one)
            if not asks:
                raise SystemExit(f"The office has nothing to ask {endpoint} for.")
        return [
            Page(
                f"{rules[endpoint]}, {part}" if part else rules[endpoint],
                tuple(asks),
                tuple(url_for(endpoint, **one.args) for one in asks),
            )
            for (endpoint, part), asks in parts.items()
        ]


def _count(app: Flask, client: FlaskClient, page: Page) -> tuple[int, frozenset[str]]:
    """The most queries of one of its addresses, and the large tables that any of them goes through."""
    most, scans = 0, set()
    for one, path in zip(page.asks, page.paths, strict=True):
        _set_clock()
        with counting(app) as seen:
            ask_page(client, path, one.query, one.fragment, one.status)
        most = max(most, seen.count)
        scans |= seen.scans(app)
    return most, frozenset(scans)


def _take_turns(client: FlaskClient, page: Page, numbers: list[str]) -> Times:
    """Ours and the bare page in turn, request by request."""
    _set_clock()
    times, ends = Times(), time.monotonic() + MOST_SECONDS
    base = {fragment: len(ask_bare(client, numbers[0], 0, fragment)[1]) for fragment in (True, False)}
    for turn in range(-1, max(ASKED, len(page.asks))):
        at = turn % len(page.asks)
        one = page.asks[at]
        took, body = ask_page(client, page.paths[at], one.query, one.fragment, one.status)
        filler = max(len(body) - base[one.fragment], 0)
        took_bare, _bare = ask_bare(client, numbers[turn * 37 % len(numbers)], filler, one.fragment)
        if turn >= 0:
            times.ours.append(took)
            times.bare.append(took_bare)
        if time.monotonic() > ends and turn + 1 >= max(FEWEST, len(page.asks)):
            break
    return times


def _numbers(found: Found) -> tuple[float, float, float, float]:
    """p50 and p95 of ours, p95 of the bare page, and the ratio of the two p95."""
    p50 = statistics.median(at_percent(times.ours, 50) for times in found.runs)
    p95 = statistics.median(at_percent(times.ours, 95) for times in found.runs)
    bare = statistics.median(at_percent(times.bare, 95) for times in found.runs)
    return p50, p95, bare, p95 / bare


def _row(name: str, found: Found) -> dict[str, object]:
    p50, p95, bare, ratio = _numbers(found)
    return {
        "measure": f"page {name}: p95",
        "ours": round(p95, 1),
        "unit": "ms",
        "against": "a bare page of the same size, one indexed query",
        "theirs": round(bare, 1),
        "ratio": round(ratio, 1),
        "runs": len(found.runs),
        "p50": round(p50, 1),
        "queries": found.queries,
    }


def _print(found: dict[str, Found]) -> None:
    print(f"  {HOUSES} objects, {MESSAGES} messages; the slowest first", file=sys.stderr)
    print(f"  {'page':<58}{'p50':>8}{'p95':>8}{'bare':>7}{'ratio':>7}{'queries':>9}", file=sys.stderr)
    for name, one in sorted(found.items(), key=lambda item: -_numbers(item[1])[1]):
        p50, p95, bare, ratio = _numbers(one)
        scans = f"  scans {', '.join(sorted(one.scans))}" if one.scans else ""
        line = f"  {name:<58}{p50:>8.1f}{p95:>8.1f}{bare:>7.1f}{ratio:>7.1f}{one.queries:>9}{scans}"
        print(line, file=sys.stderr)


if __name__ == "__main__":
    find(1, sys.argv[1] if len(sys.argv) > 1 else "")
