"""What a calendar entry says: whom to tell, where, about which object and which work."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from kehr.rules.entries import entry_words as words
from kehr.rules.entries.kind_words import take_words
from kehr.rules.terms.appointments import FieldMap, KindWords, Occurrence, Recognised, WorkKind
from kehr.rules.terms.names import split_name
from kehr.rules.terms.phones import find_numbers, locate_numbers

_BRACKETS = re.compile(r"\([^()]{0,200}\)")
_SEGMENT_END = re.compile(r"[,;|\n\t]|\s[-–/]\s|\s[-–/]$|^[-–/]\s")
_EDGES = " -–:/,;#*+&|()\u00a0"
_FILLERS = frozenset({"und", "u.", "sowie", "bei", "für", "mit", "von"})


def recognise(entry: Occurrence, fields: FieldMap, region: str = "AT") -> Recognised:
    """Reads an entry as `fields` tells; the fallbacks of `fields` are not filled in.

    Numbers come from the phone field alone. E-mail addresses come from the first field that has any:
    the phone field, then title, text, contact, location. A number without country code belongs to `region`.
    """
    name = _name(entry, fields, region)
    parts = split_name(name)
    held_back = _tags(entry)
    return Recognised(
        name=name,
        phones=find_numbers(_field(entry, fields.phone_field), region),
        emails=_emails(entry, fields.phone_field),
        place=_place(entry, fields, region),
        object_number=object_number(entry.summary, entry.description),
        kind=work_kind(entry.summary, entry.categories, fields.kind_words),
        no_sms=not held_back.isdisjoint({"sms", "nachricht"}),
        no_email=not held_back.isdisjoint({"mail", "nachricht"}),
        salutation=parts.salutation,
        title=parts.title,
    )


def is_busy_only(summary: str) -> bool:
    """Whether a title only tells availability, as calendars do that are published without details."""
    return summary.strip(" .()").casefold() in words.AVAILABILITY_ONLY


def work_kind(summary: str, categories: Sequence[str] = (), extra: KindWords = ()) -> WorkKind:
    """The kind of work that title or categories name; an ordinary sweep when they name none.

    `extra` are the office's own words; where one of them stands, no built-in word is read.
    """
    text = unicodedata.normalize("NFC", "\n".join((summary, *categories)))
    named, rest = take_words(text, extra)
    found = (kind for kind, pattern in words.KINDS if kind in named or pattern.search(rest))
    return next(found, WorkKind.SWEEP)


def object_number(summary: str, description: str = "") -> str:
    """The number of the object as written, `A110010`; empty when none is named.

    One or two capitals and four to seven digits are one anywhere in title or text. A shorter one (`B7`)
    counts at the start of the title or after the word `Objekt` or `Nummer`.
    """
    for text in (summary, description):
        if labelled := words.LABELLED_OBJECT_NUMBER.search(text):
            return labelled["number"]
        postcodes = (
            {match.start() for match in words.POSTCODE.finditer(text)} if text is description else set()
        )
        for match in words.OBJECT_NUMBER.finditer(text):
            if match.start() not in postcodes:
                return match.group()
    short = words.SHORT_OBJECT_NUMBER.match(_without_prefix(summary))
    return short.group().strip() if short else ""


def _field(entry: Occurrence, name: str) -> str:
    values = {
        "summary": entry.summary,
        "description": entry.description,
        "location": entry.location,
        "contact": entry.contact,
    }
    return unicodedata.normalize("NFC", values[name])


def _tags(entry: Occurrence) -> set[str]:
    texts = (entry.summary, entry.description, entry.location, entry.contact, *entry.categories)
    found = (match["what"].casefold() for text in texts for match in words.TAG.finditer(text))
    return {"mail" if what.endswith("mail") else what for what in found}


def _emails(entry: Occurrence, phone_field: str) -> tuple[str, ...]:
    for name in (phone_field, "summary", "description", "contact", "location"):
        found: dict[str, str] = {}
        for match in words.EMAIL.finditer(_field(entry, name)):
            found.setdefault(match.group().casefold(), match.group())
        if found:
            return tuple(found.values())
    return ()


def _without_prefix(text: str) -> str:
    return words.CANCELLED_PREFIX.sub("", words.FORWARDED_PREFIX.sub("", text))


def _without_contacts(text: str, region: str) -> str:
    """The text with commas where numbers and addresses stood, and without tags."""
    for found in reversed(locate_numbers(text, region)):
        text = text[: found.start] + "," + text[found.end :]
    return words.EMAIL.sub(",", words.TAG.sub(" ", text))


def _name(entry: Occurrence, fields: FieldMap, region: str) -> str:
    text = _without_prefix(_field(entry, fields.name_field))
    if is_busy_only(text) or text.strip(" .()").casefold() in words.UNTITLED:
        return ""
    text = _without_contacts(text, region)
    number = object_number(entry.summary, entry.description)
    if number:
        text = re.sub(
            rf"(?:\b(?i:objekt\w*|obj|nummer)[.:# ]{{1,3}})?(?<![\w-]){re.escape(number)}(?![\w-])", ",", text
        )
    text = take_words(text, fields.kind_words)[1]
    for _, pattern in words.KINDS:
        text = pattern.sub(",", text)
    text = words.TIME_OF_DAY.sub(",", text)
    segments = _segments(_BRACKETS.sub(" ", text)) or _segments(text.replace("(", ",").replace(")", ","))
    labelled = (words.NAME_LABEL.sub("", one) for one in segments if words.NAME_LABEL.match(one))
    return next(labelled, segments[0] if segments else "")


def _segments(text: str) -> list[str]:
    """The pieces between separators that may be a name."""
    cleaned = (_clean(piece) for piece in _SEGMENT_END.split(text))
    return [piece for piece in cleaned if _may_be_name(piece)]


def _clean(piece: str) -> str:
    text = words.PHONE_LABEL.sub("", " ".join(piece.split()).strip(_EDGES)).strip(_EDGES)
    return re.sub(r"^(?:bei|für)\s+", "", text, flags=re.IGNORECASE)


def _may_be_name(piece: str) -> bool:
    if piece.casefold() in _FILLERS or not re.search(r"[^\W\d_]", piece):
        return False
    return bool(split_name(piece).rest)


def _place(entry: Occurrence, fields: FieldMap, region: str) -> str:
    lines = _without_contacts(_field(entry, fields.location_field), region).splitlines()
    labelled = [words.PLACE_LABEL.sub("", line) for line in lines if words.PLACE_LABEL.match(line)]
    pieces = (_clean(piece) for line in labelled or lines for piece in line.split(","))
    kept = [piece for piece in pieces if piece]
    if fields.location_field == fields.name_field:
        name = _name(entry, fields, region)
        kept = _after_name(kept, name)
    return ", ".join(kept)


def _after_name(pieces: list[str], name: str) -> list[str]:
    """What follows the piece that holds the name, where one field tells both."""
    at = next((index for index, piece in enumerate(pieces) if name and name in piece), -1)
    return pieces[at + 1 :]
