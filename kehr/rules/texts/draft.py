"""What the text editor says about a draft: what makes it dear, and which words will not stay true."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from kehr.rules.terms.placeholders import marks
from kehr.rules.terms.sms import cheap_spelling, compose, count


@dataclass(frozen=True, slots=True)
class Dear:
    """Characters that turn an SMS into UCS-2, and where they come from.

    `placeholder` is empty for the template itself. `cheap` is the part of the text in a spelling without
    them (the whole template, or the value of the placeholder); empty when there is none. `parts` is the
    count of SMS that spelling would save down to.
    """

    placeholder: str
    characters: tuple[str, ...]
    cheap: str
    parts: int


def dear_characters(template: str, values: Mapping[str, str | None], rendered: str) -> tuple[Dear, ...]:
    """Where the dear characters of a rendered text come from, the template first (C18)."""
    left = list(dict.fromkeys(one.character for one in count(rendered).expensive))
    found: list[Dear] = []
    composed = compose(template)
    fixed = _without_placeholders(composed)
    origins = [("", composed, fixed), *((name, value, value) for name, value in values.items() if value)]
    for name, whole, searched in origins:
        here = tuple(character for character in left if character in searched)
        if not here:
            continue
        left = [character for character in left if character not in here]
        cheap = cheap_spelling(whole) if not name else plain_letters(whole)
        better = rendered.replace(whole, cheap) if name else _cheapened(rendered, here)
        found.append(Dear(name, here, cheap if cheap != whole else "", count(better).parts))
    return tuple(found)


def _without_placeholders(template: str) -> str:
    """The typed text alone, so that no placeholder's name is blamed."""
    pieces, last = [], 0
    for mark in marks(template):
        pieces.append(template[last : mark.start])
        last = mark.end
    return "".join([*pieces, template[last:]])


def _cheapened(rendered: str, characters: tuple[str, ...]) -> str:
    for character in characters:
        rendered = rendered.replace(character, cheap_spelling(character))
    return rendered


def plain_letters(text: str) -> str:
    """The text with letters that GSM-7 lacks written without their marks: Šimić becomes Simic."""
    return "".join(_plain(character) for character in cheap_spelling(text))


def _plain(character: str) -> str:
    if not count(character).expensive:
        return character
    bare = _BARE.get(character) or "".join(
        one for one in unicodedata.normalize("NFKD", character) if not unicodedata.combining(one)
    )
    return bare if bare and not count(bare).expensive else character


_BARE = {"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "œ": "oe", "Œ": "OE"}
"""Letters whose stroke or shape is no mark of its own."""
