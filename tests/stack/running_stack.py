"""The whole machine as `make run` starts it: web, worker, scheduler and broker, on the real clock."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kehr.settings import ROOT
from tests.stack.commands import Office, environment
from tests.stack.radicale import free_port

STARTS_WITHIN = 120.0
ENDS_WITHIN = 45.0
_LINK = re.compile(r"(/einrichtung/\S+)")


@contextlib.contextmanager
def short_folder() -> Iterator[Path]:
    """A folder whose path leaves room for a socket's name."""
    folder = Path(tempfile.mkdtemp(prefix="kb-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def wait_for(ask: Callable[[], Any], seconds: float, what: str, *, every: float = 0.1) -> Any:
    """The first answer that is not empty, asked for every so many seconds; fails with `what` when none comes
    in time.
    """
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        found = ask()
        if found:
            return found
        time.sleep(every)
    raise AssertionError(f"not within {seconds:.0f} s: {what}")


@dataclass
class Stack:
    """The running machine; `lines` is what it has printed so far."""

    data: Path
    port: int
    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Where the pages are."""
        return f"http://localhost:{self.port}"

    @property
    def office(self) -> Office:
        """The same office, for commands beside the running machine."""
        return Office(self.data)

    @property
    def link(self) -> str:
        """The path of the one-time link it printed, or nothing."""
        found = _LINK.search("".join(self.lines))
        return found.group(1) if found else ""

    def wait_ready(self) -> None:
        """Waits until it has said where it is."""
        wait_for(
            lambda: self._said(f"http://localhost:{self.port}/") or self._dead(), STARTS_WITHIN, "the address"
        )
        assert self.process.poll() is None, "".join(self.lines)

    def health(self) -> tuple[int, bytes]:
        """What /healthz answers."""
        try:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=10) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def healthy(self) -> bool:
        """Whether it is up and /healthz says so; a machine that just starts again is not."""
        try:
            return self.health()[0] == 200
        except OSError:
            return False

    def interrupt(self) -> int:
        """Ctrl-C, as the terminal sends it to the whole group; the exit status."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(ENDS_WITHIN)

    def left(self) -> dict[int, str]:
        """The processes of this office that still live, by number, with their command lines."""
        mark = f"KEHR_DATA={self.data}\0".encode()
        found = {}
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError, ValueError):
                if mark in (entry / "environ").read_bytes():
                    found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        return found

    def _said(self, words: str) -> bool:
        return any(words in line for line in self.lines)

    def _dead(self) -> bool:
        return self.process.poll() is not None


@contextlib.contextmanager
def running(
    data: Path,
    command: tuple[str, ...] = (sys.executable, "-m", "kehr.supervise"),
    *,
    cwd: Path = ROOT,
    **more: str,
) -> Iterator[Stack]:
    """Starts the machine in a session of its own, and ends whatever of it is left."""
    port = free_port()
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env=environment(data) | {"KEHR_PORT": str(port), "PYTHONUNBUFFERED": "1"} | more,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    stack = Stack(data, port, process)
    reader = threading.Thread(target=_read, args=(stack,), daemon=True)
    reader.start()
    try:
        stack.wait_ready()
        yield stack
    finally:
        if process.poll() is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                stack.interrupt()
        for pid in stack.left():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait(10)
        reader.join(10)
        assert process.stdout is not None
        process.stdout.close()


def _read(stack: Stack) -> None:
    assert stack.process.stdout is not None
    for line in stack.process.stdout:
        stack.lines.append(line)
