"""Lists as offices export them: CSV in whatever encoding and with whatever separator, and XLSX."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

Cell = str | int | float | datetime | None
MOST_BYTES = 20_000_000
MOST_ROWS = 100_000
MOST_COLUMNS = 200
_OTHERS = {
    b"\xd0\xcf\x11\xe0": "table_old_excel",
    b"%PDF": "table_not_text",
    b"BEGIN:VCALENDAR": "table_is_calendar",
    b"<": "table_is_html",
}
"""How files begin that are sent by mistake."""


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


def read_table(content: bytes, file_name: str) -> Table:
    """Reads a list; the content decides what it is, `file_name` is only for the sentence of a fault.

    Raises UnreadableTable, and nothing else whatever the bytes are; time and memory are bounded.
    """
    from kehr.sources.csv_table import read_csv
    from kehr.sources.xlsx_table import read_xlsx

    if len(content) > MOST_BYTES:
        raise UnreadableTable("table_too_large", str(MOST_BYTES // 1_000_000))
    for beginning, code in _OTHERS.items():
        if content.startswith(beginning):
            raise UnreadableTable(code, file_name)
    return read_xlsx(content) if content.startswith(b"PK") else read_csv(content)
