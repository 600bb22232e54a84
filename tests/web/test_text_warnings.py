"""What the editor and the manual window say before a text is kept that should not say this."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from kehr.models import Company, Gateway, Message, MessageRule, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.manual_window import customer, opened, typed, yes_of
from tests.web.page_checks import check_page

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def link(app: Flask, at: Clock) -> Gateway:
    """An office at LINK whose sender is a name; it hears nothing."""
    builders.company()
    gateway = builders.gateway(
        "LINK", kind="linkmobility", senders=[{"address": "KEHRER", "type": "alphanumeric"}]
    )
    builders.branch(sms_gateway_id=gateway.id, sender="KEHRER")
    builders.calendar(branch_id=1)
    return gateway


def hears() -> None:
    """The branch gets a number, and the gateway an address at which it brings replies."""
    gateway = db.session.get_one(Gateway, 1)
    gateway.senders = [{"address": "+43720111222", "type": "international"}]
    gateway.hook_secret = "h" * 32
    db.session.get_one(Company, 1).public_url = "https://k.example.at"
    db.session.execute(db.text("UPDATE branches SET sender = '+43720111222'"))
    db.session.commit()


def edited(row: MessageRule, text: str, **changes: Any) -> dict[str, Any]:
    data = {"active": "y", "channel": "sms", "days": "2", "at": "17:00", "text": text, "subject": ""}
    return data | changes


def seen_of(html: str) -> str:
    found = re.search(r'name="gesehen" value="(\w+)"', html)
    assert found, html[:3000]
    return found[1]


# C11, C23, C24
@pytest.mark.parametrize(
    ("kind", "text", "words", "says"),
    [
        ("reminder", "Wir kommen morgen", "»morgen«", "Nehmen Sie #Tagwort"),
        ("reminder", "Termin am #Datum. Antworten Sie bitte!", "»Antworten Sie«", "kann niemand antworten"),
        ("confirmation", "Am #Datum. 10 % Rabatt!", "»10 % Rabatt«", "klingt nach Werbung"),
        ("feedback", "Zufrieden? Ihre Antwort hilft.", "»Ihre Antwort«", "kann niemand antworten"),
    ],
)
def test_such_a_text_is_kept_only_after_somebody_has_seen_it(
    link: Gateway, sign_in: SignIn, kind: str, text: str, words: str, says: str
) -> None:
    row = builders.rule(kind, text="Alt")
    client = sign_in("office")
    html = check_page(client.post(f"/nachrichten/{row.id}", data=edited(row, text)), 422)
    assert "Noch nichts gespeichert" in html and words in html and says in html
    assert "Trotzdem speichern" in html and text.replace("#", "#") in html
    db.session.refresh(row)
    assert row.text == "Alt"
    answer = client.post(f"/nachrichten/{row.id}", data=edited(row, text, gesehen=seen_of(html)))
    assert answer.status_code == 302
    db.session.refresh(row)
    assert row.text == text


def test_what_was_seen_counts_for_these_words_only(link: Gateway, sign_in: SignIn) -> None:
    row = builders.rule(text="Alt")
    client = sign_in("office")
    html = check_page(client.post(f"/nachrichten/{row.id}", data=edited(row, "Wir kommen morgen")), 422)
    other = edited(row, "Wir kommen heute, gratis!", gesehen=seen_of(html))
    html = check_page(client.post(f"/nachrichten/{row.id}", data=other), 422)
    assert "»Gratis«" in html or "»gratis«" in html
    db.session.refresh(row)
    assert row.text == "Alt"


@pytest.mark.parametrize(
    ("kind", "channel", "text"),
    [
        ("reminder", "sms", "Am #Datum um #Uhrzeit. Fragen: #Telefon"),
        ("reminder", "email", "Antworten Sie einfach auf diese Nachricht."),
        ("feedback", "email", "Empfehlen Sie uns weiter! Rabatt für Sie."),
    ],
)
def test_what_is_well_is_kept_at_once(
    link: Gateway, sign_in: SignIn, kind: str, channel: str, text: str
) -> None:
    row = builders.rule(kind, text="Alt")
    answer = sign_in("office").post(f"/nachrichten/{row.id}", data=edited(row, text, channel=channel))
    assert answer.status_code == 302


# C23
def test_where_answers_are_heard_a_text_may_ask_for_one(link: Gateway, sign_in: SignIn) -> None:
    hears()
    row = builders.rule(text="Alt")
    answer = sign_in("office").post(f"/nachrichten/{row.id}", data=edited(row, "Passt das? Bitte um Antwort"))
    assert answer.status_code == 302


# C23, C24
def test_the_preview_says_it_while_somebody_types(link: Gateway, sign_in: SignIn) -> None:
    data = edited(builders.rule(), "Antworten Sie! Gratis Beratung") | {"art": "reminder", "fuer": ""}
    html = sign_in("office").post("/nachrichten/vorschau", data=data, headers=FRAGMENT).text
    assert "»Antworten Sie«" in html and "»Gratis«" in html


# B40
def test_the_follow_up_is_refused_where_nobody_hears_an_answer(link: Gateway, sign_in: SignIn) -> None:
    row = builders.rule("followup", active=False, active_since=None, text="Waren Sie zufrieden?")
    client = sign_in("office")
    page = check_page(client.get(f"/nachrichten/{row.id}"))
    assert "Hier geht die Nachfrage nicht" in page and "»KEHRER«" in page
    html = check_page(client.post(f"/nachrichten/{row.id}", data=edited(row, "Waren Sie zufrieden?")), 422)
    assert "Die Nachfrage braucht Antworten" in html and "Auf den Absender »KEHRER«" in html
    db.session.refresh(row)
    assert not row.active
    hears()
    answer = client.post(f"/nachrichten/{row.id}", data=edited(row, "Waren Sie zufrieden?"))
    assert answer.status_code == 302
    db.session.refresh(row)
    assert row.active and row.channel == "sms"


# B40, B11: what one sender may ask, another may not
def test_an_own_follow_up_stays_off_where_nobody_hears_an_answer(link: Gateway, sign_in: SignIn) -> None:
    hears()
    builders.rule("followup", text="Waren Sie zufrieden?")
    deaf = builders.branch("Wels", sms_gateway_id=link.id, sender="KEHRER")
    hearing = builders.branch("Enns", sms_gateway_id=link.id)
    client = sign_in("office")
    for branch, active in ((deaf, False), (hearing, True)):
        path = "/nachrichten/followup/eigene"
        answer = client.post(path, data={"fuer": f"filiale-{branch.id}"})
        page = check_page(client.get(answer.headers["Location"]))
        assert ("Hier geht die Nachfrage nicht" in page) is not active
        row = db.session.scalars(select(MessageRule).where(MessageRule.branch_id == branch.id)).one()
        assert row.active is active


@pytest.mark.parametrize("channel", ["email", "both"])
def test_the_follow_up_goes_by_sms_only(link: Gateway, sign_in: SignIn, channel: str) -> None:
    hears()
    row = builders.rule("followup", active=False, active_since=None, text="Alt")
    client = sign_in("office")
    assert 'value="both"' not in check_page(client.get(f"/nachrichten/{row.id}"))
    html = check_page(client.post(f"/nachrichten/{row.id}", data=edited(row, "Neu", channel=channel)), 422)
    assert "nur per SMS" in html


# C23, C24
def test_the_manual_window_says_it_beside_the_text_and_in_the_question(
    link: Gateway, sign_in: SignIn
) -> None:
    customer(1)
    client = sign_in("office")
    list_id = opened(client)
    page = check_page(client.get(f"/sms/{list_id}"))
    data = typed(page, text="Am #Datum. Antworten Sie mit JA. Jetzt buchen!", filiale="1")
    reads = client.post(f"/sms/{list_id}/vorschau", data=data, headers=FRAGMENT).text
    assert "»Antworten Sie" in reads and "»Jetzt buchen«" in reads
    asked = check_page(client.post(f"/sms/{list_id}/senden", data=data | {"was": "alle"}))
    assert "kann niemand antworten" in asked and "klingt nach Werbung" in asked
    client.post(f"/sms/{list_id}/senden", data=data | {"ja": yes_of(asked)})
    assert db.session.scalars(db.select(Message)).one().due_at == NOON
