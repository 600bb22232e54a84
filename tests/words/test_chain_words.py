"""What `verify-log` says: each finding is a sentence that names the row, and has no gap."""

from __future__ import annotations

import string
from zoneinfo import ZoneInfo

import pytest

from kehr import words
from kehr.words.chain import CHAIN

VIENNA = ZoneInfo("Europe/Vienna")
ARGS = {
    "event": 17,
    "exact": "2026-03-10T16:00:02+00:00",
    "message": "f" * 32,
    "kind": "reminder",
    "name": "Karl Mustermann",
    "recipient": "+436641000001",
    "other": 18,
    "count": 3,
    "number": 20418,
    "hash": "7f3a91c2",
}


@pytest.mark.parametrize("code", sorted(CHAIN))
def test_every_finding_is_a_sentence_without_gaps(code: str) -> None:
    said = words.told(code, ARGS, VIENNA)
    assert said.endswith(".") and "…" not in said and "{" not in said
    fields = {name for _text, name, _spec, _how in string.Formatter().parse(CHAIN[code]) if name}
    assert fields <= ARGS.keys()


def test_a_finding_names_event_moment_and_recipient_as_the_office_writes_them() -> None:
    said = words.told("chain_removed", ARGS, VIENNA)
    assert "Ereignis 17 (Erinnerung an Karl Mustermann, 0664 1000001)" in said
    assert "Di, 10.03.2026 17:00:02" in said


def test_the_alarm_says_what_was_found() -> None:
    said = words.alarm_sentence("chain_broken", ARGS | {"code": "chain_removed"}, VIENNA)
    assert said.startswith("Das Protokoll wurde an Kehrbote vorbei geändert. Ereignis 17 (Erinnerung")
