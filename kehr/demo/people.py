"""The objects of the demo office: invented people at streets in and around Steyr."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from kehr.rules.terms.search_text import fold


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person at an object. Numbers and addresses are as an office types them; `said` is how this person
    agreed to be told (a source of the ledger), empty when nothing was ever said. `main` is Nur HK.
    """

    name: str
    first_name: str = ""
    salutation: str = ""
    title: str = ""
    name2: str = ""
    sms_name: str = ""
    unit: str = ""
    role: str = "owner"
    phones: tuple[str, ...] = ()
    fax: str = ""
    emails: tuple[str, ...] = ()
    purpose: str = "all"
    main: bool = False
    said: str = ""

    @property
    def full_name(self) -> str:
        """Title, first name and name."""
        return " ".join(part for part in (self.title, self.first_name, self.name) if part)


@dataclass(frozen=True, slots=True)
class House:
    """An object with everybody at it, the object's own address first."""

    number: str
    street: str
    postcode: str
    town: str
    people: tuple[Somebody, ...]
    units: int | None = None
    note: str = ""

    @property
    def address(self) -> str:
        """Street and town in one line."""
        return f"{self.street}, {self.postcode} {self.town}"


OPTED_OUT = "0664 1000003"
"""The number of Ida Huber, who told the office that she wants no SMS."""
MANAGER = Somebody(
    "Hausverwaltung Ennsblick",
    salutation="Firma",
    name2="Frau Pointner",
    role="manager",
    phones=("07252 81240",),
    emails=("hausverwaltung@example.at",),
    purpose="appointment",
    said="form",
)
_STREETS = (
    ("Redtenbachergasse", "4400", "Steyr"),
    ("Haratzmüllerstraße", "4400", "Steyr"),
    ("Stadtplatz", "4400", "Steyr"),
    ("Sierninger Straße", "4400", "Steyr"),
    ("Wehrgrabengasse", "4400", "Steyr"),
    ("Ennser Straße", "4407", "Steyr-Gleink"),
    ("Klosterstraße", "4451", "Garsten"),
    ("Kirchenplatz", "4522", "Sierning"),
    ("Lindenweg", "4493", "Wolfern"),
    ("Dorfstraße", "4407", "Dietach"),
)
_HOMES = """
Herr||Karl|Mustermann
Frau||Eva|Šimić
Frau||Ida|Huber
Frau||Anna|Grüber
Herr||Josef|Öhlinger
Frau||Sabine|Baumgartner
Familie|||Leitner
Frau||Maria|Mayr
Herr||Franz|Aigner
Frau||Helga|Wieser
Herr|Ing.|Peter|Lehner
Frau||Gertraud|Pichler
Herr||Johann|Steininger
Frau||Roswitha|Kern
Firma|||Gasthof zur Enns
Herr||Thomas|Ecker
Frau||Christine|Haas
Herr||Alois|Reiter
Frau||Monika|Fuchs
Frau|Dr.|Elisabeth|Zauner
Herr||Rudolf|Gruber
Frau||Brigitte|Moser
Herr||Walter|Brandl
Frau||Hermine|Stöger
Frau||Dragana|Kovačević
Herr|Mag.|Andreas|Winkler
Frau||Petra|Eder
Herr||Günther|Fürst
Familie|||Holzinger
Frau||Ulrike|Kaltenböck
Frau||Erna|Sattler
Herr||Stefan|Wimmer
Frau||Renate|Schmid
Herr||Leopold|Auer
Frau|DI|Katharina|Binder
Herr||Michael|Seidl
Familie|||Großauer
Frau||Margarete|Lang
Herr||Ernst|Haider
Frau||Silvia|Wolf
Herr||Hubert|Bauer
Frau||Ingrid|Steiner
Firma|||Bäckerei Hofstätter
Herr||Manfred|Schörgenhuber
Frau||Theresia|Lechner
Herr||Robert|Danner
Frau||Waltraud|Mitterlehner
Firma|||Pfarre Gleink
Firma|||Volksschule Wehrgraben
Herr||Wolfgang|Kogler
"""
_SAID = ("form", "form", "phone", "form", "form", "in_person", "form", "form", "phone", "")
_SPECIAL: dict[str, dict[str, Any]] = {
    "Mustermann": {"emails": ("karl.mustermann@example.at",)},
    "Šimić": {"sms_name": "Simic"},
    "Huber": {"said": ""},
    "Wieser": {"phones": ("07252 81234",), "said": ""},
    "Kern": {"phones": (), "said": ""},
    "Gasthof zur Enns": {
        "phones": ("07252 81235",),
        "fax": "07252 812359",
        "emails": ("gasthof@example.at",),
    },
    "Reiter": {"phones": ("0664 1000018", "0664 1000068", "07252 81236")},
    "Zauner": {"emails": ("ordination@example.at",), "purpose": "invoice"},
    "Gruber": {"phones": ("0664 12",), "said": ""},
    "Kovačević": {"sms_name": "Kovacevic"},
    "Kaltenböck": {"phones": ("+43 (0)664 / 100 00 30",), "emails": ("kaltenboeck@example.at",)},
    "Sattler": {"phones": ("0664 1000023",)},
    "Großauer": {"phones": ("0664/1000 037", "07252 81237")},
    "Bäckerei Hofstätter": {"phones": ("07252 81238", "0664 1000043"), "emails": ("backstube@example.at",)},
    "Lechner": {"main": True},
    "Volksschule Wehrgraben": {"phones": ("07252 81239",), "emails": ("direktion@example.at",)},
}
"""What is different from the rest by name. Sattler has the number of Brandl, who lives elsewhere."""
_FIRST_NAMES = (
    ("Frau", "Lisa"),
    ("Herr", "Bernhard"),
    ("Frau", "Jasmin"),
    ("Herr", "Paul"),
    ("Frau", "Edith"),
    ("Herr", "Milan"),
    ("Frau", "Verena"),
    ("Herr", "Oskar"),
    ("Frau", "Ayşe"),
    ("Herr", "Daniel"),
)
_SURNAMES = (
    *("Adler", "Böhm", "Čović", "Dorfner", "Ebner", "Fink", "Gschwandtner", "Hölzl", "Ivanović", "Jandl"),
    *("Klein", "Lackner", "Maier", "Neumüller", "Ortner", "Putz", "Rieger", "Schatz", "Traxler", "Ullmann"),
    *("Vogl", "Weiß", "Yıldız"),
)
_PARTIES = (12, 8, 6, 5, 4, 12, 4, 6, 4, 5)
_MANAGED = 4


