"""The message rules an office begins with, all switched off: it changes them to its liking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from kehr.rules.terms.messages import Kind


@dataclass(frozen=True, slots=True)
class StartRule:
    """A rule of the firm; `days` lie before the appointment (feedback: after it), `at` is office time.

    Kinds that follow a change (confirmation, moved, cancelled) have no moment of their own.
    """

    kind: Kind
    days: int
    at: time
    text: str
    subject: str


START_RULES: tuple[StartRule, ...] = (
    StartRule(
        Kind.ANNOUNCEMENT,
        14,
        time(17),
        "#Firma: Ihr Rauchfangkehrer kommt am #Wochentag, #Datum, #Zeitfenster: #Adresse (#Art). "
        "Fragen: #Telefon",
        "Ihr Rauchfangkehrer kommt am #Datum",
    ),
    StartRule(
        Kind.CONFIRMATION,
        0,
        time(17),
        "Termin eingetragen: #Wochentag, #Datum um #Uhrzeit, #Ort. #Firma, #Telefon",
        "Termin eingetragen: #Datum um #Uhrzeit",
    ),
    StartRule(
        Kind.REMINDER,
        2,
        time(17),
        "Erinnerung: #Tagwort, #Datum um #Uhrzeit kommt der Rauchfangkehrer. Bitte Zugang ermöglichen. "
        "#Firma, #Telefon",
        "Erinnerung: Rauchfangkehrer am #Datum um #Uhrzeit",
    ),
    StartRule(
        Kind.MOVED,
        0,
        time(17),
        "Ihr Termin vom #AltesDatum ist nun am #Wochentag, #Datum um #Uhrzeit. #Firma, #Telefon",
        "Neuer Termin: #Datum um #Uhrzeit",
    ),
    StartRule(
        Kind.CANCELLED,
        0,
        time(17),
        "Ihr Termin am #Datum entfällt. Wir melden uns mit einem neuen. #Firma, #Telefon",
        "Ihr Termin am #Datum entfällt",
    ),
    StartRule(
        Kind.FEEDBACK,
        1,
        time(10),
        "Waren Sie mit unserem Besuch am #Datum zufrieden? Ihre Antwort hilft uns. #Firma",
        "Unser Besuch am #Datum",
    ),
    StartRule(
        Kind.FOLLOWUP,
        1,
        time(10),
        "Darf ich nochmals fragen: Waren Sie mit unserem Besuch am #Datum zufrieden? #Firma",
        "Unser Besuch am #Datum",
    ),
)
"""One for each kind; the reminder's and the announcement's hour lie inside the usual send window (B37)."""
