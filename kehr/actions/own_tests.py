"""Whom the firm's own tests may go to: the number and the address in its master data, and nobody else."""

from __future__ import annotations

from typing import Any

from kehr.models import Company
from kehr.rules.messages import Channel
from kehr.rules.recipients import Contact


def own_addresses(company: Company) -> dict[str, str]:
    """The firm's number and e-mail address for tests, by channel."""
    addresses = {Channel.SMS.value: company.self_test_sms, Channel.EMAIL.value: company.self_test_email}
    return {channel: address for channel, address in addresses.items() if address}


def own_contact(row: Any, company: Company) -> Contact:
    """Whom a test appointment is for: what its entry names, as far as it still is the firm's own."""
    own = {address.casefold() for address in own_addresses(company).values()}
    phones = [(phone["e164"], phone["type"]) for phone in row.phones if phone["e164"] in own]
    return Contact(phones, [address for address in row.emails if address.casefold() in own])
