"""The people of an object: their roles, and what each of their addresses may be used for."""

from __future__ import annotations

from enum import StrEnum

from kehr.rules.terms.appointments import NumberType, WorkKind


class Role(StrEnum):
    """What somebody is to an object. A manager (Verwaltung) hears of all his houses in one digest."""

    OWNER = "owner"
    PARTY = "party"
    MANAGER = "manager"


class AddressKind(StrEnum):
    """What an address is; a fax is kept and shown, and never told anything."""

    PHONE = "phone"
    FAX = "fax"
    EMAIL = "email"


class Purpose(StrEnum):
    """What an address is for. Phones know only ALL and MAIN (Nur HK)."""

    ALL = "all"
    INVOICE = "invoice"
    APPOINTMENT = "appointment"
    MAIN = "main"


INVALID = "invalid"
"""The type of a phone number that is none; it is kept as typed."""
MOST = {AddressKind.PHONE: 3, AddressKind.FAX: 1, AddressKind.EMAIL: 2}
"""How many addresses of a kind a person has."""


def fits(purpose: Purpose, work: WorkKind | None) -> bool:
    """Whether an address of this purpose may hear of this work; `work` None is a free message, which
    only those addresses get that are for everything, or for invoices.
    """
    if work is None:
        return purpose in {Purpose.ALL, Purpose.INVOICE}
    if purpose == Purpose.MAIN:
        return work == WorkKind.MAIN_SWEEP
    return purpose != Purpose.INVOICE


def key_of(text: str) -> str:
    """What is compared of an object number or a flat: without spaces around or between, in small letters."""
    return "".join(text.split()).casefold()


def takes_sms(type_: str) -> bool:
    """Whether an SMS can reach a number of this type."""
    return type_ == NumberType.MOBILE
