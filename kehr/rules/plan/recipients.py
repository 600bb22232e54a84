"""Who is told of an appointment, and what stands against it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from kehr.rules.entries.matching import folded
from kehr.rules.entries.residents import Holder, HousePerson, holders, is_manager
from kehr.rules.plan.plan_values import Reason, Recipient
from kehr.rules.terms.appointments import NumberType, WorkKind
from kehr.rules.terms.messages import Channel
from kehr.rules.terms.names import COMMON_WORDS
from kehr.rules.terms.people import AddressKind, Purpose


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom an appointment names: in its entry, and at its object.

    Phones of the entry are (E.164, type) in its order. `people` are those of the object that are meant;
    `object_number` is empty when no object was found, `named_object` the number that the entry names.
    """

    phones: Sequence[tuple[str, str]]
    emails: Sequence[str]
    no_sms: bool = False
    no_email: bool = False
    work: WorkKind = WorkKind.SWEEP
    object_number: str = ""
    people: Sequence[HousePerson] = ()
    named_object: str = ""


@dataclass(frozen=True, slots=True)
class Permission:
    """The newest consent row of an address: granted or revoked, and whether it came by a person."""

    granted: bool
    by_person: bool


@dataclass(frozen=True, slots=True)
class Permissions:
    """What decides whether an address may be told.

    `consent` is the calendar's setting: `customer` (only ticked addresses) or `calendar` (standing in
    the entry counts). An opt-out always wins. `shared` maps a number to the different names it stands for.
    `agreed` are the addresses that may be asked for feedback.
    """

    consent: str
    known: Mapping[str, Permission]
    shared: Mapping[str, str] = field(default_factory=dict)
    agreed: Collection[str] = ()


def recipients_of(
    contact: Contact,
    channels: frozenset[Channel],
    permissions: Permissions,
    reachable: Collection[Channel],
) -> tuple[Recipient, ...]:
    """The recipients of one appointment on the channels that its rules use, each address once.

    Landlines appear only where no mobile number can be told instead, so that the reason is seen.
    """
    found: list[Recipient] = []
    if Channel.SMS in channels:
        found += _phones(contact, permissions)
    if Channel.EMAIL in channels:
        found += _mails(contact, permissions)
    if not found:
        channel = Channel.SMS if Channel.SMS in channels else Channel.EMAIL
        return (Recipient(channel, "", _nobody(contact, channels)),)
    return tuple(_gatewayless(r, reachable) for r in found)


def _nobody(contact: Contact, channels: frozenset[Channel]) -> Reason:
    """Why nobody is told; whoever has an address of the other kind is not said to have none."""
    if contact.object_number:
        code = "object_without_number"
        if channels == {Channel.SMS} and any(person.emails for person in contact.people):
            code = "object_without_mobile"
        if channels == {Channel.EMAIL} and any(person.phones for person in contact.people):
            code = "object_without_email"
        return Reason(code, {"number": contact.object_number})
    if contact.named_object:
        return Reason("object_not_known", {"number": contact.named_object})
    return Reason("no_email" if channels == {Channel.EMAIL} else "no_number")


def _phones(contact: Contact, permissions: Permissions) -> list[Recipient]:
    entry = [number for number, kind in contact.phones if kind == NumberType.MOBILE]
    house = holders(contact.people, AddressKind.PHONE, contact.work)
    result = []
    for number in dict.fromkeys([*entry, *house]):
        blocked = Reason("tag_no_sms") if contact.no_sms else None
        told = _recipient(Channel.SMS, number, house.get(number), number in entry, permissions, blocked)
        if number in permissions.shared:
            args = {"address": number, "names": permissions.shared[number]}
            told = replace(told, held=Reason("number_shared", args))
        result.append(told)
    if not result:
        result += [
            Recipient(Channel.SMS, number, _unreachable(number, kind)) for number, kind in contact.phones
        ]
    return result + _landlines(contact, {r.address for r in result})


