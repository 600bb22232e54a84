"""What the columns of an imported list mean: known by their headings, however these are spelled."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class ImportKind(StrEnum):
    """What a list brings."""

    CUSTOMERS = "customers"
    APPOINTMENTS = "appointments"


@dataclass(frozen=True, slots=True)
class Field:
    """Something that a column can mean: its name in profiles, and the label that the office reads."""

    name: str
    label: str
    required: bool = False


def _phone_fields() -> list[Field]:
    found = []
    for n in (1, 2, 3):
        found += [
            Field(f"phone{n}", f"Tel.Nr.{n}"),
            Field(f"phone{n}_consent", f"Tel.Nr.{n} Einwilligung"),
            Field(f"phone{n}_main", f"Tel.Nr.{n} Nur HK"),
        ]
    return found


def _email_fields() -> list[Field]:
    found = []
    for n in (1, 2):
        label = "eMail" if n == 1 else "eMail2"
        found += [
            Field(f"email{n}", label),
            Field(f"email{n}_consent", f"{label} Einwilligung"),
            Field(f"email{n}_purpose", f"{label} für"),
        ]
    return found


FIELDS: dict[ImportKind, tuple[Field, ...]] = {
    ImportKind.CUSTOMERS: (
        Field("number", "Nummer", required=True),
        Field("unit", "Partei"),
        Field("role", "Rolle"),
        Field("salutation", "Anrede"),
        Field("title", "Titel"),
        Field("first_name", "Vorname"),
        Field("name", "Name"),
        Field("full_name", "Vorname und Name"),
        Field("name2", "Name 2"),
        Field("name3", "Name 3"),
        Field("sms_name", "SMS-Name"),
        Field("street", "Straße/Hnr"),
        Field("postcode", "PLZ"),
        Field("town", "Ort"),
        Field("postcode_town", "PLZ/Ort"),
        Field("land", "Land"),
        Field("units", "Einheiten"),
        *_phone_fields(),
        Field("fax", "Fax"),
        *_email_fields(),
        Field("www", "WWW"),
        Field("given_on", "Einwilligung am"),
        Field("note", "Notiz"),
        Field("bank", "BLZ, Kto.Nr., Bankname (wird nicht eingelesen)"),
    ),
    ImportKind.APPOINTMENTS: (
        Field("uid", "Termin-Nr"),
        Field("number", "Nummer", required=True),
        Field("date", "Datum", required=True),
        Field("start", "Beginn"),
        Field("end", "Ende"),
        Field("work", "Art"),
        Field("place", "Ort"),
        Field("note", "Bemerkung"),
        Field("cancelled", "Storno"),
    ),
}
"""The fields of both kinds, in the order in which the office knows them."""

MANY = frozenset({"bank"})
"""Fields that several columns may mean."""

_NAMES = {
    ImportKind.CUSTOMERS: {
        "number": "nummer nr objekt objektnummer objektnr objnr kundennummer kundennr kdnr objektid",
        "unit": "partei parteinr parteinummer top topnr tur wohnung einheit wohneinheit tournr",
        "role": "rolle funktion",
        "salutation": "anrede",
        "title": "titel akademischertitel akadtitel",
        "first_name": "vorname vorn",
        "name": "name nachname familienname zuname name1 kunde kundenname",
        "full_name": "vornname vornamename vornameundname vorundnachname vornamenachname vorundzuname",
        "name2": "name2 namenszusatz namezusatz",
        "name3": "name3",
        "sms_name": "smsname namesms namefursms kurzname",
        "street": "strasse strassehnr strassehausnummer strassehausnr strasseundhausnummer strassenr adresse "
        "anschrift str strhnr strassehnummer strasseundnummer",
        "postcode": "plz postleitzahl",
        "town": "ort wohnort stadt gemeinde ortschaft",
        "postcode_town": "plzort plzundort postleitzahlort plzwohnort",
        "land": "land bundesland staat lkz landkennzeichen",
        "units": "einheiten wohneinheiten anzahleinheiten anzahlwohnungen wohnungen anzahlparteien",
        "fax": "fax faxnr faxnummer telefax",
        "www": "www web webseite website homepage internet",
        "given_on": "einwilligungam einwilligungvom einwilligungdatum datumeinwilligung "
        "einverstandniserklarungam einverstandnisam zustimmungam",
        "note": "notiz bemerkung anmerkung anmerkungen notizen info",
        "bank": "blz bankleitzahl ktonr konto kontonr kontonummer kto bank bankname iban bic bankverbindung",
    },
    ImportKind.APPOINTMENTS: {
        "uid": "terminnr terminnummer terminid uid auftragsnr auftragsnummer",
        "number": "nummer nr objekt objektnummer objektnr objnr kundennummer kundennr kdnr objektid",
        "date": "datum termin termindatum kehrdatum kehrtermin tag terminam",
        "start": "beginn von uhrzeit zeit start beginnzeit startzeit terminzeit ab beginnt uhrzeitvon "
        "zeitvon vonuhrzeit vonzeit beginnuhrzeit uhrzeitbeginn startuhrzeit",
        "end": "ende bis endzeit endezeit endet uhrzeitbis zeitbis bisuhrzeit biszeit endeuhrzeit",
        "work": "art arbeit terminart tatigkeit kehrart artdertatigkeit leistung arbeitsart",
        "place": "ort adresse anschrift strasse objektadresse terminort",
        "note": "bemerkung bemerkungen notiz anmerkung anmerkungen text beschreibung info",
        "cancelled": "storno storniert abgesagt absage stornierung entfallt",
    },
}

_PHONE = (
    r"(?:telefonnummer|telefonnr|telefon|telnummer|telnr|tel|handynummer|handynr|handy"
    r"|mobiltelefon|mobilnummer|mobilnr|mobil)"
)
_EMAIL = r"(?:emailadresse|mailadresse|email|mail)"
_CONSENT = (
    r"(?:einwilligung|einwilligungserklarung|einverstandnis|einverstandniserklarung|zustimmung|hakchen|haken)"
)
_MAIN = r"(?:nurhk|nurhauptkehrung|nurhauptkehrungen|hk)"
_PURPOSE = r"(?:fur|zweck|verwendung|verwendungfur)"
_NUMBERED = (
    (re.compile(rf"(?P<of>{_PHONE})([1-3]?)"), "phone{}"),
    (re.compile(rf"(?P<of>{_PHONE})([1-3]?){_CONSENT}"), "phone{}_consent"),
    (re.compile(rf"{_CONSENT}(?:fur)?(?P<of>{_PHONE})([1-3]?)"), "phone{}_consent"),
    (re.compile(rf"(?P<of>{_PHONE})([1-3]?){_MAIN}"), "phone{}_main"),
    (re.compile(rf"{_MAIN}(?:fur)?(?P<of>{_PHONE})?([1-3]?)"), "phone{}_main"),
    (re.compile(rf"(?P<of>{_EMAIL})([12]?)"), "email{}"),
    (re.compile(rf"(?P<of>{_EMAIL})([12]?){_CONSENT}"), "email{}_consent"),
    (re.compile(rf"{_CONSENT}(?:fur)?(?P<of>{_EMAIL})([12]?)"), "email{}_consent"),
    (re.compile(rf"(?P<of>{_EMAIL})([12]?){_PURPOSE}"), "email{}_purpose"),
)
"""Headings with a number or without; `of` is how they call the telephone or the e-mail address."""
_PLACES = {"phone": ("1", "2", "3"), "email": ("1", "2")}
_Called = tuple[str, str, str]
"""How headings call an address: phone or email, its word, and its number there."""
_OF_NAME = {
    kind: {name: field for field, names in fields.items() for name in names.split()}
    for kind, fields in _NAMES.items()
}
_TELLS_APPOINTMENTS = frozenset({"uid", "date", "start", "end", "cancelled"})


def bare(heading: str) -> str:
    """What is compared of a heading: `Straße / Hnr.` and `STRASSE HNR` are the same."""
    folded = unicodedata.normalize("NFKD", heading.casefold())
    text = "".join(c for c in folded if c.isalnum() and c.isascii())
    return text.replace("ae", "a").replace("oe", "o").replace("ue", "u")


def guess_columns(headings: Sequence[str], kind: str) -> dict[str, str]:
    """Heading -> name of the field, for those that are understood; the first of two alike wins.

    "Handy Einwilligung" belongs to the number that the column "Handy" brings, whichever that is.
    """
    kind = ImportKind(kind)
    read = [(heading, *_field_of(bare(heading), kind)) for heading in headings]
    found: dict[str, str] = {}
    for heading, field, _of, _number in read:
        if field and "{}" not in field and (field not in found.values() or field in MANY):
            found[heading] = field
    named = [one for one in read if "{}" in one[1]]
    places = _places_of([one for one in named if one[1].endswith("{}")], found)
    for heading, pattern, of, number in named:
        if pattern.endswith("{}"):
            continue
        address = pattern.partition("{}")[0]
        free = (n for n in _PLACES[address] if pattern.format(n) not in found.values())
        place = places.get((address, of, number), number or next(free, ""))
        if place and pattern.format(place) not in found.values():
            found[heading] = pattern.format(place)
    return {heading: found[heading] for heading in headings if heading in found}


def _places_of(named: list[tuple[str, str, str, str]], found: dict[str, str]) -> dict[_Called, str]:
    """Gives each column of an address its place in `found`: the one of its number if that is free, else
    the next. By what the headings call the addresses: the place, empty where none was left.
    """
    places: dict[_Called, str] = {}
    waiting = []
    for heading, address, of, number in named:
        field = address.format(number)
        if not number or field in found.values():
            waiting.append((heading, address, of, number))
            continue
        found[heading] = field
        places[address.removesuffix("{}"), of, number] = number
    for heading, address, of, number in waiting:
        kind = address.removesuffix("{}")
        free = next((n for n in _PLACES[kind] if address.format(n) not in found.values()), "")
        if free:
            found[heading] = address.format(free)
        places.setdefault((kind, of, number), free)
    return places


def _field_of(name: str, kind: ImportKind) -> tuple[str, str, str]:
    """The field that a bare heading names; where it has a `{}` it is that of an address, with how the
    heading calls that address and its number there, empty when the heading leaves it open.
    """
    if name in _OF_NAME[kind]:
        return _OF_NAME[kind][name], "", ""
    if kind == ImportKind.CUSTOMERS:
        for pattern, field in _NUMBERED:
            if match := pattern.fullmatch(name):
                return field, match["of"] or "", match[2]
    return "", "", ""


def kind_of(headings: Sequence[str]) -> str | None:
    """Which list this is: appointments have a date, customers none; None when it is neither."""
    for kind in (ImportKind.APPOINTMENTS, ImportKind.CUSTOMERS):
        columns = guess_columns(headings, kind)
        fields = set(columns.values())
        if "number" not in fields or len(fields) < 2:
            continue
        if kind == ImportKind.CUSTOMERS or fields & _TELLS_APPOINTMENTS >= {"date"}:
            return kind.value
    return None


def label_of(field: str, kind: str) -> str:
    """The German label of a field; raises KeyError for an unknown one."""
    return {one.name: one.label for one in FIELDS[ImportKind(kind)]}[field]


@dataclass(frozen=True, slots=True)
class ColumnFault:
    """Why columns cannot be read: `code` is column_missing, column_twice, column_unknown or column_absent;
    `detail` is the label or the heading.
    """

    code: str
    detail: str


def column_faults(columns: Mapping[str, str], headings: Iterable[str], kind: str) -> list[ColumnFault]:
    """Missing required fields, fields that two columns mean, unknown fields, headings not in the file."""
    kind = ImportKind(kind)
    known = {one.name: one for one in FIELDS[kind]}
    there = set(headings)
    found = [ColumnFault("column_unknown", f) for f in dict.fromkeys(columns.values()) if f not in known]
    found += [ColumnFault("column_absent", h) for h in columns if h not in there]
    meant = [f for h, f in columns.items() if h in there]
    twice = {f for f in meant if meant.count(f) > 1 and f not in MANY and f in known}
    found += [ColumnFault("column_twice", known[f].label) for f in dict.fromkeys(meant) if f in twice]
    found += [ColumnFault("column_missing", one.label) for one in FIELDS[kind] if _lacks(one, meant)]
    return found


def _lacks(field: Field, meant: Sequence[str]) -> bool:
    return field.required and field.name not in meant
