"""An import that is killed in the middle is completed by running it again; nothing is there twice."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from kehr.settings import ROOT
from tests.stack.commands import FLASK, Office, environment

pytestmark = pytest.mark.stack

ROWS = 6000
CLOCK = datetime.fromisoformat("2026-03-10T12:00:00+01:00")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An empty office."""
    office = Office(tmp_path / "data")
    office.make_database()
    return office


def _ask(office: Office, question: str) -> int:
    with closing(sqlite3.connect(office.data / "kehrbote.db", timeout=20)) as database:
        return int(database.execute(question).fetchone()[0])


def _killed_in_the_middle(office: Office, *words: str) -> int:
    """Starts the command, ends it with kill -9 once it has written something; how many rows it had done."""
    started = subprocess.Popen(
        [str(FLASK), *words],
        cwd=ROOT,
        env=environment(office.data) | {"KEHR_CLOCK": CLOCK.isoformat()},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    ends = time.monotonic() + 60
    newest = "SELECT coalesce((SELECT done FROM import_runs ORDER BY id DESC LIMIT 1), 0)"
    while _ask(office, newest) == 0:
        assert time.monotonic() < ends and started.poll() is None, "the import was over too soon"
        time.sleep(0.005)
    os.kill(started.pid, signal.SIGKILL)
    assert started.wait() == -signal.SIGKILL
    done = _ask(office, newest)
    assert 0 < done < ROWS
    return done


def test_killed_import_of_customers_is_completed_by_running_it_again(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "kunden.csv"
    lines = [f"A{n};Kunde {n};0664 {1_000_000 + n};x" for n in range(ROWS)]
    file.write_text("\n".join(["Nummer;Name;Tel1;Tel1 Einwilligung", *lines, ""]), encoding="utf-8")
    done = _killed_in_the_middle(office, "import-customers", str(file))
    for table in ("properties", "people", "addresses", "consents", "import_rows", "search_lines"):
        assert _ask(office, f"SELECT count(*) FROM {table}") == done, "a chunk is whole or not there"
    outcomes = [row["outcome"] for row in office.json("import-customers", str(file), at=CLOCK)]
    assert outcomes == ["unchanged"] * done + ["created"] * (ROWS - done)
    for table in ("properties", "people", "addresses", "consents", "search_lines"):
        assert _ask(office, f"SELECT count(*) FROM {table}") == ROWS
    assert _ask(office, "SELECT count(*) FROM import_runs WHERE state = 'done'") == 1
    again = office.json("import-customers", str(file), at=CLOCK)
    assert {row["outcome"] for row in again} == {"unchanged"}


def test_killed_first_list_of_appointments_is_still_no_news_when_completed(
    office: Office, tmp_path: Path
) -> None:
    file = tmp_path / "termine.csv"
    lines = [f"A{n};{20 + n % 8}.05.2026;{7 + n % 10}:00;Kehrung" for n in range(ROWS)]
    file.write_text("\n".join(["Nummer;Datum;Beginn;Art", *lines, ""]), encoding="utf-8")
    done = _killed_in_the_middle(office, "import-appointments", str(file))
    assert _ask(office, "SELECT count(*) FROM appointments") == done
    assert _ask(office, "SELECT count(*) FROM calendars WHERE live_since IS NULL") == 1
    outcomes = [row["outcome"] for row in office.json("import-appointments", str(file), at=CLOCK)]
    assert outcomes == ["unchanged"] * done + ["created"] * (ROWS - done)
    assert _ask(office, "SELECT count(*) FROM appointments") == ROWS
    assert _ask(office, "SELECT count(*) FROM appointments WHERE NOT baseline") == 0
    assert _ask(office, "SELECT count(*) FROM calendars WHERE live_since IS NOT NULL") == 1
