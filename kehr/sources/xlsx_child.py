"""The child process that reads a workbook under limits, and the lines in which it answers.

A small workbook can claim to be endless: strings that are repeated a million times, one cell in the
last corner of a sheet. Memory and time run out here only.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any

import python_calamine

END = "end"


def answers(content: bytes, most_rows: int) -> Iterator[list[Any]]:
    """The rows of the first sheet with data: its row number, then the cells; dates as `{"d": iso}`."""
    with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        for info in book.sheets_metadata:
            if info.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            found = False
            for row in _rows(book.get_sheet_by_name(info.name), most_rows):
                found = True
                yield row
            if found:
                return


def _rows(sheet: python_calamine.CalamineSheet, most_rows: int) -> Iterator[list[Any]]:
    told = 0
    for number, cells in enumerate(sheet.iter_rows(), 1):
        values = [_value(cell) for cell in cells]
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
    except (python_calamine.CalamineError, ValueError, OSError):
        problem = "table_damaged"
    out.write(json.dumps([END, problem]) + "\n")


if __name__ == "__main__":
    main()
