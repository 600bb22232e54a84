"""What the manual window says: about numbers, building blocks, the draft, and before it sends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from babel.numbers import format_currency
from flask_babel import get_locale, lazy_gettext, ngettext
from flask_babel import gettext as _

from kehr.actions.manual.offer_manual import Offer, Told
from kehr.rules.plan.manual_list import Line, Number, lacking_of
from kehr.rules.terms.messages import Channel
from kehr.rules.terms.office_days import office_day
from kehr.rules.terms.placeholders import describe_placeholders
from kehr.rules.texts.calendar_link import NO_ADDRESS, why_no_link
from kehr.rules.texts.text import used
from kehr.web import sentences
from kehr.web.filters import clock, day, office, office_zone, when
from kehr.web.filters import phone as spell
from kehr.words.links import WHY_NO_LINK

MOST_NAMED = 6
"""So many names stand in a sentence before the rest is counted."""


@dataclass(frozen=True, slots=True)
class Sign:
    """What stands beside a number: a word with its icon, and whether it counts as good, bad or neither."""

    icon: str
    word: Any
    tone: str = ""


SIGNS: dict[str, Sign] = {
    "": Sign("check-lg", lazy_gettext("Einwilligung"), "good"),
    "unticked": Sign("exclamation-triangle", lazy_gettext("ohne Einwilligung"), "amber"),
    "no_consent": Sign("slash-circle", lazy_gettext("keine Einwilligung")),
    "revoked": Sign("x-circle", lazy_gettext("widerrufen"), "bad"),
    "landline": Sign("telephone", lazy_gettext("Festnetz")),
    "not_mobile": Sign("telephone-x", lazy_gettext("keine Handynummer")),
    "only_main": Sign("slash-circle", lazy_gettext("nur Hauptkehrung")),
    "only_invoices": Sign("slash-circle", lazy_gettext("nur Rechnung")),
    "only_appointments": Sign("slash-circle", lazy_gettext("nur Termine")),
    "tag_no_sms": Sign("slash-circle", lazy_gettext("#keinsms im Termin")),
    "tag_no_email": Sign("slash-circle", lazy_gettext("#keinemail im Termin")),
}
EMPLOYEE = Sign("person-badge", lazy_gettext("Mitarbeiter"), "good")


def sign_of(number: Number, audience: str) -> Sign:
    """The sign of one number; employees need no tick."""
    if number.reason is not None:
        return SIGNS[number.reason.code]
    if audience == "employees":
        return EMPLOYEE
    return SIGNS["unticked" if number.unticked else ""]


def sign_title(number: Number) -> str:
    """The whole sentence behind a sign; empty where the number may be written to."""
    return sentences.told(number.reason.code, number.reason.args) if number.reason is not None else ""


def times_of(lines: Sequence[Line]) -> Callable[[Line], str]:
    """How a list writes the time of a line's appointment: the clock alone where all are on one day."""
    zone = office_zone()
    one_day = len({office_day(line.facts.start, zone) for line in lines if line.facts.start}) == 1

    def written(line: Line) -> str:
        if line.facts.start is None:
            return ""
        if line.facts.all_day:
            return _("ganztägig") if one_day else day(line.facts.start)
        return clock(line.facts.start) if one_day else when(line.facts.start)

    return written


@dataclass(frozen=True, slots=True)
class Block:
    """A building block in the legend: `none` when no line of the list has data for it."""

    name: str
    meaning: str
    example: str
    none: bool
    lacking: int


def blocks_of(lines: Sequence[Line]) -> list[Block]:
    """Every placeholder with what this list has for it; an empty list has nothing to go by."""
    counts = lacking_of(lines)
    return [
        Block(
            f"#{name}",
            meaning,
            example,
            bool(lines) and counts.get(name, 0) == len(lines),
            counts.get(name, 0),
        )
        for name, meaning, example in describe_placeholders()
    ]


def why_none(blocks: Sequence[Block], lines: Sequence[Line]) -> list[tuple[str, str]]:
    """For the blocks without data: their names and, once for all of the same, the reason."""
    reasons: dict[str, list[str]] = {}
    for block in blocks:
        if block.none:
            reasons.setdefault(_why(block.name, lines), []).append(block.name)
    return [(", ".join(names), reason) for reason, names in reasons.items()]


def _why(name: str, lines: Sequence[Line]) -> str:
    dated = any(line.facts.start is not None for line in lines)
    if name in ("#AltesDatum", "#AlteUhrzeit"):
        return _("Diese Liste hat keinen verschobenen Termin.")
    if name == "#Uhrzeit" and dated:
        return _("Die Termine dieser Liste sind ganztägig.")
    if name in ("#Datum", "#Wochentag", "#Tagwort", "#Uhrzeit", "#Zeitfenster", "#Art"):
        return _("Diese Liste hat keinen Termin.")
    if name == "#Kalenderlink":
        return _why_no_link(dated)
    if name == "#Code":
        return _("Diese Liste hat keinen Telefon-Code.")
    if name in ("#Firma", "#Telefon", "#Filiale"):
        return _("Tragen Sie es unter Firma ein.")
    return _("In dieser Liste ist dazu nichts eingetragen.")


