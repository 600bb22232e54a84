"""One telephone number of an imported list: what Excel did to it is undone where nothing is lost."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers as library

from kehr.rules.appointments import NumberType, PhoneNumber
from kehr.rules.import_values import Cell, Note, number_text, text_of
from kehr.rules.people import INVALID
from kehr.rules.phones import BadNumber, normalise

LONGEST = 60
_PLAIN = re.compile(
    r"0([1-9]\d{2})[ /-]{0,3}(?!(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:19|20)\d\d)(\d{6,9})"
)


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
    """The common spelling of an Austrian mobile number, `0664 1000001`, without the long way round."""
    match = _PLAIN.fullmatch(text)
    if match is None:
        return None
    national = match[1] + match[2]
    if not _mobile_pattern().fullmatch(national):
        return None
    return PhoneNumber(f"+43{national}", NumberType.MOBILE, "AT", text)


@lru_cache(maxsize=1)
def _mobile_pattern() -> re.Pattern[str]:
    metadata = library.PhoneMetadata.metadata_for_region("AT")
    plan = metadata.mobile if metadata is not None else None
    return re.compile(str(plan.national_number_pattern) if plan is not None else "(?!)")
