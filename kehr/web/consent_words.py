"""Rows of the ledger, scans and refusals in sentences, in the reader's language and the office's zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_babel import gettext as _

from kehr.actions.people.consent_state import ConsentState
from kehr.actions.people.record_consent import FEEDBACK
from kehr.models import Address, Consent, Scan
from kehr.rules.terms.appointments import NumberType
from kehr.rules.terms.people import INVALID
from kehr.web import filters
from kehr.words import consent as words


@dataclass(frozen=True, slots=True)
class Look:
    """How a state of consent is shown: word, sign (Bootstrap icon) and tone."""

    word: Any
    icon: str
    tone: str


TICKED = Look(lazy_gettext("zugestimmt"), "check-lg", "green")
WITHDRAWN = Look(lazy_gettext("widerrufen"), "slash-circle", "red")
IN_CALENDAR = Look(lazy_gettext("steht im Kalender"), "calendar3", "grey")
NOTHING = Look(lazy_gettext("keine Einwilligung"), "dash-circle", "grey")
TYPES = {
    NumberType.MOBILE: lazy_gettext("Mobil"),
    NumberType.LANDLINE: lazy_gettext("Festnetz"),
    NumberType.VOIP: lazy_gettext("VoIP"),
    NumberType.OTHER: lazy_gettext("Ausland oder Sondernummer"),
    INVALID: lazy_gettext("ungültig"),
}


def look_of(state: ConsentState) -> Look:
    """The badge of a state."""
    if state.newest is None:
        return NOTHING
    if not state.newest.granted:
        return WITHDRAWN
    return TICKED if state.ticked else IN_CALENDAR


def row_look(row: Consent) -> Look:
    """The badge of one row of the ledger."""
    return look_of(ConsentState(row.granted and row.source != "calendar", row))


def spell_day(day: date) -> str:
    """`01.03.2026`."""
    return f"{day:%d.%m.%Y}"


def row_sentence(row: Consent) -> str:
    """What somebody said, how and when, and who wrote it down."""
    said = gettext((words.GRANTED if row.granted else words.WITHDRAWN).get(row.source, row.source))
    if row.purpose == FEEDBACK:
        said = _("Rückfragen nach dem Besuch: %(said)s", said=said)
    if row.given_on is not None:
        said = _("%(said)s, am %(day)s.", said=said, day=spell_day(row.given_on))
    else:
        said = f"{said}."
    written = {"by": row.by, "when": filters.day(row.at), "time": filters.clock(row.at)}
    if row.by:
        return f"{said} {_('Eingetragen von %(by)s am %(when)s um %(time)s.', **written)}"
    return f"{said} {_('Von selbst eingetragen am %(when)s um %(time)s.', **written)}"


def whose(row: Consent) -> str:
    """Whom and which object the row named when it was written."""
    parts = [row.person_name]
    if row.property_number:
        parts.append(_("Objekt %(number)s", number=row.property_number))
    return ", ".join(part for part in parts if part)


def refused(code: str, args: dict[str, Any] | None = None) -> str:
    """The sentence of a refusal."""
    return gettext(words.REFUSED[code]).format(**_shown(args or {}))


def upload_sentence(code: str, args: dict[str, Any] | None = None) -> str:
    """Why a file was not taken."""
    return gettext(words.UPLOAD[code]).format(**_shown(args or {}))


def _shown(args: dict[str, Any]) -> dict[str, Any]:
    """Days, moments and numbers as people read them."""
    ways = {"day": spell_day, "at": filters.day, "address": filters.phone, "old": filters.phone}
    return {name: ways[name](value) if name in ways else value for name, value in args.items()}


def tray_sentence(scan: Scan) -> str:
    """Why a scan waits in the tray."""
    code, _space, rest = scan.note.partition(" ")
    if code not in words.TRAY:
        code = "object_deleted"
    return gettext(words.TRAY[code]).format(number=rest)


def shown_address(address: Address) -> str:
    """A number as people dial it, an e-mail address, or what was typed where it is neither."""
    return filters.phone(address.value) if address.value else address.typed


def type_word(address: Address) -> Any:
    """Mobil, Festnetz …; empty for an e-mail address."""
    return TYPES.get(address.type, "") if address.kind == "phone" else ""
