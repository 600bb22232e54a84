"""Turns raw rows into a table: finds the headings, makes them unique, and tells rows that do not fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from kehr.rules.imports.import_columns import FIELDS, guess_columns
from kehr.sources import table_values

_PREAMBLE = 15
_MOSTLY = 0.9


@dataclass(frozen=True, slots=True)
class Raw:
    """A row as parsed: `open_end` when the file ends within a quoted cell, `unended` without a line break."""

    line: int
    cells: tuple[table_values.Cell, ...]
    open_end: bool = False
    unended: bool = False


def table_of(rows: Sequence[Raw], encoding: str, separator: str) -> table_values.Table:
    """The table whose headings are the first row that looks like some. Raises UnreadableTable."""
    full = [row for row in rows if any(not _empty(cell) for cell in row.cells)]
    if not full:
        raise table_values.UnreadableTable("table_empty")
    at = _heading_row(full)
    body = full[at + 1 :]
    if len(body) > table_values.MOST_ROWS:
        raise table_values.UnreadableTable("table_too_long", str(table_values.MOST_ROWS))
    titles = _trimmed(full[at].cells)
    if len(titles) > table_values.MOST_COLUMNS:
        raise table_values.UnreadableTable("table_too_wide", str(table_values.MOST_COLUMNS))
    width = len(titles)
    mostly_whole = _whole_share(body[:-1], width) >= _MOSTLY
    kept = [_fitted(row, width, mostly_whole) for row in body if _trimmed(row.cells) != titles]
    return table_values.Table(_unique(titles), kept, encoding, separator)


def known_headings(cells: Sequence[table_values.Cell]) -> int:
    """How many of these cells are headings that one kind of list knows."""
    texts = [cell.strip() for cell in cells if isinstance(cell, str) and cell.strip()]
    return max(len(guess_columns(texts[: table_values.MOST_COLUMNS], kind)) for kind in FIELDS)


def _empty(cell: table_values.Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _heading_row(rows: Sequence[Raw]) -> int:
    """The row among the first that knows most headings; else the first one with several cells."""
    known = [known_headings(row.cells) for row in rows[:_PREAMBLE]]
    best = max(known)
    if best >= 2 or (best == 1 and known[0] == 1):
        return known.index(best)
    filled = [sum(not _empty(cell) for cell in row.cells) for row in rows[:_PREAMBLE]]
    return next((n for n, count in enumerate(filled) if count >= 2), 0)


def _trimmed(cells: Sequence[table_values.Cell]) -> tuple[str, ...]:
    """The cells as headings, empty ones at the end left off."""
    titles = ["" if cell is None else " ".join(str(cell).split()) for cell in cells]
    while titles and not titles[-1]:
        titles.pop()
    return tuple(titles)


def _unique(titles: Sequence[str]) -> tuple[str, ...]:
    named = [title or f"Spalte {n}" for n, title in enumerate(titles, 1)]
    seen: Counter[str] = Counter()
    taken = set(named)
    found = []
    for title in named:
        seen[title] += 1
        if seen[title] > 1:
            number = seen[title]
            while f"{title} ({number})" in taken:
                number += 1
            title = f"{title} ({number})"
            taken.add(title)
        found.append(title)
    return tuple(found)


def _whole_share(rows: Sequence[Raw], width: int) -> float:
    return sum(len(row.cells) >= width for row in rows) / len(rows) if rows else 0.0


def _fitted(row: Raw, width: int, mostly_whole: bool) -> table_values.TableRow:
    cells = row.cells
    fault = ""
    if row.open_end or (row.unended and mostly_whole and len(cells) < width):
        fault = "row_cut"
    elif any(not _empty(cell) for cell in cells[width:]):
        fault = "row_long"
    return table_values.TableRow(row.line, (*cells[:width], *(None,) * (width - len(cells))), fault)
