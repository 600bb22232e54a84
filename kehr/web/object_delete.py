"""Deleting an object or a party: what speaks against it, what stays, and then one click."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kehr import clock
from kehr.actions.people.change_object import ObjectGone, find_party
from kehr.actions.people.delete_object import (
    DeletionRefused,
    Outlook,
    delete_object,
    delete_party,
    object_outlook,
    party_outlook,
)
from kehr.models import Person, Property, db
from kehr.web.access import needs

screen = Blueprint("object_delete", __name__)


@screen.get("/objekte/<int:property_id>/loeschen")
@needs("office")
def ask(property_id: int) -> str:
    """What deleting the object would mean."""
    house = db.get_or_404(Property, property_id)
    return _page(house, None, object_outlook(property_id, clock.now()))


@screen.post("/objekte/<int:property_id>/loeschen")
@needs("office")
def do(property_id: int) -> Response | tuple[str, int]:
    """Deletes the object."""
    try:
        number = delete_object(property_id, clock.now())
    except ObjectGone:
        abort(404)
    except DeletionRefused as refused:
        return _page(db.get_or_404(Property, property_id), None, refused.outlook), 422
    flash(
        _("Objekt %(number)s ist gelöscht. Nachrichten und Einwilligungen bleiben.", number=number), "success"
    )
    return redirect(url_for("objects.page"))


@screen.get("/objekte/<int:property_id>/parteien/<int:person_id>/loeschen")
@needs("office")
def ask_party(property_id: int, person_id: int) -> str:
    """What deleting the party would mean."""
    house, person = _party(property_id, person_id)
    return _page(house, person, party_outlook(person_id, clock.now()))


@screen.post("/objekte/<int:property_id>/parteien/<int:person_id>/loeschen")
@needs("office")
def do_party(property_id: int, person_id: int) -> Response | tuple[str, int]:
    """Deletes the party."""
    try:
        name = delete_party(property_id, person_id, clock.now())
    except ObjectGone:
        abort(404)
    except DeletionRefused as refused:
        return _page(*_party(property_id, person_id), refused.outlook), 422
    flash(_("%(name)s ist gelöscht. Nachrichten und Einwilligungen bleiben.", name=name), "success")
    return redirect(url_for("objects.one", property_id=property_id))


def _party(property_id: int, person_id: int) -> tuple[Property, Person]:
    house = db.get_or_404(Property, property_id)
    person = find_party(house, person_id)
    if person is None:
        abort(404)
    return house, person


def _page(house: Property, person: Person | None, outlook: Outlook) -> str:
    return render_template("objects/delete.html", house=house, person=person, outlook=outlook)
