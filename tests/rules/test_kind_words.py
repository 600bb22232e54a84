"""The office's own words for the kinds of work: which are taken, and what they do to an entry."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kehr.rules.entries.kind_words import check_kind_words, kind_words_of, read_kind_words, take_words
from kehr.rules.entries.recognise import recognise, work_kind
from kehr.rules.forms.settings_reader import SettingsError, Table
from kehr.rules.terms.appointments import EntryStatus, FieldMap, Occurrence, WorkKind

WORDS = kind_words_of(
    {
        "HK": ["Kehrung groß", "Jahreskehrung", "H+K"],
        "Kehrung": ["Überprüfung", "Putztürl"],
        "Sonderarbeit": ["Hauptkehrung Büro", "C++ (alt)"],
    }
)


@pytest.mark.parametrize(
    ("title", "categories", "kind"),
    [
        ("A110010 Jahreskehrung Mustermann", (), WorkKind.MAIN_SWEEP),
        ("A110010 JAHRESKEHRUNG Mustermann", (), WorkKind.MAIN_SWEEP),
        ("Kehrung groß, Mayr", (), WorkKind.MAIN_SWEEP),
        ("Kehrung  groß, Mayr", (), WorkKind.MAIN_SWEEP),
        ("Kehrung klein, Mayr", (), WorkKind.SWEEP),
        ("Mayr", ("Jahreskehrung",), WorkKind.MAIN_SWEEP),
        ("Überprüfung Mayr", (), WorkKind.SWEEP),
        ("U\u0308berpru\u0308fung Mayr", (), WorkKind.SWEEP),
        ("Messung Mayr", (), WorkKind.SPECIAL),
        ("HK mit Überprüfung", (), WorkKind.MAIN_SWEEP),
        ("Hauptkehrung Büro", (), WorkKind.SPECIAL),
        ("Hauptkehrung Bürohaus", (), WorkKind.MAIN_SWEEP),
        ("Vorjahreskehrungen", (), WorkKind.SWEEP),
        ("H+K Mayr", (), WorkKind.MAIN_SWEEP),
        ("HHHK Mayr", (), WorkKind.SWEEP),
        ("C++ (alt) reinigen", (), WorkKind.SPECIAL),
        ("Putztürl und Sonderarbeit", (), WorkKind.SPECIAL),
        ("Mustermann", (), WorkKind.SWEEP),
    ],
)
def test_words_of_the_office_go_before_the_built_in_ones(
    title: str, categories: tuple[str, ...], kind: WorkKind
) -> None:  # A01
    assert work_kind(title, categories, WORDS) == kind


def test_a_word_of_the_office_is_no_part_of_the_name() -> None:  # A01
    start = datetime(2026, 3, 12, 8, tzinfo=UTC)
    entry = Occurrence("u", "", start, start, False, EntryStatus.CONFIRMED, "Putztürl Karl Mustermann")
    assert recognise(entry, FieldMap()).name == "Putztürl Karl Mustermann"
    assert recognise(entry, FieldMap(kind_words=WORDS)).name == "Karl Mustermann"


def test_without_words_nothing_is_taken_from_a_text() -> None:
    assert take_words("Hauptkehrung", ()) == (frozenset(), "Hauptkehrung")


@pytest.mark.parametrize(
    ("typed", "kind", "words"),
    [
        ({"HK": "x"}, "HK", "»x« ist zu kurz; ein Wort braucht mindestens 2 Zeichen."),
        ({"HK": "y" * 61}, "HK", "höchstens 60 Zeichen"),
        ({"HK": "12"}, "HK", "hat keinen Buchstaben"),
        ({"HK": ".*"}, "HK", "hat keinen Buchstaben"),
        ({"HK": "a\u200bb"}, "HK", "Steuerzeichen gehen hier nicht"),
        ({"HK": "groß", "Kehrung": "GROSS\ngroß"}, "Kehrung", "»groß« steht schon bei HK"),
        ({"HK": "Kehrung  groß", "Sonderarbeit": "kehrung groß"}, "Sonderarbeit", "steht schon bei HK"),
        (
            {"Kehrung": "\n".join(f"Wort {n}a" for n in range(200))},
            "Kehrung",
            "Höchstens 50 Wörter je Art, hier sind es 200.",
        ),
    ],
)
def test_hurting_words_are_refused_at_their_kind(typed: dict[str, str], kind: str, words: str) -> None:
    checked = check_kind_words(typed)
    assert list(checked.faults) == [kind]
    assert words in checked.faults[kind]


def test_lines_commas_blanks_and_repeats_make_one_clean_list() -> None:
    checked = check_kind_words(
        {"HK": " Jahreskehrung ,\n\n;jahreskehrung;Kehrung   groß\r\n", "Kehrung": " \n"}
    )
    assert checked.faults == {}
    assert checked.words == {"HK": ["Jahreskehrung", "Kehrung groß"]}


@pytest.mark.parametrize("pattern", ["(a+)+$", "[Kehrung", "a{99999}", "x|y", "\\bHK\\b", "(?i)alles.*"])
def test_characters_of_patterns_stand_for_themselves(pattern: str) -> None:
    words = kind_words_of(check_kind_words({"Sonderarbeit": pattern}).words)
    assert work_kind("Mayr " + "a" * 5000, (), words) == WorkKind.SWEEP
    assert work_kind(f"Mayr {pattern} Hof", (), words) == WorkKind.SPECIAL


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({"Hauptkehrung": ["x"]}, "company.kind_words.Hauptkehrung"),
        ({"HK": "Jahreskehrung"}, "company.kind_words.HK"),
        ({"HK": [""]}, "company.kind_words.HK[0]"),
        ({"HK": ["ja", 3]}, "company.kind_words.HK[1]"),
        ({"HK": ["ja", "j"]}, "company.kind_words.HK[1]"),
        ([], "company.kind_words"),
    ],
)
def test_the_settings_file_names_the_key_of_a_bad_word(data: object, key: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_kind_words(Table({"kind_words": data}, "company", ("kind_words",)))
    assert refused.value.key == key
