"""What makes a draft dear, and where it comes from (C18)."""

from __future__ import annotations

import pytest

from kehr.rules.texts.draft import Dear, dear_characters, plain_letters
from kehr.rules.texts.text import render


def dear(template: str, **values: str) -> tuple[Dear, ...]:
    return dear_characters(template, values, render(template, values).text)


def test_a_cheap_text_blames_nobody() -> None:
    assert dear("#Name, wir kommen um 10:00 Uhr: äöüß€", Name="Öhlinger") == ()


def test_the_template_is_blamed_for_what_is_typed_and_the_value_for_what_it_brings() -> None:
    typed, brought = dear("#Name – bis bald …", Name="Eva Šimić")
    assert (typed.placeholder, typed.characters, typed.cheap) == ("", ("–", "…"), "#Name - bis bald ...")
    assert (brought.placeholder, brought.characters, brought.cheap) == ("Name", ("Š", "ć"), "Eva Simic")


def test_each_says_how_many_sms_the_cheap_spelling_would_take() -> None:
    (found,) = dear("#Name " + "a" * 90, Name="Šimić")
    assert found.parts == 1
    typed, brought = dear("– #Name " + "a" * 90, Name="Šimić")
    assert (typed.parts, brought.parts) == (2, 2)


def test_a_character_without_cheap_spelling_offers_none() -> None:
    (found,) = dear("Danke 🙏")
    assert (found.characters, found.cheap) == (("🙏",), "")


def test_the_letters_of_a_placeholders_name_are_not_blamed() -> None:
    assert dear("#Name", Name="Ж") == (Dear("Name", ("Ж",), "", 1),)


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("Šárka", "Sarka"),
        ("Łukasz Đurić", "Lukasz Duric"),
        ("Öhlinger é", "Öhlinger é"),
        ("Ж", "Ж"),
        ("Nagy–Ő", "Nagy-O"),
    ],
)
def test_only_letters_that_are_dear_lose_their_marks(typed: str, plain: str) -> None:
    assert plain_letters(typed) == plain
