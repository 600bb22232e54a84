"""One row of a customers' list: what it says about an object and about one person there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from kehr.rules.import_columns import bare
from kehr.rules.import_phones import ReadPhone, read_phone
from kehr.rules.import_values import Cells, Note, RowRefused, day_of, number_text
from kehr.rules.object_form import HOUSE_TEXTS, LONGEST_NOTE, MOST_UNITS, PERSON_TEXTS
from kehr.rules.people import MOST, AddressKind, Purpose, Role, key_of
from kehr.rules.places import BadPlace, Place, read_place
from kehr.rules.settings_reader import is_email
from kehr.rules.settings_values import LANDS

Slot = tuple[AddressKind, int]
"""A place for an address in the form: its kind and its position from 1."""

_ROLES = {
    Role.OWNER: "eigentumer eigentumerin hauseigentumer besitzer besitzerin kunde kundin owner",
    Role.PARTY: "partei mieter mieterin bewohner bewohnerin wohnungseigentumer pachter party",
    Role.MANAGER: "verwaltung hausverwaltung verwalter verwalterin hausverwalter manager",
}
_ROLE_OF = {word: role for role, words in _ROLES.items() for word in words.split()}
_PURPOSES = {
    Purpose.ALL: "alles alle all",
    Purpose.INVOICE: "rechnung rechnungen invoice",
    Purpose.APPOINTMENT: "termin termine appointment",
    Purpose.MAIN: "nurhk hk hauptkehrung nurhauptkehrung nurhauptkehrungen main",
}
_PURPOSE_OF = {word: purpose for purpose, words in _PURPOSES.items() for word in words.split()}
_LONG_LANDS = (
    "wien",
    "niederosterreich",
    "oberosterreich",
    "salzburg",
    "tirol",
    "vorarlberg",
    "steiermark",
    "karnten",
    "burgenland",
)
_LANDS = {bare(land): land for land in LANDS} | dict(zip(_LONG_LANDS, LANDS, strict=True))
_COUNTRIES = {
    "osterreich": "A",
    "austria": "A",
    "deutschland": "D",
    "germany": "D",
    "schweiz": "CH",
    "italien": "I",
    "tschechien": "CZ",
    "slowenien": "SLO",
    "ungarn": "H",
    "slowakei": "SK",
    "liechtenstein": "FL",
}
_NAMED_COUNTRY = re.compile(r"[^\W\d_]{1,3}\s*[-–]\s*\d")
_WHOLE_PLACE = re.compile(r"(?:[^\W\d_]{1,3}\s*[-–]\s*)?\d{4}")
_LACKING = {"postcode_missing": "postcode", "town_missing": "town"}
_SIGN = re.compile(r"[A-Za-z]{1,3}")
_SALUTED = frozenset({"herr", "herrn", "frau", "hr.", "fr."})
_PARTICLES = frozenset({"von", "van", "de", "der", "den", "zu", "vom", "zur"})


@dataclass(frozen=True, slots=True)
class RowAddress:
    """What a row says of one number or address. None means that the file has no such column; `typed`
    empty that there is none (any more).
    """

    slot: Slot
    typed: str | None = None
    value: str = ""
    type: str = ""
    country: str = ""
    purpose: Purpose | None = None
    granted: bool | None = None


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A row as read. `house` and `person` hold only what the file has columns for, by the names of the
    models; `number_key` and `unit_key` are what is compared.
    """

    number: str
    number_key: str
    unit: str
    unit_key: str
    role: Role | None
    house: dict[str, object] = field(default_factory=dict)
    person: dict[str, str] = field(default_factory=dict)
    addresses: tuple[RowAddress, ...] = ()
    given_on: date | None = None
    notes: tuple[Note, ...] = ()

    @property
    def name(self) -> str:
        """What the person is called in lists of results."""
        names = (self.person.get("first_name", ""), self.person.get("name", ""))
        return " ".join(part for part in names if part)


