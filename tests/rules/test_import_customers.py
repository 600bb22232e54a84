"""A row of a customers' list, read field by field."""

from __future__ import annotations

from datetime import date

import pytest

from kehr.rules.imports.import_columns import guess_columns
from kehr.rules.imports.import_customers import CustomerRow, RowAddress, read_customer
from kehr.rules.imports.import_values import Cell, Cells, RowRefused
from kehr.rules.terms.people import AddressKind, Purpose, Role
from kehr.words import sentence

PHONE1 = (AddressKind.PHONE, 1)
EMAIL1 = (AddressKind.EMAIL, 1)


def _read(**cells: Cell) -> CustomerRow:
    """A row whose columns are named by their fields."""
    return read_customer(Cells({"number": "A1", **cells}, {name: name for name in ("number", *cells)}))


def _headed(row: dict[str, Cell]) -> CustomerRow:
    """A row under headings as interface.md names them."""
    fields = guess_columns(list(row), "customers")
    return read_customer(
        Cells({fields[h]: c for h, c in row.items()}, {field: heading for heading, field in fields.items()})
    )


def test_row_with_all_documented_columns_is_read_whole() -> None:
    row = _headed(
        {
            "Nummer": "A110010",
            "Partei": "Top 3",
            "Rolle": "Partei",
            "Anrede": "Herr",
            "Titel": "Ing.",
            "Vorname": "Karl",
            "Name": "Mustermann",
            "Name2": "zwei",
            "Name3": "drei",
            "SMS-Name": "Mustermann K.",
            "Straße": "Redtenbachergasse 3",
            "PLZ": "4400",
            "Ort": "Steyr",
            "Land": "OÖ",
            "Einheiten": "12",
            "Tel1": "0666 / 15651324",
            "Tel1 Einwilligung": "x",
            "Tel1 Nur HK": "ja",
            "Tel2": "07252 12345",
            "Fax": "07252 12346",
            "eMail": "Office@WinChim.com",
            "eMail Einwilligung": "nein",
            "eMail für": "Rechnung",
            "eMail2": "zwei@example.at",
            "WWW": "www.example.at",
            "Einwilligung am": "15.1.26",
        }
    )
    assert (row.number, row.number_key, row.unit, row.unit_key) == ("A110010", "a110010", "Top 3", "top3")
    assert row.role == Role.PARTY
    assert row.house == {
        "street": "Redtenbachergasse 3",
        "postcode": "4400",
        "town": "Steyr",
        "land": "OÖ",
        "units": 12,
    }
    assert row.person == {
        "salutation": "Herr",
        "title": "Ing.",
        "first_name": "Karl",
        "name": "Mustermann",
        "name2": "zwei",
        "name3": "drei",
        "sms_name": "Mustermann K.",
        "www": "www.example.at",
    }
    assert row.addresses == (
        RowAddress(PHONE1, "0666 / 15651324", "+4366615651324", "mobile", "AT", Purpose.MAIN, True),
        RowAddress((AddressKind.PHONE, 2), "07252 12345", "+43725212345", "landline", "AT"),
        RowAddress((AddressKind.FAX, 1), "07252 12346", "+43725212346", "landline", "AT"),
        RowAddress(
            EMAIL1, "Office@WinChim.com", "office@winchim.com", purpose=Purpose.INVOICE, granted=False
        ),
        RowAddress((AddressKind.EMAIL, 2), "zwei@example.at", "zwei@example.at"),
    )
    assert row.given_on == date(2026, 1, 15)
    assert row.notes == ()


def test_what_the_file_has_no_column_for_is_not_spoken_of() -> None:
    row = _read(name="Mayr")
    assert row.house == {} and row.addresses == () and row.role is None and row.given_on is None
    assert row.person == {"name": "Mayr"}


