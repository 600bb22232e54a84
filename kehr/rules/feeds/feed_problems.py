"""What can be wrong in one event of a feed, and the sentences an office reads about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class ProblemCode(StrEnum):
    """Why an event could not be read, or was read differently from what it says."""

    NO_START = "no_start"
    START_UNREADABLE = "start_unreadable"
    END_UNREADABLE = "end_unreadable"
    END_BEFORE_START = "end_before_start"
    UNKNOWN_ZONE = "unknown_zone"
    RULE_UNREADABLE = "rule_unreadable"
    RULE_REFUSED = "rule_refused"
    DATES_UNREADABLE = "dates_unreadable"
    RECURRENCE_ID_UNREADABLE = "recurrence_id_unreadable"
    TOO_LONG = "too_long"
    TOO_BIG = "too_big"
    BROKEN = "broken"


LOST = frozenset(
    {
        ProblemCode.NO_START,
        ProblemCode.START_UNREADABLE,
        ProblemCode.TOO_LONG,
        ProblemCode.TOO_BIG,
        ProblemCode.BROKEN,
    }
)
"""After these the event gives no appointment: what was known of it before still counts."""


@dataclass(frozen=True, slots=True)
class FeedProblem:
    """One thing wrong with the events of one UID; `detail` is the text in the feed that caused it."""

    uid: str
    code: ProblemCode
    detail: str = ""


Note = Callable[[ProblemCode, str], None]
"""Takes down a problem of the UID at hand."""

_SENTENCES: dict[ProblemCode, str] = {
    ProblemCode.NO_START: "Der Eintrag hat keinen Beginn und wird ausgelassen. Bitte im Kalender ergänzen.",
    ProblemCode.START_UNREADABLE: "Der Beginn „{detail}“ ist nicht lesbar, der Eintrag wird ausgelassen.",
    ProblemCode.END_UNREADABLE: "Das Ende „{detail}“ ist nicht lesbar. Der Beginn gilt.",
    ProblemCode.END_BEFORE_START: "Das Ende „{detail}“ liegt vor dem Beginn. Der Beginn gilt.",
    ProblemCode.UNKNOWN_ZONE: "Die Zeitzone „{detail}“ ist unbekannt. Es gilt die Ortszeit des Büros.",
    ProblemCode.RULE_UNREADABLE: (
        "Die Wiederholung „{detail}“ ist nicht lesbar. Nur der erste Termin der Serie zählt."
    ),
    ProblemCode.RULE_REFUSED: (
        "Die Wiederholung „{detail}“ käme viel zu oft vor. Nur der erste Termin der Serie zählt."
    ),
    ProblemCode.DATES_UNREADABLE: (
        "Das Datum „{detail}“ in der Liste der Ausnahmen oder Zusatztermine ist nicht lesbar. "
        "Bitte diese Serie im Kalender prüfen."
    ),
    ProblemCode.RECURRENCE_ID_UNREADABLE: (
        "Welchen Termin der Serie „{detail}“ ersetzt, ist nicht lesbar. Er zählt als eigener Termin."
    ),
    ProblemCode.TOO_LONG: "Die Wiederholung rechnet zu lange. Der Eintrag wird ausgelassen.",
    ProblemCode.TOO_BIG: "Der Eintrag braucht zu viel Speicher und wird ausgelassen.",
    ProblemCode.BROKEN: "Der Eintrag ist nicht lesbar ({detail}) und wird ausgelassen.",
}


def problem_sentence(problem: FeedProblem) -> str:
    """What an office reads about a problem with one event."""
    return _SENTENCES[problem.code].format(detail=problem.detail[:80])
