"""docs/features.md tells the truth: every row once, every test it names proves that row by its id."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROW = re.compile(r"^\| ([ABC]\d\d) \| [^|]+ \| ([^|]+) \| ([^|]*) \| ([^|]*) \|$")
EXPECTED = (
    [f"A{n:02}" for n in range(1, 57)]
    + [f"B{n:02}" for n in range(1, 47)]
    + [f"C{n:02}" for n in range(1, 31)]
)
LINES = (ROOT / "docs" / "features.md").read_text(encoding="utf-8").splitlines()
ROWS = {found[1]: found for line in LINES if (found := ROW.match(line))}


def test_every_row_stands_once_and_in_order() -> None:
    assert [found[1] for line in LINES if (found := ROW.match(line))] == EXPECTED


@pytest.mark.parametrize("row", EXPECTED)
def test_row_says_done_part_or_open(row: str) -> None:
    state, where, tests = (text.strip() for text in ROWS[row].groups()[1:])
    assert state in {"done", "open"} or state.startswith("part: ")
    assert (state == "open") == (where == "–")
    assert state != "done" or tests != "–"


@pytest.mark.parametrize("row", EXPECTED)
def test_each_named_test_file_names_the_row(row: str) -> None:
    for name in re.findall(r"`([^`]+)`", ROWS[row][4]):
        source = (ROOT / "tests" / f"{name}.py").read_text(encoding="utf-8")
        assert re.search(rf"#[^#\n]*\b{row}\b", source), f"{name} does not name {row}"
