"""The placeholders of texts: their names, what they mean, and how they are found in a template."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One building block. `name` is without `#`; an `optional` one may be empty and then vanishes."""

    name: str
    description: str
    example: str
    optional: bool = False


ALL = (
    Placeholder("Anrede", "Anrede der Person; darf leer sein", "Frau", optional=True),
    Placeholder("Titel", "Titel der Person; darf leer sein", "Ing.", optional=True),
    Placeholder("Vorname", "Vorname; darf leer sein", "Eva", optional=True),
    Placeholder("Name", "Name der Person, sonst das Ersatzwort des Kalenders", "Eva Huber"),
    Placeholder("Objektnummer", "Nummer des Objekts", "A110010"),
    Placeholder(
        "Ort", "Ort des Termins, sonst das Ersatzwort des Kalenders", "Redtenbachergasse 3, 4400 Steyr"
    ),
    Placeholder("Adresse", "Adresse des Objekts", "Redtenbachergasse 3, 4400 Steyr"),
    Placeholder("Datum", "Tag des Termins", "12.03.2026"),
    Placeholder("AltesDatum", "Tag vor der Verschiebung", "10.03.2026"),
    Placeholder("Wochentag", "Wochentag des Termins", "Donnerstag"),
    Placeholder("Tagwort", "heute, morgen, übermorgen, sonst das Datum; gerechnet beim Senden", "übermorgen"),
    Placeholder("Uhrzeit", "Beginn des Termins", "10:00"),
    Placeholder("AlteUhrzeit", "Beginn vor der Verschiebung", "08:00"),
    Placeholder("Zeitfenster", "Beginn bis Ende, oder ganztägig", "10:00-12:00"),
    Placeholder("Art", "Art der Arbeit", "Hauptkehrung"),
    Placeholder("Firma", "Name der Firma", "Rauchfangkehrer Mustermann"),
    Placeholder("Filiale", "Name der Filiale", "Steyr"),
    Placeholder("Telefon", "Telefonnummer der Firma", "+43 7252 12345"),
    Placeholder(
        "Kalenderlink",
        "Adresse, unter der der Termin in den Kalender kommt",
        "https://k.example.at/t/7Fq2mKx9",
    ),
    Placeholder("Code", "Telefon-Code, mit dem das Büro den Termin findet", "K7M"),
)

_BY_KEY = {placeholder.name.casefold(): placeholder for placeholder in ALL}
_TAG = re.compile(r"#kein", re.IGNORECASE)
_MARK = re.compile(r"#(?P<space>[ \t]?)(?P<word>[^\W\d_]\w*)")


@dataclass(frozen=True, slots=True)
class Mark:
    """A placeholder as it stands in a template; `known` is None when there is none of that name."""

    written: str
    start: int
    end: int
    known: Placeholder | None


def composed(text: str) -> str:
    """The template with letters and their marks in one, as marks are counted in it."""
    return unicodedata.normalize("NFC", text)


@lru_cache(maxsize=256)
def marks(text: str) -> tuple[Mark, ...]:
    """The placeholders of a composed template, known or not; `#keinsms` and `#1` are plain text."""
    return tuple(_marks(text))


def _marks(text: str) -> Iterator[Mark]:
    for match in _MARK.finditer(text):
        known = _BY_KEY.get(match["word"].casefold())
        if known is None and (match["space"] or _TAG.match(match.group())):
            continue
        yield Mark(match.group(), match.start(), match.end(), known)


def nearest(word: str) -> str:
    """The known placeholder that was probably meant, with its `#`; empty when none is near."""
    near = difflib.get_close_matches(word.casefold(), _BY_KEY, n=1, cutoff=0.6)
    return f"#{_BY_KEY[near[0]].name}" if near else ""


def describe_placeholders() -> tuple[tuple[str, str, str], ...]:
    """Name, German description and example of every placeholder, for the legend (A44)."""
    return tuple((one.name, one.description, one.example) for one in ALL)
