"""Quotas and counters: where they stop, that they stop exactly there, and how sending goes on (A24, A52)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import time, timedelta
from typing import Any

import pytest
from flask import Flask

from kehr.actions.money.watch_meters import watch_meters
from kehr.actions.plan.plan_messages import plan_messages
from kehr.actions.run.run_round import send_round
from kehr.actions.send.send_due import send_due
from kehr.actions.setup.change_branch import save_branch
from kehr.actions.setup.change_company import change_company
from kehr.models import Alarm, Branch, Calendar, Company, Gateway, Message, MessageRule, db
from kehr.rules.forms.settings_values import BranchSettings, GatewaySettings, Sender
from kehr.words import alarm_sentence
from tests import builders
from tests.actions.desk import at
from tests.actions.outbox import Outbox
from tests.conftest import NOON
from tests.fakes.link_server import TOKEN, LinkServer, link_server
from tests.rules.plan_build import VIENNA

Threads = Callable[[Callable[[], Any]], Callable[[], Any]]
LONG = "#Datum " + "und noch etwas mehr " * 9
"""Two SMS."""


def alarms(*, closed: bool = False) -> list[str]:
    db.session.expire_all()
    query = db.select(Alarm).order_by(Alarm.id)
    return [a.code for a in db.session.scalars(query) if closed or a.closed_at is None]


def spoken() -> list[str]:
    query = db.select(Alarm).where(Alarm.closed_at.is_(None)).order_by(Alarm.id)
    return [alarm_sentence(a.code, a.args, VIENNA) for a in db.session.scalars(query)]


def two_at_once(in_thread: Threads, outbox: Outbox) -> None:
    db.session.rollback()
    deed = in_thread(lambda: send_due(lambda: outbox.now))
    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(deed) for _ in range(2)]:
            future.result()
    watch_meters(outbox.now)


def test_a_quota_that_runs_out_in_a_batch_stops_exactly_there_and_goes_on_when_raised(  # A24
    app: Flask, link: LinkServer, in_thread: Threads
) -> None:
    outbox = Outbox.opened(link, monthly_quota=7)
    link.behaviours = ["delay:0.02"]
    outbox.due(10)
    for _ in range(3):
        two_at_once(in_thread, outbox)
        assert len(link.accepted) == 7
    assert sorted(outbox.states()) == ["accepted accepted"] * 7 + ["planned planned_lead"] * 3
    waiting = next(m for m in outbox.messages() if m.state == "planned")
    assert outbox.story(waiting.id) == ["planned planned_lead"]
    assert alarms() == ["quota_full"]
    assert spoken() == [
        "Das Kontingent von 7 SMS für März ist aufgebraucht. 7 sind hinaus, weitere warten auf den neuen "
        "Monat. Sollen sie früher gehen, erhöhen Sie es unter Firma."
    ]
    outbox.change(Company, 1, monthly_quota=9)
    two_at_once(in_thread, outbox)
    assert len(link.accepted) == 9
    outbox.change(Company, 1, monthly_quota=None)
    two_at_once(in_thread, outbox)
    assert len(link.accepted) == 10
    assert set(link.arrivals().values()) == {1}
    assert alarms() == []


def test_the_new_month_of_the_office_lets_the_queue_go_on_by_itself(app: Flask, link: LinkServer) -> None:
    outbox = Outbox.opened(link, monthly_quota=3)  # A24
    outbox.now = at("31.03. 19:58")
    outbox.change(MessageRule, 1, days=3, at=time(19, 57))
    outbox.due(5, start="03.04. 15:00")
    assert outbox.send().accepted == 3
    assert outbox.send(minutes=1).accepted == 0
    outbox.now = at("01.04. 07:59")
    watch_meters(outbox.now)
    assert alarms() == []
    outbox.now = at("01.04. 08:00")
    plan_messages(outbox.now)
    assert outbox.send().accepted == 2


def test_what_is_counted_is_parts_and_a_message_that_does_not_fit_waits_whole(  # A24
    app: Flask, link: LinkServer
) -> None:
    outbox = Outbox.opened(link, monthly_quota=5)
    outbox.change(MessageRule, 1, text=LONG)
    outbox.due(3)
    assert {m.parts for m in outbox.messages()} == {0}
    assert outbox.send().accepted == 2
    assert alarms() == ["quota_full"]
    assert "4 sind hinaus" in spoken()[0]
    watch_meters(outbox.now)
    assert alarms() == ["quota_full"]
    outbox.change(Company, 1, monthly_quota=6)
    assert outbox.send().accepted == 1


def test_a_branch_has_its_own_quota_and_the_others_go_on(app: Flask, link: LinkServer) -> None:  # A24, B12
    outbox = Outbox.opened(link)
    branch = builders.branch("Linz", sender="", monthly_quota=2)
    other = builders.calendar("Kehrplan Linz", branch_id=branch.id)
    for number in range(4):
        builders.appointment(other, at("12.03. 09:00"), uid=f"l{number}", phones=[_phone(number + 50)])
    outbox.due(3)
    assert outbox.send().accepted == 5
    assert alarms() == ["quota_full_branch"]
    assert "der Filiale »Linz« von 2 SMS für März" in spoken()[0]
    outbox.change(Branch, 1, monthly_quota=4)
    watch_meters(outbox.now)
    assert alarms() == []
    assert outbox.send().accepted == 2


def test_e_mails_do_not_count_and_go_on(app: Flask, link: LinkServer) -> None:  # A24
    outbox = Outbox.opened(link, monthly_quota=1)
    builders.gateway("Post", kind="sandbox")
    mail = builders.gateway("Trocken")
    branch = builders.branch("Steyr", email_gateway_id=mail.id, sms_gateway_id=1)
    outbox.change(Calendar, 1, branch_id=branch.id)
    outbox.change(MessageRule, 1, channel="both")
    for number in range(3):
        builders.appointment(
            outbox.calendar,
            at("12.03. 09:00"),
            uid=f"m{number}",
            phones=[_phone(number + 70)],
            emails=[f"k{number}@example.at"],
        )
    plan_messages(outbox.now)
    assert outbox.send().accepted == 4
    assert len(link.accepted) == 1


def test_refused_and_not_taken_are_not_counted_unclear_is(app: Flask, link: LinkServer) -> None:  # A24
    outbox = Outbox.opened(link, monthly_quota=2)
    outbox.change(Gateway, 1, counter=2)
    link.behaviours = ["code:4002", "code:4023", "drop_after", "ok"]
    outbox.due(5)
    assert outbox.send().refused == 1
    outbox.send()
    assert sorted(s.split()[0] for s in outbox.states()) == [
        "accepted",
        "planned",
        "planned",
        "refused",
        "unclear",
    ]
    assert outbox.gateway.counter == 0


def test_a_trial_message_counts_nowhere(app: Flask, link: LinkServer) -> None:  # A24
    outbox = Outbox.opened(link, monthly_quota=1, trial=True)
    outbox.change(Gateway, 1, counter=1)
    outbox.due(3)
    assert outbox.send().accepted == 3
    assert alarms() == [] and outbox.gateway.counter == 1


@pytest.mark.parametrize(("sent", "codes"), [(7, []), (8, ["quota_warning"]), (10, ["quota_full"])])
def test_the_warning_comes_at_eighty_in_a_hundred_once_a_month(  # A24
    sent: int, codes: list[str], app: Flask, link: LinkServer
) -> None:
    outbox = Outbox.opened(link, monthly_quota=10)
    outbox.due(sent)
    send_round(lambda: outbox.now)
    assert alarms() == codes
    for _ in range(3):
        send_round(lambda: outbox.now)
    assert len(alarms(closed=True)) == len(codes)
    watch_meters(at("02.04. 09:00"))
    assert alarms() == []


def test_a_warning_that_was_dismissed_by_a_refusal_is_not_told_again_in_that_month(
    app: Flask, link: LinkServer
) -> None:
    outbox = Outbox.opened(link, monthly_quota=10)
    outbox.due(8)
    send_round(lambda: outbox.now)
    gone = outbox.messages()[0].id
    outbox.change(Message, gone, state="refused")
    watch_meters(outbox.now)
    assert alarms() == []
    outbox.change(Message, gone, state="accepted")
    watch_meters(outbox.now)
    assert alarms(closed=True) == ["quota_warning"]


def test_a_counter_at_its_end_sends_nothing_and_a_top_up_is_there_at_once(  # A52
    app: Flask, link: LinkServer, in_thread: Threads
) -> None:
    outbox = Outbox.opened(link)
    link.behaviours = ["delay:0.02"]
    outbox.change(Gateway, 1, counter=4)
    outbox.due(6)
    two_at_once(in_thread, outbox)
    assert (len(link.accepted), outbox.gateway.counter) == (4, 0)
    assert alarms() == ["counter_empty"]
    assert "beim Gateway »LINK« ist aufgebraucht: Noch 0 SMS, nötig 1." in spoken()[0]
    outbox.change(Gateway, 1, counter=100)
    two_at_once(in_thread, outbox)
    assert (len(link.accepted), outbox.gateway.counter) == (6, 98)
    assert alarms() == []


def test_a_counter_gets_back_what_the_gateway_did_not_take(app: Flask, link: LinkServer) -> None:  # A52
    outbox = Outbox.opened(link)
    outbox.change(Gateway, 1, counter=10)
    outbox.change(MessageRule, 1, text=LONG)
    link.behaviours = ["code:4023", "ok"]
    outbox.due(1)
    outbox.send()
    assert outbox.gateway.counter == 10
    outbox.send(minutes=1)
    assert outbox.gateway.counter == 8
    assert outbox.messages()[0].parts == 2


def test_a_refused_message_leaves_the_counter_as_it_was(app: Flask, link: LinkServer) -> None:  # A52
    outbox = Outbox.opened(link)
    outbox.change(Gateway, 1, counter=1)
    link.behaviours = ["code:4002"]
    outbox.due(1)
    outbox.send()
    assert (outbox.states(), outbox.gateway.counter) == (["refused link_4002"], 1)


def test_a_hundred_rounds_of_a_full_quota_write_no_event(app: Flask, link: LinkServer) -> None:  # A24
    outbox = Outbox.opened(link, monthly_quota=1)
    outbox.due(3)
    for _ in range(100):
        outbox.send(seconds=20)
    assert len(link.accepted) == 1
    waiting = [m for m in outbox.messages() if m.state == "planned"]
    assert [len(outbox.story(m.id)) for m in waiting] == [1, 1]
    assert NOON + timedelta(seconds=2000) == outbox.now


def _phone(number: int) -> dict[str, str]:
    return {"e164": f"+43664{number:07d}", "type": "mobile", "country": "AT", "typed": f"0664 {number:07d}"}


def test_a_branch_s_message_leaves_with_its_own_token_and_exactly_its_sender(  # B10, A54, A56, B12
    app: Flask, link: LinkServer
) -> None:
    outbox = Outbox.opened(link)
    with link_server() as other:
        other.token = "token-linz"
        senders = (Sender("+43732123456", "international"), Sender("Kehrer Linz", "alphanumeric"))
        own = GatewaySettings(
            "Linz",
            "linkmobility",
            other.base_url,
            secret="token-linz",
            senders=senders,
            branch_only=True,
        )
        linz = BranchSettings("Linz", sender="Kehrer Linz", cost_center="4711")
        branch_id = save_branch(None, linz, own, NOON)
        wels = save_branch(None, BranchSettings("Wels", sender="+43720111222"), None, NOON)
        for number, (name, owner) in enumerate((("Linz", branch_id), ("Wels", wels), ("Rest", None))):
            plan = builders.calendar(f"Plan {name}", branch_id=owner)
            builders.appointment(plan, at("12.03. 09:00"), uid=name, phones=[_phone(number + 90)])
        plan_messages(NOON)
        assert outbox.send().accepted == 3
        (sent,) = other.accepted
        assert sent["recipientAddressList"] == ["436640000090"]
        assert (sent["senderAddress"], sent["senderAddressType"]) == ("Kehrer Linz", "alphanumeric")
        assert other.headers[-1]["authorization"] == "Bearer token-linz"
    assert {r["senderAddress"] for r in link.accepted} == {"43720111222"}
    assert {h["authorization"] for h in link.headers} == {f"Bearer {TOKEN}"}
    frozen = {m.branch_name: (m.cost_center, m.sender, m.gateway_name) for m in outbox.messages()}
    assert frozen["Linz"] == ("4711", "Kehrer Linz", "Linz")
    assert frozen["Wels"] == ("", "+43720111222", "LINK")


@pytest.mark.parametrize("typed", ["7", "", "0"])  # A24
def test_raising_the_quota_in_the_form_lets_the_queue_go_on_at_once(
    typed: str, app: Flask, link: LinkServer
) -> None:
    outbox = Outbox.opened(link, monthly_quota=2)
    outbox.due(5)
    outbox.send()
    watch_meters(outbox.now)
    assert alarms() == ["quota_full"]
    company = db.session.get_one(Company, 1)
    form = {name: getattr(company, name) for name in (*Company.MASTER_FIELDS, "land", "zone", "release")}
    form |= {"window_from": "08:00", "window_to": "20:00", "window_days": company.window_days}
    form |= {"network_allow": "127.0.0.1", "settle_minutes": "20", "monthly_quota": typed}
    change_company(form, outbox.now)
    assert alarms() == []
    assert db.session.get_one(Company, 1).monthly_quota == (7 if typed == "7" else None)
    assert outbox.send().accepted == 3
