"""Texts with placeholders: checked when saved, rendered only when every value is there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import lru_cache

from kehr.rules.terms import german
from kehr.rules.terms.appointments import WorkKind
from kehr.rules.terms.names import split_name
from kehr.rules.terms.placeholders import ALL, composed, marks, nearest
from kehr.rules.texts.calendar_link import opens_until

_GONE = "\x00"
_DAY_WORD = re.compile(r"\b(heute|morgen|übermorgen|gestern|vorgestern)\b", re.IGNORECASE)
_GREETING = re.compile(r"\b(?:guten?|schönen)\s+morgen\b", re.IGNORECASE)

_WORK = {
    WorkKind.MAIN_SWEEP: "Hauptkehrung",
    WorkKind.SWEEP: "Kehrung",
    WorkKind.SPECIAL: "Sonderarbeit",
}


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with a template.

    `code` is `unknown_placeholder` (`suggestion` names the one probably meant, or is empty) or the mere
    warning `typed_day_word`: a typed "morgen" is no longer true when the message leaves late (C11).
    `placeholder` is what stands in the template.
    """

    code: str
    placeholder: str
    suggestion: str = ""

    @property
    def is_warning(self) -> bool:
        """Whether the template may be saved all the same."""
        return self.code == "typed_day_word"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text, and the names of the placeholders without a value; with any of them it must not be sent."""

    text: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TextFacts:
    """All a text can tell about an appointment and a person. Moments are aware; empty means unknown."""

    start: datetime | None = None
    end: datetime | None = None
    all_day: bool = False
    old_start: datetime | None = None
    old_all_day: bool = False
    kind: WorkKind | None = None
    name: str = ""
    salutation: str = ""
    title: str = ""
    first_name: str = ""
    object_number: str = ""
    place: str = ""
    address: str = ""
    company: str = ""
    branch: str = ""
    phone: str = ""
    calendar_link: str | None = None
    code: str | None = None
    fallback_name: str = ""
    fallback_location: str = ""


def check_template(text: str) -> tuple[Complaint, ...]:
    """What is wrong with a template, each thing once, in order; warnings last."""
    plain = composed(text)
    unknown = [
        Complaint("unknown_placeholder", mark.written, nearest(mark.written[1:]))
        for mark in marks(plain)
        if mark.known is None
    ]
    greeted = _GREETING.sub("", plain)
    typed = [
        Complaint("typed_day_word", match.group(), "#Tagwort")
        for match in _DAY_WORD.finditer(greeted)
        if not greeted[: match.start()].endswith("#")
    ]
    return tuple(dict.fromkeys([*unknown, *typed]))


@lru_cache(maxsize=512)
def used(text: str) -> tuple[str, ...]:
    """The names of the known placeholders of a template in their usual spelling, each once, in order."""
    return tuple(dict.fromkeys(mark.known.name for mark in marks(composed(text)) if mark.known))


def asked(text: str) -> frozenset[str]:
    """All that a text needs filled: its placeholders, unknown ones as written, and words (`Text`) at all."""
    names = {mark.known.name if mark.known else mark.written[1:] for mark in marks(composed(text))}
    return frozenset(names if text.strip() else {"Text"})


def lacking(values: Mapping[str, str | None]) -> frozenset[str]:
    """The names of the placeholders that would withhold a text for want of a value."""
    return frozenset(one.name for one in ALL if not one.optional and not (values.get(one.name) or "").strip())


def lacking_in(facts: TextFacts) -> frozenset[str]:
    """What `lacking` finds in the values of these facts, without putting them into words.

    Whether there is a value never depends on the moment of sending; only what it says does.
    """
    place = facts.place.strip() or facts.address.strip() or facts.fallback_location.strip()
    there = {
        "Name": (_plain_name(facts) or facts.fallback_name).strip(),
        "Objektnummer": facts.object_number.strip(),
        "Ort": place,
        "Adresse": place,
        "Datum": facts.start,
        "AltesDatum": facts.old_start,
        "Wochentag": facts.start,
        "Tagwort": facts.start,
        "Uhrzeit": facts.start and not facts.all_day,
        "AlteUhrzeit": facts.old_start and not facts.old_all_day,
        "Zeitfenster": facts.start,
        "Art": facts.kind,
        "Firma": facts.company.strip(),
        "Filiale": facts.branch.strip(),
        "Telefon": facts.phone.strip(),
        "Kalenderlink": (facts.calendar_link or "").strip(),
        "Code": (facts.code or "").strip(),
    }
    return frozenset(name for name, value in there.items() if not value)


def render(text: str, values: Mapping[str, str | None]) -> Rendered:
    """Fills a template from values by the placeholders' names in their usual spelling.

    Fails closed: an unknown placeholder, or one without a value that is not optional, is in `missing` and
    stays in the text as written. An empty optional one vanishes with its space and its stray comma.
    """
    plain = composed(text).replace(_GONE, "")
    pieces: list[str] = []
    missing: list[str] = []
    last, previous = 0, ""
    for mark in marks(plain):
        between, last = plain[last : mark.start], mark.end
        name = mark.known.name if mark.known else mark.written[1:]
        value = " ".join((values.get(name) or "").replace(_GONE, "").split()) if mark.known else ""
        if (previous, name) == ("Tagwort", "Datum") and value == pieces[-1] and between.strip() in ("", ","):
            continue  # Beyond übermorgen #Tagwort is the date; "12.03.2026, 12.03.2026" says nothing more.
        if not value and not (mark.known and mark.known.optional):
            missing.append(name)
            value = mark.written
        pieces += [between, value or _GONE]
        previous = name
    return Rendered(_close_gaps("".join([*pieces, plain[last:]])), tuple(dict.fromkeys(missing)))


def values_for(facts: TextFacts, now: datetime, zone: tzinfo) -> dict[str, str | None]:
    """What every placeholder says at the moment `now`; None where there is nothing to say.

    Dates and times are those of `zone`. An all-day appointment has no #Uhrzeit. #Ort and #Adresse stand in
    for each other before the fallback does.
    """
    place, address = facts.place.strip(), facts.address.strip()
    values = {
        "Anrede": facts.salutation,
        "Titel": facts.title,
        "Vorname": facts.first_name,
        "Name": _plain_name(facts) or facts.fallback_name,
        "Objektnummer": facts.object_number,
        "Ort": place or address or facts.fallback_location,
        "Adresse": address or place or facts.fallback_location,
        "Art": work_word(facts.kind),
        "Firma": facts.company,
        "Filiale": facts.branch,
        "Telefon": facts.phone,
        "Kalenderlink": _link(facts, now),
        "Code": facts.code or "",
        **_day_values(facts, now, zone),
        **_old_values(facts, zone),
    }
    return {name: value.strip() or None for name, value in values.items()}


def work_word(kind: WorkKind | None) -> str:
    """The kind of work as it stands in a text; empty when none is known."""
    return _WORK[kind] if kind else ""


def _link(facts: TextFacts, now: datetime) -> str:
    """The calendar link, as long as it opens; only messages by hand speak of what is long over."""
    ends = facts.end or facts.start
    return "" if ends is not None and opens_until(ends) <= now else facts.calendar_link or ""


def _plain_name(facts: TextFacts) -> str:
    """The name without the salutation and title that have placeholders of their own."""
    if not facts.salutation and not facts.title:
        return facts.name
    parts = split_name(facts.name)
    if facts.salutation and parts.salutation:
        kept = parts.rest if facts.title else f"{parts.title} {parts.rest}".strip()
        return kept or facts.name
    if facts.title and parts.title and not parts.salutation:
        return parts.rest
    return facts.name


def _day_values(facts: TextFacts, now: datetime, zone: tzinfo) -> dict[str, str]:
    if facts.start is None:
        return dict.fromkeys(("Datum", "Wochentag", "Tagwort", "Uhrzeit", "Zeitfenster"), "")
    today = now.astimezone(zone).date()
    return dict(_spelled_day(facts.start, facts.end or facts.start, facts.all_day, today, zone))


@lru_cache(maxsize=4096)
def _spelled_day(
    start: datetime, end: datetime, all_day: bool, today: date, zone: tzinfo
) -> tuple[tuple[str, str], ...]:
    """Names and values; a month's messages speak of the same few hundred times of day."""
    day = start.astimezone(zone).date()
    span = german.time_span(start, end, zone)
    return (
        ("Datum", german.full_date(day)),
        ("Wochentag", german.weekday(day)),
        ("Tagwort", german.day_word(day, today)),
        ("Uhrzeit", "" if all_day else german.clock(start, zone)),
        ("Zeitfenster", "ganztägig" if all_day else span),
    )


