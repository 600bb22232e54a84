"""Cells as people and Excel leave them: undone where nothing is lost, refused where something is."""

from __future__ import annotations

import random
from datetime import date, datetime, time

import pytest

from kehr.rules.imports.import_phones import read_phone
from kehr.rules.imports.import_values import (
    Cell,
    Cells,
    RowRefused,
    day_of,
    number_text,
    plain,
    text_of,
    time_beside_day,
    time_of,
)
from kehr.rules.terms.phones import BadNumber, normalise
from kehr.words import sentence


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        (None, ""),
        ("", ""),
        ("  Karl \t Mayr\r\n", "Karl Mayr"),
        ("Zeile 1\nZeile 2", "Zeile 1 Zeile 2"),
        ("Mu\u0308ller", "Müller"),
        ("A\u00a0B", "A B"),
        ("'0664", "0664"),
        ("'s Gasthaus", "'s Gasthaus"),
        ('="0664"', "0664"),
        (4400, "4400"),
        (4400.0, "4400"),
        (6641000001.0, "6641000001"),
        (2.5, "2,5"),
        (_moment("2026-03-12"), "12.03.2026"),
        (_moment("2026-03-12T08:30"), "12.03.2026 08:30"),
    ],
)
def test_cell_reads_as_a_person_would_write_it(cell: Cell, read: str) -> None:
    assert plain(cell) == read


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("A110010", "A110010"),
        ("00123", "00123"),
        (110010.0, "110010"),
        ("1,1001E+05", None),
        ("1,10010E+05", "110010"),
        ("1.10010E+05", "110010"),
        ("6,64123456789E+11", "664123456789"),
        ("6,64123E+11", None),
        ("1E+99", None),
        ("2E5", "2E5"),
        ("1E10", "1E10"),
        ("########", None),
        ("#NV", None),
        ("#WERT!", None),
        ("#1", "#1"),
        ("01.Feb", None),
        ("1. Feb", None),
        ("Feb 26", None),
        ("Februar", "Februar"),
        ("1-2", "1-2"),
        (_moment("2026-02-01"), None),
        ("x" * 41, None),
    ],
)
def test_failure_07_number_is_whole_or_refused(cell: Cell, number: str | None) -> None:
    if number is not None:
        assert number_text(cell, "Nummer", 40) == number
        return
    with pytest.raises(RowRefused) as refused:
        number_text(cell, "Nummer", 40)
    said = sentence(refused.value.code, refused.value.args_of_sentence)
    assert "Nummer" in said and "…" not in said and said.endswith(".")


@pytest.mark.parametrize(
    ("cell", "typed", "value", "type_", "note"),
    [
        ("0664 1000001", "0664 1000001", "+436641000001", "mobile", ""),
        ("0666 / 15651324", "0666 / 15651324", "+4366615651324", "mobile", ""),
        ("07252/12345", "07252/12345", "+43725212345", "landline", ""),
        ("0720 111222", "0720 111222", "+43720111222", "voip", ""),
        ("+49 171 1234567", "+49 171 1234567", "+491711234567", "mobile", ""),
        ("6641000001", "06641000001", "+436641000001", "mobile", "phone_restored"),
        (6641000001.0, "06641000001", "+436641000001", "mobile", "phone_restored"),
        ("436641000001", "+436641000001", "+436641000001", "mobile", "phone_restored"),
        (436641000001, "+436641000001", "+436641000001", "mobile", "phone_restored"),
        ("491711234567", "+491711234567", "+491711234567", "mobile", "phone_restored"),
        ("725212345", "0725212345", "+43725212345", "landline", "phone_restored"),
        ("435312345", "0435312345", "+43435312345", "landline", "phone_restored"),
        ("6,64100001199E+11", "0664100001199", "+43664100001199", "mobile", "phone_restored"),
        ('="06641000001"', "06641000001", "+436641000001", "mobile", ""),
        ("664", "664", "", "invalid", "phone_unreadable"),
        ("keine", "keine", "", "invalid", "phone_unreadable"),
        ("0664 12", "0664 12", "", "invalid", "phone_unreadable"),
        ("0650 12 34 567 od 07252 81234", "0650 12 34 567 od 07252 81234", "", "invalid", "phone_several"),
    ],
)
def test_failure_07_phone_keeps_its_spelling_and_what_excel_took_is_given_back(  # A07
    cell: Cell, typed: str, value: str, type_: str, note: str
) -> None:
    read = read_phone(cell, "Tel.Nr.1")
    assert read is not None
    assert (read.typed, read.value, read.type, read.note.code if read.note else "") == (
        typed,
        value,
        type_,
        note,
    )


@pytest.mark.parametrize("cell", ["6,64123E+11", "6.64E+11", "#####", _moment("2026-02-01"), "x" * 61])
def test_failure_07_phone_that_lost_digits_refuses_the_row(cell: Cell) -> None:
    with pytest.raises(RowRefused) as refused:
        read_phone(cell, "Tel.Nr.1")
    assert "»Tel.Nr.1«" in sentence(refused.value.code, refused.value.args_of_sentence)


def test_empty_cell_is_no_phone() -> None:
    assert read_phone(None, "Tel1") is None
    assert read_phone("  ", "Tel1") is None


