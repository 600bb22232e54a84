"""The lists that the demo's WinChim has delivered: one of customers, one of appointments, one that waits."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from kehr.actions.imports.import_runs import keep_upload
from kehr.actions.imports.take_in_file import apply_file
from kehr.demo.people import House, apartments, houses

_CUSTOMERS = [
    *("Nummer", "Anrede", "Titel", "Vorname", "Name", "Straße/Hnr", "PLZ", "Ort"),
    *("Tel.Nr.1", "Tel.Nr.1 Einwilligung", "eMail"),
]
_APPOINTMENTS = ["Termin-Nr", "Nummer", "Datum", "Beginn", "Ende", "Art", "Bemerkung"]
_WORKS = ("Abgasmessung", "Feuerbeschau", "Überprüfung Gasgerät")


def bring_lists(moment: datetime, today: date) -> None:
    """What came by the folder one morning: most of it is known, some is new, some cannot be read."""
    customers = _table([_CUSTOMERS, *_customer_rows()])
    apply_file(customers, "Kunden_WinChim.csv", "customers", None, None, "", "folder", moment)
    appointments = _table([_APPOINTMENTS, *_appointment_rows(today)])
    apply_file(appointments, "Termine_WinChim.csv", "appointments", None, None, "", "folder", moment)


def leave_upload(moment: datetime) -> None:
    """A list that somebody has uploaded and not yet looked through."""
    rows = [_CUSTOMERS, *(_customer(house) for house in houses()[20:24])]
    rows.append(["A110071", "Frau", "", "Lotte", "Sommer", "Lindenweg 31", "4493", "Wolfern", *[""] * 3])
    keep_upload(_table(rows), "Kunden_Nachtrag.csv", "demo", moment)


def _customer_rows() -> Iterable[list[str]]:
    """Known homes, one of them with a new number; a new object; a line without number."""
    for house in houses()[3:15]:
        yield _customer(house, "07252 81250" if house.number == "A110015" else "")
    yield [
        *("A110070", "Herr", "", "Norbert", "Zeller", "Lindenweg 29", "4493", "Wolfern"),
        *("0664 1000070", "x", ""),
    ]
    yield ["", "Frau", "", "Adele", "Ohnesorg", "Dorfstraße 3", "4407", "Dietach", "0664 1000999", "x", ""]


def _customer(house: House, phone: str = "") -> list[str]:
    own = house.people[0]
    return [
        house.number,
        own.salutation,
        own.title,
        own.first_name,
        own.name,
        house.street,
        house.postcode,
        house.town,
        phone or next(iter(own.phones), ""),
        "x" if own.said and not phone else "",
        next(iter(own.emails), ""),
    ]


def _appointment_rows(today: date) -> Iterable[list[str]]:
    """Other works in the weeks to come, and one at an object that nobody knows."""
    known = [*houses()[28:36], apartments()[5], apartments()[8]]
    for serial, number in enumerate([*(house.number for house in known), "A119999"]):
        day = today + timedelta(days=8 + serial)
        begin = 16 + serial % 2
        work = _WORKS[serial % len(_WORKS)]
        yield [f"W{7000 + serial}", number, f"{day:%d.%m.%Y}", f"{begin}:15", f"{begin}:45", work, ""]


def _table(rows: list[list[str]]) -> bytes:
    """As WinChim writes it: semicolons, and the letters of Windows."""
    file = io.StringIO()
    csv.writer(file, delimiter=";", lineterminator="\r\n").writerows(rows)
    return file.getvalue().encode("cp1252")
