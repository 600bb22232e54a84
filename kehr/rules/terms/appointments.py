"""What a calendar entry is, once read: the plain values that every other rule speaks about."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class EntryStatus(StrEnum):
    """RFC 5545 STATUS of a VEVENT, reduced to what matters for announcing it."""

    CONFIRMED = "confirmed"
    TENTATIVE = "tentative"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One occurrence of one calendar entry, as the feed tells it.

    `start` and `end` are aware UTC; for an all-day entry `start` is midnight in the office's zone.
    `recurrence_id` is empty for a single entry, else the original start of this occurrence: ISO 8601
    in UTC (`2026-03-02T09:00:00Z`), or a date (`2026-03-02`) in an all-day series. The key of an
    occurrence within its calendar is (uid, recurrence_id).
    """

    uid: str
    recurrence_id: str
    start: datetime
    end: datetime
    all_day: bool
    status: EntryStatus
    summary: str = ""
    description: str = ""
    location: str = ""
    contact: str = ""
    categories: tuple[str, ...] = field(default=())
    sequence: int = 0

    @property
    def key(self) -> tuple[str, str]:
        """What identifies this occurrence within its calendar."""
        return (self.uid, self.recurrence_id)


class NumberType(StrEnum):
    """Whether an SMS can reach a number."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    VOIP = "voip"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A phone number found in a text: E.164, its type, ISO country and how it was typed."""

    e164: str
    type: NumberType
    country: str
    typed: str


class WorkKind(StrEnum):
    """The two kinds of work an office announces, the main sweep told apart from the ordinary one."""

    MAIN_SWEEP = "HK"
    SWEEP = "Kehrung"
    SPECIAL = "Sonderarbeit"


KindWords = tuple[tuple[WorkKind, tuple[str, ...]], ...]
"""Words of the office that tell the kind of work, beside the built-in ones."""


@dataclass(frozen=True, slots=True)
class FieldMap:
    """Where an office writes number, name and place in its entries, and what stands in when absent.

    Fields are `summary`, `description`, `location` or `contact`. `kind_words` are the office's own words
    for the kinds of work.
    """

    phone_field: str = "summary"
    name_field: str = "summary"
    location_field: str = "location"
    fallback_name: str = ""
    fallback_location: str = ""
    kind_words: KindWords = ()


@dataclass(frozen=True, slots=True)
class Recognised:
    """What an entry says about whom to tell and what: empty where it says nothing.

    `name` is as written, salutation and title included; both are also told on their own.
    """

    name: str = ""
    phones: tuple[PhoneNumber, ...] = ()
    emails: tuple[str, ...] = ()
    place: str = ""
    object_number: str = ""
    kind: WorkKind = WorkKind.SWEEP
    no_sms: bool = False
    no_email: bool = False
    salutation: str = ""
    title: str = ""
