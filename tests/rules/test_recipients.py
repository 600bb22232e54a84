"""Who is told, and what stands against it."""

from __future__ import annotations

import pytest

from kehr.rules.plan.plan_values import Recipient
from kehr.rules.plan.recipients import Contact, Permission, Permissions, recipients_of, shared_numbers
from kehr.rules.terms.messages import Channel

MOBILE, OTHER, LANDLINE, VOIP = "+436641000001", "+436641000002", "+437252123450", "+43720123456"
MAIL = "karl@example.at"
BOTH = frozenset(Channel)
TICKED, REVOKED, BY_ENTRY = Permission(True, True), Permission(False, True), Permission(True, False)


def found(
    contact: Contact,
    channels: frozenset[Channel] = BOTH,
    consent: str = "calendar",
    permissions: dict[str, Permission] | None = None,
    shared: dict[str, str] | None = None,
    reachable: frozenset[Channel] = BOTH,
) -> list[tuple[str, str]]:
    rules = Permissions(consent, permissions or {}, shared or {})
    result = recipients_of(contact, channels, rules, reachable)
    return [(r.address, _against(r)) for r in result]


def _against(recipient: Recipient) -> str:
    if recipient.blocked is not None:
        return recipient.blocked.code
    return f"held: {recipient.held.code}" if recipient.held else ""


# A15
def test_all_ticked_numbers_and_addresses_are_told() -> None:
    contact = Contact([(MOBILE, "mobile"), (OTHER, "mobile")], [MAIL])
    ticks = {MOBILE: TICKED, OTHER: TICKED, MAIL: TICKED}
    assert found(contact, consent="customer", permissions=ticks) == [(MOBILE, ""), (OTHER, ""), (MAIL, "")]


# A13, A16, failures.md 14: the tick is per number
@pytest.mark.parametrize(
    ("consent", "permission", "against"),
    [
        ("customer", None, "no_consent"),
        ("customer", TICKED, ""),
        ("customer", REVOKED, "revoked"),
        ("customer", BY_ENTRY, "no_consent"),
        ("calendar", None, ""),
        ("calendar", BY_ENTRY, ""),
        ("calendar", TICKED, ""),
        ("calendar", REVOKED, "revoked"),
    ],
)
def test_consent_decides_each_number_for_itself(
    consent: str, permission: Permission | None, against: str
) -> None:
    contact = Contact([(MOBILE, "mobile"), (OTHER, "mobile")], [])
    permissions = {OTHER: TICKED} | ({MOBILE: permission} if permission else {})
    assert found(contact, consent=consent, permissions=permissions) == [(MOBILE, against), (OTHER, "")]


# C17
@pytest.mark.parametrize(
    ("no_sms", "no_email", "against"),
    [
        (False, False, ["", ""]),
        (True, False, ["tag_no_sms", ""]),
        (False, True, ["", "tag_no_email"]),
        (True, True, ["tag_no_sms", "tag_no_email"]),
    ],
)
def test_a_tag_holds_back_exactly_its_channel(no_sms: bool, no_email: bool, against: list[str]) -> None:
    contact = Contact([(MOBILE, "mobile")], [MAIL], no_sms, no_email)
    assert [code for _, code in found(contact)] == against


# A36, failures.md 9
@pytest.mark.parametrize(
    ("phones", "against"),
    [
        ([(LANDLINE, "landline")], [(LANDLINE, "landline")]),
        ([(VOIP, "voip")], [(VOIP, "not_mobile")]),
        ([(LANDLINE, "landline"), (MOBILE, "mobile")], [(MOBILE, "")]),
        ([], [("", "no_number")]),  # A03
    ],
)
def test_only_mobile_numbers_get_an_sms(phones: list, against: list) -> None:
    assert found(Contact(phones, []), frozenset({Channel.SMS})) == against


# A02
def test_either_channel_works_alone() -> None:
    assert found(Contact([], [MAIL])) == [(MAIL, "")]
    assert found(Contact([(MOBILE, "mobile")], [])) == [(MOBILE, "")]
    assert found(Contact([], [MAIL]), frozenset({Channel.SMS})) == [("", "no_number")]
    assert found(Contact([(MOBILE, "mobile")], []), frozenset({Channel.EMAIL})) == [("", "no_email")]


def test_a_channel_without_gateway_is_named_and_the_other_goes_on() -> None:
    contact = Contact([(MOBILE, "mobile")], [MAIL])
    assert found(contact, reachable=frozenset({Channel.SMS})) == [(MOBILE, ""), (MAIL, "no_gateway")]


# C06, failures.md 9
def test_a_number_of_different_customers_is_held_and_consent_still_decides_first() -> None:
    contact = Contact([(MOBILE, "mobile")], [])
    shared = {MOBILE: "Huber, Maier"}
    assert found(contact, shared=shared) == [(MOBILE, "held: number_shared")]
    assert found(contact, shared=shared, permissions={MOBILE: REVOKED}) == [(MOBILE, "revoked")]


@pytest.mark.parametrize(
    ("names", "shared"),
    [
        (["Karl Huber", "Karl Huber"], False),
        (["Karl Huber", "Huber Karl"], False),
        (["Familie Huber", "Eva Huber"], False),
        (["Eva Huber", "Anna Maier"], True),
        (["Eva Huber", ""], False),
        (["Eva Huber", "Anna Maier", "Eva Huber"], True),
        (["Dr. Eva Huber", "Eva Huber-Maier"], False),
        (["Müller Franz", "Frau Mueller"], False),
        (["Karl Huber", "Eva Huber"], False),
        (["Karl Huber", "Karl Mayr"], True),
        (["Familie Huber", "Familie Mayr"], True),
        (["Frau Huber", "Frau Mayr"], True),
        (["Huber GmbH", "Mayr GmbH"], True),
        (["Dr. Li", "Dr. Wu"], True),
        (["Familie", "Eva Huber"], False),
    ],
)
def test_names_of_one_family_or_firm_are_one_customer(names: list[str], shared: bool) -> None:
    entries = [(MOBILE, name, "") for name in names]
    assert (MOBILE in shared_numbers(entries, {})) is shared


def test_a_shared_number_names_its_customers_in_order() -> None:
    entries = [(MOBILE, "Eva Huber", ""), (MOBILE, "Anna Maier", ""), (OTHER, "Eva Huber", "")]
    assert shared_numbers(entries, {}) == {MOBILE: "Anna Maier, Eva Huber"}


@pytest.mark.parametrize(
    ("accepted", "shared"),
    [
        ("Anna Maier, Eva Huber", False),
        ("Maier, Familie Huber", False),
        ("Anna Maier, Eva Moser", True),
        ("Anna", True),
    ],
)
def test_what_a_person_has_accepted_is_shared_no_more(accepted: str, shared: bool) -> None:
    entries = [(MOBILE, "Eva Huber", ""), (MOBILE, "Anna Maier", "")]
    assert (MOBILE in shared_numbers(entries, {MOBILE: accepted})) is shared


def test_a_third_customer_on_an_accepted_number_is_held_again() -> None:
    entries = [(MOBILE, "Eva Huber", ""), (MOBILE, "Anna Maier", ""), (MOBILE, "Josef Gruber", "")]
    assert MOBILE in shared_numbers(entries, {MOBILE: "Anna Maier, Eva Huber"})
