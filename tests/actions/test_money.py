"""Balances that gateways tell, counters that people fill, and what a month cost (A52, A24, B12)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from kehr.actions.facts.change_state import change_state
from kehr.actions.hear.check_gateway import check_gateway
from kehr.actions.hear.read_balances import read_balances
from kehr.actions.money.list_costs import cost_of, list_costs
from kehr.actions.money.top_up import TopUpRefused, list_orders, stop_counting, top_up
from kehr.models import Gateway, Message, TopUp, db, writing
from kehr.rules.terms.messages import State
from tests import builders
from tests.actions.desk import at
from tests.actions.outbox import Outbox
from tests.conftest import NOON
from tests.fakes.link_server import LinkServer
from tests.fakes.seven_server import SevenServer, seven_server
from tests.rules.plan_build import VIENNA


def row(gateway_id: int = 1) -> Gateway:
    db.session.expire_all()
    return db.session.get_one(Gateway, gateway_id)


@pytest.fixture
def seven(app: Flask) -> Any:
    with seven_server() as server:
        builders.company(network_allow=["127.0.0.1"])
        gateway = builders.gateway("seven", kind="seven", base_url=server.base_url)
        with writing():
            gateway.secret = server.key
        builders.gateway("ohne Schlüssel", kind="seven", base_url=server.base_url)
        builders.gateway("LINK", kind="linkmobility", base_url="http://127.0.0.1:1/rest")
        yield server


def test_a_balance_is_asked_for_every_half_hour_and_kept_with_its_time(seven: SevenServer) -> None:  # A52
    assert read_balances(lambda: NOON) == 1
    assert (row().balance, row().balance_at) == (read_credit(seven), NOON)
    assert read_balances(lambda: NOON + timedelta(minutes=29)) == 0
    assert read_balances(lambda: NOON + timedelta(minutes=30)) == 1
    assert row().balance_at == NOON + timedelta(minutes=30)
    assert row(2).balance is None and row(3).balance is None


def test_checking_the_account_keeps_its_balance_at_once(seven: SevenServer) -> None:  # A52, B05
    check_gateway(1, NOON)
    assert (row().balance, row().balance_at) == (read_credit(seven), NOON)


def test_a_gateway_that_does_not_answer_keeps_its_last_balance(seven: SevenServer) -> None:
    read_balances(lambda: NOON)
    with writing() as session:
        session.get_one(Gateway, 1).base_url = "http://127.0.0.1:1/api"
    assert read_balances(lambda: NOON + timedelta(hours=1)) == 0
    assert (row().balance, row().balance_at) == (read_credit(seven), NOON)


@pytest.mark.parametrize(  # A52
    ("typed", "left"),
    [("1", 4), ("500", 503), ("1.000", 1003), ("1 000", 1003), (" 7 ", 10), ("999997", 1_000_000)],
)
def test_a_top_up_raises_the_counter_at_once_and_says_who(app: Flask, typed: str, left: int) -> None:
    builders.company()
    builders.gateway(counter=3)
    assert top_up(1, typed, " Rechnung 17 ", "eva", NOON) == left
    assert row().counter == left
    (order,) = list_orders(1).rows
    assert (order.by, order.note, order.at, order.count) == ("eva", "Rechnung 17", NOON, left - 3)


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", "not_whole"),
        ("viele", "not_whole"),
        ("1,5", "not_whole"),
        ("1.5", "not_whole"),
        ("2.50", "not_whole"),
        ("1.0000", "not_whole"),
        ("-5", "not_whole"),
        ("١٢", "not_whole"),
        ("1000000000000", "not_whole"),
        ("0", "too_few"),
        ("1000001", "too_many"),
        ("999998", "too_many"),
    ],
)
def test_what_is_no_order_changes_nothing(app: Flask, typed: str, fault: str) -> None:
    builders.company()
    builders.gateway(counter=3)
    with pytest.raises(TopUpRefused) as refused:
        top_up(1, typed, "", "eva", NOON)
    assert refused.value.fault == fault
    assert row().counter == 3 and db.session.query(TopUp).count() == 0


def test_counting_begins_with_the_first_order_and_can_be_ended(app: Flask) -> None:  # A52
    builders.company()
    builders.gateway()
    assert row().counter is None
    top_up(1, "100", "", "eva", NOON)
    assert row().counter == 100
    stop_counting(1, NOON)
    assert row().counter is None and list_orders(1).total == 1


def read_credit(server: SevenServer) -> int:
    return round(float(server.balance) * 10_000)


def sent(calendar: Any, rule: Any, number: int, claimed: Any = NOON, **values: Any) -> Message:
    there = builders.appointment(calendar, at("20.03. 09:00"), uid=f"c{number}")
    defaults = {"state": "accepted", "parts": 1, "gateway_id": 1, "claimed_at": claimed, "sent_at": claimed}
    defaults["recipient"] = f"+43664{number:07}"
    message = builders.message(there, rule, **defaults | values)
    assert isinstance(message, Message)
    return message


@pytest.fixture
def month(app: Flask) -> None:
    """Two branches and the firm; prices told, estimated and unknown; other months, trial, what never left."""
    builders.company()
    builders.gateway("LINK", kind="linkmobility", price=770)
    builders.gateway("Handy", kind="android")
    rule = builders.rule()
    steyr, linz = builders.calendar("Steyr"), builders.calendar("Linz")
    sent(steyr, rule, 1, branch_name="Steyr", cost_center="1", price=750)
    sent(steyr, rule, 2, branch_name="Steyr", cost_center="1", parts=3)
    sent(linz, rule, 3, branch_name="Linz", cost_center="2", gateway_id=2, parts=2)
    sent(
        linz, rule, 4, branch_name="Linz", cost_center="2", channel="email", parts=0, recipient="a@example.at"
    )
    sent(linz, rule, 5, state="unclear", price=None)
    sent(steyr, rule, 6, at("01.03. 00:00"), branch_name="Steyr", cost_center="1", price=1000)
    for at_number, (claimed, values) in enumerate(
        [
            (at("28.02. 23:59"), {}),
            (at("01.04. 00:00"), {}),
            (NOON, {"trial": True}),
            (NOON, {"state": "refused"}),
            (NOON, {"state": "planned"}),
            (NOON, {"state": "withdrawn"}),
        ]
    ):
        sent(steyr, rule, 20 + at_number, claimed, price=99_999, **values)


def test_a_month_s_costs_stand_by_branch_and_calendar(month: None) -> None:  # A24, B12
    found = list_costs("2026-03", VIENNA)
    lines = [
        (x.branch, x.cost_center, x.calendar, x.sms, x.parts, x.emails, x.cost, x.unpriced)
        for x in found.lines
    ]
    assert lines == [
        ("", "", "Linz", 1, 1, 0, 770, 0),
        ("Linz", "2", "Linz", 1, 2, 1, 0, 2),
        ("Steyr", "1", "Steyr", 3, 5, 0, 750 + 2310 + 1000, 0),
    ]
    total = found.total
    assert (total.sms, total.parts, total.emails, total.cost, total.unpriced) == (5, 8, 1, 4830, 2)


@pytest.mark.parametrize("word", ["", "2026", "2026-13", "März"])
def test_what_is_no_month_has_no_costs(month: None, word: str) -> None:
    with pytest.raises(ValueError):
        list_costs(word, VIENNA)


def test_a_message_s_cost_is_told_estimated_or_unknown(month: None) -> None:
    query = db.select(Message).where(Message.recipient.between("+436640000001", "+436640000006"))
    assert [cost_of(m) for m in db.session.scalars(query.order_by(Message.recipient))] == [
        (750, False),
        (2310, True),
        (None, False),
        (770, True),
        (1000, False),
    ]
    trial = db.session.scalars(db.select(Message).where(Message.trial)).one()
    assert cost_of(trial) == (None, False)


def test_the_log_of_a_sent_message_keeps_its_price_when_the_gateway_s_changes(
    app: Flask, link: LinkServer
) -> None:
    outbox = Outbox.opened(link)
    outbox.change(Gateway, 1, price=770)
    outbox.due(1)
    outbox.send()
    outbox.change(Gateway, 1, price=900)
    assert cost_of(outbox.messages()[0]) == (770, False)


def test_an_unclear_message_that_a_person_sends_again_costs_and_counts_once_more(
    app: Flask, link: LinkServer
) -> None:
    outbox = Outbox.opened(link)
    outbox.change(Gateway, 1, counter=5)
    link.behaviours = ["drop_after", "ok"]
    message_id = outbox.due(1)[0].id
    outbox.send()
    assert row().counter == 4
    with writing() as session:
        change_state(session, session.get_one(Message, message_id), State.PLANNED, NOON, "planned_again")
    outbox.send(minutes=2)
    assert row().counter == 3
