"""How long a calendar link is, and when there is none."""

from __future__ import annotations

import pytest

from kehr.models import Company
from kehr.rules.forms.settings_reader import SettingsError
from kehr.rules.forms.settings_values import MASTER_FIELDS
from kehr.rules.settings.settings_office import read_network
from kehr.rules.texts.calendar_link import ALPHABET, link_of, stand_in, token_length, why_no_link, with_link


@pytest.mark.parametrize(
    ("public_url", "length"),
    [
        ("https://t.at", 16),
        ("https://k.example.at", 16),
        ("https://" + "k" * 15, 16),
        ("https://" + "k" * 16, 15),
        ("https://" + "k" * 20, 11),
        ("https://" + "k" * 21, 10),
        ("https://" + "k" * 22, 0),
        ("https://termine.rauchfangkehrer-mustermann.example.at", 0),
    ],
)
def test_the_token_takes_the_room_that_the_address_leaves(public_url: str, length: int) -> None:  # B33
    assert token_length(public_url) == length
    link = stand_in(public_url, ())
    assert len(link) == (len(public_url) + 3 + length if length else 0) <= 42
    assert why_no_link(public_url, ()) == ("" if length else "no_room")


@pytest.mark.parametrize(
    ("public_url", "missing", "kind", "why"),
    [
        ("", (), "", "no_address"),
        ("", ("phone",), "feedback", "no_address"),
        ("https://t.at", ("phone",), "", "no_master_data"),
        ("https://t.at", (), "feedback", "afterwards"),
        ("https://t.at", (), "followup", "afterwards"),
        ("https://t.at", (), "reminder", ""),
        ("https://t.at", (), "cancelled", ""),
    ],
)
def test_why_there_is_no_link(public_url: str, missing: tuple[str, ...], kind: str, why: str) -> None:  # B33
    assert why_no_link(public_url, missing, kind) == why


@pytest.mark.parametrize(
    ("text", "brings"),
    [
        ("Termin am #Datum.", "Termin am #Datum. #Kalenderlink"),
        ("Termin am #Datum.\n", "Termin am #Datum. #Kalenderlink"),
        ("Hier: #kalenderlink Gruß", "Hier: #kalenderlink Gruß"),
        ("", ""),
        ("  ", "  "),
    ],
)
def test_a_text_brings_the_link_once(text: str, brings: str) -> None:
    assert with_link(text) == brings


def test_tokens_have_no_letters_that_look_alike() -> None:
    assert len(set(ALPHABET)) == 58 and not set(ALPHABET) & set("0OIl")
    assert link_of("https://t.at", "abc") == "https://t.at/t/abc"


def test_the_master_data_are_those_of_the_firm() -> None:
    assert MASTER_FIELDS == Company.MASTER_FIELDS


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("https://k.example.at", "https://k.example.at"),
        ("https://k.example.at/", "https://k.example.at"),
        ("https://k.example.at:8443", "https://k.example.at:8443"),
        ("http://k.example.at/x/", "http://k.example.at/x"),
        ("", ""),
    ],
)
def test_a_public_address_that_links_can_stand_under(typed: str, stored: str) -> None:  # B33
    assert read_network({"public_url": typed}).public_url == stored


@pytest.mark.parametrize(
    "typed",
    [
        *("k.example.at", "ftp://k.example.at", "https://", "https://:8443", "https://k.example.at:99999"),
        *("https://k.example.at?", "https://k.example.at?a=b", "https://k.example.at#", "https://k.at#x"),
        *(
            "https://office@k.example.at",
            "https://k example.at",
            "https://kämmer.at",
        ),
        *("javascript:alert(1)", "https://[k.at"),
    ],
)
def test_a_public_address_under_which_links_would_lead_elsewhere(typed: str) -> None:  # B33
    with pytest.raises(SettingsError) as caught:
        read_network({"public_url": typed})
    assert caught.value.key == "network.public_url" and "ist keine Webadresse" in caught.value.sentence
