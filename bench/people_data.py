"""Makes a seeded town of houses, the people in them, and the lists that WinChim would export of them."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta


def _words(text: str, between: str | None = None) -> tuple[str, ...]:
    return tuple(text.split(between))


FIRST_NAMES = _words(
    "Anna Maria Eva Ida Helga Gertraud Roswitha Christine Monika Elisabeth Brigitte Hermine Sabine Petra "
    "Karl Josef Franz Peter Johann Thomas Alois Rudolf Walter Günther Jürgen Stefan Michael Andreas"
)
SURNAMES = _words(
    "Mayr Huber Gruber Wagner Müller Pichler Steiner Moser Hofer Leitner Öhlinger Grüber Baumgartner Aigner "
    "Wieser Lehner Steininger Kern Ecker Haas Reiter Fuchs Zauner Brandl Stöger Šimić Kovačević Großauer "
    "Schörgenhuber Holzinger Kaltenböck Wimmer Fürst Eder Winkler Schmid Bauer Wolf Lang Auer Binder Seidl"
)
STREETS = _words(
    "Redtenbachergasse Haratzmüllerstraße Stadtplatz Bahnhofstraße Wehrgrabengasse Enge Schönauerstraße "
    "Leopold-Werndl-Straße Fischergasse Gleinker Ennsleite Resselstraße Pachergasse Roseggerstraße Ahornweg "
    "Lindenallee Kirchenplatz Mühlbachgasse Raiffeisenstraße Föhrenschacherl Steinfeldstraße Dukartstraße"
)
TOWNS = (
    ("4400", "Steyr"),
    ("4407", "Steyr-Gleink"),
    ("4451", "Garsten"),
    ("4522", "Sierning"),
    ("4481", "Asten"),
    ("4470", "Enns"),
    ("4432", "Ernsthofen"),
    ("4493", "Wolfern"),
)
_DOORS = ("", "", "", "a", "/2")
KINDS = ("Kehrung", "Kehrung", "Hauptkehrung", "Kehrung", "Sonderarbeit")
FIRST_DAY = date(2026, 3, 16)
VISIT_DAYS = 250
_HEADINGS = _words(
    "Nummer;Partei;Rolle;Anrede;Vorname;Name;Straße;PLZ;Ort;Tel1;Tel1 Einwilligung;Tel1 Nur HK;"
    "Tel2;Tel2 Einwilligung;eMail;eMail Einwilligung;eMail für;Einwilligung am",
    ";",
)


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person of a house; `serial` counts through all of them. Without `unit` it is the owner.

    Numbers are empty when there is none, and typed as offices do; consents are by number.
    """

    serial: int
    unit: str
    salutation: str
    first_name: str
    name: str
    mobile: str = ""
    mobile_ticked: bool = False
    landline: str = ""
    email: str = ""
    email_ticked: bool = False


@dataclass(frozen=True, slots=True)
class House:
    """An object with everybody in it."""

    serial: int
    number: str
    street: str
    postcode: str
    town: str
    people: tuple[Somebody, ...]


def houses(count: int, seed: int = 3) -> Iterator[House]:
    """`count` houses: seven of ten have one person, two have three, one has twelve."""
    choose = random.Random(seed)
    serial = 0
    for number in range(count):
        size = (1, 1, 1, 3, 1, 1, 12, 1, 3, 1)[number % 10]
        postcode, town = choose.choice(TOWNS)
        people = tuple(_somebody(serial + n, n, size, choose) for n in range(size))
        serial += size
        yield House(
            serial=number,
            number=f"{'ABC'[number % 3]}{110_000 + number}",
            street=f"{choose.choice(STREETS)} {choose.randint(1, 120)}{choose.choice(_DOORS)}",
            postcode=postcode,
            town=town,
            people=people,
        )


def _somebody(serial: int, place: int, size: int, choose: random.Random) -> Somebody:
    first_name, name = choose.choice(FIRST_NAMES), choose.choice(SURNAMES)
    mobile = choose.random() < 0.82
    email = choose.random() < 0.3
    return Somebody(
        serial=serial,
        unit=f"Top {place}" if place and size > 1 else "",
        salutation="Frau" if FIRST_NAMES.index(first_name) < 14 else "Herr",
        first_name=first_name,
        name=name,
        mobile=_spelled(serial, choose) if mobile else "",
        mobile_ticked=mobile and choose.random() < 0.6,
        landline=f"07252 {200_000 + serial}" if choose.random() < 0.25 else "",
        email=f"{_ascii(first_name)}.{_ascii(name)}{serial}@example.at" if email else "",
        email_ticked=email and choose.random() < 0.5,
    )


def mobile_of(serial: int) -> str:
    """The E.164 form of a person's mobile number."""
    return f"+43664{1_000_000 + serial}"


def _spelled(serial: int, choose: random.Random) -> str:
    digits = str(1_000_000 + serial)
    return choose.choice(
        (
            f"0664 {digits}",
            f"0664 {digits}",
            f"0664/{digits[:3]} {digits[3:]}",
            f"+43 664 {digits}",
            f"+43 (0)664 / {digits[:3]} {digits[3:5]} {digits[5:]}",
        )
    )


def _ascii(text: str) -> str:
    table = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "š": "s", "ć": "c", "č": "c"}
    return "".join(table.get(c, c) for c in text.casefold())


def customers_csv(town: Iterable[House]) -> bytes:
    """The list of customers: one row a person, as `import-customers` understands it, in cp1252 as far as
    that goes.
    """
    rows = [list(_HEADINGS)] + [_customer_row(house, one) for house in town for one in house.people]
    return _csv(rows)


def _customer_row(house: House, one: Somebody) -> list[str]:
    said = one.mobile_ticked or one.email_ticked
    return [
        house.number,
        one.unit,
        "Partei" if one.unit else "Eigentümer",
        one.salutation,
        one.first_name,
        one.name,
        house.street,
        house.postcode,
        house.town,
        one.mobile,
        "x" if one.mobile_ticked else "",
        "x" if one.unit else "",
        one.landline,
        "",
        one.email,
        "x" if one.email_ticked else "",
        "Termin" if one.email else "",
        "12.01.2026" if said else "",
    ]


def visits(town: Iterable[House], count: int) -> Iterator[tuple[House, date, int, str]]:
    """House, day, minute of the day and kind of work of `count` coming appointments."""
    known = list(town)
    for serial in range(count):
        day = FIRST_DAY + timedelta(days=serial % VISIT_DAYS)
        minute = 8 * 60 + 10 * (serial // VISIT_DAYS % 50)
        yield known[serial * 7 % len(known)], day, minute, KINDS[serial % len(KINDS)]


def appointments_csv(town: Iterable[House], count: int) -> bytes:
    """The list of appointments: one row a visit, as `import-appointments` understands it."""
    rows: list[list[str]] = [["Termin-Nr", "Nummer", "Datum", "Beginn", "Ende", "Art", "Ort", "Bemerkung"]]
    for serial, (house, day, minute, kind) in enumerate(visits(town, count)):
        rows.append(
            [
                f"T{serial:06d}",
                house.number,
                f"{day:%d.%m.%Y}",
                _clock(minute),
                _clock(minute + 30),
                kind,
                f"{house.street}, {house.postcode} {house.town}",
                "",
            ]
        )
    return _csv(rows)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _csv(rows: list[list[str]]) -> bytes:
    file = io.StringIO()
    csv.writer(file, delimiter=";", lineterminator="\r\n").writerows(rows)
    return file.getvalue().encode("utf-8-sig")
