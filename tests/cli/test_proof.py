"""`verify-log`: ok and how many, or the first broken row and exit status 1."""

from __future__ import annotations

import pytest
from flask import Flask

from kehr.models import ChainHead, db
from tests.actions.sealed_office import SealedOffice
from tests.conftest import Clock


@pytest.fixture
def office(app: Flask, at: Clock) -> SealedOffice:
    return SealedOffice.opened("Mayr", "Huber")


# C08
def test_a_sound_log_is_ok_with_the_number_of_its_entries(app: Flask, office: SealedOffice) -> None:
    result = app.test_cli_runner().invoke(args=["verify-log"])
    assert (result.exit_code, result.output) == (0, "ok 8\n")


def test_what_is_not_sealed_yet_is_sealed_first(app: Flask, office: SealedOffice) -> None:
    office.tell("Bauer")
    assert app.test_cli_runner().invoke(args=["verify-log"]).output == "ok 12\n"


# C08
def test_one_changed_character_is_named_and_the_command_fails(app: Flask, office: SealedOffice) -> None:
    office.by_hand("UPDATE messages SET text = replace(text, 'Wir', 'Sie') WHERE recipient_name = 'Huber'")
    result = app.test_cli_runner().invoke(args=["verify-log"])
    assert result.exit_code == 1
    assert result.stdout.startswith(f"Die Nachricht {office.ids[1]} (Erinnerung an Huber, 0664 1000002)")
    assert "Ereignis 8 vom Di, 10.03.2026" in result.stdout
    assert result.stderr == "Das Protokoll wurde an Kehrbote vorbei geändert.\n"


def test_the_end_on_a_sheet_is_looked_for_however_it_is_typed(app: Flask, office: SealedOffice) -> None:
    digits = db.session.get_one(ChainHead, 1).hash
    spaced = " ".join(digits[at : at + 4] for at in range(0, 64, 4))
    office.tell("Bauer")
    run = app.test_cli_runner().invoke
    for typed in (f"8:{digits}", f"8: {spaced}", f"8:{digits[:12].upper()}"):
        assert run(args=["verify-log", "--printed", typed]).output == "ok 12\n"
    for typed in (f"7:{digits}", f"13:{digits}"):
        result = run(args=["verify-log", "--printed", typed])
        assert result.exit_code == 1 and "gedruckt" in result.stdout
    for typed in ("8", "8:", "8:zz", ":7f3a91c2", "0:7f3a91c2", f"8:{digits}0"):
        assert run(args=["verify-log", "--printed", typed]).exit_code == 2
