"""Why a missed message cannot simply be sent now: one sentence for each code."""

from __future__ import annotations

CATCH_UP: dict[str, str] = {
    "catch_up_free": "Sie ist zu keinem Termin. Stimmt sie noch, formulieren Sie sie neu.",
    "catch_up_cancelled": "Der Termin ist abgesagt. Rufen Sie an oder formulieren Sie neu.",
    "catch_up_missing": "Der Termin steht nicht mehr im Kalender. Prüfen Sie dort, bevor Sie schreiben.",
    "catch_up_moved": "Der Termin ist nun am {new}. Dafür ist eine eigene Nachricht da; verwerfen Sie diese.",
    "catch_up_over": "Der Termin am {start} ist vorbei. Formulieren Sie neu oder verwerfen Sie.",
    "catch_up_unreachable": (
        "So ist diese Person nicht mehr zu erreichen. Prüfen Sie Nummer und Einwilligung."
    ),
}
