"""Prüfkette: how the log is, and whether a printed sheet still fits."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from kehr.actions.log.watch_chain import verify_and_tell
from kehr.models import ChainHead, db
from tests.actions.sealed_office import SealedOffice
from tests.conftest import NOON, Clock
from tests.proof_house import proof_house
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


# C08: nothing of a break is hidden by looking into it
def test_an_admin_notes_what_was_found_and_it_stands_beside_the_break(
    office: SealedOffice, sign_in: SignIn
) -> None:
    office.by_hand("UPDATE message_events SET by = 'x' WHERE id = 7")
    verify_and_tell(lambda: NOON)
    client = sign_in("admin", "chefin")
    html = check_page(client.get("/pruefkette"))
    mark = html.partition('name="bruch" value="')[2].partition('"')[0]
    assert len(mark) == 64
    for said, reason in (("  ", "Schreiben Sie, was"), ("x" * 2001, "mehr als 2000 Zeichen")):
        html = check_page(client.post("/pruefkette", data={"bruch": mark, "befund": said}), 422)
        assert reason in html.partition('id="befund-fehler"')[2].partition("</p>")[0] and said in html
    typed = {"bruch": mark, "befund": "Die Sicherung von Montag wurde eingespielt."}
    html = check_page(client.post("/pruefkette", data=typed, follow_redirects=True))
    assert "Der Befund ist eingetragen." in html and "Verändert: Die Kette ist zerrissen" in html
    assert "Ereignis 7 vom" in html and "Die Sicherung von Montag wurde eingespielt." in html
    assert "chefin, Di, 10.03.2026 12:00:00 · die Kette ist hier zerrissen" in html
    assert "Unverändert" not in html and 'name="bruch"' not in html
    assert "prüft Kehrbote in der nächsten Nacht" in html and "Jedes andere Ereignis" not in html
    verify_and_tell(lambda: NOON + timedelta(hours=15))
    assert "Jedes andere Ereignis passt zu seinem Siegel." in check_page(client.get("/pruefkette"))
    assert "Das Protokoll wurde verändert" not in check_page(client.get("/heute"))
    assert "zerrissen, wo schon jemand nachgesehen hat" in check_page(client.get("/system"))
    again = check_page(client.post("/pruefkette", data=typed, follow_redirects=True))
    assert "Das war schon eingetragen" in again
    reader = sign_in("reader")
    assert "Die Sicherung von Montag" in check_page(reader.get("/pruefkette"))


def test_only_admins_note_findings(office: SealedOffice, sign_in: SignIn) -> None:
    office.by_hand("UPDATE message_events SET by = 'x' WHERE id = 7")
    verify_and_tell(lambda: NOON)
    client = sign_in("office")
    assert 'name="bruch"' not in check_page(client.get("/pruefkette"))
    assert client.post("/pruefkette", data={"befund": "nichts"}).status_code == 403


def test_a_finding_is_printed_on_the_proof_sheets(app: Flask, at: Clock, sign_in: SignIn) -> None:
    proof_house()
    db.session.execute(db.text("UPDATE message_events SET by = 'x' WHERE id = 2"))
    db.session.commit()
    verify_and_tell(lambda: NOON)
    client = sign_in("admin", "chefin")
    mark = client.get("/pruefkette").text.partition('name="bruch" value="')[2].partition('"')[0]
    client.post("/pruefkette", data={"bruch": mark, "befund": "Probe der Kette"})
    html = check_page(client.get("/objekte/1/beweis"))
    warning = html.partition('<p class="warning">')[2].partition("</p>")[0]
    assert warning.startswith("Achtung: Ereignis 2 vom")
    assert "Befund von chefin am Di, 10.03.2026 12:00:00: Probe der Kette" in warning


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
