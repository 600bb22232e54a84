"""The child process that expands a feed under limits, and the lines in which it answers.

It takes nothing from its parent but the text of the events, and can reach nothing: no network, no database.
"""

from __future__ import annotations

import json
import math
import os
import resource
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from types import FrameType
from typing import Any
from zoneinfo import ZoneInfo

from kehr.rules.feeds.feed import Expansion, OutOfTime, expand_group
from kehr.rules.feeds.feed_problems import FeedProblem, ProblemCode
from kehr.rules.feeds.feed_zones import Zones
from kehr.rules.terms.appointments import EntryStatus, Occurrence

READY = b'"ready"\n'
END = b'"end"\n'
CHUNK = 200
_SHARE_OF_REST = 8
_LEAST_SECONDS = 0.05
_MEGABYTE = 1 << 20

Group = tuple[str, tuple[bytes, ...]]


@dataclass(frozen=True, slots=True)
class Order:
    """What a child is to expand: its limits in CPU seconds and megabytes, and groups per answer line."""

    zones: bytes
    zone: str
    start: datetime
    end: datetime
    seconds: float
    memory_mb: int
    chunk: int


def work(order: Order, groups: Sequence[Group], out: int) -> None:
    """Expands groups in their order and writes an answer line to the file descriptor for each chunk."""
    _limit(order.seconds, order.memory_mb)
    os.write(out, READY)
    signal.signal(signal.SIGVTALRM, _out_of_time)
    zones = Zones(order.zones, ZoneInfo(order.zone))
    window = (order.start.astimezone(UTC), order.end.astimezone(UTC))
    waiting = iter(groups)
    while chunk := list(islice(waiting, order.chunk)):
        found = [
            expand_group(uid, blocks, window, zones, lambda: _share(order.seconds)) for uid, blocks in chunk
        ]
        write_all(out, encode(found))
    write_all(out, END)


def _limit(seconds: float, memory_mb: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    whole = math.ceil(seconds + time.process_time()) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (whole, whole + 1))
    statm = Path("/proc/self/statm")
    if statm.exists():
        now = int(statm.read_text().split()[0]) * resource.getpagesize()
        most = now + memory_mb * _MEGABYTE
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


@contextmanager
def _share(seconds: float) -> Iterator[None]:
    """Gives one group an eighth of the CPU time that is left, so that no number of bad ones takes it all."""
    rest = max((seconds - time.process_time()) / _SHARE_OF_REST, _LEAST_SECONDS)
    signal.setitimer(signal.ITIMER_VIRTUAL, rest)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _out_of_time(_signal: int, _frame: FrameType | None) -> None:
    raise OutOfTime


def write_all(out: int, data: bytes) -> None:
    """Writes everything to a pipe, however small its steps."""
    view = memoryview(data)
    while view:
        view = view[os.write(out, view) :]


def encode(found: list[Expansion]) -> bytes:
    """An answer line: how many groups it covers, their occurrences and problems."""
    occurrences = [_plain(one) for expansion in found for one in expansion.occurrences]
    problems = [(one.uid, one.code, one.detail) for expansion in found for one in expansion.problems]
    return json.dumps([len(found), occurrences, problems], separators=(",", ":")).encode() + b"\n"


def decode(line: bytes) -> tuple[int, list[Occurrence], list[FeedProblem]]:
    """What `encode` wrote."""
    count, occurrences, problems = json.loads(line)
    return (
        count,
        [_occurrence(plain) for plain in occurrences],
        [FeedProblem(uid, ProblemCode(code), detail) for uid, code, detail in problems],
    )


def _plain(one: Occurrence) -> tuple[Any, ...]:
    times = (int(one.start.timestamp()), int(one.end.timestamp()), one.all_day, one.status, one.sequence)
    words = (one.summary, one.description, one.location, one.contact, one.categories)
    return (one.uid, one.recurrence_id, *times, *words)


def _occurrence(plain: list[Any]) -> Occurrence:
    uid, recurrence_id, start, end, all_day, status, sequence = plain[:7]
    summary, description, location, contact, categories = plain[7:]
    return Occurrence(
        uid,
        recurrence_id,
        datetime.fromtimestamp(start, UTC),
        datetime.fromtimestamp(end, UTC),
        all_day,
        EntryStatus(status),
        summary,
        description,
        location,
        contact,
        tuple(categories),
        sequence,
    )


def request(order: Order, groups: Sequence[Group]) -> Iterator[bytes]:
    """The order for a spawned child: a line of facts, the zones, then a line and the bytes of each group."""
    facts = [order.zone, order.start.isoformat(), order.end.isoformat(), order.seconds, order.memory_mb]
    yield json.dumps([*facts, order.chunk, len(order.zones), len(groups)]).encode() + b"\n"
    yield order.zones
    for uid, blocks in groups:
        yield json.dumps([uid, *map(len, blocks)]).encode() + b"\n" + b"".join(blocks)


def main() -> None:
    """Reads a request from standard input and answers on standard output."""
    source = sys.stdin.buffer
    zone, start, end, seconds, memory_mb, chunk, length, count = json.loads(source.readline())
    zones = source.read(length)
    groups: list[Group] = []
    for _ in range(count):
        uid, *lengths = json.loads(source.readline())
        groups.append((uid, tuple(source.read(size) for size in lengths)))
    moments = (datetime.fromisoformat(start), datetime.fromisoformat(end))
    work(Order(zones, zone, *moments, seconds, memory_mb, chunk), groups, sys.stdout.fileno())


if __name__ == "__main__":
    main()
