"""Says what runs here: since when, in which versions, on how much disk."""

from __future__ import annotations

import os
import platform
import sqlite3
import tomllib
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from flask import current_app

from kehr import clock
from kehr.actions.run.check_health import Health, check_health
from kehr.settings import ROOT

STARTED = clock.now()


@dataclass(frozen=True, slots=True)
class System:
    """The machine at `now`; `data_bytes` is the size of the data folder."""

    now: datetime
    started: datetime
    simulated_from: datetime | None
    health: Health
    versions: tuple[tuple[str, str], ...]
    data: Path
    data_bytes: int
    database: str


def describe_system(now: datetime) -> System:
    """Everything that the system page shows."""
    settings = current_app.config["KEHR"]
    kind = (
        "PostgreSQL" if settings.database_url.startswith("postgresql") else f"SQLite {sqlite3.sqlite_version}"
    )
    return System(
        now=now,
        started=STARTED,
        simulated_from=clock.simulated_start(),
        health=check_health(now),
        versions=(
            ("Kehrbote", _own_version()),
            ("Python", platform.python_version()),
            *((name, version(name)) for name in ("Flask", "SQLAlchemy", "rq")),
        ),
        data=settings.data,
        data_bytes=_size(settings.data),
        database=kind,
    )


def _size(folder: Path) -> int:
    """Bytes in all files below `folder`; what vanishes meanwhile does not count."""
    total = 0
    for base, _folders, files in os.walk(folder):
        for name in files:
            try:
                total += os.lstat(os.path.join(base, name)).st_size
            except FileNotFoundError:
                continue
    return total


def _own_version() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])
