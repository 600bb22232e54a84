"""Objekte: who lives there, who agreed to what; and the search that every page has on top."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from kehr import clock
from kehr.actions.hear.show_conversation import replies_at
from kehr.actions.people.list_objects import list_objects
from kehr.actions.people.search_objects import Hit, find_objects
from kehr.actions.people.show_object import object_messages, show_object
from kehr.actions.texts.phone_codes import find_code
from kehr.rules.forms.object_form import web_address
from kehr.rules.terms.people import key_of
from kehr.rules.terms.search_text import EVERYTHING, LONGEST
from kehr.rules.visits.phone_codes import read_code
from kehr.web import consent_words, object_words
from kehr.web.access import needs
from kehr.web.company import LANDS
from kehr.web.fragments import wants_fragment

screen = Blueprint("objects", __name__)
screen.record_once(lambda state: object_words.register(state.app))

DROPPED = 8
LISTED = 50
"""How many hits the box on top shows, and how many its page."""


@screen.get("/objekte")
@needs("reader")
def page() -> str:
    """All objects, or what `suche` finds, page by page."""
    search = request.args.get("suche", "").strip()[:LONGEST]
    found = list_objects(search, request.args.get("seite", 1, type=int))
    return render_template(
        "objects/_list.html" if wants_fragment() else "objects/page.html",
        found=found,
        search=search,
        everything=EVERYTHING,
        pages={
            number: url_for("objects.page", seite=number if number > 1 else None, suche=search or None)
            for number in neighbours(found.page, found.pages)
        },
    )


@screen.get("/objekte/<int:property_id>")
@needs("reader")
def one(property_id: int) -> str:
    """One object. It becomes the current one, which the manual window opens with."""
    view = show_object(property_id, clock.now())
    if view is None:
        abort(404)
    session["current_object"] = property_id
    return render_template(
        "objects/one.html",
        view=view,
        house=view.house,
        look_of=consent_words.look_of,
        web_address=web_address,
        lands=LANDS,
        names={person.id: f"{person.unit} {person.full_name}".strip() for person in view.house.people},
        replies=replies_at(property_id),
        **_messages(property_id),
    )


@screen.get("/objekte/<int:property_id>/nachrichten")
@needs("reader")
def messages(property_id: int) -> str | Response:
    """One page of the messages about an object."""
    if not wants_fragment():
        return redirect(url_for("objects.one", property_id=property_id, seite=request.args.get("seite")))
    return render_template("objects/_messages.html", **_messages(property_id))


@screen.get("/suche")
@needs("reader")
def search() -> str | Response:
    """What the box on top finds: the hits below it while one types, a page after Enter. The one object
    that is meant opens at once, and so does the appointment of a Telefon-Code, unless an object has that
    very number.
    """
    text = request.args.get("q", "").strip()[:LONGEST]
    code = read_code(text) if find_code(text) is not None else ""
    found = find_objects(text, DROPPED if wants_fragment() else LISTED)
    shown = {"text": text, "hits": found.hits, "total": found.total, "code": code}
    if wants_fragment():
        return render_template("objects/_hits.html", **shown)
    meant = _meant(text, found.hits)
    named = meant is not None and key_of(meant.number) == key_of(text)
    if code and not named:
        return redirect(url_for("phone_codes.page", code=code))
    if meant and not code:
        return redirect(url_for("objects.one", property_id=meant.property_id))
    return render_template("objects/search.html", **shown)


def neighbours(page: int, pages: int) -> list[int]:
    """The first, the last and the pages around this one."""
    return sorted({1, pages, *range(max(1, page - 2), min(pages, page + 2) + 1)})


def _meant(text: str, hits: Sequence[Hit]) -> Hit | None:
    """The only hit, or the one whose number was typed."""
    if len(hits) == 1 or (hits and key_of(hits[0].number) == key_of(text)):
        return hits[0]
    return None


def _messages(property_id: int) -> dict[str, Any]:
    log = object_messages(property_id, request.args.get("seite", 1, type=int))
    return {
        "log": log,
        "pages": {
            number: url_for("objects.messages", property_id=property_id, seite=number)
            for number in neighbours(log.page, log.pages)
        },
    }
