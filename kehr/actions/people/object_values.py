"""An object and its people as the forms show them: texts and ticks by the names of the fields."""

from __future__ import annotations

import json
from collections.abc import Mapping

from kehr.models import Person, Property
from kehr.rules.forms.object_form import EMAILS, PERSON_TEXTS, PHONES
from kehr.rules.terms.people import AddressKind, Purpose, Role
from kehr.rules.terms.places import print_place

Values = dict[str, str | bool]


def house_values(house: Property) -> Values:
    """What the form of an object shows of the object itself."""
    return {
        "number": house.number,
        "street": house.street,
        "place": print_place(house.country, house.postcode, house.town),
        "land": house.land,
        "units": "" if house.units is None else str(house.units),
        "note": house.note,
    }


def person_values(person: Person | None, *, party: bool) -> Values:
    """What a form shows of a person; of None what an empty form holds.

    A party's number is Nur HK unless somebody says otherwise (A17).
    """
    values: Values = dict.fromkeys(PERSON_TEXTS, "")
    values |= dict.fromkeys((*PHONES, *EMAILS, "fax"), "")
    values |= {f"{name}_main": party for name in PHONES}
    values |= {f"{name}_purpose": str(Purpose.ALL) for name in EMAILS}
    values["role"] = str(Role.PARTY if party else Role.OWNER)
    if person is None:
        return values
    values |= {name: getattr(person, name) for name in PERSON_TEXTS}
    values["role"] = person.role
    for address in person.addresses:
        name = "fax" if address.kind == AddressKind.FAX else f"{address.kind}{address.position}"
        values[name] = address.typed
        if address.kind == AddressKind.PHONE:
            values[f"{name}_main"] = address.purpose == Purpose.MAIN
        elif address.kind == AddressKind.EMAIL:
            values[f"{name}_purpose"] = address.purpose
    return values


def own_person(house: Property) -> Person | None:
    """Who stands at the object's own address, if anybody."""
    return next((person for person in house.people if not person.unit_key), None)


def form_values(house: Property) -> Values:
    """What the form of an object shows: the object and its own address."""
    return house_values(house) | person_values(own_person(house), party=False)


def write_stand(values: Mapping[str, str | bool]) -> str:
    """What was stored when a form was opened, for its hidden field."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True)


def read_stand(text: str) -> Values:
    """What a form's hidden field says; of one that cannot be read nothing at all."""
    try:
        values = json.loads(text)
    except ValueError:
        return {}
    return values if isinstance(values, dict) else {}
