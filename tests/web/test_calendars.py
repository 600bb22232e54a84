"""Kalender: list, form, preview and help (B13-B29)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from kehr.models import Calendar, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.fakes.calendar_server import CalendarServer, body, calendar_server, status
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page

FEED = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:1
DTSTART;TZID=Europe/Vienna:20260312T100000
DTEND;TZID=Europe/Vienna:20260312T110000
SUMMARY:Maria Mayr\\, +436641000001
LOCATION:Redtenbachergasse 3
DESCRIPTION:Ida Huber 07252 53123
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTART;TZID=Europe/Vienna:20260313T100000
SUMMARY:Anna Festnetz 07252 53123
END:VEVENT
BEGIN:VEVENT
UID:3
DTSTART;TZID=Europe/Vienna:20260401T100000
SUMMARY:Zu weit weg 0664 1000009
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n").encode()
BUSY = FEED.replace(b"Maria Mayr\\, +436641000001", b"Busy")
LOGIN_PAGE = b"<!doctype html><html><body>Anmelden</body></html>"


@pytest.fixture
def server() -> Iterator[CalendarServer]:
    with calendar_server() as running:
        running.deeds |= {
            "/plan.ics": body(FEED),
            "/busy.ics": body(BUSY),
            "/page": body(LOGIN_PAGE),
            "/empty.ics": body(b""),
            "/cut.ics": body(FEED.replace(b"END:VCALENDAR", b"")),
            "/broken.ics": status(500),
            "/gone.ics": status(404),
        }
        yield running


@pytest.fixture
def office(app: Flask, at: Clock) -> None:
    builders.company(network_allow=["127.0.0.1"])


def typed(url: str, **changes: Any) -> dict[str, Any]:
    """What a browser sends from the form."""
    return {
        "name": "Kehrplan Wels",
        "url": url,
        "branch": "",
        "color": "#22547f",
        "active": "y",
        "poll_minutes": "15",
        "phone_field": "summary",
        "name_field": "summary",
        "location_field": "location",
        "fallback_name": "Kundin/Kunde",
        "fallback_location": "bei Ihnen",
        "consent": "customer",
    } | changes


def only() -> Calendar:
    return db.session.scalars(db.select(Calendar)).one()


def test_a_new_calendar_is_fetched_saved_and_shown(
    office: None, server: CalendarServer, sign_in: SignIn
) -> None:  # B14, B16, B17
    client = sign_in("office")
    address = server.url + "/plan.ics"
    answer = client.post("/kalender/neu", data=typed(address))
    assert answer.headers["Location"] == f"/kalender/{only().id}/vorschau"
    assert (only().name, only().url, only().live_since) == ("Kehrplan Wels", address, None)
    assert [request.path for request in server.requests] == ["/plan.ics"]
    assert "Kehrplan Wels" in check_page(client.get("/kalender"))


def test_saving_again_fetches_only_a_changed_address(
    office: None, server: CalendarServer, sign_in: SignIn
) -> None:  # B13
    client = sign_in("office")
    row = builders.calendar(url=server.url + "/plan.ics")
    client.post(f"/kalender/{row.id}", data=typed(row.url, name="Anders", color="#000000"))
    assert server.requests == []
    client.post(f"/kalender/{row.id}", data=typed(server.url + "/busy.ics"))
    assert [request.path for request in server.requests] == ["/busy.ics"]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/page", "Das ist eine Webseite, kein Kalender"),
        ("/empty.ics", "leer"),
        ("/cut.ics", "nicht vollständig"),
        ("/broken.ics", "Störung"),
        ("/gone.ics", "keinen Kalender"),
    ],
)
def test_failure_04_an_address_without_a_calendar_is_refused_with_the_reason(
    path: str, words: str, office: None, server: CalendarServer, sign_in: SignIn
) -> None:  # B13
    client = sign_in("office")
    html = check_page(client.post("/kalender/neu", data=typed(server.url + path, name="Neu & gut")), 422)
    assert words in html and "Nichts gespeichert" in html
    assert "Neu &amp; gut" in html and server.url + path in html
    assert db.session.scalar(db.select(Calendar.id)) is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": "  "}, "darf nicht leer sein"),
        ({"name": "x" * 121}, "Höchstens 120 Zeichen"),
        ({"name": "Schon da"}, "gibt es schon"),
        ({"url": ""}, "Adresse des Kalenders fehlt"),
        ({"url": "ftp://example.at/a.ics"}, "beginnt mit https://"),
        ({"url": "https://exa mple.at/a.ics"}, "Leerzeichen"),
        ({"color": "grün"}, "keine Farbe"),
        ({"poll_minutes": "0.5"}, "ganze Zahl"),
        ({"poll_minutes": "1441"}, "zwischen 1 und 1440"),
        ({"phone_field": "titel"}, "gibt es hier nicht"),
        ({"branch": "Nirgends"}, "Eine Filiale »Nirgends« gibt es nicht"),
        ({"consent": "ja"}, "gibt es hier nicht"),
        ({"fallback_name": "x" * 201}, "Höchstens 200 Zeichen"),
    ],
)
def test_bad_input_is_refused_with_a_sentence_and_stays_in_the_form(
    changes: dict[str, str], words: str, office: None, server: CalendarServer, sign_in: SignIn
) -> None:
    builders.calendar("Schon da")
    client = sign_in("office")
    data = typed(server.url + "/plan.ics", fallback_location="beim Ofen") | changes
    html = check_page(client.post("/kalender/neu", data=data), 422)
    assert words in html and "beim Ofen" in html
    assert only().name == "Schon da"


def test_several_mistakes_are_told_at_once(office: None, sign_in: SignIn) -> None:
    html = check_page(
        sign_in("office").post("/kalender/neu", data=typed("", name="", poll_minutes="viele")), 422
    )
    assert html.count('class="error"') == 3


def test_the_list_masks_addresses_and_shows_messages_poll_and_what_is_ahead(
    office: None, sign_in: SignIn
) -> None:  # B15, B17, B29
    row = builders.calendar(
        url="https://calendar.example.at/private-0123456789abcdef/basic.ics", last_poll_at=NOON
    )
    builders.appointment(row, NOON + timedelta(days=2))
    builders.appointment(row, NOON - timedelta(days=2))
    builders.appointment(row, NOON + timedelta(days=3), cancelled_at=NOON)
    builders.rule("reminder")
    builders.rule("moved", active=False)
    builders.calendar("Aus", active=False)
    html = check_page(sign_in("reader").get("/kalender"))
    assert "private-0123456789abcdef" not in html and "calendar.example.at" in html
    assert html.count('Erinnerung<span class="visually-hidden">: an') == 1
    assert 'Verschoben<span class="visually-hidden">: aus' in html
    assert "1 Termin voraus" in html and "Di, 10.03. 12:00" in html
    assert "Jetzt abrufen" not in html


def test_a_faulty_calendar_says_why_and_only_a_loss_offers_to_believe_it(
    office: None, sign_in: SignIn
) -> None:  # C21
    builders.calendar("Eins", last_poll_at=NOON, faulty_code="not_found", faulty_detail="404")
    builders.calendar("Zwei", last_poll_at=NOON, faulty_code="feed_lost_many")
    html = check_page(sign_in("office").get("/kalender"))
    assert html.count("gestört") == 2 and "Status 404" in html
    assert html.count("/wirklich-weg") == 1


def test_losses_are_believed_only_while_the_feed_guard_rests_on_them(
    office: None, server: CalendarServer, sign_in: SignIn
) -> None:  # C21
    client = sign_in("office")
    row = builders.calendar(url=server.url + "/gone.ics", faulty_code="not_found")
    client.post(f"/kalender/{row.id}/wirklich-weg")
    assert (only().accept_losses, server.requests) == (False, [])
    row.faulty_code = "feed_lost_many"
    db.session.commit()
    client.post(f"/kalender/{row.id}/wirklich-weg")
    assert (only().accept_losses, len(server.requests)) == (True, 1)


def test_polling_now_answers_with_the_calendars_new_line(
    office: None, server: CalendarServer, sign_in: SignIn
) -> None:
    row = builders.calendar(url=server.url + "/plan.ics", live_since=None, last_good_at=None)
    client = sign_in("office")
    answer = client.post(f"/kalender/{row.id}/abrufen", headers={"HX-Request": "true"})
    html = answer.get_data(as_text=True)
    assert "<h1" not in html and "Abgerufen" in html and "3 Termine voraus" in html
    assert client.post(f"/kalender/{row.id}/abrufen").headers["Location"] == "/kalender"


def test_switching_off_and_on_says_what_it_means_and_twice_is_once(
    office: None, sign_in: SignIn
) -> None:  # B19, B24
    row = builders.calendar()
    client = sign_in("office")
    assert "Ausschalten …" in client.get("/kalender").get_data(as_text=True)
    for _ in range(2):
        client.post(f"/kalender/{row.id}/schalten", data={"aktiv": "nein"})
    db.session.refresh(row)
    assert (row.active, row.live_since is None) == (False, False)
    client.post(f"/kalender/{row.id}/schalten", data={"aktiv": "ja"})
    db.session.refresh(row)
    assert (row.active, row.live_since) == (True, None)
    row.live_since = NOON
    db.session.commit()
    client.post(f"/kalender/{row.id}/schalten", data={"aktiv": "ja"})
    db.session.refresh(row)
    assert row.live_since == NOON
    assert client.post(f"/kalender/{row.id}/schalten", data={"aktiv": "x"}).status_code == 400


def test_the_preview_shows_what_is_recognised_beside_the_raw_fields(
    office: None, server: CalendarServer, sign_in: SignIn
) -> None:  # B26
    row = builders.calendar(url=server.url + "/plan.ics", fallback_location="bei Ihnen")
    html = check_page(sign_in("reader").get(f"/kalender/{row.id}/vorschau"))
    for words in ("Maria Mayr", "0664 1000001", "Handy", "Redtenbachergasse 3", "Do, 12.03. 10:00"):
        assert words in html
    assert "Festnetz, keine SMS" in html and "bei Ihnen" in html
    assert "Ida Huber 07252 53123" in html
    assert "Zu weit weg" not in html and "2 Termine in den nächsten 7 Tagen" in html
    db.session.refresh(row)
    assert row.last_poll_at is None


def test_the_preview_of_an_unsaved_form_follows_its_fields_and_stores_nothing(
    office: None, server: CalendarServer, sign_in: SignIn
) -> None:  # B20, B21, B22, B26
    client = sign_in("office")
    data = typed(server.url + "/plan.ics", name_field="description", phone_field="description")
    fragment = client.post("/kalender/vorschau", data=data, headers={"HX-Request": "true"})
    html = fragment.get_data(as_text=True)
    assert "<h1" not in html and "<td>Ida Huber</td>" in html
    assert "Ida Huber" in check_page(client.post("/kalender/vorschau", data=data))
    assert db.session.scalar(db.select(Calendar.id)) is None


@pytest.mark.parametrize(
    ("path", "words"),
    [("/busy.ics", "zeigt nur »Beschäftigt«"), ("/page", "Webseite, kein Kalender"), ("", "Adresse")],
)
def test_the_preview_says_what_to_change_at_the_calendar(
    path: str, words: str, office: None, server: CalendarServer, sign_in: SignIn
) -> None:  # B27
    url = server.url + path if path else ""
    answer = sign_in("office").post("/kalender/vorschau", data=typed(url), headers={"HX-Request": "true"})
    html = answer.get_data(as_text=True)
    assert words in html and "/kalender/hilfe" in html


def test_the_preview_names_the_entry_that_cannot_be_read(
    office: None, server: CalendarServer, sign_in: SignIn
) -> None:  # B26
    broken = b"BEGIN:VEVENT\r\nUID:9\r\nSUMMARY:Huber\\, ohne Beginn\r\nEND:VEVENT\r\nEND:VCALENDAR"
    server.deeds["/odd.ics"] = body(FEED.replace(b"END:VCALENDAR", broken))
    row = builders.calendar(url=server.url + "/odd.ics")
    html = check_page(sign_in("reader").get(f"/kalender/{row.id}/vorschau"))
    assert "»Huber, ohne Beginn«: Der Eintrag hat keinen Beginn" in html and "Maria Mayr" in html


def test_the_preview_says_that_an_entry_forbids_sms(
    office: None, server: CalendarServer, sign_in: SignIn
) -> None:  # B26, C17
    server.deeds["/tag.ics"] = body(FEED.replace(b"SUMMARY:Maria", b"SUMMARY:#keinSMS Maria"))
    row = builders.calendar(url=server.url + "/tag.ics")
    html = check_page(sign_in("reader").get(f"/kalender/{row.id}/vorschau"))
    assert html.count("keine SMS, so steht es im Eintrag") == 1


def test_the_edit_symbol_opens_all_settings_of_one_calendar(
    office: None, server: CalendarServer, sign_in: SignIn
) -> None:  # B18
    row = builders.calendar(url=server.url + "/plan.ics", poll_minutes=45, fallback_name="Werte Kundin")
    client = sign_in("office")
    assert f'href="/kalender/{row.id}"' in check_page(client.get("/kalender"))
    html = check_page(client.get(f"/kalender/{row.id}"))
    for value in (row.name, "45", "Werte Kundin"):
        assert f'value="{value}"' in html


def test_the_help_tells_the_way_at_google_outlook_and_apple(office: None, sign_in: SignIn) -> None:  # B27
    html = check_page(sign_in("reader").get("/kalender/hilfe"))
    for words in ("Privatadresse im iCal-Format", "Kann Titel und Orte anzeigen", "Öffentlicher Kalender"):
        assert words in html


@pytest.mark.parametrize("path", ["/kalender/99", "/kalender/99/vorschau"])
def test_a_calendar_that_is_not_there_is_404(path: str, office: None, sign_in: SignIn) -> None:
    assert sign_in("office").get(path).status_code == 404


@pytest.mark.parametrize("path", ["/kalender/neu", "/kalender/1"])
def test_readers_change_no_calendar(path: str, office: None, sign_in: SignIn) -> None:
    builders.calendar()
    assert sign_in("reader").get(path).status_code == 403


def test_the_forms_are_sound_pages_that_warn_of_unsaved_changes(office: None, sign_in: SignIn) -> None:  # B41
    row = builders.calendar()
    client = sign_in("office")
    for path in ("/kalender/neu", f"/kalender/{row.id}"):
        assert "data-warn-unsaved" in check_page(client.get(path))
    assert "Noch kein Kalender" not in client.get("/kalender").get_data(as_text=True)


def test_a_list_from_files_has_neither_address_nor_poll(office: None, sign_in: SignIn) -> None:
    row = builders.calendar("WinChim", kind="file", url="", consent="customer")
    client = sign_in("admin")
    page = check_page(client.get("/kalender"))
    assert "Liste aus Dateien" in page
    assert f"/kalender/{row.id}/abrufen" not in page and f"/kalender/{row.id}/vorschau" not in page
    form = check_page(client.get(f"/kalender/{row.id}"))
    assert "Kalender Webadresse" not in form and "Abrufen alle" not in form
    data = {"name": "Kehrliste", "branch": "", "color": "#2f6f4f", "active": "y", "consent": "calendar"}
    assert client.post(f"/kalender/{row.id}", data=data).status_code == 302
    db.session.expire_all()
    assert (row.name, row.kind, row.url, row.consent) == ("Kehrliste", "file", "", "calendar")
    for path in (f"/kalender/{row.id}/vorschau", f"/kalender/{row.id}/abrufen"):
        answer = client.get(path) if path.endswith("vorschau") else client.post(path)
        assert answer.status_code == 404