def _landlines(contact: Contact, known: set[str]) -> list[Recipient]:
    """Of everybody at the object who has no mobile number, the numbers that an SMS cannot reach."""
    found: dict[str, Recipient] = {}
    for person in contact.people:
        if person.mobiles:
            continue
        for phone in person.phones:
            if phone.value not in known:
                blocked = _unreachable(phone.value, phone.type)
                found.setdefault(
                    phone.value, Recipient(Channel.SMS, phone.value, blocked, person_id=person.id)
                )
    return list(found.values())


def _unreachable(number: str, kind: str) -> Reason:
    if kind == NumberType.LANDLINE:
        return Reason("landline", {"address": number})
    return Reason("not_mobile", {"address": number, "type": kind})


def _mails(contact: Contact, permissions: Permissions) -> list[Recipient]:
    entry = list(dict.fromkeys(address.lower() for address in contact.emails))
    house = holders(contact.people, AddressKind.EMAIL, contact.work)
    blocked = Reason("tag_no_email") if contact.no_email else None
    return [
        _recipient(Channel.EMAIL, address, house.get(address), address in entry, permissions, blocked)
        for address in dict.fromkeys([*entry, *house])
    ]


def _recipient(
    channel: Channel,
    address: str,
    holder: Holder | None,
    in_entry: bool,
    permissions: Permissions,
    blocked: Reason | None,
) -> Recipient:
    """One address: what the entry says of it, and what its people at the object do."""
    consent = permissions.consent if in_entry else "customer"
    if blocked is None:
        blocked = permission(address, consent, permissions.known)
    agreed = address in permissions.agreed
    if holder is None:
        return Recipient(channel, address, blocked, agreed=agreed)
    if blocked is None and not holder.fits:
        code = "only_invoices" if holder.purpose == Purpose.INVOICE else "only_main"
        blocked = Reason(code, {"address": address})
    return Recipient(
        channel,
        address,
        blocked,
        person_id=holder.person.id,
        named=bool(holder.person.name),
        digest=is_manager(holder),
        agreed=agreed,
    )


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
        return replace(recipient, blocked=Reason("no_gateway", {"channel": recipient.channel}))
    return recipient


_NAME_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(slots=True)
class _Customer:
    """Names, as their words, and objects that one number was found with and that belong together."""

    names: list[tuple[str, ...]]
    objects: set[str]
    name: str

    def is_named(self, words: tuple[str, ...]) -> bool:
        """Whether a name means this customer."""
        return any(_same_name(words, known) for known in self.names)


def shared_numbers(entries: Sequence[tuple[str, str, str]], accepted: Mapping[str, str]) -> dict[str, str]:
    """Numbers that stand for different customers: number -> their names, for people.

    `entries` are (number, name, object number). Two are one customer when they are at the same object or
    their names mean the same family or firm; one without a name contradicts nobody. `accepted` maps a
    number to the names that a person has already said belong together.
    """
    groups: dict[str, list[_Customer]] = {}
    often = Counter(number for number, _, _ in entries)
    for number, name, object_number in entries:
        words = _name_words(name) if often[number] > 1 else ()
        if not words:
            continue
        known = groups.setdefault(number, [])
        for customer in known:
            if customer.is_named(words) or (object_number and object_number in customer.objects):
                if words not in customer.names:
                    customer.names.append(words)
                customer.objects.add(object_number)
                break
        else:
            known.append(_Customer([words], {object_number}, name))
    result = {}
    for number, known in groups.items():
        if len(known) > 1 and not _accepted(known, accepted.get(number, "")):
            result[number] = ", ".join(sorted(customer.name for customer in known))
    return result


@lru_cache(maxsize=4096)
def _name_words(name: str) -> tuple[str, ...]:
    """The words of a name that can tell customers apart, in their order."""
    return tuple(word for word in _NAME_WORD.findall(folded(name)) if word not in COMMON_WORDS)


def _same_name(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two names mean one customer: one says no more than the other, or they share another word
    than the one that both begin with. "Karl Huber" and "Karl Mayr" have only the first name in common.
    """
    common = set(one) & set(other)
    if common in (set(one), set(other)):
        return True
    return bool(common - ({one[0]} if one[0] == other[0] else set()))


def _accepted(known: list[_Customer], names: str) -> bool:
    said = [words for name in names.split(",") if (words := _name_words(name))]
    return all(any(customer.is_named(words) for words in said) for customer in known)