def _why_no_link(dated: bool) -> str:
    company = office()
    refused = why_no_link(company.public_url, company.missing_fields) if company else NO_ADDRESS
    if refused == NO_ADDRESS:
        return _("keine öffentliche Adresse eingerichtet.")
    if refused:
        return _(WHY_NO_LINK[refused])
    return _("Diese Termine sind schon vorbei.") if dated else _("Diese Liste hat keinen Termin.")


def refused_blocks(text: str, blocks: Sequence[Block], lines: Sequence[Line]) -> str:
    """Why a text cannot be sent to anybody of this list (A45); empty when it can."""
    words = {f"#{name}" for name in used(text)}
    for names, reason in why_none([block for block in blocks if block.name in words], lines):
        return _("%(names)s geht hier nicht: %(why)s Nehmen Sie es aus dem Text.", names=names, why=reason)
    return ""


def told_sentence(told: Told, now: datetime) -> str:
    """`Schon gesendet: heute 09:42 von Eva.`"""
    return _("Schon gesendet: %(when)s von %(who)s.", when=moment(told.at, now), who=told.by)


def moment(at: datetime, now: datetime) -> str:
    """`heute 09:42`, or the day with its time."""
    zone = office_zone()
    if office_day(at, zone) == office_day(now, zone):
        return _("heute %(clock)s", clock=clock(at))
    return when(at)


def amount(offer: Offer, channel: Channel) -> str:
    """`3 Empfänger, 3 SMS, etwa 0,23 €`: the money only where the price is known."""
    totals = offer.totals
    pieces = [ngettext("%(num)s Empfänger", "%(num)s Empfänger", totals.recipients)]
    if channel == Channel.SMS:
        pieces.append(_("%(parts)s SMS", parts=totals.parts))
    else:
        pieces.append(ngettext("%(num)s E-Mail", "%(num)s E-Mails", len(offer.leaving)))
    if totals.cost is not None:
        cents = totals.cost.quantize(Decimal("0.01"), ROUND_HALF_UP)
        money = format_currency(cents, "EUR", locale=get_locale() or "de")
        pieces.append(_("etwa %(money)s", money=money))
    return ", ".join(pieces)


def question(offer: Offer, channel: Channel) -> str:
    """What is asked before sending (A50, C15)."""
    if offer.is_later:
        return _(
            "%(amount)s. Jetzt ist keine Sendezeit. Am %(when)s senden?",
            amount=amount(offer, channel),
            when=when(offer.due),
        )
    return _("%(amount)s. Jetzt senden?", amount=amount(offer, channel))


def yes_word(offer: Offer) -> str:
    """The button that says yes."""
    return _("Um %(clock)s senden", clock=clock(offer.due)) if offer.is_later else _("Jetzt senden")


def remarks(offer: Offer) -> list[str]:
    """Who does not get it, and why, before somebody says yes."""
    found = []
    for sentence, names in _grouped(offer).items():
        found.append(
            _(
                "%(count)s ohne Nachricht (%(names)s): %(why)s",
                count=len(names),
                names=names_of(names),
                why=sentence,
            )
        )
    unticked = [item for item in offer.leaving if item.unticked]
    if unticked:
        found.append(
            ngettext(
                "%(num)s davon ohne Einwilligung: %(names)s.",
                "%(num)s davon ohne Einwilligung: %(names)s.",
                len(unticked),
                names=names_of([item.line.name or spell(item.address) for item in unticked]),
            )
        )
    if offer.told:
        first = min(offer.told, key=lambda told: told.at)
        who = names_of([told.name or spell(told.address) for told in offer.told])
        found.append(
            ngettext(
                "%(num)s hat diesen Text heute schon (%(names)s): %(when)s von %(who)s.",
                "%(num)s haben diesen Text heute schon (%(names)s): %(when)s von %(who)s.",
                len(offer.told),
                names=who,
                when=moment(first.at, offer.now),
                who=first.by,
            )
        )
    return found


def _grouped(offer: Offer) -> dict[str, list[str]]:
    reasons: dict[str, list[str]] = {}
    for item in offer.held_back:
        if item.reason is not None:
            sentence = sentences.told(item.reason.code, item.reason.args)
            reasons.setdefault(sentence, []).append(item.line.name or spell(item.address))
    return reasons


def names_of(names: Sequence[str]) -> str:
    """The first few names, and how many more."""
    shown = ", ".join(names[:MOST_NAMED])
    rest = len(names) - MOST_NAMED
    return shown if rest <= 0 else _("%(names)s und %(rest)s weitere", names=shown, rest=rest)
