"""Whatever is changed in the log past Kehrbote is found, and named."""

from __future__ import annotations

import pytest
from flask import Flask

from kehr.actions.log import seal_events as sealing
from kehr.actions.log import verify_log as verifying
from kehr.models import ChainHead, EventSeal, Message, db, writing
from kehr.rules.log.chain import Printed
from kehr.rules.terms.messages import State
from tests.actions.sealed_office import SealedOffice

EVENTS = 4
"""Each person's message has so many: planned, sending, accepted, delivered."""
SWAP = (
    "UPDATE {table} SET {id} = -1 WHERE {id} = 2",
    "UPDATE {table} SET {id} = 2 WHERE {id} = 3",
    "UPDATE {table} SET {id} = 3 WHERE {id} = -1",
)


def swap(table: str, column: str) -> list[str]:
    return [statement.format(table=table, id=column) for statement in SWAP]


@pytest.fixture
def office(app: Flask, monkeypatch: pytest.MonkeyPatch) -> SealedOffice:
    """Three people were told; sealing and checking go in small steps, so that every border is met."""
    monkeypatch.setattr(sealing, "BATCH", 5)
    monkeypatch.setattr(verifying, "CHUNK", 5)
    return SealedOffice.opened("Mayr", "Huber", "Bauer")


def test_an_untouched_log_is_ok(office: SealedOffice) -> None:
    # C08
    assert office.verify().count == 3 * EVENTS
    assert office.finding() == ""
    assert office.seal() == 0
    head = db.session.get_one(ChainHead, 1)
    assert (head.event_id, head.count) == (3 * EVENTS, 3 * EVENTS)


def test_a_log_of_which_nothing_is_sealed_yet_is_ok(app: Flask) -> None:
    assert SealedOffice().verify().count == 0
    SealedOffice().tell("Mayr")
    assert SealedOffice().finding() == ""


# C08: one character changed by hand
@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("UPDATE message_events SET by = 'x' WHERE id = 6", "chain_changed 6"),
        ("UPDATE message_events SET new_state = 'acceptet' WHERE id = 7", "chain_changed 7"),
        ("UPDATE message_events SET reason = 'planned_lear' WHERE id = 1", "chain_changed 1"),
        ("UPDATE message_events SET reason_args = '{\"days\": 3}' WHERE id = 5", "chain_changed 5"),
        ("UPDATE message_events SET at = '2026-03-10 11:00:59' WHERE id = 12", "chain_changed 12"),
        ("UPDATE message_events SET id = 99 WHERE id = 12", "chain_removed 12"),
        ("UPDATE messages SET text = replace(text, 'Donnerstag', 'Dienstag')", "chain_text 4"),
        ("UPDATE messages SET text = text || '.' WHERE recipient_name = 'Huber'", "chain_text 8"),
        ("UPDATE messages SET recipient = '+436641000009' WHERE recipient_name = 'Bauer'", "chain_text 12"),
        ("UPDATE messages SET recipient_name = 'Hubert' WHERE recipient_name = 'Huber'", "chain_text 8"),
        ("UPDATE messages SET reference = 'x' WHERE recipient_name = 'Huber'", "chain_text 8"),
        ("UPDATE messages SET sent_at = NULL WHERE recipient_name = 'Huber'", "chain_text 8"),
        ("UPDATE messages SET property_number = 'A1' WHERE recipient_name = 'Huber'", "chain_text 8"),
        (
            "UPDATE messages SET claimed_at = '2025-01-01 10:00:00' WHERE recipient_name = 'Huber'",
            "chain_text 8",
        ),
        ("UPDATE messages SET carrier_id = id WHERE recipient_name = 'Huber'", "chain_text 8"),
        ("UPDATE messages SET cost_center = 'x' WHERE recipient_name = 'Huber'", "chain_text 8"),
        ("UPDATE messages SET trial = NOT trial WHERE recipient_name = 'Huber'", "chain_text 8"),
        ("UPDATE messages SET state = 'undelivered' WHERE recipient_name = 'Huber'", "chain_state 8"),
        ("UPDATE messages SET reason = 'x' WHERE recipient_name = 'Huber'", "chain_state 8"),
        ("DELETE FROM messages WHERE recipient_name = 'Huber'", "chain_message_removed 8"),
        ("UPDATE event_seals SET hash = upper(hash) WHERE event_id = 6", "chain_seal_changed 6"),
        ("UPDATE event_seals SET hash = 'f' WHERE event_id = 12", "chain_seal_changed 12"),
        ("UPDATE event_seals SET content = 'f' WHERE event_id = 8", "chain_seal_changed 8"),
        ("UPDATE event_seals SET message_id = 'f' WHERE event_id = 6", "chain_seal_changed 6"),
        ("UPDATE event_seals SET sealed_at = '2026-03-10 10:00:00' WHERE event_id = 6", "chain_changed 6"),
        ("UPDATE chain_head SET hash = upper(hash)", "chain_head"),
        ("UPDATE chain_head SET count = count - 1", "chain_head"),
        ("UPDATE chain_head SET event_id = 11, count = 11", "chain_head"),
        ("DELETE FROM chain_head", "chain_head"),
    ],
)
def test_one_character_changed_by_hand_is_named(office: SealedOffice, statement: str, finding: str) -> None:
    office.by_hand(statement)
    assert office.finding() == finding


