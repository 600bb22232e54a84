"""Checks the senders that a gateway has released (B10, C23)."""

from __future__ import annotations

import re
from datetime import date

from kehr.rules.forms.settings_reader import Table, is_email
from kehr.rules.forms.settings_values import REGISTERED, SENDER_TYPES, Sender
from kehr.rules.settings.settings_office import phone_number

_NAME_SENDER = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 .&+_-]{1,11}")
LONGEST_SHORT = 10
"""Digits of a short number; with more, providers write a number with country code and without plus."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_GERMAN_DAY = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")


def read_senders(table: Table) -> tuple[Sender, ...] | None:
    """The senders of `[[gateways]]`, each address once; the last word on an address counts."""
    items = table.items("senders")
    if items is None:
        return None
    keys = ("address", "type", "registered", "registered_on")
    found = [_sender(Table(item, path, keys)) for path, item in items]
    return tuple({(one.address, one.type): one for one in found}.values())


def _sender(table: Table) -> Sender:
    address = table.text("address", required=True) or ""
    kind = table.choice("type", SENDER_TYPES) or sender_type(address)
    registered = table.choice("registered", REGISTERED) or "unknown"
    day = _day(table)
    if day and registered != "yes":
        raise table.error("registered_on", "Ein Datum gehört nur zu einem Absender, der eingetragen ist.")
    return Sender(sender_address(table, "address", address, kind), kind, registered, day)


def _day(table: Table) -> str:
    value = table.data.get("registered_on")
    if isinstance(value, date):
        return value.isoformat()[:10]
    typed = table.text("registered_on") or ""
    german = _GERMAN_DAY.fullmatch(typed)
    written = f"{german[3]}-{int(german[2]):02}-{int(german[1]):02}" if german else typed
    try:
        if written and (not _DAY.fullmatch(written) or not date.fromisoformat(written)):
            raise ValueError(written)
    except ValueError as error:
        raise table.error("registered_on", f"»{typed}« ist kein Datum; so schreiben: 01.10.2026.") from error
    return written


def sender_type(address: str) -> str:
    """What a sender looks like: an address, a number with or without country code, or a name."""
    if "@" in address:
        return "email"
    if re.search(r"[^\W\d_]", address):
        return "alphanumeric"
    if not address.strip().startswith(("+", "0")) and len(re.sub(r"\D", "", address)) <= LONGEST_SHORT:
        return "shortcode"
    return "international"


def sender_address(table: Table, key: str, address: str, kind: str) -> str:
    """A sender as it is stored: numbers in E.164, names as typed (at most 11 characters)."""
    if kind == "email":
        if not is_email(address):
            raise table.error(key, f"»{address}« ist keine E-Mail-Adresse; so schreiben: office@example.at.")
        return address
    if kind == "alphanumeric":
        if len(address) > 11:
            raise table.error(
                key, f"Ein Name als Absender hat höchstens 11 Zeichen, »{address}« hat {len(address)}."
            )
        if not _NAME_SENDER.fullmatch(address):
            raise table.error(
                key,
                f"»{address}« geht als Absender nicht: nur Buchstaben ohne Umlaute und Ziffern, "
                "mindestens ein Buchstabe.",
            )
        return address
    if kind == "shortcode":
        if not re.fullmatch(r"\d{3,10}", address):
            raise table.error(key, f"»{address}« ist keine Kurznummer; sie hat 3 bis 10 Ziffern.")
        return address
    bare = kind == "international" and re.fullmatch(r"[1-9][0-9 ]{10,}", address.strip())
    return phone_number(table.key(key), f"+{address.strip()}" if bare else address)
