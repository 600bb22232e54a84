"""Entries find their objects by number, phone or name and address; a doubt finds none."""

from __future__ import annotations

import pytest

from kehr.rules.entries.matching import EntryText, Known, Match, Resident, find_object, mark_of, street_key

OWNER = Resident(1, 11, "owner", "Mustermann", "Redtenbachergasse 3")
PARTY = Resident(1, 12, "party", "Šimić", "Redtenbachergasse 3")
MANAGER_HERE = Resident(1, 13, "manager", "Huber GmbH", "Redtenbachergasse 3")
MANAGER_THERE = Resident(2, 23, "manager", "Huber GmbH", "Stelzhamerstraße 12a")
NEIGHBOUR = Resident(2, 21, "owner", "Mayr", "Stelzhamerstraße 12a")
KNOWN = Known(
    numbers={"a110010": 1, "b7": 2},
    phones={
        "+436641000001": [OWNER],
        "+436641000002": [PARTY],
        "+436641000003": [MANAGER_HERE, MANAGER_THERE],
    },
    streets={
        street_key("Redtenbachergasse 3"): [OWNER, PARTY, MANAGER_HERE],
        street_key("Stelzhamerstraße 12a"): [NEIGHBOUR, MANAGER_THERE],
    },
)


def entry(text: str = "", number: str = "", phones: tuple[str, ...] = (), place: str = "") -> EntryText:
    return EntryText(number, phones, "", place, (text,))


@pytest.mark.parametrize(
    ("said", "match"),
    [
        (entry(number="A110010"), Match(1, None, "number", 100)),
        (entry(number="a110010"), Match(1, None, "number", 100)),
        (entry(number="B7", phones=("+436641000001",)), Match(2, None, "number", 100)),
        (entry(number="A999999", phones=("+436641000001",)), Match(1, None, "phone", 95)),
        (entry(phones=("+436641000001",)), Match(1, None, "phone", 95)),
        (entry(phones=("+436641000002",)), Match(1, 12, "phone", 95)),
        (entry(phones=("+436641000001", "+436641000002")), Match(1, None, "phone", 95)),
        (entry(phones=("+436641000003",)), Match(by="ambiguous")),
        (
            entry(phones=("+436641000003",), place="Stelzhamerstr. 12a, 4400 Steyr"),
            Match(2, None, "phone", 85),
        ),
        (entry(phones=("+436649999999",)), Match()),
        (entry("Mustermann, Redtenbachergasse 3"), Match(1, None, "address", 80)),
        (entry("HK Mustermann Redtenbachergasse 3 4400 Steyr"), Match(1, None, "address", 80)),
        (entry("Simic", place="Redtenbachergasse 3/Top 5"), Match(1, 12, "address", 80)),
        (entry("Frau Mayr", place="Stelzhamer Strasse 12a"), Match(2, None, "address", 80)),
        (entry("Frau Mayr", place="Stelzhamerstraße 12"), Match()),
        (entry("Frau Mayr", place="Redtenbachergasse 3"), Match()),
        (entry("Kehrung", place="Redtenbachergasse 3"), Match()),
        (entry("Mustermann"), Match()),
        (entry(""), Match()),
    ],
)
def test_an_entry_finds_its_object_or_none(said: EntryText, match: Match) -> None:
    assert find_object(said, KNOWN) == match


@pytest.mark.parametrize(
    ("title", "text", "found"),
    [
        ("4711 Kehrung Huber", "", 3),
        ("4711: Huber", "", 3),
        ("Huber 4711", "", None),
        ("Kehrung", "4711", None),
        ("k-0815 Hauptkehrung", "", 4),
        ("Hauptkehrung (K-0815)", "", 4),
        ("Hauptkehrung", "Objekt K-0815, bitte läuten", 4),
        ("4711 und K-0815", "", None),
        ("47110 Kehrung", "", None),
        ("Huber, Weg 12a", "", None),
        ("", "", None),
    ],
)
def test_a_number_of_any_look_is_found_where_it_can_be_no_other_number(
    title: str, text: str, found: int | None
) -> None:
    known = Known({"4711": 3, "k-0815": 4, "12a": 5}, {}, {})
    said = EntryText("", (), "", "", (title, "4711 Steyr", text))
    assert find_object(said, known).property_id == found


