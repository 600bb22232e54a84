"""Kalender: do the appointments arrive, and how are they read?"""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kehr import clock
from kehr.actions.feeds import change_calendar
from kehr.actions.feeds.list_calendars import list_calendars
from kehr.actions.feeds.poll_calendars import PollResult, poll_calendar
from kehr.actions.feeds.preview_feed import Preview, PreviewFault, preview, read_source
from kehr.actions.visits.entry_fields import fields_of
from kehr.models import Calendar, Company, db
from kehr.rules.forms.settings_reader import SettingsError
from kehr.rules.terms.appointments import FieldMap
from kehr.sources.allow import Allow
from kehr.web import filters
from kehr.web.access import needs
from kehr.web.calendar_form import CalendarForm, calendar_form, checked_calendar, field_map
from kehr.web.fragments import wants_fragment
from kehr.web.sentences import told
from kehr.web.settings_form import refuse_field

screen = Blueprint("calendars", __name__)

COLORS = ("#2f6f4f", "#22547f", "#8a5300", "#7a3b69", "#3f6b73", "#5b5f2c")
PREVIEW_DAYS = 7


@screen.get("/kalender")
@needs("reader")
def page() -> str:
    """All calendars."""
    return render_template("calendars/page.html", lines=list_calendars(clock.now()))


@screen.get("/kalender/hilfe")
@needs("reader")
def guide() -> str:
    """How to find a calendar's address at Google, Outlook and Apple (B27)."""
    return render_template("calendars/guide.html")


@screen.route("/kalender/neu", methods=["GET", "POST"])
@needs("office")
def new() -> Response | str | tuple[str, int]:
    """Adds a calendar (B14)."""
    if request.method == "POST":
        return _save(calendar_form(), None)
    count = len(db.session.scalars(db.select(Calendar.id)).all())
    start = {
        "active": True,
        "poll_minutes": "15",
        "location_field": "location",
        "color": COLORS[count % len(COLORS)],
        "fallback_name": _("Kundin/Kunde"),
        "fallback_location": _("bei Ihnen"),
    }
    return _form_page(calendar_form(start), None)


@screen.route("/kalender/<int:calendar_id>", methods=["GET", "POST"])
@needs("office")
def one(calendar_id: int) -> Response | str | tuple[str, int]:
    """Changes a calendar (B18)."""
    row = db.get_or_404(Calendar, calendar_id)
    if request.method == "POST":
        return _save(calendar_form(), row)
    stored = {name: getattr(row, name) for name in CalendarForm.__dict__ if hasattr(row, name)}
    branch = row.branch.name if row.branch else ""
    return _form_page(calendar_form(stored | {"branch": branch, "poll_minutes": str(row.poll_minutes)}), row)


@screen.get("/kalender/<int:calendar_id>/vorschau")
@needs("reader")
def show_preview(calendar_id: int) -> str:
    """What is recognised in the next seven days, read afresh, nothing stored (B26)."""
    row = db.get_or_404(Calendar, calendar_id)
    if row.kind == "file":
        abort(404)
    fields = fields_of(row, filters.office() or Company())
    found, fault = _preview(row.url, fields)
    return render_template(
        "calendars/preview.html", name=row.name, calendar=row, found=found, fault=fault, fields=fields
    )


@screen.post("/kalender/vorschau")
@needs("office")
def preview_draft() -> str | tuple[str, int]:
    """The same from the form that is not saved yet."""
    form = calendar_form()
    settings = checked_calendar(form)
    found, fault = (
        None,
        _("Füllen Sie zuerst Bezeichnung und Adresse aus; was noch nicht passt, ist unten rot."),
    )
    fields = FieldMap()
    if settings is not None and settings.url:
        fields = field_map(settings)
        found, fault = _preview(settings.url, fields)
    elif form.url.errors:
        fault = str(form.url.errors[0])
    parts = {"found": found, "fault": fault, "fields": fields}
    if wants_fragment():
        return render_template("calendars/_preview.html", **parts)
    return render_template("calendars/preview.html", name=form.name.data, calendar=None, **parts)


