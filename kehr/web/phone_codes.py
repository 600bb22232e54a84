"""Telefon-Code: somebody calls and says his code; what he was sent, and what he wants."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from kehr import clock
from kehr.actions.visits.answer_call import Call, no_more_sms, note_called, note_cancelled, show_call
from kehr.web.access import needs
from kehr.web.filters import phone

screen = Blueprint("phone_codes", __name__)


@screen.get("/code/<code>")
@needs("reader")
def page(code: str) -> str:
    """The appointment of a code, in any spelling of it."""
    return render_template("phone_codes/page.html", call=_call(code))


@screen.post("/code/<code>/angerufen")
@needs("office")
def called(code: str) -> Response:
    """He called about another time: his call is noted, the calendar does the rest."""
    call = _call(code)
    note_called(code, current_user.login, clock.now())
    flash(
        _(
            "Der Anruf ist vermerkt. Verschieben Sie den Termin nun im Kalender »%(calendar)s«.",
            calendar=call.stop.appointment.calendar.name,
        ),
        "success",
    )
    return _back(call)


@screen.post("/code/<code>/abgesagt")
@needs("office")
def cancelled(code: str) -> Response:
    """He called it off: nothing more leaves about it, and the office deletes it in the calendar."""
    call = _call(code)
    kept = note_cancelled(code, current_user.login, clock.now()) or 0
    held = ngettext(
        "%(num)s geplante Nachricht wird zurückgehalten.",
        "%(num)s geplante Nachrichten werden zurückgehalten.",
        kept,
    )
    said = _(
        "Die Absage ist vermerkt. Löschen Sie den Termin nun im Kalender »%(calendar)s«.",
        calendar=call.stop.appointment.calendar.name,
    )
    flash(f"{said} {held}" if kept else said, "success")
    return _back(call)


@screen.post("/code/<code>/keine-sms")
@needs("office")
def no_sms(code: str) -> Response:
    """He wants no more SMS to that number."""
    call, number = _call(code), request.form.get("nummer", "")
    if no_more_sms(code, number, current_user.login, clock.now()):
        flash(
            _("An %(number)s gehen keine Nachrichten mehr. Der Widerruf ist vermerkt.", number=phone(number)),
            "success",
        )
    else:
        flash(_("Nichts geändert: Wählen Sie die Nummer, an die nichts mehr gehen soll."), "warning")
    return _back(call)


def _call(code: str) -> Call:
    call = show_call(code)
    if call is None:
        abort(404)
    return call


def _back(call: Call) -> Response:
    return redirect(url_for("phone_codes.page", code=call.code))