def read_customer(cells: Cells) -> CustomerRow:
    """Reads one row. Raises RowRefused with what must be mended before it can be taken over."""
    number = _key_text(cells, "number", HOUSE_TEXTS["number"])
    if not any(c.isalnum() for c in number):
        raise RowRefused("cell_missing", column=cells.headings["number"])
    unit = _key_text(cells, "unit", PERSON_TEXTS["unit"])
    notes: list[Note] = []
    return CustomerRow(
        number=number,
        number_key=key_of(number),
        unit=unit,
        unit_key=key_of(unit),
        role=_role(cells),
        house=dict(_house(cells, notes)),
        person=_person(cells),
        addresses=tuple(_addresses(cells, notes)),
        given_on=_given_on(cells),
        notes=tuple(notes),
    )


def _key_text(cells: Cells, field: str, most: int) -> str:
    if not cells.has(field):
        return ""
    return number_text(cells.values.get(field), cells.headings[field], most)


def _role(cells: Cells) -> Role | None:
    text = cells.text("role", 60) if cells.has("role") else ""
    if not text:
        return None
    role = _ROLE_OF.get(bare(text))
    if role is None:
        raise RowRefused("cell_not_role", column=cells.headings["role"], typed=text[:40])
    return role


def _given_on(cells: Cells) -> date | None:
    if not cells.has("given_on"):
        return None
    return day_of(cells.values.get("given_on"), cells.headings["given_on"])


def _person(cells: Cells) -> dict[str, str]:
    found = {
        name: cells.text(name, most)
        for name, most in PERSON_TEXTS.items()
        if name != "unit" and cells.has(name)
    }
    if cells.has("full_name") and not found.get("name"):
        whole = cells.text("full_name", PERSON_TEXTS["first_name"] + 1)
        found["first_name"], found["name"] = _split(whole, found.get("salutation", ""))
    return found


def _split(whole: str, salutation: str) -> tuple[str, str]:
    """First name and name of one who is greeted as Herr or Frau; anybody else's name stays whole."""
    words = whole.split()
    if salutation.casefold() not in _SALUTED or len(words) < 2:
        return "", whole
    at = next((n for n, word in enumerate(words) if n and word in _PARTICLES), len(words) - 1)
    return " ".join(words[:at]), " ".join(words[at:])


def _house(cells: Cells, notes: list[Note]) -> Iterator[tuple[str, object]]:
    if cells.has("street"):
        yield "street", cells.text("street", HOUSE_TEXTS["street"])
    if cells.has("units"):
        yield from _units(cells, notes)
    if cells.has("note"):
        yield "note", cells.text("note", LONGEST_NOTE)
    country = ""
    if cells.has("land"):
        land, country = _land(cells, notes)
        if land is not None:
            yield "land", land
    yield from _place(cells, country, notes)


def _units(cells: Cells, notes: list[Note]) -> Iterator[tuple[str, object]]:
    text = cells.text("units", 40)
    if not text:
        yield "units", None
    elif text.isdecimal() and len(text) < 6 and 1 <= int(text) <= MOST_UNITS:
        yield "units", int(text)
    else:
        notes.append(Note("units_ignored", {"column": cells.headings["units"], "typed": text}))


def _land(cells: Cells, notes: list[Note]) -> tuple[str | None, str]:
    """The Bundesland and the country that the cell names; an empty cell leaves both as they are."""
    text = cells.text("land", 60)
    key = bare(text)
    if not text:
        return None, ""
    if key in _LANDS:
        return _LANDS[key], ""
    if key in _COUNTRIES:
        return None, _COUNTRIES[key]
    if _SIGN.fullmatch(text):
        return None, text.upper()
    notes.append(Note("land_ignored", {"column": cells.headings["land"], "typed": text}))
    return None, ""


