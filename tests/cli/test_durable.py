"""A claim is on the disk before anything is called (failures.md 1): SQLite is told to wait for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from kehr.settings import ROOT

ASK = """
from kehr import create_app
from kehr.models import db
with create_app().app_context(), db.engine.connect() as connection:
    for pragma in ("synchronous", "journal_mode", "foreign_keys"):
        print(connection.exec_driver_sql(f"PRAGMA {pragma}").scalar())
"""
FULL = "2"


# failures.md 1; the tests' own connections do not wait, so this asks a process of its own
def test_failure_01_commits_of_the_product_wait_for_the_disk(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=ROOT,
        env=os.environ | {"KEHR_DATA": str(tmp_path), "DATABASE_URL": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [FULL, "wal", "1"]