def _old_values(facts: TextFacts, zone: tzinfo) -> dict[str, str]:
    if facts.old_start is None:
        return {"AltesDatum": "", "AlteUhrzeit": ""}
    return {
        "AltesDatum": german.full_date(facts.old_start.astimezone(zone).date()),
        "AlteUhrzeit": "" if facts.old_all_day else german.clock(facts.old_start, zone),
    }


def _close_gaps(text: str) -> str:
    """Takes away what only stood there for an empty value: its space, brackets, a comma after nothing."""
    if _GONE not in text:
        return text
    text = re.sub(rf"[ \t]*{_GONE}(?:[ \t]*[,;]?[ \t]*{_GONE})*", _GONE, text)
    text = re.sub(rf"[ \t]*\({_GONE}[ \t]*\)", "", text)
    text = re.sub(rf"(^|\n){_GONE}[ \t]*[,;:.!?]?[ \t]*(\w?)", lambda m: m[1] + m[2].upper(), text)
    text = re.sub(rf"([,;:])[ \t]*{_GONE}[ \t]*[,;]", r"\1", text)
    text = re.sub(rf"[,;][ \t]*{_GONE}(?=[ \t]*(?:[.!?)\n]|$))[ \t]*", "", text)
    text = re.sub(rf"\({_GONE}[ \t]*", "(", text)
    text = re.sub(rf"{_GONE}(?=[ \t]*(?:[,;:.!?)\n]|$))[ \t]*", "", text)
    return re.sub(rf"{_GONE}[ \t]*", " ", text)
