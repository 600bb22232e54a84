"""What was typed about objects and people, checked field by field."""

from __future__ import annotations

import pytest

from kehr.rules.forms.object_form import CheckedAddress, check_house, check_person, web_address
from kehr.rules.terms.people import AddressKind, Purpose

PHONE, FAX, EMAIL = AddressKind.PHONE, AddressKind.FAX, AddressKind.EMAIL


def test_the_seeds_own_form_is_understood() -> None:  # A04, A05, A06, A07, A09
    house = check_house(
        {"number": "A110010", "street": "Redtenbachergasse 3", "place": "A - 4400 Steyr", "units": "12"}
    )
    assert house.faults == {}
    assert house.values == {
        "number": "A110010",
        "street": "Redtenbachergasse 3",
        "land": "",
        "country": "A",
        "postcode": "4400",
        "town": "Steyr",
        "units": 12,
        "note": "",
    }
    person = check_person(
        {
            "salutation": "Herr",
            "title": "Ing.",
            "first_name": "Karl",
            "name": "Mustermann",
            "phone1": "0666 / 15651324",
            "email1": "Office@winchim.com",
            "email1_purpose": "appointment",
        },
        party=False,
    )
    assert person.faults == {}
    assert person.addresses == [
        CheckedAddress(PHONE, 1, "0666 / 15651324", "+4366615651324", "mobile", "AT"),
        CheckedAddress(EMAIL, 1, "Office@winchim.com", "office@winchim.com", purpose=Purpose.APPOINTMENT),
    ]
    assert (person.values["role"], person.values["unit"]) == ("owner", "")


def test_three_numbers_keep_their_places_and_a_fourth_is_not_read() -> None:  # A07, A08, A16
    person = check_person(
        {
            "name": "Huber",
            "phone2": "07252 72345",
            "phone3": "+49 171 1234567",
            "phone3_main": True,
            "phone4": "0664 1000004",
            "fax": "07252/72346",
        },
        party=False,
    )
    assert [(a.kind, a.position, a.type, a.country, a.purpose) for a in person.addresses] == [
        (PHONE, 2, "landline", "AT", Purpose.ALL),
        (PHONE, 3, "mobile", "DE", Purpose.MAIN),
        (FAX, 1, "landline", "AT", Purpose.ALL),
    ]


def test_an_object_without_people_and_a_manager_without_a_flat_are_fine() -> None:
    assert check_person({}, party=False).says_nothing
    assert check_person({}, party=False).faults == {}
    manager = check_person({"name": "Hausverwaltung GmbH", "role": "manager"}, party=True)
    assert (manager.faults, manager.values["unit"]) == ({}, "Verwaltung")


def test_an_object_number_stays_as_it_is_typed() -> None:  # A04
    for number in ("A110010", "000123", "a 11 / 7", "Ä-5"):
        assert check_house({"number": f" {number} "}).values["number"] == number


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"number": ""}, "number", "Die Nummer fehlt"),
        ({"number": "---"}, "number", "Die Nummer fehlt"),
        ({"number": "A" * 41}, "number", "Höchstens 40 Zeichen haben Platz, hier sind es 41"),
        ({"number": "A\x0711"}, "number", "unsichtbares Zeichen"),
        ({"street": "x" * 201}, "street", "Höchstens 200 Zeichen"),
        ({"place": "Steyr"}, "place", "fehlt die Postleitzahl"),
        ({"place": "440 Steyr"}, "place", "vier Ziffern"),
        ({"place": "4400"}, "place", "fehlt der Ort"),
        ({"place": "D - 1234567890123 X"}, "place", "ist kein Ort"),
        ({"land": "Bayern"}, "land", "»Bayern« ist kein Bundesland"),
        ({"units": "0"}, "units", "1 bis 2000"),
        ({"units": "2001"}, "units", "1 bis 2000"),
        ({"units": "zwölf"}, "units", "1 bis 2000"),
        ({"units": "-3"}, "units", "1 bis 2000"),
        ({"note": "x" * 4001}, "note", "Höchstens 4000 Zeichen"),
        ({"note": "a\0b"}, "note", "unsichtbares Zeichen"),
    ],
)
def test_a_wrong_object_says_what_would_be_right(typed: dict[str, str], field: str, words: str) -> None:
    faults = check_house({"number": "A1"} | typed).faults
    assert list(faults) == [field]
    assert words in faults[field]


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"name": "", "phone1": "0664 1000001"}, "name", "Der Name fehlt"),
        ({"name": "", "title": "Ing."}, "name", "Der Name fehlt"),
        ({"name": "H" * 201}, "name", "Höchstens 200 Zeichen"),
        ({"salutation": "H" * 41}, "salutation", "Höchstens 40 Zeichen"),
        ({"phone1": "100 00 01"}, "phone1", "hat keine Vorwahl"),
        ({"phone1": "0664 12"}, "phone1", "zu kurz"),
        ({"phone1": "0664 1234567 0676 1234567"}, "phone1", "mehrere Nummern"),
        ({"phone2": "0664 1000001 1000001 10"}, "phone2", "keine Telefonnummer"),
        ({"phone2": "keine"}, "phone2", "»keine« ist keine Telefonnummer"),
        ({"phone3": "0" * 61}, "phone3", "Höchstens 60 Zeichen"),
        ({"phone1": "0664 1000001", "phone2": "+43664 1000001"}, "phone2", "schon bei Tel.Nr.1"),
        ({"fax": "Fax"}, "fax", "keine Telefonnummer"),
        ({"email1": "office"}, "email1", "keine E-Mail-Adresse; so schreiben"),
        ({"email1": "a@b.at, c@d.at"}, "email1", "keine E-Mail-Adresse"),
        ({"email2": "office@"}, "email2", "keine E-Mail-Adresse"),
        ({"email1": "a@example.at", "email2": "A@Example.at"}, "email2", "steht schon bei eMail"),
        ({"email1": "a@example.at", "email1_purpose": "werbung"}, "email1_purpose", "Zweck gibt es nicht"),
        ({"role": "chef"}, "role", "Diese Rolle gibt es nicht"),
        ({"www": "javascript:alert(1)"}, "www", "keine Webadresse"),
        ({"www": "www example.at"}, "www", "keine Webadresse"),
        ({"www": "https://a@b.at"}, "www", "keine Webadresse"),
        ({"www": "example"}, "www", "keine Webadresse"),
    ],
)
def test_a_wrong_person_says_what_would_be_right(typed: dict[str, str], field: str, words: str) -> None:
    faults = check_person({"name": "Huber"} | typed, party=False).faults
    assert list(faults) == [field]
    assert words in faults[field]


def test_a_party_needs_its_flat_and_its_name() -> None:  # A17
    assert set(check_person({}, party=True).faults) == {"unit", "name"}
    assert check_person({"unit": "Top 3", "name": "Šimić"}, party=True).values["role"] == "party"


def test_one_wrong_field_does_not_hide_another() -> None:
    typed = {"name": "", "phone1": "12", "phone2": "x", "fax": "y", "email1": "z", "email2": "@", "www": "!"}
    assert set(check_person(typed, party=False).faults) == set(typed)


@pytest.mark.parametrize(
    ("typed", "link"),
    [
        ("www.winchim.com", "https://www.winchim.com"),
        ("http://example.at/haus?x=1", "http://example.at/haus?x=1"),
        ("HTTPS://example.at", "HTTPS://example.at"),
        ("data:text/html,x", None),
        ("//example.at", None),
        ("", None),
        ("http://[::1", None),
    ],
)
def test_only_web_addresses_become_links(typed: str, link: str | None) -> None:  # A09
    assert web_address(typed) == link
