"""A list once read: its headings and rows, and the fault of a file that is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

Cell = str | int | float | datetime | None
MOST_ROWS = 100_000
MOST_COLUMNS = 200


class UnreadableTable(ValueError):
    """A file that is no list. `code` leads to its sentence, `detail` is what was met."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: `line` is where it begins in the file (the row of the sheet), counted from 1.

    `cells` are as many as there are headings. `fault` is the code of why this row cannot be trusted:
    row_cut (the file breaks off within it) or row_long (it has more cells than there are headings).
    """

    line: int
    cells: tuple[Cell, ...]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A list as read. Headings are unique: an empty one is `Spalte 3`, a repeated one `Name (2)`.

    `encoding` is utf-8, utf-8-sig, utf-16, cp1252, cp850 or xlsx; `separator` is empty for XLSX.
    """

    headings: tuple[str, ...]
    rows: list[TableRow]
    encoding: str
    separator: str
