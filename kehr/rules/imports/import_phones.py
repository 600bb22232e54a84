"""One telephone number of an imported list: what Excel did to it is undone where nothing is lost."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers as library

from kehr.rules.imports.import_values import Cell, Note, number_text, text_of
from kehr.rules.terms.appointments import NumberType, PhoneNumber
from kehr.rules.terms.people import INVALID
from kehr.rules.terms.phones import BadNumber, normalise

LONGEST = 60
_PLAIN = re.compile(
    r"0([1-9]\d{0,4})[ /-]{0,3}(?!(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:19|20)\d\d)(\d{5,9})", re.ASCII
)
"""Area code and number, each in one piece; what could be a date is left to the long way round."""


@dataclass(frozen=True, slots=True)
class ReadPhone:
    """A number as typed and as it is dialled; `value` empty and `type` invalid when it is none."""

    typed: str
    value: str
    type: str
    country: str
    note: Note | None = None


def read_phone(cell: Cell, column: str) -> ReadPhone | None:
    """The number in a cell; None when it is empty. Raises RowRefused when digits are lost."""
    if cell is None or cell == "":
        return None
    before = text_of(cell, column, LONGEST)
    text = number_text(cell, column, LONGEST)
    if not text:
        return None
    if text.isdecimal() and text.isascii() and text[0] != "0":
        return _without_zero(text, before, column)
    try:
        number = _quick(text) or normalise(text)
    except BadNumber as error:
        code = "phone_several" if error.code == "number_several" else "phone_unreadable"
        return ReadPhone(text, "", INVALID, "", Note(code, {"column": column, "typed": text}))
    return ReadPhone(text, number.e164, str(number.type), number.country)


def _without_zero(digits: str, before: str, column: str) -> ReadPhone:
    """Digits alone have lost the zero, or the plus before the country code, in a column of numbers."""
    home, abroad = _valid("0" + digits), _valid("+" + digits)
    if home is not None and abroad is not None:
        # +43 664 … is a mobile of ours; otherwise the shorter way of dialling is the likelier one.
        home = None if digits.startswith("43") and abroad.type == NumberType.MOBILE else home
    number = home or abroad
    if number is None:
        return ReadPhone(
            digits, "", INVALID, "", Note("phone_unreadable", {"column": column, "typed": before})
        )
    typed = ("0" if home is not None else "+") + digits
    note = Note("phone_restored", {"column": column, "typed": before, "number": typed})
    return ReadPhone(typed, number.e164, str(number.type), number.country, note)


def _valid(typed: str) -> PhoneNumber | None:
    try:
        return normalise(typed)
    except BadNumber:
        return None


def _quick(text: str) -> PhoneNumber | None:
    """The common spellings of Austrian numbers, `0664 1000001` and `07252/12345`, read by the same plan
    without looking for other numbers beside them; a list has tens of thousands.
    """
    match = _PLAIN.fullmatch(text)
    if match is None:
        return None
    national = match[1] + match[2]
    special, landline, mobile = _plans()
    if special.fullmatch(national):
        return None
    if landline.fullmatch(national):
        return PhoneNumber(f"+43{national}", NumberType.LANDLINE, "AT", text)
    if mobile.fullmatch(national):
        return PhoneNumber(f"+43{national}", NumberType.MOBILE, "AT", text)
    return None


@lru_cache(maxsize=1)
def _plans() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """What is neither landline nor mobile, landline, mobile: the patterns of the Austrian plan."""
    metadata = library.PhoneMetadata.metadata_for_region("AT")
    special = ("toll_free", "premium_rate", "shared_cost", "voip", "personal_number", "pager", "uan")
    return _plan(metadata, *special), _plan(metadata, "fixed_line"), _plan(metadata, "mobile")


def _plan(metadata: object, *names: str) -> re.Pattern[str]:
    plans = (getattr(metadata, name, None) for name in names)
    patterns = (getattr(plan, "national_number_pattern", None) for plan in plans)
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns if pattern) or "(?!)")
