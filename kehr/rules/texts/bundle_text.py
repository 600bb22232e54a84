"""One text for all the messages of a bundle (C07): what it cannot be, and what somebody should see first."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from kehr.rules.terms.messages import Kind
from kehr.rules.terms.placeholders import composed
from kehr.rules.texts.text import check_template, used
from kehr.rules.texts.text_warnings import TextWarning

LONGEST_TEXT = 2000
LONGEST_SUBJECT = 300
TYPED_MOMENT, SAYS_NO_DAY = "typed_moment", "says_no_day"
"""A typed date or hour would stand in every message; without a day nobody learns the new one."""
SAYS_THE_DAY = frozenset({"Datum", "Tagwort"})
_MOMENTS = (
    r"\d{1,2}\.[ ]?\d{1,2}\.(?:\d{4}|\d{2})?",
    r"\d{1,2}\.[ ]?(?:jänner|januar|februar|feber|märz|april|mai|juni|juli|august|september|oktober|november"
    r"|dezember)",
    r"(?:[01]?\d|2[0-3])[:.][0-5]\d(?:[ ]?uhr)?",
    r"\d{1,2}[ ]?uhr",
    r"(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)",
)
_MOMENT = re.compile(rf"(?<![\w#+/.:-])(?:{'|'.join(_MOMENTS)})(?![\w:]|\.\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a text cannot leave: `place` is text or subject, `code` and `args` are for its sentence."""

    place: str
    code: str
    args: dict[str, str | int] = field(default_factory=dict)


def plain_lines(text: str) -> str:
    """The text with one sign at the end of each line, as browsers do not send it."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def faults_of(text: str, subject: str = "") -> tuple[Fault, ...]:
    """What stands against a text and a subject whoever reads them, each place once."""
    found = [] if text.strip() else [Fault("text", "text_empty")]
    for place, words, longest in (("text", text, LONGEST_TEXT), ("subject", subject, LONGEST_SUBJECT)):
        fault = _fault(place, words, longest)
        found += [fault] if fault is not None else []
    return tuple(found)


def _fault(place: str, words: str, longest: int) -> Fault | None:
    if len(words) > longest:
        return Fault(place, "too_long", {"longest": longest, "length": len(words)})
    if any(_forbidden(letter, place) for letter in words):
        return Fault(place, "forbidden_letters")
    unknown = [one for one in check_template(words) if not one.is_warning]
    if unknown:
        args: dict[str, str | int] = {"name": unknown[0].placeholder, "meant": unknown[0].suggestion}
        return Fault(place, "unknown_placeholder", args)
    return None


def _forbidden(letter: str, place: str) -> bool:
    """Whether no gateway could carry this character; a subject is one line."""
    if letter in "\n\t" and place == "text":
        return False
    return unicodedata.category(letter) in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp")


def bundle_warnings(text: str, kind: Kind) -> tuple[TextWarning, ...]:
    """What would be untrue or missing because many people with different appointments read it."""
    plain = composed(text)
    moments = tuple(dict.fromkeys(match.group() for match in _MOMENT.finditer(plain)))
    found = [TextWarning(TYPED_MOMENT, moments)] if moments else []
    if kind in (Kind.MOVED, Kind.CANCELLED) and not SAYS_THE_DAY & set(used(text)):
        found.append(TextWarning(SAYS_NO_DAY, ("#Datum",)))
    return tuple(found)
