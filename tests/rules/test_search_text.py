"""What the search compares: folded words and telephone digits."""

from __future__ import annotations

import pytest

from kehr.rules.terms.search_text import Term, digits_of, fold, line_of, numbers_line, read_query


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Müller", "muller"),
        ("Mueller", "muller"),
        ("MU\u0308LLER", "muller"),
        ("Šimić-Ćorić", "simic coric"),
        ("Bahnhofstraße 12a", "bahnhofstr 12a"),
        ("Bahnhofstr. 12a", "bahnhofstr 12a"),
        ("Bahnhofstrasse 12 a", "bahnhofstr 12 a"),
        ("  Łukasz   Sørensen ", "lukasz sorensen"),
        ("O'Brien & Söhne", "o brien sohne"),
        ("", ""),
        (" - / ", ""),
    ],
)
def test_spellings_of_a_word_fold_to_one(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@pytest.mark.parametrize(
    "typed",
    [
        "0664 1000001",
        "0664/100 00 01",
        "06641000001",
        "+43 664 1000001",
        "+43 (0)664 1000001",
        "+43 0664 1000001",
        "0043664 1000001",
        "0043 (0) 664 1000001",
        "+436641000001",
        "436641000001",
        "43 664 1000001",
        "664/100 00 01",
    ],
)
def test_every_spelling_of_a_number_has_the_same_digits(typed: str) -> None:
    assert digits_of(typed) == "6641000001"
    query = read_query(typed)
    assert [term.digits for term in query.terms] == ["6641000001"]


def test_numbers_abroad_lose_their_country_code() -> None:
    assert digits_of("+49 171 1234567") == digits_of("0049 171 1234567") == "1711234567"
    assert digits_of("+420 601 123456") == "601123456"
    assert digits_of("keine") == ""


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("mustermann", [Term(("mustermann",))]),
        ("Eva  Šimić", [Term(("eva",)), Term(("simic",))]),
        ("A110010", [Term(("a110010",))]),
        ("0664", [Term(("0664",), "664", True)]),
        ("06", [Term(("06",))]),
        ("4400", [Term(("4400",), "4400")]),
        ("12", [Term(("12",))]),
        ("4400 Steyr 12", [Term(("4400",), "4400"), Term(("steyr",)), Term(("12",))]),
        ("Huber 0664/100", [Term(("huber",)), Term(("0664", "100"), "664100", True)]),
        ("0664 / 100", [Term(("0664", "100"), "664100", True)]),
        ("07252/53123-14", [Term(("07252", "53123", "14"), "725253123", True)]),
        ("07252/5312", [Term(("07252", "5312"), "72525312", True)]),
        ("Bahnhofstras", [Term(("bahnhofstr",))]),
        ("+43", [Term(("43",))]),
        ("%_", []),
        ("   ", []),
    ],
)
def test_a_search_is_read_into_terms(text: str, terms: list[Term]) -> None:
    query = read_query(text)
    assert list(query.terms) == terms
    assert bool(query) is bool(terms)


def test_what_is_unreadable_or_endless_costs_little() -> None:
    assert len(read_query("wort " * 1000).terms) == 8
    assert read_query("*").everything
    assert read_query("Office@Example.AT").email == "office@example.at"


def test_an_unfinished_word_is_found_in_what_it_becomes() -> None:
    line = line_of("A 11/0010", ["Bauer", "Neue Bahnhofstraße 3"])
    for word in ("Neue Bahnhofstraße", "Bauernhof"):
        for end in range(1, len(word) + 1):
            terms = read_query(word[:end]).terms
            fits = all(folded in line for term in terms for folded in term.words)
            assert fits == ("bauernho" not in word[:end].casefold() and "bauern" not in word[:end].casefold())
    assert "a110010" in line and "a 11 0010" in line


def test_a_line_holds_whole_numbers_only() -> None:
    assert numbers_line(["0664 1000001", "+43 664 1000001", "07252 12345"]) == " 6641000001 725212345"
    assert numbers_line(["0664 1000001", "07252 12345"], longest=12) == " 6641000001"
    assert numbers_line([]) == ""
