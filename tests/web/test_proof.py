"""Beweisblatt: what was told, to whom, when, with which consent; and how to check it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from kehr.actions.log.verify_log import verify_log
from kehr.actions.log.watch_chain import verify_and_tell
from kehr.models import ChainHead, Message, db
from kehr.web import proof_words
from tests import builders
from tests.conftest import NOON, Clock
from tests.proof_house import ProofHouse, proof_house
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page
from tests.web.pdf_reading import about_itself, pages_of


@pytest.fixture
def proven(app: Flask, at: Clock) -> ProofHouse:
    return proof_house()


def story_of(html: str, name: str) -> str:
    """The part about one person's first message."""
    return next(part for part in html.split('<section class="story"')[1:] if name in part)


# C08: wording, recipient, sender, reference, all times and states, consent at that time
def test_the_sheet_of_an_object_shows_everything_about_a_message(proven: ProofHouse, sign_in: SignIn) -> None:
    html = check_page(sign_in("reader").get(f"/objekte/{proven.house.id}/beweis"))
    assert "Beweisblatt zu Objekt A110010" in html and "Redtenbachergasse 3" in html
    karl = story_of(html, "Karl Mustermann")
    message = db.session.scalars(db.select(Message).where(Message.recipient_name == "Karl Mustermann")).one()
    for said in (
        message.text,
        "0664 1000001",
        "0720 111222",
        message.reference,
        message.id,
        "LINK",
        "Ankündigung, SMS",
        "zugestellt",
        "Do, 12.03. 12:00, Hauptkehrung",
    ):
        assert said in karl, said
    for moment in ("So, 08.03.2026 12:00:02", "So, 08.03.2026 12:00:04", "So, 08.03.2026 12:00:06"):
        assert moment in karl
    assert "Zugestimmt auf einem Formular. Eingetragen von office am Do, 29.01.2026" in karl
    assert "Objekt A110010" in karl and "Wortlaut 2026-2" in karl


# C08: consent as it was when the message left, not as it is now
def test_consent_is_that_of_the_moment_of_sending(proven: ProofHouse, sign_in: SignIn) -> None:
    html = check_page(sign_in("reader").get(f"/objekte/{proven.house.id}/beweis"))
    eva = story_of(html, "Eva Šimić")
    assert "Am Telefon zugestimmt" in eva and "hat selbst angerufen" in eva
    assert "STOP" not in eva, "she revoked only afterwards"


# C08: paper entries; what did not leave stands there with its reason
def test_slips_and_what_did_not_leave_stand_on_the_sheet(proven: ProofHouse, sign_in: SignIn) -> None:
    html = check_page(sign_in("reader").get(f"/objekte/{proven.house.id}/beweis"))
    slip = next(part for part in html.split('<section class="story"')[1:] if "F. Maier" in part)
    assert "▤" in slip and "Zettel" in slip and "Dafür ist keine nötig." in slip
    assert "vermerkt von F. Maier" in slip
    not_told = html.split("Nicht hinausgegangen")[1]
    assert "Ida Huber (Top 2)" in not_told and "keine Einwilligung" in not_told
    assert "4 Nachrichten gingen hinaus, 1 nicht" in html


# C08: the chain's head, and how to check it
def test_the_end_of_the_chain_and_how_to_check_it_are_printed(proven: ProofHouse, sign_in: SignIn) -> None:
    html = check_page(sign_in("reader").get(f"/objekte/{proven.house.id}/beweis"))
    head = db.session.get_one(ChainHead, 1)
    assert f"Stand der Prüfkette: Eintrag {head.count}, versiegelt am Di, 10.03.2026 12:01:00" in html
    assert proof_words.grouped(head.hash) in html
    assert f"verify-log --printed {head.count}:{head.hash[:32]}" in html
    assert f"Prüfkette bis Eintrag {head.count}: {proof_words.grouped(head.hash[:12])}" in html
    command = ["verify-log", "--printed", f"{head.count}:{head.hash[:32]}"]
    from flask import current_app

    assert current_app.test_cli_runner().invoke(args=command).output == f"ok {head.count}\n"


def test_what_has_no_seal_yet_says_so(app: Flask, at: Clock, sign_in: SignIn) -> None:
    proven = proof_house(seal=False)
    html = check_page(sign_in("reader").get(f"/objekte/{proven.house.id}/beweis"))
    assert "Die Prüfkette hat noch keinen Eintrag" in html and "noch kein Eintrag" in html


# C08
def test_the_sheet_of_an_appointment(proven: ProofHouse, sign_in: SignIn) -> None:
    html = check_page(sign_in("reader").get(f"/termine/{proven.appointment.id}/beweis"))
    assert "Beweisblatt zum Termin am Do, 12.03.2026" in html
    assert "Hauptkehrung" in html and "Objekt A110010" in html
    assert html.count('<section class="story"') == 4
    other = builders.appointment(proven.appointment.calendar, NOON + timedelta(days=9))
    empty = check_page(sign_in("reader", "zwei").get(f"/termine/{other.id}/beweis"))
    assert "Es ist noch keine Nachricht hinausgegangen." in empty


