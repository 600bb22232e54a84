"""Nachrichten: cards, overrides and the text editor (B11, B28-B39, C18)."""

from __future__ import annotations

import re
from datetime import time, timedelta
from typing import Any

import pytest
from flask import Flask

from kehr.models import MessageRule, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def office(app: Flask, at: Clock) -> None:
    builders.company()
    for kind in ("announcement", "confirmation", "reminder", "moved", "cancelled", "feedback", "followup"):
        builders.rule(kind, active=False, active_since=None)


def first(kind: str) -> MessageRule:
    query = db.select(MessageRule).where(MessageRule.kind == kind).order_by(MessageRule.id)
    row = db.session.scalars(query).first()
    assert row is not None
    return row


def typed(**changes: Any) -> dict[str, Any]:
    data = {"active": "y", "channel": "sms", "days": "2", "at": "17:00", "text": "Am #Datum um #Uhrzeit"}
    return data | {"subject": ""} | changes


def draft(text: str, kind: str = "reminder", **changes: Any) -> dict[str, Any]:
    return typed(text=text) | {"art": kind, "fuer": ""} | changes


def test_there_is_a_card_for_each_kind(office: None, sign_in: SignIn) -> None:  # B28
    html = check_page(sign_in("reader").get("/nachrichten"))
    for word in ("Ankündigung", "Bestätigung", "Erinnerung", "Verschoben", "Absage", "Feedback", "Nachfrage"):
        assert f">{word}</h2>" in html
    assert "24 Stunden nach dem Feedback" in html and "Bearbeiten" not in html


def test_yes_switches_a_message_on_from_now(office: None, sign_in: SignIn) -> None:  # B30, A28
    row = first("reminder")
    client = sign_in("office")
    client.post(f"/nachrichten/{row.id}", data=typed(days="60", at="08:05", channel="both"))
    db.session.refresh(row)
    assert (row.active, row.active_since, row.days, row.at) == (True, NOON, 60, time(8, 5))
    off = typed()
    del off["active"]
    client.post(f"/nachrichten/{row.id}", data=off)
    db.session.refresh(row)
    assert row.active is False


def test_any_number_of_reminders_and_the_last_one_stays(office: None, sign_in: SignIn) -> None:  # B36
    client = sign_in("office")
    assert "17:00" in check_page(client.get("/nachrichten/neu?art=reminder"))
    client.post("/nachrichten/neu?art=reminder", data=typed(days="7"))
    client.post("/nachrichten/neu?art=reminder", data=typed(days="1"))
    html = check_page(client.get("/nachrichten"))
    assert "7 Tage vorher, 17:00" in html and "1 Tag vorher, 17:00" in html
    rows = db.session.scalars(db.select(MessageRule).where(MessageRule.kind == "reminder")).all()
    for row in rows:
        client.post(f"/nachrichten/{row.id}/entfernen")
    db.session.expire_all()
    assert [row.archived_at is None for row in rows] == [False, False, True]
    assert rows[2].active is False


def test_a_branch_gets_its_own_text_and_goes_back_to_the_firms(office: None, sign_in: SignIn) -> None:  # B11
    branch = builders.branch("Steyr")
    client = sign_in("office")
    answer = client.post("/nachrichten/reminder/eigene", data={"fuer": f"filiale-{branch.id}"})
    path = answer.headers["Location"]
    assert "gilt für Filiale Steyr" in check_page(client.get(path))
    client.post(path, data=typed(text="Filialtext #Datum"))
    html = check_page(client.get("/nachrichten"))
    assert "gilt für Filiale Steyr" in html and "Filialtext #Datum" in html
    assert first("reminder").text != "Filialtext #Datum"
    client.post("/nachrichten/reminder/eigene", data={"fuer": f"filiale-{branch.id}"})
    own = db.select(MessageRule).where(MessageRule.branch_id == branch.id, MessageRule.archived_at.is_(None))
    assert len(db.session.scalars(own).all()) == 1
    client.post("/nachrichten/reminder/firmenvorgabe", data={"fuer": f"filiale-{branch.id}"})
    assert "gilt für Filiale Steyr" not in client.get("/nachrichten").get_data(as_text=True)


