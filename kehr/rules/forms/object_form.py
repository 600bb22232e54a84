"""Checks what was typed about an object, the people in it and their numbers, field by field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from kehr.rules.forms.settings_reader import is_email
from kehr.rules.forms.settings_values import LANDS
from kehr.rules.terms.people import MOST, AddressKind, Purpose, Role
from kehr.rules.terms.phones import BadNumber, normalise
from kehr.rules.terms.places import BadPlace, read_place

HOUSE_TEXTS = {"number": 40, "street": 200, "place": 130, "land": 20}
PERSON_TEXTS = {
    "unit": 60,
    "salutation": 40,
    "title": 60,
    "first_name": 120,
    "name": 200,
    "name2": 200,
    "name3": 200,
    "sms_name": 200,
    "www": 300,
}
"""How many characters fit into a field."""
LONGEST_NOTE = 4000
LONGEST_NUMBER = 60
MOST_UNITS = 2000
PHONES = tuple(f"phone{n}" for n in range(1, MOST[AddressKind.PHONE] + 1))
EMAILS = tuple(f"email{n}" for n in range(1, MOST[AddressKind.EMAIL] + 1))
UNIT_OF_ROLE = {Role.OWNER: "Eigentümer", Role.MANAGER: "Verwaltung"}
"""What an owner or manager is listed under who has no flat."""

_PLACES = {
    "postcode_missing": "Hier fehlt die Postleitzahl; so schreiben: A - 4400 Steyr.",
    "postcode_wrong": "Eine österreichische Postleitzahl hat vier Ziffern; so schreiben: A - 4400 Steyr.",
    "town_missing": "Hier fehlt der Ort; so schreiben: A - 4400 Steyr.",
    "place_unreadable": "»{typed}« ist kein Ort; so schreiben: A - 4400 Steyr.",
}
_NUMBERS = {
    "number_several": "Hier stehen mehrere Nummern. Tragen Sie jede in ein eigenes Feld ein.",
    "number_without_prefix": "»{typed}« hat keine Vorwahl; so schreiben: 0664 1000001 oder +43 664 1000001.",
    "number_too_short": "»{typed}« ist zu kurz für eine Telefonnummer. Prüfen Sie, ob Ziffern fehlen.",
    "number_too_long": "»{typed}« ist zu lang für eine Telefonnummer. Prüfen Sie, ob Ziffern zu viel sind.",
    "number_unreadable": "»{typed}« ist keine Telefonnummer; so schreiben: 0664 1000001.",
}


@dataclass(frozen=True, slots=True)
class CheckedAddress:
    """A number or e-mail address by the names of its row."""

    kind: AddressKind
    position: int
    typed: str
    value: str
    type: str = ""
    country: str = ""
    purpose: Purpose = Purpose.ALL


@dataclass(frozen=True, slots=True)
class Checked:
    """Values by the names of the row, its addresses, and a German sentence for each field at fault."""

    values: dict[str, object] = field(default_factory=dict)
    addresses: list[CheckedAddress] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)

    @property
    def says_nothing(self) -> bool:
        """Whether no name and no address is there: then there is nobody."""
        named = (self.values.get(name) for name in PERSON_TEXTS if name != "unit")
        return not self.addresses and not any(named)


def check_house(typed: Mapping[str, object]) -> Checked:
    """Checks number, street, place, land, units and note. Only the number must be there."""
    checked = Checked()
    texts = _texts(checked, typed, HOUSE_TEXTS)
    checked.values.update(number=texts["number"], street=texts["street"], land=texts["land"])
    if not any(character.isalnum() for character in texts["number"]):
        checked.faults.setdefault(
            "number", "Die Nummer fehlt. Jedes Objekt braucht eine, zum Beispiel A110010."
        )
    try:
        place = read_place(texts["place"])
    except BadPlace as error:
        checked.faults.setdefault("place", _PLACES[error.code].format(typed=texts["place"]))
    else:
        checked.values.update(country=place.country, postcode=place.postcode, town=place.town)
        if len(place.postcode) > 12:
            checked.faults.setdefault("place", _PLACES["place_unreadable"].format(typed=texts["place"]))
    if texts["land"] and texts["land"] not in LANDS:
        checked.faults.setdefault(
            "land", f"»{texts['land']}« ist kein Bundesland. Wählen Sie eines aus der Liste."
        )
    _take_units(checked, typed)
    _take_note(checked, typed)
    return checked


def check_person(typed: Mapping[str, object], *, party: bool) -> Checked:
    """Checks names, numbers and e-mail addresses of one person.

    A `party` needs its flat; whoever has a number or a title needs a name.
    """
    checked = Checked()
    texts = _texts(checked, typed, PERSON_TEXTS)
    checked.values.update(texts)
    role = str(typed.get("role") or (Role.PARTY if party else Role.OWNER))
    if role not in set(Role):
        checked.faults["role"] = "Diese Rolle gibt es nicht. Wählen Sie eine aus der Liste."
    else:
        checked.values["role"] = role
        if party and not texts["unit"]:
            checked.values["unit"] = UNIT_OF_ROLE.get(Role(role), "")
    for name in PHONES:
        _take_phone(checked, name, typed)
    _take_fax(checked, typed)
    for name in EMAILS:
        _take_email(checked, name, typed)
    _take_www(checked)
    if party and not checked.values["unit"]:
        checked.faults.setdefault(
            "unit", "Die Einheit fehlt. Tragen Sie ein, wo die Partei wohnt, zum Beispiel Top 3."
        )
    if not texts["name"] and (party or checked.faults or not checked.says_nothing):
        checked.faults.setdefault("name", "Der Name fehlt. Ohne ihn kann niemand angesprochen werden.")
    if not party:
        checked.values["unit"] = ""
    return checked


def _texts(checked: Checked, typed: Mapping[str, object], longest: Mapping[str, int]) -> dict[str, str]:
    texts = {name: _line(typed, name) for name in longest}
    for name, most in longest.items():
        _check_text(checked, name, texts[name], most)
    return texts


def _line(typed: Mapping[str, object], name: str) -> str:
    """What stands in a field of one line, the spaces as they were typed but for those around it."""
    return str(typed.get(name) or "").strip()


def _check_text(checked: Checked, name: str, text: str, most: int) -> bool:
    if len(text) > most:
        checked.faults[name] = f"Höchstens {most} Zeichen haben Platz, hier sind es {len(text)}."
    elif not text.isprintable():
        checked.faults[name] = "Hier steht ein unsichtbares Zeichen. Tippen Sie es neu."
    return name not in checked.faults


def _take_units(checked: Checked, typed: Mapping[str, object]) -> None:
    text = _line(typed, "units")
    checked.values["units"] = None
    if not text:
        return
    if not re.fullmatch(r"\d{1,6}", text, re.ASCII) or not 1 <= int(text) <= MOST_UNITS:
        checked.faults["units"] = f"Eine Zahl von 1 bis {MOST_UNITS}, oder nichts, wenn sie unbekannt ist."
        return
    checked.values["units"] = int(text)


def _take_note(checked: Checked, typed: Mapping[str, object]) -> None:
    note = "\n".join(line.rstrip() for line in str(typed.get("note") or "").splitlines()).strip()
    checked.values["note"] = note
    if len(note) > LONGEST_NOTE:
        checked.faults["note"] = f"Höchstens {LONGEST_NOTE} Zeichen haben Platz, hier sind es {len(note)}."
    elif "\0" in note:
        checked.faults["note"] = "Hier steht ein unsichtbares Zeichen. Tippen Sie es neu."


def _take_phone(checked: Checked, name: str, typed: Mapping[str, object]) -> None:
    text = _line(typed, name)
    purpose = Purpose.MAIN if typed.get(f"{name}_main") else Purpose.ALL
    number = _number(checked, name, text, purpose)
    if number is None:
        return
    twin = next((a for a in checked.addresses if a.value == number.value), None)
    if twin is not None:
        checked.faults[name] = f"Diese Nummer steht schon bei Tel.Nr.{twin.position}. Löschen Sie eine."
        return
    checked.addresses.append(number)


def _take_fax(checked: Checked, typed: Mapping[str, object]) -> None:
    number = _number(checked, "fax", _line(typed, "fax"), Purpose.ALL)
    if number is not None:
        checked.addresses.append(number)


def _number(checked: Checked, name: str, text: str, purpose: Purpose) -> CheckedAddress | None:
    if not text or not _check_text(checked, name, text, LONGEST_NUMBER):
        return None
    try:
        number = normalise(text)
    except BadNumber as error:
        checked.faults[name] = _NUMBERS[error.code].format(typed=text)
        return None
    kind = AddressKind.FAX if name == "fax" else AddressKind.PHONE
    position = 1 if name == "fax" else PHONES.index(name) + 1
    return CheckedAddress(kind, position, text, number.e164, number.type, number.country, purpose)


def _take_email(checked: Checked, name: str, typed: Mapping[str, object]) -> None:
    text = _line(typed, name)
    if not text:
        return
    purpose = str(typed.get(f"{name}_purpose") or Purpose.ALL)
    if purpose not in set(Purpose):
        checked.faults[f"{name}_purpose"] = "Diesen Zweck gibt es nicht. Wählen Sie einen aus der Liste."
        return
    if not is_email(text):
        checked.faults[name] = f"»{text[:60]}« ist keine E-Mail-Adresse; so schreiben: office@example.at."
        return
    value = text.lower()
    if any(known.value == value for known in checked.addresses):
        checked.faults[name] = "Diese Adresse steht schon bei eMail. Löschen Sie eine."
        return
    position = EMAILS.index(name) + 1
    checked.addresses.append(
        CheckedAddress(AddressKind.EMAIL, position, text, value, purpose=Purpose(purpose))
    )


def _take_www(checked: Checked) -> None:
    text = str(checked.values["www"])
    if text and web_address(text) is None:
        checked.faults.setdefault("www", f"»{text[:60]}« ist keine Webadresse; so schreiben: www.example.at.")


def web_address(typed: str) -> str | None:
    """Where a link to a typed web address leads, None when it is none. Only http and https are followed."""
    if not typed or any(character.isspace() for character in typed):
        return None
    url = typed if re.match(r"https?://", typed, re.IGNORECASE) else f"https://{typed}"
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if "@" in parts.netloc or not re.fullmatch(r"(?:[\w-]{1,63}\.)+[^\W\d_]{2,63}\.?", host):
        return None
    return url
