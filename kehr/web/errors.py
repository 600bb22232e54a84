"""What a page says when it cannot be shown: what happened, then what to do."""

from __future__ import annotations

from typing import Any

from flask import Flask, render_template
from flask_babel import lazy_gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError
from werkzeug.exceptions import BadRequest, HTTPException, InternalServerError
from werkzeug.routing import IntegerConverter

from kehr.actions.facts.office_facts import NoOffice
from kehr.models import db

PAGES = {
    400: (
        _("Diese Eingabe war nicht zu verarbeiten."),
        _("Gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es noch einmal."),
    ),
    403: (
        _("Das darf Ihr Zugang nicht."),
        _("Wenn Sie es brauchen, bitten Sie die Person, die Benutzer verwaltet, um die passende Rolle."),
    ),
    404: (
        _("Diese Seite gibt es nicht."),
        _(
            "Vielleicht wurde etwas umbenannt oder die Adresse ist unvollständig. "
            "Über das Menü finden Sie weiter."
        ),
    ),
    405: (
        _("Diese Adresse lässt sich so nicht öffnen."),
        _("Gehen Sie über das Menü zu der Seite, auf der der Knopf steht."),
    ),
    413: (
        _("Die Datei ist zu groß."),
        _("Höchstens 16 MB gehen auf einmal. Teilen Sie die Datei oder laden Sie einen kürzeren Zeitraum."),
    ),
    429: (
        _("Zu viele Anmeldeversuche."),
        _("Warten Sie ein paar Minuten und versuchen Sie es dann noch einmal."),
    ),
    500: (
        _("Hier ist ein Fehler passiert, der nicht an Ihnen liegt."),
        _(
            "Laden Sie die Seite neu. Kommt der Fehler wieder, notieren Sie die Uhrzeit: "
            "Im Dienstprotokoll steht der Grund."
        ),
    ),
}
STALE_FORM = (
    _("Diese Seite war zu lange offen."),
    _("Gehen Sie zurück, laden Sie die Seite neu und speichern Sie noch einmal. Es wurde nichts geändert."),
)
NO_FIRM = (
    _("Die Firma ist noch nicht eingetragen."),
    _("Name und Telefon stehen in jeder Nachricht. Wer Kehrbote einrichtet, trägt sie unter Firma ein."),
)


LARGEST_ID = 2**31 - 1
"""No row has a larger number, in either database."""


class RowNumber(IntegerConverter):
    """A number in an address; one that no row can have is no page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max": LARGEST_ID} | kwargs)


def register(app: Flask) -> None:
    """Shows our page for every error."""
    app.url_map.converters["int"] = RowNumber
    app.register_error_handler(OverflowError, _too_large)
    app.register_error_handler(DataError, _too_large)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(NoOffice, _no_firm)
    app.register_error_handler(HTTPException, _page)


def _stale_form(error: CSRFError) -> tuple[str, int]:
    return render_template("error.html", sentence=STALE_FORM[0], advice=STALE_FORM[1]), 400


def _no_firm(_error: NoOffice) -> tuple[str, int]:
    return render_template("error.html", sentence=NO_FIRM[0], advice=NO_FIRM[1]), 409


def _too_large(_error: Exception) -> tuple[str, int] | HTTPException:
    """A number in a form that no database can look for."""
    db.session.rollback()
    return _page(BadRequest())


def _page(error: HTTPException) -> tuple[str, int] | HTTPException:
    code = error.code or 500
    if code < 400:
        return error
    if isinstance(error, InternalServerError):
        db.session.rollback()
    sentence, advice = PAGES.get(code) or PAGES[500 if code >= 500 else 400]
    return render_template("error.html", sentence=sentence, advice=advice), code
