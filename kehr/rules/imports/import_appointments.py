"""One row of a list of appointments, and which known appointment it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kehr.rules.entries.entry_words import TAG
from kehr.rules.entries.recognise import work_kind
from kehr.rules.imports.import_values import (
    Cell,
    Cells,
    RowRefused,
    day_of,
    number_text,
    plain,
    time_beside_day,
    time_of,
)
from kehr.rules.terms.appointments import KindWords, WorkKind
from kehr.rules.terms.german import full_date
from kehr.rules.terms.people import key_of

USUAL_LENGTH = timedelta(hours=1)
MOST_YEARS_AHEAD = 5
LONGEST = {"uid": 200, "number": 40, "work": 200, "place": 500, "note": 4000}
_SPAN = re.compile(r"(\S.*?)\s*(?:-|–|bis)\s*(\S.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AppointmentRow:
    """A row as read. `uid` is its Termin-Nr, empty without one; `start` and `end` are aware UTC, `start` of
    an all-day one is midnight in the office's zone. `place` is empty where the object's address is meant.
    """

    uid: str
    number: str
    number_key: str
    day: date
    start: datetime
    end: datetime
    all_day: bool
    kind: WorkKind
    summary: str
    description: str
    place: str
    cancelled: bool
    no_sms: bool
    no_email: bool

    def is_past(self, now: datetime) -> bool:
        """Whether it has begun; one without time lasts until its day is over."""
        return (self.end if self.all_day else self.start) <= now


def read_appointment(cells: Cells, zone: ZoneInfo, today: date, words: KindWords = ()) -> AppointmentRow:
    """Reads one row; `words` are the office's own for kinds of work. Raises RowRefused."""
    number = _number(cells, "number")
    if not any(c.isalnum() for c in number):
        raise RowRefused("cell_missing", column=cells.headings["number"])
    day = _day(cells, today)
    begins, ends = _times(cells)
    start, end = _span(day, begins, ends, zone)
    work = cells.text("work", LONGEST["work"])
    summary = f"{number} {work}".strip()
    note = cells.text("note", LONGEST["note"])
    tags = {"mail" if what.endswith("mail") else what for what in _tags(f"{work}\n{note}")}
    return AppointmentRow(
        uid=_number(cells, "uid"),
        number=number,
        number_key=key_of(number),
        day=day,
        start=start,
        end=end,
        all_day=begins is None,
        kind=work_kind(summary, (), words),
        summary=summary,
        description=note,
        place=cells.text("place", LONGEST["place"]),
        cancelled=cells.has("cancelled") and cells.yes("cancelled"),
        no_sms=not tags.isdisjoint({"sms", "nachricht"}),
        no_email=not tags.isdisjoint({"mail", "nachricht"}),
    )


def _tags(text: str) -> list[str]:
    return [match["what"].casefold() for match in TAG.finditer(text)]


def _number(cells: Cells, field: str) -> str:
    if not cells.has(field):
        return ""
    return number_text(cells.values.get(field), cells.headings[field], LONGEST[field])


def _day(cells: Cells, today: date) -> date:
    column = cells.headings["date"]
    day = day_of(cells.values.get("date"), column)
    if day is None:
        raise RowRefused("cell_missing", column=column)
    if day.year > today.year + MOST_YEARS_AHEAD:
        raise RowRefused("day_far", day=full_date(day), years=MOST_YEARS_AHEAD, column=column)
    return day


def _times(cells: Cells) -> tuple[time | None, time | None]:
    """Beginning and end; "8:00-10:00" in one cell tells both, and a date may have its time beside it."""
    begins: Cell = cells.values.get("start")
    ends: Cell = cells.values.get("end")
    column = cells.headings.get("start", "")
    both = _SPAN.fullmatch(begins.strip()) if isinstance(begins, str) else None
    if both is not None and not plain(ends):
        begins, ends = both[1], both[2]
    start = time_of(begins, column) if cells.has("start") else None
    if start is None:
        return time_beside_day(cells.values.get("date")), _end(cells, ends)
    return start, _end(cells, ends)


def _end(cells: Cells, cell: Cell) -> time | None:
    return time_of(cell, cells.headings.get("end") or cells.headings.get("start", ""))


def _span(day: date, begins: time | None, ends: time | None, zone: ZoneInfo) -> tuple[datetime, datetime]:
    if begins is None:
        return _moment(day, time(), zone), _moment(day + timedelta(days=1), time(), zone)
    start = _moment(day, begins, zone)
    if ends is None:
        return start, start + USUAL_LENGTH
    if ends < begins:
        raise RowRefused("end_before_start", start=f"{begins:%H:%M}", end=f"{ends:%H:%M}")
    return start, _moment(day, ends, zone)


def _moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)
