"""Which known appointment a row of a list is: by its number, by object, kind and day, or as the only one
that can have moved. A list may be partial, so what it lacks stays as it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kehr.rules.imports.import_appointments import AppointmentRow

OWN = "liste:"
"""Begins the key of an entry that came without a number of its own."""


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """An appointment as the rows have it, `day` in the office's zone."""

    id: int
    uid: str
    number_key: str
    kind: str
    day: date
    start: datetime
    all_day: bool
    cancelled: bool = False

    @property
    def numbered(self) -> bool:
        """Whether its key is a Termin-Nr."""
        return not self.uid.startswith(OWN)


Mark = Callable[[AppointmentRow | KnownEntry], Hashable]


@dataclass(slots=True)
class _Open:
    """Rows and entries that have not found each other yet."""

    rows: dict[int, AppointmentRow]
    known: dict[int, KnownEntry]
    found: dict[int, KnownEntry]

    def pair(self, row: int, entry: KnownEntry) -> None:
        self.found[row] = entry
        del self.rows[row]
        del self.known[entry.id]


def match_list(
    rows: Mapping[int, AppointmentRow],
    known: Iterable[KnownEntry],
    spoken_of: Collection[str],
    now: datetime,
) -> dict[int, KnownEntry]:
    """By row the entry that it is; a row without is a new appointment.

    `spoken_of` are the keys of objects of which the list has a row that cannot be read: of these nothing
    is taken to have moved. Moved counts only within the days that the list spans.
    """
    state = _Open(dict(rows), {entry.id: entry for entry in known}, {})
    by_uid = {entry.uid: entry for entry in state.known.values()}
    for n, row in rows.items():
        entry = by_uid.get(row.uid) if row.uid else None
        if entry is not None and entry.id in state.known:
            state.pair(n, entry)
    _exact(state, lambda x: (x.number_key, x.kind, x.start, x.all_day))
    _exact(state, lambda x: (x.number_key, x.start, x.all_day))
    _only_ones(state, lambda x: (x.number_key, x.kind, x.day), _same_day)
    days = [row.day for row in rows.values()]
    if days:
        first, last = min(days), max(days)

        def may_have_moved(row: AppointmentRow, entry: KnownEntry) -> bool:
            return (
                not (row.uid or row.cancelled or entry.cancelled or entry.numbered)
                and first <= entry.day <= last
                and row.number_key not in spoken_of
                and not row.is_past(now)
                and entry.start > now
            )

        _only_ones(state, lambda x: (x.number_key, x.kind), may_have_moved)
    return state.found


def _same_day(row: AppointmentRow, entry: KnownEntry) -> bool:
    """Two entries with numbers of their own are two appointments; a cancelled row cancels no other time."""
    return not (row.uid and entry.numbered) and not row.cancelled and not entry.cancelled


def _exact(state: _Open, mark: Mark) -> None:
    """Pairs those that agree in everything that counts, whatever their keys are now."""
    waiting: dict[Hashable, list[KnownEntry]] = defaultdict(list)
    for entry in state.known.values():
        waiting[mark(entry)].append(entry)
    for n, row in list(state.rows.items()):
        if entries := waiting.get(mark(row)):
            state.pair(n, entries.pop(0))


def _only_ones(state: _Open, mark: Mark, may: Callable[[AppointmentRow, KnownEntry], bool]) -> None:
    """Pairs a row with an entry where each is the only one left of its mark."""
    rows: dict[Hashable, list[int]] = defaultdict(list)
    entries: dict[Hashable, list[KnownEntry]] = defaultdict(list)
    for n, row in state.rows.items():
        rows[mark(row)].append(n)
    for entry in state.known.values():
        entries[mark(entry)].append(entry)
    for key, ns in rows.items():
        those = entries.get(key, ())
        if len(ns) == len(those) == 1 and may(state.rows[ns[0]], those[0]):
            state.pair(ns[0], those[0])


def new_uid(row: AppointmentRow, taken: Collection[str]) -> str:
    """The key of a new entry: its Termin-Nr, else one made of object, kind and beginning."""
    if row.uid:
        return row.uid
    base = f"{OWN}{row.number_key}|{row.kind.value}|{row.day.isoformat()}"
    base += "" if row.all_day else f"T{row.start:%H%M}"
    uid, number = base, 2
    while uid in taken:
        uid = f"{base}|{number}"
        number += 1
    return uid


def twins(rows: Sequence[tuple[int, AppointmentRow]]) -> dict[int, int]:
    """By line of a row that says the same appointment as an earlier one, the line of that one."""
    first: dict[Hashable, int] = {}
    found: dict[int, int] = {}
    for line, row in rows:
        mark = ("uid", row.uid) if row.uid else (row.number_key, row.kind, row.start, row.all_day)
        earlier = first.setdefault(mark, line)
        if earlier != line:
            found[line] = earlier
    return found
