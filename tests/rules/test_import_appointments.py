"""A row of a list of appointments, and which known appointment it is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kehr.rules.imports.import_appointments import AppointmentRow, read_appointment
from kehr.rules.imports.import_matching import KnownEntry, match_list, new_uid, twins
from kehr.rules.imports.import_values import Cell, Cells, RowRefused
from kehr.rules.terms.appointments import WorkKind
from kehr.words import sentence

VIENNA = ZoneInfo("Europe/Vienna")
TODAY = date(2026, 3, 10)
NOW = datetime(2026, 3, 10, 11, 0, tzinfo=UTC)


def _read(words: tuple[tuple[WorkKind, tuple[str, ...]], ...] = (), **cells: Cell) -> AppointmentRow:
    values = {"number": "A1", "date": "12.03.2026", **cells}
    return read_appointment(Cells(values, {name: name for name in values}), VIENNA, TODAY, words)


def _when(row: AppointmentRow) -> tuple[str, str]:
    return (
        f"{row.start.astimezone(VIENNA):%d.%m. %H:%M}",
        f"{row.end.astimezone(VIENNA):%d.%m. %H:%M}",
    )


@pytest.mark.parametrize(
    ("cells", "when", "all_day"),
    [
        ({"start": "8:00", "end": "9:30"}, ("12.03. 08:00", "12.03. 09:30"), False),
        ({"start": "8:00"}, ("12.03. 08:00", "12.03. 09:00"), False),
        ({"start": "8:00", "end": "8:00"}, ("12.03. 08:00", "12.03. 08:00"), False),
        ({"start": "8:00 - 10:00"}, ("12.03. 08:00", "12.03. 10:00"), False),
        ({"start": "8 bis 10 Uhr"}, ("12.03. 08:00", "12.03. 10:00"), False),
        ({"date": "12.03.2026 08:15"}, ("12.03. 08:15", "12.03. 09:15"), False),
        ({"date": "12.03.2026 08:15", "start": "9:00"}, ("12.03. 09:00", "12.03. 10:00"), False),
        ({}, ("12.03. 00:00", "13.03. 00:00"), True),
        ({"start": "", "end": ""}, ("12.03. 00:00", "13.03. 00:00"), True),
        ({"date": "28.03.2026"}, ("28.03. 00:00", "29.03. 00:00"), True),
        ({"date": "29.03.2026"}, ("29.03. 00:00", "30.03. 00:00"), True),
        ({"date": "25.10.2026", "start": "02:30"}, ("25.10. 02:30", "25.10. 02:30"), False),
    ],
)
def test_times_are_those_of_the_office(cells: dict[str, Cell], when: tuple[str, str], all_day: bool) -> None:
    row = _read(**cells)
    assert (_when(row), row.all_day) == (when, all_day)


@pytest.mark.parametrize(
    ("work", "kind"),
    [
        ("Hauptkehrung", WorkKind.MAIN_SWEEP),
        ("HK", WorkKind.MAIN_SWEEP),
        ("Kehrung", WorkKind.SWEEP),
        ("", WorkKind.SWEEP),
        ("Sonderarbeit", WorkKind.SPECIAL),
        ("Ausbrennen", WorkKind.SPECIAL),
        ("Irgendwas", WorkKind.SWEEP),
    ],
)
def test_kind_of_work_is_told_by_its_words(work: str, kind: WorkKind) -> None:  # A01
    row = _read(work=work)
    assert (row.kind, row.summary) == (kind, f"A1 {work}".strip())


def test_words_of_the_office_count_in_lists_too() -> None:
    assert _read(((WorkKind.MAIN_SWEEP, ("Großputz",)),), work="Großputz").kind == WorkKind.MAIN_SWEEP


@pytest.mark.parametrize(
    ("note", "no_sms", "no_email"),
    [
        ("#keinesms", True, False),
        ("bitte #keine-E-Mail", False, True),
        ("#keineNachricht", True, True),
        ("#keine Nachricht", True, True),
        ("keine SMS", False, False),
    ],
)
def test_tags_in_the_remark_hold_messages_back(note: str, no_sms: bool, no_email: bool) -> None:
    row = _read(note=note)
    assert (row.description, row.no_sms, row.no_email) == (note, no_sms, no_email)


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"number": ""}, "cell_missing"),
        ({"number": None}, "cell_missing"),
        ({"number": "1,1001E+05"}, "cell_digits_lost"),
        ({"date": ""}, "cell_missing"),
        ({"date": "31.02.2026"}, "cell_not_day"),
        ({"date": "12.03."}, "day_without_year"),
        ({"date": "12.03.2062"}, "day_far"),
        ({"start": "25:00"}, "cell_not_time"),
        ({"start": "acht"}, "cell_not_time"),
        ({"start": "08:00", "end": "später"}, "cell_not_time"),
        ({"start": "10:00", "end": "09:00"}, "end_before_start"),
        ({"cancelled": "verschoben"}, "cell_not_yes"),
        ({"uid": "6,64123E+11"}, "cell_digits_lost"),
        ({"note": "x" * 4001}, "cell_too_long"),
        ({"place": "x" * 501}, "cell_too_long"),
    ],
)
def test_row_that_is_no_appointment_says_what_to_mend(cells: dict[str, Cell], code: str) -> None:
    with pytest.raises(RowRefused) as refused:
        _read(**cells)
    assert refused.value.code == code
    said = sentence(code, refused.value.args_of_sentence)
    assert said.endswith(".") and "…" not in said


@pytest.mark.parametrize(
    ("cells", "past"),
    [
        ({"date": "09.03.2026"}, True),
        ({"date": "10.03.2026"}, False),
        ({"date": "10.03.2026", "start": "11:59"}, True),
        ({"date": "10.03.2026", "start": "12:00"}, True),
        ({"date": "10.03.2026", "start": "12:01"}, False),
    ],
)
def test_appointment_is_past_once_it_has_begun(cells: dict[str, Cell], past: bool) -> None:
    assert _read(**cells).is_past(NOW) == past


def _known(id_: int, number: str, day: str, clock: str = "08:00", **more: object) -> KnownEntry:
    start = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=VIENNA).astimezone(UTC)
    values = {"uid": f"liste:{id_}", "kind": "Kehrung", "all_day": False, "cancelled": False, **more}
    return KnownEntry(id_, number_key=number, day=date.fromisoformat(day), start=start, **values)  # type: ignore[arg-type]


def _row(number: str, day: str, clock: str = "08:00", **more: Cell) -> AppointmentRow:
    return _read(number=number, date=day, start=clock, **more)


_FAR = _row("z9", "2026-03-31")
"""A row that stretches the span of the list to the end of the month."""


@pytest.mark.parametrize(
    ("rows", "known", "pairs"),
    [
        ([_row("a1", "2026-03-12")], [_known(1, "a1", "2026-03-12")], {0: 1}),
        ([_row("a1", "2026-03-12", "09:00")], [_known(1, "a1", "2026-03-12")], {0: 1}),
        ([_row("a1", "2026-03-12", "")], [_known(1, "a1", "2026-03-12")], {0: 1}),
        ([_row("a2", "2026-03-12")], [_known(1, "a1", "2026-03-12")], {}),
        # Another kind at another time is another appointment; at the same time it is the same, renamed.
        ([_row("a1", "2026-03-12", "09:00", work="HK")], [_known(1, "a1", "2026-03-12")], {}),
        ([_row("a1", "2026-03-12", "08:00", work="HK")], [_known(1, "a1", "2026-03-12")], {0: 1}),
        # Two on one day are told apart by their times, whichever the list has.
        (
            [_row("a1", "2026-03-12", "14:00")],
            [_known(1, "a1", "2026-03-12"), _known(2, "a1", "2026-03-12", "14:00")],
            {0: 2},
        ),
        (
            [_row("a1", "2026-03-12", "14:00"), _row("a1", "2026-03-12", "08:00")],
            [_known(1, "a1", "2026-03-12"), _known(2, "a1", "2026-03-12", "14:00")],
            {0: 2, 1: 1},
        ),
        (
            [_row("a1", "2026-03-12", "15:00"), _row("a1", "2026-03-12", "16:00")],
            [_known(1, "a1", "2026-03-12")],
            {},
        ),
        # Moved: the old day lies within the list's days, and is the only one gone.
        ([_row("a1", "2026-03-20"), _row("b1", "2026-03-11")], [_known(1, "a1", "2026-03-12")], {0: 1}),
        ([_row("a1", "2026-03-20")], [_known(1, "a1", "2026-03-12")], {}),
        (
            [_row("a1", "2026-03-20"), _row("a1", "2026-03-11"), _FAR],
            [_known(1, "a1", "2026-03-12")],
            {},
        ),
        (
            [_row("a1", "2026-03-20"), _row("b1", "2026-03-11")],
            [_known(1, "a1", "2026-03-12"), _known(2, "a1", "2026-03-13")],
            {},
        ),
        (
            [_row("a1", "2026-03-20"), _row("a1", "2026-03-12"), _FAR],
            [_known(1, "a1", "2026-03-12")],
            {1: 1},
        ),
        (
            [_row("a1", "2026-03-20", work="HK"), _row("b1", "2026-03-11")],
            [_known(1, "a1", "2026-03-12")],
            {},
        ),
        (
            [_row("a1", "2026-03-20", cancelled="x"), _row("b1", "2026-03-11")],
            [_known(1, "a1", "2026-03-12")],
            {},
        ),
        (
            [_row("a1", "2026-03-20"), _row("b1", "2026-03-11")],
            [_known(1, "a1", "2026-03-12", cancelled=True)],
            {},
        ),
        # With numbers of their own only these count, and a number that was renewed for the same time.
        ([_row("a1", "2026-04-20", uid="T1")], [_known(1, "a1", "2026-03-12", uid="T1")], {0: 1}),
        ([_row("a1", "2026-03-12", uid="T2")], [_known(1, "a1", "2026-03-12", uid="T1")], {0: 1}),
        ([_row("a1", "2026-03-12", "09:00", uid="T2")], [_known(1, "a1", "2026-03-12", uid="T1")], {}),
        ([_row("a1", "2026-03-12", "09:00", uid="T2")], [_known(1, "a1", "2026-03-12")], {0: 1}),
        ([_row("a1", "2026-03-12", "09:00")], [_known(1, "a1", "2026-03-12", uid="T1")], {0: 1}),
        (
            [_row("a1", "2026-03-20", uid="T2"), _row("b1", "2026-03-11")],
            [_known(1, "a1", "2026-03-12")],
            {},
        ),
        # A cancelled row cancels the time that it names and no other.
        ([_row("a1", "2026-03-12", cancelled="x")], [_known(1, "a1", "2026-03-12")], {0: 1}),
        ([_row("a1", "2026-03-12", "09:00", cancelled="x")], [_known(1, "a1", "2026-03-12")], {}),
    ],
)
def test_failure_07_row_finds_the_appointment_that_it_is(
    rows: list[AppointmentRow], known: list[KnownEntry], pairs: dict[int, int]
) -> None:
    found = match_list(dict(enumerate(rows)), known, (), NOW)
    assert {n: entry.id for n, entry in found.items()} == pairs


def test_nothing_moves_of_an_object_with_a_row_that_cannot_be_read() -> None:
    rows = {0: _row("a1", "2026-03-20"), 1: _row("b1", "2026-03-11")}
    known = [_known(1, "a1", "2026-03-12")]
    assert match_list(rows, known, {"a1"}, NOW) == {}
    assert match_list(rows, known, {"b1"}, NOW) == {0: known[0]}


def test_past_appointment_is_not_taken_to_have_moved() -> None:
    rows = {0: _row("a1", "2026-03-20"), 1: _row("b1", "2026-03-01")}
    assert match_list(rows, [_known(1, "a1", "2026-03-05")], (), NOW) == {}


def test_keys_of_new_appointments_differ() -> None:
    row = _row("A1", "2026-03-12")
    first = new_uid(row, ())
    assert new_uid(row, {first}) not in ("", first)
    assert new_uid(_row("A1", "2026-03-12", uid="T 7"), {first}) == "T 7"


def test_rows_that_say_the_same_appointment_are_twins_of_the_first() -> None:
    row = _row("a1", "2026-03-12")
    later = _row("a1", "2026-03-12", "09:00")
    assert twins([(2, row), (3, later), (4, row)]) == {4: 2}
    assert twins([(2, _row("a1", "2026-03-12", uid="1")), (3, _row("a2", "2026-03-13", uid="1"))]) == {3: 2}
    assert twins([(2, _row("a1", "2026-03-12", uid="1")), (3, _row("a1", "2026-03-12", uid="2"))]) == {}


def test_usual_length_is_an_hour() -> None:
    row = _row("a1", "2026-03-12")
    assert row.end - row.start == timedelta(hours=1)
