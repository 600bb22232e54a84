"""The search over objects, on both databases."""

from __future__ import annotations

import pytest
from flask import Flask

from kehr.actions.people.search_lines import refresh_search_lines
from kehr.actions.people.search_objects import (
    count_matching,
    find_objects,
    matching_property_ids,
    search_objects,
)
from kehr.models import SearchLine, db
from tests import builders


@pytest.fixture
def houses(app: Flask) -> None:
    own = builders.house("A110010")
    builders.person(
        own, "Mustermann", first_name="Karl", phones=["0664 1000001", "07252/72345"], fax="07252 72346"
    )
    builders.person(own, "Šimić", first_name="Eva", unit="Top 3", phones=["+49 171 1234567"])
    other = builders.house("A1100", street="Bahnhofstraße 12a", postcode="4020", town="Linz")
    builders.person(other, "Müller", emails=["Office@Example.at"])
    bare = builders.house("B 7/12", street="Weg 1", postcode="4407", town="Dietach")
    refresh_search_lines(db.session, [bare.id])
    db.session.commit()


def numbers(text: str) -> list[str]:
    return [hit.number for hit in search_objects(text, 10)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A110010", ["A110010"]),  # A04
        ("a 110010", ["A110010"]),
        ("a1100", ["A1100", "A110010"]),
        ("A11001", ["A110010"]),
        ("b7/12", ["B 7/12"]),
        ("B712", ["B 7/12"]),
        ("mustermann", ["A110010"]),
        ("karl must", ["A110010"]),
        ("must karl steyr", ["A110010"]),
        ("simic", ["A110010"]),
        ("Mueller", ["A1100"]),
        ("bahnhofstr. 12", ["A1100"]),
        ("Bahnhofstrasse", ["A1100"]),
        ("4407", ["B 7/12"]),
        ("Top 3", ["A110010"]),
        ("0664 1000001", ["A110010"]),  # A07
        ("436641000001", ["A110010"]),
        ("07252/72345-14", ["A110010"]),
        ("+43 664 1000001", ["A110010"]),
        ("0043664", ["A110010"]),
        ("664/100 00 01", ["A110010"]),
        ("00 01", ["A110010"]),
        ("1000001", ["A110010"]),
        ("0725272346", ["A110010"]),  # A08
        ("+49171", ["A110010"]),
        ("mustermann 0664", ["A110010"]),
        ("office@example", ["A1100"]),
        ("mustermann 0171", []),
        ("0641000001", []),
        ("mustermann linz", []),
        ("karl eva", []),
        ("%", []),
        ("_", []),
        ("", []),
        ("'; DROP TABLE properties; --", []),
        ("*", ["A1100", "A110010", "B 7/12"]),
    ],
)
def test_the_search_finds_what_is_meant_and_nothing_else(text: str, found: list[str], houses: None) -> None:
    assert numbers(text) == found
    assert count_matching(text) == len(found) == len(matching_property_ids(text, 10))
    assert [find_objects(text, 1, at).total for at in (0, 9)] == [len(found)] * 2


def test_a_hit_names_the_person_and_number_it_is_about(houses: None) -> None:
    (hit,) = search_objects("+49 171 123", 5)
    assert (hit.name, hit.unit, hit.phone) == ("Eva Šimić", "Top 3", "+49 171 1234567")
    (hit,) = search_objects("07252 72345", 5)
    assert (hit.name, hit.phone) == ("Karl Mustermann", "07252/72345")
    (hit,) = search_objects("steyr redtenbacher", 5)
    assert (hit.name, hit.phone) == ("Karl Mustermann", "0664 1000001")
    (hit,) = search_objects("dietach", 5)
    assert (hit.person_id, hit.name, hit.street) == (None, "", "Weg 1")


def test_the_search_can_be_paged(houses: None) -> None:
    whole = matching_property_ids("*", 10)
    assert [matching_property_ids("*", 1, at)[0] for at in range(3)] == whole
    assert len(search_objects("a", 1)) == 1


def test_refreshing_writes_one_line_a_person_and_forgets_what_is_gone(houses: None) -> None:
    ids = matching_property_ids("*", 10)
    for _ in range(2):
        refresh_search_lines(db.session, [*ids, 999])
        db.session.commit()
        assert db.session.scalar(db.select(db.func.count()).select_from(SearchLine)) == 4
    refresh_search_lines(db.session, [])
    db.session.commit()
    assert count_matching("*") == 3
