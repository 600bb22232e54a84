"""What waits for a quota or a counter: it says so, leaves only while true, and is counted once."""

from __future__ import annotations

import pytest
from flask import Flask

from kehr.actions.decide.decide_message import mark_sent, send_again
from kehr.actions.decide.show_message import show_message
from kehr.actions.money.foresee_meters import what_holds_up_send
from kehr.actions.money.meters import branch_meter
from kehr.actions.money.top_up import stop_counting, top_up
from kehr.actions.plan.plan_messages import plan_messages
from kehr.actions.setup.change_branch import save_branch
from kehr.models import Appointment, Branch, Calendar, Company, Gateway, MessageRule, db
from kehr.rules.forms.settings_values import BranchSettings
from kehr.rules.plan.quota import month_of
from kehr.words import told
from tests import builders
from tests.actions.desk import at
from tests.actions.hand import Hand
from tests.actions.outbox import Outbox
from tests.fakes.link_server import LinkServer
from tests.rules.plan_build import VIENNA

LONG = "#Datum " + "und noch etwas mehr " * 9
"""Two SMS."""


def used_by(branch_id: int, outbox: Outbox) -> int:
    db.session.rollback()
    row = db.session.get_one(Branch, branch_id)
    return branch_meter(db.session(), row, month_of(outbox.now, VIENNA), VIENNA).used


def test_a_branch_that_is_renamed_keeps_what_it_has_used(app: Flask, link: LinkServer) -> None:  # A24, B12
    outbox = Outbox.opened(link)
    builders.branch("Linz", sender="", monthly_quota=2)
    outbox.change(Calendar, 1, branch_id=1)
    outbox.due(4)
    assert outbox.send().accepted == 2
    save_branch(1, BranchSettings("Linz Nord", monthly_quota=2), None, outbox.now)
    assert used_by(1, outbox) == 2
    assert outbox.send(minutes=1).accepted == 0
    outbox.now = outbox.now.replace(minute=30)
    new = save_branch(None, BranchSettings("Linz", monthly_quota=9), None, outbox.now)
    assert (used_by(1, outbox), used_by(new, outbox)) == (2, 0)
    outbox.change(Branch, 1, monthly_quota=3)
    assert outbox.send(minutes=1).accepted == 1
    assert used_by(1, outbox) == 3


def why_short(outbox: Outbox, message_id: str) -> tuple[str, bool]:
    """What the window of a message says of quota and counter, and whether it waits for that alone."""
    db.session.rollback()
    view = show_message(message_id, outbox.now)
    assert view is not None
    return (told(view.short.code, view.short.args, VIENNA) if view.short else ""), view.overdue


def waiting(outbox: Outbox) -> list[str]:
    return [m.id for m in outbox.messages() if m.state == "planned"]


def test_a_message_that_waits_for_a_quota_says_so_and_what_helps(app: Flask, link: LinkServer) -> None:
    outbox = Outbox.opened(link, monthly_quota=1)  # C13, A24
    outbox.due(2)
    assert why_short(outbox, waiting(outbox)[0]) == ("", True)
    outbox.send()
    (left,) = waiting(outbox)
    assert why_short(outbox, left) == (
        "Das Kontingent von 1 SMS für März ist aufgebraucht. 1 sind hinaus, weitere warten auf den neuen "
        "Monat. Sollen sie früher gehen, erhöhen Sie es unter Firma.",
        True,
    )
    outbox.change(Company, 1, monthly_quota=2)
    assert why_short(outbox, left) == ("", True)


@pytest.mark.parametrize(  # C13, A24
    ("start", "short"), [("20.03. 09:00", True), ("02.04. 09:00", True), ("03.04. 09:00", False)]
)
def test_what_is_due_in_a_new_month_has_the_new_month_s_quota(
    start: str, short: bool, app: Flask, link: LinkServer
) -> None:
    outbox = Outbox.opened(link, monthly_quota=1)
    outbox.due(1)
    outbox.send()
    outbox.due(1, start=start)
    sentence, overdue = why_short(outbox, waiting(outbox)[0])
    assert bool(sentence) is short and overdue is False


def test_a_message_that_waits_for_a_counter_or_a_branch_s_quota_says_which(
    app: Flask, link: LinkServer
) -> None:  # C13, A52
    outbox = Outbox.opened(link)
    outbox.change(Gateway, 1, counter=1)
    outbox.change(MessageRule, 1, text=LONG)
    outbox.due(1)
    outbox.send()
    (left,) = waiting(outbox)
    assert "beim Gateway »LINK« reicht nicht: Noch 1 SMS, nötig 2." in why_short(outbox, left)[0]
    outbox.change(Gateway, 1, counter=0)
    assert "ist aufgebraucht: Noch 0 SMS, nötig 2. Bestellen Sie nach" in why_short(outbox, left)[0]
    outbox.change(Gateway, 1, counter=None)
    builders.branch("Linz", monthly_quota=1)
    outbox.change(Calendar, 1, branch_id=1)
    assert "Filiale »Linz« von 1 SMS für März reicht nicht: Noch 1 SMS" in why_short(outbox, left)[0]


