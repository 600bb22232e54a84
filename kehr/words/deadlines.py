"""The sentences of the Fristen-Ampel, and the few words beside its sign in lists."""

from __future__ import annotations

from kehr.words.states import StateWord

DEADLINES: dict[str, str] = {
    "deadline_told": "Fristgerecht angekündigt am {day}, nötig war es bis {until}",
    "deadline_announce": "Bis {until} ankündigen.",
    "deadline_announce_rest": (
        "{done} von {parties} Parteien wissen den Termin. Kündigen Sie ihn den übrigen bis {until} an."
    ),
    "deadline_missed": (
        "Nicht angekündigt: Die Frist endete am {until} "
        "Rufen Sie an und klären Sie, ob der Termin bleiben kann."
    ),
    "deadline_late": (
        "Zu spät angekündigt am {day}: Die Frist endete am {until} Klären Sie, ob der Termin bleiben kann."
    ),
    "deadline_part": (
        "Nur {done} von {parties} Parteien wussten den Termin bis {until} Verständigen Sie die übrigen."
    ),
    "deadline_part_late": (
        "Nur {done} von {parties} Parteien wussten den Termin bis {until}, die letzte erfuhr ihn am {day} "
        "Klären Sie, ob der Termin bleiben kann."
    ),
    "deadline_missed_advice": (
        "Noch nicht angekündigt: Empfohlen ist es bis {until} Kündigen Sie den Termin rechtzeitig an."
    ),
    "deadline_late_advice": (
        "Angekündigt am {day}, empfohlen ist es bis {until} Eine Frist in Tagen nennt das Gesetz nicht."
    ),
    "deadline_part_advice": (
        "{done} von {parties} Parteien wussten den Termin bis {until}, so wie empfohlen. "
        "Verständigen Sie die übrigen."
    ),
    "deadline_part_late_advice": (
        "{done} von {parties} Parteien wussten den Termin bis {until}, so wie empfohlen, die letzte erfuhr "
        "ihn am {day}"
    ),
    "deadline_post": (
        "Aushang drucken bis {until}: In diesem Haus ({units} Wohnungen) ersetzt eine SMS den Aushang nicht."
    ),
    "deadline_posted": "Der Aushang hängt seit {day}, nötig war er bis {until}",
    "deadline_posted_late": "Der Aushang hängt seit {day}, er hätte spätestens am {until} hängen müssen.",
    "deadline_not_posted": (
        "Kein Aushang vermerkt: In diesem Haus ({units} Wohnungen) hätte er spätestens am {until} hängen "
        "müssen. Hängt er schon, vermerken Sie ihn."
    ),
    "deadline_year_notice": (
        "In diesem Haus ({units} Wohnungen) gilt der Aushang mit den Terminen des Jahres, bis {until} muss "
        "er hängen. Bis dahin ist für diesen Termin keiner vermerkt."
    ),
    "deadline_units": (
        "Die Zahl der Wohnungen fehlt; ab mehr als {over} gilt der Aushang. Tragen Sie sie beim Objekt ein."
    ),
    "deadline_unknown": "Für dieses Land ({land}) ist keine sichere Frist bekannt.",
    "deadline_no_land": (
        "Für diesen Termin ist kein Land gewählt. Wählen Sie es bei der Firma, der Filiale oder dem Objekt."
    ),
}

SHORT: dict[str, str] = {
    "deadline_told": "fristgerecht",
    "deadline_announce": "bis {until} ankündigen",
    "deadline_announce_rest": "bis {until} ankündigen",
    "deadline_missed": "nicht angekündigt",
    "deadline_late": "zu spät",
    "deadline_part": "{done} von {parties} in der Frist",
    "deadline_part_late": "{done} von {parties} in der Frist",
    "deadline_missed_advice": "noch nicht angekündigt",
    "deadline_late_advice": "knapp",
    "deadline_part_advice": "{done} von {parties} wie empfohlen",
    "deadline_part_late_advice": "{done} von {parties} wie empfohlen",
    "deadline_post": "Aushang drucken bis {until}",
    "deadline_posted": "Aushang hängt",
    "deadline_posted_late": "Aushang zu spät",
    "deadline_not_posted": "Aushang fehlt",
    "deadline_year_notice": "Jahresaushang?",
    "deadline_units": "Wohnungen?",
    "deadline_unknown": "Frist unbekannt",
    "deadline_no_land": "kein Land",
}

SIGNS: dict[str, StateWord] = {
    "green": StateWord("in der Frist", "check-circle", "green", "●", "grün", "In der Frist"),
    "amber": StateWord("bald oder knapp", "exclamation-triangle", "amber", "▲", "gelb", "Bald oder knapp"),
    "red": StateWord("außerhalb der Frist", "x-octagon", "red", "■", "rot", "Außerhalb der Frist"),
    "open": StateWord("noch Zeit", "calendar-check", "grey", "○", "offen", "Noch Zeit"),
    "grey": StateWord("nicht bekannt", "question-circle", "grey", "?", "grau", "Nicht bekannt"),
}
"""How each sign looks: never by its colour alone."""

SURENESS: dict[str, str] = {
    "high": "hoch",
    "medium": "mittel",
    "low": "gering",
    "unknown": "unbekannt",
}
"""How sure a rule is."""

TERM: dict[str, str] = {
    "day/1": "1 Tag",
    "day": "{amount} Tage",
    "week/1": "1 Woche",
    "week": "{amount} Wochen",
    "month/1": "1 Monat",
    "month": "{amount} Monate",
}
"""A length of time."""
