"""The customers of the demo office: invented people at streets of Steyr."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Customer:
    """One entry's worth of a customer; `contact` as an office would type it."""

    number: str
    name: str
    contact: str
    address: str


_STREETS = (
    ("Redtenbachergasse", "4400 Steyr"),
    ("Haratzmüllerstraße", "4400 Steyr"),
    ("Stadtplatz", "4400 Steyr"),
    ("Sierninger Straße", "4400 Steyr"),
    ("Wehrgrabengasse", "4400 Steyr"),
    ("Ennser Straße", "4407 Steyr-Gleink"),
)
_NAMES = (
    "Karl Mustermann",
    "Eva Šimić",
    "Ida Huber",
    "Anna Grüber",
    "Josef Öhlinger",
    "Sabine Baumgartner",
    "Fam. Leitner",
    "Maria Mayr",
    "Franz Aigner",
    "Helga Wieser",
    "Ing. Peter Lehner",
    "Gertraud Pichler",
    "Johann Steininger",
    "Roswitha Kern",
    "Hausverwaltung Ennsblick",
    "Thomas Ecker",
    "Christine Haas",
    "Alois Reiter",
    "Monika Fuchs",
    "Dr. Elisabeth Zauner",
    "Rudolf Gruber",
    "Brigitte Moser",
    "Walter Brandl",
    "Hermine Stöger",
)


def customers() -> list[Customer]:
    """Two dozen customers; one has only a landline, one no number, one only an e-mail address."""
    found = []
    for i, name in enumerate(_NAMES):
        street, town = _STREETS[i % len(_STREETS)]
        contact = f"0664 10000{i + 1:02d}"
        if name == "Helga Wieser":
            contact = "07252 81234"
        elif name == "Roswitha Kern":
            contact = ""
        elif name == "Hausverwaltung Ennsblick":
            contact = "hausverwaltung@example.at"
        found.append(Customer(f"A1100{i + 10}", name, contact, f"{street} {i * 3 % 40 + 1}, {town}"))
    return found
