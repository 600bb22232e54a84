"""The project's commands, run as people run them: each in a process of its own, on a simulated clock."""

from __future__ import annotations

import json
import os
import subprocess
import sys
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


@dataclass
class Office:
    """An office in a folder of its own, driven by commands."""

    data: Path
    variables: dict[str, str] = field(default_factory=dict)

    def run(self, *words: str, at: datetime | None = None, stdin: bytes = b"") -> Ended:
        """Runs `flask WORDS`, on a clock that starts at the aware moment `at`."""
        clock = {"KEHR_CLOCK": at.isoformat()} if at else {}
        done = subprocess.run(
            [str(FLASK), *words],
            cwd=ROOT,
            env=environment(self.data) | self.variables | clock,
            input=stdin,
            capture_output=True,
            timeout=120,
        )
        return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())

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
        ended = self.run("db", "upgrade")
        assert ended.status == 0, ended
