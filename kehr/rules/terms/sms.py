"""How a text is counted and cut into SMS: GSM 03.38 where it can be, UCS-2 where it must be.

The character set and the sizes 160/153 and 70/67 are those of 3GPP TS 23.038 and 23.040, with the
concatenation header of six octets.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

GSM_7 = "GSM-7"
UCS_2 = "UCS-2"

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("€[]{}\\^~|\f")
_GSM = _BASIC | _EXTENDED
_SIZES = {GSM_7: (160, 153), UCS_2: (70, 67)}

_CHEAP: dict[str, str] = {
    **dict.fromkeys("„“”‟»«", '"'),
    **dict.fromkeys("‚‘’‛´`‹›", "'"),
    **dict.fromkeys("–—‐‑‒―−•·", "-"),
    **dict.fromkeys("\u00a0\u202f\u2007\u2009\u200a\t", " "),
    **dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\ufeff", ""),
    "…": "...",
    "ẞ": "SS",
    "\u2028": "\n",
    "\u2029": "\n",
}
_CHEAP_TABLE = str.maketrans(_CHEAP)


@dataclass(frozen=True, slots=True)
class Expensive:
    """A character that GSM-7 lacks; `index` counts in the composed text."""

    character: str
    codepoint: str
    index: int


@dataclass(frozen=True, slots=True)
class SmsCount:
    """What a text costs: its encoding, units (septets or UTF-16 units), parts, and what makes it dear."""

    encoding: str
    units: int
    parts: int
    expensive: tuple[Expensive, ...]


def compose(text: str) -> str:
    """The text as it is counted and sent: letters and their marks composed (NFC), lines ended by LF."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n"))


def cheap_spelling(text: str) -> str:
    """The composed text with typography replaced by GSM-7; letters of names (Š, ć) stay as they are."""
    return compose(compose(text).translate(_CHEAP_TABLE))


def count(text: str) -> SmsCount:
    """Counts the composed text as phones do; an empty text has no part."""
    composed = compose(text)
    encoding = _encoding(composed)
    expensive = _expensive(composed) if encoding == UCS_2 else ()
    return SmsCount(encoding, _units(composed, encoding), len(split(composed)), expensive)


def _expensive(text: str) -> tuple[Expensive, ...]:
    return tuple(
        Expensive(character, f"U+{ord(character):04X}", index)
        for index, character in enumerate(text)
        if character not in _GSM
    )


def split(text: str) -> tuple[str, ...]:
    """The composed text in the parts it travels in; no character is ever cut in two."""
    composed = compose(text)
    encoding = _encoding(composed)
    single, several = _SIZES[encoding]
    if _units(composed, encoding) <= single:
        return (composed,) if composed else ()
    return tuple(_cut(composed, _sizer(encoding), several))


def _cut(text: str, size: Callable[[str], int], room: int) -> list[str]:
    parts, start, used = [], 0, 0
    for index, character in enumerate(text):
        needed = size(character)
        if used + needed > room:
            parts.append(text[start:index])
            start, used = index, 0
        used += needed
    return [*parts, text[start:]]


def _encoding(text: str) -> str:
    return GSM_7 if _GSM.issuperset(text) else UCS_2


def _units(text: str, encoding: str) -> int:
    """Septets or UTF-16 units, as `_sizer` counts them one by one."""
    if encoding == GSM_7:
        return len(text) + sum(map(text.count, _EXTENDED))
    return len(text) + sum(character > "\uffff" for character in text)


def _sizer(encoding: str) -> Callable[[str], int]:
    return _septets if encoding == GSM_7 else _utf16_units


def _septets(character: str) -> int:
    return 2 if character in _EXTENDED else 1


def _utf16_units(character: str) -> int:
    return 2 if ord(character) > 0xFFFF else 1
