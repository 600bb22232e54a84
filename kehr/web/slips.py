"""Zettel: who must still be told at the door, and why; the slips on paper; and what was dropped in."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import segno
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response

from kehr import clock
from kehr.actions.send.tell_in_person import Telling, Told, tell
from kehr.actions.visits.list_appointments import usual_day
from kehr.actions.visits.slip_round import RoundFilter, Slip, SlipRound, calendars_and_branches, slip_round
from kehr.rules.terms.messages import Channel
from kehr.rules.terms.phones import BadNumber, normalise
from kehr.web.access import needs
from kehr.web.filters import office, office_zone

screen = Blueprint("slips", __name__)
DAYS = 7
"""So many days a round covers when nobody says otherwise."""
MOST_DAYS = 62
OLD_AFTER_DAYS = 14
"""So long after a move the page warns of slips that were printed before it; no round is printed earlier."""
_KEY = re.compile(r"([0-9]{1,9})-([0-9]{1,9}|a)")
_START = re.compile(r"([0-9]{1,9})@([0-9]{1,10})")


@screen.get("/zettel")
@needs("reader")
def page() -> str:
    """The round in walking order; `von`, `bis`, `kalender` and `filiale` in the address narrow it."""
    wanted = _wanted()
    calendars, branches = calendars_and_branches()
    return render_template(
        "slips/page.html",
        wanted=wanted,
        round=_round(wanted),
        calendars=calendars,
        branches=branches,
        args=_args(wanted),
        most_days=MOST_DAYS,
        old_after=OLD_AFTER_DAYS,
    )


@screen.get("/zettel/druck")
@needs("reader")
def paper() -> str:
    """Everything of the round on paper; `teil` is zettel or aushang for one of both."""
    wanted = _wanted()
    found = _round(wanted)
    part = request.args.get("teil", "")
    slips = found.slips if part != "aushang" else ()
    notices = found.notices if part != "zettel" else ()
    return _printed(wanted, slips, notices)


@screen.post("/zettel/druck")
@needs("reader")
def paper_of_ticked() -> str | Response:
    """What is ticked on paper."""
    wanted, ticked = _wanted(), set(request.form.getlist("zettel"))
    found = _round(wanted)
    slips, notices = _only(found.slips, ticked), _only(found.notices, ticked)
    if not slips and not notices:
        return _nothing_ticked(wanted)
    return _printed(wanted, slips, notices)


@screen.post("/zettel/eingeworfen")
@needs("office")
def dropped() -> Response:
    """Writes down that slips were dropped in or notices posted: the ticked ones, those of one house, or
    all that the page showed.
    """
    wanted = _wanted()
    which = request.form.get("welche", "")
    keys = request.form.getlist("zettel")
    if which == "alle":
        keys = request.form.getlist("gezeigt")
    elif which.startswith("haus-"):
        keys = request.form.getlist(which)
    starts = shown_starts()
    tellings = [telling for key in dict.fromkeys(keys) if (telling := _telling(key, starts)) is not None]
    if not tellings:
        return _nothing_ticked(wanted)
    told = tell(tellings, Channel.PAPER, current_user.login, clock.now())
    flash(_said(told), "success" if told.written else "info")
    if told.moved:
        flash(moved_since(told.moved), "warning")
    return redirect(url_for("slips.page", **_args(wanted)))


def shown_starts() -> dict[int, datetime]:
    """By appointment the start that the page showed when somebody ticked, as its form says it."""
    found = (_START.fullmatch(typed) for typed in request.form.getlist("beginn"))
    return {int(one[1]): datetime.fromtimestamp(int(one[2]), UTC) for one in found if one}


def moved_since(count: int) -> str:
    """What is said of slips that carry a start which their appointment no longer has."""
    return ngettext(
        "%(num)s Termin wurde inzwischen verschoben. Auf dem Zettel steht noch der alte: Er ist nicht "
        "vermerkt. Drucken Sie ihn neu.",
        "%(num)s Termine wurden inzwischen verschoben. Auf den Zetteln stehen noch die alten: Sie sind nicht "
        "vermerkt. Drucken Sie sie neu.",
        count,
    )


def _said(told: Told) -> str:
    written, known, gone = len(told.written), told.known, told.gone
    parts = []
    if written:
        parts.append(
            ngettext(
                "%(num)s Zettel ist als eingeworfen vermerkt.",
                "%(num)s Zettel sind als eingeworfen vermerkt.",
                written,
            )
        )
    if known:
        parts.append(
            ngettext(
                "%(num)s stand schon im Protokoll und bleibt, wie er war.",
                "%(num)s standen schon im Protokoll und bleiben, wie sie waren.",
                known,
            )
        )
    if gone:
        parts.append(
            ngettext(
                "%(num)s Termin gibt es nicht mehr; sammeln Sie den Zettel ein oder rufen Sie an.",
                "%(num)s Termine gibt es nicht mehr; sammeln Sie die Zettel ein oder rufen Sie an.",
                gone,
            )
        )
    return " ".join(parts) or _("Kein Zettel wurde vermerkt.")


def _nothing_ticked(wanted: RoundFilter) -> Response:
    flash(_("Nichts vermerkt und nichts gedruckt: Haken Sie zuerst die Zettel an."), "warning")
    return redirect(url_for("slips.page", **_args(wanted)))


def _telling(key: str, starts: Mapping[int, datetime]) -> Telling | None:
    found = _KEY.fullmatch(key)
    if found is None:
        return None
    appointment_id, mark = int(found[1]), found[2]
    start = starts.get(appointment_id)
    if mark == "a":
        return Telling(appointment_id, notice=True, start=start)
    return Telling(appointment_id, int(mark) or None, start=start)


def _only(slips: Iterable[Slip], ticked: Collection[str]) -> tuple[Slip, ...]:
    return tuple(slip for slip in slips if slip.key in ticked)


def _printed(wanted: RoundFilter, slips: tuple[Slip, ...], notices: tuple[Slip, ...]) -> str:
    company = office()
    # Customers read it, so it is German whatever language the person at the desk reads.
    with force_locale("de"):
        return render_template(
            "slips/print.html",
            wanted=wanted,
            slips=slips,
            notices=notices,
            code=phone_code(company.phone if company else ""),
        )


def phone_code(typed: str) -> Markup:
    """A QR code that a phone's camera offers to call; empty without one number that can be called."""
    try:
        number = normalise(typed)
    except BadNumber:
        return Markup("")
    code = segno.make_qr(f"tel:{number.e164}", error="m")
    drawn = code.svg_inline(border=2, omitsize=True, svgclass="qr", lineclass=None)
    return Markup(drawn)  # noqa: S704 - drawn by us from modules; the number itself is not in it


def _round(wanted: RoundFilter) -> SlipRound:
    return slip_round(wanted, office_zone())


def _wanted() -> RoundFilter:
    """Unreadable days are the usual ones: a week from the next day with appointments on."""
    value = request.values.get
    first = _day(value("von", "")) or usual_day(clock.now(), office_zone())
    last = _day(value("bis", "")) or first + timedelta(days=DAYS - 1)
    last = min(max(first, last), first + timedelta(days=MOST_DAYS - 1))
    return RoundFilter(first, last, _number(value("kalender", "")), _number(value("filiale", "")))


def _args(wanted: RoundFilter) -> dict[str, Any]:
    return {
        "von": wanted.first.isoformat(),
        "bis": wanted.last.isoformat(),
        "kalender": wanted.calendar_id,
        "filiale": wanted.branch_id,
    }


def _number(typed: str) -> int | None:
    return int(typed) if re.fullmatch(r"[0-9]{1,9}", typed) else None


def _day(typed: str) -> date | None:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day if 2000 <= day.year < 2100 else None
