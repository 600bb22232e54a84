"""Columns are known by their headings, however an office spells them."""

from __future__ import annotations

import pytest

from kehr.rules.imports.import_columns import (
    FIELDS,
    ColumnFault,
    ImportKind,
    column_faults,
    guess_columns,
    kind_of,
    label_of,
)


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Nummer", "number"),
        ("OBJEKT-NR.", "number"),
        ("Objektnummer", "number"),
        ("Partei", "unit"),
        ("Top", "unit"),
        ("Rolle", "role"),
        ("Anrede", "salutation"),
        ("Titel", "title"),
        ("Vorname", "first_name"),
        ("Name", "name"),
        ("Vorn/Name", "full_name"),
        ("Name2", "name2"),
        ("Name 3", "name3"),
        ("SMS-Name", "sms_name"),
        ("sms name", "sms_name"),
        ("Straße", "street"),
        ("Strasse", "street"),
        ("STRASSE / HNR.", "street"),
        ("Straße/Hnr", "street"),
        ("PLZ", "postcode"),
        ("Ort", "town"),
        ("PLZ/Ort", "postcode_town"),
        ("Land", "land"),
        ("Einheiten", "units"),
        ("Tel1", "phone1"),
        ("Tel.Nr.1", "phone1"),
        ("Tel.Nr.: 2", "phone2"),
        ("Telefon 3", "phone3"),
        ("Tel1 Einwilligung", "phone1_consent"),
        ("Einwilligung Tel.Nr.2", "phone2_consent"),
        ("Tel2 Nur HK", "phone2_main"),
        ("Nur HK 3", "phone3_main"),
        ("Fax", "fax"),
        ("eMail", "email1"),
        ("E-Mail-Adresse", "email1"),
        ("eMail2", "email2"),
        ("eMail 2", "email2"),
        ("eMail Einwilligung", "email1_consent"),
        ("eMail für", "email1_purpose"),
        ("email fuer", "email1_purpose"),
        ("EMAIL FUR", "email1_purpose"),
        ("Email2 für", "email2_purpose"),
        ("WWW", "www"),
        ("Einwilligung am", "given_on"),
        ("BLZ", "bank"),
        ("Kto.Nr.", "bank"),
        ("Bankname", "bank"),
        ("Tel4", ""),
        ("eMail3", ""),
        ("Kehrgegenstände", ""),
        ("", ""),
    ],
)
def test_heading_of_a_customers_list_is_understood(heading: str, field: str) -> None:  # A04, A11
    assert guess_columns([heading], "customers") == ({heading: field} if field else {})


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Termin-Nr", "uid"),
        ("Terminnr.", "uid"),
        ("Nummer", "number"),
        ("Datum", "date"),
        ("Beginn", "start"),
        ("Uhrzeit von", "start"),
        ("Uhrzeit bis", "end"),
        ("Uhrzeit", "start"),
        ("von", "start"),
        ("Ende", "end"),
        ("bis", "end"),
        ("Art", "work"),
        ("Ort", "place"),
        ("Bemerkung", "note"),
        ("Storno", "cancelled"),
        ("storniert", "cancelled"),
        ("Name", ""),
    ],
)
def test_heading_of_a_list_of_appointments_is_understood(heading: str, field: str) -> None:
    assert guess_columns([heading], "appointments") == ({heading: field} if field else {})


def test_numbers_without_position_take_the_places_that_are_free() -> None:
    headings = ["Nummer", "Telefon", "Handy", "Tel1", "Mobil", "Fax"]
    assert guess_columns(headings, "customers") == {
        "Nummer": "number",
        "Telefon": "phone2",
        "Handy": "phone3",
        "Tel1": "phone1",
        "Fax": "fax",
    }


