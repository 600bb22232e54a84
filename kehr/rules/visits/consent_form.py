"""The consent form: what it says, what its QR code carries, and which day may stand on it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from urllib.parse import quote, unquote

WORDING = "2026-2"
"""The version that new forms carry and that is read out on the telephone."""
WORDINGS: dict[str, str] = {
    "2026-1": (
        "Ich bin einverstanden, dass {firm} mich über Termine an diesem Objekt (Kehrungen, Überprüfungen und "
        "andere Arbeiten) per SMS oder E-Mail verständigt, und zwar unter den Nummern und Adressen, die ich "
        "angekreuzt habe. Ich bin auch einverstanden, dass die dafür nötigen Daten (Nummer oder "
        "E-Mail-Adresse, Name, Adresse des Objekts, Tag und Art der Arbeit) an den Dienst weitergegeben "
        "werden, der die Nachrichten zustellt (SMS-Gateway oder E-Mail-Dienst).\n"
        "Die Einwilligung ist freiwillig. Ich kann sie für jede Nummer und jede Adresse jederzeit "
        "widerrufen, telefonisch, schriftlich oder persönlich bei {firm}; ab dann kommt dorthin nichts mehr. "
        "Was nicht angekreuzt ist, bleibt, wie es war."
    ),
    "2026-2": (
        "Ich bin einverstanden, dass {firm} mich über Termine an diesem Objekt (Kehrungen, Überprüfungen "
        "und andere Arbeiten) per SMS oder E-Mail verständigt, und zwar unter den Nummern und Adressen, "
        "bei denen ich »Termine« angekreuzt habe. Nur dort, wo ich auch »Rückfragen« angekreuzt habe, darf "
        "{firm} mich nach einem Besuch fragen, ob ich zufrieden war. Ich bin auch einverstanden, dass die "
        "dafür nötigen Daten (Nummer oder E-Mail-Adresse, Name, Adresse des Objekts, Tag und Art der "
        "Arbeit) an den Dienst weitergegeben werden, der die Nachrichten zustellt (SMS-Gateway oder "
        "E-Mail-Dienst).\n"
        "Die Einwilligung ist freiwillig. Ich kann sie für jede Nummer und jede Adresse, für Termine und "
        "für Rückfragen, jederzeit widerrufen, telefonisch, schriftlich oder persönlich bei {firm}; ab "
        "dann kommt dorthin nichts mehr davon. Was nicht angekreuzt ist, bleibt, wie es war."
    ),
}
"""What people agreed to, by version. A text never changes; a new one gets a new version."""

WITHOUT_QUESTIONS = frozenset({"2026-1"})
"""The versions that ask for appointments only."""

EARLIEST = date(2000, 1, 1)
MOST_NOTE = 500
_MARK = "KEHRBOTE"
_LAYOUT = "1"
_CHECK_DIGITS = 8
_DAYS = (
    (re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"), (0, 1, 2)),
    (re.compile(r"([0-9]{1,2})\. ?([0-9]{1,2})\. ?([0-9]{4}|[0-9]{2})"), (2, 1, 0)),
)


@dataclass(frozen=True, slots=True)
class FormMark:
    """What the QR code of a form says: which wording, which object, which flat (both as compared)."""

    wording: str
    number_key: str
    unit_key: str = ""


class FormTrouble(StrEnum):
    """Why a picture does not file itself."""

    UNREADABLE = "unreadable"
    FOREIGN = "foreign"
    SEVERAL = "several"
    NEWER = "newer"
    UNKNOWN_OBJECT = "unknown_object"


class DayTrouble(StrEnum):
    """Why a typed day is none that a paper can carry."""

    MISSING = "day_missing"
    UNREADABLE = "day_unreadable"
    FUTURE = "day_future"
    ANCIENT = "day_ancient"


class WrongDay(ValueError):
    """A typed day that cannot be taken; `trouble` says why."""

    def __init__(self, trouble: DayTrouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble


def wording_text(version: str, firm: str) -> str:
    """The sentences of a version with the firm's name, empty for one that is no form's."""
    return WORDINGS.get(version, "").replace("{firm}", firm)


def encode_mark(mark: FormMark) -> str:
    """The text of the QR code: plain ASCII, ending in digits that show when it was misread."""
    parts = [_MARK, _LAYOUT, mark.wording, quote(mark.number_key, safe=""), quote(mark.unit_key, safe="")]
    body = "/".join(parts)
    return f"{body}/{_check(body)}"


def read_marks(texts: Sequence[str]) -> FormMark | FormTrouble:
    """What the QR codes of one sheet say together; foreign ones beside ours are passed over."""
    found = {mark for text in texts if isinstance(mark := _read(text), FormMark)}
    if len(found) == 1:
        return found.pop()
    if found:
        return FormTrouble.SEVERAL
    if any(_read(text) is FormTrouble.NEWER for text in texts):
        return FormTrouble.NEWER
    return FormTrouble.FOREIGN if texts else FormTrouble.UNREADABLE


def _read(text: str) -> FormMark | FormTrouble:
    body, _, check = text.strip().rpartition("/")
    mark, *parts = body.split("/")
    if mark != _MARK or not parts or check != _check(body):
        return FormTrouble.FOREIGN
    if parts[0] != _LAYOUT or len(parts) != 4:
        return FormTrouble.NEWER
    wording, number_key, unit_key = parts[1:]
    if wording not in WORDINGS:
        return FormTrouble.NEWER
    return FormMark(wording, unquote(number_key), unquote(unit_key))


def _check(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:_CHECK_DIGITS]


def read_day(typed: str, today: date) -> date:
    """A day as people write it, 01.03.2026 or 2026-03-01, not after today. Raises WrongDay."""
    text = typed.strip()
    if not text:
        raise WrongDay(DayTrouble.MISSING)
    day = next((day for pattern, order in _DAYS if (day := _day(pattern.fullmatch(text), order))), None)
    if day is None:
        raise WrongDay(DayTrouble.UNREADABLE)
    if day > today:
        raise WrongDay(DayTrouble.FUTURE)
    if day < EARLIEST:
        raise WrongDay(DayTrouble.ANCIENT)
    return day


def _day(found: re.Match[str] | None, order: tuple[int, int, int]) -> date | None:
    if found is None:
        return None
    year, month, day = (int(found.groups()[place]) for place in order)
    try:
        return date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return None


def revives(given_on: date | None, withdrawn_on: date | None) -> bool:
    """Whether a consent of this day would bring back what was withdrawn later than it was given."""
    return given_on is not None and withdrawn_on is not None and given_on < withdrawn_on
