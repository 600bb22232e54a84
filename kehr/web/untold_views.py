"""Who will not be told, and why, as pages and as files (A03)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from kehr import clock
from kehr.actions.visits.list_appointments import Stop
from kehr.actions.visits.list_untold import GROUPS, PAGE, all_houses, all_untold_stops, list_untold
from kehr.actions.visits.told_parties import Party
from kehr.web import sentences
from kehr.web.access import needs
from kehr.web.csv_file import csv_answer
from kehr.web.pages import page_asked, page_numbers

DAYS = 30
MOST_DAYS = 366
TITLES = {
    "termine": lazy_gettext("Termine, von denen niemand erfährt"),
    "ohne-termin": lazy_gettext("Objekte ohne kommenden Termin"),
    "ohne-nummer": lazy_gettext("Objekte ohne Handynummer und E-Mail"),
    "ohne-einwilligung": lazy_gettext("Objekte ohne Einwilligung"),
}
REASONS = {
    "ohne-termin": lazy_gettext("Kein kommender Termin ist diesem Objekt zugeordnet."),
    "ohne-nummer": lazy_gettext(
        "Niemand hier hat eine Handynummer oder E-Mail. Tragen Sie eine beim Objekt ein."
    ),
    "ohne-einwilligung": lazy_gettext(
        "Niemand hier hat zugestimmt. Holen Sie die Einwilligung ein und haken Sie die Nummer an."
    ),
}


@needs("reader")
def untold() -> str:
    """One group, page by page, with the counts of all."""
    group, days = _group(), _days()
    page = page_asked()
    found = list_untold(clock.now(), days, group, page)
    return render_template(
        "appointments/untold.html",
        found=found,
        group=group,
        days=days,
        most_days=MOST_DAYS,
        titles=TITLES,
        reasons=REASONS,
        reason_of=reason_of,
        page=page,
        pages=page_numbers("appointments.untold", page, found.counts[group], PAGE, gruppe=group, tage=days),
    )


@needs("reader")
def untold_csv() -> Response:
    """The whole group as a file."""
    group, days, now = _group(), _days(), clock.now()
    heading = [_("Termin"), _("Objekt"), _("Adresse"), _("Name"), _("Art"), _("Grund")]
    if group == "termine":
        rows: Iterator[list[Any]] = (_stop_row(stop) for stop in all_untold_stops(now, days))
        return csv_answer(f"{group}-{now:%Y%m%d}.csv", heading, rows)
    houses = (
        [house.number, house.address, house.name, str(REASONS[group])] for house in all_houses(group, now)
    )
    return csv_answer(f"{group}-{now:%Y%m%d}.csv", [_("Objekt"), _("Adresse"), _("Name"), _("Grund")], houses)


def _stop_row(stop: Stop) -> list[Any]:
    row = stop.appointment
    return [
        sentences.spelled(row.start, "dd.MM.yyyy HH:mm"),
        stop.house.number if stop.house else row.object_number,
        stop.house.address if stop.house else row.place,
        row.name,
        sentences.work_word(row.work_kind),
        reason_of(stop),
    ]


def reason_of(stop: Stop) -> str:
    """Why the first of the people concerned is told nothing, and how many others have another reason."""
    said = [why_not(party) for party in stop.parties if not party.told]
    first = said[0] if said else ""
    more = len([one for one in said[1:] if one != first])
    return f"{first} {_('(und %(num)s andere Gründe)', num=more)}" if more > 1 else first


def why_not(party: Party) -> str:
    """Why somebody is told nothing, or what became of his message."""
    if party.best is None:
        return sentences.told(party.code, party.args)
    if party.best.trial and party.best.state in ("accepted", "delivered"):
        return sentences.told("trial", {})
    if party.best.state == "withheld":
        return sentences.told(party.best.reason, party.best.reason_args)
    return sentences.why(party.best) or sentences.state_text(party.best.state)


def _group() -> str:
    group = request.args.get("gruppe", "")
    return group if group in GROUPS else GROUPS[0]


def _days() -> int:
    days = request.args.get("tage", DAYS, type=int)
    return min(max(days, 1), MOST_DAYS)
