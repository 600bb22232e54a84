"""SMS senden: the question before it sends, once however often it is pressed, and the way out."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from kehr.models import Appointment, Calendar, ManualSend, Message, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.rules.plan_build import at as moment
from tests.web.conftest import SignIn
from tests.web.manual_window import HX, TEXT, customer, messages, opened, typed, yes_of
from tests.web.page_checks import check_page


@pytest.fixture
def office(app: Flask, at: Clock) -> Calendar:
    builders.company()
    builders.gateway()
    return builders.calendar(consent="customer")


def test_senden_asks_once_and_reaches_the_selected_one_only(
    office: Calendar, sign_in: SignIn
) -> None:  # A47 A50
    customer(1)
    customer(2)
    client = sign_in("office", login="eva")
    list_id = opened(client)
    page = check_page(client.get(f"/sms/{list_id}"))
    asked = check_page(client.post(f"/sms/{list_id}/senden", data=typed(page, was="eine")))
    assert "1 Empfänger, 1 SMS. Jetzt senden?" in asked
    assert "€" not in asked
    assert messages() == []
    answer = client.post(f"/sms/{list_id}/senden", data=typed(page, ja=yes_of(asked)))
    assert answer.location == f"/sms/{list_id}"
    assert messages() == ["Eva Kunde1 planned"]
    html = check_page(client.get(answer.location))
    assert "Abgeschickt an Eva Kunde1." in html
    assert TEXT in html
    assert "Schon gesendet: heute 12:00 von eva." in html


def test_alle_asks_with_recipients_and_segments_then_shows_the_progress(
    office: Calendar, sign_in: SignIn
) -> None:  # A48 A50
    for number in (1, 2, 3):
        customer(number)
    client = sign_in("office")
    list_id = opened(client)
    page = check_page(client.get(f"/sms/{list_id}"))
    asked = client.post(f"/sms/{list_id}/senden", data=typed(page, was="alle"), headers=HX)
    html = asked.get_data(as_text=True)
    assert "3 Empfänger, 3 SMS. Jetzt senden?" in html and "<html" not in html
    answer = client.post(f"/sms/{list_id}/senden", data=typed(page, ja=yes_of(html)))
    assert answer.location == "/sms/sendung/1"
    progress = check_page(client.get(answer.location))
    assert "0 von 3 sind hinaus." in progress and 'hx-trigger="every 2s"' in progress
    assert "3 geplant" in progress and "Anhalten" in progress
    assert len(messages()) == 3


def test_cost_is_said_where_the_gateway_knows_its_price(office: Calendar, sign_in: SignIn) -> None:  # A50
    for number in (1, 2, 3):
        customer(number)
    db.session.get_one(type(builders.gateway("andere")), 1).price = 750
    db.session.commit()
    client = sign_in("office")
    list_id = opened(client)
    page = check_page(client.get(f"/sms/{list_id}"))
    asked = check_page(client.post(f"/sms/{list_id}/senden", data=typed(page, was="alle")))
    assert "3 Empfänger, 3 SMS, etwa 0,23 €. Jetzt senden?" in asked.replace("\u00a0", " ")
    sums = client.post(f"/sms/{list_id}/summe", data=typed(page), headers=HX).get_data(as_text=True)
    assert "3 Empfänger, 3 SMS, etwa 0,23 €" in sums.replace("\u00a0", " ")


def test_lines_without_tick_are_left_out(office: Calendar, sign_in: SignIn) -> None:
    customer(1)
    customer(2)
    client = sign_in("office")
    list_id = opened(client)
    page = check_page(client.get(f"/sms/{list_id}"))
    one = re.findall(r'name="an" value="(\d+)"', page)[:1]
    asked = check_page(client.post(f"/sms/{list_id}/senden", data=typed(page, an=one, was="alle")))
    assert "1 Empfänger, 1 SMS." in asked
    client.post(f"/sms/{list_id}/senden", data=typed(page, an=one, ja=yes_of(asked)))
    assert messages() == ["Eva Kunde1 planned"]


def test_switch_without_consent_is_off_at_every_opening_and_demands_a_reason(
    office: Calendar, sign_in: SignIn
) -> None:  # A39
    customer(1)
    customer(2, ticked=False)
    client = sign_in("office")
    list_id = opened(client)
    page = check_page(client.get(f"/sms/{list_id}"))
    assert not re.search(r'name="ohne"[^>]*checked', page)
    html = check_page(client.post(f"/sms/{list_id}", data=typed(page, ohne="y", tun="anzeigen")))
    assert re.search(r'name="ohne"[^>]*checked', html) and "ohne Einwilligung" in html
    assert ">2</span> von 2 Empfängern" in html
    refused = check_page(client.post(f"/sms/{list_id}/senden", data=typed(html, ohne="y", was="alle")), 422)
    assert "Ohne Einwilligung braucht es einen Grund" in refused
    asked = check_page(
        client.post(
            f"/sms/{list_id}/senden", data=typed(html, ohne="y", reason="Gasgeruch im Haus", was="alle")
        )
    )
    assert "2 Empfänger, 2 SMS." in asked and "1 davon ohne Einwilligung: Eva Kunde2." in asked
    data = typed(html, ohne="y", reason="Gasgeruch im Haus", ja=yes_of(asked))
    client.post(f"/sms/{list_id}/senden", data=data)
    row = db.session.scalars(db.select(Message).where(Message.recipient == "+436641000002")).one()
    assert row.without_consent == "Gasgeruch im Haus"
    assert "Gasgeruch im Haus" in check_page(client.get(f"/nachricht/{row.id}"))
    assert not re.search(r'name="ohne"[^>]*checked', check_page(client.get(f"/sms/{opened(client)}")))


def test_abbruch_sends_nothing_and_leaves_one_line(office: Calendar, sign_in: SignIn) -> None:  # A49
    customer(1)
    client = sign_in("office")
    list_id = opened(client)
    page = check_page(client.get(f"/sms/{list_id}"))
    assert client.post(f"/sms/{list_id}/abbruch", data=typed(page)).location == "/heute"
    assert messages() == [] and db.session.query(ManualSend).count() == 0
    assert "Diese Liste wurde abgebrochen" in check_page(client.get(f"/sms/{list_id}"))
    html = check_page(client.get("/sms"))
    assert "abgebrochen" in html and "Tagesliste Donnerstag" in html
    log = check_page(client.get("/protokoll"))
    assert log.count("SMS senden abgebrochen: Di, 10.03. 12:00 von office-user (Tagesliste") == 1
    assert "SMS senden abgebrochen" not in check_page(client.get("/protokoll?art=manual"))


def test_outside_the_window_the_next_opening_is_offered(
    office: Calendar, sign_in: SignIn, at: Clock
) -> None:  # C15
    customer(1)
    at.moment = moment("10.03. 21:30")
    client = sign_in("office")
    list_id = opened(client)
    page = check_page(client.get(f"/sms/{list_id}"))
    assert "um 08:00 senden …" in page and "Jetzt ist keine Sendezeit" in page
    asked = check_page(client.post(f"/sms/{list_id}/senden", data=typed(page, was="alle")))
    assert "Am Mi, 11.03. 08:00 senden?" in asked and "Um 08:00 senden" in asked
    answer = client.post(f"/sms/{list_id}/senden", data=typed(page, ja=yes_of(asked)))
    assert "Geht am Mi, 11.03. 08:00 hinaus." in check_page(client.get(answer.location))
    assert db.session.scalars(db.select(Message.due_at)).one() == moment("11.03. 08:00")


def test_failure_18_double_click_reload_and_back_are_one_send(office: Calendar, sign_in: SignIn) -> None:
    customer(1)
    customer(2)
    client = sign_in("office", login="eva")
    list_id = opened(client)
    page = check_page(client.get(f"/sms/{list_id}"))
    yes = yes_of(check_page(client.post(f"/sms/{list_id}/senden", data=typed(page, was="alle"))))
    for _ in range(3):
        answer = client.post(f"/sms/{list_id}/senden", data=typed(page, ja=yes))
        assert answer.location == "/sms/sendung/1"
    assert "Schon gesendet: heute 12:00 von eva." in check_page(client.get("/sms/sendung/1"))
    assert client.post(f"/sms/{list_id}/senden", data=typed(page, was="alle")).location == "/sms/sendung/1"
    assert client.post(f"/sms/{list_id}", data=typed(page, tun="leeren")).location == "/sms/sendung/1"
    gone = client.post(f"/sms/{list_id}/senden", data=typed(page, was="alle"), headers=HX)
    assert (gone.status_code, gone.headers["HX-Redirect"]) == (204, "/sms/sendung/1")
    assert "Diese Liste wurde schon gesendet: heute 12:00 von eva." in check_page(
        client.get(f"/sms/{list_id}")
    )
    assert len(messages()) == 2


def test_failure_18_somebody_else_with_the_same_list_is_told_who_sent_it(
    office: Calendar, sign_in: SignIn, at: Clock
) -> None:
    customer(1)
    customer(2)
    eva, paul = sign_in("office", login="eva"), sign_in("office", login="paul")
    first, second = opened(eva), opened(paul)
    page = check_page(eva.get(f"/sms/{first}"))
    other = check_page(paul.get(f"/sms/{second}"))
    yes = yes_of(check_page(eva.post(f"/sms/{first}/senden", data=typed(page, was="alle"))))
    late = yes_of(check_page(paul.post(f"/sms/{second}/senden", data=typed(other, was="alle"))))
    eva.post(f"/sms/{first}/senden", data=typed(page, ja=yes))
    at.moment = NOON + timedelta(minutes=5)
    answer = paul.post(f"/sms/{second}/senden", data=typed(other, ja=late))
    html = check_page(answer, 422)
    assert "haben diesen Text heute schon (Eva Kunde1, Eva Kunde2): heute 12:00 von eva." in html
    assert len(messages()) == 2


def test_a_question_that_is_no_longer_true_is_asked_again(office: Calendar, sign_in: SignIn) -> None:
    customer(1)
    customer(2)
    client = sign_in("office")
    list_id = opened(client)
    page = check_page(client.get(f"/sms/{list_id}"))
    yes = yes_of(check_page(client.post(f"/sms/{list_id}/senden", data=typed(page, was="alle"))))
    builders.consent("+436641000002", granted=False)
    html = check_page(client.post(f"/sms/{list_id}/senden", data=typed(page, ja=yes)), 409)
    assert "Inzwischen hat sich etwas geändert." in html and "1 Empfänger, 1 SMS." in html
    assert messages() == []
    client.post(f"/sms/{list_id}/senden", data=typed(page, ja=yes_of(html)))
    assert messages() == ["Eva Kunde1 planned"]


def test_who_cannot_be_told_is_named_before_somebody_says_yes(office: Calendar, sign_in: SignIn) -> None:
    customer(1)
    customer(2)
    db.session.get_one(Appointment, 2).all_day = True
    db.session.commit()
    client = sign_in("office")
    list_id = opened(client)
    page = check_page(client.get(f"/sms/{list_id}"))
    asked = check_page(client.post(f"/sms/{list_id}/senden", data=typed(page, was="alle")))
    assert "1 ohne Nachricht (Eva Kunde2): Im Text ist #Uhrzeit nicht zu füllen." in asked


def test_mail_goes_the_same_way_with_a_subject(office: Calendar, sign_in: SignIn) -> None:
    builders.gateway("Mail", kind="smtp", base_url="smtp://127.0.0.1:1")
    customer(1, emails=["eva@example.at"])
    client = sign_in("office")
    list_id = opened(client)
    page = check_page(client.get(f"/sms/{list_id}"))
    html = check_page(client.post(f"/sms/{list_id}", data=typed(page, weg="email", tun="anzeigen")))
    assert "eva@example.at" in html
    data = {"weg": "email", "subject": "Zum #Datum"}
    asked = check_page(client.post(f"/sms/{list_id}/senden", data=typed(html, **data, was="alle")))
    assert "1 Empfänger, 1 E-Mail. Jetzt senden?" in asked
    client.post(f"/sms/{list_id}/senden", data=typed(html, **data, ja=yes_of(asked)))
    row = db.session.scalars(db.select(Message)).one()
    assert (row.channel, row.recipient) == ("email", "eva@example.at")
