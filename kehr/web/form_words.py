"""Sentences for what forms refuse: what is wrong, then what would be taken."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import SelectChoice

from kehr.rules.terms.passwords import LONGEST, SHORTEST

USER_FAULTS: dict[str, Any] = {
    "login_empty": _("Der Benutzername fehlt. Tragen Sie einen ein."),
    "login_characters": _(
        "Dieser Benutzername geht nicht. Nehmen Sie 2 bis 60 Buchstaben, Ziffern, Punkte, "
        "Binde- oder Unterstriche, ohne Leerzeichen."
    ),
    "login_taken": _("Diesen Benutzernamen gibt es schon. Wählen Sie einen anderen."),
    "role_unknown": _("Diese Rolle gibt es nicht. Wählen Sie eine aus der Liste."),
    "last_admin": _(
        "Das ist der letzte Zugang, der verwalten darf. "
        "Geben Sie zuerst jemand anderem die Rolle »Verwaltung«."
    ),
    "password_short": _("Das Kennwort ist zu kurz. Es braucht mindestens %(count)s Zeichen.", count=SHORTEST),
    "password_long": _("Das Kennwort ist zu lang. Höchstens %(count)s Zeichen sind möglich.", count=LONGEST),
    "password_is_login": _("Das Kennwort ist wie der Benutzername. Wählen Sie ein anderes."),
    "password_common": _(
        "Dieses Kennwort ist zu leicht zu erraten. Nehmen Sie zum Beispiel drei Wörter hintereinander."
    ),
    "password_wrong": _("Das jetzige Kennwort stimmt nicht. Geben Sie es noch einmal ein."),
    "password_same": _("Das ist das bisherige Kennwort. Wählen Sie ein anderes."),
    "password_differs": _("Die beiden Kennwörter sind verschieden. Geben Sie zweimal dasselbe ein."),
    "user_gone": _("Diesen Benutzer gibt es nicht mehr. Laden Sie die Seite neu."),
}


def choices_of(words: dict[str, Any]) -> list[SelectChoice]:
    """What a list to choose from offers, value and word."""
    return [SelectChoice(value, word) for value, word in words.items()]


MASTER_WORDS: dict[str, Any] = {
    "name": _("Firmenname"),
    "street": _("Straße und Hausnummer"),
    "postcode": _("PLZ"),
    "town": _("Ort"),
    "phone": _("Telefon"),
    "email": _("E-Mail"),
}
