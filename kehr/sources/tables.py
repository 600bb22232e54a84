"""Lists as offices export them: CSV in whatever encoding and with whatever separator, and XLSX."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

Cell = str | int | float | datetime | None
MOST_BYTES = 20_000_000
MOST_ROWS = 100_000
MOST_COLUMNS = 200
LONGEST_CELL = 10_000


class UnreadableTable(ValueError):
    """A file that is no list. `code` leads to its sentence, `detail` is what was met."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: `line` is where it begins in the file (the row of the sheet), counted from 1.

    `cells` are as many as there are headings. `cut` says that the file breaks off within it.
    """

    line: int
    cells: tuple[Cell, ...]
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A list as read. Headings are unique: an empty one is `Spalte 3`, a repeated one `Name (2)`.

    `encoding` is utf-8, utf-8-sig, utf-16, cp1252, cp850 or xlsx; `separator` is empty for XLSX.
    """

    headings: tuple[str, ...]
    rows: list[TableRow]
    encoding: str
    separator: str


def read_table(content: bytes, file_name: str) -> Table:
    """Reads a list; the content decides what it is, `file_name` only names it. Raises UnreadableTable,
    and nothing else whatever the bytes are; time and memory are bounded.
    """
    from kehr.sources.csv_table import read_csv

    if len(content) > MOST_BYTES:
        raise UnreadableTable("table_too_large", str(len(content) // 1_000_000))
    return read_csv(content)
