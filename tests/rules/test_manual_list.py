"""Which numbers of a line get a message by hand, and why not the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from kehr.rules.plan.manual_list import Choice, Line, Reach, chosen, is_reachable, judge, lacking_of, mark_of
from kehr.rules.plan.recipients import Permission
from kehr.rules.terms.appointments import WorkKind
from kehr.rules.terms.messages import Channel, Kind
from kehr.rules.terms.people import AddressKind, Purpose
from kehr.rules.texts.text import TextFacts
from tests.rules.plan_build import at

TICKED = Permission(True, True)
FIRM = {"company": "Rauchfangkehrer Probe", "branch": "Probe", "phone": "+43 7252 12345"}


def phone(number: int, type_: str = "mobile", purpose: str = "all", consent: str = "customer") -> Reach:
    return Reach(AddressKind.PHONE, f"+43{number}", type_, Purpose(purpose), consent)


def mail(value: str, purpose: str = "all") -> Reach:
    return Reach(AddressKind.EMAIL, value, "", Purpose(purpose))


def line(*reaches: Reach, work: WorkKind | None = None, **values: Any) -> Line:
    facts = TextFacts(start=at("12.03. 09:00") if work else None, name="Huber", **FIRM)
    return Line(1, "Huber", "B1", "object 1", facts, reaches, work, **values)


def verdicts(one: Line, channel: str = "sms", *, unticked: bool = False, **known: Permission) -> list[str]:
    permissions: Mapping[str, Permission] = known or {r.value: TICKED for r in one.reaches}
    judged = judge(one, Channel(channel), permissions, unticked=unticked)
    return [number.reason.code if number.reason else "ja" for number in judged]


# A36: landlines are ignored; fax and invalid numbers never come up
@pytest.mark.parametrize(
    ("type_", "verdict"),
    [("mobile", "ja"), ("landline", "landline"), ("voip", "not_mobile"), ("other", "not_mobile")],
)
def test_only_mobile_numbers_get_an_sms(type_: str, verdict: str) -> None:
    assert verdicts(line(phone(1, type_))) == [verdict]
    assert is_reachable(line(phone(1, type_)), Channel.SMS) is (type_ == "mobile")


# A10, A16: by hand they hold as they do automatically
@pytest.mark.parametrize(
    ("purpose", "work", "verdict"),
    [
        ("all", None, "ja"),
        ("all", WorkKind.SWEEP, "ja"),
        ("all", WorkKind.MAIN_SWEEP, "ja"),
        ("main", None, "only_main"),
        ("main", WorkKind.SWEEP, "only_main"),
        ("main", WorkKind.MAIN_SWEEP, "ja"),
        ("main", WorkKind.SPECIAL, "only_main"),
        ("invoice", None, "ja"),
        ("invoice", WorkKind.SWEEP, "only_invoices"),
        ("invoice", WorkKind.MAIN_SWEEP, "only_invoices"),
        ("appointment", None, "only_appointments"),
        ("appointment", WorkKind.SWEEP, "ja"),
        ("appointment", WorkKind.MAIN_SWEEP, "ja"),
    ],
)
def test_purposes(purpose: str, work: WorkKind | None, verdict: str) -> None:
    assert verdicts(line(mail("a@example.at", purpose), work=work), "email") == [verdict]


# A38, A39
def test_the_switch_adds_unticked_numbers_and_nothing_else() -> None:
    one = line(phone(1), phone(2), phone(3), phone(4, purpose="main"), phone(5, "landline"))
    known = {"+431": TICKED, "+432": Permission(False, True), "+434": TICKED, "+435": TICKED}
    off = judge(one, Channel.SMS, known, unticked=False)
    on = judge(one, Channel.SMS, known, unticked=True)
    assert [n.value for n in off if n.reason is None] == ["+431"]
    assert [n.value for n in on if n.reason is None] == ["+431", "+433"]
    assert [n.unticked for n in on] == [False, False, True, False, False]


def test_a_tag_in_the_entry_holds_back_its_channel() -> None:  # C17
    one = line(phone(1), mail("a@example.at"), work=WorkKind.SWEEP, no_sms=True)
    assert (verdicts(one), verdicts(one, "email")) == (["tag_no_sms"], ["ja"])
    assert verdicts(line(mail("a@example.at"), work=WorkKind.SWEEP, no_email=True), "email") == [
        "tag_no_email"
    ]


def test_an_address_that_stands_twice_counts_once_by_its_better_purpose() -> None:
    assert verdicts(line(phone(1, purpose="main"), phone(1))) == ["ja"]


# A37
@pytest.mark.parametrize(
    ("choice", "ticks", "expected"),
    [
        (Choice.ALL, None, ["+431", "+433"]),
        (Choice.ALL, {"1:+433"}, ["+431", "+433"]),
        (Choice.FIRST, None, ["+431"]),
        (Choice.SINGLE, None, ["+431", "+433"]),
        (Choice.SINGLE, {"1:+433"}, ["+433"]),
        (Choice.SINGLE, {"1:+432", "2:+431"}, []),
        (Choice.SINGLE, set(), []),
    ],
)
def test_choice_of_numbers(choice: Choice, ticks: set[str] | None, expected: list[str]) -> None:
    one = line(phone(1), phone(2), phone(3))
    known = {"+431": TICKED, "+433": TICKED}
    numbers = judge(one, Channel.SMS, known, unticked=False)
    assert list(chosen(1, numbers, choice, ticks)) == expected
    assert mark_of(1, "+433") == "1:+433"


def test_kind_follows_whether_there_is_an_appointment() -> None:  # A51
    assert (line().kind, line(work=WorkKind.SWEEP).kind) == (Kind.FREE, Kind.MANUAL)


def test_placeholders_without_data_are_counted_by_line() -> None:  # A45
    free, with_date = line(), line(work=WorkKind.SWEEP)
    assert lacking_of([free, with_date])["Datum"] == 1
    assert "Firma" not in lacking_of([free, with_date])
    assert lacking_of([free])["AltesDatum"] == 1
    assert "AltesDatum" not in lacking_of([line(work=WorkKind.SWEEP, told={"+431": at("11.03. 09:00")})])
    assert lacking_of([]) == {}
