"""Salutation and title in front of a name, and the words that tell no names apart."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SALUTATIONS = {
    "herr": "Herr",
    "herrn": "Herr",
    "hr.": "Herr",
    "hrn.": "Herr",
    "frau": "Frau",
    "fr.": "Frau",
    "familie": "Familie",
    "fam.": "Familie",
    "fam": "Familie",
    "firma": "Firma",
    "fa.": "Firma",
}
_TITLE = re.compile(
    r"(?:(?:a\.\s?o\.\s?)?Univ\.-?\s?Prof|Prof|Dr|DDr|DI|Dipl\.-?\s?Ing|DiplIng|Ing|Mag|Mag\.a|MMag|Mst|Bmst|Arch"
    r"|KommR|KR|ÖkR|HR|OStR|OSR|SR|MedR|OMedR)(?:\.|(?<=[IR]))(?:\s?\([A-Za-z]+\))?(?=\s)",
)

_FORMS = ("herr", "herrn", "hr", "frau", "fr", "familie", "fam", "firma", "fa", "und", "bei")
_TITLES = ("dr", "ddr", "prof", "univ", "ing", "di", "dipl", "mag", "bmst", "mst")
_FIRMS = (
    "gmbh",
    "ges",
    "mbh",
    "kg",
    "keg",
    "og",
    "ag",
    "eu",
    "co",
    "verein",
    "hausverwaltung",
    "hv",
    "gasthaus",
)
COMMON_WORDS = frozenset((*_FORMS, *_TITLES, *_FIRMS))
"""Words of a name that many customers have, folded; they make no two of them one."""


@dataclass(frozen=True, slots=True)
class NameParts:
    """A name taken apart: `Herr`, `Ing.` and `Karl Mustermann`; empty where there is none."""

    salutation: str
    title: str
    rest: str


def split_name(name: str) -> NameParts:
    """Takes salutation and titles off the front; the salutation is told in its full form."""
    words = name.split()
    salutation = _SALUTATIONS.get(words[0].casefold(), "") if words else ""
    rest = " ".join(words[1:] if salutation else words)
    titles = []
    while title := _TITLE.match(rest):
        titles.append(title.group())
        rest = rest[title.end() :].lstrip()
    return NameParts(salutation, " ".join(titles), rest)