# C08: a row removed, two swapped, the last cut off
@pytest.mark.parametrize(
    ("statements", "finding"),
    [
        (["DELETE FROM message_events WHERE id = 6"], "chain_removed 6"),
        (["DELETE FROM message_events WHERE id = 1"], "chain_removed 1"),
        (["DELETE FROM message_events WHERE id = 12"], "chain_removed 12"),
        (["DELETE FROM event_seals WHERE event_id = 6"], "chain_seal_missing 6"),
        (["DELETE FROM event_seals WHERE event_id = 12"], "chain_seal_missing 12"),
        (["DELETE FROM event_seals WHERE event_id > 4"], "chain_seal_missing 5"),
        (
            ["DELETE FROM message_events WHERE id = 6", "DELETE FROM event_seals WHERE event_id = 6"],
            "chain_gap 7",
        ),
        (
            ["DELETE FROM message_events WHERE id = 12", "DELETE FROM event_seals WHERE event_id = 12"],
            "chain_cut 11",
        ),
        (
            ["DELETE FROM message_events WHERE id > 8", "DELETE FROM event_seals WHERE event_id > 8"],
            "chain_cut 8",
        ),
        (
            ["DELETE FROM message_events", "DELETE FROM event_seals"],
            "chain_emptied",
        ),
        (swap("message_events", "id"), "chain_swapped 2"),
        (swap("event_seals", "event_id"), "chain_swapped 2"),
    ],
)
def test_what_is_removed_swapped_or_cut_off_is_named(
    office: SealedOffice, statements: list[str], finding: str
) -> None:
    office.by_hand(*statements)
    assert office.finding() == finding


# C08: the last entries cut off, with head and message made to fit; only the paper knows
def test_a_cut_end_that_was_made_to_fit_does_not_fit_the_printed_sheet(office: SealedOffice) -> None:
    head = db.session.get_one(ChainHead, 1)
    printed = Printed(head.count, head.hash[:12])
    assert office.verify(printed).broken is None
    before = db.session.get_one(EventSeal, 8)
    office.by_hand(
        "DELETE FROM message_events WHERE id > 8",
        "DELETE FROM event_seals WHERE event_id > 8",
        "DELETE FROM messages WHERE recipient_name = 'Bauer'",
        f"UPDATE chain_head SET event_id = 8, count = 8, hash = '{before.hash}', "
        f"sealed_at = (SELECT sealed_at FROM event_seals WHERE event_id = 8)",
    )
    assert office.finding() == ""
    broken = office.verify(printed).broken
    assert broken is not None and broken.code == "chain_short"
    office.tell("Berger")
    office.seal()
    broken = office.verify(printed).broken
    assert broken is not None and broken.code == "chain_printed"
    assert broken.args["hash"] == db.session.get_one(ChainHead, 1).hash