HERE = Resident(1, 11, "owner", "Huber", "Hauptstraße 1", "4400")
THERE = Resident(2, 21, "owner", "Huber", "Hauptstraße 1", "4020")


@pytest.mark.parametrize(
    ("residents", "place", "match"),
    [
        ([HERE], "Hauptstraße 1, 4020 Linz", Match()),
        ([HERE], "Hauptstraße 1 4020 Linz", Match()),
        ([HERE], "Hauptstraße 1, A-4400 Steyr", Match(1, None, "address", 80)),
        ([HERE], "Hauptstraße 1", Match(1, None, "address", 80)),
        ([HERE, THERE], "Hauptstraße 1, 4020 Linz", Match(2, None, "address", 80)),
        ([HERE, THERE], "Hauptstraße 1", Match(by="ambiguous")),
        (
            [Resident(1, 11, "owner", "Huber", "Hauptstraße 1")],
            "Hauptstraße 1, 4020 Linz",
            Match(1, None, "address", 80),
        ),
    ],
)
def test_the_same_street_of_another_town_is_another_object(
    residents: list[Resident], place: str, match: Match
) -> None:
    known = Known({}, {}, {street_key("Hauptstraße 1"): residents})
    assert find_object(entry("Kehrung 2026 Huber", place=place), known) == match


def test_the_address_of_the_firm_in_the_text_is_not_that_of_the_visit() -> None:
    known = Known({}, {}, {street_key("Hauptstraße 1"): [HERE]})
    signature = "Rauchfangkehrer Probe\nRingstraße 3, 4600 Wels"
    said = EntryText("", (), "", "", ("Huber", "Hauptstraße 1", signature))
    assert find_object(said, known).property_id == 1
    elsewhere = EntryText("", (), "", "Hauptstraße 1, 4020 Linz", ("Huber Hauptstraße 1", "", signature))
    assert find_object(elsewhere, known) == Match()


@pytest.mark.parametrize(("name", "said"), [("Familie Mayr", "Familie Huber"), ("Bau GmbH", "Moser GmbH")])
def test_a_word_that_many_names_have_means_nobody(name: str, said: str) -> None:
    known = Known({}, {}, {street_key("Weg 1"): [Resident(1, 12, "party", name, "Weg 1")]})
    assert find_object(entry(said, place="Weg 1"), known) == Match()


@pytest.mark.parametrize(
    ("written", "also"),
    [
        ("Stelzhamerstraße 12a", "Stelzhamer Straße 12 A"),
        ("Stelzhamerstraße 12a", "STELZHAMERSTR. 12a"),
        ("Größtenberg 4", "Groesstenberg 4"),
        ("Am Plätzl 1", "am plätzl 1"),
    ],
)
def test_spellings_of_a_street_meet(written: str, also: str) -> None:
    assert street_key(written) == street_key(also) != ""


@pytest.mark.parametrize("street", ["", "Hauptplatz", "12", "  "])
def test_a_street_without_house_number_is_none(street: str) -> None:
    assert street_key(street) == ""


def test_entries_alike_have_one_mark_and_others_another() -> None:
    mark = mark_of("HK Mustermann", "Gasse 3", "A1", ["+431", "+432"])
    assert mark == mark_of("hk  mustermann", "gasse 3", "a 1", ["+432", "+431"])
    assert mark != mark_of("HK Mustermann", "Gasse 4", "A1", ["+431", "+432"])
    assert mark != mark_of("HK Mustermann", "Gasse 3", "A1", ["+431"])