def _place(cells: Cells, country: str, notes: list[Note]) -> Iterator[tuple[str, object]]:
    """Postcode, town and country from columns of their own, or from one like `A - 4400 Steyr`."""
    postcode, town, both = (cells.text(name, 140) for name in ("postcode", "town", "postcode_town"))
    whole = both or (town if _WHOLE_PLACE.match(town) else "")
    line = whole or f"{postcode} {town}".strip()
    named = _NAMED_COUNTRY.match(line) is not None
    try:
        place = read_place(f"{country} - {line}" if country and line and not named else line)
    except BadPlace as error:
        place = Place(country, postcode[:12], (town or both)[:120])
        named = False
        if line and (
            error.code not in _LACKING or cells.has("postcode_town") or cells.has(_LACKING[error.code])
        ):
            notes.append(Note("place_unclear", {"typed": line[:60]}))
    if country or named:
        yield "country", (country if not named else place.country)[:3]
    if cells.has("postcode") or cells.has("postcode_town") or place.postcode:
        yield "postcode", place.postcode[:12]
    if cells.has("town") or cells.has("postcode_town"):
        yield "town", place.town[:120]


def _addresses(cells: Cells, notes: list[Note]) -> Iterator[RowAddress]:
    seen: set[str] = set()
    for position in range(1, MOST[AddressKind.PHONE] + 1):
        if found := _phone(cells, (AddressKind.PHONE, position), f"phone{position}", notes):
            yield _without_twin(found, f"phone{position}", cells, seen, notes)
    if found := _phone(cells, (AddressKind.FAX, 1), "fax", notes):
        yield found
    for position in range(1, MOST[AddressKind.EMAIL] + 1):
        if found := _email(cells, (AddressKind.EMAIL, position), f"email{position}", notes):
            yield _without_twin(found, f"email{position}", cells, seen, notes)


def _without_twin(
    found: RowAddress, name: str, cells: Cells, seen: set[str], notes: list[Note]
) -> RowAddress:
    """The same number twice in one row counts once."""
    if found.value and found.value in seen:
        notes.append(Note("address_twice", {"column": cells.headings[name], "typed": found.typed}))
        return RowAddress(found.slot, "")
    seen.add(found.value)
    return found


def _phone(cells: Cells, slot: Slot, name: str, notes: list[Note]) -> RowAddress | None:
    granted = cells.yes(f"{name}_consent") if cells.has(f"{name}_consent") else None
    purpose = None
    if cells.has(f"{name}_main"):
        purpose = Purpose.MAIN if cells.yes(f"{name}_main") else Purpose.ALL
    if not cells.has(name):
        if granted is None and purpose is None:
            return None
        return RowAddress(slot, purpose=purpose, granted=granted)
    phone: ReadPhone | None = read_phone(cells.values.get(name), cells.headings[name])
    if phone is None:
        if granted:
            notes.append(Note("tick_alone", {"column": cells.headings[f"{name}_consent"]}))
        return RowAddress(slot, "")
    if phone.note is not None:
        notes.append(phone.note)
    return RowAddress(slot, phone.typed, phone.value, phone.type, phone.country, purpose, granted)


def _email(cells: Cells, slot: Slot, name: str, notes: list[Note]) -> RowAddress | None:
    granted = cells.yes(f"{name}_consent") if cells.has(f"{name}_consent") else None
    purpose = _purpose(cells, f"{name}_purpose") if cells.has(f"{name}_purpose") else None
    if not cells.has(name):
        if granted is None and purpose is None:
            return None
        return RowAddress(slot, purpose=purpose, granted=granted)
    typed = cells.text(name, 200).removeprefix("mailto:")
    if not typed:
        if granted:
            notes.append(Note("tick_alone", {"column": cells.headings[f"{name}_consent"]}))
        return RowAddress(slot, "")
    value = typed.lower() if is_email(typed) else ""
    if not value:
        notes.append(Note("email_unreadable", {"column": cells.headings[name], "typed": typed[:60]}))
    return RowAddress(slot, typed, value, purpose=purpose, granted=granted)


def _purpose(cells: Cells, name: str) -> Purpose:
    text = cells.text(name, 60)
    purpose = _PURPOSE_OF.get(bare(text)) if text else Purpose.ALL
    if purpose is None:
        raise RowRefused("cell_not_purpose", column=cells.headings[name], typed=text[:40])
    return purpose