def test_common_spellings_read_as_the_form_reads_them() -> None:
    """The short way for lists answers what the long way does."""
    dice = random.Random(7)
    areas = ["1", "316", "732", "7252", "7582", "6542", "664", "676", "650", "699", "720", "800", "5", "517"]
    for _ in range(3000):
        area = dice.choice([*areas, str(dice.randint(1, 9999))])
        typed = f"0{area}{dice.choice([' ', '/', ' / ', '-', ''])}" + "".join(
            dice.choices("0123456789", k=dice.randint(5, 9))
        )
        read = read_phone(typed, "Tel1")
        assert read is not None
        try:
            number = normalise(typed)
        except BadNumber:
            assert read.type == "invalid", typed
        else:
            assert (read.value, read.type, read.country) == (number.e164, number.type, number.country), typed


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("12.03.2026", "2026-03-12"),
        ("12.3.2026", "2026-03-12"),
        ("12.03.26", "2026-03-12"),
        ("12. 3. 2026", "2026-03-12"),
        ("1.1.70", "1970-01-01"),
        ("31.12.69", "2069-12-31"),
        ("12-03-2026", "2026-03-12"),
        ("13/03/2026", "2026-03-13"),
        ("2026-03-12", "2026-03-12"),
        ("2026-03-12 08:00:00", "2026-03-12"),
        ("2026-03-12T08:00", "2026-03-12"),
        ("20260312", "2026-03-12"),
        ("Do, 12.03.2026", "2026-03-12"),
        ("Donnerstag 12.03.2026", "2026-03-12"),
        ("12.03.2026 08:00", "2026-03-12"),
        ("46093", "2026-03-12"),
        (46093, "2026-03-12"),
        (46093.0, "2026-03-12"),
        (46092.9999999, "2026-03-12"),
        (_moment("2026-03-12"), "2026-03-12"),
        (_moment("2026-03-11T23:59:59.900"), "2026-03-12"),
        ("", None),
        (None, None),
    ],
)
def test_failure_07_day_is_read_however_it_is_written(cell: Cell, day: str | None) -> None:
    assert day_of(cell, "Datum") == (date.fromisoformat(day) if day else None)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("03/12/2026", "day_ambiguous"),
        ("12/13/2026", "day_ambiguous"),
        ("31.02.2026", "cell_not_day"),
        ("12.03.", "day_without_year"),
        ("12.3", "day_without_year"),
        ("12.03.2026 blau", "cell_not_day"),
        ("morgen", "cell_not_day"),
        ("123", "cell_not_day"),
        (0.5, "cell_not_day"),
        ("2026-13-01", "cell_not_day"),
        ("20261301", "cell_not_day"),
        ("#####", "cell_hashes"),
        ("#WERT!", "cell_error"),
    ],
)
def test_what_is_no_day_is_refused_with_what_to_write(cell: Cell, code: str) -> None:
    with pytest.raises(RowRefused) as refused:
        day_of(cell, "Datum")
    assert refused.value.code == code
    said = sentence(code, refused.value.args_of_sentence)
    assert "»Datum«" in said and "…" not in said


@pytest.mark.parametrize(
    ("cell", "clock"),
    [
        ("8:00", "08:00"),
        ("08.00", "08:00"),
        ("08:00:30", "08:00"),
        ("8 Uhr", "08:00"),
        ("8:15 Uhr", "08:15"),
        ("8h", "08:00"),
        ("8", "08:00"),
        (8, "08:00"),
        ("0815", "08:15"),
        ("0,3333", "08:00"),
        ("0.354166667", "08:30"),
        (1 / 3, "08:00"),
        (0.5, "12:00"),
        (0, "00:00"),
        ("00:00", "00:00"),
        ("23:59", "23:59"),
        (_moment("1899-12-31T07:59:59.900"), "08:00"),
        ("", None),
        (None, None),
    ],
)
def test_failure_07_time_is_read_however_it_is_written(cell: Cell, clock: str | None) -> None:
    assert time_of(cell, "Beginn") == (time.fromisoformat(clock) if clock else None)


@pytest.mark.parametrize(
    "cell", ["24:00", "25:00", "8:60", "8,5", 8.5, "acht", "vormittags", "2460", "8:3", -1]
)
def test_what_is_no_time_is_refused(cell: Cell) -> None:
    with pytest.raises(RowRefused) as refused:
        time_of(cell, "Beginn")
    assert refused.value.code == "cell_not_time"


@pytest.mark.parametrize(
    ("cell", "clock"),
    [
        ("12.03.2026 08:15", "08:15"),
        ("2026-03-12T08:15:00", "08:15"),
        (_moment("2026-03-12T08:15"), "08:15"),
        (_moment("2026-03-12"), None),
        ("12.03.2026", None),
        ("12.03.2026 00:00", None),
    ],
)
def test_time_beside_the_day_is_found(cell: Cell, clock: str | None) -> None:
    assert time_beside_day(cell) == (time.fromisoformat(clock) if clock else None)


@pytest.mark.parametrize("text", ["x", "X", "ja", "JA", "j", "J", "1", "wahr", "WAHR", "true", "✓", " x "])
def test_yes(text: str) -> None:
    assert Cells({"cancelled": text}, {"cancelled": "Storno"}).yes("cancelled") is True


@pytest.mark.parametrize("cell", ["", None, "nein", "N", "0", 0, "falsch", "FALSCH", "-"])
def test_no(cell: Cell) -> None:
    assert Cells({"cancelled": cell}, {"cancelled": "Storno"}).yes("cancelled") is False


@pytest.mark.parametrize("cell", ["vielleicht", "2", "ja?", "xx", "ok", 0.5])
def test_neither_yes_nor_no_is_refused(cell: Cell) -> None:
    with pytest.raises(RowRefused) as refused:
        Cells({"cancelled": cell}, {"cancelled": "Storno"}).yes("cancelled")
    assert refused.value.code == "cell_not_yes"


def test_text_that_does_not_fit_is_refused_with_the_limit() -> None:
    assert text_of("x" * 200, "Name", 200) == "x" * 200
    with pytest.raises(RowRefused) as refused:
        text_of("x" * 201, "Name", 200)
    assert "200 Zeichen" in sentence(refused.value.code, refused.value.args_of_sentence)
