"""Fristen: which coming appointments were not announced in time, and which soon have to be (C03)."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask_babel import lazy_gettext

from kehr import clock
from kehr.actions.visits.pressing_deadlines import AHEAD_DAYS, list_pressing
from kehr.rules.law.deadlines import Sign
from kehr.web import deadline_words
from kehr.web.access import needs
from kehr.web.filters import office_zone
from kehr.web.pages import page_asked, page_numbers

screen = Blueprint("deadlines", __name__)
deadline_words.register(screen)

PAGE = 50
GROUPS = {"rot": Sign.RED, "gelb": Sign.AMBER}
TITLES = {
    "rot": lazy_gettext("Ohne fristgerechte Ankündigung"),
    "gelb": lazy_gettext("Bald anzukündigen, oder später als empfohlen"),
}


@screen.get("/termine/fristen")
@needs("reader")
def page() -> str:
    """One group of the coming appointments, page by page; `ampel` in the address chooses it."""
    group = request.args.get("ampel", "")
    group = group if group in GROUPS else "rot"
    number = page_asked()
    found = list_pressing(clock.now(), office_zone(), GROUPS[group], number, PAGE)
    counts = {name: found.counts[sign] for name, sign in GROUPS.items()}
    return render_template(
        "deadlines/page.html",
        found=found,
        group=group,
        counts=counts,
        titles=TITLES,
        signs=GROUPS,
        days=AHEAD_DAYS,
        page=number,
        pages=page_numbers("deadlines.page", number, counts[group], PAGE, ampel=group),
    )