# C08: the same template as a file for the archive
@pytest.mark.parametrize(("what", "name"), [("objekte", "A110010"), ("termine", "termin-1")])
def test_the_sheet_as_a_file_says_the_same(proven: ProofHouse, sign_in: SignIn, what: str, name: str) -> None:
    answer = sign_in("reader").get(f"/{what}/1/beweis.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == f'inline; filename="beweisblatt-{name}.pdf"'
    pages = pages_of(answer.data)
    text = " ".join(" ".join(pages).split())
    assert 'pdfaid:part="2"' in about_itself(answer.data)
    assert "Karl Mustermann" in text and "Eva Šimić" in text and "F. Maier" in text
    assert "So wird dieses Blatt geprüft" in text and f"Seite 1 von {len(pages)}" in text
    assert "Als PDF" not in text and "Nur diese Tage" not in text


def test_days_narrow_the_sheet_and_stand_on_it(proven: ProofHouse, sign_in: SignIn) -> None:
    client = sign_in("reader")
    path = f"/objekte/{proven.house.id}/beweis"
    html = check_page(client.get(f"{path}?von=2026-03-09&bis=2026-03-10"))
    assert "vom Montag, 09.03.2026 bis Dienstag, 10.03.2026" in html
    assert html.count('<section class="story"') == 2 and "Karl Mustermann" not in html
    turned = check_page(client.get(f"{path}?von=2026-03-10&bis=2026-03-09"))
    assert turned.count('<section class="story"') == 2
    assert "alle Tage" in check_page(client.get(f"{path}?von=gestern&bis=1026-01-01"))
    assert "bis Montag, 09.03.2026" in check_page(client.get(f"{path}?bis=2026-03-09"))


@pytest.mark.parametrize("path", ["/objekte/99/beweis", "/termine/99/beweis"])
@pytest.mark.parametrize("ending", ["", ".pdf"])
def test_what_is_not_there_has_no_sheet(proven: ProofHouse, sign_in: SignIn, path: str, ending: str) -> None:
    assert sign_in("reader").get(path + ending).status_code == 404


def test_nobody_reads_it_without_signing_in(proven: ProofHouse, app: Flask) -> None:
    answer = app.test_client().get(f"/objekte/{proven.house.id}/beweis")
    assert answer.status_code == 302 and "/anmelden" in answer.headers["Location"]


def test_object_appointment_and_message_lead_to_their_sheet(proven: ProofHouse, sign_in: SignIn) -> None:
    client = sign_in("reader")
    of_object = f"/objekte/{proven.house.id}/beweis"
    of_appointment = f"/termine/{proven.appointment.id}/beweis"
    assert f'href="{of_object}"' in check_page(client.get(f"/objekte/{proven.house.id}"))
    assert f'href="{of_appointment}"' in check_page(client.get(f"/termine/{proven.appointment.id}"))
    message = db.session.scalars(db.select(Message).where(Message.state == "delivered")).first()
    assert message is not None
    html = check_page(client.get(f"/nachricht/{message.id}"))
    assert f'href="{of_appointment}"' in html


def test_a_long_sheet_shows_the_newest_and_says_so(
    proven: ProofHouse, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kehr.actions.log.proof_sheet.MOST", 2)
    html = check_page(sign_in("reader").get(f"/objekte/{proven.house.id}/beweis"))
    assert "die neuesten 2 von 5 Nachrichten" in html
    assert html.count('<section class="story"') == 2 and "Anna Grüber" in html


# C08: a sheet does not pass off what was changed by hand as what left
def test_a_message_changed_by_hand_is_marked_on_its_sheet(proven: ProofHouse, sign_in: SignIn) -> None:
    client = sign_in("reader")
    path = f"/objekte/{proven.house.id}/beweis"
    assert "Achtung" not in check_page(client.get(path))
    row = db.session.scalars(db.select(Message).where(Message.recipient_name == "Karl Mustermann")).one()
    row.text = row.text.replace("Donnerstag", "Freitag")
    db.session.commit()
    html = check_page(client.get(path))
    assert html.count("Achtung") == 1
    assert "Achtung: Diese Nachricht wurde an Kehrbote vorbei geändert." in story_of(html, "Karl Mustermann")
    verify_and_tell(lambda: NOON)
    html = check_page(client.get(path))
    assert "Achtung: Das Protokoll wurde an Kehrbote vorbei geändert. Die Nachricht" in html


# C08: a message is found on the sheet of the appointment that it was about when it left
def test_a_message_put_to_another_appointment_by_hand_is_named(proven: ProofHouse) -> None:
    other = builders.appointment(proven.appointment.calendar, NOON + timedelta(days=9))
    assert verify_log().broken is None
    row = db.session.scalars(db.select(Message).where(Message.recipient_name == "Karl Mustermann")).one()
    row.appointment_id = other.id
    db.session.commit()
    broken = verify_log().broken
    assert broken is not None and broken.code == "chain_text"
