"""What a Telefon-Code is made of, and how it may be typed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kehr.rules.terms.sms import count
from kehr.rules.visits.phone_codes import (
    ALPHABET,
    CROWDED,
    STAND_IN,
    is_fit,
    length_for,
    read_code,
    rests_until,
)


def test_no_sign_of_a_code_is_mistaken_for_another_and_none_makes_words() -> None:  # C05
    assert not set("0O1I") & set(ALPHABET)
    assert not set("AEIOUY") & set(ALPHABET)
    assert len(set(ALPHABET)) == len(ALPHABET) == 28


@pytest.mark.parametrize(("code", "fit"), [("K7M", True), ("234", False), ("KLM", False), ("2B34", True)])
def test_a_code_mixes_letters_and_digits(code: str, fit: bool) -> None:
    assert is_fit(code) is fit


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("K7M", "K7M"),
        ("k7m", "K7M"),
        (" k 7-m ", "K7M"),
        ("#K7M", "K7M"),
        ("K7M2", "K7M2"),
        ("K7", ""),
        ("K7M22", ""),
        ("KLM", ""),
        ("777", ""),
        ("K0M", ""),
        ("K1M", ""),
        ("Huber", ""),
        ("", ""),
    ],
)
def test_a_code_is_read_however_it_is_typed_and_nothing_else_is(typed: str, code: str) -> None:  # C05
    assert read_code(typed) == code


def test_codes_grow_before_they_become_scarce() -> None:
    assert (length_for(0), length_for(CROWDED - 1), length_for(CROWDED)) == (3, 3, 4)


def test_a_code_rests_for_ninety_days_after_its_appointment() -> None:  # C05
    end = datetime(2026, 3, 12, 10, 0, tzinfo=UTC)
    assert rests_until(end) - end == timedelta(days=90)


def test_the_stand_in_never_makes_a_text_shorter_or_dearer_than_the_code() -> None:
    assert len(STAND_IN) > 4
    assert count("x" * 154 + STAND_IN).encoding == "GSM-7"
    assert count("x" * 154 + STAND_IN).parts == 1
