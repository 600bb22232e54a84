"""The project's commands, run as people run them: each in a process of its own, on a simulated clock."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from kehr.settings import ROOT

FLASK = Path(sys.executable).parent / "flask"
_OURS = ("KEHR_", "DATABASE_URL", "REDIS_URL", "FLASK_")


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str


def environment(data: Path) -> dict[str, str]:
    """The environment of a process of the office in `data`, without what the tests' own has of ours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return kept | {"KEHR_DATA": str(data)}


class Server:
    """The process that runs commands in forks (tests/stack/command_server.py); one for all tests here."""

    _running: subprocess.Popen[str] | None = None

    @classmethod
    def run(cls, words: Sequence[str], variables: dict[str, str], stdin: bytes) -> Ended:
        """Runs `flask WORDS` in exactly this environment."""
        with tempfile.TemporaryDirectory(prefix="kb-command-") as name:
            folder = Path(name)
            for file, content in (("stdin", stdin), ("stdout", b""), ("stderr", b"")):
                (folder / file).write_bytes(content)
            order = {"words": words, "environment": variables, "folder": name}
            server = cls._ready()
            assert server.stdin is not None and server.stdout is not None
            server.stdin.write(json.dumps(order) + "\n")
            server.stdin.flush()
            status = json.loads(server.stdout.readline())["status"]
            return Ended(
                status, (folder / "stdout").read_text("utf-8"), (folder / "stderr").read_text("utf-8")
            )

    @classmethod
    def _ready(cls) -> subprocess.Popen[str]:
        if cls._running is None:
            command = [sys.executable, "-m", "tests.stack.command_server"]
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
            cls._running = subprocess.Popen(command, cwd=ROOT, text=True, **pipes)
            atexit.register(cls._running.communicate)
        return cls._running


@dataclass
class Office:
    """An office in a folder of its own, driven by commands."""

    data: Path
    variables: dict[str, str] = field(default_factory=dict)

    def run(self, *words: str, at: datetime | None = None, stdin: bytes = b"") -> Ended:
        """Runs `flask WORDS`, on a clock that starts at the aware moment `at`."""
        return Server.run(words, self._environment(at), stdin)

    def run_anew(self, *words: str) -> Ended:
        """The same by the command itself, as somebody types it."""
        done = subprocess.run(
            [str(FLASK), *words], cwd=ROOT, env=self._environment(None), capture_output=True, timeout=120
        )
        return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())

    def _environment(self, at: datetime | None) -> dict[str, str]:
        clock = {"KEHR_CLOCK": at.isoformat()} if at else {}
        return environment(self.data) | self.variables | clock

    def done(self, *words: str, at: datetime | None = None) -> str:
        """Runs a command that must end well and complain of nothing; what it printed."""
        ended = self.run(*words, at=at)
        assert (ended.status, ended.err) == (0, ""), (words, ended)
        return ended.out

    def json(self, *words: str, at: datetime | None = None) -> Any:
        """What a command prints with --json, read."""
        return json.loads(self.done(*words, "--json", at=at))

    def messages(self, at: datetime | None = None, *words: str) -> list[dict[str, Any]]:
        """Every message as the office's scripts see it."""
        return [json.loads(line) for line in self.done("messages", *words, "--json", at=at).splitlines()]

    def make_database(self) -> None:
        """Brings the database up."""
        ended = self.run_anew("db", "upgrade")
        assert ended.status == 0, ended
