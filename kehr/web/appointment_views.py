"""One appointment: its entry, who is told and why not, and to which object it belongs."""

from __future__ import annotations

import re

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from kehr import clock
from kehr.actions.people.match_appointments import NotThere, correct_match
from kehr.actions.visits.deadline_signs import deadline_signs
from kehr.actions.visits.list_appointments import Stop
from kehr.actions.visits.show_appointment import list_unmatched, offer_houses, show_stop
from kehr.models import Appointment
from kehr.rules.entries.residents import House
from kehr.rules.terms.names import split_name
from kehr.web.access import needs
from kehr.web.filters import office_zone, phone
from kehr.web.fragments import wants_fragment
from kehr.web.pages import page_asked, page_numbers
from kehr.web.security import is_local_path

PAGE = 30
AHEAD_DAYS = 62


@needs("reader")
def one(appointment_id: int) -> str:
    """Everything about one appointment; a window beside the list, and a page of its own."""
    return render_template(
        "appointments/_window.html" if wants_fragment() else "appointments/one.html",
        stop=_stop(appointment_id),
        deadline=deadline_signs([appointment_id], clock.now(), office_zone()).get(appointment_id),
        back=_back(),
    )


@needs("office")
def choose(appointment_id: int) -> str:
    """The objects that a search finds, to choose the right one."""
    stop = _stop(appointment_id)
    search = request.args.get("suche", "").strip()[:200]
    return _chosen_page(stop, search)


@needs("office")
def correct(appointment_id: int) -> Response | tuple[str, int]:
    """Somebody's word: this entry, and those like it, belong to this object, party, or to none."""
    stop = _stop(appointment_id)
    said = request.form.get("gehoert", "")
    property_id, person_id = _read(said)
    if said != "keinem" and property_id is None:
        return _chosen_page(stop, request.form.get("suche", ""), _nothing_chosen()), 422
    try:
        changed = correct_match(appointment_id, property_id, person_id, current_user.login, clock.now())
    except NotThere:
        return _chosen_page(stop, request.form.get("suche", ""), _gone()), 422
    _tell(_stop(appointment_id), changed)
    return redirect(_back() or url_for("appointments.one", appointment_id=appointment_id))


@needs("reader")
def unmatched() -> str:
    """The coming appointments that belong to no object yet, with what they could mean."""
    page = page_asked()
    choices, total = list_unmatched(clock.now(), AHEAD_DAYS, page, PAGE)
    return render_template(
        "appointments/unmatched.html",
        choices=choices,
        total=total,
        days=AHEAD_DAYS,
        pages=page_numbers("appointments.unmatched", page, total, PAGE),
        page=page,
        new_object=new_object_path,
    )


def new_object_path(row: Appointment) -> str:
    """Where an object is made from an entry, its fields filled with what the entry says."""
    street, _comma, town = row.place.partition(",")
    town = town.strip()
    values = {
        "number": row.object_number,
        "salutation": row.salutation,
        "name": split_name(row.name).rest,
        "street": street.strip(),
        "place": f"A - {town}" if re.match(r"\d{4}\s", town) else town,
        "phone1": phone(row.phones[0]["e164"]) if row.phones else "",
        "email1": row.emails[0] if row.emails else "",
    }
    return url_for("object_edit.new", **{name: value for name, value in values.items() if value})


def _stop(appointment_id: int) -> Stop:
    stop = show_stop(appointment_id)
    if stop is None:
        abort(404)
    return stop


def _back() -> str:
    """Where the reader came from, if that is a page of this house."""
    path = request.values.get("zurueck", "")
    return path if is_local_path(path) else ""


def _read(said: str) -> tuple[int | None, int | None]:
    """`12` or `12-34`: an object, or one party of it."""
    found = re.fullmatch(r"([0-9]{1,9})(?:-([0-9]{1,9}))?", said)
    if found is None:
        return None, None
    return int(found[1]), int(found[2]) if found[2] else None


def _chosen_page(stop: Stop, search: str, fault: str = "") -> str:
    houses: tuple[House, ...] = offer_houses(stop, search)
    return render_template(
        "appointments/choose.html",
        stop=stop,
        search=search,
        houses=houses,
        fault=fault,
        back=_back(),
        new_object=new_object_path(stop.appointment),
    )


def _nothing_chosen() -> str:
    return _("Nichts gespeichert: Wählen Sie ein Objekt aus der Liste oder »gehört zu keinem Objekt«.")


def _gone() -> str:
    return _("Nichts gespeichert: Dieses Objekt oder diese Partei gibt es nicht mehr. Suchen Sie neu.")


def _tell(stop: Stop, changed: int) -> None:
    if stop.house is None:
        said = _("Gemerkt: Einträge wie dieser gehören zu keinem Objekt.")
    else:
        person = stop.house.person(stop.appointment.person_id)
        whom = (person.full_name or person.unit) if person else _("ganzes Haus")
        said = _(
            "Gemerkt: Einträge wie dieser gehören zu Objekt %(number)s (%(whom)s).",
            number=stop.house.number,
            whom=whom,
        )
    if changed > 1:
        more = ngettext(
            "Auch %(num)s weiterer Termin ist neu zugeordnet.",
            "Auch %(num)s weitere Termine sind neu zugeordnet.",
            changed - 1,
        )
        said = f"{said} {more}"
    flash(said, "success")
