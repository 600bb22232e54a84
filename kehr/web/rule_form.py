"""The form of one message: its fields, and what was typed as a table of the settings file."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField, TextAreaField

from kehr.rules.plan.second_channel import SECOND_KINDS
from kehr.web.company import ClockText
from kehr.web.form_words import choices_of
from kehr.web.settings_form import whole

TIMED = ("announcement", "reminder", "feedback")
"""Kinds with a moment of their own; the others follow a change."""
CHANNEL_WORDS = {
    "sms": lazy_gettext("SMS"),
    "email": lazy_gettext("E-Mail"),
    "both": lazy_gettext("SMS und E-Mail"),
}


class RuleForm(FlaskForm):
    """One message; the checks live in kehr.rules.settings.settings_messages."""

    active = BooleanField(lazy_gettext("Diese Nachricht aktivieren: Ja"))
    channel = SelectField(
        lazy_gettext("Wie"), choices=choices_of(CHANNEL_WORDS), default="sms", validate_choice=False
    )
    days = StringField(lazy_gettext("Tage"))
    at = ClockText(lazy_gettext("Uhrzeit"))
    text = TextAreaField(lazy_gettext("Text"))
    subject = StringField(
        lazy_gettext("Betreff der E-Mail"), description=lazy_gettext("Leer: der übliche Betreff.")
    )
    ical_link = BooleanField(
        lazy_gettext("Link zum Kalendereintrag an die SMS anhängen (höchstens 42 Zeichen)"),
        description=lazy_gettext(
            "Steht #Kalenderlink im Text, kommt er dorthin, sonst ans Ende. "
            "E-Mails bringen den Termin als Datei."
        ),
    )
    second_channel = BooleanField(
        lazy_gettext("Kommt die SMS nicht an, als E-Mail weiterschicken"),
        description=lazy_gettext(
            "An dieselbe Person, wenn sie der E-Mail zugestimmt hat. Wer auch so nicht erreicht wird, steht "
            "unter Heute."
        ),
    )


def typed(form: RuleForm, kind: str) -> dict[str, Any]:
    """The form as a table of the settings file."""
    data: dict[str, Any] = {
        "kind": kind,
        "text": form.text.data or "",
        "subject": form.subject.data or "",
    }
    data |= {"active": form.active.data, "channel": form.channel.data or "", "ical_link": form.ical_link.data}
    if kind in SECOND_KINDS:
        data["second_channel"] = form.second_channel.data
    if kind in TIMED:
        days = whole(form.days.data)
        data |= {"days": "" if days is None else days, "at": form.at.data or ""}
    return data
