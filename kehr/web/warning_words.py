"""What is wrong with words that somebody should see before a text is kept."""

from __future__ import annotations

from flask_babel import gettext as _

from kehr.rules.texts.bundle_text import SAYS_NO_DAY, TYPED_MOMENT
from kehr.rules.texts.text_warnings import ASKS_REPLY, DAY_WORD, TextWarning


def warning_sentence(one: TextWarning) -> str:
    """What is wrong with these words, and what to do."""
    words = ", ".join(f"»{word}«" for word in one.words)
    if one.code == DAY_WORD:
        return _(
            "%(words)s: stimmt nicht mehr, wenn die Nachricht später hinausgeht. Nehmen Sie #Tagwort.",
            words=words,
        )
    if one.code == TYPED_MOMENT:
        return _(
            "%(words)s: stünde so in jeder dieser Nachrichten, auch wo es nicht stimmt. Nehmen Sie #Datum, "
            "#Wochentag und #Uhrzeit.",
            words=words,
        )
    if one.code == SAYS_NO_DAY:
        return _("Im Text steht kein #Datum. Niemand erfährt daraus, um welchen Tag es geht.")
    if one.code == ASKS_REPLY:
        return _(
            "%(words)s: Auf diese SMS kann niemand antworten. Schreiben Sie stattdessen eine "
            "Telefonnummer hin.",
            words=words,
        )
    return _(
        "%(words)s: klingt nach Werbung. Für Werbung braucht es eine eigene Einwilligung, eine "
        "Terminnachricht darf sie nicht enthalten.",
        words=words,
    )
