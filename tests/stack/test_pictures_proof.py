"""The Beweisblatt at the desk, on the phone, printed by the browser and as a file: pictures to look at."""

from __future__ import annotations

from itertools import pairwise

import pytest
from flask import Flask

from kehr.actions.log.watch_chain import verify_and_tell
from kehr.models import ChainHead, Message, db
from tests.conftest import NOON, Clock
from tests.proof_house import ProofHouse, proof_house
from tests.stack.browser import Page
from tests.stack.seen import PICTURES, picture
from tests.web.pdf_reading import height_of, pages_of, pictures_of

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack"), pytest.mark.timeout(300)]


@pytest.fixture
def proven(app: Flask, at: Clock) -> ProofHouse:
    return proof_house()


@pytest.fixture
def role() -> str:
    """Only an admin says what was found at a break."""
    return "admin"


# C08
def test_the_sheet_on_screen_on_paper_and_as_a_file(page: Page, app: Flask, proven: ProofHouse) -> None:
    head = db.session.get_one(ChainHead, 1)
    page.open(f"/objekte/{proven.house.id}")
    page.click("Beweisblatt")
    page.wait("So wird dieses Blatt geprüft")
    picture(page, "beweisblatt-objekt")
    printed = page.on_paper(PICTURES / "beweisblatt-objekt-druck.png").read_bytes()
    page.open(f"/termine/{proven.appointment.id}/beweis")
    picture(page, "beweisblatt-termin")
    cookie = page.chrome.get_cookie("kehrbote")
    client = app.test_client()
    client.set_cookie("kehrbote", cookie["value"])
    written = client.get(f"/objekte/{proven.house.id}/beweis.pdf").data
    pictures_of(written, PICTURES, "beweisblatt-pdf")
    pictures_of(printed, PICTURES, "beweisblatt-druck")
    for pdf in (printed, written):
        text = "".join("".join(pages_of(pdf)).split())
        assert head.hash in text and "▤" in text and f"Seite1von{len(pages_of(pdf))}" in text
        assert "AlsPDF" not in text
        order = ("Einwilligung", "Was geschah", "Kehrplan Steyr")
        places = [height_of(pdf, words) for words in order]
        assert all(above[0] > below[1] for above, below in pairwise(places)), (
            "nothing lies over another thing"
        )


# C08
def test_the_chain_s_page_compares_a_sheet_and_says_what_was_changed(page: Page, proven: ProofHouse) -> None:
    digits = db.session.get_one(ChainHead, 1).hash
    page.open("/pruefkette")
    picture(page, "pruefkette-neu")
    verify_and_tell(lambda: NOON)
    page.open("/system")
    page.click("Prüfkette", "main")
    page.wait("Unverändert")
    page.fill(eintrag="14", pruefwert=f"{digits[:4]} {digits[4:8]}")
    page.click("Vergleichen")
    page.wait("Stimmt: Eintrag 14")
    picture(page, "pruefkette-stimmt")
    page.fill(eintrag="vierzehn", pruefwert="abc")
    page.click("Vergleichen")
    page.wait("Das ist keine Nummer")
    picture(page, "pruefkette-fehler")
    db.session.execute(db.update(Message).where(Message.recipient_name == "Karl Mustermann").values(text="x"))
    db.session.commit()
    verify_and_tell(lambda: NOON)
    page.open("/pruefkette")
    page.wait("passt nicht mehr zum Siegel von Ereignis 4")
    picture(page, "pruefkette-verletzt")
    page.open("/heute")
    page.wait("Das Protokoll wurde verändert")
    picture(page, "heute-protokoll-veraendert")
    page.open("/pruefkette")
    page.fill(befund="Die Sicherung von Montag wurde eingespielt, Frau Huber hat zugesehen.")
    page.click("Befund eintragen")
    page.wait("Der Befund ist eingetragen.")
    picture(page, "pruefkette-befund")
    page.open(f"/objekte/{proven.house.id}/beweis")
    page.wait("Frau Huber hat zugesehen")
    page.open(f"/termine/{proven.appointment.id}")
    picture(page, "termin-mit-beweisblatt")
    page.open(f"/objekte/{proven.house.id}")
    picture(page, "objekt-mit-beweisblatt")
