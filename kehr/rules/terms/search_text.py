"""What the search compares: folded words, and telephone digits in whatever spelling they were typed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

import phonenumbers as library

from kehr.rules.terms.phones import BadNumber, normalise

LONGEST = 100
"""How many characters of a search are read, and at most so many terms of it are `MOST_TERMS`."""
MOST_TERMS = 8
EVERYTHING = "*"
"""The search text that means every object."""

_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "a", "œ": "o", "þ": "th", "ı": "i"})
_UMLAUT = re.compile(r"([aou])e")
_STREET = re.compile(r"stra(?:ss|s)?(?= |$)")
_APART = re.compile(r"[^\w]+|_+")
_EXTENSION = re.compile(r"\d\s?[-/]\s?\d{1,4}$")
_MOBILE_ABROAD = re.compile(r"436\d{8,11}")
"""An Austrian mobile number whose + was left out."""
_TRUNK = re.compile(r"\(\s*0\s*\)")


@dataclass(frozen=True, slots=True)
class Term:
    """One part of a search: all its words stand in a line, or else its digits in one of the numbers.

    `digits` empty means that no number is meant; `from_start` that a number begins with them.
    """

    words: tuple[str, ...]
    digits: str = ""
    from_start: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A search, read: every term must fit. `number` is the text as it may be an object number.

    `email` holds what was typed with an @ in it, in small letters.
    """

    terms: tuple[Term, ...] = ()
    number: str = ""
    email: str = ""
    everything: bool = False

    def __bool__(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.terms or self.email or self.everything)


def fold(text: str) -> str:
    """Small letters without accents or signs, words apart by one space.

    Müller, Mueller and MULLER are one, and so are Bahnhofstraße, Bahnhofstrasse and Bahnhofstr.
    """
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    plain = _UMLAUT.sub(r"\1", plain).replace("strasse", "str")
    return " ".join(_APART.split(plain)).strip()


def line_of(number: str, words: Iterable[str]) -> str:
    """The folded text of one search line: the object number in both its forms, then the words."""
    folded = fold(number)
    squeezed = folded.replace(" ", "")
    parts = [folded, squeezed if squeezed != folded else "", fold(" ".join(words))]
    return " ".join(part for part in parts if part)


def digits_of(number: str) -> str:
    """The digits of a telephone number without country code or leading zero, however it was typed."""
    return _phone(number)[0]


def numbers_line(numbers: Iterable[str], longest: int = 200) -> str:
    """The digits of a line: a space in front of each number, so that its beginning can be looked for."""
    found = dict.fromkeys(digits for number in numbers if (digits := digits_of(number)))
    line = ""
    for digits in found:
        if len(line) + len(digits) + 1 <= longest:
            line += f" {digits}"
    return line


def read_query(text: str) -> Query:
    """What somebody typed into a search box. Neighbouring groups of digits may be one number:
    `664/100 00 01`, `+43 664 1000001` and `0043664 1000001` all ask for `6641000001`.
    """
    text = " ".join(text[:LONGEST].split())
    if text == EVERYTHING:
        return Query(everything=True)
    email = next((word.lower() for word in text.split() if "@" in word), "")
    words = [word for word in text.split() if "@" not in word]
    terms: list[Term] = []
    run: list[str] = []
    for word in words:
        if _is_digits(word) or (run and not fold(word)):
            run.append(word)
            continue
        terms += _number_term(run)
        run = []
        terms += [Term((_unfinished(folded),)) for folded in fold(word).split()]
    terms += _number_term(run)
    return Query(tuple(terms[:MOST_TERMS]), "" if email else text, email)


def _is_digits(word: str) -> bool:
    return any(c.isdecimal() for c in word) and not any(c.isalpha() for c in word)


def _number_term(run: list[str]) -> list[Term]:
    if not run:
        return []
    words = tuple(fold(" ".join(run)).split())
    digits, from_start = _asked(" ".join(run))
    enough = len(digits) >= (2 if from_start else 3)
    return [Term(words, digits if enough else "", from_start and enough)]


def _unfinished(word: str) -> str:
    """A word that is still being typed: `bahnhofstras` looks for `bahnhofstr`."""
    return _STREET.sub("str", word)


def _asked(typed: str) -> tuple[str, bool]:
    """`_phone` of what somebody looks for: lines hold a number without its extension."""
    if _EXTENSION.search(typed):
        with suppress(BadNumber):
            typed = normalise(typed).e164
    return _phone(typed)


def _phone(typed: str) -> tuple[str, bool]:
    """The digits of a number without country code or leading zero, and whether its beginning is known."""
    abroad = typed.lstrip(" (").startswith("+")
    digits = "".join(str(int(c)) for c in _TRUNK.sub("", typed) if c.isdecimal())
    if digits.startswith("00") and not abroad:
        abroad, digits = True, digits[2:]
    if _MOBILE_ABROAD.fullmatch(digits):
        abroad = True
    if abroad:
        return _without_country(digits).lstrip("0"), True
    return digits.lstrip("0"), digits.startswith("0")


def _without_country(digits: str) -> str:
    for length in (1, 2, 3):
        if digits[:length] and int(digits[:length]) in library.COUNTRY_CODE_TO_REGION_CODE:
            return digits[length:]
    return digits
