"""Forms for objects and their parties. A form is saved by OK and by nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, EmailField, SelectField, StringField, TelField, TextAreaField

from kehr import clock
from kehr.actions.people.change_object import (
    ObjectChanged,
    ObjectGone,
    ObjectRefused,
    Saved,
    find_party,
    save_object,
    save_party,
)
from kehr.actions.people.object_values import form_values, own_person, person_values, write_stand
from kehr.actions.people.show_object import Reach, residents_of
from kehr.models import Person, Property, db
from kehr.web.access import needs
from kehr.web.company import LANDS
from kehr.web.consent_words import look_of
from kehr.web.form_words import choices_of
from kehr.web.object_words import FIELDS, PURPOSES, ROLES

screen = Blueprint("object_edit", __name__)

Form = TypeVar("Form", bound="PersonForm")
OFFERED = ("number", "salutation", "name", "street", "place", "phone1", "email1")
"""What another page may fill in beforehand."""
WORDS = FIELDS | {f"phone{n}_main": lazy_gettext("Nur HK") for n in (1, 2, 3)}


class PersonForm(FlaskForm):
    """Names and numbers of one person; the checks live in kehr.rules.forms.object_form."""

    role = SelectField(WORDS["role"], choices=choices_of(ROLES), validate_choice=False)
    unit = StringField(
        WORDS["unit"], description=lazy_gettext("Wo in diesem Haus, zum Beispiel Top 3 oder Geschäft.")
    )
    salutation = StringField(WORDS["salutation"])
    title = StringField(WORDS["title"])
    first_name = StringField(WORDS["first_name"])
    name = StringField(WORDS["name"])
    name2 = StringField(WORDS["name2"])
    name3 = StringField(WORDS["name3"])
    sms_name = StringField(
        WORDS["sms_name"],
        description=lazy_gettext("Schreibweise ohne teure Zeichen für SMS, zum Beispiel Simic statt Šimić."),
    )
    phone1 = TelField(WORDS["phone1"])
    phone1_main = BooleanField(WORDS["phone1_main"])
    phone2 = TelField(WORDS["phone2"])
    phone2_main = BooleanField(WORDS["phone2_main"])
    phone3 = TelField(WORDS["phone3"])
    phone3_main = BooleanField(WORDS["phone3_main"])
    fax = TelField(WORDS["fax"], description=lazy_gettext("Wird nur aufgehoben; dorthin geht keine SMS."))
    email1 = EmailField(WORDS["email1"])
    email1_purpose = SelectField(WORDS["email1_purpose"], choices=choices_of(PURPOSES), validate_choice=False)
    email2 = EmailField(WORDS["email2"])
    email2_purpose = SelectField(WORDS["email2_purpose"], choices=choices_of(PURPOSES), validate_choice=False)
    www = StringField(WORDS["www"])


class ObjectForm(PersonForm):
    """An object together with its own address."""

    number = StringField(
        WORDS["number"], description=lazy_gettext("So wie in WinChim, zum Beispiel A110010.")
    )
    street = StringField(WORDS["street"])
    place = StringField(WORDS["place"], description=lazy_gettext("So schreiben: A - 4400 Steyr."))
    units = StringField(WORDS["units"], description=lazy_gettext("Wie viele Wohnungen, wenn bekannt."))
    land = SelectField(
        WORDS["land"],
        choices=choices_of(LANDS | {"": lazy_gettext("wie die Filiale")}),
        validate_choice=False,
    )
    note = TextAreaField(WORDS["note"])


@screen.route("/objekte/neu", methods=["GET", "POST"])
@needs("office")
def new() -> Response | str | tuple[str, int]:
    """Adds an object; what the address offers (as an entry of a calendar says it) stands in the fields."""
    if request.method == "POST":
        return _save_object(None)
    offered = {name: request.args[name][:200] for name in OFFERED if name in request.args}
    return _object_page(_filled(ObjectForm, person_values(None, party=False) | offered), None)


@screen.route("/objekte/<int:property_id>/bearbeiten", methods=["GET", "POST"])
@needs("office")
def edit(property_id: int) -> Response | str | tuple[str, int]:
    """Changes an object and its own address."""
    house = db.get_or_404(Property, property_id)
    if request.method == "POST":
        return _save_object(property_id)
    values = form_values(house)
    return _object_page(_filled(ObjectForm, values), house, write_stand(values))


@screen.route("/objekte/<int:property_id>/parteien/neu", methods=["GET", "POST"])
@needs("office")
def new_party(property_id: int) -> Response | str | tuple[str, int]:
    """Adds a party; the typical one hears only of main sweeps (A17)."""
    house = db.get_or_404(Property, property_id)
    if request.method == "POST":
        return _save_party(house, None)
    return _party_page(_filled(PersonForm, person_values(None, party=True)), house, None)


@screen.route("/objekte/<int:property_id>/parteien/<int:person_id>", methods=["GET", "POST"])
@needs("office")
def party(property_id: int, person_id: int) -> Response | str | tuple[str, int]:
    """Changes a party."""
    house = db.get_or_404(Property, property_id)
    person = find_party(house, person_id)
    if person is None:
        abort(404)
    if request.method == "POST":
        return _save_party(house, person)
    values = person_values(person, party=True)
    return _party_page(_filled(PersonForm, values), house, person, write_stand(values))


def _save_object(property_id: int | None) -> Response | tuple[str, int]:
    form, stand = ObjectForm(), request.form.get("stand", "")
    theirs: list[str] = []
    try:
        saved = save_object(property_id, form.data, stand, clock.now())
    except ObjectGone:
        abort(404)
    except ObjectRefused as refused:
        _refuse(form, refused.faults)
    except ObjectChanged as clash:
        form, stand, theirs = _merge(ObjectForm, clash)
    else:
        return _done(saved)
    house = db.session.get(Property, property_id) if property_id else None
    return _object_page(form, house, stand, theirs), 422


def _save_party(house: Property, person: Person | None) -> Response | tuple[str, int]:
    property_id, person_id = house.id, person.id if person else None
    form, stand = PersonForm(), request.form.get("stand", "")
    theirs: list[str] = []
    try:
        saved = save_party(property_id, person_id, form.data, stand, clock.now())
    except ObjectGone:
        abort(404)
    except ObjectRefused as refused:
        _refuse(form, refused.faults)
    except ObjectChanged as clash:
        form, stand, theirs = _merge(PersonForm, clash)
    else:
        return _done(saved)
    house = db.get_or_404(Property, property_id)
    return _party_page(form, house, find_party(house, person_id), stand, theirs), 422


def _filled(form: type[Form], values: Mapping[str, Any]) -> Form:
    """A form with these values, whatever the request holds."""
    return form(formdata=None, data=dict(values))


def _refuse(form: PersonForm, faults: Mapping[str, str]) -> None:
    for name, sentence in faults.items():
        form[name].errors = [sentence]


def _merge(kind: type[Form], clash: ObjectChanged) -> tuple[Form, str, list[str]]:
    """The form after somebody else was quicker: both words side by side where both changed something."""
    form = _filled(kind, clash.merged)
    for name in clash.clashes:
        theirs = _shown(name, clash.now[name])
        form[name].errors = [_("Inzwischen steht hier %(value)s. OK ersetzt es durch Ihres.", value=theirs)]
    lines = [
        _("%(field)s: jetzt %(value)s", field=str(FIELDS[name]), value=_shown(name, clash.now[name]))
        for name in clash.theirs
    ]
    return form, write_stand(clash.now), lines


def _shown(name: str, value: str | bool) -> str:
    if isinstance(value, bool):
        return _("angehakt") if value else _("nicht angehakt")
    words = (
        PURPOSES
        if name.endswith("_purpose")
        else ROLES
        if name == "role"
        else LANDS
        if name == "land"
        else {}
    )
    return f"»{words.get(value, value)}«" if value else _("nichts")


def _done(saved: Saved) -> Response:
    if not saved.changed:
        flash(_("Es war nichts zu ändern."), "info")
    elif saved.unticked:
        flash(
            _(
                "Gespeichert. Noch ohne Einwilligung: %(addresses)s. Wer zugestimmt hat, wird hier angehakt.",
                addresses=", ".join(saved.unticked),
            ),
            "warning",
        )
    else:
        flash(_("Gespeichert."), "success")
    return redirect(url_for("objects.one", property_id=saved.property_id))


def _object_page(
    form: ObjectForm, house: Property | None, stand: str = "", theirs: list[str] | None = None
) -> str:
    own = own_person(house) if house else None
    return render_template(
        "objects/edit.html",
        form=form,
        house=house,
        stand=stand,
        theirs=theirs,
        reaches=_reaches(own),
        look_of=look_of,
    )


def _party_page(
    form: PersonForm,
    house: Property,
    person: Person | None,
    stand: str = "",
    theirs: list[str] | None = None,
) -> str:
    return render_template(
        "objects/party.html",
        form=form,
        house=house,
        person=person,
        stand=stand,
        theirs=theirs,
        reaches=_reaches(person),
        look_of=look_of,
    )


def _reaches(person: Person | None) -> dict[str, Reach]:
    """What is stored in each field for a number or e-mail address, with the ledger's word on it."""
    if person is None:
        return {}
    (resident,) = residents_of([person])
    return {f"{one.address.kind}{one.address.position}": one for one in resident.reaches}
