"""What stands beside the editor of a message: the draft as it will be read, and what is to be seen first."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from flask import request
from flask_babel import gettext as _

from kehr import clock
from kehr.actions.plan.preview_draft import next_appointments, preview_draft
from kehr.actions.setup.change_rules import Scope
from kehr.actions.setup.hearing import hearing_of
from kehr.actions.setup.known_settings import known_settings
from kehr.models import Company, db
from kehr.rules.forms.settings_reader import SettingsError
from kehr.rules.forms.settings_values import RuleSettings
from kehr.rules.settings.settings_messages import read_rule
from kehr.rules.terms.messages import ASKING
from kehr.rules.texts.text_warnings import DAY_WORD, TextWarning, text_warnings
from kehr.web.draft_words import Hint, highlighted, hints_of
from kehr.web.rule_form import RuleForm, typed
from kehr.web.sentences import told
from kehr.web.warning_words import warning_sentence


def warnings_of(draft: RuleSettings, scope: Scope) -> tuple[TextWarning, ...]:
    """What somebody must have seen before this text is kept; a message by e-mail alone can be answered."""
    by_sms = draft.channel != "email"
    deaf = by_sms and bool(hearing_of(scope[0], scope[1]).deaf)
    return text_warnings(draft.text, draft.subject, deaf=deaf, asking=scope[2] in ASKING)


def stamp_of(warned: Sequence[TextWarning]) -> str:
    """What a form carries to say that exactly these were seen."""
    return hashlib.sha256(repr([(one.code, one.words) for one in warned]).encode()).hexdigest()[:16]


def deaf_sentences(scope: Scope) -> list[str]:
    """Where a follow-up cannot go, and why, branch by branch."""
    found = []
    for name, reason in hearing_of(scope[0], scope[1]).deaf:
        said = told(reason.code, reason.args)
        found.append(_("Filiale %(name)s: %(why)s", name=name, why=said) if name else said)
    return found


def _warning_hints(draft: RuleSettings, scope: Scope) -> Iterator[Hint]:
    for one in warnings_of(draft, scope):
        if one.code != DAY_WORD:
            yield Hint("amber", warning_sentence(one))


def reads(form: RuleForm, scope: Scope) -> dict[str, Any]:
    """What the preview beside the editor needs; a draft with mistakes is shown as far as it goes."""
    choices = next_appointments(clock.now(), scope[0], scope[1])
    picked = request.form.get("termin", "")
    appointment = next((row for row in choices if str(row.id) == picked), choices[0] if choices else None)
    draft = _draft(form, scope)
    company = db.session.get(Company, 1)
    if company is None:
        return {"found": None, "choices": [], "picked": None, "hints": [], "pieces": []}
    found = preview_draft(draft, appointment, clock.now())
    hints = [*hints_of(found, draft, company), *_warning_hints(draft, scope)]
    return {
        "found": found,
        "draft": draft,
        "choices": choices,
        "picked": appointment,
        "hints": hints,
        "pieces": highlighted(found.composed.text, found.count),
    }


def _draft(form: RuleForm, scope: Scope) -> RuleSettings:
    """The draft as far as it can be read; what cannot has its default."""
    known = known_settings(db.session)
    timing: dict[str, Any] = {"kind": scope[2]}
    for key, value in typed(form, scope[2]).items():
        if key in ("days", "at", "channel"):
            timing[key] = value
            try:
                read_rule(timing, "", known)
            except SettingsError:
                del timing[key]
    settings = read_rule(timing, "", known)
    return RuleSettings(
        kind=settings.kind,
        channel=settings.channel,
        days=settings.days,
        at=settings.at,
        text=form.text.data or "",
        subject=form.subject.data or "",
        ical_link=bool(form.ical_link.data),
    )
