"""Planned sends in month, week, day and list, on screen and on paper."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from kehr import clock
from kehr.actions.facts.send_filter import CalendarMark, SendFilter
from kehr.actions.log.list_planned import DAYS, list_planned
from kehr.actions.log.list_sends import ROWS, Part, Sends, all_sends, count_sends, sends_of
from kehr.rules.feeds.calendar_spans import Span, name_of, span_of
from kehr.rules.terms.office_days import office_day
from kehr.web import planned_views as views
from kehr.web import sentences
from kehr.web.access import needs
from kehr.web.filters import office_zone
from kehr.web.fragments import wants_fragment
from kehr.words import KINDS

screen = Blueprint("planned", __name__)

USUAL_VIEW = "woche"
MOST_PRINTED = 1500
"""So many sends fit on the sheets of one print."""


@screen.get("/geplant")
@needs("reader")
def page() -> Response:
    """To the view that was used last; with a filter to the list."""
    if request.args:
        return redirect(url_for("planned.agenda", **request.args.to_dict(flat=False)))
    view = session.get("geplant_ansicht", "")
    return redirect(
        url_for(f"planned.{views.PAGES.get(view, views.PAGES[USUAL_VIEW])}", **views.remembered())
    )


@screen.get("/geplant/monat")
@screen.get("/geplant/monat/<name>")
@needs("reader")
def month(name: str = "") -> str:
    """A month: each day with its counts by state and calendar."""
    span, wanted, today = _asked("monat", name)
    sends = count_sends(span.first, span.last, office_zone(), wanted, by_hour=False)
    return _shown("month", span, wanted, sends, today, cells=views.month_cells(sends))


@screen.get("/geplant/woche")
@screen.get("/geplant/woche/<name>")
@needs("reader")
def week(name: str = "") -> str:
    """A week: by hour, what is alike in one line."""
    span, wanted, today = _asked("woche", name)
    sends = count_sends(span.first, span.last, office_zone(), wanted, by_hour=True)
    return _shown("week", span, wanted, sends, today, grid=views.week_grid(sends, span, today))


@screen.get("/geplant/tag")
@screen.get("/geplant/tag/<name>")
@needs("reader")
def day(name: str = "") -> str:
    """A day by hour and kind; `offen` is the one that is opened where there are many sends."""
    span, wanted, today = _asked("tag", name)
    sends = count_sends(span.first, span.last, office_zone(), wanted, by_hour=True)
    opened = request.args.get("offen", "")
    rows = _rows(span, wanted, sends, opened)
    blocks = views.day_blocks(sends, rows)
    few = sends.total <= views.FEW
    return _shown("day", span, wanted, sends, today, blocks=blocks, few=few, opened=opened)


@screen.get("/geplant/liste")
@needs("reader")
def agenda() -> str:
    """The list by day; `tag`, `kalender`, `zustand` and `arbeit` in the address narrow it."""
    wanted = views.read_filter()
    planned = list_planned(clock.now(), office_zone(), _day(request.args.get("tag", "")), wanted)
    session["geplant_ansicht"] = "liste"
    parts = views.kept(wanted, planned.calendars)

    def to(start: date | None) -> str:
        return url_for("planned.agenda", tag=start.isoformat() if start else None, **parts)

    around = planned.today if planned.first <= planned.today <= planned.last else planned.first
    links = {
        view: url_for(f"planned.{views.PAGES[view]}", name=name_of(view, around), **parts)
        for view in ("monat", "woche", "tag")
    } | {
        "liste": to(planned.first),
        "earlier": to(planned.earlier),
        "today": to(None),
        "later": to(planned.later),
        "here": to(planned.first),
        "paper": url_for("planned.paper", view="liste", name=planned.first.isoformat(), **parts),
    }
    return _rendered("liste", links, wanted, planned.calendars, planned.today, planned=planned)


@screen.get("/geplant/<view>/<name>/druck")
@needs("reader")
def paper(view: str, name: str) -> str:
    """The same days on paper, black on white."""
    wanted, zone = views.read_filter(), office_zone()
    today = office_day(clock.now(), zone)
    if view == "liste":
        return _paper_list(_day(name) or today, wanted)
    span = span_of(view, name)
    if span is None:
        abort(404)
    sends = count_sends(span.first, span.last, zone, wanted, by_hour=view != "monat")
    more: dict[str, Any] = {}
    if view == "monat":
        more["cells"] = views.month_cells(sends)
    elif view == "woche":
        more["grid"] = views.week_grid(sends, span, today)
    else:
        more["messages"] = all_sends(span.first, span.last, zone, wanted, MOST_PRINTED)
    days = views.span_words(span, today)
    return _on_paper(view, days, wanted, sends, span=span, **more)


def _paper_list(first: date, wanted: SendFilter) -> str:
    last = first + timedelta(days=DAYS - 1)
    sends = count_sends(first, last, office_zone(), wanted, by_hour=False)
    messages = all_sends(first, last, office_zone(), wanted, MOST_PRINTED)
    days = f"{sentences.spelled_day(first)} – {sentences.spelled_day(last)}"
    return _on_paper("liste", days, wanted, sends, span=None, messages=messages)


def _on_paper(view: str, days: str, wanted: SendFilter, sends: Sends, **more: Any) -> str:
    return render_template(
        "planned/print.html",
        view=view,
        sends=sends,
        marks={mark.id: mark for mark in sends.calendars},
        sums=views.by_state(sends.groups),
        filters=views.filter_words(days, wanted, sends.calendars),
        calendar_name=views.calendar_name,
        **more,
    )


def _asked(view: str, name: str) -> tuple[Span, SendFilter, date]:
    """The days, the filter, and today; 404 for days that do not exist."""
    today = office_day(clock.now(), office_zone())
    span = span_of(view, name or name_of(view, today))
    if span is None:
        abort(404)
    session["geplant_ansicht"] = view
    return span, views.read_filter(), today


def _rows(span: Span, wanted: SendFilter, sends: Sends, opened: str) -> dict[str, Part]:
    """The rows that a day shows: all when they are few, else those of the opened hour and kind."""
    if sends.total <= views.FEW:
        return views.parts_of(all_sends(span.first, span.last, office_zone(), wanted, views.FEW))
    hour, _dot, kind = opened.partition(".")
    if not (hour.isascii() and hour.isdigit() and kind in KINDS):
        return {}
    offset = (max(1, request.args.get("seite", 1, type=int)) - 1) * ROWS
    return {opened: sends_of(span.first, int(hour), kind, office_zone(), wanted, offset)}


def _shown(page_name: str, span: Span, wanted: SendFilter, sends: Sends, today: date, **more: Any) -> str:
    links = views.span_links(span, today, views.kept(wanted, sends.calendars))
    words = views.span_words(span, today)
    sums = views.by_state(sends.groups)
    return _rendered(
        span.view, links, wanted, sends.calendars, today, span=span, words=words, sums=sums, **more
    )


def _rendered(
    view: str,
    links: dict[str, str],
    wanted: SendFilter,
    calendars: tuple[CalendarMark, ...],
    today: date,
    **more: Any,
) -> str:
    return render_template(
        "planned/_all.html" if wants_fragment() else "planned/page.html",
        view=view,
        views=views.VIEWS,
        links=links,
        wanted=wanted,
        calendars=calendars,
        marks={mark.id: mark for mark in calendars},
        today=today,
        state_names=views.STATE_NAMES,
        day_name=views.day_name,
        calendar_name=views.calendar_name,
        part_pages=views.part_pages,
        parts_kept=views.kept(wanted, calendars),
        in_cell=views.IN_CELL,
        span_days=DAYS,
        **more,
    )


def _day(typed: str) -> date | None:
    """An ISO day within reach of a calendar; anything else is today."""
    span = span_of("tag", typed)
    return span.first if span else None