def test_a_calendar_can_have_its_own_text_too(office: None, sign_in: SignIn) -> None:
    row = builders.calendar("Kehrplan Nord")
    client = sign_in("office")
    client.post("/nachrichten/moved/eigene", data={"fuer": f"kalender-{row.id}"})
    assert "gilt für Kalender Kehrplan Nord" in check_page(client.get("/nachrichten"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text": ""}, "Der Text fehlt"),
        ({"text": "am #Dattum"}, "Gemeint ist wohl #Datum"),
        ({"text": "x" * 2001}, "Höchstens 2000 Zeichen"),
        ({"subject": "#Xyzzy"}, "Den Platzhalter #Xyzzy gibt es nicht"),
        ({"days": "61"}, "zwischen 0 und 60"),
        ({"days": "-1"}, "zwischen 0 und 60"),
        ({"days": "zwei"}, "ganze Zahl"),
        ({"days": ""}, "ganze Zahl"),
        ({"at": "24:00"}, "keine Uhrzeit"),
        ({"at": ""}, "keine Uhrzeit"),
        ({"channel": "fax"}, "sms, email, both"),
        ({"ical_link": "y"}, "network.public_url"),
        ({"text": "#Kalenderlink"}, "network.public_url"),
    ],
)
def test_bad_input_is_refused_with_a_sentence_and_stays_in_the_form(
    changes: dict[str, str], words: str, office: None, sign_in: SignIn
) -> None:  # B33
    row = first("reminder")
    before = row.text
    data = {"text": "Mein Text #Datum", "subject": "Mein Betreff"} | changes
    html = check_page(sign_in("office").post(f"/nachrichten/{row.id}", data=typed(**data)), 422)
    assert words in html and "Nichts gespeichert" in html
    assert ("Mein Text #Datum" in html) or ("Mein Betreff" in html)
    db.session.refresh(row)
    assert (row.text, row.active) == (before, False)


def test_two_messages_of_one_kind_at_the_same_moment_are_refused(office: None, sign_in: SignIn) -> None:
    client = sign_in("office")
    html = check_page(client.post("/nachrichten/neu?art=reminder", data=typed()), 422)
    assert "Zu diesem Zeitpunkt geht schon eine andere" in html


def test_the_preview_follows_the_draft_for_the_chosen_appointment(
    office: None, sign_in: SignIn
) -> None:  # B32, A46
    calendar = builders.calendar()
    builders.appointment(calendar, NOON + timedelta(days=1), name="Karl Erster")
    second = builders.appointment(calendar, NOON + timedelta(days=9, hours=2), name="Eva Zweite")
    client = sign_in("office")
    data = draft("#Name: #Wochentag, #Datum um #Uhrzeit, #Ort")
    html = client.post("/nachrichten/vorschau", data=data, headers=FRAGMENT).get_data(as_text=True)
    assert "Karl Erster: Mittwoch, 11.03.2026 um 12:00" in html and "<h1" not in html
    html = client.post("/nachrichten/vorschau", data=data | {"termin": str(second.id)}).get_data(as_text=True)
    assert "Eva Zweite: Donnerstag, 19.03.2026 um 14:00" in html
    assert "1 SMS" in html and "Geht für diesen Termin am Di, 17.03. 17:00 hinaus." in html


def test_a_moment_that_is_over_for_the_chosen_appointment_is_said_to_be(
    office: None, sign_in: SignIn
) -> None:
    builders.appointment(builders.calendar(), NOON + timedelta(days=1))
    html = sign_in("office").post("/nachrichten/vorschau", data=draft("x")).get_data(as_text=True)
    assert "schon vorbei: Mo, 09.03. 17:00" in html


def test_without_appointments_an_invented_one_is_shown_and_said_to_be(office: None, sign_in: SignIn) -> None:
    html = check_page(sign_in("office").get(f"/nachrichten/{first('moved').id}"))
    assert "erfundener" in html


def test_the_moved_message_knows_old_and_new_time(office: None, sign_in: SignIn) -> None:  # B38
    builders.appointment(builders.calendar(), NOON + timedelta(days=9))
    data = draft("Statt #AltesDatum nun #Datum", "moved")
    html = sign_in("office").post("/nachrichten/vorschau", data=data).get_data(as_text=True)
    assert "Statt 18.03.2026 nun 19.03.2026" in html


@pytest.mark.parametrize(
    ("length", "words"), [(160, "1 SMS"), (161, "wird 2-teilige SMS"), (307, "wird 3-teilige")]
)
def test_the_counter_says_how_many_parts_it_will_be(
    length: int, words: str, office: None, sign_in: SignIn
) -> None:  # B34
    html = sign_in("office").post("/nachrichten/vorschau", data=draft("a" * length)).get_data(as_text=True)
    assert words in html


@pytest.mark.parametrize(("length", "words"), [(120, "1 SMS"), (121, "wird 2-teilige SMS")])
def test_the_counter_counts_the_calendar_link_in(
    length: int, words: str, app: Flask, at: Clock, sign_in: SignIn
) -> None:  # B33, B34
    builders.company(public_url="https://t.example.at")
    client = sign_in("office")
    for data in (draft("a" * length, ical_link="y"), draft("a" * length + " #Kalenderlink", ical_link="y")):
        html = client.post("/nachrichten/vorschau", data=data).get_data(as_text=True)
        assert words in html and "https://t.example.at/t/................" in html


