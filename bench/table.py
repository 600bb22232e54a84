"""Prints what was measured as one table, and keeps it as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).with_name("results.json")
_HEAD = ("measure", "ours", "unit", "against", "theirs", "ratio", "runs")


def show(rows: Sequence[dict[str, Any]]) -> str:
    """The table, a column as wide as its widest cell; numbers stand to the right."""
    cells = [_HEAD, *(tuple(_cell(row[name]) for name in _HEAD) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(_HEAD))]
    return "\n".join(_line(line, widths) for line in cells)


def keep(rows: Sequence[dict[str, Any]], *, whole: bool) -> None:
    """Writes results.json beside this module; of a run of some measures only, those rows are exchanged."""
    before = [] if whole or not RESULTS.exists() else json.loads(RESULTS.read_text(encoding="utf-8"))
    new = {_key(row) for row in rows}
    kept = [*(row for row in before if _key(row) not in new), *rows]
    RESULTS.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _key(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("measure", "unit", "against"))


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def _line(line: Sequence[str], widths: Sequence[int]) -> str:
    right = {"ours", "theirs", "ratio", "runs"}
    padded = (
        cell.rjust(width) if name in right else cell.ljust(width)
        for name, cell, width in zip(_HEAD, line, widths, strict=True)
    )
    return "  ".join(padded).rstrip()
