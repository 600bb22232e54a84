"""The child process that reads a workbook under limits, and the lines in which it answers.

A small workbook can claim to be endless: strings that are repeated a million times, one cell in the
last corner of a sheet. Memory and time run out here only.
"""

from __future__ import annotations

import io
import json
import posixpath
import re
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.etree import ElementTree

import python_calamine

END = "end"
_BOOK, _LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_ERROR_TYPE = re.compile(rb"""\bt\s*=\s*["']e["']""")
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def answers(content: bytes, most_rows: int) -> Iterator[list[Any]]:
    """The rows of the first sheet with data, hidden ones last: the row's number, then the cells; dates as
    `{"d": iso}`.
    """
    with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        shown = python_calamine.SheetVisibleEnum.Visible
        for info in sorted(book.sheets_metadata, key=lambda one: one.visible != shown):
            if info.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            found = False
            errors = error_cells(content, info.name)
            for row in _rows(book.get_sheet_by_name(info.name), errors, most_rows):
                found = True
                yield row
            if found:
                return


def error_cells(content: bytes, sheet: str) -> dict[int, dict[int, str]]:
    """By row and column (from 0) the error values of a sheet, `#N/A`: calamine reads them as empty, and an
    empty cell would take away what is known. Of a workbook that is laid out in an unusual way none.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        path = _path_of(archive, sheet)
        xml = archive.read(path) if path in archive.namelist() else b""
    found: dict[int, dict[int, str]] = {}
    if not _ERROR_TYPE.search(xml):
        return found
    for cell in _parsed(xml).iter():
        if _name(cell) == "c" and cell.get("t") == "e" and (place := _PLACE.fullmatch(cell.get("r", ""))):
            value = next((part.text or "" for part in cell if _name(part) == "v"), "")
            found.setdefault(int(place[2]), {})[_column(place[1])] = value
    return found


def _path_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """The entry that holds the sheet of this name; empty when it is not where it usually is."""
    if not {_BOOK, _LINKS} <= set(archive.namelist()):
        return ""
    targets = {link.get("Id"): link.get("Target", "") for link in _parsed(archive.read(_LINKS))}
    for one in _parsed(archive.read(_BOOK)).iter():
        if _name(one) == "sheet" and one.get("name") == sheet:
            link = next((value for key, value in one.items() if key.endswith("}id")), "")
            return posixpath.normpath(posixpath.join("/xl", targets.get(link, "")))[1:]
    return ""


def _parsed(xml: bytes) -> ElementTree.Element:
    # Nothing outside is fetched for it, and this process has its limits.
    return ElementTree.fromstring(xml)  # noqa: S314


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _rows(
    sheet: python_calamine.CalamineSheet, errors: dict[int, dict[int, str]], most_rows: int
) -> Iterator[list[Any]]:
    told = 0
    for number, cells in enumerate(sheet.iter_rows(), 1):
        values = [_value(cell) for cell in cells]
        for column, error in errors.get(number, {}).items():
            values += [None] * (column + 1 - len(values))
            values[column] = error
        while values and values[-1] is None:
            values.pop()
        if values:
            yield [number, *values]
            told += 1
            if told > most_rows:
                return


def _value(cell: object) -> Any:
    """Times and lengths become `08:00`, yes and no their German words."""
    if isinstance(cell, bool):
        return "ja" if cell else "nein"
    if isinstance(cell, datetime):
        return {"d": cell.replace(tzinfo=None).isoformat()}
    if isinstance(cell, date):
        return {"d": f"{cell.isoformat()}T00:00:00"}
    if isinstance(cell, (int, float)):
        return cell
    if isinstance(cell, time):
        return _clock(cell.hour * 3600 + cell.minute * 60 + cell.second + cell.microsecond / 1e6)
    if isinstance(cell, timedelta):
        return _clock(cell.total_seconds())
    return str(cell) if cell not in (None, "") else None


def _clock(seconds: float) -> str:
    """A third of a day is 8:00, although the fraction as stored falls short of it."""
    minutes = round(seconds / 60)
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _limit(resource_: int, most: int) -> None:
    _, hard = resource.getrlimit(resource_)
    limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource_, (limit, hard))


_DAMAGED = (
    python_calamine.CalamineError,
    zipfile.BadZipFile,
    zlib.error,
    ElementTree.ParseError,
    ValueError,
    LookupError,
    RuntimeError,
    EOFError,
    OSError,
)


def main() -> None:
    """Reads a workbook from stdin and writes a line of JSON a row; the last line says that it was whole."""
    memory_mb, seconds, most_rows = (int(word) for word in sys.argv[1:4])
    content = sys.stdin.buffer.read()
    _limit(resource.RLIMIT_AS, memory_mb * 1_000_000)
    _limit(resource.RLIMIT_CPU, seconds)
    _limit(resource.RLIMIT_CORE, 0)
    out = sys.stdout
    problem = ""
    try:
        for row in answers(content, most_rows):
            out.write(json.dumps(row) + "\n")
    except python_calamine.PasswordError:
        problem = "table_locked"
    except MemoryError:
        problem = "table_bomb"
    except _DAMAGED:
        problem = "table_damaged"
    out.write(json.dumps([END, problem]) + "\n")


if __name__ == "__main__":
    main()
