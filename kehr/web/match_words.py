"""How the object of an appointment was found, in words."""

from __future__ import annotations

from flask_babel import gettext as _

from kehr.models import Appointment
from kehr.rules.entries.matching import ADDRESS, AMBIGUOUS, HAND, NUMBER, PHONE, SURE


def _how(by: str) -> str:
    words = {
        NUMBER: _("Nummer im Eintrag"),
        PHONE: _("Telefonnummer"),
        ADDRESS: _("Name und Adresse"),
        HAND: _("von Hand zugeordnet"),
    }
    return words.get(by, "")


def match_short(row: Appointment) -> str:
    """`sicher: Nummer im Eintrag`, `80 %: Name und Adresse`, or why there is none."""
    if row.match_by == AMBIGUOUS:
        return _("mehrere Objekte passen")
    if row.property_id is None:
        return _("gehört zu keinem Objekt") if row.match_by == HAND else _("kein Objekt gefunden")
    if row.match_by == HAND:
        return _how(HAND)
    sure = _("sicher") if row.match_confidence >= SURE else _("%(percent)s %%", percent=row.match_confidence)
    return f"{sure}: {_how(row.match_by)}"


def match_sentence(row: Appointment, number: str) -> str:
    """`Objekt A110010, sicher: Nummer im Eintrag.`"""
    if row.property_id is not None:
        return _("Objekt %(number)s, %(how)s.", number=number, how=match_short(row))
    if row.match_by == AMBIGUOUS:
        return _("Mehrere Objekte passen gleich gut, deshalb ist keines zugeordnet. Wählen Sie das richtige.")
    if row.match_by == HAND:
        return _("Jemand aus dem Büro hat gesagt, dass dieser Eintrag zu keinem Objekt gehört.")
    return _(
        "Kein Objekt passt zu Nummer, Telefon oder Adresse des Eintrags. Suchen Sie es oder legen Sie es an."
    )
