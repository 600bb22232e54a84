"""What moved together is decided once; a text for all holds for exactly these messages (C07)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from kehr.actions.decide.change_message import take_back
from kehr.actions.decide.decide_together import (
    AlreadyDecided,
    OtherNow,
    TextUnfit,
    send_as_set,
    send_none,
    send_with_text,
    who_decided,
)
from kehr.actions.decide.waiting_work import find_waiting
from kehr.actions.decide.word_bundle import read_bundle, show_joint_bundle
from kehr.models import Appointment, Message, MessageEvent, db
from tests import builders
from tests.actions.desk import Desk, at, entry
from tests.fakes.calendar_server import CalendarServer

Threads = Callable[[Callable[[], Any]], Callable[[], Any]]
OWN = "Krank, es tut uns leid! Neu: #Wochentag, #Datum um #Uhrzeit statt #AltesDatum. #Telefon"
OTHERS = [entry(f"k{number:02}", f"{23 + number % 3}.03. {8 + number // 3:02}:00") for number in range(28)]
SICK = [f"a{number}" for number in range(6)]
DAY = [entry(uid, f"17.03. {8 + number:02}:00") for number, uid in enumerate(SICK)]
MOVED = [entry(uid, f"19.03. {9 + number:02}:30") for number, uid in enumerate(SICK)]


@pytest.fixture
def desk(app: Flask, feeds: CalendarServer) -> Desk:
    """Six customers of one day know their time; the day is moved as a whole, and waits."""
    desk = Desk.opened(feeds, rules=("reminder",))
    builders.rule("moved", text="Verschoben: #Datum, #Uhrzeit. #Firma")
    desk.live(*DAY, *OTHERS)
    desk.tell(*SICK)
    desk.changed(*MOVED, *OTHERS)
    return desk


def key() -> str:
    (held,) = [one.key for one in find_waiting(at("10.03. 13:00")) if one.what == "held"]
    return held


def stamp() -> str:
    joint = show_joint_bundle(key())
    assert joint is not None
    return joint.stamp


def moves() -> dict[str, list[tuple[str, str, str]]]:
    """By UID: each message about a move as its state, its reason and the text of its own."""
    db.session.expire_all()
    found: dict[str, list[tuple[str, str, str]]] = {}
    for row in db.session.scalars(
        select(Message).where(Message.kind == "moved").order_by(Message.created_at)
    ):
        found.setdefault(row.uid, []).append((row.state, row.reason, row.own_text))
    return found


# C07: one dialog, one text, each message with its own dates; nobody hears the old one again
def test_one_text_leaves_to_each_with_its_own_dates(desk: Desk) -> None:
    assert desk.round(minutes=25).accepted == 0
    bundle = key()
    assert send_with_text(bundle, stamp(), OWN, "", "anna", desk.now) == 6
    assert [one.what for one in find_waiting(desk.now)] == [], "one decision is all"
    assert desk.round().accepted == 6
    db.session.expire_all()
    starts = {row.id: row for row in db.session.scalars(select(Appointment))}
    left = list(db.session.scalars(select(Message).where(Message.kind == "moved")))
    assert len({one.text for one in left}) == 6
    for one in left:
        new = starts[one.appointment_id].start
        assert one.text.startswith("Krank, es tut uns leid! Neu: ")
        assert f"19.03.2026 um {new.hour + 1:02}:30 statt 17.03.2026." in one.text
        assert (one.by, one.state) == ("anna", "accepted")
    story = select(MessageEvent.reason).where(MessageEvent.message_id == left[0].id)
    told = list(db.session.scalars(story.order_by(MessageEvent.id)))
    assert told.index("text_changed") < told.index("released"), "the story tells who wrote what"
    old = [one for one in db.session.scalars(select(Message).where(Message.kind == "reminder"))]
    assert all(one.state != "planned" or one.about_start == starts[one.appointment_id].start for one in old)


# C07: decided while the change still rests, it leaves when it has rested
def test_the_text_waits_with_its_message_until_the_change_has_rested(desk: Desk) -> None:
    send_with_text(key(), stamp(), OWN, "", "anna", desk.now)
    assert desk.round(minutes=10).accepted == 0
    assert {row[0][2] for row in moves().values()} == {OWN}
    assert desk.round(minutes=15).accepted == 6


# C07: what moves again loses the text with its message; the others keep theirs
def test_an_appointment_that_moves_again_takes_its_text_along_no_further(desk: Desk) -> None:
    send_with_text(key(), stamp(), OWN, "", "anna", desk.now)
    again = [entry("a0", "20.03. 08:00"), *MOVED[1:]]
    desk.changed(*again, *OTHERS, minutes=5)
    found = moves()
    assert sorted(found["a0"]) == [
        ("planned", "planned_moved", ""),
        ("withdrawn", "appointment_moved", ""),
    ]
    assert desk.round(minutes=40).accepted == 6
    db.session.expire_all()
    texts = {
        row.uid: row.text
        for row in db.session.scalars(select(Message).where(Message.sent_at.is_not(None)))
        if row.kind == "moved"
    }
    assert texts["a0"] == "Verschoben: 20.03.2026, 08:00. Rauchfangkehrer Probe"
    assert all(text.startswith("Krank") for uid, text in texts.items() if uid != "a0")


def test_moved_back_is_no_message_and_a_later_move_begins_without_the_text(desk: Desk) -> None:  # C07
    send_with_text(key(), stamp(), OWN, "", "anna", desk.now)
    desk.changed(entry("a0", "17.03. 08:00"), *MOVED[1:], *OTHERS, minutes=5)
    assert moves()["a0"] == [("withdrawn", "moved_back", "")]
    desk.changed(*MOVED, *OTHERS, minutes=5)
    ((state, _reason, text),) = moves()["a0"]
    assert (state, text) == ("planned", ""), "what was written then is not said now"
    assert desk.round(minutes=40).accepted == 6


# C07: a day that moves as a whole once more is a new question
def test_a_bundle_that_moves_once_more_asks_once_more(desk: Desk) -> None:
    first = key()
    old = stamp()
    send_with_text(first, old, OWN, "", "anna", desk.now)
    later = [entry(uid, f"{25 + number % 2}.03. {8 + number:02}:15") for number, uid in enumerate(SICK)]
    desk.changed(*later, *OTHERS, minutes=5)
    assert {state for rows in moves().values() for state, _reason, _text in rows} == {"withdrawn", "held"}
    assert {text for rows in moves().values() for _state, _reason, text in rows} == {""}
    assert key() != first
    with pytest.raises(AlreadyDecided):
        send_with_text(first, old, OWN, "", "berta", desk.now)
    assert desk.round(minutes=40).accepted == 0


# C07: bad texts and stale questions change nothing
def test_what_cannot_leave_changes_nothing(desk: Desk) -> None:
    bundle, seen = key(), stamp()
    before = moves()
    for text, raised in (("", TextUnfit), ("#Dattum", TextUnfit), ("Am #Datum: #Objektnummer", TextUnfit)):
        with pytest.raises(raised):
            send_with_text(bundle, seen, text, "", "anna", desk.now)
    for decide in (send_as_set, send_none):
        with pytest.raises(OtherNow):
            decide(bundle, "was anderes", "anna", desk.now)
        with pytest.raises(AlreadyDecided):
            decide("gibtesnicht", seen, "anna", desk.now)
    assert moves() == before and who_decided(bundle) is None


def test_the_text_of_the_settings_typed_again_is_nobodys_own(desk: Desk) -> None:  # C07
    send_with_text(key(), stamp(), "Verschoben: #Datum, #Uhrzeit. #Firma\r\n", "", "anna", desk.now)
    assert {rows[0][2] for rows in moves().values()} == {""}
    assert {rows[0][0] for rows in moves().values()} == {"planned"}


def test_two_who_decide_at_once_decide_it_once(desk: Desk, in_thread: Threads) -> None:  # C07
    bundle, seen, now = key(), stamp(), desk.now

    def decide(who: str) -> str:
        try:
            if who == "anna":
                send_with_text(bundle, seen, OWN, "", who, now)
            else:
                send_none(bundle, seen, who, now)
        except AlreadyDecided:
            return ""
        return who

    with ThreadPoolExecutor(4) as pool:
        wishes = [pool.submit(in_thread(lambda who=who: decide(who))) for who in ("anna", "berta") * 3]
        winners = [one.result() for one in wishes if one.result()]
    assert len(winners) == 1
    db.session.rollback()
    decided = who_decided(bundle)
    assert decided is not None and decided[0] == winners[0]
    wanted = ("planned", "text_changed", OWN) if winners == ["anna"] else ("withheld", "withheld_by_hand", "")
    assert {rows[0] for rows in moves().values()} == {wanted}


def test_the_preview_reads_as_it_leaves(desk: Desk) -> None:  # C07
    joint = show_joint_bundle(key())
    assert joint is not None
    desk.later(minutes=25)
    said = {
        one.uid: read_bundle(joint.messages, OWN, "", desk.now, one.id).found.composed
        for one in joint.messages
    }
    send_with_text(joint.key, joint.stamp, OWN, "", "anna", desk.now)
    desk.round()
    db.session.expire_all()
    left = db.session.scalars(select(Message).where(Message.kind == "moved"))
    assert {one.uid: (one.text, one.parts) for one in left} == {
        uid: (one.text, one.parts) for uid, one in said.items()
    }


def test_what_is_held_back_stays_so_and_can_be_let_go_one_by_one(desk: Desk) -> None:  # C07
    send_none(key(), stamp(), "anna", desk.now)
    assert desk.round(minutes=30).accepted == 0
    assert {rows[0][:2] for rows in moves().values()} == {("withheld", "withheld_by_hand")}
    assert desk.alarms() == []
    one = db.session.scalars(select(Message.id).where(Message.kind == "moved").limit(1)).one()
    take_back(one, "anna", desk.now)
    assert desk.round(minutes=1).accepted == 1
    assert desk.now - timedelta(hours=1) < desk.left()[-1].sent_at


def test_a_cancellation_names_the_start_that_its_recipient_knows(  # C02
    app: Flask, feeds: CalendarServer
) -> None:
    """Moved and, before that was told, cancelled: the new start means nothing to anybody."""
    desk = Desk.opened(feeds, rules=())
    builders.rule("cancelled", text="Ihr Termin am #Datum um #Uhrzeit entfällt.")
    desk.live(entry("karl", "18.03. 09:00"), *OTHERS)
    desk.tell("karl")
    desk.changed(entry("karl", "20.03. 11:00"), *OTHERS)
    cancelled = entry("karl", "20.03. 11:00").replace("BEGIN:VEVENT", "BEGIN:VEVENT\r\nSTATUS:CANCELLED")
    desk.changed(cancelled, *OTHERS)
    assert desk.round(minutes=25).accepted == 1
    db.session.expire_all()
    (sent,) = db.session.scalars(select(Message).where(Message.kind == "cancelled"))
    assert sent.text == "Ihr Termin am 18.03.2026 um 09:00 entfällt."
