"""An SMS that did not arrive goes on as an e-mail to the same person (C20)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from kehr.rules.entries.residents import Holder, holders
from kehr.rules.plan.plan_values import Office, Past, PlanAppointment, PlanRule, Reason, Recipient, Wanted
from kehr.rules.plan.recipients import Contact, Permissions, recipients_of
from kehr.rules.terms.appointments import NumberType
from kehr.rules.terms.messages import MAYBE_TOLD, Channel, Kind, State
from kehr.rules.terms.people import AddressKind
from kehr.rules.terms.timing import next_open

SECOND_KINDS = frozenset({Kind.ANNOUNCEMENT, Kind.CONFIRMATION, Kind.REMINDER, Kind.MOVED, Kind.CANCELLED})
"""Kinds of which somebody must hear. Who does not hear a question after the visit misses nothing."""
FAILED = frozenset({State.REFUSED, State.UNDELIVERED})
CHANGES = frozenset({Kind.MOVED, Kind.CANCELLED})


def second_addresses(
    contact: Contact, permissions: Permissions, reachable: Collection[Channel]
) -> dict[str, tuple[Recipient, ...]]:
    """By mobile number, the e-mail addresses of the same person, those that may not be told with the reason.

    What stands together in an entry belongs to one person, unless the object knows better.
    """
    entry = [number for number, kind in contact.phones if kind == NumberType.MOBILE]
    written = {address.lower() for address in contact.emails}
    numbers = holders(contact.people, AddressKind.PHONE, contact.work)
    mails = holders(contact.people, AddressKind.EMAIL, contact.work)
    told = recipients_of(contact, frozenset({Channel.EMAIL}), permissions, reachable)
    emails = [recipient for recipient in told if recipient.address]
    found: dict[str, tuple[Recipient, ...]] = {}
    for number in dict.fromkeys([*entry, *numbers]):
        holder = numbers.get(number)
        found[number] = tuple(
            recipient
            for recipient in emails
            if _same(
                holder,
                mails.get(recipient.address),
                together=number in entry and recipient.address in written,
            )
        )
    return found


def _same(number: Holder | None, mail: Holder | None, *, together: bool) -> bool:
    if number is None or mail is None:
        return together
    return any(person.id == number.person.id for person in mail.people)


def second_wishes(
    appointment: PlanAppointment, rules: Sequence[PlanRule], past: Sequence[Past], office: Office
) -> list[tuple[Recipient, list[Wanted]]]:
    """By e-mail address, what is to go on there: each message once, whichever numbers it did not reach."""
    found: dict[str, tuple[Recipient, dict[tuple[object, ...], Wanted]]] = {}
    by_id = {rule.id: rule for rule in rules if goes_on(rule)}
    failed = sorted(
        (p for p in past if _unheard(p, by_id, appointment)), key=lambda p: (p.due_at, p.recipient)
    )
    for p in failed:
        if _heard_elsewhere(p, appointment, past):
            continue
        for recipient in appointment.second.get(p.recipient, ()):
            if recipient.blocked is None:
                _, wishes = found.setdefault(recipient.address, (recipient, {}))
                wanted = _want(p, recipient, appointment, office)
                wishes.setdefault(wanted.identity, wanted)
    return [(recipient, list(wishes.values())) for recipient, wishes in found.values()]


def goes_on(rule: PlanRule) -> bool:
    """Whether an SMS of this rule may be followed by an e-mail that the rule would not send anyway."""
    return rule.second_channel and rule.kind in SECOND_KINDS and Channel.EMAIL not in rule.channels


def told_by_mail(appointment: PlanAppointment, past: Sequence[Past]) -> list[Recipient]:
    """Who heard by e-mail because an SMS did not arrive, and hears by no other rule: a later change must
    reach them too.
    """
    known = {(recipient.channel, recipient.address) for recipient in appointment.recipients}
    by_mail = {
        p.recipient for p in past if p.channel == Channel.EMAIL and p.state in MAYBE_TOLD and not p.trial
    }
    seconds = {r.address: r for several in appointment.second.values() for r in several}
    return [r for r in seconds.values() if r.address in by_mail and (r.channel, r.address) not in known]


def follows(rule: PlanRule, own: Sequence[Past], rules: Sequence[PlanRule]) -> bool:
    """Whether a rule for changes speaks to an e-mail address that heard in place of an SMS: whoever heard
    of a start must hear when it is no longer true.
    """
    if rule.kind not in CHANGES or Channel.EMAIL in rule.channels:
        return False
    by_sms = {one.id for one in rules if Channel.EMAIL not in one.channels}
    return any(p.rule_id in by_sms and p.channel == Channel.EMAIL and p.state in MAYBE_TOLD for p in own)


def _unheard(p: Past, rules: dict[int, PlanRule], appointment: PlanAppointment) -> bool:
    """A failed SMS whose words are still true."""
    if p.channel != Channel.SMS or p.state not in FAILED or p.trial or p.rule_id not in rules:
        return False
    if p.kind == Kind.CANCELLED:
        return appointment.cancelled_at is not None
    return appointment.cancelled_at is None and p.about_start == appointment.start


def _heard_elsewhere(failed: Past, appointment: PlanAppointment, past: Sequence[Past]) -> bool:
    """Whether the same person surely got the same message on another number."""
    persons = {r.address: r.person_id for r in appointment.recipients if r.channel == Channel.SMS}
    person = persons.get(failed.recipient)
    return person is not None and any(
        p.state == State.DELIVERED
        and persons.get(p.recipient) == person
        and (p.kind, p.rule_id, p.about_start, p.channel)
        == (failed.kind, failed.rule_id, failed.about_start, failed.channel)
        for p in past
    )


def _want(p: Past, recipient: Recipient, appointment: PlanAppointment, office: Office) -> Wanted:
    """The same words by e-mail: at once, or when the send window opens."""
    return Wanted(
        appointment_id=appointment.id,
        kind=p.kind,
        rule_id=p.rule_id,
        channel=Channel.EMAIL,
        recipient=recipient.address,
        about_start=p.about_start,
        due_at=next_open(office.window, p.told_at or p.due_at, office.zone),
        too_late_at=p.about_start if p.kind == Kind.CANCELLED else appointment.start,
        state=State.PLANNED,
        reason=Reason("second_channel", {"address": p.recipient}),
        person_id=recipient.person_id,
        second_of=p.id,
    )
