"""Vorschau: what will leave in the next 30 days, and what it will cost."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kehr import clock
from kehr.actions.forecast import Forecast, ForecastLine, forecast
from kehr.rules.euro import spell_euro
from kehr.web.access import needs
from kehr.web.csv_file import csv_answer
from kehr.web.filters import office_zone

screen = Blueprint("forecast", __name__)


@screen.get("/vorschau")
@needs("reader")
def page() -> str:
    """The coming 30 days."""
    return render_template("forecast/page.html", forecast=_found())


@screen.get("/vorschau/druck")
@needs("reader")
def paper() -> str:
    """The same on A4."""
    return render_template("forecast/print.html", forecast=_found())


@screen.get("/vorschau.csv")
@needs("reader")
def file() -> Response:
    """A line for each day and branch, then what waits for a release."""
    found = _found()
    heading = [
        _("Tag"),
        _("Filiale"),
        _("Zustand"),
        _("SMS"),
        _("Teile"),
        _("E-Mails"),
        _("Kosten in Euro"),
        _("Teile ohne Preis"),
    ]
    rows = [_cells(line, _("geplant")) for line in found.days]
    rows += [_cells(line, _("wartet auf Freigabe")) for line in found.held]
    return csv_answer(f"vorschau-{found.first}.csv", heading, rows)


def _cells(line: ForecastLine, state: str) -> list[object]:
    day = f"{line.day:%d.%m.%Y}" if line.day else ""
    money = spell_euro(line.cost)
    name = line.branch or _("Firma")
    return [day, name, state, line.sms, line.parts, line.emails, money, line.unpriced]


def _found() -> Forecast:
    return forecast(clock.now(), office_zone())
