"""Termine: who is told? By day or week, with what everybody was told, and on paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from kehr import clock
from kehr.actions.visits.list_appointments import (
    STANDS,
    Listed,
    count_unmatched,
    list_appointments,
    usual_day,
)
from kehr.rules.terms.office_days import office_day
from kehr.web import appointment_views, untold_views
from kehr.web.access import needs
from kehr.web.filters import office_zone
from kehr.web.fragments import wants_fragment
from kehr.web.layout import count_in_menu
from kehr.web.match_words import match_sentence, match_short
from kehr.web.sentences import spelled_day, work_word
from kehr.words import WORK_KINDS

screen = Blueprint("appointments", __name__)
COUNTED_DAYS = 14
"""The menu counts the appointments without object of so many days."""

screen.record(
    lambda state: count_in_menu(state.app, "/termine", lambda: count_unmatched(clock.now(), COUNTED_DAYS))
)
screen.add_app_template_filter(match_short, "match_short")
screen.add_app_template_filter(match_sentence, "match_sentence")
screen.add_app_template_filter(untold_views.reason_of, "reason_of")
for rule, endpoint, view, method in (
    ("/termine/<int:appointment_id>", "one", appointment_views.one, "GET"),
    ("/termine/<int:appointment_id>/objekt", "choose", appointment_views.choose, "GET"),
    ("/termine/<int:appointment_id>/objekt", "correct", appointment_views.correct, "POST"),
    ("/termine/ohne-objekt", "unmatched", appointment_views.unmatched, "GET"),
    ("/termine/nicht-benachrichtigt", "untold", untold_views.untold, "GET"),
    ("/termine/nicht-benachrichtigt.csv", "untold_csv", untold_views.untold_csv, "GET"),
):
    screen.add_url_rule(rule, endpoint, view, methods=[method])


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for: office days, kind of work, who is told."""

    first: date
    last: date
    week: bool
    kind: str
    stand: str

    def args(self, **changes: Any) -> dict[str, Any]:
        """The address parts of it, empty ones left out."""
        parts = {
            "tag": self.first.isoformat(),
            "ansicht": "woche" if self.week else None,
            "art": self.kind or None,
            "stand": self.stand or None,
        }
        return parts | changes


@screen.get("/termine")
@needs("reader")
def page() -> str:
    """The list; `tag`, `ansicht`, `art` and `stand` in the address choose and narrow it."""
    wanted = _wanted()
    listed = _listed(wanted)
    return render_template(
        "appointments/_list.html" if wants_fragment() else "appointments/page.html",
        wanted=wanted,
        listed=listed,
        links=_links(wanted),
        title_of_list=_list_title(wanted),
        day_name=_day_name,
    )


@screen.get("/termine/druck")
@needs("reader")
def paper() -> str:
    """The same on paper, black on white."""
    wanted = _wanted()
    return render_template(
        "appointments/print.html", wanted=wanted, listed=_listed(wanted), filters=_in_words(wanted)
    )


def _listed(wanted: Wanted) -> Listed:
    now, zone = clock.now(), office_zone()
    return list_appointments(now, zone, wanted.first, wanted.last, wanted.kind, wanted.stand)


def _wanted() -> Wanted:
    """Unreadable days are the usual one; a week begins on its Monday."""
    value = request.args.get
    day = _day(value("tag", "")) or usual_day(clock.now(), office_zone())
    week = value("ansicht") == "woche"
    first = day - timedelta(days=day.weekday()) if week else day
    kind, stand = value("art", ""), value("stand", "")
    return Wanted(
        first,
        first + timedelta(days=6) if week else first,
        week,
        kind if kind in WORK_KINDS else "",
        stand if stand in STANDS else "",
    )


def _day(typed: str) -> date | None:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day if 2000 <= day.year < 2100 else None


def _links(wanted: Wanted) -> dict[str, str]:
    step = timedelta(days=7 if wanted.week else 1)
    today = office_day(clock.now(), office_zone())

    def path(**changes: Any) -> str:
        return url_for("appointments.page", **wanted.args(**changes))

    return {
        "earlier": path(tag=(wanted.first - step).isoformat()),
        "today": path(tag=today.isoformat()),
        "later": path(tag=(wanted.first + step).isoformat()),
        "day": path(ansicht=None),
        "week": path(ansicht="woche"),
        "here": path(),
        "print": url_for("appointments.paper", **wanted.args()),
    }


def _day_name(day: date, today: date) -> str:
    words = {timedelta(): _("heute"), timedelta(1): _("morgen"), timedelta(-1): _("gestern")}
    return words.get(day - today, "")


def _list_title(wanted: Wanted) -> str:
    """What a list of messages by hand is called that begins here."""
    first = f"{spelled_day(wanted.first)[:2]}, {wanted.first:%d.%m.%Y}"
    if wanted.week:
        return _("Termine %(first)s bis %(last)s", first=first, last=f"{wanted.last:%d.%m.%Y}")
    return _("Tagesliste %(day)s", day=first)


def _in_words(wanted: Wanted) -> str:
    days = spelled_day(wanted.first)
    if wanted.week:
        days = f"{days} – {spelled_day(wanted.last)}"
    stands = {"": _("alle"), "niemand": _("niemand verständigt"), "nicht-alle": _("nicht alle verständigt")}
    kind = _("nur %(kind)s", kind=work_word(wanted.kind)) if wanted.kind else _("alle Arbeiten")
    return " · ".join((days, kind, stands[wanted.stand]))
