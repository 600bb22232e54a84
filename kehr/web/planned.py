"""Planned sends: what leaves when to whom, by day; and the bundles that wait for a release."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from kehr import clock
from kehr.actions import decide_message
from kehr.actions.list_bundle import list_bundle
from kehr.actions.list_planned import STATE_GROUPS, Planned, list_planned
from kehr.actions.waiting_work import Waiting
from kehr.web.access import needs
from kehr.web.filters import office_zone
from kehr.web.fragments import wants_fragment
from kehr.web.waiting_lines import line_of
from kehr.words import WORK_KINDS

screen = Blueprint("planned", __name__)

STATE_NAMES = {
    "": lazy_gettext("alle Zustände"),
    "geplant": lazy_gettext("geplant"),
    "freigabe": lazy_gettext("wartet auf Freigabe"),
    "nicht-vorgesehen": lazy_gettext("nicht vorgesehen"),
    "hinaus": lazy_gettext("hinausgegangen"),
    "offen": lazy_gettext("unklar oder nicht angekommen"),
    "zurueckgezogen": lazy_gettext("zurückgezogen"),
}


@screen.get("/geplant")
@needs("reader")
def page() -> str:
    """The list by day; `tag`, `kalender`, `zustand` and `arbeit` in the address narrow it."""
    first = _day(request.args.get("tag", ""))
    calendars = frozenset(request.args.getlist("kalender", type=int))
    state = request.args.get("zustand", "")
    state = state if state in STATE_GROUPS else ""
    work = request.args.get("arbeit", "")
    work = work if work in WORK_KINDS else ""
    planned = list_planned(clock.now(), office_zone(), first, calendars, state, work)
    return render_template(
        "planned/_list.html" if wants_fragment() else "planned/page.html",
        planned=planned,
        marks={mark.id: mark for mark in planned.calendars},
        state=state,
        state_names=STATE_NAMES,
        work=work,
        links=_links(planned, state, work),
        day_name=_day_name,
    )


def _day(typed: str) -> date | None:
    """An ISO day within reach of a calendar; anything else is today."""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day if 2000 <= day.year < 2100 else None


def _links(planned: Planned, state: str, work: str) -> dict[str, str]:
    """The addresses of the pages before, around today, and after, filters kept."""
    chosen = [mark.id for mark in planned.calendars if mark.shown]
    kept: dict[str, Any] = {"zustand": state or None, "arbeit": work or None}
    if len(chosen) != len(planned.calendars):
        kept["kalender"] = chosen
    return {
        "earlier": url_for("planned.page", tag=planned.earlier.isoformat(), **kept),
        "today": url_for("planned.page", **kept),
        "later": url_for("planned.page", tag=planned.later.isoformat(), **kept),
        "here": url_for("planned.page", tag=planned.first.isoformat(), **kept),
    }


def _day_name(day: date, today: date) -> str:
    """A word for the days around today, empty for the others."""
    words = {timedelta(): _("heute"), timedelta(1): _("morgen"), timedelta(-1): _("gestern")}
    return words.get(day - today, "")


@screen.get("/wartet/<key>")
@needs("reader")
def bundle(key: str) -> str:
    """The held messages of one bundle, to look at before releasing them."""
    messages, total = list_bundle(key)
    if not messages:
        return render_template("planned/bundle_done.html")
    sample = messages[0]
    waiting = Waiting("held", key, total, sample.reason, sample.reason_args, sample.calendar_name)
    return render_template(
        "planned/bundle.html", key=key, messages=messages, total=total, line=line_of(waiting), marks={}
    )


@screen.post("/wartet/<key>")
@needs("office")
def release(key: str) -> Response:
    """Releases the listed messages; those that no longer wait are left alone."""
    wanted = request.form.getlist("message")
    if not wanted:
        abort(400)
    held = {message.id for message in list_bundle(key)[0]}
    ids = [message_id for message_id in wanted if message_id in held]
    if ids:
        decide_message.release(ids, by=current_user.login, now=clock.now())
        flash(
            ngettext("%(num)s Nachricht ist freigegeben.", "%(num)s Nachrichten sind freigegeben.", len(ids))
        )
    else:
        flash(_("Diese Nachrichten sind schon freigegeben oder nicht mehr nötig."), "info")
    rest = list_bundle(key)[1]
    return redirect(url_for("planned.bundle", key=key) if rest else url_for("today.page"))
