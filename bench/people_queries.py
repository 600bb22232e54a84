"""What an office types into the search box, and which objects it opens: seeded, as they come in a day."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from bench.people_data import House, Somebody

_FIRST_LOOK = 2
"""The box asks after so many letters at the earliest: the typing is quicker than its delay."""


def searches(known: list[House], count: int, seed: int) -> Iterator[tuple[str, str]]:
    """Kind and text of `count` requests: each wish is asked for several times while it is being typed."""
    choose = random.Random(seed)
    made = 0
    while made < count:
        kind, spell = choose.choice(_WISHES)
        house = choose.choice(known)
        for text in _as_typed(spell(house, choose.choice(house.people), choose), choose):
            yield kind, text
            made += 1
            if made == count:
                return


def _as_typed(text: str, choose: random.Random) -> Iterator[str]:
    """What stands in the box at each pause: a few letters more each time, at last the whole."""
    at = choose.randint(_FIRST_LOOK, _FIRST_LOOK + 2)
    while at < len(text):
        yield text[:at]
        at += choose.randint(2, 5)
    yield text


def _number(house: House, _one: Somebody, _choose: random.Random) -> str:
    return house.number


def _surname(_house: House, one: Somebody, _choose: random.Random) -> str:
    return one.name


def _whole_name(_house: House, one: Somebody, choose: random.Random) -> str:
    names = [one.first_name, one.name]
    choose.shuffle(names)
    return " ".join(names).lower()


def _street(house: House, _one: Somebody, _choose: random.Random) -> str:
    return house.street.replace("straße", "str.")


def _name_and_street(house: House, one: Somebody, _choose: random.Random) -> str:
    return f"{one.name} {house.street.split()[0][:6]}"


def _phone(_house: House, one: Somebody, choose: random.Random) -> str:
    """A number as somebody reads it off a display or hears it, also one that nobody has."""
    digits = str(1_000_000 + one.serial)
    return choose.choice(
        (
            f"0664 {digits}",
            f"0664/{digits[:3]} {digits[3:]}",
            f"+43 664 {digits}",
            f"0043664{digits}",
            digits,
            one.landline or f"07252 {digits[:5]}",
        )
    )


def _mail(_house: House, one: Somebody, _choose: random.Random) -> str:
    return one.email or "jemand@example.com"


def _nobody(_house: House, one: Somebody, choose: random.Random) -> str:
    return choose.choice(
        ("Quittenbaum", f"Xaver {one.name}", "0699 9999999", "Z999999", "Unbekannte Gasse 7")
    )


_Spell = Callable[[House, Somebody, random.Random], str]
_WISHES: tuple[tuple[str, _Spell], ...] = (
    ("number", _number),
    ("number", _number),
    ("surname", _surname),
    ("surname", _surname),
    ("whole name", _whole_name),
    ("street", _street),
    ("name and street", _name_and_street),
    ("phone", _phone),
    ("phone", _phone),
    ("e-mail", _mail),
    ("nobody", _nobody),
)