@screen.post("/kalender/<int:calendar_id>/abrufen")
@needs("office")
def poll(calendar_id: int) -> Response | str:
    """Fetches this calendar now."""
    row = db.get_or_404(Calendar, calendar_id)
    if row.kind == "file":
        abort(404)
    result = poll_calendar(calendar_id, clock.now()) if row.active else None
    return _answer(calendar_id, _poll_words(result))


@screen.post("/kalender/<int:calendar_id>/schalten")
@needs("office")
def switch(calendar_id: int) -> Response:
    """Deactivates or reactivates a calendar (B19)."""
    db.get_or_404(Calendar, calendar_id)
    wanted = request.form.get("aktiv")
    if wanted not in ("ja", "nein"):
        abort(400)
    name = change_calendar.switch_calendar(calendar_id, clock.now(), active=wanted == "ja")
    if wanted == "ja":
        words = _("»%(name)s« wird wieder abgerufen. Was inzwischen war, wird nicht nachgesendet.", name=name)
    else:
        words = _(
            "»%(name)s« ist ausgeschaltet. Es wird nichts mehr abgerufen und nichts gesendet.", name=name
        )
    flash(words, "success")
    return redirect(url_for("calendars.page"))


@screen.post("/kalender/<int:calendar_id>/wirklich-weg")
@needs("office")
def accept_losses(calendar_id: int) -> Response:
    """A person's word that the vanished appointments are really gone (C21)."""
    db.get_or_404(Calendar, calendar_id)
    if change_calendar.accept_losses(calendar_id):
        flash(_poll_words(poll_calendar(calendar_id, clock.now())), "success")
    return redirect(url_for("calendars.page"))


def _answer(calendar_id: int, words: str) -> Response | str:
    if wants_fragment():
        (line,) = list_calendars(clock.now(), only=calendar_id)
        return render_template("calendars/_line.html", line=line, said=words)
    flash(words, "info")
    return redirect(url_for("calendars.page"))


def _poll_words(result: PollResult | None) -> str:
    if result is None:
        return _("Gerade wird schon abgerufen, oder der Kalender ist ausgeschaltet.")
    if result.outcome == "faulty":
        return _("Der Abruf ist misslungen. Der bisherige Stand gilt weiter.")
    if result.outcome == "unchanged":
        return _("Abgerufen: nichts Neues.")
    return _(
        "Abgerufen: %(added)s neu, %(moved)s verschoben, %(cancelled)s abgesagt.",
        added=result.added,
        moved=result.moved,
        cancelled=result.cancelled,
    )


def _save(form: CalendarForm, row: Calendar | None) -> Response | tuple[str, int]:
    listed = row is not None and row.kind == "file"
    settings = checked_calendar(form, listed=listed)
    if settings is None:
        return _form_page(form, row), 422
    try:
        calendar_id = change_calendar.save_calendar(row.id if row else None, settings, clock.now())
    except SettingsError as error:
        refuse_field(form, error.key, error.sentence)
        return _form_page(form, row), 422
    if listed:
        flash(_("Gespeichert."), "success")
        return redirect(url_for("calendars.page"))
    flash(_("Gespeichert. So wird der Kalender gelesen:"), "success")
    return redirect(url_for("calendars.show_preview", calendar_id=calendar_id))


def _form_page(form: CalendarForm, row: Calendar | None) -> str:
    listed = row is not None and row.kind == "file"
    return render_template("calendars/edit.html", form=form, calendar=row, listed=listed)


def _preview(url: str, fields: FieldMap) -> tuple[Preview | None, str]:
    """The next seven days, or the sentence that says why there are none to show."""
    company = db.session.get(Company, 1)
    allow = Allow.parse(company.network_allow if company else [])
    zone = filters.office_zone()
    db.session.rollback()
    now = clock.now()
    try:
        text = read_source(url, allow)
        return preview(text, (now, now + timedelta(days=PREVIEW_DAYS)), zone, fields, fork=False), ""
    except PreviewFault as fault:
        return None, told(fault.code, {"detail": fault.detail})
