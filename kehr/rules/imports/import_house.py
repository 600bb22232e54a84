"""What a row of a customers' list says of the object itself: street, place, land, units, remark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from kehr.rules.forms.object_form import HOUSE_TEXTS, LONGEST_NOTE, MOST_UNITS
from kehr.rules.forms.settings_values import LANDS
from kehr.rules.imports.import_columns import bare
from kehr.rules.imports.import_values import Cells, Note
from kehr.rules.terms.places import BadPlace, Place, read_place

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


def read_house(cells: Cells, notes: list[Note]) -> dict[str, object]:
    """Only what the file has columns for, by the names of the model. What cannot be understood is left as
    it is, and noted. Raises RowRefused.
    """
    return dict(_house(cells, notes))


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
        place = _read_place(f"{country} - {line}" if country and line and not named else line)
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


@lru_cache(maxsize=4096)
def _read_place(line: str) -> Place:
    """A list names the same few places again and again."""
    return read_place(line)
