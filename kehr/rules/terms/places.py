"""The line "PLZ/Ort" of an address: `A - 4400 Steyr` taken apart and put together again."""

from __future__ import annotations

import re
from dataclasses import dataclass

HOME = "A"
"""The country of a line that names none."""
_COUNTRY = re.compile(r"([^\W\d_]{1,3})\s*[-–]\s*(?=\S)")
_POSTCODE = re.compile(r"[1-9]\d{3}")
_HOME = {"A", "AT", "AUT"}


@dataclass(frozen=True, slots=True)
class Place:
    """Country sign as on cars, postcode and town; all empty when nothing is known."""

    country: str = HOME
    postcode: str = ""
    town: str = ""


class BadPlace(ValueError):
    """A line that is no place: `postcode_missing`, `postcode_wrong` (Austrian ones have four digits,
    the first not 0), `town_missing` or `place_unreadable`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_place(typed: str) -> Place:
    """Takes `A - 4400 Steyr` apart; `4400 Steyr` is in Austria. Raises BadPlace.

    Abroad everything before the first word without a digit is the postcode, and there may be none.
    """
    text = " ".join(typed.split())
    if not text:
        return Place()
    country, rest = HOME, text
    if found := _COUNTRY.match(text):
        country, rest = found[1].upper(), text[found.end() :]
    words = rest.split()
    digits = next((at for at, word in enumerate(words) if not any(c.isdecimal() for c in word)), len(words))
    postcode, town = " ".join(words[:digits]), " ".join(words[digits:])
    if country in _HOME:
        _check_home(postcode, words)
    if not any(c.isalpha() for c in town):
        raise BadPlace("place_unreadable" if town else "town_missing")
    return Place(country, postcode, town)


def _check_home(postcode: str, words: list[str]) -> None:
    if not postcode:
        raise BadPlace("postcode_missing")
    if not _POSTCODE.fullmatch(words[0]) or not words[0].isascii() or " " in postcode:
        raise BadPlace("postcode_wrong")


def print_place(country: str, postcode: str, town: str) -> str:
    """The line as it is typed: `A - 4400 Steyr`; empty when there is neither postcode nor town."""
    rest = f"{postcode} {town}".strip()
    if not rest:
        return ""
    return f"{country} - {rest}" if country else rest
