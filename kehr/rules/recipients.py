"""Who is told of an appointment, and what stands against it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from kehr.rules.appointments import NumberType
from kehr.rules.messages import Channel
from kehr.rules.plan_values import Reason, Recipient


@dataclass(frozen=True, slots=True)
class Contact:
    """What an entry says about whom to tell. Phones are (E.164, type) in the order of the entry."""

    phones: Sequence[tuple[str, str]]
    emails: Sequence[str]
    no_sms: bool = False
    no_email: bool = False


@dataclass(frozen=True, slots=True)
class Permission:
    """The newest consent row of an address: granted or revoked, and whether it came by a person."""

    granted: bool
    by_person: bool


def recipients_of(
    contact: Contact,
    channels: frozenset[Channel],
    consent: str,
    permissions: Mapping[str, Permission],
    shared: Mapping[str, str],
    reachable: Collection[Channel],
) -> tuple[Recipient, ...]:
    """The recipients of one appointment on the channels that its rules use.

    `consent` is the calendar's setting: `customer` (only ticked addresses) or `calendar` (standing in
    the entry counts). An opt-out always wins. `shared` maps a number to the different names it stands
    for. Landlines appear only when no mobile number can be told instead, so that the reason is seen.
    """
    found: list[Recipient] = []
    if Channel.SMS in channels:
        found += _phones(contact, consent, permissions, shared)
    if Channel.EMAIL in channels:
        found += [
            Recipient(Channel.EMAIL, address, _mail_block(contact, address, consent, permissions))
            for address in contact.emails
        ]
    if not found:
        channel = Channel.SMS if Channel.SMS in channels else Channel.EMAIL
        return (Recipient(channel, "", Reason("no_number")),)
    return tuple(_gatewayless(r, reachable) for r in found)


def _phones(
    contact: Contact, consent: str, permissions: Mapping[str, Permission], shared: Mapping[str, str]
) -> list[Recipient]:
    mobiles = [number for number, kind in contact.phones if kind == NumberType.MOBILE]
    if not mobiles:
        return [Recipient(Channel.SMS, number, _unreachable(number, kind)) for number, kind in contact.phones]
    result = []
    for number in mobiles:
        blocked = Reason("tag_no_sms") if contact.no_sms else permission(number, consent, permissions)
        held = None
        if number in shared:
            held = Reason("number_shared", {"address": number, "names": shared[number]})
        result.append(Recipient(Channel.SMS, number, blocked, held))
    return result


def _unreachable(number: str, kind: str) -> Reason:
    if kind == NumberType.LANDLINE:
        return Reason("landline", {"address": number})
    return Reason("not_mobile", {"address": number, "type": kind})


def _mail_block(
    contact: Contact, address: str, consent: str, permissions: Mapping[str, Permission]
) -> Reason | None:
    if contact.no_email:
        return Reason("tag_no_email")
    return permission(address, consent, permissions)


def permission(address: str, consent: str, permissions: Mapping[str, Permission]) -> Reason | None:
    """None when this address may be told, else why not."""
    known = permissions.get(address)
    if known is not None and not known.granted:
        return Reason("revoked", {"address": address})
    if consent == "calendar" or (known is not None and known.by_person):
        return None
    return Reason("no_consent", {"address": address})


def _gatewayless(recipient: Recipient, reachable: Collection[Channel]) -> Recipient:
    if recipient.blocked is None and recipient.channel not in reachable:
        return Recipient(
            recipient.channel, recipient.address, Reason("no_gateway", {"channel": recipient.channel})
        )
    return recipient


def shared_numbers(entries: Sequence[tuple[str, str, str]], accepted: Mapping[str, str]) -> dict[str, str]:
    """Numbers that stand for different customers: number -> their names, for people.

    `entries` are (number, name, object number). Two names are one customer when they share a word of
    three letters or more; an entry without a name contradicts nobody. `accepted` maps a number to the
    names that a person has already said belong together.
    """
    groups: dict[str, list[tuple[set[str], str]]] = {}
    for number, name, _object in entries:
        words = {word for word in name.casefold().replace(",", " ").split() if len(word) >= 3}
        if not words:
            continue
        known = groups.setdefault(number, [])
        for group, _name in known:
            if group & words:
                group |= words
                break
        else:
            known.append((set(words), name))
    result = {}
    for number, known in groups.items():
        names = ", ".join(sorted(name for _, name in known))
        if len(known) > 1 and not _accepted(known, accepted.get(number, "")):
            result[number] = names
    return result


def _accepted(known: list[tuple[set[str], str]], names: str) -> bool:
    words = set(names.casefold().replace(",", " ").split())
    return all(group & words for group, _ in known)
