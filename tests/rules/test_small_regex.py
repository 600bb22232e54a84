"""Patterns that offices type: the same findings as Python's own, in time that the text alone decides."""

from __future__ import annotations

import re

import pytest

from kehr.rules.gateways.small_regex import LONGEST_TEXT, Found, Pattern, PatternError

SAME = [
    ("OK", "status: OK 5"),
    ("^OK", "status: OK"),
    ("^OK$", "OK"),
    ("^OK$", "OK\n"),
    (r"id=(\d+)", "OK id=4711;"),
    (r'"id"\s*:\s*"([^"]+)"', '{"id" : "ab-12", "x": 1}'),
    (r"<id>(.*?)</id>", "<id>1</id><id>2</id>"),
    (r"<id>(.*)</id>", "<id>1</id><id>2</id>"),
    (r"a.c", "a\nc"),
    (r"(?:ab|a)(c|bcd)", "abcd"),
    (r"(a|ab)(c|bcd)", "abcd"),
    (r"(a*)b", "aaab"),
    (r"x?y{2,3}z", "xyyyyz"),
    (r"y{2}", "y yy"),
    (r"y{2,}", "yyyy"),
    (r"[^a-c\]]+", "abc]xyz"),
    (r"[]x]+", "a]x]"),
    (r"\.\(\)", "a.()"),
    (r"\D\w\S", "1 a-"),
    (r"(?:(a)|b)", "b"),
    ("", "abc"),
    ("ü+", "Grüüße"),
    ("nix", "abc"),
]


@pytest.mark.parametrize(("pattern", "text"), SAME)
def test_a_pattern_finds_what_it_always_finds(pattern: str, text: str) -> None:
    whole = re.search(pattern.replace("$", r"\Z"), text, re.DOTALL)
    found = Pattern(pattern).search(text)
    assert (found is None) == (whole is None)
    if whole is not None and found is not None:
        group = whole[1] if whole.re.groups and whole[1] is not None else whole[0]
        assert found == Found(whole[0], group)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("(", "Klammer )"),
        (")", "zu viel"),
        ("[a", "Klammer ]"),
        ("*a", "nichts, das sich wiederholt"),
        ("a**", "zwei Wiederholungen"),
        ("a{3,2}", "die größere"),
        ("a{251}", "zu groß"),
        ("(?:a{200}){200}", "zu groß"),
        ("[z-a]", "nicht zu verstehen"),
        ("[[a]", "nicht zu verstehen"),
        (r"(a)\1", r"\1 gibt es"),
        (r"\bOK", r"\b gibt es"),
        ("a\\", "gibt es im Suchmuster nicht"),
        ("(?=a)", "nur (?: … )"),
        ("(?P<id>a)", "nur (?: … )"),
        ("a" * 201, "201 Zeichen, höchstens 200"),
    ],
)
def test_what_is_not_understood_is_refused_with_a_sentence(pattern: str, words: str) -> None:
    with pytest.raises(PatternError) as refused:
        Pattern(pattern)
    assert words in str(refused.value)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)*b", "a*a*a*a*b", "(.*)(.*)(.*)x", "(?:a?){40}a{40}b"])
def test_failure_17_no_pattern_runs_away(pattern: str) -> None:
    assert Pattern(pattern).search("a" * 10_000 + "c") is None


def test_what_lies_behind_64_kilobytes_is_not_looked_at() -> None:
    assert Pattern("x").search("a" * LONGEST_TEXT + "x") is None
    assert Pattern("x").search("a" * (LONGEST_TEXT - 1) + "x") == Found("x", "x")
