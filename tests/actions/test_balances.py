"""Accounts that tell their balance: asked by the schedule, low and empty ones told once (A52, C28)."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import rq.cron
from flask import Flask

from kehr import clock, cron, jobs
from kehr.actions.hear.check_gateway import check_gateway
from kehr.actions.hear.read_balances import read_balances
from kehr.actions.money.top_up import top_up
from kehr.actions.money.watch_meters import watch_meters
from kehr.actions.send.record_outcome import stop_gateway
from kehr.actions.setup.change_gateway import save_gateway
from kehr.models import Alarm, Gateway, db, writing
from kehr.rules.forms.settings_values import GatewaySettings
from kehr.words import alarm_sentence
from tests import builders
from tests.conftest import NOON
from tests.fakes.seven_server import SevenServer, seven_server
from tests.rules.plan_build import VIENNA

HOUR = timedelta(hours=1)


def account(server: SevenServer, name: str = "seven", **values: object) -> Gateway:
    row: Gateway = builders.gateway(
        name, kind="seven", base_url=server.base_url, created_at=NOON - timedelta(days=9), **values
    )
    with writing():
        row.secret = server.key
    return row


@pytest.fixture
def seven(app: Flask) -> Iterator[SevenServer]:
    with seven_server() as server:
        builders.company(network_allow=["127.0.0.1"])
        account(server)
        yield server


def read(at: datetime = NOON) -> int:
    found: int = read_balances(lambda: at)
    db.session.expire_all()
    return found


def spoken(*, closed: bool = False) -> list[str]:
    db.session.expire_all()
    rows = db.session.scalars(db.select(Alarm).order_by(Alarm.id))
    return [alarm_sentence(a.code, a.args, VIENNA) for a in rows if closed or a.closed_at is None]


def test_the_schedule_asks_for_balances(
    seven: SevenServer, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:  # A52
    planned: list[object] = []
    monkeypatch.setattr(rq.cron, "register", lambda job, *_more, **_options: planned.append(job))
    importlib.reload(cron)
    assert jobs.balances in planned
    monkeypatch.setattr(jobs, "worker_app", lambda: app)
    monkeypatch.setattr(clock, "now", lambda: NOON)
    jobs.balances()
    db.session.expire_all()
    assert db.session.get_one(Gateway, 1).balance == 2_906_700


@pytest.mark.parametrize(  # A52, C28
    ("balance", "price", "words"),
    [
        ("5.01", None, []),
        ("5.00", None, ["geht zur Neige: Noch 5,00 Euro."]),
        ("0.01", None, ["geht zur Neige: Noch 0,01 Euro."]),
        ("0.08", 770, ["geht zur Neige: Noch 0,08 Euro."]),
        ("0.07", 770, ["ist aufgebraucht (0,07 Euro)."]),
        ("0.00", None, ["ist aufgebraucht (0,00 Euro)."]),
        ("-1.50", 770, ["ist aufgebraucht (-1,50 Euro)."]),
    ],
)
def test_an_account_that_is_nearly_or_wholly_empty_is_told(
    balance: str, price: int | None, words: list[str], seven: SevenServer
) -> None:
    db.session.get_one(Gateway, 1).price = price
    db.session.commit()
    seven.balance = balance
    assert read() == 1
    assert len(spoken()) == len(words)
    assert all(word in said for word, said in zip(words, spoken(), strict=True))


def test_a_low_balance_is_one_trouble_with_the_newest_amount_until_it_is_topped_up(
    seven: SevenServer,
) -> None:
    for hour, balance in enumerate(("4.80", "3.20", "0.00", "0.00")):  # C28
        seven.balance = balance
        read(NOON + hour * HOUR)
    assert len(spoken(closed=True)) == 2 and "Noch 3,20 Euro" in spoken(closed=True)[0]
    assert ["aufgebraucht" in said for said in spoken()] == [True]
    seven.balance = "100.00"
    read(NOON + 5 * HOUR)
    assert spoken() == []


def test_checking_the_account_ends_its_trouble_at_once(seven: SevenServer) -> None:  # B05, A52
    seven.balance = "1.00"
    read()
    assert len(spoken()) == 1
    seven.balance = "50.00"
    check_gateway(1, NOON)
    assert spoken() == []


def test_a_gateway_that_stays_silent_is_told_once_and_the_others_are_asked(seven: SevenServer) -> None:
    account(seven, "zweites")  # C28
    read()
    with writing() as session:
        session.get_one(Gateway, 1).base_url = "http://127.0.0.1:1/api"
    assert read(NOON + HOUR) == 1
    assert spoken() == []
    for minutes in range(120, 300, 30):
        read(NOON + timedelta(minutes=minutes))
    (said,) = spoken(closed=True)
    assert "Das Gateway »seven« sagt seit Di, 10.03. 12:00 nicht, wie viel Guthaben" in said
    assert db.session.get_one(Gateway, 2).balance_at == NOON + timedelta(minutes=270)
    with writing() as session:
        session.get_one(Gateway, 1).base_url = seven.base_url
    read(NOON + timedelta(minutes=305))
    assert spoken() == []


def test_wrong_credentials_are_told_at_once_and_once(seven: SevenServer) -> None:  # A54
    seven.key = "ein anderer"
    for minute in range(3):
        read(NOON + timedelta(minutes=minute))
    (said,) = spoken(closed=True)
    assert "testen Sie den Zugang" in said


@pytest.mark.parametrize("value", ["html", "garbage", "cut", "empty"])
def test_what_is_no_balance_changes_nothing_and_does_not_stop_the_round(
    value: str, seven: SevenServer
) -> None:
    account(seven, "zweites")
    bodies = {"html": "<html>Wartung</html>", "garbage": "{]", "cut": '{"amount": 29', "empty": ""}
    read()
    seven.behaviours = [f"bare:{bodies[value]}", "ok"]
    assert read(NOON + HOUR) == 1
    assert db.session.get_one(Gateway, 1).balance == 2_906_700
    assert db.session.get_one(Gateway, 1).balance_at == NOON
    assert db.session.get_one(Gateway, 2).balance_at == NOON + HOUR


def test_a_stopped_or_silent_gateway_is_not_told_of_twice(seven: SevenServer) -> None:
    seven.key = "ein anderer"
    for values in ({"stopped_code": "gateway_credentials"}, {"stopped_code": "", "unreachable_since": NOON}):
        with writing() as session:
            for name, value in values.items():
                setattr(session.get_one(Gateway, 1), name, value)
        read(NOON + 5 * HOUR)
        assert spoken() == []


def test_an_account_of_another_kind_has_no_trouble_with_its_balance(seven: SevenServer) -> None:
    seven.balance = "1.00"
    read()
    save_gateway(1, GatewaySettings("seven", "sandbox"), NOON)
    read(NOON + HOUR)
    assert spoken() == []


@pytest.mark.parametrize(  # A52
    ("orders", "left", "low"),
    [
        ((100,), 21, False),
        ((100,), 20, True),
        ((10_000,), 101, False),
        ((10_000,), 100, True),
        ((1000, 50), 11, False),
        ((1000, 50), 10, True),
        ((), 21, False),
        ((), 20, True),
        ((4,), 1, False),
        ((100,), 0, False),
    ],
)
def test_a_counter_warns_from_a_fifth_of_the_last_order_and_a_top_up_ends_it(
    orders: tuple[int, ...], left: int, low: bool, app: Flask
) -> None:
    builders.company()
    builders.gateway("LINK")
    for order in orders:
        top_up(1, str(order), "", "eva", NOON)
    with writing() as session:
        session.get_one(Gateway, 1).counter = left
    for _ in range(2):
        watch_meters(NOON)
    expected = f"Das Guthaben beim Gateway »LINK« geht zur Neige: Noch {left} SMS."
    assert [said.startswith(expected) for said in spoken(closed=True)] == [True] * low
    top_up(1, "500", "", "eva", NOON)
    assert spoken() == []


def test_an_account_that_stood_for_want_of_credit_runs_again_when_it_was_topped_up(
    seven: SevenServer,
) -> None:  # A52
    seven.balance = "0.02"
    read()
    with writing() as session:
        stop_gateway(session, session.get_one(Gateway, 1), "seven_500", "500", NOON)
    read(NOON + HOUR)
    assert db.session.get_one(Gateway, 1).stopped_code == "seven_500", "nobody has topped it up"
    seven.balance = "20.00"
    read(NOON + 2 * HOUR)
    assert db.session.get_one(Gateway, 1).stopped_code == ""
    assert spoken() == []


def test_credit_sets_nothing_going_that_stands_for_another_reason(seven: SevenServer) -> None:
    with writing() as session:
        stop_gateway(session, session.get_one(Gateway, 1), "seven_306", "306", NOON)
    read()
    assert db.session.get_one(Gateway, 1).stopped_code == "seven_306"
