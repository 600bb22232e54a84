"""The day's log every evening: whether, when and whereto, and what became of the last ones."""

from __future__ import annotations

from datetime import date
from functools import partial

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, EmailField

from kehr import clock
from kehr.actions.log.change_evening_log import EveningRefused, change_evening_log, last_evenings
from kehr.actions.log.evening_log import ALARMS, BEGUN, FOLDER, LAST_TRY
from kehr.models import Company, EveningLog
from kehr.web import sentences
from kehr.web.access import needs
from kehr.web.company import ClockText
from kehr.web.evening_paper import bring_with
from kehr.web.firm import firm

screen = Blueprint("evening_log", __name__)


@screen.record_once
def _offer(state: BlueprintSetupState) -> None:
    """The job that brings the log every evening finds what lays it out at the app."""
    state.app.extensions["kehr_evening_log"] = partial(bring_with, state.app)


class EveningForm(FlaskForm):
    """Where the day's log goes; the checks live in kehr.rules.settings.settings_office."""

    email = EmailField(
        lazy_gettext("Per E-Mail an"),
        description=lazy_gettext("Leer: Es geht keine E-Mail hinaus. Das PDF hängt an der E-Mail."),
    )
    file = BooleanField(lazy_gettext("Auf der Anlage ablegen"))
    at = ClockText(
        lazy_gettext("Jeden Abend um"),
        description=lazy_gettext(
            "Was später an diesem Tag hinausgeht, steht nicht darin: Wählen Sie eine Zeit nach dem Ende der "
            "Sendezeit."
        ),
    )


@screen.route("/protokoll/abends", methods=["GET", "POST"])
@needs("admin")
def page() -> Response | str | tuple[str, int]:
    """Shows and stores the settings."""
    company = firm()
    if request.method == "GET":
        stored = {
            "email": company.evening_log_email,
            "file": company.evening_log_file,
            "at": f"{company.evening_log_at:%H:%M}",
        }
        return _page(EveningForm(data=stored), company)
    form = EveningForm()
    try:
        changed = change_evening_log(form.data, clock.now())
    except EveningRefused as refused:
        for name, sentence in refused.faults.items():
            form[name].errors = [sentence]
        return _page(form, company), 422
    if changed:
        flash(_("Gespeichert."), "success")
    else:
        flash(_("Es war nichts zu ändern."), "info")
    return redirect(url_for("evening_log.page"))


def _page(form: EveningForm, company: Company) -> str:
    return render_template(
        "evening_log/page.html",
        form=form,
        evenings=[
            (row, date.fromisoformat(row.day), _outcome(row)) for row in last_evenings() if row.fault != BEGUN
        ],
        folder=current_app.config["KEHR"].data / FOLDER,
        too_early=company.evening_log_at < company.window_to
        and bool(company.evening_log_email or company.evening_log_file),
        window_to=f"{company.window_to:%H:%M}",
    )


def _outcome(row: EveningLog) -> str:
    """Why a day's log is not there, or nothing if it is."""
    code = row.fault.removeprefix(LAST_TRY)
    if not code:
        return "" if row.done_at else _("Noch unterwegs.")
    if code in ALARMS:
        args = {"day": row.day, "folder": FOLDER}
        return sentences.alarm(ALARMS[code], args)
    return sentences.told(code, {"detail": ""})
