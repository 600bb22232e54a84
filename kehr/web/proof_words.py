"""How a Beweisblatt says things: consent at that time, the end of the chain, moments that must be exact."""

from __future__ import annotations

from datetime import datetime

from flask import Flask
from flask_babel import gettext as _

from kehr.actions.log.proof_sheet import ChainEnd, Story
from kehr.models import MessageEvent
from kehr.rules.terms.messages import IN_PERSON
from kehr.web import consent_words
from kehr.web.sentences import first_sentence, spelled, told

GROUP = 4
SHORT = 12
"""So many digits of a hash tell two ends of a chain apart where there is little room."""


def exact(moment: datetime) -> str:
    """`Di, 10.03.2026 17:00:02`."""
    return spelled(moment, "ccc, dd.MM.yyyy HH:mm:ss")


def grouped(digits: str) -> str:
    """A hash in groups of four, so that it can be read out and typed."""
    return " ".join(digits[at : at + GROUP] for at in range(0, len(digits), GROUP))


def thousands(number: int) -> str:
    """`20.418`."""
    return f"{number:,}".replace(",", ".")


def chain_line(end: ChainEnd | None) -> str:
    """`Prüfkette bis Eintrag 20.418: 7f3a 91c2 e05d`: for the foot of anything that is printed."""
    if end is None:
        return _("Prüfkette: noch kein Eintrag")
    short = grouped(end.hash[:SHORT])
    return _("Prüfkette bis Eintrag %(number)s: %(hash)s", number=thousands(end.count), hash=short)


def event_said(event: MessageEvent) -> str:
    """Why a message came to where it stood then, without what to do about it."""
    said = first_sentence(told(event.reason, event.reason_args)) if event.reason else ""
    return said[:1].upper() + said[1:]


def consent_line(story: Story) -> str:
    """Whether its address had agreed when the message left: who said so, when and how."""
    row, message = story.consent, story.message
    if message.channel in IN_PERSON:
        return _("Dafür ist keine nötig.")
    parts = []
    if message.without_consent:
        parts.append(
            _("Ohne Einwilligung gesendet. Begründung: %(grounds)s", grounds=message.without_consent)
        )
    if row is not None:
        parts.append(consent_words.row_sentence(row))
        parts += [consent_words.whose(row)] if consent_words.whose(row) else []
        parts += [row.evidence] if row.evidence else []
        parts += [_("Wortlaut %(version)s", version=row.wording)] if row.wording else []
    elif not message.without_consent:
        parts.append(_("Zu dieser Zeit war keine eingetragen."))
    return " · ".join(part.rstrip(".") for part in parts) + "."


def register(app: Flask) -> None:
    """Makes these known to all templates."""
    app.jinja_env.filters.update(
        exact_moment=exact,
        hash_groups=grouped,
        thousands=thousands,
        chain_line=chain_line,
        consent_line=consent_line,
        event_said=event_said,
    )
