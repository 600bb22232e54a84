"""The words, signs and tones of states, kinds and channels."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StateWord:
    """How a state is shown: never by its colour alone.

    `icon` is a Bootstrap icon, `tone` one of grey, amber, red, blue, green; `sign` stands for the icon
    on black and white paper. `short` fits into a badge; `beginning` opens the sentence that says why.
    """

    word: str
    icon: str
    tone: str
    sign: str
    short: str
    beginning: str


STATES: dict[str, StateWord] = {
    "planned": StateWord("geplant", "clock", "grey", "○", "geplant", "Geplant"),
    "held": StateWord("wartet auf Freigabe", "pause-circle", "amber", "‖", "Freigabe", "Wartet auf Freigabe"),
    "withheld": StateWord(
        "nicht vorgesehen", "slash-circle", "grey", "⊘", "nicht vorgesehen", "Nicht vorgesehen"
    ),
    "sending": StateWord("wird gesendet", "arrow-repeat", "blue", "→", "wird gesendet", "Wird gesendet"),
    "accepted": StateWord("vom Gateway angenommen", "check", "blue", "✓", "angenommen", "Angenommen"),
    "delivered": StateWord("zugestellt", "check-all", "green", "✓✓", "zugestellt", "Zugestellt"),
    "undelivered": StateWord(
        "nicht zugestellt", "x-circle", "red", "✕", "nicht zugestellt", "Nicht zugestellt"
    ),
    "refused": StateWord("abgelehnt", "x-octagon", "red", "⊗", "abgelehnt", "Abgelehnt"),
    "unclear": StateWord("unklar", "question-circle", "amber", "?", "unklar", "Unklar"),
    "missed": StateWord("verfallen", "hourglass-bottom", "red", "✕", "verfallen", "Verfallen"),
    "withdrawn": StateWord(
        "zurückgezogen", "arrow-counterclockwise", "grey", "↶", "zurückgezogen", "Zurückgezogen"
    ),
}

TRIAL = StateWord("Probe", "eye", "grey", "◇", "Probe", "Probe")
"""A message that trial mode only recorded: it never left the house."""


PAPER = StateWord("Zettel", "file-earmark-text", "green", "▤", "Zettel", "Zettel")
NOTICE = StateWord("Aushang", "file-earmark-text", "green", "▥", "Aushang", "Aushang")
PHONED = StateWord("am Telefon gesagt", "telephone", "green", "☎", "am Telefon gesagt", "Am Telefon gesagt")
NOTICE_TO = "Aushang"
"""The recipient of a notice that hangs in the house."""


def state_word(state: str, *, trial: bool = False, channel: str = "", recipient: str = "") -> StateWord:
    """The word for a state; what trial mode recorded as accepted is a Probe, never a success. Of what was
    told on paper or by telephone it says how.
    """
    if channel == "phone":
        return PHONED
    if channel == "paper":
        return NOTICE if recipient == NOTICE_TO else PAPER
    if trial and state in ("accepted", "delivered"):
        return TRIAL
    return STATES[state]


KINDS: dict[str, str] = {
    "announcement": "Ankündigung",
    "confirmation": "Bestätigung",
    "reminder": "Erinnerung",
    "moved": "Verschoben",
    "cancelled": "Absage",
    "feedback": "Feedback",
    "followup": "Nachfrage",
    "manual": "von Hand",
    "free": "frei",
}

KINDS_MANY: dict[str, str] = {
    "announcement": "Ankündigungen",
    "confirmation": "Bestätigungen",
    "reminder": "Erinnerungen",
    "moved": "Verschiebungen",
    "cancelled": "Absagen",
    "feedback": "Feedback-Bitten",
    "followup": "Nachfragen",
    "manual": "Nachrichten von Hand",
    "free": "freie Nachrichten",
}

SORTS: dict[str, str] = {
    "customers": "an Kunden gesendet",
    "trial": "Probe",
    "tests": "Tests der Firma",
    "slips": "Zettel",
    "notices": "Aushänge",
}
"""What the log keeps apart besides states: each message that a gateway sent or a slip told is in one."""

CHANNELS: dict[str, str] = {"sms": "SMS", "email": "E-Mail", "paper": "Zettel", "phone": "Telefon"}

WORK_KINDS: dict[str, str] = {"HK": "Hauptkehrung", "Kehrung": "Kehrung", "Sonderarbeit": "Sonderarbeit"}
