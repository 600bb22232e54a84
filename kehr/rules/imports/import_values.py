"""What the cells of an imported list say, Excel's damage undone where nothing is lost, else refused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

Cell = str | int | float | datetime | None
YES = frozenset({"x", "ja", "j", "1", "wahr", "true", "y", "yes", "✓", "✔", "☑"})
NO = frozenset({"", "nein", "n", "0", "falsch", "false", "no", "-", "–", "☐"})
_ERRORS = re.compile(
    r"#(?:nv|n/a|wert!|value!|bezug!|ref!|name\?|div/0!|zahl!|num!|null!|überlauf!)", re.IGNORECASE
)
_HASHES = re.compile(r"#{3,}")
_SCIENTIFIC = re.compile(r"(\d)(?:[.,](\d+))?E\+(\d{2})", re.IGNORECASE)
_SHORT_DATE = re.compile(
    r"\d{1,2}\.?\s?-?(?:jän|jan|feb|mär|mrz|apr|mai|jun|jul|aug|sep|okt|nov|dez)[a-z]*\.?"
    r"|(?:jän|jan|feb|mär|mrz|apr|mai|jun|jul|aug|sep|okt|nov|dez)[a-z]*\.?\s?-?\d{2}",
    re.IGNORECASE,
)
_DAY = re.compile(r"(\d{1,2})([.\-/]) ?(\d{1,2})[.\-/] ?(\d{4}|\d{2})")
_DAY_WITHOUT_YEAR = re.compile(r"\d{1,2}\. ?\d{1,2}\.?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_COMPACT = re.compile(r"(20\d\d)(\d\d)(\d\d)")
_WEEKDAY = re.compile(r"(?:mo|di|mi|do|fr|sa|so)[a-zä]{0,9}\.?,?\s+", re.IGNORECASE)
_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2})(?::(\d{2})(?:\.\d+)?)?)?(?:\s*(?:uhr|h))?", re.IGNORECASE)
_CLOCK_DIGITS = re.compile(r"([01]\d|2[0-3])([0-5]\d)")
_FRACTION = re.compile(r"0?[.,]\d{3,}")
_EXCEL_DAY_0 = date(1899, 12, 30)
_EXCEL_FIRST, _EXCEL_LAST = 20_000, 80_000
_OLD_CENTURY = 70


class RowRefused(ValueError):
    """A row that cannot be taken over; `code` and `args` lead to its sentence."""

    def __init__(self, code: str, **args: object) -> None:
        super().__init__(f"{code}: {args}")
        self.code = code
        self.args_of_sentence = args


@dataclass(frozen=True, slots=True)
class Note:
    """What a person should know of a row that was taken over."""

    code: str
    args: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Cells:
    """One row by the names of its fields; `headings` are the columns' names in the file."""

    values: Mapping[str, Cell]
    headings: Mapping[str, str]

    def has(self, field: str) -> bool:
        """Whether the file has this column."""
        return field in self.headings

    def text(self, field: str, most: int) -> str:
        """One line of text, empty without such a column; raises RowRefused for one that is too long or an
        error of Excel's.
        """
        return text_of(self.values.get(field), self.headings.get(field, ""), most)

    def yes(self, field: str) -> bool:
        """Whether the cell says yes; raises RowRefused for what is neither yes nor no."""
        text = self.text(field, 200).casefold()
        if text in YES:
            return True
        if text in NO:
            return False
        raise RowRefused("cell_not_yes", column=self.headings[field], typed=text[:40])


def plain(cell: Cell) -> str:
    """A cell as a person would write it: whole numbers without point, lines and spaces joined."""
    if cell is None or cell == "":
        return ""
    if not isinstance(cell, str):
        return _plain_value(cell)
    text = cell
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    text = " ".join(text.split())
    if text.startswith('="') and text.endswith('"'):
        return text[2:-1].strip()
    return text.removeprefix("'") if text[:1] == "'" and text[1:2].isdigit() else text


def _plain_value(cell: int | float | datetime) -> str:
    if isinstance(cell, datetime):
        return f"{cell:%d.%m.%Y}" if cell.time() == time() else f"{cell:%d.%m.%Y %H:%M}"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else str(cell).replace(".", ",")
    return str(cell)


def text_of(cell: Cell, column: str, most: int) -> str:
    """`plain`, unless it is too long or nothing but an error of Excel's. Raises RowRefused."""
    text = plain(cell)
    if len(text) > most:
        raise RowRefused("cell_too_long", column=column, most=most)
    if text[:1] == "#":
        if _ERRORS.fullmatch(text):
            raise RowRefused("cell_error", column=column, typed=text)
        if _HASHES.fullmatch(text):
            raise RowRefused("cell_hashes", column=column)
    return text


