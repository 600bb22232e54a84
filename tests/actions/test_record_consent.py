"""The ledger of consent is only added to; its newest row decides (failures.md 14)."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from kehr.actions.people.record_consent import WORDING, grant, record_calendar_consent, revoke
from kehr.actions.plan.plan_messages import plan_messages
from kehr.models import Appointment, Calendar, Consent, ManualSend, Message, db, writing
from tests.actions.outbox import Outbox
from tests.fakes.link_server import LinkServer

NUMBER = "+436640000001"


@pytest.fixture
def outbox(app: Flask, link: LinkServer) -> Outbox:
    return Outbox.opened(link)


def ledger() -> list[str]:
    rows = db.session.scalars(select(Consent).order_by(Consent.id))
    return [f"{row.address} {row.granted} {row.source}" for row in rows]


# C09, A14
def test_every_tick_and_untick_is_a_row_of_its_own(outbox: Outbox) -> None:
    grant(NUMBER, "form", "anna", "Formular 17", outbox.now)
    grant(NUMBER, "form", "anna", "Formular 17", outbox.now)
    revoke(NUMBER, "phone", "bert", "rief an", outbox.now)
    grant(NUMBER, "in_person", "anna", "", outbox.now)
    assert ledger() == [f"{NUMBER} True form", f"{NUMBER} False phone", f"{NUMBER} True in_person"]
    first = db.session.get_one(Consent, 1)
    assert (first.by, first.evidence, first.wording, first.at) == ("anna", "Formular 17", WORDING, outbox.now)


@pytest.mark.parametrize(("address", "source"), [(NUMBER, "calendar"), (NUMBER, ""), ("", "form")])
def test_a_row_says_whose_and_how(outbox: Outbox, address: str, source: str) -> None:
    with pytest.raises(ValueError):
        grant(address, source, "anna", "", outbox.now)
    assert ledger() == []


# failures.md 14: withdraw with 3 planned, 0 leave
def test_withdrawn_with_three_planned_none_leaves(outbox: Outbox) -> None:
    from tests import builders

    for days in (3, 4):
        builders.rule("reminder", days=days, active_since=outbox.calendar.live_since)
    outbox.due(1, start="20.03. 09:00")
    assert len(outbox.messages()) == 3
    revoke(NUMBER, "phone", "anna", "STOP", outbox.now)
    assert outbox.states() == ["withheld revoked"] * 3
    for _ in range(20):
        plan_messages(outbox.now)
        outbox.send(days=1)
    assert outbox.link.requests == []
    grant(NUMBER, "in_person", "anna", "", outbox.now)
    assert outbox.link.requests == []


def test_consent_given_later_lets_it_leave(outbox: Outbox) -> None:
    outbox.change(Calendar, 1, consent="customer")
    outbox.due(2)
    assert outbox.states() == ["withheld no_consent"] * 2
    grant(NUMBER, "phone", "anna", "", outbox.now)
    assert outbox.send().accepted == 1
    assert outbox.states() == ["accepted accepted", "withheld no_consent"]


# failures.md 14: the entry does not revive what a person has unticked
def test_an_entry_is_consent_only_where_the_calendar_says_so_and_nobody_has_said_otherwise(
    outbox: Outbox,
) -> None:
    outbox.due(3)
    revoke(NUMBER, "phone", "anna", "", outbox.now)
    outbox.change(
        Appointment, 2, emails=["eva@example.at"], phones=[{"e164": "+4372521", "type": "landline"}]
    )
    with writing() as session:
        calendar = session.get(Calendar, 1)
        for row in session.scalars(select(Appointment).order_by(Appointment.id)):
            record_calendar_consent(session, calendar, row, outbox.now)
            record_calendar_consent(session, calendar, row, outbox.now)
    assert ledger() == [
        f"{NUMBER} False phone",
        "eva@example.at True calendar",
        "+436640000003 True calendar",
    ]
    outbox.change(Calendar, 1, consent="customer")
    with writing() as session:
        record_calendar_consent(session, session.get(Calendar, 1), session.get(Appointment, 1), outbox.now)
    assert len(ledger()) == 3
    plan_messages(outbox.now)
    assert "withheld revoked" in outbox.states()


# C09, C14: a tick without proof can be proved later
def test_a_proof_that_comes_later_is_a_row_of_its_own(outbox: Outbox) -> None:
    grant(NUMBER, "form", "anna", "", outbox.now)
    grant(NUMBER, "form", "anna", "", outbox.now)
    grant(NUMBER, "form", "anna", "liegt im Ordner", outbox.now)
    grant(NUMBER, "form", "anna", "liegt im Ordner 2", outbox.now)
    assert [row.evidence for row in db.session.scalars(select(Consent).order_by(Consent.id))] == [
        "",
        "liegt im Ordner",
    ]


# A39, failures.md 14: also what somebody wrote by hand and has not left
def test_failure_14_unticking_holds_back_what_was_written_by_hand_at_once(outbox: Outbox) -> None:
    with writing() as session:
        send = ManualSend(
            list_id="l", at=outbox.now, due_at=outbox.now, channel="sms", text="Hallo", by="anna"
        )
        session.add(send)
        session.flush()
        message = Message(
            id="h" * 32,
            kind="free",
            channel="sms",
            recipient=NUMBER,
            due_at=outbox.now,
            too_late_at=outbox.now,
            state="planned",
            manual_send_id=send.id,
            created_at=outbox.now,
        )
        session.add(message)
    revoke(NUMBER, "phone", "anna", "", outbox.now)
    told = db.session.get_one(Message, "h" * 32)
    assert (told.state, told.reason) == ("withheld", "revoked")
