"""Reads a list from an XLSX workbook: its first sheet with data, the cells as values."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from kehr.sources import table_values
from kehr.sources.headings import Raw, table_of
from kehr.sources.xlsx_child import END

MEMORY_MB = 1_000
SECONDS = 30
_ROOT = Path(__file__).resolve().parents[2]
_KEPT_ENVIRONMENT = ("PATH", "LANG")
_TOO_MUCH = {-signal.SIGABRT, -signal.SIGKILL, -signal.SIGXCPU}


def read_xlsx(content: bytes) -> table_values.Table:
    """The list in a workbook, read in a process of its own with bounded time and memory. Raises
    UnreadableTable.
    """
    answer, code = _answer(content)
    lines = answer.splitlines()
    last = json.loads(lines.pop()) if lines and answer.endswith(b"\n") else []
    if last[:1] != [END]:
        raise table_values.UnreadableTable("table_bomb" if code in _TOO_MUCH else "table_damaged")
    if last[1]:
        raise table_values.UnreadableTable(last[1])
    return table_of([_raw(json.loads(line)) for line in lines], "xlsx", "")


def _raw(told: list[Any]) -> Raw:
    cells = (datetime.fromisoformat(cell["d"]) if isinstance(cell, dict) else cell for cell in told[1:])
    return Raw(told[0], tuple(cells))


def _answer(content: bytes) -> tuple[bytes, int]:
    """What the child wrote, and how it ended."""
    kept = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    numbers = (str(MEMORY_MB), str(SECONDS), str(table_values.MOST_ROWS + 100))
    with subprocess.Popen(  # noqa: S603 - the command is ours, and the workbook goes in through the pipe only
        [sys.executable, "-m", "kehr.sources.xlsx_child", *numbers],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=_ROOT,
        env=kept,
    ) as child:
        try:
            answer, _ = child.communicate(content, timeout=2 * SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            return b"", -signal.SIGKILL
    return answer, child.returncode
