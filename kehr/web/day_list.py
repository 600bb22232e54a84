"""Tagesliste: the sweep's list of a day on paper, and typing back what he ticked on it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from kehr import clock
from kehr.actions.visits.day_list import DayList, Shown, day_list, note_visits, one_visit
from kehr.actions.visits.list_appointments import usual_day
from kehr.actions.visits.slip_round import calendars_and_branches
from kehr.rules.terms.office_days import office_day
from kehr.web.access import needs
from kehr.web.filters import office_zone
from kehr.web.fragments import wants_fragment
from kehr.web.slips import moved_since, shown_starts
from kehr.words.visits import NOTES, TOLD

screen = Blueprint("day_list", __name__)
WORDS = (*NOTES, "slip")


@screen.app_template_global("told_look")
def told_look(word: str) -> Any:
    """How a word of the day list is shown."""
    return TOLD[word]


@screen.get("/tagesliste")
@needs("reader")
def today() -> Response:
    """The list of the usual day: today while it has appointments, else the next that has."""
    now, zone = clock.now(), office_zone()
    here = office_day(now, zone)
    day = here if day_list(here, zone).visits else usual_day(now, zone)
    return redirect(url_for("day_list.page", day=day.isoformat()))


@screen.get("/tagesliste/<day>")
@needs("reader")
def page(day: str) -> str:
    """The list on the screen, with the ticks to type back."""
    found = _list(day)
    calendars, _branches = calendars_and_branches()
    return render_template(
        "day_list/page.html",
        list=found,
        note_words=NOTES,
        calendars=calendars,
        links=_links(found),
        **_args(),
    )


@screen.get("/tagesliste/<day>/druck")
@needs("reader")
def paper(day: str) -> str:
    """The list on paper, 25 stops on one A4."""
    return render_template("day_list/print.html", list=_list(day), note_words=NOTES, **_args())


@screen.post("/tagesliste/<day>")
@needs("office")
def type_back(day: str) -> Response:
    """What was ticked in all rows that the page showed."""
    here = url_for("day_list.page", day=_day(day).isoformat(), **_args())
    shown = [int(id_) for id_ in request.form.getlist("stopp") if re.fullmatch(r"[0-9]{1,9}", id_)]
    ticked = {id_: _ticked(id_) for id_ in shown}
    typed = note_visits(ticked, current_user.login, clock.now(), _shown(shown))
    if typed.changed or not typed.moved:
        flash(
            ngettext("%(num)s Stopp ist vermerkt.", "%(num)s Stopps sind vermerkt.", typed.changed)
            if typed.changed
            else _("Nichts geändert: Es war schon alles so vermerkt."),
            "success" if typed.changed else "info",
        )
    if typed.moved:
        flash(moved_since(typed.moved), "warning")
    return redirect(here)


@screen.post("/tagesliste/<day>/<int:appointment_id>")
@needs("office")
def type_back_one(day: str, appointment_id: int) -> str | Response:
    """What was ticked in one row, at once; the row comes back as it is now."""
    here = url_for("day_list.page", day=_day(day).isoformat(), **_args())
    ticked = {appointment_id: _ticked(appointment_id)}
    typed = note_visits(ticked, current_user.login, clock.now(), _shown(ticked))
    not_noted = moved_since(typed.moved) if typed.moved else ""
    if not wants_fragment():
        if not_noted:
            flash(not_noted, "warning")
        return redirect(f"{here}#stopp-{appointment_id}")
    visit = one_visit(appointment_id)
    if visit is None:
        abort(404)
    row = render_template(
        "day_list/_row.html",
        visit=visit,
        day=_day(day),
        note_words=NOTES,
        saved=not not_noted,
        not_noted=not_noted,
        writes=True,
    )
    response = make_response(row)
    response.headers["HX-Trigger"] = "messages-changed"
    return response


def _ticked(appointment_id: int) -> list[str]:
    return [word for word in WORDS if request.form.get(f"{word}-{appointment_id}")]


def _shown(ids: Iterable[int]) -> dict[int, Shown]:
    """What the page said of these stops; of one that said nothing, everything counts as typed now."""
    starts = shown_starts()
    return {
        id_: Shown(
            starts.get(id_),
            frozenset(request.form[f"war-{id_}"].split()) if f"war-{id_}" in request.form else None,
        )
        for id_ in ids
    }


def _list(day: str) -> DayList:
    args = _args()
    return day_list(_day(day), office_zone(), args["kalender"], by_street=args["reihenfolge"] is not None)


def _args() -> dict[str, Any]:
    typed = request.values.get("kalender", "")
    return {
        "kalender": int(typed) if re.fullmatch(r"[0-9]{1,9}", typed) else None,
        "reihenfolge": "strasse" if request.values.get("reihenfolge") == "strasse" else None,
    }


def _day(typed: str) -> date:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        abort(404)
    if not 2000 <= day.year < 2100:
        abort(404)
    return day


def _links(found: DayList) -> dict[str, str]:
    def path(day: date, endpoint: str = "day_list.page", **more: Any) -> str:
        return url_for(endpoint, day=day.isoformat(), **(_args() | more))

    return {
        "earlier": path(found.day - timedelta(days=1)),
        "today": path(office_day(clock.now(), office_zone())),
        "later": path(found.day + timedelta(days=1)),
        "by_time": path(found.day, reihenfolge=None),
        "by_street": path(found.day, reihenfolge="strasse"),
        "print": path(found.day, "day_list.paper"),
        "here": path(found.day),
    }
