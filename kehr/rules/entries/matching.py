"""Which object an entry belongs to: by its number, a phone number, or name and address in its text.

A person's word for entries like this one goes before all of it.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kehr.rules.terms.names import COMMON_WORDS
from kehr.rules.terms.people import Role, key_of

NUMBER, PHONE, ADDRESS, HAND, AMBIGUOUS = "number", "phone", "address", "hand", "ambiguous"
SURE = 100
BY_WORD = 95
BY_PHONE = 95
BY_PHONE_AND_PLACE = 85
BY_ADDRESS = 80
SHORTEST_NAME = 3
SHORTEST_NUMBER = 4

LONGEST_STREET = 4
"""Words of a street before its house number: "An der alten Stadtmauer 3"."""

_TOKEN = re.compile(r"[^\s,;:()\[\]|#]+")
_WORD = re.compile(rf"[^\W_]{{{SHORTEST_NAME},}}")
_HOUSE = re.compile(r"\d{1,4}\s?[a-zA-Z]?(?:[/-]\S*)?")
_PIECE = re.compile(r"[,;|\n\t()]")
_POSTCODE = re.compile(r"(?:^|[,;|\n(]\s*|\d[a-zA-Z]?\s+)(?:A\s?-?\s?)?(\d{4})\s+[A-ZÄÖÜ][a-zäöüß]")
_STREET = re.compile(r"stra(?:ss|ß)e|\bstr\b\.?|(?<=\w)str\b\.?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class EntryText:
    """What an entry says, as far as it can tell the object. `texts` are title, place and text."""

    object_number: str
    phones: tuple[str, ...]
    name: str
    place: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Resident:
    """Somebody at an object, as far as an entry can mean him."""

    property_id: int
    person_id: int
    role: str
    name: str
    street: str
    postcode: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """What was found: object, perhaps the one party meant, how, and how sure (percent)."""

    property_id: int | None = None
    person_id: int | None = None
    by: str = ""
    confidence: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """What the master data hold, to look things up in. Keys: `key_of` numbers, E.164, `street_key`."""

    numbers: Mapping[str, int]
    phones: Mapping[str, Sequence[Resident]]
    streets: Mapping[str, Sequence[Resident]]


def find_object(entry: EntryText, known: Known) -> Match:
    """The object of an entry; `by` is `ambiguous` when several fit equally, empty when none does."""
    if entry.object_number:
        property_id = known.numbers.get(key_of(entry.object_number))
        if property_id is not None:
            return Match(property_id, None, NUMBER, SURE)
    written = {known.numbers[key] for key in number_keys(entry) if key in known.numbers}
    if len(written) == 1:
        return Match(written.pop(), None, NUMBER, BY_WORD)
    holders = [resident for phone in entry.phones for resident in known.phones.get(phone, ())]
    near = _at_address(entry, known)
    if holders:
        return _by_phone(holders, {r.property_id for r in near}, words_of(entry))
    said = words_of(entry)
    named = [resident for resident in near if _is_named(resident, said)]
    return _settled(named, ADDRESS, BY_ADDRESS)


def number_keys(entry: EntryText) -> tuple[str, ...]:
    """What may be an object's number in an entry, whatever it looks like: the first word of the title, and
    every longer word of title and text with a letter and a digit in it.
    """
    title, _place, text = (*entry.texts, "", "", "")[:3]
    found: dict[str, None] = {}
    for at, token in enumerate([*_TOKEN.findall(title), *_TOKEN.findall(text)]):
        word = token.strip(".-–/!?\"'»«")
        digits = sum(c.isdigit() for c in word)
        mixed = len(word) >= SHORTEST_NUMBER and any(c.isalpha() for c in word)
        if digits and "@" not in word and ((at == 0 and digits >= 3) or mixed):
            found[key_of(word)] = None
    return tuple(found)


def candidates(entry: EntryText, known: Known) -> tuple[int, ...]:
    """The objects that an entry could mean: those with its phones, those it names, those at its address."""
    holders = [resident for phone in entry.phones for resident in known.phones.get(phone, ())]
    near = _at_address(entry, known)
    said = words_of(entry)
    fitting = [*holders, *(r for r in near if _is_named(r, said)), *near]
    return tuple(dict.fromkeys(r.property_id for r in fitting))


def _at_address(entry: EntryText, known: Known) -> list[Resident]:
    """Everybody at a street that the entry names; where a postcode stands beside it, only those there: many
    villages have a Hauptstraße 1. What a line of the text says of a town holds for that line alone.
    """
    head = (entry.place, *entry.texts[:2])
    lines = [line for text in entry.texts[2:] for line in text.splitlines()]
    of_head = {code for said in head for code in _POSTCODE.findall(said)}
    found: dict[Resident, None] = {}
    for said in (*head, *lines):
        codes = of_head if said in head else set(_POSTCODE.findall(said)) or of_head
        there = (r for key in _streets_in(said) for r in known.streets.get(key, ()))
        found |= dict.fromkeys(r for r in there if not codes or not r.postcode or r.postcode in codes)
    return list(found)


def _by_phone(holders: Sequence[Resident], near: set[int], said: frozenset[str]) -> Match:
    if len({r.property_id for r in holders}) == 1:
        return _settled(holders, PHONE, BY_PHONE)
    there = [r for r in holders if r.property_id in near]
    if not there:
        there = [r for r in holders if _is_named(r, said)]
    return _settled(there or holders, PHONE, BY_PHONE_AND_PLACE)


def _settled(residents: Sequence[Resident], by: str, confidence: int) -> Match:
    """One object or none. A party is meant alone; an owner or a manager stands for the house."""
    houses = {r.property_id for r in residents}
    if not houses:
        return Match()
    if len(houses) > 1:
        return Match(by=AMBIGUOUS)
    people = {r.person_id: r for r in residents}
    only = next(iter(people.values())) if len(people) == 1 else None
    party = only.person_id if only is not None and only.role == Role.PARTY else None
    return Match(houses.pop(), party, by, confidence)


def _is_named(resident: Resident, said: frozenset[str]) -> bool:
    own = {folded(word) for word in _WORD.findall(resident.name)}
    return bool((own - COMMON_WORDS) & said)


def words_of(entry: EntryText) -> frozenset[str]:
    """The words of an entry that may be a name."""
    texts = (entry.name, *entry.texts)
    return frozenset(folded(word) for text in texts for word in _WORD.findall(text))


def street_keys(entry: EntryText) -> tuple[str, ...]:
    """Every run of words in an entry that ends with a house number, and so may be a street."""
    return tuple(dict.fromkeys(key for text in (entry.place, *entry.texts) for key in _streets_in(text)))


def _streets_in(text: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for piece in _PIECE.split(text):
        words = piece.split()
        for at, word in enumerate(words):
            if not _HOUSE.fullmatch(word):
                continue
            for first in range(max(0, at - LONGEST_STREET), at):
                found |= dict.fromkeys(key for key in _spellings(" ".join(words[first : at + 1])) if key)
    return tuple(found)


def _spellings(street: str) -> tuple[str, str]:
    """As written, and without the stair and door behind the house number."""
    return street_key(street), street_key(street.partition("/")[0])


def street_key(street: str) -> str:
    """What is compared of a street with house number; empty without one, because many live in a street."""
    text = re.sub(r"[^a-z0-9/]", "", folded(_STREET.sub("str", street)))
    return text if re.search(r"[a-z]", text) and re.search(r"\d", text) else ""


def folded(text: str) -> str:
    """Small letters without accents; ß as ss, ä as ae, so that both spellings meet."""
    text = unicodedata.normalize("NFC", text).casefold()
    for accented, plain in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        text = text.replace(accented, plain)
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def mark_of(summary: str, place: str, object_number: str, phones: Iterable[str]) -> str:
    """What makes entries alike for a remembered correction: title, place, number and phones."""
    parts = [" ".join(folded(summary).split()), " ".join(folded(place).split()), key_of(object_number)]
    return hashlib.sha256("\x1f".join([*parts, *sorted(phones)]).encode()).hexdigest()
