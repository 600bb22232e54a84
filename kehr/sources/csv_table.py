"""Reads a list from text."""

from __future__ import annotations

import csv
import io

from kehr.sources import tables


def read_csv(content: bytes) -> tables.Table:
    """The list in a CSV file. Raises UnreadableTable."""
    text = content.decode("utf-8-sig", "replace")
    separator = max(";\t,|", key=text[:2000].count)
    rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    if not rows:
        raise tables.UnreadableTable("table_empty")
    width = len(rows[0])
    kept = [
        tables.TableRow(n, (*row, *[""] * (width - len(row)))[:width]) for n, row in enumerate(rows[1:], 2)
    ]
    return tables.Table(tuple(rows[0]), kept, "utf-8", separator)