@lru_cache(maxsize=1)
def houses() -> tuple[House, ...]:
    """Sixty objects: fifty homes and firms, then ten houses of parties, of which a manager has four."""
    return (*_homes(), *_apartments())


def apartments() -> tuple[House, ...]:
    """Those of `houses` that are full of parties."""
    return houses()[-len(_PARTIES) :]


def _homes() -> Iterator[House]:
    for serial, line in enumerate(_HOMES.split("\n")[1:-1]):
        salutation, title, first_name, name = line.split("|")
        street, postcode, town = _STREETS[serial % len(_STREETS)]
        owner = Somebody(
            name,
            first_name=first_name,
            salutation=salutation,
            title=title,
            phones=(f"0664 10000{serial + 1:02d}",),
            said=_SAID[serial % len(_SAID)],
        )
        owner = replace(owner, **_SPECIAL.get(name, {}))
        number = f"A1100{serial + 10}"
        yield House(number, f"{street} {serial * 3 % 47 + 1}", postcode, town, (owner,), units=1)


def _apartments() -> Iterator[House]:
    serial = 0
    for place, count in enumerate(_PARTIES):
        street, postcode, town = _STREETS[place * 3 % len(_STREETS)]
        own = MANAGER
        if place >= _MANAGED:
            own = _tenant(90 + place, "", phones=(f"0664 10003{place:02d}",), said="form")
        people = [own]
        for flat in range(1, count + 1):
            people.append(_party(serial, flat))
            serial += 1
        if place == 0:
            # A couple in two flats, with one telephone.
            people[4] = replace(people[4], name=people[3].name, phones=people[3].phones, said="")
        yield House(
            f"B2200{place + 10}", f"{street} {50 + place * 4}", postcode, town, tuple(people), units=count
        )


def _party(serial: int, flat: int) -> Somebody:
    """A tenant, told only of main sweeps; one in ten has a landline, no number, or only an e-mail address."""
    numbers: dict[str, Any] = {"phones": (f"0664 1000{100 + serial}",), "said": _SAID[serial % len(_SAID)]}
    if serial % 10 == 4:
        numbers = {"phones": (f"07252 814{serial:02d}",)}
    elif serial % 10 == 7:
        numbers = {}
    elif serial % 10 == 9:
        numbers = {"emails": (f"top{flat}.{serial}@example.at",), "said": "form"}
    return _tenant(serial, f"Top {flat}", role="party", purpose="main", main=True, **numbers)


def _tenant(serial: int, unit: str, **more: Any) -> Somebody:
    salutation, first_name = _FIRST_NAMES[serial % len(_FIRST_NAMES)]
    name = _SURNAMES[serial % len(_SURNAMES)]
    sms_name = fold(name).title() if set(name) & set("Čćšı") else ""
    return Somebody(name, first_name, salutation, sms_name=sms_name, unit=unit, **more)
