"""A house manager hears of all his houses in one message a day, and every house is accounted for."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask

from kehr.actions.decide.decide_message import mark_sent, send_again
from kehr.actions.people.match_appointments import match_coming
from kehr.actions.people.record_consent import revoke
from kehr.actions.plan.plan_messages import plan_messages
from kehr.actions.send.send_due import SendResult, send_due
from kehr.gateways import sandbox
from kehr.gateways.contract import NotTaken, OutgoingMessage, Refused, Unclear
from kehr.models import Appointment, Calendar, Message, db
from tests import builders
from tests.conftest import NOON

MAIL = "verwaltung@example.at"
DUE = NOON + timedelta(hours=5)
START = NOON + timedelta(days=2, hours=-3)


class Office:
    """A manager of several houses, and what reached the gateway."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        builders.company()
        builders.gateway()
        builders.rule(channel="email", text="#Datum #Adresse")
        self.calendar_id: int = builders.calendar(consent="customer").id
        self.sent: list[OutgoingMessage] = []
        self.outcome: Exception | None = None
        taken = sandbox.Sandbox.send

        def send(gateway: sandbox.Sandbox, message: OutgoingMessage) -> object:
            self.sent.append(message)
            if self.outcome is not None:
                raise self.outcome
            return taken(gateway, message)

        monkeypatch.setattr(sandbox.Sandbox, "send", send)

    def house(self, number: int, start: datetime = START) -> int:
        """A house of the manager with a visit; the id of the visit."""
        house = builders.house(f"A{number}00000", street=f"Weg {number}")
        builders.person(house, "Huber", role="manager", unit="Verwaltung", emails=[MAIL])
        name = f"A{number}00000"
        calendar = db.session.get_one(Calendar, self.calendar_id)
        row = builders.appointment(
            calendar, start, object_number=name, summary=name, name="", phones=[], place=""
        )
        appointment_id: int = row.id
        match_coming(NOON)
        return appointment_id

    def round(self, now: datetime = DUE) -> SendResult:
        """Plans and sends."""
        plan_messages(now)
        return send_due(lambda: now)

    def states(self) -> list[str]:
        """Every message as `number state reason carried?`."""
        db.session.expire_all()
        rows = db.session.scalars(db.select(Message).order_by(Message.property_number, Message.kind))
        return [
            f"{m.property_number[1]} {m.kind} {m.state} {m.reason}{' carried' if m.carrier_id else ''}"
            for m in rows
        ]


