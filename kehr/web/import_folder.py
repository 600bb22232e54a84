"""The watched folder and its FTP server: where WinChim leaves its lists, and when they are looked for."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, PasswordField, RadioField, SelectField, StringField

from kehr import clock
from kehr.actions.imports.drop_folder import (
    drop_folder,
    folder_fault,
    folder_of,
    ftp_state,
    office_zone,
    save_drop_folder,
)
from kehr.actions.imports.import_profiles import list_profiles
from kehr.actions.imports.take_dropped_files import ask_look
from kehr.actions.setup.known_settings import known_settings
from kehr.models import DropFolder, db
from kehr.rules.forms.settings_reader import SettingsError
from kehr.rules.imports.drop_times import next_look_time
from kehr.rules.settings.ftp_wish import LARGEST_FILE, PASSIVE_PORTS
from kehr.rules.settings.settings_import import read_import
from kehr.web import sentences
from kehr.web.access import needs
from kehr.web.company import ClockText
from kehr.web.form_words import choices_of
from kehr.web.import_queue import begin_now
from kehr.web.import_words import FOLDER_FAULTS, FTP_STATES
from kehr.web.settings_form import checked, refuse_field, whole

screen = Blueprint("import_folder", __name__)

RHYTHMS = {
    "day": lazy_gettext("einmal am Tag, zu einer festen Zeit"),
    "minutes": lazy_gettext("immer wieder, alle paar Minuten"),
}
FIELD_OF = {
    "ftp.active": "ftp_active",
    "ftp.port": "ftp_port",
    "ftp.user": "ftp_user",
    "ftp.password": "ftp_password",
}


class FolderForm(FlaskForm):
    """The folder and the server; the checks live in kehr.rules.settings.settings_import."""

    active = BooleanField(
        lazy_gettext("Einen Ordner überwachen"),
        description=lazy_gettext("Listen, die dort liegen, werden von selbst eingelesen."),
    )
    folder = StringField(
        lazy_gettext("Ordner"),
        description=lazy_gettext("Leer: der Ordner »eingang« von Kehrbote, in den auch der FTP-Server legt."),
    )
    rhythm = RadioField(
        lazy_gettext("Wann wird nachgesehen?"), choices=choices_of(RHYTHMS), validate_choice=False
    )
    at = ClockText(
        lazy_gettext("Täglich um"),
        description=lazy_gettext("Am besten einige Minuten, nachdem WinChim seine Listen geschickt hat."),
    )
    minutes = StringField(lazy_gettext("Alle … Minuten"))
    customers_profile = SelectField(lazy_gettext("Profil für Kunden"), validate_choice=False)
    appointments_profile = SelectField(lazy_gettext("Profil für Termine"), validate_choice=False)
    ftp_active = BooleanField(
        lazy_gettext("FTP-Server einschalten"),
        description=lazy_gettext("WinChim kann seine Listen dann selbst in den Ordner legen."),
    )
    ftp_port = StringField(lazy_gettext("Port"), description=lazy_gettext("1024 bis 65535, üblich ist 2121."))
    ftp_user = StringField(lazy_gettext("Benutzer"))
    ftp_password = PasswordField(lazy_gettext("Kennwort"))


@screen.route("/einlesen/ordner", methods=["GET", "POST"])
@needs("admin")
def page() -> Response | str | tuple[str, int]:
    """Shows and stores what is set (A29)."""
    row = drop_folder()
    if request.method == "GET":
        return _page(_form(_stored(row)), row)
    form = _form()
    settings = checked(
        form, _typed(form), lambda data: read_import(data, known_settings(db.session), ""), FIELD_OF
    )
    if form.rhythm.data == "minutes" and whole(form.minutes.data) in (None, 0):
        refuse_field(form, "minutes", _("Tragen Sie eine Zahl von 1 bis 1440 ein."))
    if settings is None or form.errors or form.minutes.errors:
        return _page(form, row), 422
    try:
        changed = save_drop_folder(settings, clock.now())
    except SettingsError as refused:
        refuse_field(form, refused.key, refused.sentence)
        return _page(form, row), 422
    flash(_("Gespeichert.") if changed else _("Es war nichts zu ändern."), "success" if changed else "info")
    return redirect(url_for("import_folder.page"))


@screen.post("/einlesen/ordner/nachsehen")
@needs("office")
def look() -> Response:
    """Looks into the folder as soon as possible."""
    if ask_look():
        flash(
            _("Es wird nachgesehen. Eine Datei gilt nach 10 Sekunden ohne Änderung als vollständig."), "info"
        )
        begin_now()
    else:
        flash(_("Es wird kein Ordner überwacht. Schalten Sie das zuerst ein."), "error")
    return redirect(url_for("imports.page"))


def folder_words(row: DropFolder) -> list[tuple[str, str]]:
    """How folder and FTP server are: tone and sentence."""
    words = [_about_folder(row)]
    if row.ftp_active:
        state = ftp_state()
        tone = {"serving": "green", "off": "grey"}.get(state.state, "red")
        words.append((tone, str(FTP_STATES[state.state]) % {"port": state.port}))
    return words


def _about_folder(row: DropFolder) -> tuple[str, str]:
    if not row.active:
        return "grey", _("Es wird kein Ordner überwacht.")
    fault = folder_fault(folder_of(row))
    if fault:
        return "red", str(FOLDER_FAULTS[fault])
    if row.look_now:
        return "blue", _("Es wird gleich nachgesehen.")
    now = clock.now()
    due = next_look_time(now, row.last_look_at, row.at, row.minutes, office_zone())
    if due <= now:
        return "blue", _("Es wird gleich nachgesehen.")
    return "green", _("Nächster Blick in den Ordner: %(when)s.", when=sentences.when(due))


def _form(data: dict[str, Any] | None = None) -> FolderForm:
    form = FolderForm(data=data)
    for field, kind in ((form.customers_profile, "customers"), (form.appointments_profile, "appointments")):
        names = {one.name: one.name for one in list_profiles(kind)}
        field.choices = choices_of({"": _("an den Überschriften erkennen")} | names)
    return form


def _typed(form: FolderForm) -> dict[str, Any]:
    """What the form says in the words of the settings file; an empty password keeps the stored one."""
    ftp: dict[str, Any] = {
        "active": form.ftp_active.data,
        "port": whole(form.ftp_port.data),
        "user": (form.ftp_user.data or "").strip(),
    }
    if form.ftp_password.data:
        ftp["password"] = form.ftp_password.data
    data: dict[str, Any] = {
        "active": form.active.data,
        "folder": form.folder.data or "",
        "minutes": 0,
        "customers_profile": form.customers_profile.data or "",
        "appointments_profile": form.appointments_profile.data or "",
        "ftp": ftp,
    }
    if form.rhythm.data == "minutes":
        data["minutes"] = whole(form.minutes.data)
    else:
        data["at"] = form.at.data or ""
    return data


def _stored(row: DropFolder) -> dict[str, Any]:
    names = ("active", "folder", "customers_profile", "appointments_profile", "ftp_active", "ftp_user")
    return {name: getattr(row, name) for name in names} | {
        "rhythm": "minutes" if row.minutes else "day",
        "at": f"{row.at:%H:%M}",
        "minutes": str(row.minutes or 15),
        "ftp_port": str(row.ftp_port),
    }


def _page(form: FolderForm, row: DropFolder) -> str:
    return render_template(
        "imports/folder.html",
        form=form,
        row=row,
        usual=folder_of(row),
        words=folder_words(row),
        host=request.host.partition(":")[0],
        passive=PASSIVE_PORTS,
        megabytes=LARGEST_FILE // 1024 // 1024,
    )