def number_text(cell: Cell, column: str, most: int) -> str:
    """A text that may be all digits, as numbers of objects, flats and telephones are: digits that Excel
    lost refuse the row, and so does a date that it made of them.
    """
    if isinstance(cell, datetime):
        raise RowRefused("cell_is_date", column=column, typed=plain(cell))
    text = text_of(cell, column, most)
    if found := _SCIENTIFIC.fullmatch(text):
        decimals = found[2] or ""
        shift = int(found[3]) - len(decimals)
        if shift > 0 or int(found[3]) > 20:
            raise RowRefused("cell_digits_lost", column=column, typed=text)
        if shift == 0:
            return found[1] + decimals
    elif _SHORT_DATE.fullmatch(text):
        raise RowRefused("cell_is_date", column=column, typed=text)
    return text


def day_of(cell: Cell, column: str) -> date | None:
    """A date as people and Excel write it; None for an empty cell. Raises RowRefused."""
    if isinstance(cell, datetime):
        return _rounded(cell).date()
    text = _WEEKDAY.sub("", text_of(cell, column, 200))
    if not text:
        return None
    first = text.partition(" ")[0] if _DAY.match(text) is None else text
    try:
        found = _written_day(text, first, column)
    except ValueError as error:
        if isinstance(error, RowRefused):
            raise
        found = None
    if found is None:
        code = "day_without_year" if _DAY_WITHOUT_YEAR.fullmatch(text) else "cell_not_day"
        raise RowRefused(code, column=column, typed=text[:40])
    return found


def _written_day(text: str, first: str, column: str) -> date | None:
    if match := _DAY.match(text):
        rest = text[match.end() :].strip().removeprefix(",").strip()
        day, month, year = int(match[1]), int(match[3]), int(match[4])
        if match[2] == "/" and day <= 12:
            raise RowRefused("day_ambiguous", column=column, typed=match.group())
        if len(match[4]) == 2:
            year += 1900 if year >= _OLD_CENTURY else 2000
        return date(year, month, day) if not rest or _TIME.fullmatch(rest) else None
    if match := _ISO.match(first):
        rest = first[match.end() :]
        return date(int(match[1]), int(match[2]), int(match[3])) if rest[:1] in ("", "T") else None
    if match := _COMPACT.fullmatch(text):
        return date(int(match[1]), int(match[2]), int(match[3]))
    number = float(text.replace(",", ".")) if re.fullmatch(r"\d{5}(?:[.,]\d+)?", text) else 0.0
    if _EXCEL_FIRST <= number <= _EXCEL_LAST:
        return _EXCEL_DAY_0 + timedelta(days=int(number + 1 / 2880))
    return None


def time_of(cell: Cell, column: str) -> time | None:
    """A time of day: `8:00`, `08.00`, `8 Uhr`, or a fraction of a day as Excel keeps it; None for an empty
    cell. Raises RowRefused.
    """
    if isinstance(cell, datetime):
        return _rounded(cell).time()
    if isinstance(cell, (int, float)) and 0 <= cell < 1:
        return _of_fraction(cell)
    text = text_of(cell, column, 200)
    if not text:
        return None
    if _FRACTION.fullmatch(text):
        return _of_fraction(float(text.replace(",", ".")))
    match = _TIME.fullmatch(text) or _CLOCK_DIGITS.fullmatch(text)
    if match is None or int(match[1]) > 23 or int(match[2] or 0) > 59:
        raise RowRefused("cell_not_time", column=column, typed=text[:40])
    return time(int(match[1]), int(match[2] or 0))


def time_beside_day(cell: Cell) -> time | None:
    """The time that stands in a cell beside its date; None when there is none."""
    if isinstance(cell, datetime):
        moment = _rounded(cell)
        return moment.time() if moment.time() != time() else None
    text = plain(cell).replace("T", " ")
    _, _, rest = text.rpartition(" ")
    match = re.fullmatch(r"(\d{1,2}):(\d{2})(?::\d{2})?", rest)
    if match is None or int(match[1]) > 23 or int(match[2]) > 59 or (match[1], match[2]) == ("00", "00"):
        return None
    return time(int(match[1]), int(match[2]))


def _of_fraction(part: float) -> time:
    minutes = round(part * 1440)
    return time(minutes // 60 % 24, minutes % 60)


def _rounded(moment: datetime) -> datetime:
    """Excel's moments fall short of the minute by fractions of a second."""
    return (moment + timedelta(seconds=30)).replace(second=0, microsecond=0)
