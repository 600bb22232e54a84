"""Reads a list from text: finds separator and headings, and keeps the lines that rows begin in."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from kehr.sources import table_values
from kehr.sources.encodings import decode
from kehr.sources.headings import Raw, known_headings, table_of

SEPARATORS = (";", "\t", ",", "|")
_NAMED = re.compile(r"\s*\"?sep=(.)\"?[;,\t|]*\s*?(?:\r\n|\r|\n|$)", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_LOOKED_AT = 40
_MOST_BREAKS = 20
_END = "\x1f"


def read_csv(content: bytes) -> table_values.Table:
    """The list in a text file. Raises UnreadableTable."""
    text, encoding = decode(content)
    text = text.rstrip("\x1a\x00").removeprefix("\ufeff")
    if not text.strip(" \r\n\t;,|"):
        raise table_values.UnreadableTable("table_empty")
    if _CONTROL.search(text):
        raise table_values.UnreadableTable("table_not_text")
    first_line = 1
    if named := _NAMED.match(text):
        text, first_line = text[named.end() :], text[: named.end()].count("\n") + 1
        separator = named[1] if named[1] in SEPARATORS else _separator(text)
    else:
        separator = _separator(text)
    return table_of(list(_rows(text, separator, first_line)), encoding, separator)


def _rows(text: str, separator: str, first_line: int) -> Iterator[Raw]:
    """Rows with the line in which each begins; what the text breaks off in is marked."""
    ended = text.endswith(("\n", "\r"))
    # A mark of our own at the end shows whether the last cell was still open there.
    source = io.StringIO(text + ("" if ended else "\n") + _END, newline="")
    reader = csv.reader(source, delimiter=separator)
    held: Raw | None = None
    line = first_line
    try:
        for number, cells in enumerate(reader):
            if number > table_values.MOST_ROWS + 100:
                raise table_values.UnreadableTable("table_too_long", str(table_values.MOST_ROWS))
            if cells == [_END]:
                break
            if held is not None:
                yield held
            held = _raw(line, cells)
            line = first_line + reader.line_num
    except csv.Error as error:
        raise table_values.UnreadableTable("table_broken_line", str(line)) from error
    if held is not None:
        yield replace(held, unended=not ended)


def _raw(line: int, cells: list[str]) -> Raw:
    open_end = bool(cells) and cells[-1].endswith(_END)
    if open_end:
        cells[-1] = cells[-1].removesuffix(_END).rstrip("\r\n")
    if any(len(cell) > _MOST_BREAKS and _breaks(cell) > _MOST_BREAKS for cell in cells):
        raise table_values.UnreadableTable("table_quotes", str(line))
    return Raw(line, tuple(cells), open_end)


def _breaks(cell: str) -> int:
    return cell.count("\n") + cell.count("\r") - cell.count("\r\n")


def _separator(text: str) -> str:
    """The one under which a row knows most headings; else under which rows have most cells, evenly."""
    return max(SEPARATORS, key=lambda one: _fit(text, one))


def _fit(text: str, separator: str) -> tuple[int, float]:
    reader = csv.reader(io.StringIO(text[:50_000], newline=""), delimiter=separator)
    try:
        rows = [cells for cells in islice(reader, _LOOKED_AT) if any(cell.strip() for cell in cells)]
    except csv.Error:
        return (0, 0.0)
    if not rows:
        return (0, 0.0)
    known = max(known_headings(cells[: table_values.MOST_COLUMNS]) for cells in rows[:15])
    width = len(rows[0])
    return (known, width * sum(len(cells) == width for cells in rows) / len(rows))
