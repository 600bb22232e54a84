"""Vorschau: what will leave in the next 30 days, and what it will cost."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from kehr import clock
from kehr.actions.plan.forecast import Forecast, ForecastLine, forecast
from kehr.rules.terms.euro import spell_euro
from kehr.web.access import needs
from kehr.web.csv_file import csv_answer
from kehr.web.filters import office_zone
from kehr.web.fragments import wants_fragment
from kehr.web.money_words import euro_roughly, number

screen = Blueprint("forecast", __name__)


@screen.get("/vorschau")
@needs("reader")
def page() -> str:
    """The coming 30 days."""
    return render_template("forecast/page.html", forecast=_found())


@screen.get("/vorschau/kurz")
@needs("reader")
def in_short() -> str | Response:
    """Its sum in one line, for the start page: made apart from it because every text must be laid out."""
    if not wants_fragment():
        return redirect(url_for("forecast.page"))
    return render_template("forecast/_short.html", told=_summed(_found().total))


def _summed(total: ForecastLine) -> str:
    """`612 SMS, 4 E-Mails, etwa 46 €`, without the sum where the price of a part is not known."""
    counts = [f"{number(total.sms)} SMS"] if total.sms else []
    counts += [ngettext("%(num)s E-Mail", "%(num)s E-Mails", total.emails)] if total.emails else []
    if total.cost and not total.unpriced:
        counts.append(_("etwa %(money)s", money=euro_roughly(total.cost)))
    return ", ".join(counts) or _("nichts geplant")


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
