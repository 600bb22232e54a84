"""Phone numbers as people in Austrian offices type them: found in running text, or one in a field.

What is valid, and of which type, is told by the numbering plans of libphonenumber; which digits of a text
belong together is decided here, because that library takes dates, invoice numbers and extensions along.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import phonenumbers as library

from kehr.rules.terms.appointments import NumberType, PhoneNumber
from kehr.rules.terms.digit_runs import Group, digit_runs, plain_spelling

_LONGEST = 18
_FURTHEST = 5_000
_EXTENSION = re.compile(
    r"[\s,/(]*(?:DW|Dw|dw|Durchwahl|Klappe|Kl|Nebenstelle|NSt|ext)(?![^\W\d_])\.?:?[\s-]*\d{1,5}\)?"
)
_TYPES = {
    library.PhoneNumberType.MOBILE: NumberType.MOBILE,
    library.PhoneNumberType.FIXED_LINE_OR_MOBILE: NumberType.MOBILE,
    library.PhoneNumberType.FIXED_LINE: NumberType.LANDLINE,
    library.PhoneNumberType.VOIP: NumberType.VOIP,
}


class BadNumber(ValueError):
    """A field that should hold one phone number and does not.

    `code` is `number_empty`, `number_several`, `number_without_prefix` (neither `0` nor `+` in front),
    `number_too_short`, `number_too_long` or `number_unreadable`.
    """

    def __init__(self, code: str, typed: str) -> None:
        super().__init__(f"{code}: {typed!r}")
        self.code = code
        self.typed = typed


@dataclass(frozen=True, slots=True)
class Found:
    """A number and the half-open span of the text it takes up, its extension included."""

    number: PhoneNumber
    start: int
    end: int


def find_numbers(text: str, region: str = "AT") -> tuple[PhoneNumber, ...]:
    """The phone numbers in a running text, each once, in order of appearance.

    Without a country code a number belongs to `region` (ISO 3166). Only what starts with `0`, `00` or `+`
    is a number; extensions are left off; dates, times, e-mail and bank addresses are none.
    """
    numbers: dict[str, PhoneNumber] = {}
    for found in locate_numbers(text, region):
        numbers.setdefault(found.number.e164, found.number)
    return tuple(numbers.values())


def locate_numbers(text: str, region: str = "AT") -> tuple[Found, ...]:
    """Like `find_numbers`, with the place of every appearance, repeats included.

    Only the first 5,000 characters are read, so that a hostile text costs bounded time.
    """
    plain = plain_spelling(text[:_FURTHEST])
    return tuple(found for run in digit_runs(plain) for found in _numbers_in(run, text, plain, region))


def normalise(typed: str, region: str = "AT") -> PhoneNumber:
    """The one number in a form field; raises BadNumber. A remark without digits may stand beside it."""
    stripped = typed.strip()
    if not stripped:
        raise BadNumber("number_empty", typed)
    found = locate_numbers(stripped, region)
    if len({one.number.e164 for one in found}) > 1:
        raise BadNumber("number_several", typed)
    if not found:
        raise BadNumber(_why_none(stripped, region), typed)
    rest = stripped[: found[0].start] + stripped[found[0].end :]
    if re.search(r"\d", rest) and len(found) == 1:
        raise BadNumber("number_unreadable", typed)
    number = found[0].number
    return PhoneNumber(number.e164, number.type, number.country, stripped)


def pretty(e164: str) -> str:
    """A number for screens: Austrian ones as dialled at home (`0664 1000001`), others with `+`.

    What is no number comes back as it is.
    """
    try:
        number = library.parse(e164, None)
    except library.NumberParseException:
        return e164
    home = number.country_code == 43
    style = library.PhoneNumberFormat.NATIONAL if home else library.PhoneNumberFormat.INTERNATIONAL
    return library.format_number(number, style)


def _why_none(typed: str, region: str) -> str:
    digits = re.sub(r"\D", "", typed)
    if len(digits) < 3:
        return "number_unreadable"
    if not re.match(r"[\s(]*[+＋0]", typed):
        return "number_without_prefix"
    try:
        number = library.parse(typed, region)
    except library.NumberParseException as error:
        long = error.error_type == library.NumberParseException.TOO_LONG
        return "number_too_long" if long else "number_unreadable"
    reason = library.is_possible_number_with_reason(number)
    if reason == library.ValidationResult.TOO_LONG:
        return "number_too_long"
    return "number_too_short" if len(digits) < 8 else "number_unreadable"


def _numbers_in(run: list[Group], text: str, plain: str, region: str) -> Iterator[Found]:
    first = 0
    while first < len(run):
        taken = _take(run[first : first + _LONGEST], region) if run[first].opens else None
        if taken is None:
            first += 1
            continue
        count, number, extension = taken
        start, end = run[first].start, run[first + count - 1].end
        if plain[start - 1 : start] == "(" and ")" in plain[start:end]:
            start -= 1
        typed = text[start:end]
        if extension:
            count += 1
            end = run[first + count - 1].end
        elif named := _EXTENSION.match(plain, end):
            end = named.end()
        yield Found(_value(number, typed), start, end)
        first += count


def _take(groups: list[Group], region: str) -> tuple[int, library.PhoneNumber, bool] | None:
    """How many of the groups make the first number, that number, and whether an extension follows."""
    best: tuple[int, library.PhoneNumber, bool] | None = None
    if _is_door(groups, region):
        return None
    for count in range(1, len(groups) + 1):
        if count > 1 and groups[count - 1].digits.startswith("+"):
            break
        number = _valid(groups[:count], region)
        if number is None:
            continue
        following = groups[count] if count < len(groups) else None
        extension = following is not None and _is_extension(groups[: count + 1], number)
        best = (count, number, extension)
        if following is None or extension or _ends(groups[:count], number, groups[count:], region):
            break
    return best


def _is_door(groups: list[Group], region: str) -> bool:
    """Whether a short first group stands before a number of its own: "Top 072 0664 2000072"."""
    if len(groups) < 2 or len(groups[0].digits) > 3 or not groups[1].digits.startswith("0"):
        return False
    if groups[0].digits.startswith(("+", "00")):
        return False
    return any(_valid(groups[1:count], region) for count in range(2, len(groups) + 1))


def _valid(groups: list[Group], region: str) -> library.PhoneNumber | None:
    digits = "".join(group.digits for group in groups)
    if not 6 <= len(digits) <= _LONGEST:
        return None
    try:
        number = library.parse(digits, region)
    except library.NumberParseException:
        return None
    return number if library.is_valid_number(number) else None


def _ends(taken: list[Group], number: library.PhoneNumber, rest: list[Group], region: str) -> bool:
    """Whether a valid number is complete although more digits follow.

    Groups of two and three digits may go on ("0676 84 123 45 67"); after a long last group the
    next digits speak about something else ("0664 1234567 2 Personen").
    """
    if rest[0].opens and any(_valid(rest[:count], region) for count in range(1, len(rest) + 1)):
        return True
    last = len(taken[-1].digits)
    if number.country_code != 43:
        return last >= 6
    complete = len(str(number.national_number)) >= 10 if _is_mobile(number) else _subscriber(number) >= 5
    return complete and (last >= 4 or len(rest[0].digits) == 1)


def _is_extension(groups: list[Group], number: library.PhoneNumber) -> bool:
    """Whether the last group is the extension of the landline before it: "07252 53123-14".

    In Vienna seven digits in small groups are one number ("01 512 34-56").
    """
    last, before = groups[-1], groups[-2]
    if _is_mobile(number) or (len(groups) < 3 and len(before.digits) < 7):
        return False
    if last.gap.strip() not in ("-", "/") or len(last.digits) > 4:
        return False
    size = _subscriber(number)
    if last.digits.startswith("0") or len(before.digits) >= 4:
        return True
    vienna = str(number.national_number).startswith("1") and number.country_code == 43
    return size >= 5 and not (vienna and size + len(last.digits) == 7)


def _is_mobile(number: library.PhoneNumber) -> bool:
    return _TYPES.get(library.number_type(number)) is NumberType.MOBILE


def _subscriber(number: library.PhoneNumber) -> int:
    """How many digits follow the area code."""
    area = library.length_of_geographical_area_code(number) or 3
    return len(str(number.national_number)) - area


def _value(number: library.PhoneNumber, typed: str) -> PhoneNumber:
    return PhoneNumber(
        e164=library.format_number(number, library.PhoneNumberFormat.E164),
        type=_TYPES.get(library.number_type(number), NumberType.OTHER),
        country=library.region_code_for_number(number) or "",
        typed=typed.strip(),
    )
