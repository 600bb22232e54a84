"""The wording, the code on the form, and the days a paper can carry."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest

from kehr.rules.visits.consent_form import (
    WORDING,
    WORDINGS,
    FormMark,
    FormTrouble,
    WrongDay,
    encode_mark,
    read_day,
    read_marks,
    revives,
    wording_text,
)

TODAY = date(2026, 3, 10)
KEPT_FOR_EVER = {"2026-1": "e2cdfb682ec5c8e4", "2026-2": "73ca247d03262e9b"}
"""What each version says, as a sum: people have signed it."""


# A14
def test_the_wording_names_the_transfer_to_the_gateway_and_the_notification() -> None:
    text = wording_text(WORDING, "Rauchfangkehrer Probe")
    for words in ("per SMS oder E-Mail verständigt", "Daten", "weitergegeben", "SMS-Gateway", "widerrufen"):
        assert words in text
    assert text.count("Rauchfangkehrer Probe") == 3 and "{" not in text
    assert wording_text("calendar", "Probe") == "" and wording_text("", "Probe") == ""


def test_a_wording_that_people_have_signed_never_changes() -> None:
    sums = {version: hashlib.sha256(text.encode()).hexdigest()[:16] for version, text in WORDINGS.items()}
    assert sums == KEPT_FOR_EVER


# C09
@pytest.mark.parametrize("unit", ["", "top3", "stiege1/top4", "top 3 & 4"])
@pytest.mark.parametrize("number", ["a110010", "b7/ä", "1", "x" * 40, "a%2f/b", "ß–č"])
def test_the_code_says_which_object_flat_and_wording_whatever_their_letters(number: str, unit: str) -> None:
    mark = FormMark(WORDING, number, unit)
    text = encode_mark(mark)
    assert text.isascii() and text.isprintable()
    assert read_marks([text]) == mark
    assert read_marks([f" {text}\n"]) == mark


OURS = encode_mark(FormMark(WORDING, "a110010"))
OTHER = encode_mark(FormMark(WORDING, "b7"))


def signed(body: str) -> str:
    """A text with the digits that fit it."""
    return f"{body}/{hashlib.sha256(body.encode()).hexdigest()[:8]}"


@pytest.mark.parametrize(
    ("texts", "trouble"),
    [
        ([], FormTrouble.UNREADABLE),
        (["https://example.at/einladung"], FormTrouble.FOREIGN),
        ([""], FormTrouble.FOREIGN),
        (["KEHRBOTE"], FormTrouble.FOREIGN),
        (["KEHRBOTE/1/2026-1/a110010//00000000"], FormTrouble.FOREIGN),
        ([OURS.replace("a110010", "a110011")], FormTrouble.FOREIGN),
        ([OURS.lower()], FormTrouble.FOREIGN),
        ([OURS[:-1]], FormTrouble.FOREIGN),
        ([OURS, OTHER], FormTrouble.SEVERAL),
        ([signed("KEHRBOTE/2/2026-1/a110010//xyz")], FormTrouble.NEWER),
        ([signed("KEHRBOTE/1/2026-1/a110010")], FormTrouble.NEWER),
        ([signed("KEHRBOTE/1/2031-4/a110010/")], FormTrouble.NEWER),
        ([signed("BOTEKEHR/1/2026-1/a110010/")], FormTrouble.FOREIGN),
    ],
)
def test_what_is_not_one_form_of_ours_is_told_apart(texts: list[str], trouble: FormTrouble) -> None:
    assert read_marks(texts) is trouble


def test_a_foreign_code_beside_ours_does_not_disturb() -> None:
    assert read_marks(["https://example.at", OURS, OURS]) == FormMark(WORDING, "a110010")


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("10.03.2026", TODAY),
        ("10.3.2026", TODAY),
        ("10.3.26", TODAY),
        ("10. 3. 2026", TODAY),
        (" 2026-03-10 ", TODAY),
        ("29.02.2024", date(2024, 2, 29)),
        ("01.01.2000", date(2000, 1, 1)),
    ],
)
def test_a_day_is_read_as_people_write_it(typed: str, day: date) -> None:
    assert read_day(typed, TODAY) == day


@pytest.mark.parametrize(
    ("typed", "trouble"),
    [
        ("", "day_missing"),
        ("  ", "day_missing"),
        ("gestern", "day_unreadable"),
        ("10.03", "day_unreadable"),
        ("10.03.026", "day_unreadable"),
        ("29.02.2025", "day_unreadable"),
        ("00.03.2026", "day_unreadable"),
        ("10.03.2026 12:00", "day_unreadable"),
        ("٠١.٠٣.٢٠٢٦", "day_unreadable"),
        ("11.03.2026", "day_future"),
        ("31.12.1999", "day_ancient"),
    ],
)
def test_other_days_are_refused_with_their_reason(typed: str, trouble: str) -> None:
    with pytest.raises(WrongDay) as wrong:
        read_day(typed, TODAY)
    assert wrong.value.trouble == trouble


@pytest.mark.parametrize(
    ("given", "withdrawn", "answer"),
    [
        (date(2026, 3, 1), date(2026, 3, 2), True),
        (date(2026, 3, 2), date(2026, 3, 2), False),
        (date(2026, 3, 3), date(2026, 3, 2), False),
        (None, date(2026, 3, 2), False),
        (date(2026, 3, 1), None, False),
    ],
)
def test_an_older_paper_revives_a_withdrawal(
    given: date | None, withdrawn: date | None, answer: bool
) -> None:
    assert revives(given, withdrawn) is answer
