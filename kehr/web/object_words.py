"""Roles, purposes and types of numbers in the words of the office."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from kehr.models import Address
from kehr.rules.terms.appointments import NumberType
from kehr.rules.terms.people import INVALID, AddressKind, Purpose, Role, takes_sms
from kehr.rules.terms.places import print_place

ROLES: dict[str, Any] = {
    Role.OWNER: lazy_gettext("Eigentümer"),
    Role.PARTY: lazy_gettext("Partei"),
    Role.MANAGER: lazy_gettext("Verwaltung"),
}
PURPOSES: dict[str, Any] = {
    Purpose.ALL: lazy_gettext("Alles"),
    Purpose.INVOICE: lazy_gettext("Rechnung"),
    Purpose.APPOINTMENT: lazy_gettext("Termin"),
    Purpose.MAIN: lazy_gettext("Nur HK"),
}
TYPES: dict[str, Any] = {
    NumberType.MOBILE: lazy_gettext("Mobil"),
    NumberType.LANDLINE: lazy_gettext("Festnetz"),
    NumberType.VOIP: lazy_gettext("VoIP"),
    NumberType.OTHER: lazy_gettext("Sondernummer"),
    INVALID: lazy_gettext("keine gültige Nummer"),
}
FIELDS: dict[str, Any] = {
    "number": lazy_gettext("Nummer"),
    "street": lazy_gettext("Straße/Hnr"),
    "place": lazy_gettext("PLZ/Ort"),
    "land": lazy_gettext("Land"),
    "units": lazy_gettext("Einheiten"),
    "note": lazy_gettext("Notiz"),
    "unit": lazy_gettext("Einheit"),
    "role": lazy_gettext("Rolle"),
    "salutation": lazy_gettext("Anrede"),
    "title": lazy_gettext("Titel"),
    "first_name": lazy_gettext("Vorname"),
    "name": lazy_gettext("Name"),
    "name2": lazy_gettext("Name 2"),
    "name3": lazy_gettext("Name 3"),
    "sms_name": lazy_gettext("SMS-Name"),
    "phone1": lazy_gettext("Tel.Nr.1"),
    "phone2": lazy_gettext("Tel.Nr.2"),
    "phone3": lazy_gettext("Tel.Nr.3"),
    "phone1_main": lazy_gettext("Nur HK bei Tel.Nr.1"),
    "phone2_main": lazy_gettext("Nur HK bei Tel.Nr.2"),
    "phone3_main": lazy_gettext("Nur HK bei Tel.Nr.3"),
    "fax": lazy_gettext("Fax"),
    "email1": lazy_gettext("eMail"),
    "email1_purpose": lazy_gettext("eMail für"),
    "email2": lazy_gettext("Email2"),
    "email2_purpose": lazy_gettext("Email2 für"),
    "www": lazy_gettext("WWW"),
}
"""The labels of the address form, as the office knows them."""


def type_text(type_: str, country: str) -> str:
    """`Mobil`, `Festnetz`, `VoIP`; a number abroad says so: `Mobil, Ausland (DE)`."""
    word = str(TYPES.get(type_, TYPES[NumberType.OTHER]))
    if country and country != "AT":
        return _("%(type)s, Ausland (%(country)s)", type=word, country=country)
    return word


def address_kind_text(address: Address) -> str:
    """What an address is, in words."""
    if address.kind == AddressKind.EMAIL:
        return _("E-Mail")
    text = type_text(address.type, address.country)
    return _("Fax, %(type)s", type=text) if address.kind == AddressKind.FAX else text


def may_be_ticked(address: Address) -> bool:
    """Whether a message could ever go there: a tick of a landline or fax would promise what cannot be."""
    return bool(address.value) and (address.kind == AddressKind.EMAIL or _mobile(address))


def _mobile(address: Address) -> bool:
    return address.kind == AddressKind.PHONE and takes_sms(address.type)


def register(app: Flask) -> None:
    """Makes the words known to all templates."""
    app.jinja_env.filters.update(
        role_word=lambda role: ROLES.get(role, role),
        purpose_word=lambda purpose: PURPOSES.get(purpose, purpose),
        address_kind=address_kind_text,
    )
    app.jinja_env.globals.update(print_place=print_place, may_be_ticked=may_be_ticked)
