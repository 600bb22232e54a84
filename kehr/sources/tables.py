"""Lists as offices export them: CSV in whatever encoding and with whatever separator, and XLSX."""

from __future__ import annotations

from kehr.sources.csv_table import read_csv
from kehr.sources.table_values import Cell, Table, TableRow, UnreadableTable
from kehr.sources.xlsx_table import read_xlsx

__all__ = ["MOST_BYTES", "Cell", "Table", "TableRow", "UnreadableTable", "read_table"]

MOST_BYTES = 20_000_000
_OTHERS = {
    b"\xd0\xcf\x11\xe0": "table_old_excel",
    b"%PDF": "table_not_text",
    b"BEGIN:VCALENDAR": "table_is_calendar",
    b"<": "table_is_html",
}
"""How files begin that are sent by mistake."""


def read_table(content: bytes, file_name: str) -> Table:
    """Reads a list; the content decides what it is, `file_name` is only for the sentence of a fault.

    Raises UnreadableTable, and nothing else whatever the bytes are; time and memory are bounded.
    """
    if len(content) > MOST_BYTES:
        raise UnreadableTable("table_too_large", str(MOST_BYTES // 1_000_000))
    for beginning, code in _OTHERS.items():
        if content.startswith(beginning):
            raise UnreadableTable(code, file_name)
    return read_xlsx(content) if content.startswith(b"PK") else read_csv(content)
