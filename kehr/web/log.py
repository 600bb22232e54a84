"""The log: what went out and what did not, with filters, sums and a print view."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from kehr import clock, words
from kehr.actions.list_log import MOST_PRINTED, LogFilter, cost_centers, filter_choices, list_log
from kehr.actions.show_manual_send import Recent, cancelled_by_hand
from kehr.rules.office_days import day_span, office_day
from kehr.web import sentences
from kehr.web.access import needs
from kehr.web.filters import office_zone
from kehr.web.fragments import wants_fragment

screen = Blueprint("log", __name__)


@screen.get("/protokoll")
@needs("reader")
def page() -> str:
    """One page of the log."""
    now = clock.now()
    wanted = _wanted(now)
    log = list_log(wanted, now, office_zone(), request.args.get("seite", 1, type=int))
    calendars, branches = filter_choices()
    kept = _kept(wanted)
    return render_template(
        "log/_results.html" if wants_fragment() else "log/page.html",
        wanted=wanted,
        log=log,
        calendars=calendars,
        branches=branches,
        cost_centers=cost_centers(),
        states=list(words.STATES),
        kinds=list(words.KINDS),
        channels=list(words.CHANNELS),
        print_path=url_for("log.paper", **kept),
        pages={
            number: url_for("log.page", seite=number, **kept) for number in _neighbours(log.page, log.pages)
        },
        state_path=lambda state: url_for("log.page", **kept | {"zustand": state}),
        cancelled=_cancelled(wanted),
    )


@screen.get("/protokoll/druck")
@needs("reader")
def paper() -> str:
    """The selection on A4 across, black on white."""
    now = clock.now()
    wanted = _wanted(now)
    log = list_log(wanted, now, office_zone(), size=MOST_PRINTED)
    return render_template("log/print.html", wanted=wanted, log=log, filters=_in_words(wanted))


def _cancelled(wanted: LogFilter) -> list[Recent]:
    """What was opened by hand on these days and not sent; any other filter is about messages (A49)."""
    if wanted != LogFilter(wanted.first, wanted.last):
        return []
    return cancelled_by_hand(*day_span(wanted.first, wanted.last, office_zone()))


def _wanted(now: datetime) -> LogFilter:
    """The filter of the address; unreadable days are today, days in the wrong order are turned."""
    today = office_day(now, office_zone())
    until = _day("bis", today)
    since = _day("von", min(today, until))
    if since > until:
        since, until = until, since
    value = request.args.get
    return LogFilter(
        first=since,
        last=until,
        calendar=value("kalender", type=int),
        branch=value("filiale", ""),
        state=value("zustand", "") if value("zustand") in words.STATES else "",
        kind=value("art", "") if value("art") in words.KINDS else "",
        channel=value("weg", "") if value("weg") in words.CHANNELS else "",
        search=value("suche", "").strip()[:200],
        work=value("arbeit", "") if value("arbeit") in words.WORK_KINDS else "",
        cost_center=value("kostenstelle", ""),
    )


def _day(name: str, default: date) -> date:
    try:
        day = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return default
    return day if 2000 <= day.year < 2100 else default


def _kept(wanted: LogFilter) -> dict[str, Any]:
    """The address parts of a filter, empty ones left out."""
    return {
        "von": wanted.first.isoformat(),
        "bis": wanted.last.isoformat(),
        "kalender": wanted.calendar,
        "filiale": wanted.branch or None,
        "zustand": wanted.state or None,
        "art": wanted.kind or None,
        "weg": wanted.channel or None,
        "suche": wanted.search or None,
        "arbeit": wanted.work or None,
        "kostenstelle": wanted.cost_center or None,
    }


def _neighbours(page: int, pages: int) -> list[int]:
    """The first, the last and the pages around this one."""
    return sorted({1, pages, *range(max(1, page - 2), min(pages, page + 2) + 1)})


def _in_words(wanted: LogFilter) -> str:
    """The filters as a line of words: the days first, then everything that narrows, then what does not."""
    first = sentences.spelled_day(wanted.first)
    days = first if wanted.first == wanted.last else f"{first} – {sentences.spelled_day(wanted.last)}"
    calendars = dict(tuple(row) for row in filter_choices()[0])
    parts = [
        days,
        _("Filiale %(name)s", name=wanted.branch) if wanted.branch else _("alle Filialen"),
        _("Kalender %(name)s", name=calendars.get(wanted.calendar, "?"))
        if wanted.calendar
        else _("alle Kalender"),
        sentences.state_text(wanted.state) if wanted.state else _("alle Zustände"),
    ]
    if wanted.kind:
        parts.append(_("nur %(kind)s", kind=sentences.kind_word(wanted.kind)))
    if wanted.cost_center:
        parts.append(_("Kostenstelle %(code)s", code=wanted.cost_center))
    if wanted.work:
        parts.append(_("nur %(kind)s", kind=sentences.work_word(wanted.work)))
    if wanted.channel:
        parts.append(_("nur %(channel)s", channel=sentences.channel_word(wanted.channel)))
    if wanted.search:
        parts.append(_("Suche »%(text)s«", text=wanted.search))
    return " · ".join(parts)