@pytest.mark.parametrize(
    ("company", "kind", "words"),
    [
        ({"public_url": ""}, "reminder", "wenn unter Firma die öffentliche Adresse eingetragen ist"),
        ({"public_url": "https://t.at", "phone": " "}, "reminder", "wenn die Stammdaten"),
        ({"public_url": "https://" + "t" * 22}, "reminder", "zu lang"),
        ({"public_url": "https://t.at"}, "feedback", "kommt nach dem Termin"),
    ],
)
def test_a_link_that_cannot_be_is_grey_with_the_reason_and_refused(
    company: dict[str, str], kind: str, words: str, app: Flask, at: Clock, sign_in: SignIn
) -> None:  # B33
    builders.company(**company)
    row, client = builders.rule(kind, text="x"), sign_in("office")
    html = check_page(client.get(f"/nachrichten/{row.id}"))
    assert words in html and html.count('class="none" disabled') == 3
    assert re.search(r'<input[^>]*\bdisabled\b[^>]*id="ical_link"', html)
    for link in ({"ical_link": "y"}, {"text": "Hier: #kalenderlink"}):
        data = typed(**{"text": "Mein Text", **link})
        assert words in check_page(client.post(f"/nachrichten/{row.id}", data=data), 422)
        preview = draft(**{"text": "Mein Text", "art": kind, **link})
        assert words in client.post("/nachrichten/vorschau", data=preview).get_data(as_text=True)
    db.session.refresh(row)
    assert not row.ical_link


def test_a_link_that_can_be_is_saved(app: Flask, at: Clock, sign_in: SignIn) -> None:  # B33
    builders.company(public_url="https://t.example.at")
    row, client = builders.rule("reminder", text="x"), sign_in("office")
    html = check_page(client.get(f"/nachrichten/{row.id}"))
    assert html.count('class="none" disabled') == 2
    assert client.post(f"/nachrichten/{row.id}", data=typed(text="x", ical_link="y")).status_code == 302
    db.session.refresh(row)
    assert row.ical_link


def test_dear_characters_are_named_with_their_origin_and_a_cheap_spelling(
    office: None, sign_in: SignIn
) -> None:  # C18
    builders.appointment(builders.calendar(), NOON + timedelta(days=1), name="Eva Šimić")
    html = (
        sign_in("office").post("/nachrichten/vorschau", data=draft("#Name – #Datum")).get_data(as_text=True)
    )
    assert "»–« im Text" in html and 'data-cheap-text="#Name - #Datum"' in html
    assert "»Š« »ć« in #Name dieses Termins" in html and "Mit »Eva Simic« wäre es" in html
    assert "<mark>Š</mark>" in html


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Wir kommen morgen", "Das getippte »morgen« stimmt nicht mehr"),
        ("am #Dattum", "Gemeint ist wohl #Datum"),
        ("vom #AltesDatum", "#AltesDatum ist bei diesem Termin leer"),
        ("", "Noch kein Text"),
    ],
)
def test_the_editor_warns_of_what_will_not_work(
    text: str, words: str, office: None, sign_in: SignIn
) -> None:  # C11, A45
    html = sign_in("office").post("/nachrichten/vorschau", data=draft(text)).get_data(as_text=True)
    assert words in html


@pytest.mark.parametrize(
    ("clock_time", "words"),
    [
        ("01:00", "01:00 liegt außerhalb der Sendezeit 08:00 bis 20:00"),
        ("20:00", "außerhalb der Sendezeit"),
        ("08:00", "Geht für diesen Termin am"),
        ("kaputt", "Geht für diesen Termin am"),
    ],
)
def test_a_time_outside_the_send_window_is_told_when_it_will_really_leave(
    clock_time: str, words: str, office: None, sign_in: SignIn
) -> None:  # B37
    builders.appointment(builders.calendar(), NOON + timedelta(days=9))
    html = (
        sign_in("office").post("/nachrichten/vorschau", data=draft("x", at=clock_time)).get_data(as_text=True)
    )
    assert words in html


def test_a_new_reminder_begins_inside_the_send_window(app: Flask, at: Clock, sign_in: SignIn) -> None:  # B37
    builders.company(window_from=time(8), window_to=time(12))
    html = check_page(sign_in("office").get("/nachrichten/neu?art=reminder"))
    assert 'value="08:00"' in html


def test_blocks_without_data_in_this_kind_are_greyed(office: None, sign_in: SignIn) -> None:  # A43, A44, A45
    client = sign_in("office")
    html = check_page(client.get(f"/nachrichten/{first('reminder').id}"))
    assert 'data-block="#Datum" title=' in html
    for name in ("#AltesDatum", "#Kalenderlink"):
        assert f'data-block="{name}"' in html
    assert html.count('class="none" disabled') == 3
    assert check_page(client.get(f"/nachrichten/{first('moved').id}")).count('class="none" disabled') == 1


@pytest.mark.parametrize(
    "path", ["/nachrichten/99", "/nachrichten/neu?art=gruss", "/nachrichten/neu?art=reminder&fuer=filiale-9"]
)
def test_what_is_not_there_is_404(path: str, office: None, sign_in: SignIn) -> None:
    assert sign_in("office").get(path).status_code == 404


def test_readers_see_and_change_nothing(office: None, sign_in: SignIn) -> None:
    client = sign_in("reader")
    row = first("reminder")
    assert client.get(f"/nachrichten/{row.id}").status_code == 403
    assert client.post(f"/nachrichten/{row.id}", data=typed()).status_code == 403


def test_the_editor_warns_of_unsaved_changes(office: None, sign_in: SignIn) -> None:  # B41
    assert "data-warn-unsaved" in check_page(sign_in("office").get(f"/nachrichten/{first('feedback').id}"))
