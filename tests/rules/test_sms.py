"""Counting and cutting of SMS."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehr.rules.terms.sms import GSM_7, UCS_2, Expensive, cheap_spelling, compose, count, split


@pytest.mark.parametrize(
    ("text", "encoding", "units", "parts"),
    [
        ("", GSM_7, 0, 0),
        ("a", GSM_7, 1, 1),
        ("a" * 160, GSM_7, 160, 1),
        ("a" * 161, GSM_7, 161, 2),
        ("a" * 306, GSM_7, 306, 2),
        ("a" * 307, GSM_7, 307, 3),
        ("ä" * 160, GSM_7, 160, 1),
        ("a\u0308" * 160, GSM_7, 160, 1),
        ("€" * 80, GSM_7, 160, 1),
        ("€" * 81, GSM_7, 162, 2),
        ("€" * 152, GSM_7, 304, 2),
        ("€" * 153, GSM_7, 306, 3),
        ("a\r\n" * 80, GSM_7, 160, 1),
        ("š" * 70, UCS_2, 70, 1),
        ("š" * 71, UCS_2, 71, 2),
        ("š" * 134, UCS_2, 134, 2),
        ("š" * 135, UCS_2, 135, 3),
        ("🔥" * 35, UCS_2, 70, 1),
        ("🔥" * 36, UCS_2, 72, 2),
        ("🔥" * 66, UCS_2, 132, 2),
        ("🔥" * 67, UCS_2, 134, 3),
        ("a" * 70 + "…", UCS_2, 71, 2),
    ],
)
def test_failure_10_text_is_counted_as_phones_do(
    text: str, encoding: str, units: int, parts: int
) -> None:  # C18
    counted = count(text)
    assert (counted.encoding, counted.units, counted.parts) == (encoding, units, parts)


@pytest.mark.parametrize("character", "äöüÄÖÜß§@£$¥èéùìòÇØøÅå_ÆæÉ¤¡Ñ¿ñàΔΦΓΛΩΠΨΣΘΞ\n\r #'\"")
def test_failure_10_these_characters_cost_one_septet(character: str) -> None:
    assert (count(character).encoding, count(character).units) == (GSM_7, 1)


@pytest.mark.parametrize("character", "€[]{}\\^~|\f")
def test_failure_10_these_characters_cost_two_septets(character: str) -> None:
    assert (count(character).encoding, count(character).units) == (GSM_7, 2)


@pytest.mark.parametrize("character", "„“”‘’–—…•°²½´`\t\u00a0ẞçáíóúčšćőŠřž🔥")
def test_failure_10_these_characters_make_the_whole_text_ucs_2(character: str) -> None:
    counted = count("Kehrtermin " + character)
    assert counted.encoding == UCS_2
    assert [one.character for one in counted.expensive] == [character]


def test_dear_characters_are_named_with_their_place_in_the_composed_text() -> None:  # C18
    text = "Gru\u0308ber und Eva S\u030cimic\u0301 🔥"
    assert count(text).expensive == (
        Expensive("Š", "U+0160", 15),
        Expensive("ć", "U+0107", 19),
        Expensive("🔥", "U+1F525", 21),
    )
    assert compose(text)[15] == "Š"


@pytest.mark.parametrize(
    ("typed", "cheap"),
    [
        ("„Grüß Gott“, »ja« ”so“", '"Grüß Gott", "ja" "so"'),
        ("geht’s ‚so‘ ´a` auch", "geht's 'so' 'a' auch"),
        ("8–10 — ok…", "8-10 - ok..."),
        ("10\u00a0Uhr\u202f30\tMin", "10 Uhr 30 Min"),
        ("• GROẞ", "- GROSS"),
        ("Kehr\u200btermin\ufeff \u00ad!", "Kehrtermin !"),
        ("Eva Šimić", "Eva Šimić"),
        ("a\u0308\r\nb", "ä\nb"),
        ("5 € [ok]", "5 € [ok]"),
        ("20°", "20°"),
    ],
)
def test_cheap_spelling_replaces_typography_and_leaves_names_alone(typed: str, cheap: str) -> None:  # C18
    assert cheap_spelling(typed) == cheap


def test_part_never_ends_between_escape_and_its_character() -> None:
    assert [len(part) for part in split("a" * 152 + "€" + "b" * 100)] == [152, 101]


def test_part_never_ends_inside_a_surrogate_pair() -> None:
    assert [len(part) for part in split("š" * 66 + "🔥" + "š" * 30)] == [66, 31]


_TEXTS = st.one_of(
    st.text(max_size=400),
    st.text(alphabet="abc €[]ä\n", max_size=700),
    st.text(alphabet="abš🔥a\u0308", max_size=300),
)


@given(_TEXTS)
def test_parts_joined_are_the_text_and_each_part_fits(text: str) -> None:
    parts, counted = split(text), count(text)
    assert "".join(parts) == compose(text)
    assert len(parts) == counted.parts
    several = len(parts) > 1
    if counted.encoding == GSM_7:
        sizes = [sum(2 if c in "€[]{}\\^~|\f" else 1 for c in part) for part in parts]
        assert all(0 < size <= (153 if several else 160) for size in sizes)
    else:
        sizes = [len(part.encode("utf-16-be")) // 2 for part in parts]
        assert all(0 < size <= (67 if several else 70) for size in sizes)
    assert sum(sizes) == counted.units


@given(_TEXTS)
def test_cheap_spelling_brings_no_new_dear_character_and_is_stable(text: str) -> None:
    cheap = cheap_spelling(text)
    assert cheap_spelling(cheap) == cheap
    assert {one.character for one in count(cheap).expensive} <= {
        one.character for one in count(text).expensive
    }
