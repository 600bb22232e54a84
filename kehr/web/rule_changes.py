"""What would come of a change to a message, in sentences beside its editor."""

from __future__ import annotations

import hashlib

from flask_babel import gettext as _
from flask_babel import ngettext

from kehr.actions.setup.preview_rule import RulePreview
from kehr.rules.forms.settings_values import RuleSettings

SIGNS = {"new": "plus-circle", "moved": "clock-history", "withdrawn": "arrow-counterclockwise"}


def draft_stamp(draft: RuleSettings) -> str:
    """What a form carries to say that the consequences of exactly this draft were seen."""
    return hashlib.sha256(repr(draft).encode()).hexdigest()[:16]


def change_sentences(found: RulePreview) -> list[str]:
    """One sentence for each thing that would happen to what is planned."""
    restated = max(0, found.restated - found.held)
    said = [
        (found.new, ngettext("%(num)s Nachricht kommt dazu.", "%(num)s Nachrichten kommen dazu.", found.new)),
        (
            found.moved,
            ngettext(
                "%(num)s Nachricht geht zu einer anderen Zeit hinaus.",
                "%(num)s Nachrichten gehen zu einer anderen Zeit hinaus.",
                found.moved,
            ),
        ),
        (
            found.withdrawn,
            ngettext(
                "%(num)s Nachricht wird zurückgezogen.",
                "%(num)s Nachrichten werden zurückgezogen.",
                found.withdrawn,
            ),
        ),
        (
            found.texts,
            ngettext(
                "%(num)s geplante Nachricht bekommt den neuen Text.",
                "%(num)s geplante Nachrichten bekommen den neuen Text.",
                found.texts,
            ),
        ),
        (
            restated,
            ngettext(
                "Bei %(num)s Nachricht ändert sich, ob oder warum sie hinausgeht.",
                "Bei %(num)s Nachrichten ändert sich, ob oder warum sie hinausgehen.",
                restated,
            ),
        ),
        (
            found.new_withheld,
            ngettext(
                "%(num)s Nachricht ist dann nicht vorgesehen, etwa weil eine Einwilligung fehlt.",
                "%(num)s Nachrichten sind dann nicht vorgesehen, etwa weil eine Einwilligung fehlt.",
                found.new_withheld,
            ),
        ),
        (
            found.held,
            ngettext(
                "%(num)s davon wartet dann auf Ihre Freigabe.",
                "%(num)s davon warten dann auf Ihre Freigabe.",
                found.held,
            ),
        ),
    ]
    return [sentence for count, sentence in said if count]


def example_word(what: str) -> str:
    """What would happen to the message of an example."""
    words = {"new": _("neu"), "moved": _("andere Zeit"), "withdrawn": _("zurückgezogen")}
    return words[what]
