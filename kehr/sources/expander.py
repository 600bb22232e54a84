"""Expands a feed in a process of its own, so that a hostile one costs time and memory there only."""

from __future__ import annotations

import gc
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from kehr.rules.feeds.feed import Expansion, touching
from kehr.rules.feeds.feed_problems import FeedProblem, ProblemCode
from kehr.rules.feeds.feed_text import FeedText
from kehr.rules.terms.appointments import Occurrence
from kehr.sources.expander_child import CHUNK, END, READY, Group, Order, decode, request, work, write_all

_SHARE_OF_REST = 3
_LEAST_SECONDS = 0.5
_START_SECONDS = 15.0
_PIPE_BYTES = 1 << 20
_ROOT = Path(__file__).resolve().parents[2]
_KEPT_ENVIRONMENT = ("PATH", "LANG", "PYTHONTZPATH")


class ExpanderUnavailable(RuntimeError):
    """The child process could not even start: nothing is known about the feed."""


class _Found:
    """What came back so far, and which groups are still open."""

    def __init__(self, groups: list[Group]) -> None:
        self.open = groups
        self.occurrences: list[Occurrence] = []
        self.problems: list[FeedProblem] = []

    def take(self, line: bytes) -> None:
        """Adds an answer line and closes the groups it covers."""
        count, occurrences, problems = decode(line)
        self.occurrences += occurrences
        self.problems += problems
        del self.open[:count]

    def give_up(self, count: int, code: ProblemCode) -> None:
        """Reports the next `count` groups as lost."""
        detail = "Absturz" if code is ProblemCode.BROKEN else ""
        self.problems += [FeedProblem(uid, code, detail) for uid, _ in self.open[:count]]
        del self.open[:count]


def expand_guarded(
    text: FeedText,
    uids: Collection[str] | None,
    window_start: datetime,
    window_end: datetime,
    zone: ZoneInfo,
    *,
    seconds: float = 20,
    memory_mb: int = 256,
    fork: bool,
) -> Expansion:
    """As `expand` of kehr.rules, in a child with at most `seconds` and `memory_mb` on top of its start.

    A group that takes too long or too much becomes a problem, and the rest of the feed goes on. `fork`
    makes the child the cheap way; a process with several threads always gets a fresh interpreter.
    Raises ExpanderUnavailable.
    """
    found = _Found(_harmless_first(text, touching(text, uids, window_start, window_end)))
    forked = fork and threading.active_count() == 1
    deadline = time.monotonic() + seconds
    chunk = CHUNK
    while found.open and (rest := deadline - time.monotonic()) > 0:
        share = min(max(rest / _SHARE_OF_REST, _LEAST_SECONDS), seconds)
        order = Order(text.zones, zone.key, window_start, window_end, share, memory_mb, chunk)
        before = len(found.open)
        in_time = _run(order, found, forked)
        if found.open and chunk == 1 and len(found.open) == before:
            found.give_up(1, ProblemCode.BROKEN if in_time else ProblemCode.TOO_LONG)
        chunk = 1
    found.give_up(len(found.open), ProblemCode.TOO_LONG)
    found.occurrences.sort(key=lambda occurrence: occurrence.start)
    return Expansion(tuple(found.occurrences), tuple(found.problems))


def _harmless_first(text: FeedText, uids: Iterator[str]) -> list[Group]:
    """Single events before series: what can run away comes when all else is done."""
    groups = [(uid, text.groups[uid]) for uid in uids]
    groups.sort(key=lambda group: any(b"\nRRULE" in block for block in group[1]))
    return groups


def _run(order: Order, found: _Found, forked: bool) -> bool:
    """One child: takes its answers until it ends, dies or is out of time. False when out of time."""
    started = time.monotonic()
    with _forked(order, found.open) if forked else _spawned(order, found.open) as source:
        lines = _lines(source, order.seconds)
        if next(lines, b"") != READY:
            raise ExpanderUnavailable("the expander did not start")
        for line in lines:
            if line == END:
                break
            found.take(line)
    return time.monotonic() - started < order.seconds


def _lines(source: int, seconds: float) -> Iterator[bytes]:
    """The complete lines of a pipe, until it closes or the time is over; starting up counts apart."""
    deadline = time.monotonic() + _START_SECONDS
    waiting = b""
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([source], [], [], left)[0]:
            return
        data = os.read(source, _PIPE_BYTES)
        if not data:
            return
        *lines, waiting = (waiting + data).split(b"\n")
        for line in lines:
            if line + b"\n" == READY:
                deadline = time.monotonic() + seconds
            yield line + b"\n"


@contextmanager
def _forked(order: Order, groups: Sequence[Group]) -> Iterator[int]:
    source, sink = os.pipe()
    pid = os.fork()
    if pid == 0:
        _child(order, groups, sink)
    os.close(sink)
    try:
        yield source
    finally:
        os.close(source)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _child(order: Order, groups: Sequence[Group], sink: int) -> None:
    """Runs in the forked child and never returns; the parent's connections must not be touched or closed."""
    code = 1
    try:
        gc.disable()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM):
            signal.signal(number, signal.SIG_DFL)
        work(order, groups, sink)
        code = 0
    finally:
        os._exit(code)


@contextmanager
def _spawned(order: Order, groups: Sequence[Group]) -> Iterator[int]:
    kept = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    command = [sys.executable, "-m", "kehr.sources.expander_child"]
    with subprocess.Popen(  # noqa: S603 - the command is ours, and the feed goes in through the pipe only
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=_ROOT,
        env=kept,
    ) as child:
        try:
            yield _sent(child, order, groups)
        finally:
            child.kill()


def _sent(child: subprocess.Popen[bytes], order: Order, groups: Sequence[Group]) -> int:
    if child.stdin is None or child.stdout is None:
        raise ExpanderUnavailable("the expander has no pipes")
    with suppress(BrokenPipeError), child.stdin as pipe:
        for part in request(order, groups):
            write_all(pipe.fileno(), part)
    return child.stdout.fileno()
