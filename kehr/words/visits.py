"""How the day list says that somebody was told, with signs for black and white paper."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ToldWord:
    """Word, Bootstrap icon, tone and the sign on paper."""

    word: str
    icon: str
    tone: str
    sign: str


TOLD: dict[str, ToldWord] = {
    "delivered": ToldWord("zugestellt", "check-all", "green", "✓✓"),
    "sent": ToldWord("gesendet", "check", "blue", "✓"),
    "slip": ToldWord("Zettel", "file-earmark-text", "green", "▤"),
    "by_phone": ToldWord("am Telefon gesagt", "telephone", "green", "☎"),
    "planned": ToldWord("geplant", "clock", "grey", "○"),
    "not_reached": ToldWord("nicht erreicht", "x-circle", "red", "✕"),
}

NOTES: dict[str, str] = {"done": "erledigt", "absent": "nicht da", "called": "hat angerufen"}