def test_trial_mode_is_short_of_nothing(app: Flask, link: LinkServer) -> None:  # C26
    outbox = Outbox.opened(link, monthly_quota=0, trial=True, own_numbers=["+436640000002"])
    outbox.change(Gateway, 1, counter=0)
    first, second = outbox.due(2)
    assert why_short(outbox, first.id)[0] == ""
    assert why_short(outbox, second.id)[0] != ""


def test_what_waited_for_a_quota_leaves_only_if_it_is_still_true(  # A24, failures.md 5
    app: Flask, link: LinkServer
) -> None:
    outbox = Outbox.opened(link, monthly_quota=1)
    outbox.due(5)
    outbox.send()
    left = waiting(outbox)
    about = [m.appointment_id for m in outbox.messages() if m.state == "planned"]
    outbox.change(Appointment, about[0], start=at("19.03. 09:00"), end=at("19.03. 10:00"))
    outbox.change(Appointment, about[1], cancelled_at=outbox.now)
    outbox.change(Appointment, about[2], no_sms=True)
    outbox.change(Company, 1, monthly_quota=500)
    assert outbox.send(minutes=5).accepted == 1
    states = {m.id: m.state for m in outbox.messages()}
    assert [states[one] for one in left] == ["withdrawn", "withdrawn", "withheld", "accepted"]


def test_what_waited_too_long_expires_and_a_top_up_at_night_waits_for_the_window(  # A52, C15, C11
    app: Flask, link: LinkServer
) -> None:
    outbox = Outbox.opened(link)
    outbox.change(Gateway, 1, counter=0)
    outbox.due(1, start="12.03. 09:00")
    outbox.due(1, start="12.03. 19:00")
    assert outbox.send().accepted == 0
    outbox.now = at("11.03. 21:30")
    top_up(1, "1", "", "eva", outbox.now)
    assert outbox.send().accepted == 0
    stop_counting(1, outbox.now)
    outbox.now = at("12.03. 09:30")
    plan_messages(outbox.now)
    assert outbox.send().accepted == 1
    assert sorted(state.split()[0] for state in outbox.states()) == ["accepted", "missed"]


@pytest.mark.parametrize("limits", ["quota", "counter"])
def test_what_is_sent_by_hand_obeys_too_and_goes_on_afterwards(  # A24, A52, A48
    limits: str, app: Flask, link: LinkServer
) -> None:
    hand = Hand.opened(link, **({"monthly_quota": 2} if limits == "quota" else {}))
    if limits == "counter":
        hand.change(Gateway, 1, counter=2)
    for number in range(4):
        hand.customer(number)
    hand.send(hand.open())
    hand.round()
    assert sorted(hand.states()) == ["accepted accepted"] * 2 + ["planned planned_by_hand"] * 2
    (reason,) = what_holds_up_send(1, hand.now)
    assert reason.code == {"quota": "quota_full", "counter": "counter_empty"}[limits]
    if limits == "quota":
        hand.change(Company, 1, monthly_quota=4)
    else:
        top_up(1, "2", "", "eva", hand.now)
    assert what_holds_up_send(1, hand.now) == []
    hand.round()
    assert hand.states() == ["accepted accepted"] * 4


def test_a_refused_message_that_a_person_notes_as_sent_counts_again(app: Flask, link: LinkServer) -> None:
    outbox = Outbox.opened(link, monthly_quota=9)  # A52
    outbox.change(Gateway, 1, counter=5)
    outbox.change(MessageRule, 1, text=LONG)
    link.behaviours = ["code:4002", "drop_after"]
    outbox.due(2)
    outbox.send()
    assert outbox.gateway.counter == 3
    for message in outbox.messages():
        mark_sent(message.id, "eva", outbox.now)
    db.session.expire_all()
    assert outbox.gateway.counter == 1
    assert outbox.states() == ["accepted marked_sent"] * 2


def test_an_unclear_message_that_a_person_sends_again_counts_twice(app: Flask, link: LinkServer) -> None:
    outbox = Outbox.opened(link, monthly_quota=4)  # A24
    outbox.change(MessageRule, 1, text=LONG)
    builders.branch("Linz", sender="", monthly_quota=50)
    outbox.change(Calendar, 1, branch_id=1)
    link.behaviours = ["drop_after", "ok"]
    outbox.due(3)
    assert outbox.send().accepted == 1
    assert used_by(1, outbox) == 4
    (unclear,) = [m.id for m in outbox.messages() if m.state == "unclear"]
    send_again(unclear, "eva", outbox.now)
    assert used_by(1, outbox) == 4
    assert outbox.send(minutes=1).accepted == 0
    outbox.change(Company, 1, monthly_quota=6)
    assert outbox.send(minutes=1).accepted == 1
    assert used_by(1, outbox) == 6
    outbox.now = at("02.04. 09:00")
    assert used_by(1, outbox) == 0
