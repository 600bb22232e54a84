"""Feedback has a consent of its own, and its follow-up goes once and only where answers are heard."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from kehr.actions.facts.office_facts import load_office, load_permissions
from kehr.actions.hear.keep_reply import keep_reply
from kehr.actions.people.consent_state import consent_states
from kehr.actions.people.record_consent import FEEDBACK, Tick, record
from kehr.actions.plan.plan_messages import plan_messages
from kehr.actions.visits.list_untold import granted_addresses
from kehr.gateways.contract import IncomingReply
from kehr.models import Company, Consent, Gateway, Message, db, writing
from tests import builders
from tests.actions.desk import at
from tests.actions.outbox import Outbox
from tests.fakes.link_server import LinkServer

NUMBER = "+436640000001"
VISIT = "12.03. 09:00"


@pytest.fixture
def outbox(app: Flask, link: LinkServer) -> Outbox:
    """An office at LINK that hears answers, with reminder, feedback and follow-up."""
    outbox = Outbox.opened(link)
    outbox.change(Gateway, 1, hook_secret="h" * 32)
    outbox.change(Company, 1, public_url="https://k.example.at")
    builders.rule("feedback", days=1, at=time(10), text="Waren Sie am #Datum zufrieden?")
    builders.rule("followup", text="Nochmals: Waren Sie am #Datum zufrieden?")
    return outbox


def tick(granted: bool, now: datetime, purpose: str = FEEDBACK, source: str = "form") -> int:
    return record([Tick(NUMBER, granted, source, "anna", purpose=purpose)], now)


def ledger() -> list[str]:
    rows = db.session.scalars(select(Consent).order_by(Consent.id))
    return [f"{row.purpose} {row.granted} {row.source}" for row in rows]


def kinds(outbox: Outbox) -> dict[str, str]:
    """State and reason of each kind, without the moments."""
    return {m.kind: f"{m.state} {m.reason}".strip() for m in outbox.messages()}


def until(outbox: Outbox, moment: str) -> None:
    """The box runs until then: it looks every six hours and whenever something is due."""
    while outbox.now < at(moment):
        planned = [m.due_at for m in outbox.messages() if m.state == "planned" and m.due_at > outbox.now]
        outbox.now = min([*planned, outbox.now + timedelta(hours=6), at(moment)])
        plan_messages(outbox.now)
        outbox.send()
    plan_messages(outbox.now)


def reply(outbox: Outbox, text: str) -> None:
    with writing() as session:
        incoming = IncomingReply(f"{text} {outbox.now}", NUMBER, "+43720111222", text, outbox.now)
        keep_reply(session, 1, incoming, outbox.now)
    plan_messages(outbox.now)


# B39, C24
def test_a_tick_for_appointments_is_none_for_feedback(outbox: Outbox) -> None:
    tick(True, outbox.now, purpose="appointment")
    outbox.due(1, start=VISIT)
    until(outbox, "16.03. 12:00")
    found = kinds(outbox)
    assert found["reminder"] == "accepted accepted" or found["reminder"].startswith("accepted")
    assert found["feedback"] == "withheld no_feedback_consent"
    assert "followup" not in found
    assert len(outbox.arrived()) == 1


# B39, C24
def test_a_tick_for_feedback_is_none_for_appointments(outbox: Outbox) -> None:
    outbox.change(type(outbox.calendar), 1, consent="customer")
    tick(True, outbox.now)
    assert load_permissions() == {} and load_office().agreed == {NUMBER}
    assert consent_states([NUMBER])[NUMBER].newest is None
    assert consent_states([NUMBER], FEEDBACK)[NUMBER].ticked
    assert db.session.scalars(granted_addresses()).all() == []
    outbox.due(1, start=VISIT)
    assert kinds(outbox)["reminder"] == "withheld no_consent"


# B39, B40
def test_feedback_and_one_followup_leave_when_both_are_agreed(outbox: Outbox) -> None:
    tick(True, outbox.now)
    outbox.due(1, start=VISIT)
    until(outbox, "13.03. 11:00")
    assert kinds(outbox)["followup"] == "planned planned_followup"
    until(outbox, "20.03. 12:00")
    assert [text.partition(":")[0] for text in outbox.arrived()][1:] == [
        "Waren Sie am 12.03.2026 zufrieden?",
        "Nochmals",
    ]
    followup = next(m for m in outbox.messages() if m.kind == "followup")
    asked = next(m for m in outbox.messages() if m.kind == "feedback")
    assert followup.sent_at is not None and asked.sent_at is not None
    assert followup.sent_at - asked.sent_at >= timedelta(hours=24)


# B40
def test_an_answer_takes_the_planned_followup_back(outbox: Outbox) -> None:
    tick(True, outbox.now)
    outbox.due(1, start=VISIT)
    until(outbox, "13.03. 12:00")
    reply(outbox, "Ja, alles bestens")
    assert kinds(outbox)["followup"] == "withdrawn replied"
    until(outbox, "20.03. 12:00")
    assert len(outbox.arrived()) == 2


# B40: the truth of the moment of sending counts, even when no planning ran in between
def test_an_answer_a_moment_before_it_leaves_still_holds_it_back(outbox: Outbox) -> None:
    tick(True, outbox.now)
    outbox.due(1, start=VISIT)
    until(outbox, "13.03. 12:00")
    outbox.now = at("14.03. 10:30")
    with writing() as session:
        keep_reply(session, 1, IncomingReply("r1", NUMBER, "", "Na ja", outbox.now), outbox.now)
    outbox.send()
    assert kinds(outbox)["followup"] == "withdrawn replied" and len(outbox.arrived()) == 2


# B40: a visit that lies longer back than planning usually looks
def test_late_feedback_is_followed_up_too(outbox: Outbox) -> None:
    rule = next(row for row in load_office().rules.values() if row.kind == "feedback")
    outbox.change(type(rule), rule.id, days=30)
    tick(True, outbox.now)
    outbox.due(1, start=VISIT)
    until(outbox, "15.04. 12:00")
    assert [text.partition(":")[0] for text in outbox.arrived()][2:] == ["Nochmals"]


# B40, C23
@pytest.mark.parametrize(
    ("sender", "public_url", "reason"),
    [("KEHRER", "https://k.example.at", "deaf_name"), ("+43720111222", "", "deaf_gateway")],
)
def test_where_no_answer_is_heard_the_followup_is_withheld_with_the_reason(
    outbox: Outbox, sender: str, public_url: str, reason: str
) -> None:
    outbox.change(Gateway, 1, senders=[{"address": sender, "type": ""}])
    outbox.change(Company, 1, public_url=public_url)
    tick(True, outbox.now)
    outbox.due(1, start=VISIT)
    until(outbox, "15.03. 12:00")
    assert kinds(outbox)["followup"] == f"withheld {reason}"
    assert len(outbox.arrived()) == 2


# C24, C25, failures.md 14
def test_failure_14_a_stop_takes_both_back_and_one_new_yes_brings_one_back(outbox: Outbox) -> None:
    tick(True, outbox.now, purpose="appointment")
    tick(True, outbox.now)
    outbox.due(1, start=VISIT)
    until(outbox, "13.03. 09:00")
    reply(outbox, "Bitte STOP")
    assert ledger()[-2:] == ["appointment False reply", "feedback False reply"]
    assert kinds(outbox)["feedback"] == "withheld revoked"
    tick(True, outbox.now, purpose="appointment")
    plan_messages(outbox.now)
    assert kinds(outbox)["feedback"] == "withheld no_feedback_consent"
    tick(True, outbox.now)
    assert kinds(outbox)["feedback"] == "planned planned_feedback"
    reply(outbox, "STOPP!")
    until(outbox, "20.03. 12:00")
    assert len(outbox.arrived()) == 1


# C24
def test_who_wants_no_questions_still_hears_of_appointments(outbox: Outbox) -> None:
    tick(True, outbox.now, purpose="appointment")
    tick(True, outbox.now)
    tick(False, outbox.now)
    assert ledger() == ["appointment True form", "feedback True form", "feedback False form"]
    outbox.due(1, start=VISIT)
    until(outbox, "15.03. 12:00")
    found = kinds(outbox)
    assert found["reminder"].startswith("accepted") and found["feedback"] == "withheld no_feedback_consent"


def test_an_untick_of_an_import_leaves_the_word_on_feedback(outbox: Outbox) -> None:
    tick(True, outbox.now)
    with writing() as session:
        from kehr.actions.people.record_consent import write_ticks

        write_ticks(session, [Tick(NUMBER, True, "import"), Tick(NUMBER, False, "import")], outbox.now)
    assert load_office().agreed == {NUMBER}


def test_both_purposes_keep_their_own_story(outbox: Outbox) -> None:
    for purpose in ("appointment", "feedback"):
        assert tick(True, outbox.now, purpose=purpose) == 1
        assert tick(True, outbox.now, purpose=purpose) == 0
    assert tick(False, outbox.now, purpose="appointment") == 2, "the no to all ends both"
    assert ledger()[-2:] == ["appointment False form", "feedback False form"]
    assert db.session.scalars(select(Message.id)).all() == []
