"""PLZ/Ort taken apart and put together again (A06)."""

from __future__ import annotations

import pytest

from kehr.rules.terms.places import BadPlace, Place, print_place, read_place


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("A - 4400 Steyr", Place("A", "4400", "Steyr")),
        ("A - 8350 Fehring", Place("A", "8350", "Fehring")),
        ("A - 1010 Wien, Innere Stadt", Place("A", "1010", "Wien, Innere Stadt")),
        ("A - 4452 Ternberg", Place("A", "4452", "Ternberg")),
        ("D - 94032 Passau", Place("D", "94032", "Passau")),
        ("CZ - 370 01 České Budějovice", Place("CZ", "370 01", "České Budějovice")),
        ("NL - 1012 AB Amsterdam", Place("NL", "1012", "AB Amsterdam")),
        ("IRL - Dublin 2", Place("IRL", "", "Dublin 2")),
        ("SLO - 1000 Ljubljana", Place("SLO", "1000", "Ljubljana")),
    ],
)
def test_a_place_is_printed_as_it_was_typed(typed: str, place: Place) -> None:  # A06
    assert read_place(typed) == place
    assert print_place(place.country, place.postcode, place.town) == typed


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("4400 Steyr", "A - 4400 Steyr"),
        ("A-4400 Steyr", "A - 4400 Steyr"),
        ("a – 4400  Steyr", "A - 4400 Steyr"),
        ("  A -4400 Steyr ", "A - 4400 Steyr"),
        ("4591 Molln", "A - 4591 Molln"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_looser_spellings_are_printed_in_one_way(typed: str, printed: str) -> None:
    place = read_place(typed)
    assert print_place(place.country, place.postcode, place.town) == printed


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Steyr", "postcode_missing"),
        ("A - Steyr", "postcode_missing"),
        ("440 Steyr", "postcode_wrong"),
        ("44000 Steyr", "postcode_wrong"),
        ("0400 Steyr", "postcode_wrong"),
        ("4400 12 Steyr", "postcode_wrong"),
        ("A - 4400", "town_missing"),
        ("4400", "town_missing"),
        ("D - 94032", "town_missing"),
        ("4400 --", "place_unreadable"),
    ],
)
def test_what_is_no_place_is_refused(typed: str, code: str) -> None:
    with pytest.raises(BadPlace) as refused:
        read_place(typed)
    assert refused.value.code == code
