"""Guthaben und Kosten: what is left at a gateway, how more is ordered, and what a month cost."""

from __future__ import annotations

from typing import Any

from babel.dates import format_date
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import get_locale, lazy_gettext
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField

from kehr import clock
from kehr.actions.money.list_costs import CostLine, Costs, cost_of, list_costs
from kehr.actions.money.meters import all_quotas
from kehr.actions.money.top_up import TopUpRefused, list_orders, stop_counting, top_up
from kehr.models import Company, Gateway, db
from kehr.rules.plan.quota import Level, level, month_of, month_span
from kehr.rules.terms.euro import spell_euro
from kehr.web.access import needs
from kehr.web.csv_file import csv_answer
from kehr.web.filters import office_zone
from kehr.web.money_words import ORDER_PAGES, number

screen = Blueprint("money", __name__)

REFUSALS: dict[str, Any] = {
    "not_whole": lazy_gettext("Hier muss eine ganze Zahl stehen, zum Beispiel 500."),
    "too_few": lazy_gettext("Mindestens 1 SMS muss dazukommen."),
    "too_many": lazy_gettext("Zusammen sind höchstens 1.000.000 SMS möglich."),
    "note_long": lazy_gettext("Die Notiz ist zu lang. Höchstens 200 Zeichen sind möglich."),
}
MONTHS_SHOWN = 12


class TopUpForm(FlaskForm):
    """How many SMS were ordered; the checks live in kehr.actions.money.top_up."""

    count = StringField(
        lazy_gettext("So viele SMS kommen dazu"),
        description=lazy_gettext("Sie sind sofort verfügbar; was wartet, geht von selbst hinaus."),
    )
    note = StringField(lazy_gettext("Notiz"), description=lazy_gettext("Etwa die Nummer der Rechnung."))


screen.record(lambda state: state.app.jinja_env.globals.update(order_pages=ORDER_PAGES, cost_of=cost_of))


@screen.route("/gateways/<int:gateway_id>/guthaben", methods=["GET", "POST"])
@needs("office")
def one(gateway_id: int) -> Response | str | tuple[str, int]:
    """What is left at a gateway, what was ordered, and one more order."""
    row = db.get_or_404(Gateway, gateway_id)
    form = TopUpForm()
    if request.method == "GET":
        return _page(row, form)
    try:
        left = top_up(
            gateway_id, form.count.data or "", form.note.data or "", current_user.login, clock.now()
        )
    except TopUpRefused as refused:
        field = form.note if refused.fault == "note_long" else form.count
        field.errors = [str(REFUSALS[refused.fault])]
        return _page(row, form), 422
    flash(_("Gespeichert. Jetzt sind %(count)s SMS übrig.", count=number(left)), "success")
    return redirect(url_for("money.one", gateway_id=gateway_id))


@screen.post("/gateways/<int:gateway_id>/guthaben/ende")
@needs("admin")
def stop(gateway_id: int) -> Response:
    """Counts no more."""
    db.get_or_404(Gateway, gateway_id)
    stop_counting(gateway_id, clock.now())
    flash(_("Es wird nicht mehr gezählt. SMS gehen hinaus, so lange das Gateway sie annimmt."), "success")
    return redirect(url_for("money.one", gateway_id=gateway_id))


@screen.get("/kosten")
@needs("reader")
def costs() -> str:
    """What a month cost, by branch and calendar, and how the quotas stand."""
    company = db.session.get(Company, 1)
    now, zone = clock.now(), office_zone()
    quotas = all_quotas(db.session(), company.monthly_quota, zone, now) if company else []
    tones = {Level.FREE: "", Level.WARNING: "amber", Level.FULL: "red"}
    found = _costs()
    return render_template(
        "money/costs.html",
        costs=found,
        months=_months(found.month),
        month_word=month_word,
        quotas=[(meter, tones[level(meter.limit, meter.used)]) for meter in quotas],
    )


@screen.get("/kosten/druck")
@needs("reader")
def paper() -> str:
    """The month on A4."""
    found = _costs()
    return render_template("money/costs_print.html", costs=found, month_word=month_word)


@screen.get("/kosten.csv")
@needs("reader")
def file() -> Response:
    """The month as a file; money with a comma, as table programs here read it."""
    found = _costs()
    heading = [
        _("Filiale"),
        _("Kostenstelle"),
        _("Kalender"),
        _("SMS"),
        _("Teile"),
        _("E-Mails"),
        _("Kosten in Euro"),
        _("Teile ohne Preis"),
    ]
    rows = [_cells(line) for line in found.lines]
    return csv_answer(f"kosten-{found.month}.csv", heading, [*rows, [_("Summe"), *_cells(found.total)[1:]]])


def _cells(line: CostLine) -> list[object]:
    money = spell_euro(line.cost)
    return [
        line.branch,
        line.cost_center,
        line.calendar,
        line.sms,
        line.parts,
        line.emails,
        money,
        line.unpriced,
    ]


def month_word(month: str) -> str:
    """`November 2026` for `2026-11`."""
    start, _end = month_span(month, office_zone())
    day = start.astimezone(office_zone()).date()
    return format_date(day, "LLLL yyyy", locale=_locale())


def _locale() -> str:
    """The office's German says Jänner."""
    language = str(get_locale() or "de")
    return "de_AT" if language == "de" else language


def _costs() -> Costs:
    """The month of the address; what is no month is the present one."""
    zone = office_zone()
    wanted = request.args.get("monat", "")
    try:
        if len(wanted) != 7 or not "2000-01" <= wanted < "2100-01":
            raise ValueError(wanted)
        return list_costs(wanted, zone)
    except ValueError:
        return list_costs(month_of(clock.now(), zone), zone)


def _months(shown: str) -> list[str]:
    """The present month and those before it, and the one that is shown."""
    year, month = (int(part) for part in month_of(clock.now(), office_zone()).split("-"))
    found = []
    for _back in range(MONTHS_SHOWN):
        found.append(f"{year}-{month:02}")
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return found if shown in found else sorted([*found, shown], reverse=True)


def _page(row: Gateway, form: TopUpForm) -> str:
    return render_template(
        "money/one.html",
        gateway=row,
        form=form,
        orders=list_orders(row.id),
        order_page=ORDER_PAGES.get(row.kind, ""),
    )