@pytest.fixture
def office(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Office:
    opened = Office(monkeypatch)
    builders.consent(MAIL)
    return opened


# C10
def test_four_houses_of_one_manager_make_one_mail(office: Office) -> None:
    for number in range(1, 5):
        office.house(number, START + timedelta(hours=number))
    assert office.round().accepted == 1
    (mail,) = office.sent
    assert mail.recipient == MAIL
    assert [f"Weg {number}" in mail.text for number in range(1, 5)] == [True] * 4
    assert len(mail.attachments) == len({a.filename for a in mail.attachments}) == 4
    assert sorted(s[2:] for s in office.states()) == [
        "reminder accepted accepted",
        *["reminder accepted accepted carried"] * 3,
    ]
    assert {m.text for m in db.session.scalars(db.select(Message))} == {mail.text}
    assert office.round(DUE + timedelta(minutes=1)).accepted == 0
    assert len(office.sent) == 1


def test_one_house_alone_gets_the_ordinary_text(office: Office) -> None:
    office.house(1)
    office.round()
    assert office.sent[0].text == "12.03.2026 Weg 1, 4400 Steyr"


def test_others_at_the_same_house_are_told_on_their_own(office: Office) -> None:
    visit = office.house(1)
    office.house(2)
    house = db.session.get_one(Appointment, visit).property_id
    builders.person(db.session.get_one(builders.Property, house), "Maier", emails=["maier@example.at"])
    builders.consent("maier@example.at")
    assert office.round().accepted == 2
    assert sorted(m.recipient for m in office.sent) == ["maier@example.at", MAIL]


def test_what_is_due_later_today_comes_along_and_what_is_learned_later_waits(office: Office) -> None:
    rule = builders.rule("announcement", channel="email", days=3, text="#Datum #Adresse")
    rule.at = rule.at.replace(hour=9)
    db.session.commit()
    office.house(1)
    office.house(2, START + timedelta(days=1))
    nine = NOON - timedelta(hours=3)
    assert office.round(nine).accepted == 1
    assert [s for s in office.states() if "accepted" in s] == [
        "1 announcement accepted accepted",
        "1 reminder accepted accepted carried",
        "2 announcement accepted accepted carried",
    ]
    count = len(office.sent)
    builders.rule("confirmation", channel="email", text="#Datum #Adresse")
    late = db.session.get_one(Appointment, office.house(3, START + timedelta(days=6)))
    late.baseline, late.first_seen_at, late.changed_at = False, DUE, DUE
    db.session.commit()
    evening = DUE + timedelta(hours=1)
    assert office.round(evening).accepted == 0
    assert [s for s in office.states() if s.startswith("3 confirmation")] == [
        "3 confirmation planned digest_tomorrow"
    ]
    assert office.round(evening + timedelta(minutes=1)).accepted == 0
    tomorrow = NOON + timedelta(hours=20)
    assert office.round(tomorrow).accepted == 1
    assert len(office.sent) == count + 1


def test_a_move_does_not_wait_for_tomorrows_digest(office: Office) -> None:
    builders.rule("moved", channel="email", text="#AltesDatum #Datum #Adresse")
    office.house(1)
    visit = office.house(2)
    assert office.round().accepted == 1
    row = db.session.get_one(Appointment, visit)
    row.start, row.end, row.changed_at = START + timedelta(days=3), START + timedelta(days=3, hours=1), DUE
    db.session.commit()
    later = DUE + timedelta(minutes=30)
    assert office.round(later).accepted == 1
    assert "Verschoben" not in office.sent[-1].text
    assert "Weg 2" in office.sent[-1].text


def test_unticking_between_planning_and_sending_sends_nothing_at_all(office: Office) -> None:
    office.house(1)
    office.house(2)
    plan_messages(DUE)
    revoke(MAIL, "phone", "office", "", DUE)
    assert send_due(lambda: DUE).accepted == 0
    assert office.sent == []


def test_a_house_that_moved_just_now_is_left_out(office: Office) -> None:
    office.house(1)
    visit = office.house(2)
    office.house(3)
    plan_messages(DUE)
    row = db.session.get_one(Appointment, visit)
    row.cancelled_at = DUE
    db.session.commit()
    assert send_due(lambda: DUE).accepted == 1
    assert "Weg 2" not in office.sent[0].text
    assert [s for s in office.states() if s.startswith("2")] == ["2 reminder withdrawn appointment_cancelled"]


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Refused("refused", "no"), "refused refused"),
        (Unclear("timeout", ""), "unclear timeout"),
        (NotTaken("connect_failed", ""), "planned planned_retry"),
    ],
)
def test_what_a_digest_carried_shares_its_fate(office: Office, outcome: Exception, state: str) -> None:
    for number in (1, 2, 3):
        office.house(number)
    office.outcome = outcome
    office.round()
    assert len(office.sent) == 1
    assert [s.removesuffix(" carried")[2:] for s in office.states()] == [f"reminder {state}"] * 3


@pytest.mark.parametrize("again", [True, False])
def test_a_person_decides_an_unclear_digest_as_one(office: Office, again: bool) -> None:
    for number in (1, 2):
        office.house(number)
    office.outcome = Unclear("timeout", "")
    office.round()
    office.outcome = None
    carried = db.session.scalars(db.select(Message).where(Message.carrier_id.is_not(None))).one()
    if again:
        send_again(carried.id, "office", DUE)
        assert send_due(lambda: DUE + timedelta(minutes=1)).accepted == 1
        assert len(office.sent) == 2
    else:
        mark_sent(carried.id, "office", DUE)
        assert send_due(lambda: DUE + timedelta(minutes=1)).accepted == 0
    assert {s.removesuffix(" carried")[2:].split()[1] for s in office.states()} == {"accepted"}


def test_a_carried_message_does_not_use_up_the_gateways_minute(office: Office) -> None:
    db.session.scalars(db.select(builders.Gateway)).one().max_per_minute = 2
    db.session.commit()
    for number in (1, 2, 3):
        office.house(number)
    builders.person(
        db.session.scalars(db.select(builders.Property)).first(), "Maier", emails=["maier@example.at"]
    )
    builders.consent("maier@example.at")
    assert office.round().accepted == 2


# B45, C10
def test_a_message_with_its_own_text_or_time_leaves_alone(office: Office) -> None:
    from kehr.actions.decide.change_message import move_message, write_own_text

    for number in (1, 2, 3, 4):
        office.house(number)
    plan_messages(NOON)
    rows = db.session.scalars(db.select(Message).order_by(Message.appointment_id)).all()
    reworded, moved = rows[0].id, rows[1].id
    write_own_text(reworded, "Bei #Adresse bitte den Keller öffnen.", "", "anna", NOON)
    move_message(moved, DUE + timedelta(hours=1), "anna", NOON)
    office.round()
    texts = sorted(one.text for one in office.sent)
    assert len(texts) == 2 and texts[0].startswith("Bei Weg 1") and "Weg 2" not in texts[1]
    assert "Weg 3" in texts[1] and "Weg 4" in texts[1]
    office.round(DUE + timedelta(hours=1))
    assert len(office.sent) == 3 and "Weg 2" in office.sent[-1].text
