"""Where digits in a running text may be a phone number: dates, bank accounts and their like are none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_MASK = "\x00"
_NO_PHONE = re.compile(
    r"""[^\s@<>,;:()/|]{1,64}@[^\s@<>,;:()/|]{1,255}              # e-mail address
      | \b(?:https?|webcal)://[^\s,;]+
      | \b[A-Z]{2}\d{2}(?:[ ]?\d{4}){4}(?:[ ]?\d{1,4})?\b       # IBAN
      | (?<![\d/])(?<!\d[.-])\d{1,2}\.[ ]?(?:0?[1-9]|1[0-2])\.(?:[ ]?(?:19|20)?\d{2})?(?!\d|[./]\d)
      | (?<![\d./-])\d{1,2}/(?:0?[1-9]|1[0-2])/(?:19|20)\d{2}(?!\d)
      | (?<![\d./-])(?:19|20)\d{2}-\d{2}-\d{2}(?!\d)
      | (?<!\d)(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:19|20)\d{2}(?!\d)
      | (?<!\d)\d{1,2}:\d{2}(?::\d{2})?(?!\d)
      | (?<![\d./-])\d{1,2}(?:\.\d{2})?\s*[-–]\s*\d{1,2}(?:\.\d{2})?(?=\s*(?:Uhr|h\b))
      | (?<![\d./-])\d{1,2}\.\d{2}\s*[-–]\s*\d{1,2}\.\d{2}(?!\d)
      | (?<![\d./-])\d{1,2}(?:\.\d{2})?(?=\s*(?:Uhr|h\b))
      | \b(?:(?:Rechnung|Auftrag|Objekt|Beleg)s?(?:[-. ]?(?:nr|nummer|no))?
             |Kunden?[-. ]?(?:nr|nummer|no))[.:\#]?[ ]?\d+(?![ ]?[\d/-])
    """,
    re.VERBOSE | re.IGNORECASE,
)
_OBJECT_NUMBER = re.compile(r"(?<![^\W\d_])[A-Z]{1,2}(?=\d)(?!06[4-9]\d)")
_DIGITS = re.compile(r"\+\s?\d+|\d+")
_BETWEEN = re.compile(r"[ \t/()\[\].-]{0,7}")
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u00a0\u2007\u2009\u202f\u200b\u2060\ufeff", " "),
        **dict.fromkeys("‐‑‒–—−", "-"),
        "＋": "+",
    }
)


@dataclass(frozen=True, slots=True)
class Group:
    """A group of digits in the text; `gap` is what stands between it and the group before."""

    digits: str
    start: int
    end: int
    gap: str

    @property
    def opens(self) -> bool:
        """Whether a number may begin here."""
        return self.digits.startswith(("+", "0"))


def plain_spelling(text: str) -> str:
    """The text with plain spaces, hyphens and plus signs, each character in its old place."""
    return text.translate(_PLAIN)


def digit_runs(plain: str) -> Iterator[list[Group]]:
    """Groups of digits with nothing but spaces and phone punctuation between them."""
    masked = _NO_PHONE.sub(lambda match: _MASK * len(match.group()), plain)
    objects = {match.end() for match in _OBJECT_NUMBER.finditer(masked)}
    run: list[Group] = []
    for match in _DIGITS.finditer(masked):
        gap = masked[run[-1].end : match.start()] if run else ""
        if run and not _BETWEEN.fullmatch(gap):
            yield run
            run, gap = [], ""
        if not run and match.start() in objects:
            continue
        run.append(Group(re.sub(r"\s", "", match.group()), match.start(), match.end(), gap))
    if run:
        yield run