@pytest.mark.parametrize(
    ("cells", "house", "notes"),
    [
        ({"postcode": "4400", "town": "Steyr"}, {"postcode": "4400", "town": "Steyr"}, []),
        ({"postcode": 4400.0, "town": "Steyr"}, {"postcode": "4400", "town": "Steyr"}, []),
        ({"town": "A - 4400 Steyr"}, {"country": "A", "postcode": "4400", "town": "Steyr"}, []),
        ({"postcode_town": "A-4400 Steyr"}, {"country": "A", "postcode": "4400", "town": "Steyr"}, []),
        ({"postcode_town": "D - 94032 Passau"}, {"country": "D", "postcode": "94032", "town": "Passau"}, []),
        ({"postcode": "A-4400", "town": "Steyr"}, {"country": "A", "postcode": "4400", "town": "Steyr"}, []),
        (
            {"postcode": "94032", "town": "Passau", "land": "Deutschland"},
            {"country": "D", "postcode": "94032", "town": "Passau"},
            [],
        ),
        ({"land": "Oberösterreich"}, {"land": "OÖ"}, []),
        ({"land": "OÖ"}, {"land": "OÖ"}, []),
        ({"land": "Österreich"}, {"country": "A"}, []),
        ({"land": "de"}, {"country": "DE"}, []),
        ({"land": ""}, {}, []),
        ({"land": "Mittelerde"}, {}, ["land_ignored"]),
        ({"town": "Steyr"}, {"town": "Steyr"}, []),
        ({"postcode": "4400"}, {"postcode": "4400"}, []),
        ({"postcode": "", "town": ""}, {"postcode": "", "town": ""}, []),
        ({"postcode": "440", "town": "Steyr"}, {"postcode": "440", "town": "Steyr"}, ["place_unclear"]),
        ({"postcode": "", "town": "Steyr"}, {"postcode": "", "town": "Steyr"}, ["place_unclear"]),
        ({"units": "12"}, {"units": 12}, []),
        ({"units": ""}, {"units": None}, []),
        ({"units": "viele"}, {}, ["units_ignored"]),
        ({"units": "0"}, {}, ["units_ignored"]),
        ({"units": "2001"}, {}, ["units_ignored"]),
        ({"note": "Hund\nim Hof"}, {"note": "Hund im Hof"}, []),
    ],
)
def test_place_and_house_are_read_from_whatever_columns_there_are(  # A06
    cells: dict[str, Cell], house: dict[str, object], notes: list[str]
) -> None:
    row = _read(**cells)
    assert (row.house, [note.code for note in row.notes]) == (house, notes)


@pytest.mark.parametrize(
    ("whole", "salutation", "first_name", "name"),
    [
        ("Karl Mustermann", "Herr", "Karl", "Mustermann"),
        ("Karl Mustermann", "", "", "Karl Mustermann"),
        ("Anna Maria Huber", "Frau", "Anna Maria", "Huber"),
        ("Maria von der Au", "Frau", "Maria", "von der Au"),
        ("Huber", "Frau", "", "Huber"),
        ("Huber GmbH", "Firma", "", "Huber GmbH"),
    ],
)
def test_name_in_one_column_is_split_only_for_people(
    whole: str, salutation: str, first_name: str, name: str
) -> None:  # A05
    row = _read(full_name=whole, salutation=salutation)
    assert (row.person["first_name"], row.person["name"]) == (first_name, name)


@pytest.mark.parametrize(
    ("typed", "role"),
    [
        ("Eigentümer", Role.OWNER),
        ("EIGENTUEMER", Role.OWNER),
        ("Partei", Role.PARTY),
        ("Mieterin", Role.PARTY),
        ("Verwaltung", Role.MANAGER),
        ("Hausverwaltung", Role.MANAGER),
        ("", None),
    ],
)
def test_role_is_understood(typed: str, role: Role | None) -> None:
    assert _read(role=typed).role == role


