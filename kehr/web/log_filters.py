"""The log's filters: read from an address, put into one, and said in words."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from kehr import words
from kehr.actions.facts.log_filter import LogFilter
from kehr.actions.log.list_log import Choices
from kehr.rules.terms.office_days import office_day
from kehr.web import sentences
from kehr.web.filters import office_zone

TO, BY = "an-", "von-"
"""How the address says whether an employee was written to, or did something by hand."""
LAST = 200
"""More of a typed text is no filter."""


def wanted_of(now: datetime) -> LogFilter:
    """The filter of the address; unreadable days are today, days in the wrong order are turned."""
    today = office_day(now, office_zone())
    until = _day("bis", today)
    since = _day("von", min(today, until))
    if since > until:
        since, until = until, since
    value = request.args.get
    who = value("mitarbeiter", "")
    return LogFilter(
        first=since,
        last=until,
        calendar=_number(value("kalender", "")),
        branch=value("filiale", "")[:LAST],
        state=value("zustand", "") if value("zustand") in words.STATES else "",
        kind=value("art", "") if value("art") in words.KINDS else "",
        channel=value("weg", "") if value("weg") in words.CHANNELS else "",
        search=value("suche", "").strip()[:LAST],
        work=value("arbeit", "") if value("arbeit") in words.WORK_KINDS else "",
        cost_center=value("kostenstelle", "")[:LAST],
        employee=_number(who.removeprefix(TO)) if who.startswith(TO) else None,
        by=who.removeprefix(BY)[:LAST] if who.startswith(BY) else "",
        sort=value("sorte", "") if value("sorte") in words.SORTS else "",
    )


def _day(name: str, default: date) -> date:
    try:
        day = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return default
    return day if 2000 <= day.year < 2100 else default


def _number(digits: str) -> int | None:
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None


def who(wanted: LogFilter) -> str:
    """The employee of a filter as the address says it."""
    if wanted.employee is not None:
        return f"{TO}{wanted.employee}"
    return f"{BY}{wanted.by}" if wanted.by else ""


def kept(wanted: LogFilter) -> dict[str, Any]:
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
        "mitarbeiter": who(wanted) or None,
        "sorte": wanted.sort or None,
    }


def quick_days(wanted: LogFilter, now: datetime) -> list[tuple[str, str, bool]]:
    """Spans of days that are asked for most: word, address, and whether it is the one shown."""
    today = office_day(now, office_zone())
    yesterday = today - timedelta(days=1)
    spans = (
        (_("Heute"), today, today),
        (_("Gestern"), yesterday, yesterday),
        (_("7 Tage"), today - timedelta(days=6), today),
        (_("30 Tage"), today - timedelta(days=29), today),
    )
    others = kept(wanted)
    return [
        (
            word,
            url_for("log.page", **others | {"von": first.isoformat(), "bis": last.isoformat()}),
            (first, last) == (wanted.first, wanted.last),
        )
        for word, first, last in spans
    ]


def in_words(wanted: LogFilter, choices: Choices) -> str:
    """The filters as a line of words: the days first, then everything that narrows, then what does not."""
    parts = [
        days_in_words(wanted),
        _("Filiale %(name)s", name=wanted.branch) if wanted.branch else _("alle Filialen"),
        _("Kalender %(name)s", name=dict(choices.calendars).get(wanted.calendar, "?"))
        if wanted.calendar is not None
        else _("alle Kalender"),
        sentences.state_text(wanted.state) if wanted.state else _("alle Zustände"),
    ]
    if wanted.kind:
        parts.append(_("nur %(kind)s", kind=sentences.kind_word(wanted.kind)))
    if wanted.cost_center:
        parts.append(_("Kostenstelle %(code)s", code=wanted.cost_center))
    if wanted.work:
        parts.append(_("nur %(kind)s", kind=sentences.work_word(wanted.work)))
    if wanted.sort:
        parts.append(_("nur %(sort)s", sort=sentences.sort_word(wanted.sort)))
    if wanted.channel:
        parts.append(_("nur %(channel)s", channel=sentences.channel_word(wanted.channel)))
    if wanted.employee is not None:
        parts.append(_("an %(name)s", name=dict(choices.employees).get(wanted.employee, "?")))
    if wanted.by:
        parts.append(_("durch %(login)s", login=wanted.by))
    if wanted.search:
        parts.append(_("Suche »%(text)s«", text=wanted.search))
    return " · ".join(parts)


def days_in_words(wanted: LogFilter) -> str:
    """`Dienstag, 10.03.2026`, or the first and the last of several days."""
    first = sentences.spelled_day(wanted.first)
    return first if wanted.first == wanted.last else f"{first} – {sentences.spelled_day(wanted.last)}"
