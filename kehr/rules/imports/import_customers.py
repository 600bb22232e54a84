"""One row of a customers' list: what it says about an object and about one person there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from kehr.rules.forms.object_form import HOUSE_TEXTS, PERSON_TEXTS
from kehr.rules.forms.settings_reader import is_email
from kehr.rules.imports.import_columns import bare
from kehr.rules.imports.import_house import read_house
from kehr.rules.imports.import_phones import read_phone
from kehr.rules.imports.import_values import Cells, Note, RowRefused, day_of, number_text
from kehr.rules.terms.german import full_date
from kehr.rules.terms.people import MOST, AddressKind, Purpose, Role, key_of

_TOTALS = frozenset({"summe", "gesamt", "gesamtsumme", "insgesamt", "total", "anzahl"})
"""Words with which the last line of a list begins that counts the others."""

Slot = tuple[AddressKind, int]
"""A place for an address in the form: its kind and its position from 1."""

_SLOTS: tuple[tuple[Slot, str, str, str], ...] = (
    *(
        ((AddressKind.PHONE, n), f"phone{n}", f"phone{n}_consent", f"phone{n}_main")
        for n in range(1, MOST[AddressKind.PHONE] + 1)
    ),
    ((AddressKind.FAX, 1), "fax", "", ""),
    *(
        ((AddressKind.EMAIL, n), f"email{n}", f"email{n}_consent", f"email{n}_purpose")
        for n in range(1, MOST[AddressKind.EMAIL] + 1)
    ),
)
"""Each place for an address with its columns: the address itself, consent, and what it is for."""

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


def read_customer(cells: Cells, today: date = date.max) -> CustomerRow:
    """Reads one row; nobody has agreed on a day after `today`. Raises RowRefused with what must be mended
    before it can be taken over.
    """
    number = _key_text(cells, "number", HOUSE_TEXTS["number"])
    if not any(c.isalnum() for c in number):
        raise RowRefused("cell_missing", column=cells.headings["number"])
    if re.findall(r"\w+", number)[0].casefold() in _TOTALS:
        raise RowRefused("row_total", column=cells.headings["number"], value=number)
    unit = _key_text(cells, "unit", PERSON_TEXTS["unit"])
    notes: list[Note] = []
    return CustomerRow(
        number=number,
        number_key=key_of(number),
        unit=unit,
        unit_key=key_of(unit),
        role=_role(cells),
        house=read_house(cells, notes),
        person=_person(cells),
        addresses=tuple(_addresses(cells, notes)),
        given_on=_given_on(cells, today),
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


def _given_on(cells: Cells, today: date) -> date | None:
    if not cells.has("given_on"):
        return None
    column = cells.headings["given_on"]
    day = day_of(cells.values.get("given_on"), column)
    if day is not None and day > today:
        raise RowRefused("day_not_yet", day=full_date(day), column=column)
    return day


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


def _addresses(cells: Cells, notes: list[Note]) -> Iterator[RowAddress]:
    seen: set[str] = set()
    for slot, name, consent, use in _SLOTS:
        if not cells.has(name) and not cells.has(consent) and not cells.has(use):
            continue
        granted = cells.yes(consent) if cells.has(consent) else None
        if not cells.has(name):
            yield RowAddress(slot, purpose=_use(cells, slot, use), granted=granted)
            continue
        found = _number(cells, name, notes) if slot[0] != AddressKind.EMAIL else _email(cells, name, notes)
        if found is None:
            if granted:
                notes.append(Note("tick_alone", {"column": cells.headings[consent]}))
            yield RowAddress(slot, "")
            continue
        typed, value, type_, country = found
        if value and value in seen and slot[0] != AddressKind.FAX:
            notes.append(Note("address_twice", {"column": cells.headings[name], "typed": typed}))
            yield RowAddress(slot, "")
            continue
        seen.add(value)
        yield RowAddress(slot, typed, value, type_, country, _use(cells, slot, use), granted)


def _use(cells: Cells, slot: Slot, field: str) -> Purpose | None:
    """What the address is for; None when the file does not say."""
    if not cells.has(field):
        return None
    if slot[0] == AddressKind.EMAIL:
        return _purpose(cells, field)
    return Purpose.MAIN if cells.yes(field) else Purpose.ALL


def _number(cells: Cells, name: str, notes: list[Note]) -> tuple[str, str, str, str] | None:
    phone = read_phone(cells.values.get(name), cells.headings[name])
    if phone is None:
        return None
    if phone.note is not None:
        notes.append(phone.note)
    return phone.typed, phone.value, phone.type, phone.country


def _email(cells: Cells, name: str, notes: list[Note]) -> tuple[str, str, str, str] | None:
    typed = cells.text(name, 200).removeprefix("mailto:")
    if not typed:
        return None
    value = typed.lower() if is_email(typed) else ""
    if not value:
        notes.append(Note("email_unreadable", {"column": cells.headings[name], "typed": typed[:60]}))
    return typed, value, "", ""


def _purpose(cells: Cells, name: str) -> Purpose:
    text = cells.text(name, 60)
    purpose = _PURPOSE_OF.get(bare(text)) if text else Purpose.ALL
    if purpose is None:
        raise RowRefused("cell_not_purpose", column=cells.headings[name], typed=text[:40])
    return purpose
