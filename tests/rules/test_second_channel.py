"""An SMS that did not arrive goes on as an e-mail: when, to whom, once, and when not (C20)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from kehr.rules.entries.residents import HouseAddress, HousePerson
from kehr.rules.forms.settings_reader import SettingsError
from kehr.rules.forms.settings_values import Known
from kehr.rules.plan.plan_values import PlanAppointment, PlanRule, Reason, Recipient
from kehr.rules.plan.planning import plan
from kehr.rules.plan.recipients import Contact, Permission, Permissions
from kehr.rules.plan.second_channel import second_addresses
from kehr.rules.settings.settings_messages import read_rule
from kehr.rules.terms.appointments import NumberType, WorkKind
from kehr.rules.terms.messages import Channel, Kind, State
from kehr.rules.terms.people import AddressKind, Purpose, Role
from tests.rules.plan_build import NOW, NUMBER, OFFICE, Desk, appointment, at, brief, past, rule

MAIL = "karl@example.at"
OTHER = "+436641000002"
START = at("12.03. 09:00")
EMAIL = Recipient(Channel.EMAIL, MAIL)
SENT = at("10.03. 09:00")
BOTH = frozenset({Channel.SMS, Channel.EMAIL})


def second(kind: str = "reminder", **values: Any) -> PlanRule:
    return rule(kind, second_channel=True, **values)


def there(start: datetime = START, mail: Recipient = EMAIL, **values: Any) -> PlanAppointment:
    return appointment(start, **{"second": {NUMBER: (mail,)}} | values)


def failed(state: str = "undelivered", kind: str = "reminder", **values: Any) -> Any:
    return past(kind, values.pop("about", START), state, SENT, **{"id": "sms-1"} | values)


def mails(
    known: Sequence[Any], here: PlanAppointment, now: datetime = NOW, rules: Sequence[PlanRule] = ()
) -> list[str]:
    wanted, _ = plan(here, rules or [second()], known, now, OFFICE)
    return brief([w for w in wanted if w.channel == Channel.EMAIL])


@pytest.mark.parametrize("state", ["refused", "undelivered"])  # C20
def test_a_failed_sms_goes_on_as_an_e_mail_at_once(state: str) -> None:
    wanted, _ = plan(there(), [second()], [failed(state)], NOW, OFFICE)
    (mail,) = [w for w in wanted if w.channel == Channel.EMAIL]
    assert (mail.state, mail.due_at, mail.too_late_at) == (State.PLANNED, SENT, START)
    assert (mail.recipient, mail.second_of, mail.reason.code) == (MAIL, "sms-1", "second_channel")
    assert (mail.kind, mail.about_start) == (Kind.REMINDER, START)


@pytest.mark.parametrize(  # C20
    ("known", "values", "now", "rules"),
    [
        ([failed("accepted")], {}, NOW, ()),
        ([failed("delivered")], {}, NOW, ()),
        ([failed("unclear")], {}, NOW, ()),
        ([failed("sending")], {}, NOW, ()),
        ([failed(trial=True)], {}, NOW, ()),
        ([failed()], {}, NOW, [rule("reminder")]),
        ([failed()], {}, NOW, [second(channels=BOTH)]),
        ([failed()], {}, NOW, [second(id=99)]),
        ([failed()], {"second": {}}, NOW, ()),
        ([failed()], {"second": {OTHER: (EMAIL,)}}, NOW, ()),
        ([failed()], {"mail": Recipient(Channel.EMAIL, MAIL, Reason("no_consent"))}, NOW, ()),
        ([failed(about=at("11.03. 09:00"))], {}, NOW, ()),
        ([failed()], {"cancelled_at": NOW}, NOW, ()),
        ([failed(kind="feedback")], {"start": at("09.03. 09:00")}, NOW, [second("feedback")]),
    ],
    ids=[
        "accepted",
        "delivered",
        "unclear",
        "on its way",
        "trial",
        "switched off",
        "both channels on already",
        "another rule",
        "no e-mail",
        "another person's e-mail",
        "no consent",
        "moved since",
        "cancelled since",
        "feedback",
    ],
)
def test_nothing_goes_on(
    known: list[Any], values: dict[str, Any], now: datetime, rules: Sequence[PlanRule]
) -> None:
    assert mails(known, there(**values), now, rules) == []


@pytest.mark.parametrize("state", ["accepted", "delivered", "unclear", "refused", "undelivered"])  # C20
def test_an_e_mail_that_left_is_not_wanted_again_whatever_became_of_it(state: str) -> None:
    gone = past("reminder", START, state, SENT, channel=Channel.EMAIL, recipient=MAIL)
    assert mails([failed(), gone], there()) == []


def test_an_undelivered_that_comes_after_the_appointment_is_only_missed(  # C20
) -> None:
    assert mails([failed()], there(), START) == ["reminder missed 10.03. 09:00 too_late"]
    assert mails([failed()], there(), START - timedelta(minutes=1)) == [
        "reminder planned 10.03. 09:00 second_channel"
    ]


def test_what_fails_at_night_waits_for_the_window() -> None:  # C15, C20
    late = replace(failed("refused"), told_at=at("10.03. 20:30"))
    assert mails([late], there()) == ["reminder planned 11.03. 08:00 second_channel"]


def test_two_numbers_of_one_person_make_one_e_mail() -> None:  # C20
    here = there(second={NUMBER: (EMAIL,), OTHER: (EMAIL,)})
    assert len(mails([failed(), failed("refused", recipient=OTHER, id="sms-2")], here)) == 1


@pytest.mark.parametrize(("person", "expected"), [(1, 0), (2, 1), (None, 1)])  # C20
def test_who_surely_got_it_on_another_number_gets_no_e_mail(person: int | None, expected: int) -> None:
    numbers = (
        Recipient(Channel.SMS, NUMBER, person_id=1 if person else None),
        Recipient(Channel.SMS, OTHER, person_id=person),
    )
    here = there(recipients=numbers)
    assert len(mails([failed(), failed("delivered", recipient=OTHER, id="x")], here)) == expected


def test_a_cancellation_that_did_not_arrive_goes_on_while_it_is_of_use() -> None:  # C20
    rules = [second("cancelled"), rule("reminder")]
    known = [past("reminder", START, "delivered", SENT), failed("refused", "cancelled")]
    here = there(cancelled_at=at("10.03. 08:00"))
    assert mails(known, here, rules=rules) == ["cancelled planned 10.03. 09:00 second_channel"]
    assert mails(known, replace(here, cancelled_at=None), rules=rules) == []
    assert mails(known, here, START, rules)[0].startswith("cancelled missed")


def test_an_entry_that_is_missing_holds_the_e_mail_back_too() -> None:
    assert mails([failed()], there(missing_since=NOW)) == ["reminder withheld 10.03. 09:00 entry_missing"]


def test_with_release_always_the_e_mail_waits_for_a_click() -> None:
    office = replace(OFFICE, release="always")
    wanted, _ = plan(there(), [second()], [failed()], NOW, office)
    assert [w.state for w in wanted if w.channel == Channel.EMAIL] == [State.HELD]


@pytest.mark.parametrize("moved_rule", [second("moved"), rule("moved")])  # C20
def test_who_heard_by_e_mail_hears_of_a_later_change(moved_rule: PlanRule) -> None:
    rules = [second(), moved_rule]
    told = past("reminder", START, "accepted", SENT, channel=Channel.EMAIL, recipient=MAIL)
    moved = there(at("13.03. 09:00"), known_since=NOW)
    wanted, calls = plan(moved, rules, [failed(), told], NOW, OFFICE)
    assert [(w.kind, w.state) for w in wanted if w.channel == Channel.EMAIL] == [("moved", "planned")]
    assert calls == []
    cancelled = replace(there(), cancelled_at=NOW)
    wanted, calls = plan(cancelled, [*rules, rule("cancelled")], [failed(), told], NOW, OFFICE)
    assert [w.kind for w in wanted if w.channel == Channel.EMAIL] == ["cancelled"]


def test_who_heard_by_e_mail_too_late_for_a_change_must_be_called() -> None:
    told = past("reminder", START, "accepted", SENT, channel=Channel.EMAIL, recipient=MAIL)
    now = at("12.03. 07:50")
    moved = there(at("12.03. 08:00"), known_since=now)
    _, calls = plan(moved, [second(), rule("moved")], [failed(), told], now, OFFICE)
    assert [(c.recipient, c.told) for c in calls] == [(MAIL, START)]


def test_planning_twice_changes_nothing_and_a_late_delivered_report_neither() -> None:  # C20
    desk = Desk(there(), [second()])
    desk.now = at("10.03. 17:00")
    desk.settle()
    (sms,) = desk.messages
    desk.messages[sms] = replace(desk.messages[sms], state=State.REFUSED, told_at=desk.now)
    assert desk.settle() is True
    assert desk.settle() is False
    assert desk.send() == ["reminder 12.03. 09:00"]
    desk.messages[sms] = replace(desk.messages[sms], state=State.DELIVERED)
    for _ in range(3):
        assert desk.settle() is False
    assert len(desk.messages) == 2


def house_person(number: str, mail: str, id_: int = 1, purpose: str = "all") -> HousePerson:
    addresses = [HouseAddress(AddressKind.PHONE, number, NumberType.MOBILE, Purpose.ALL)] if number else []
    addresses += [HouseAddress(AddressKind.EMAIL, mail, "", Purpose(purpose))] if mail else []
    return HousePerson(id_, Role("owner"), "", "Herr", "", "Karl", f"Person {id_}", "", tuple(addresses))


TICKED = {MAIL: Permission(True, True)}
ENTRY = [(NUMBER, NumberType.MOBILE)]


@pytest.mark.parametrize(  # C20, A10, A13
    ("contact", "known", "consent", "expected"),
    [
        (Contact([], [], people=[house_person(NUMBER, MAIL)]), TICKED, "customer", "ok"),
        (Contact([], [], people=[house_person(NUMBER, MAIL)]), {}, "customer", "no_consent"),
        (Contact([], [], people=[house_person(NUMBER, MAIL)]), {}, "calendar", "no_consent"),
        (
            Contact([], [], people=[house_person(NUMBER, MAIL)]),
            {MAIL: Permission(False, True)},
            "calendar",
            "revoked",
        ),
        (
            Contact([], [], people=[house_person(NUMBER, MAIL, purpose="invoice")]),
            TICKED,
            "customer",
            "only_invoices",
        ),
        (
            Contact([], [], people=[house_person(NUMBER, MAIL, purpose="main")]),
            TICKED,
            "customer",
            "only_main",
        ),
        (
            Contact([], [], work=WorkKind.MAIN_SWEEP, people=[house_person(NUMBER, MAIL, purpose="main")]),
            TICKED,
            "customer",
            "ok",
        ),
        (
            Contact([], [], people=[house_person(NUMBER, ""), house_person("", MAIL, 2)]),
            TICKED,
            "customer",
            "",
        ),
        (Contact(ENTRY, [MAIL]), {}, "calendar", "ok"),
        (Contact(ENTRY, [MAIL.upper()]), {}, "calendar", "ok"),
        (Contact(ENTRY, [MAIL]), {}, "customer", "no_consent"),
        (Contact(ENTRY, [MAIL], no_email=True), {}, "calendar", "tag_no_email"),
        (Contact(ENTRY, [], people=[house_person("", MAIL)]), TICKED, "customer", ""),
        (
            Contact(ENTRY, [MAIL], people=[house_person(NUMBER, ""), house_person("", MAIL, 2)]),
            TICKED,
            "calendar",
            "",
        ),
        (Contact(ENTRY, [MAIL], people=[house_person(NUMBER, "")]), {}, "calendar", "ok"),
    ],
    ids=[
        "ticked",
        "not ticked",
        "not ticked, calendar consents for its entries only",
        "withdrawn",
        "invoices only",
        "main sweeps only",
        "main sweep",
        "another party's",
        "entry",
        "entry in capitals",
        "entry, customers must tick",
        "tag",
        "number of the entry, e-mail of the object",
        "two people of the object",
        "entry names the person's number and an e-mail",
    ],
)
def test_only_the_e_mail_of_the_same_person_that_may_be_told(
    contact: Contact, known: dict[str, Permission], consent: str, expected: str
) -> None:
    found = second_addresses(contact, Permissions(consent, known), [Channel.SMS, Channel.EMAIL])
    codes = [r.blocked.code if r.blocked else "ok" for r in found.get(NUMBER, ())]
    assert codes == ([expected] if expected else [])


def test_without_a_gateway_for_e_mail_nothing_can_go_on() -> None:
    found = second_addresses(Contact(ENTRY, [MAIL]), Permissions("calendar", {}), [Channel.SMS])
    assert [r.blocked.code if r.blocked else "" for r in found[NUMBER]] == ["no_gateway"]


@pytest.mark.parametrize("kind", ["announcement", "confirmation", "reminder", "moved", "cancelled"])  # C20
def test_the_settings_file_switches_it_on_where_somebody_must_hear(kind: str) -> None:
    assert read_rule({"kind": kind, "second_channel": True}, "rules[0]", Known()).second_channel is True
    assert read_rule({"kind": kind}, "rules[0]", Known()).second_channel is False


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("feedback", True, "versäumt nichts"),
        ("followup", True, "versäumt nichts"),
        ("reminder", "ja", "true (ja) oder false (nein)"),
        ("reminder", 1, "true (ja) oder false (nein)"),
    ],
)
def test_what_cannot_go_on_is_refused_with_its_key(kind: str, value: object, words: str) -> None:
    with pytest.raises(SettingsError) as error:
        read_rule({"kind": kind, "second_channel": value}, "rules[0]", Known())
    assert error.value.key == "rules[0].second_channel" and words in error.value.sentence
