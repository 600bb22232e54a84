"""How the Fristen-Ampel reads on screens: sign, word, sentence."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import gettext
from flask_babel import gettext as _

from kehr.rules.law.deadlines import Deadline, LandRule, Unit
from kehr.web import sentences
from kehr.words.deadlines import SHORT, SIGNS, SURENESS, TERM
from kehr.words.states import StateWord


def deadline_sentence(deadline: Deadline) -> str:
    """The whole sentence: until when, who was told, what to do."""
    return sentences.told(deadline.code, deadline.args)


def deadline_short(deadline: Deadline) -> str:
    """The few words beside the sign: `bis 16.03. ankündigen`."""
    until = f"{deadline.until:%d.%m.}" if deadline.until else ""
    return gettext(SHORT[deadline.code]).format_map({**deadline.args, "until": until})


def deadline_look(deadline: Deadline) -> StateWord:
    """Icon, tone, mark and word of the sign."""
    return SIGNS[deadline.sign]


def term(amount: int | None, unit: Unit) -> str:
    """`2 Wochen`; a dash where no number is known."""
    if amount is None:
        return "–"
    return gettext(TERM.get(f"{unit}/{amount}", TERM[unit])).format(amount=amount)


def term_sentence(rule: LandRule) -> str:
    """Until when that Land wants to know, in one sentence."""
    if rule.amount is None:
        return _("Keine Frist in Tagen bekannt.")
    said = _("spätestens %(term)s vorher", term=term(rule.amount, rule.unit))
    if rule.posted_over is not None and rule.posted_amount is not None:
        notice = _(
            "ab %(units)s Wohnungen Aushang der Hauptkehrung spätestens %(term)s vorher",
            units=rule.posted_over + 1,
            term=term(rule.posted_amount, rule.posted_unit),
        )
        said = f"{said}; {notice}"
    if rule.advice:
        return _("Empfehlung: %(said)s", said=said)
    return said[:1].upper() + said[1:]


def sureness_word(rule: LandRule) -> str:
    """`hoch`, `mittel`, `gering` or `unbekannt`."""
    return gettext(SURENESS[rule.sureness])


def register(screen: Blueprint) -> None:
    """Makes these known to all templates."""
    for function in (deadline_sentence, deadline_short, deadline_look, term_sentence, sureness_word):
        screen.add_app_template_filter(function, function.__name__)
