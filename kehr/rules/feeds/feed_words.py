"""The words and the status of an event: title, description, place, contact, categories."""

from __future__ import annotations

import re
from typing import NamedTuple

from kehr.rules.feeds.feed_lines import Property, split_texts
from kehr.rules.feeds.feed_text import CANCEL_LINE
from kehr.rules.terms.appointments import EntryStatus

_CANCELLED_TITLE = re.compile(r"\s*(?:cancell?ed|abgesagt)\s*:", re.IGNORECASE)

Lines = dict[str, list[Property]]


class Words(NamedTuple):
    """What an event says, in the order of Occurrence's fields."""

    status: EntryStatus
    summary: str
    description: str
    location: str
    contact: str
    categories: tuple[str, ...]


def read_words(lines: Lines) -> Words:
    """The words of one event; empty where it says nothing."""
    summary = _text(lines, "SUMMARY")
    return Words(
        _status(lines, summary),
        summary,
        _text(lines, "DESCRIPTION"),
        _text(lines, "LOCATION"),
        _contact(lines),
        tuple(text for line in lines.get("CATEGORIES", ()) for text in split_texts(line.value)),
    )


def _text(lines: Lines, name: str) -> str:
    found = lines.get(name)
    return found[0].text() if found else ""


def _status(lines: Lines, summary: str) -> EntryStatus:
    said = _text(lines, "STATUS").upper()
    if said in ("CANCELLED", "CANCELED") or CANCEL_LINE in lines or _CANCELLED_TITLE.match(summary):
        return EntryStatus.CANCELLED
    return EntryStatus.TENTATIVE if said == "TENTATIVE" else EntryStatus.CONFIRMED


def _contact(lines: Lines) -> str:
    """CONTACT, else name and telephone of the first person invited who did not invite."""
    said = ", ".join(text for line in lines.get("CONTACT", ()) if (text := line.text()))
    if said:
        return said
    organizers = {_address(line) for line in lines.get("ORGANIZER", ())}
    for attendee in lines.get("ATTENDEE", ()):
        if _address(attendee) not in organizers:
            address = attendee.value.strip()
            phone = address[4:] if address.lower().startswith("tel:") else ""
            return " ".join(part for part in (attendee.parameter("CN"), phone) if part)
    return ""


def _address(line: Property) -> str:
    return line.value.strip().lower()
