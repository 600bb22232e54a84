"""What the manual window refuses: a sentence at its field, nothing sent, what was typed still there."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape

from kehr.actions.manual import open_manual_list
from kehr.models import Calendar, ManualList, ManualSend, Message, db
from tests import builders
from tests.conftest import Clock
from tests.web.conftest import SignIn
from tests.web.manual_window import HX, TEXT, customer, opened, typed, yes_of
from tests.web.page_checks import check_page


@pytest.fixture
def office(app: Flask, at: Clock) -> Calendar:
    builders.company()
    builders.gateway("LINK", kind="linkmobility")
    calendar = builders.calendar(consent="customer")
    customer(1, emails=["eva@example.at"])
    customer(2, ticked=False)
    return calendar


def nothing_sent() -> None:
    db.session.rollback()
    assert db.session.query(Message).count() == 0
    assert db.session.query(ManualSend).count() == 0
    assert db.session.query(ManualList).filter(ManualList.closed_how == "sent").count() == 0


REFUSED = [
    ({"text": ""}, "Der Text fehlt."),
    ({"text": " \n\t "}, "Der Text fehlt."),
    ({"text": "a" * 1531}, "Der Text hat 1531 Zeichen, höchstens 1530 sind möglich."),
    ({"text": "Š" * 671}, "Das wären bis zu 11 SMS für einen Empfänger, höchstens 10 sind möglich."),
    ({"text": "Am #Dattum"}, "Den Platzhalter #Dattum gibt es nicht. Gemeint ist wohl #Datum."),
    ({"text": "#Quatsch"}, "Den Platzhalter #Quatsch gibt es nicht."),
    (
        {"text": "Statt #AltesDatum"},
        "#AltesDatum geht hier nicht: Diese Liste hat keinen verschobenen Termin.",
    ),
    (
        {"text": "Link #Kalenderlink"},
        "#Kalenderlink geht hier nicht: keine öffentliche Adresse eingerichtet.",
    ),
    ({"ohne": "y"}, "Ohne Einwilligung braucht es einen Grund mit mindestens 8 Zeichen."),
    (
        {"ohne": "y", "reason": " kurz   "},
        "Ohne Einwilligung braucht es einen Grund mit mindestens 8 Zeichen.",
    ),
    ({"ohne": "y", "reason": "g" * 301}, "Der Grund hat 301 Zeichen, höchstens 300 sind möglich."),
    ({"an": []}, "Niemand in der Liste bekommt die Nachricht. Haken Sie jemanden an."),
    (
        {"nummern": "single", "einzeln_gezeigt": "1", "nummer": []},
        "Niemand in der Liste bekommt die Nachricht.",
    ),
    (
        {"nummern": "single", "einzeln_gezeigt": "1", "nummer": ["999:+43", "x", ":"]},
        "Niemand in der Liste bekommt die Nachricht.",
    ),
    ({"weg": "email"}, "Dafür ist kein Gateway eingestellt."),
    ({"weg": "email", "subject": "s" * 201}, "Der Betreff hat 201 Zeichen, höchstens 200 sind möglich."),
    ({"weg": "email", "subject": "#Quark"}, "Den Platzhalter #Quark gibt es nicht."),
    ({"weg": "email", "text": "a" * 10_001}, "Der Text hat 10001 Zeichen, höchstens 10000 sind möglich."),
]


# A39, A45, A50 and the table of bad inputs of issue 3
@pytest.mark.parametrize(("changes", "sentence"), REFUSED, ids=[str(n) for n in range(len(REFUSED))])
def test_what_is_refused_says_why_and_keeps_what_was_typed(
    office: Calendar, sign_in: SignIn, changes: dict, sentence: str
) -> None:
    client = sign_in("office")
    list_id = opened(client)
    page = check_page(client.get(f"/sms/{list_id}"))
    data = typed(page, was="alle") | changes
    html = check_page(client.post(f"/sms/{list_id}/senden", data=data), 422)
    assert str(escape(sentence)) in html
    assert 'aria-invalid="true"' in html
    for name in ("text", "subject"):
        if data[name] and (name == "text" or data["weg"] == "email"):
            assert str(escape(str(data[name]).strip())) in html
    fragment = client.post(f"/sms/{list_id}/senden", data=data, headers=HX)
    assert (fragment.status_code, fragment.headers["HX-Retarget"]) == (422, "#eingabe")
    assert str(escape(sentence)) in fragment.get_data(as_text=True)
    nothing_sent()


@pytest.mark.parametrize("what", ["", "beide", "alle2", "eine-alle"])
def test_an_unknown_deed_is_no_request(office: Calendar, sign_in: SignIn, what: str) -> None:
    client = sign_in("office")
    list_id = opened(client)
    data = typed(check_page(client.get(f"/sms/{list_id}")), was=what)
    assert client.post(f"/sms/{list_id}/senden", data=data).status_code == 400
    nothing_sent()


# Whom: nobody selected, somebody without consent, somebody who was removed, somebody of another list
@pytest.mark.parametrize(
    ("who", "status", "sentence"),
    [
        ("nobody", 400, ""),
        ("word", 400, ""),
        ("unticked", 422, "Diese Person darf so nicht angeschrieben werden."),
        ("removed", 422, "Diese Person steht nicht mehr in der Liste."),
        ("other list", 422, "Diese Person steht nicht mehr in der Liste."),
        ("unknown", 422, "Diese Person steht nicht mehr in der Liste."),
    ],
)
def test_senden_needs_somebody_of_the_list(
    office: Calendar, sign_in: SignIn, who: str, status: int, sentence: str
) -> None:
    client = sign_in("office")
    list_id = opened(client)
    page = check_page(client.get(f"/sms/{list_id}"))
    first, second = re.findall(r'name="wen" id="wen-(\d+)"', page)
    other = re.findall(r'name="wen" id="wen-(\d+)"', check_page(client.get(f"/sms/{opened(client)}")))[0]
    chosen = {
        "nobody": [],
        "word": "wer",
        "unticked": second,
        "removed": first,
        "other list": other,
        "unknown": "9999",
    }[who]
    if who == "removed":
        client.post(f"/sms/{list_id}", data=typed(page, tun=f"entfernen:{first}"))
    answer = client.post(f"/sms/{list_id}/senden", data=typed(page, wen=chosen, was="eine"))
    assert answer.status_code == status
    assert sentence in answer.get_data(as_text=True)
    nothing_sent()


@pytest.mark.parametrize(
    "deed",
    ["entfernen:9999", "entfernen:x", "entfernen:", "objekt:9999", "sms-name:9-X", "sms-name:x", "quatsch"],
)
def test_a_deed_about_nothing_changes_nothing(office: Calendar, sign_in: SignIn, deed: str) -> None:
    client = sign_in("office")
    list_id = opened(client)
    page = check_page(client.get(f"/sms/{list_id}"))
    html = check_page(client.post(f"/sms/{list_id}", data=typed(page, tun=deed)))
    assert "Eva Kunde1" in html and "Eva Kunde2" in html and TEXT in html


@pytest.mark.parametrize(
    "path",
    ["", "/vorschau", "/summe", "/senden", "/abbruch", "/../sendung/99/anhalten", "/../sendung/99/rest"],
)
def test_what_does_not_exist_is_not_found(office: Calendar, sign_in: SignIn, path: str) -> None:
    client = sign_in("office")
    target = f"/sms/gibtesnicht{path}" if ".." not in path else path.replace("/../", "/sms/")
    assert client.post(target, data={"was": "alle", "wen": "1"}).status_code == 404
    for page in ("/sms/gibtesnicht", "/sms/gibtesnicht/suche", "/sms/sendung/99"):
        assert client.get(page).status_code == 404


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"objekt": "x"},
        {"objekt": "99999"},
        {"termin": "-1"},
        {"tag": "morgen"},
        {"tag": "9999-12-31"},
        {"person": ""},
        {"suche": "gibt es nicht"},
    ],
    ids=str,
)
def test_opening_with_nothing_shows_an_empty_list(office: Calendar, sign_in: SignIn, data: dict) -> None:
    client = sign_in("office")
    html = check_page(client.get(client.post("/sms/oeffnen", data=data).location))
    assert "Die Liste ist leer." in html


def test_more_than_a_list_takes_is_said_with_its_number(
    office: Calendar, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_manual_list, "MOST_OBJECTS", 1)
    client = sign_in("office")
    answer = client.post("/sms/oeffnen", data={"suche": "weg"}, headers={"Referer": "/objekte"})
    assert answer.location == "/objekte"
    assert "Das wären 2 Objekte. Höchstens" in check_page(client.get("/objekte"))


def test_a_list_that_somebody_else_closed_takes_nothing_more(office: Calendar, sign_in: SignIn) -> None:
    eva, paul = sign_in("office", login="eva"), sign_in("office", login="paul")
    list_id = opened(eva)
    page = check_page(eva.get(f"/sms/{list_id}"))
    paul.post(f"/sms/{list_id}/abbruch", data=typed(page))
    for path, data in (("/senden", {"was": "alle"}), ("", {"tun": "leeren"}), ("/abbruch", {})):
        answer = eva.post(f"/sms/{list_id}{path}", data=typed(page, **data))
        assert answer.location == f"/sms/{list_id}"
    assert "Diese Liste wurde abgebrochen" in check_page(eva.get(f"/sms/{list_id}"))
    nothing_sent()


@pytest.mark.parametrize("yes", ["alle:", "alle:0123456789", "eine:x"])
def test_a_made_up_yes_only_asks(office: Calendar, sign_in: SignIn, yes: str) -> None:
    client = sign_in("office")
    list_id = opened(client)
    page = check_page(client.get(f"/sms/{list_id}"))
    html = client.post(f"/sms/{list_id}/senden", data=typed(page, ja=yes)).get_data(as_text=True)
    assert yes_of(html)
    nothing_sent()


def test_readers_can_do_nothing_here(office: Calendar, sign_in: SignIn) -> None:
    list_id = opened(sign_in("office"))
    reader: FlaskClient = sign_in("reader")
    for path in ("/sms/oeffnen", f"/sms/{list_id}", f"/sms/{list_id}/senden", "/sms/sendung/1/anhalten"):
        assert reader.post(path, data={"was": "alle"}).status_code == 403
    for path in ("/sms", f"/sms/{list_id}", "/sms/sendung/1"):
        assert reader.get(path).status_code == 403
