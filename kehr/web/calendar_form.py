"""The form of a calendar, and what it says once checked."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, ColorField, SelectField, StringField

from kehr.actions.setup.known_settings import known_settings
from kehr.models import Branch, db
from kehr.rules.entries.kind_words import kind_words_of
from kehr.rules.forms.settings_values import CalendarSettings
from kehr.rules.settings.settings_messages import read_calendar
from kehr.rules.terms.appointments import FieldMap
from kehr.web.filters import office
from kehr.web.form_words import choices_of
from kehr.web.settings_form import checked, whole

FIELD_WORDS = {
    "summary": lazy_gettext("Titel"),
    "description": lazy_gettext("Beschreibung"),
    "location": lazy_gettext("Ort"),
    "contact": lazy_gettext("Kontakt"),
}
CONSENT_WORDS = {
    "customer": lazy_gettext("nur an Nummern mit eingetragener Einwilligung"),
    "calendar": lazy_gettext("eine Nummer im Termin gilt als Einwilligung und wird so vermerkt"),
}


class CalendarForm(FlaskForm):
    """A calendar; the checks live in kehr.rules.settings.settings_messages."""

    name = StringField(
        lazy_gettext("Interne Bezeichnung"), description=lazy_gettext("So heißt der Kalender hier.")
    )
    url = StringField(
        lazy_gettext("Kalender Webadresse"),
        description=lazy_gettext("Beginnt mit https:// oder webcal:// und endet oft auf .ics."),
    )
    branch = SelectField(lazy_gettext("Filiale"), validate_choice=False)
    color = ColorField(lazy_gettext("Farbe"))
    active = BooleanField(
        lazy_gettext("Automatisch abrufen und Nachrichten senden"),
        description=lazy_gettext("Ausgeschaltet wird der Kalender nicht abgerufen und nichts gesendet."),
    )
    poll_minutes = StringField(lazy_gettext("Abrufen alle … Minuten"))
    phone_field = SelectField(
        lazy_gettext("Telefonnummer befindet sich im Feld"),
        choices=choices_of(FIELD_WORDS),
        validate_choice=False,
    )
    name_field = SelectField(
        lazy_gettext("Der Name des Kunden befindet sich im Feld"),
        choices=choices_of(FIELD_WORDS),
        validate_choice=False,
    )
    location_field = SelectField(
        lazy_gettext("Der Ort des Termins befindet sich im Feld"),
        choices=choices_of(FIELD_WORDS),
        validate_choice=False,
    )
    fallback_name = StringField(lazy_gettext("Ersatzwort, wenn der Name fehlt"))
    fallback_location = StringField(lazy_gettext("Ersatzwort, wenn der Ort fehlt"))
    consent = SelectField(
        lazy_gettext("Nachrichten gehen"), choices=choices_of(CONSENT_WORDS), validate_choice=False
    )


def calendar_form(data: dict[str, Any] | None = None) -> CalendarForm:
    """The form with stored values, or with what was typed."""
    form = CalendarForm(data=data)
    names = db.session.scalars(
        db.select(Branch.name).where(Branch.archived_at.is_(None)).order_by(Branch.id)
    ).all()
    form.branch.choices = choices_of({"": _("keine")} | {name: name for name in names})
    return form


def checked_calendar(form: CalendarForm, *, listed: bool = False) -> CalendarSettings | None:
    """What the form says, or None with a sentence at every wrong field. With `listed` it is a list that
    comes from files and has no address.
    """
    names = ["name", "branch", "color", "consent"]
    if not listed:
        names += ["url", "phone_field", "name_field", "location_field"]
    typed: dict[str, Any] = {name: form[name].data or "" for name in names} | {"active": form.active.data}
    if listed:
        typed["kind"] = "file"
    else:
        typed["poll_minutes"] = whole(form.poll_minutes.data) or 15
    fallbacks = {"name": form.fallback_name.data or "", "location": form.fallback_location.data or ""}
    known = known_settings(db.session)
    return checked(
        form,
        typed | {"fallbacks": fallbacks},
        lambda data: read_calendar(data, "", known),
        {"fallbacks.name": "fallback_name", "fallbacks.location": "fallback_location"},
        {"name": "–", "url": "https://example.at/"},
    )


def field_map(settings: CalendarSettings) -> FieldMap:
    """Where name, number and place are looked for, and by which words the kind of work."""
    company = office()
    return FieldMap(
        settings.phone_field or "summary",
        settings.name_field or "summary",
        settings.location_field or "location",
        settings.fallback_name or "",
        settings.fallback_location or "",
        kind_words_of((company and company.kind_words) or {}),
    )
