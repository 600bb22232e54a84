"""Somebody looks into a break of the chain: its alarm is quiet, the chain stays broken, new ones are told."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from kehr.actions.decide.waiting_work import find_waiting
from kehr.actions.log.note_break import MOST, NoteRefused, note_break
from kehr.actions.log.watch_chain import show_chain, verify_and_tell
from kehr.actions.run.check_health import check_health
from kehr.actions.run.tell_office import tell_office
from kehr.models import ChainNote, db
from tests import builders
from tests.actions.sealed_office import SealedOffice
from tests.conftest import NOON

OTHER = "UPDATE messages SET text = 'x' WHERE recipient_name = 'Bauer'"


@pytest.fixture
def office(app: Flask) -> SealedOffice:
    office = SealedOffice.opened("Mayr", "Huber", "Bauer")
    builders.gateway()
    return office


def check(now: datetime = NOON) -> str:
    """What the nightly check finds new, and whether the office was told of it."""
    broken = verify_and_tell(lambda: now).broken
    told = tell_office(lambda: now)
    return f"{broken.code} {told}" if broken else ""


def note(text: str = "Sicherung eingespielt", now: datetime = NOON) -> bool:
    found = show_chain().found
    return note_break(str(found.get("mark", found["code"])) if found else "", text, "chefin", now)


def alarms() -> list[str]:
    """What stands on the start page of troubles."""
    return [line.code for line in find_waiting(NOON) if line.what == "alarm"]


def notes() -> list[ChainNote]:
    db.session.expire_all()
    return list(db.session.scalars(select(ChainNote).order_by(ChainNote.id)))


# C08
@pytest.mark.parametrize(
    "statements",
    [
        ["UPDATE message_events SET by = 'x' WHERE id = 6"],
        ["UPDATE messages SET text = text || '.' WHERE recipient_name = 'Huber'"],
        ["UPDATE messages SET state = 'undelivered' WHERE recipient_name = 'Huber'"],
        ["DELETE FROM messages WHERE recipient_name = 'Huber'"],
        ["UPDATE event_seals SET hash = 'f' WHERE event_id = 6"],
        ["UPDATE event_seals SET message_id = 'f' WHERE event_id = 6"],
        ["DELETE FROM message_events WHERE id = 6"],
        ["DELETE FROM event_seals WHERE event_id = 6"],
        ["DELETE FROM message_events WHERE id = 6", "DELETE FROM event_seals WHERE event_id = 6"],
        ["UPDATE chain_head SET count = count - 1"],
    ],
)
def test_a_break_that_was_looked_into_is_quiet_and_another_is_told(
    office: SealedOffice, statements: list[str]
) -> None:
    office.by_hand(*statements)
    first = office.finding()
    assert check().endswith(" 1"), "the office is told"
    assert note()
    assert not alarms()
    assert check() == "" and not alarms(), "one change is one break, and quiet for good"
    assert office.finding() == first, "whoever asks is told that the chain is broken"
    assert [(one.by, one.note, one.gone_at) for one in notes()] == [("chefin", "Sicherung eingespielt", None)]
    chain = next(part for part in check_health(NOON).checks if part.name == "chain")
    assert (chain.level, chain.code) == ("note", "chain_known")
    office.tell("Gruber")
    assert check() == "", "the log goes on"
    office.by_hand(OTHER)
    assert check(NOON + timedelta(hours=1)) == "chain_text 1", "a new break is told, however soon"
    assert note("Auch das war ich") and check() == "" and len(notes()) == 2


def test_the_same_row_changed_once_more_is_a_new_break(office: SealedOffice) -> None:
    for turn in ("x", "y"):
        office.by_hand(f"UPDATE message_events SET by = '{turn}' WHERE id = 6")
        assert check() == "chain_changed 1" and note()
    for turn in ("x", "y"):
        office.by_hand(f"UPDATE messages SET text = '{turn}' WHERE recipient_name = 'Bauer'")
        assert check() == "chain_text 1" and note()
    assert check() == "" and sum(one.gone_at is None for one in notes()) == 2


SWAP = (
    "UPDATE message_events SET id = -1 WHERE id = 2",
    "UPDATE message_events SET id = 2 WHERE id = 3",
    "UPDATE message_events SET id = 3 WHERE id = -1",
)


@pytest.mark.parametrize(
    ("statements", "breaks"),
    [
        (SWAP, ["chain_swapped", "chain_swapped"]),
        (["UPDATE message_events SET id = 99 WHERE id = 6"], ["chain_removed", "chain_state"]),
        (["UPDATE event_seals SET content = 'f' WHERE event_id = 8"], ["chain_seal_changed", "chain_text"]),
    ],
)
def test_what_breaks_the_chain_in_two_places_is_looked_into_one_by_one(
    office: SealedOffice, statements: list[str], breaks: list[str]
) -> None:
    office.by_hand(*statements)
    for code in breaks:
        assert check() == f"{code} 1" and note()
    assert check() == "" and len(notes()) == 2


def test_a_break_that_is_mended_is_remembered_and_no_longer_there(office: SealedOffice) -> None:
    office.by_hand("UPDATE message_events SET by = 'x' WHERE id = 6")
    check()
    note()
    office.by_hand("UPDATE message_events SET by = '' WHERE id = 6")
    later = NOON + timedelta(days=1)
    assert check(later) == "" and notes()[0].gone_at == later
    assert check_health(NOON).checks[-1].name == "chain" and check_health(NOON).checks[-1].level == "ok"
    office.by_hand("UPDATE message_events SET by = 'x' WHERE id = 6")
    assert check(later + timedelta(days=1)) == "chain_changed 1", "it came back: that is new"


def test_only_what_the_alarm_is_about_can_be_noted(office: SealedOffice) -> None:
    assert not note_break("", "nichts", "chefin", NOON)
    office.by_hand(OTHER)
    check()
    assert not note_break("f" * 64, "etwas anderes", "chefin", NOON)
    for text, code in (("", "empty"), (" \n ", "empty"), ("x" * (MOST + 1), "long")):
        with pytest.raises(NoteRefused) as refused:
            note(text)
        assert refused.value.code == code
    assert notes() == [] and note(" Befund ") and not note("noch einmal")
    assert [one.note for one in notes()] == ["Befund"]
