"""One text for many: what it cannot be, and what is said about it before it leaves."""

from __future__ import annotations

import pytest

from kehr.rules.terms.messages import Kind
from kehr.rules.texts.bundle_text import (
    LONGEST_SUBJECT,
    LONGEST_TEXT,
    SAYS_NO_DAY,
    TYPED_MOMENT,
    bundle_warnings,
    faults_of,
)

GOOD = "Neuer Termin: #Wochentag, #Datum um #Uhrzeit. #Firma"


# C07
@pytest.mark.parametrize(
    ("text", "subject", "found"),
    [
        (GOOD, "", []),
        (GOOD, "Neu am #Datum", []),
        (f"{GOOD}\nZweite Zeile\tmit Tabulator 😀", "", []),
        ("", "", [("text", "text_empty")]),
        (" \n\t ", "", [("text", "text_empty")]),
        ("", "x" * (LONGEST_SUBJECT + 1), [("text", "text_empty"), ("subject", "too_long")]),
        ("x" * LONGEST_TEXT, "y" * LONGEST_SUBJECT, []),
        ("x" * (LONGEST_TEXT + 1), "", [("text", "too_long")]),
        ("Am #Dattum um #Uhrzeit", "", [("text", "unknown_placeholder")]),
        (GOOD, "#Quatsch", [("subject", "unknown_placeholder")]),
        ("Neu\x00 am #Datum", "", [("text", "forbidden_letters")]),
        ("Neu\x07 am #Datum", "", [("text", "forbidden_letters")]),
        ("Neu\ue000 am #Datum", "", [("text", "forbidden_letters")]),
        ("Neu\ud800 am #Datum", "", [("text", "forbidden_letters")]),
        (GOOD, "zwei\nZeilen", [("subject", "forbidden_letters")]),
        ("#keinsms steht im Kalender, am #Datum", "", []),
    ],
)
def test_what_a_text_for_all_cannot_be(text: str, subject: str, found: list[tuple[str, str]]) -> None:
    assert [(fault.place, fault.code) for fault in faults_of(text, subject)] == found


def test_an_unknown_placeholder_names_the_one_that_was_meant() -> None:
    (fault,) = faults_of("Am #Dattum")
    assert fault.args == {"name": "#Dattum", "meant": "#Datum"}


# C07
@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GOOD, ()),
        ("Neu am 12.03. um #Uhrzeit, #Datum", ("12.03.",)),
        ("Neu am 12. 3.2026, #Datum", ("12. 3.2026",)),
        ("Neu am 12. März, #Datum", ("12. März",)),
        ("Neu am #Datum um 14:30 Uhr", ("14:30 Uhr",)),
        ("Neu am #Datum um 14 Uhr", ("14 Uhr",)),
        ("Neu am Montag, #Datum", ("Montag",)),
        ("Neu am MONTAG, #Datum, Montag um 8.15", ("MONTAG", "Montag", "8.15")),
        ("#Wochentag, #Datum: Rückfragen +43 7252 12345 oder 07252/12.345", ()),
        ("#Datum, Redtenbachergasse 3/14, Top 2.1", ()),
        ("#Datum, https://k.example.at/12:30", ()),
        ("#Datum. Wir rechnen 120 Minuten, 24/7 erreichbar", ()),
    ],
)
def test_a_typed_moment_would_stand_in_every_message(text: str, words: tuple[str, ...]) -> None:
    found = [one.words for one in bundle_warnings(text, Kind.MOVED) if one.code == TYPED_MOMENT]
    assert found == ([words] if words else [])


@pytest.mark.parametrize(
    ("text", "kind", "warned"),
    [
        ("Ihr Termin ist verschoben.", Kind.MOVED, True),
        ("Ihr Termin entfällt.", Kind.CANCELLED, True),
        ("Ihr Termin war am #AltesDatum", Kind.MOVED, True),
        ("Ihr Termin ist nun #Tagwort", Kind.MOVED, False),
        ("Ihr Termin ist nun am #datum", Kind.MOVED, False),
        ("Danke!", Kind.FEEDBACK, False),
    ],
)
def test_who_is_not_told_the_day_does_not_know_it(text: str, kind: Kind, warned: bool) -> None:  # C07
    assert (SAYS_NO_DAY in [one.code for one in bundle_warnings(text, kind)]) is warned
