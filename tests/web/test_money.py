"""Guthaben, Nachbestellen, Kosten and Kontingent on the screens (A24, A52, B12)."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from kehr.actions.facts.raise_alarm import open_alarm
from kehr.actions.money.watch_meters import watch_meters
from kehr.models import Company, Gateway, Message, TopUp, db, writing
from tests import builders
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page


@pytest.fixture
def office(app: Flask, at: Clock) -> dict[str, Any]:
    builders.company()
    builders.gateway("LINK", kind="linkmobility", price=770)
    builders.gateway("Post", kind="smtp", base_url="smtp://mail.example.at:587")
    return {"calendar": builders.calendar(), "rule": builders.rule()}


def sent(office: dict[str, Any], number: int = 1, **values: Any) -> Message:
    row = builders.appointment(office["calendar"], NOON + timedelta(days=1), uid=str(number))
    defaults = {"state": "accepted", "parts": 1, "gateway_id": 1, "claimed_at": NOON, "sent_at": NOON}
    message = builders.message(
        row, office["rule"], recipient=f"+43664{number:07}", due_at=NOON, **defaults | values
    )
    assert isinstance(message, Message)
    return message


def counter() -> int | None:
    db.session.expire_all()
    return db.session.get_one(Gateway, 1).counter


def test_the_list_of_gateways_shows_what_is_left(office: dict[str, Any], sign_in: SignIn) -> None:  # A52
    client = sign_in("office")
    assert "Guthaben führen" in check_page(client.get("/gateways"))
    row = db.session.get_one(Gateway, 1)
    row.counter, row.balance, row.balance_at = 1204, 467_480, NOON
    db.session.commit()
    html = check_page(client.get("/gateways"))
    assert "1.204" in html and "46,75\xa0€" in html and "Nachbestellen" in html
    row = db.session.get_one(Gateway, 1)
    row.counter = 0
    db.session.commit()
    assert "Guthaben aufgebraucht: Weitere SMS warten." in check_page(client.get("/gateways"))


def test_an_order_is_there_at_once_and_says_who_and_when(
    office: dict[str, Any], sign_in: SignIn
) -> None:  # A52
    client = sign_in("office")
    html = check_page(client.get("/gateways/1/guthaben"))
    assert "Dieses Gateway sagt nicht, wie viel übrig ist" in html and "https://app.websms.com" in html
    answer = client.post("/gateways/1/guthaben", data={"count": "100", "note": "Gratis zum Anfang"})
    assert answer.headers["Location"] == "/gateways/1/guthaben"
    assert counter() == 100
    html = check_page(client.get("/gateways/1/guthaben"))
    assert "Jetzt sind 100 SMS übrig." in html and "Gratis zum Anfang" in html and "office-user" in html


@pytest.mark.parametrize(
    ("count", "note", "words"),
    [
        ("", "", "ganze Zahl stehen"),
        ("viele", "", "ganze Zahl stehen"),
        ("-3", "", "ganze Zahl stehen"),
        ("1,5", "", "ganze Zahl stehen"),
        ("0", "", "Mindestens 1 SMS"),
        ("1000001", "", "höchstens 1.000.000 SMS"),
        ("100", "n" * 201, "Die Notiz ist zu lang"),
    ],
)
def test_a_bad_order_is_refused_with_a_sentence_and_stays_in_the_form(
    count: str, note: str, words: str, office: dict[str, Any], sign_in: SignIn
) -> None:
    data = {"count": count, "note": note or "bleibt da"}
    html = check_page(sign_in("office").post("/gateways/1/guthaben", data=data), 422)
    assert words in html and (note or "bleibt da") in html
    assert counter() is None and db.session.query(TopUp).count() == 0


def test_counting_is_ended_by_the_admin_only(office: dict[str, Any], sign_in: SignIn) -> None:
    db.session.get_one(Gateway, 1).counter = 5
    db.session.commit()
    assert sign_in("office").post("/gateways/1/guthaben/ende").status_code == 403
    sign_in("admin").post("/gateways/1/guthaben/ende")
    assert counter() is None


def test_a_used_up_quota_stands_on_the_start_page_with_its_sentence(  # A24
    office: dict[str, Any], sign_in: SignIn
) -> None:
    db.session.get_one(Company, 1).monthly_quota = 2
    db.session.commit()
    for number in range(2):
        sent(office, number)
    watch_meters(NOON)
    client = sign_in("reader")
    html = check_page(client.get("/heute"))
    assert "Das Kontingent von 2 SMS für März ist aufgebraucht." in html
    assert "SMS warten: Kontingent aufgebraucht" in html and 'href="/kosten"' in html
    assert "aufgebraucht, weitere warten" in check_page(client.get("/kosten"))
    client.set_cookie("sprache", "en")
    assert "quota of 2 SMS for March is used up" in check_page(client.get("/heute"))


def test_a_nearly_used_quota_warns_in_amber(office: dict[str, Any], sign_in: SignIn) -> None:  # A24
    db.session.get_one(Company, 1).monthly_quota = 5
    db.session.commit()
    for number in range(4):
        sent(office, number)
    watch_meters(NOON)
    html = check_page(sign_in("reader").get("/heute"))
    assert "Das Kontingent ist bald aufgebraucht" in html
    assert "Vom Kontingent von 5 SMS für März sind 4 verbraucht." in html


def test_an_empty_counter_leads_from_the_start_page_to_the_order(  # A52
    office: dict[str, Any], sign_in: SignIn
) -> None:
    db.session.get_one(Gateway, 1).counter = 0
    db.session.commit()
    with writing() as session:
        args = {"gateway": "LINK", "count": 0, "needs": 1}
        open_alarm(session, "counter:1", "counter_empty", args, NOON)
    client = sign_in("office")
    html = check_page(client.get("/heute"))
    assert "SMS warten: Guthaben aufgebraucht" in html and 'href="/gateways/1/guthaben"' in html
    client.post("/gateways/1/guthaben", data={"count": "10", "note": ""})
    assert "SMS warten" not in check_page(client.get("/heute"))


def test_a_quota_s_end_stands_on_the_page_of_gateways_too(
    office: dict[str, Any], sign_in: SignIn
) -> None:  # A24
    db.session.get_one(Company, 1).monthly_quota = 1
    db.session.commit()
    sent(office)
    html = check_page(sign_in("office").get("/gateways"))
    assert "Das Kontingent von 1 SMS für März ist aufgebraucht." in html


def test_costs_are_shown_printed_and_saved_by_branch_and_calendar(  # A24, B12
    office: dict[str, Any], sign_in: SignIn
) -> None:
    sent(office, 1, branch_name="Steyr", cost_center="4711", price=12_345, calendar_name="Kehrplan Steyr")
    sent(office, 2, branch_name="Linz", cost_center="=1+1", parts=2)
    sent(office, 3, claimed_at=NOON - timedelta(days=20), price=99_000)
    client = sign_in("reader")
    html = check_page(client.get("/kosten"))
    assert "1,23\xa0€" in html and "0,15\xa0€" in html and "4711" in html and "März 2026" in html
    assert "9,90\xa0€" in check_page(client.get("/kosten?monat=2026-02"))
    assert "In diesem Monat ist nichts hinausgegangen" in check_page(client.get("/kosten?monat=2025-01"))
    assert "1,23\xa0€" in check_page(client.get("/kosten?monat=unsinn"))
    paper = check_page(client.get("/kosten/druck?monat=2026-03"))
    assert "Kosten im März 2026" in paper and "1,39\xa0€" in paper
    answer = client.get("/kosten.csv?monat=2026-03")
    assert (
        answer.data.startswith(b"\xef\xbb\xbf")
        and "kosten-2026-03.csv" in answer.headers["Content-Disposition"]
    )
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert rows[1] == ["Linz", "'=1+1", "Kehrplan Steyr", "1", "2", "0", "0,154", "0"]
    assert rows[2] == ["Steyr", "4711", "Kehrplan Steyr", "1", "1", "0", "1,2345", "0"]
    assert rows[3] == ["Summe", "", "", "2", "3", "0", "1,3885", "0"]


def test_costs_without_a_known_price_say_so(office: dict[str, Any], sign_in: SignIn) -> None:
    db.session.get_one(Gateway, 1).price = None
    sent(office, 1, parts=3)
    html = check_page(sign_in("reader").get("/kosten"))
    assert "Der Preis von 3 SMS ist nicht bekannt" in html


def test_the_log_filters_and_sums_by_cost_centre(office: dict[str, Any], sign_in: SignIn) -> None:  # B12
    sent(office, 1, branch_name="Steyr", cost_center="4711", recipient_name="Karl", price=770)
    sent(office, 2, branch_name="Linz", cost_center="4712", recipient_name="Edeltraud", parts=2)
    client = sign_in("reader")
    html = check_page(client.get("/protokoll"))
    assert "Karl" in html and "Edeltraud" in html and "Summen je Filiale" in html
    assert "0,08\xa0€" in html and "0,15\xa0€" in html
    html = check_page(client.get("/protokoll?kostenstelle=4711"))
    assert "Karl" in html and "Edeltraud" not in html
    paper = check_page(client.get("/protokoll/druck?kostenstelle=4712"))
    assert "Kostenstelle 4712" in paper and "Edeltraud" in paper and "Karl" not in paper and "4712" in paper


def test_a_message_s_window_tells_its_cost_and_cost_centre(office: dict[str, Any], sign_in: SignIn) -> None:
    told = sent(office, 1, price=745, cost_center="4711", branch_name="Steyr")
    guess = sent(office, 2, parts=2)
    client = sign_in("reader")
    html = check_page(client.get(f"/nachricht/{told.id}"))
    assert "0,0745\xa0€" in html and "4711" in html and "etwa" not in html
    assert "etwa 0,154\xa0€" in check_page(client.get(f"/nachricht/{guess.id}"))


def test_other_roles_and_missing_gateways(office: dict[str, Any], sign_in: SignIn) -> None:
    assert sign_in("reader").get("/gateways/1/guthaben").status_code == 403
    assert sign_in("office").get("/gateways/99/guthaben").status_code == 404
    assert sign_in("admin").post("/gateways/99/guthaben/ende").status_code == 404
