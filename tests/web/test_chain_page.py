"""Prüfkette: how the log is, and whether a printed sheet still fits."""

from __future__ import annotations

import pytest
from flask import Flask

from kehr.actions.watch_chain import verify_and_tell
from kehr.models import ChainHead, db
from tests.actions.sealed_office import SealedOffice
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page


@pytest.fixture
def office(app: Flask, at: Clock) -> SealedOffice:
    return SealedOffice.opened("Mayr", "Huber")


# C08
def test_the_page_says_how_the_log_is(office: SealedOffice, sign_in: SignIn) -> None:
    client = sign_in("reader")
    assert "Noch nicht geprüft" in check_page(client.get("/pruefkette"))
    verify_and_tell(lambda: NOON)
    html = check_page(client.get("/pruefkette"))
    assert "Unverändert" in html and "Di, 10.03.2026 12:00:00" in html and "<dd>8</dd>" in html
    office.by_hand("UPDATE message_events SET by = 'x' WHERE id = 7")
    verify_and_tell(lambda: NOON)
    html = check_page(client.get("/pruefkette"))
    assert "Das Protokoll wurde an Kehrbote vorbei geändert. Ereignis 7 vom" in html
    today = check_page(client.get("/heute"))
    assert "Das Protokoll wurde verändert" in today and 'href="/pruefkette"' in today
    assert "Das Protokoll wurde verändert" in check_page(client.get("/system"))


# C08: a sheet is compared by typing number and value
def test_a_printed_sheet_is_compared_by_typing_it(office: SealedOffice, sign_in: SignIn) -> None:
    digits = db.session.get_one(ChainHead, 1).hash
    client = sign_in("reader")

    def answer(number: str, value: str) -> str:
        return check_page(client.get("/pruefkette", query_string={"eintrag": number, "pruefwert": value}))

    assert "Stimmt: Eintrag 8 steht noch so in der Kette." in answer(
        "8", f" {digits[:4]} {digits[4:8].upper()}"
    )
    assert "Stimmt nicht: Bei Eintrag 7" in answer("7", digits)
    assert "So viele Einträge hat die Kette nicht" in answer("9", digits)


@pytest.mark.parametrize(
    ("number", "value", "said"),
    [
        ("", "7f3a91c2", "Das ist keine Nummer"),
        ("acht", "7f3a91c2", "Das ist keine Nummer"),
        ("0", "7f3a91c2", "Das ist keine Nummer"),
        ("8", "", "mindestens 8 Zeichen"),
        ("8", "7f3a91c", "mindestens 8 Zeichen"),
        ("8", "7f3a91cg", "mindestens 8 Zeichen"),
        ("8", "7" * 65, "mindestens 8 Zeichen"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field(
    office: SealedOffice, sign_in: SignIn, number: str, value: str, said: str
) -> None:
    html = check_page(
        sign_in("reader").get("/pruefkette", query_string={"eintrag": number, "pruefwert": value})
    )
    assert said in html and f'value="{number}"' in html and f'value="{value}"' in html
    assert "Stimmt" not in html