@pytest.mark.parametrize(
    ("typed", "purpose"),
    [
        ("Alles", Purpose.ALL),
        ("", Purpose.ALL),
        ("RECHNUNG", Purpose.INVOICE),
        ("Termin", Purpose.APPOINTMENT),
        ("Nur HK", Purpose.MAIN),
        ("nur hk", Purpose.MAIN),
    ],
)
def test_purpose_of_an_email_is_understood(typed: str, purpose: Purpose) -> None:  # A10
    assert _read(email1="a@example.at", email1_purpose=typed).addresses[0].purpose == purpose


def test_columns_beside_a_number_speak_even_without_the_number() -> None:
    row = _read(phone1_consent="x", phone1_main="x")
    assert row.addresses == (RowAddress(PHONE1, purpose=Purpose.MAIN, granted=True),)


def test_empty_cell_takes_the_number_away() -> None:
    assert _read(phone1="").addresses == (RowAddress(PHONE1, ""),)


@pytest.mark.parametrize(
    ("cells", "notes"),
    [
        ({"phone1": "", "phone1_consent": "x"}, ["tick_alone"]),
        ({"phone1": "0664 1000001", "phone2": "+43 664 1000001"}, ["address_twice"]),
        ({"email1": "a@example.at", "email2": "A@example.at"}, ["address_twice"]),
        ({"email1": "keine"}, ["email_unreadable"]),
        ({"email1": "a@example.at; b@example.at"}, ["email_unreadable"]),
        ({"phone1": "12"}, ["phone_unreadable"]),
        ({"phone1": "0664 1000001", "fax": "0664 1000001"}, []),
    ],
)
def test_what_was_noticed_is_told_in_whole_sentences(cells: dict[str, Cell], notes: list[str]) -> None:
    row = _read(**cells)
    assert [note.code for note in row.notes] == notes
    for note in row.notes:
        said = sentence(note.code, note.args)
        assert said.endswith(".") and "…" not in said


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"number": ""}, "cell_missing"),
        ({"number": "---"}, "cell_missing"),
        ({"number": "Summe"}, "row_total"),
        ({"number": "Gesamt: 4312"}, "row_total"),
        ({"number": "x" * 41}, "cell_too_long"),
        ({"number": "1,1001E+05"}, "cell_digits_lost"),
        ({"unit": "01.Feb"}, "cell_is_date"),
        ({"unit": "x" * 61}, "cell_too_long"),
        ({"role": "Hausmeister"}, "cell_not_role"),
        ({"name": "x" * 201}, "cell_too_long"),
        ({"name": "#NV"}, "cell_error"),
        ({"street": "########"}, "cell_hashes"),
        ({"phone1": "6,64123E+11"}, "cell_digits_lost"),
        ({"fax": "6,64123E+11"}, "cell_digits_lost"),
        ({"phone1": "0664 1000001", "phone1_consent": "evtl."}, "cell_not_yes"),
        ({"phone1": "0664 1000001", "phone1_main": "ab Mai"}, "cell_not_yes"),
        ({"email1": "a@example.at", "email1_purpose": "Werbung"}, "cell_not_purpose"),
        ({"email1": "a" * 201}, "cell_too_long"),
        ({"given_on": "neulich"}, "cell_not_day"),
        ({"note": "x" * 4001}, "cell_too_long"),
        ({"www": "x" * 301}, "cell_too_long"),
    ],
)
def test_row_that_cannot_be_taken_over_says_what_to_mend(cells: dict[str, Cell], code: str) -> None:
    with pytest.raises(RowRefused) as refused:
        _read(**cells)
    assert refused.value.code == code
    said = sentence(code, refused.value.args_of_sentence)
    assert "»" in said and said.endswith(".") and "…" not in said


def test_bank_columns_are_ignored() -> None:  # A11
    row = _headed({"Nummer": "A1", "Name": "Mayr", "BLZ": "20111"})
    assert (row.person, row.house, row.addresses) == ({"name": "Mayr"}, {}, ())
