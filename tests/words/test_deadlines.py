"""The sentences of the Fristen-Ampel."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from kehr import words
from kehr.rules.law.deadlines import Sign, Sureness
from kehr.words.deadlines import DEADLINES, SHORT, SIGNS, SURENESS

ARGS = {
    "until": "2026-03-16",
    "day": "2026-03-17",
    "done": 2,
    "parties": 3,
    "units": 10,
    "over": 2,
    "land": "Vbg",
}


@pytest.mark.parametrize("code", DEADLINES)
def test_every_deadline_reads_as_whole_german_sentences(code: str) -> None:
    said = words.told(code, ARGS, ZoneInfo("Europe/Vienna"))
    assert said.endswith(".")
    assert not [gap for gap in ("..", "…", "{", "2026-") if gap in said]
    assert SHORT[code]


def test_sentence_names_the_days_as_the_office_writes_them() -> None:
    said = words.told("deadline_part", ARGS, ZoneInfo("Europe/Vienna"))
    assert said.startswith("Nur 2 von 3 Parteien wussten den Termin bis Mo, 16.03.")


def test_every_sign_has_word_icon_and_a_mark_of_its_own() -> None:  # failures.md 20
    assert SIGNS.keys() == set(Sign) and SURENESS.keys() == set(Sureness)
    assert len({look.sign for look in SIGNS.values()}) == len(SIGNS)
    assert len({look.icon for look in SIGNS.values()}) == len(SIGNS)
    assert len({look.word for look in SIGNS.values()}) == len(SIGNS)


def test_codes_of_rule_and_words_are_the_same() -> None:
    assert SHORT.keys() == DEADLINES.keys()