# A13: the tick belongs to the number that its heading names
@pytest.mark.parametrize(
    ("headings", "consent", "place"),
    [
        (["Telefon", "Handy", "Handy Einwilligung"], "Handy Einwilligung", "phone2_consent"),
        (["Telefon", "Handy", "Einwilligung Telefon"], "Einwilligung Telefon", "phone1_consent"),
        (["Handy Einwilligung", "Telefon", "Handy"], "Handy Einwilligung", "phone2_consent"),
        (["Handy 1", "Mobil", "Mobil nur HK"], "Mobil nur HK", "phone2_main"),
        (["Telefon 1", "Handy 1", "Handy 1 Einwilligung"], "Handy 1 Einwilligung", "phone2_consent"),
        (["Tel1", "Tel2", "Tel3", "Handy", "Handy Einwilligung"], "Handy Einwilligung", None),
        (["Tel1", "Telefon 1 Einwilligung"], "Telefon 1 Einwilligung", "phone1_consent"),
        (["Handy", "Einwilligung Tel"], "Einwilligung Tel", "phone1_consent"),
        (["eMail", "Mail", "Mail für"], "Mail für", "email2_purpose"),
    ],
)
def test_a_tick_belongs_to_the_number_that_its_heading_names(
    headings: list[str], consent: str, place: str | None
) -> None:
    assert guess_columns(headings, "customers").get(consent) == place


def test_two_first_numbers_take_two_places() -> None:
    guessed = guess_columns(["Telefon 1", "Handy 1", "Tel2", "Mobil"], "customers")
    assert guessed == {"Telefon 1": "phone1", "Handy 1": "phone3", "Tel2": "phone2"}


def test_first_of_two_like_headings_wins() -> None:
    assert guess_columns(["Name", "Nachname"], "customers") == {"Name": "name"}


@pytest.mark.parametrize(
    ("headings", "kind"),
    [
        (["Nummer", "Name"], "customers"),
        (["Nummer", "Ort", "Tel1"], "customers"),
        (["Nummer", "Datum"], "appointments"),
        (["Nummer", "Datum", "Name", "Tel1"], "appointments"),
        (["Termin-Nr", "Nummer", "Datum", "Beginn"], "appointments"),
        (["Nummer"], None),
        (["Name", "Ort"], None),
        (["Foo", "Bar"], None),
        ([], None),
    ],
)
def test_kind_of_a_list_is_told_by_its_headings(headings: list[str], kind: str | None) -> None:  # A25
    assert kind_of(headings) == kind


@pytest.mark.parametrize(
    ("columns", "kind", "faults"),
    [
        ({"Nr": "number"}, "customers", []),
        ({"Nr": "number", "B1": "bank", "B2": "bank"}, "customers", []),
        ({"X": "name"}, "customers", [("column_missing", "Nummer")]),
        ({"Nr": "number"}, "appointments", [("column_missing", "Datum")]),
        ({"Nr": "number", "X": "name", "Y": "name"}, "customers", [("column_twice", "Name")]),
        ({"Nr": "number", "X": "shoe"}, "customers", [("column_unknown", "shoe")]),
        ({"Nr": "number", "Z": "name"}, "customers", [("column_absent", "Z")]),
        ({"Z": "number"}, "customers", [("column_absent", "Z"), ("column_missing", "Nummer")]),
        ({}, "appointments", [("column_missing", "Nummer"), ("column_missing", "Datum")]),
    ],
)
def test_columns_that_cannot_be_read_are_told(
    columns: dict[str, str], kind: str, faults: list[tuple[str, str]]
) -> None:
    found = column_faults(columns, ["Nr", "X", "Y", "B1", "B2"], kind)
    assert found == [ColumnFault(*fault) for fault in faults]


@pytest.mark.parametrize("kind", ImportKind)
def test_every_field_has_a_label_that_is_guessed_as_that_field(kind: ImportKind) -> None:
    for field in FIELDS[kind]:
        assert label_of(field.name, kind) == field.label
        if field.name != "bank":
            assert guess_columns([field.label], kind) == {field.label: field.name}


# C24: consent to being asked afterwards is another one
@pytest.mark.parametrize(
    "heading",
    ["Einwilligung Rückfragen", "Einwilligung Feedback", "Tel.Nr.1 Einwilligung Rückfragen", "Rückfragen"],
)
def test_consent_to_questions_is_never_taken_for_consent_to_messages(heading: str) -> None:
    known = guess_columns(
        ["Nummer", "Name", "Tel.Nr.1", "Tel.Nr.1 Einwilligung", heading], ImportKind.CUSTOMERS
    )
    assert heading not in known