@pytest.mark.parametrize("event_id", [0, 15])
def test_an_event_added_by_hand_is_named(office: SealedOffice, event_id: int) -> None:
    office.tell("Gruber")
    office.by_hand("UPDATE message_events SET id = id + 10 WHERE id > 12")  # PostgreSQL leaves ids out
    office.seal()
    assert office.finding() == ""
    columns = "message_id, at, old_state, new_state, reason, reason_args, by"
    office.by_hand(
        f"INSERT INTO message_events (id, {columns}) SELECT {event_id}, {columns} FROM message_events "
        "WHERE id = 8"
    )
    assert office.finding() == f"chain_added {event_id}"


def test_a_message_added_by_hand_is_named(office: SealedOffice) -> None:
    with writing() as session:
        first = session.get_one(Message, office.ids[0])
        values = {c.name: getattr(first, c.name) for c in Message.__table__.columns}
        session.add(Message(**values | {"id": "f" * 32, "recipient_name": "Erfunden"}))
    assert office.finding() == "chain_message_added 0"
    assert "Erfunden" in office.sentence()


def test_the_sentence_says_which_event_when_and_whom_it_was_about(office: SealedOffice) -> None:
    office.by_hand("UPDATE messages SET text = 'x' WHERE recipient_name = 'Huber'")
    sentence = office.sentence()
    assert office.ids[1] in sentence
    assert "Erinnerung an Huber, 0664 1000002" in sentence
    assert "Ereignis 8 vom Di, 10.03.2026 12:00:06" in sentence


def test_the_first_of_two_changes_is_named(office: SealedOffice) -> None:
    office.by_hand(
        "DELETE FROM message_events WHERE id = 11",
        "UPDATE messages SET text = 'x' WHERE recipient_name = 'Huber'",
    )
    assert office.finding() == "chain_text 8"


# what is no change
def test_a_message_that_is_sent_again_may_say_something_else(office: SealedOffice) -> None:
    message = office.tell("Gruber", (State.SENDING, State.UNCLEAR))
    office.seal()
    office.go(message, State.PLANNED, State.SENDING)
    office.seal()
    assert office.finding() == ""
    office.go(message, State.ACCEPTED)
    assert office.finding() == ""
    office.seal()
    assert office.finding() == ""
    office.by_hand("UPDATE messages SET text = 'x' WHERE recipient_name = 'Gruber'")
    assert office.finding() == f"chain_text {office.events_of('Gruber')[-1]}"


def test_what_was_planned_again_before_its_seal_is_sealed_without_its_text(office: SealedOffice) -> None:
    message = office.tell("Gruber", (State.SENDING, State.UNCLEAR, State.PLANNED, State.SENDING))
    office.seal()
    unclear = office.events_of("Gruber")[2]
    assert db.session.get_one(EventSeal, unclear).content == ""
    office.go(message, State.ACCEPTED)
    office.seal()
    assert office.finding() == ""


# C27: a later retention takes texts out and writes an event of the same state beside it
def test_a_text_taken_out_together_with_an_event_of_its_own_is_no_break(office: SealedOffice) -> None:
    with writing() as session:
        message = session.get_one(Message, office.ids[0])
        message.text = ""
        session.add(sealed_event(message, office))
    assert office.finding() == ""
    office.seal()
    assert office.finding() == ""
    office.by_hand("UPDATE messages SET text = 'x' WHERE recipient_name = 'Mayr'")
    assert office.finding().startswith("chain_text")


def sealed_event(message: Message, office: SealedOffice) -> object:
    from kehr.actions.facts.change_state import event

    state = State(message.state)
    return event(message.id, state, state, office.now, message.reason, message.reason_args)


def test_a_chain_whose_head_was_moved_back_is_not_gone_on_with(office: SealedOffice) -> None:
    office.by_hand("UPDATE chain_head SET event_id = 4, count = 4")
    office.tell("Gruber")
    assert office.seal() == 0
    assert office.finding() == "chain_head"
