"""Posteingang: who answered what, what is work, and what becomes of it (C25)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from kehr.actions.hear.keep_reply import keep_reply
from kehr.actions.hear.list_replies import PAGE
from kehr.actions.plan.plan_messages import plan_messages
from kehr.gateways.contract import IncomingReply
from kehr.models import Consent, ManualEntry, ManualList, Message, Property, Reply, db, writing
from tests import builders
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page

KARL, IDA = "+436641000001", "+436641000002"
SOON = NOON + timedelta(days=2)


@pytest.fixture
def house(app: Flask, at: Clock) -> Property:
    """Karl at A110010, who was reminded yesterday of an appointment in two days."""
    builders.company()
    builders.branch(sms_gateway_id=builders.gateway().id)
    house = builders.house()
    karl = builders.person(house, first_name="Karl", phones=["0664 1000001"])
    builders.consent(KARL)
    row = builders.appointment(
        builders.calendar(consent="customer"), SOON, property_id=house.id, person_id=karl.id
    )
    yesterday = NOON - timedelta(days=1)
    builders.message(
        row,
        builders.rule(),
        state="accepted",
        text="Erinnerung: übermorgen um 12:00 kommt der Rauchfangkehrer.",
        property_id=house.id,
        person_id=karl.id,
        property_number="A110010",
        claimed_at=yesterday,
        sent_at=yesterday,
    )
    return house


def answered(text: str, **values: object) -> Reply:
    """What Karl answers to his reminder."""
    message = db.session.scalars(select(Message)).first()
    assert message is not None
    about = {"message_id": message.id, "appointment_id": message.appointment_id}
    whom = {"person_id": message.person_id, "property_id": message.property_id}
    return builders.reply(text, **about | whom | values)


# C25
def test_both_sides_of_a_conversation_stand_in_order_with_appointment_and_object(
    house: Property, sign_in: SignIn
) -> None:
    reply = answered("Geht es auch um 11?")
    html = check_page(sign_in("reader").get("/posteingang"))
    ours, theirs = html.index("übermorgen um 12:00 kommt"), html.rindex("Geht es auch um 11?")
    assert ours < theirs
    assert f"/termine/{reply.appointment_id}" in html and f"/objekte/{house.id}" in html
    assert 'href="tel:+436641000001"' in html and "zugestimmt" in html
    assert "vom Gateway angenommen" in html


def test_who_only_reads_has_no_buttons_and_may_settle_nothing(house: Property, sign_in: SignIn) -> None:
    reply = answered("Geht es auch um 11?")
    client = sign_in("reader")
    html = check_page(client.get("/posteingang"))
    assert 'value="erledigt"' not in html and "Antworten" not in html
    for path in ("/posteingang", f"/posteingang/{reply.id}"):
        assert client.post(path, data={"tun": "erledigt", "antwort": reply.id}).status_code == 403
    db.session.refresh(reply)
    assert reply.state == "open"


def test_open_conversations_come_first_the_longest_waiting_on_top(house: Property, sign_in: SignIn) -> None:
    builders.reply("Danke", address=IDA, name="Ida Danke", said_at=NOON)
    builders.reply("Wann genau?", address="+436641000003", name="Franz Später", said_at=NOON)
    answered("Geht es auch um 11?")
    html = check_page(sign_in("office").get("/posteingang"))
    places = [html.index(f"<b>{name}</b>") for name in ("Karl Mustermann", "Franz Später", "Ida Danke")]
    assert places == sorted(places)
    only = check_page(sign_in("office", "zwei").get("/posteingang?gruppe=offen"))
    assert "Ida Danke" not in only and "Franz Später" in only


# C25
def test_the_menu_and_the_start_page_say_how_many_wait(house: Property, sign_in: SignIn) -> None:
    client = sign_in("office")
    assert "/posteingang" in check_page(client.get("/heute")) and "Antwort" not in client.get("/heute").text
    answered("Geht es auch um 11?")
    answered("Oder um 12?")
    builders.reply("Danke", address=IDA)
    html = check_page(client.get("/heute"))
    menu = html[html.index('href="/posteingang"') :]
    assert '<span class="count"' in menu[:300] and ">1</span>" in menu[:300]
    assert "Karl Mustermann" in html and "Geht es auch um 11?" in html
    builders.reply("Wer ist da?", address=IDA, name="Ida Huber")
    assert "2 Personen warten auf eine Antwort" in check_page(client.get("/heute"))


@pytest.mark.parametrize(
    ("deed", "state", "says"),
    [
        ("erledigt", "done", "2 Antworten sind erledigt."),
        ("zurueckrufen", "call_back", "Vorgemerkt zum Zurückrufen."),
    ],
)
def test_one_click_settles_all_of_a_conversation_so_far(
    house: Property, sign_in: SignIn, at: Clock, deed: str, state: str, says: str
) -> None:
    first, last = answered("Geht es auch um 11?"), answered("Oder um 12?")
    late = answered("Oder gar nicht?")
    client = sign_in("office", "anna")
    answer = client.post(f"/posteingang/{last.id}", data={"tun": deed}, follow_redirects=True)
    assert says in check_page(answer)
    for row in (first, last, late):
        db.session.refresh(row)
    assert (first.state, last.state, late.state) == (state, state, "open")
    assert last.done_by == "anna"
    assert last.done_at == (at.moment if deed == "erledigt" else None)


def test_to_be_called_back_stays_open_with_the_number_big(house: Property, sign_in: SignIn) -> None:
    # C25
    reply = answered("Bitte um Rückruf")
    client = sign_in("office", "anna")
    client.post(f"/posteingang/{reply.id}", data={"tun": "zurueckrufen"})
    html = check_page(client.get("/posteingang?gruppe=offen"))
    assert "talk-number big" in html and "vorgemerkt von anna" in html
    client.post(f"/posteingang/{reply.id}", data={"tun": "erledigt"})
    html = check_page(client.get("/posteingang?gruppe=offen"))
    assert "talk-number big" not in html and "Nichts offen" in html


def test_only_one_of_several_may_be_done_and_be_opened_again(house: Property, sign_in: SignIn) -> None:
    first, last = answered("Geht es auch um 11?"), answered("Und was kostet es?")
    client = sign_in("office")
    client.post(f"/posteingang/{last.id}", data={"tun": "erledigt", "einzeln": "1"})
    db.session.refresh(first)
    db.session.refresh(last)
    assert (first.state, last.state) == ("open", "done")
    client.post(f"/posteingang/{last.id}", data={"tun": "offen"})
    db.session.refresh(last)
    assert (last.state, last.done_by, last.done_at) == ("open", "", None)


def test_several_conversations_are_settled_at_once(house: Property, sign_in: SignIn) -> None:
    one, other = answered("Geht es auch um 11?"), builders.reply("Wer da?", address=IDA)
    third = builders.reply("Hallo", address="+436641000003")
    client = sign_in("office")
    html = check_page(client.get("/posteingang"))
    assert html.count('name="antwort"') == 3
    answer = client.post("/posteingang", data={"tun": "erledigt", "antwort": [one.id, other.id]})
    assert answer.status_code == 302
    states = {
        row.id: row.state
        for row in db.session.scalars(select(Reply).execution_options(populate_existing=True))
    }
    assert states == {one.id: "done", other.id: "done", third.id: "open"}


@pytest.mark.parametrize(
    ("path", "data", "status", "says"),
    [
        ("/posteingang", {"tun": "erledigt"}, 302, "Haken Sie zuerst an"),
        ("/posteingang", {"tun": "erledigt", "antwort": "x"}, 302, "Haken Sie zuerst an"),
        ("/posteingang", {"tun": "erledigt", "antwort": "999"}, 302, "schon erledigt"),
        ("/posteingang", {"tun": "löschen", "antwort": "1"}, 400, ""),
        ("/posteingang", {"antwort": "1"}, 400, ""),
        ("/posteingang/999", {"tun": "erledigt"}, 404, ""),
        ("/posteingang/1", {"tun": "answered"}, 400, ""),
        ("/posteingang/1", {}, 400, ""),
    ],
)
def test_what_makes_no_sense_changes_nothing(
    house: Property, sign_in: SignIn, path: str, data: dict[str, str], status: int, says: str
) -> None:
    reply = answered("Geht es auch um 11?")
    client = sign_in("office")
    answer = client.post(path, data=data)
    assert answer.status_code == status
    if says:
        assert says in check_page(client.get("/posteingang"))
    db.session.refresh(reply)
    assert reply.state == "open"


@pytest.mark.parametrize(
    "query", ["seite=0", "seite=-3", "seite=x", "seite=999", "gruppe=quatsch", "suche=%25"]
)
def test_any_address_shows_a_page(house: Property, sign_in: SignIn, query: str) -> None:
    answered("Geht es auch um 11?")
    check_page(sign_in("office").get(f"/posteingang?{query}"))


def test_a_conversation_that_is_not_there_is_404(house: Property, sign_in: SignIn) -> None:
    assert sign_in("reader").get("/posteingang/4711").status_code == 404


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("karl", True),
        ("0664 1000001", True),
        ("+43 664 100", True),
        ("a110010", True),
        ("um 11", True),
        ("Huber", False),
        ("0699", False),
        ("100%", False),
        ("_", False),
    ],
)
def test_the_search_finds_name_number_object_and_words(
    house: Property, sign_in: SignIn, search: str, found: bool
) -> None:
    answered("Geht es auch um 11?")
    html = check_page(sign_in("office").get("/posteingang", query_string={"suche": search}))
    assert ("Karl Mustermann" in html) is found
    assert ("Dazu ist nichts zu finden" in html) is not found


def test_a_long_inbox_has_pages(house: Property, sign_in: SignIn) -> None:
    for number in range(PAGE + 3):
        builders.reply("Wann?", address=f"+4366420000{number:02}", name=f"Person {number:02}")
    client = sign_in("office")
    first, second = (client.get(f"/posteingang?seite={number}") for number in (1, 2))
    assert check_page(first).count('class="talk-top"') == PAGE
    assert check_page(second).count('class="talk-top"') == 3


# C25
def test_a_stop_ends_everything_says_so_and_only_a_new_consent_undoes_it(
    house: Property, sign_in: SignIn, at: Clock
) -> None:
    builders.rule("reminder", days=1)
    plan_messages(at.moment)
    planned = select(Message).where(Message.state == "planned")
    before = len(db.session.scalars(planned).all())
    assert before
    gateway_id = db.session.scalars(select(Property.id)).first() and 1
    with writing() as session:
        incoming = IncomingReply("e1", KARL, "+43720111222", "Bitte STOP. Danke", at.moment)
        keep_reply(session, gateway_id, incoming, at.moment)
    plan_messages(at.moment)
    assert db.session.scalars(planned).all() == []
    row = db.session.scalars(select(Consent).order_by(Consent.id.desc())).first()
    assert row is not None and (row.granted, row.source, row.address) == (False, "reply", KARL)
    client = sign_in("office")
    html = check_page(client.get("/posteingang"))
    assert "widerrufen" in html and f"{before} geplante Nachricht" in html
    assert "/einwilligung/" in html and "Wieder öffnen" not in html
    assert "Per SMS antworten geht nicht mehr" in html and 'name="an"' not in html
    assert "Nichts offen" in check_page(client.get("/posteingang?gruppe=offen"))
    builders.consent(KARL)
    assert "Inzwischen liegt eine neue vor" in check_page(client.get("/posteingang"))


# C25
def test_answering_opens_the_manual_window_for_this_number_only(house: Property, sign_in: SignIn) -> None:
    karl = house.people[0]
    db.session.add(builders._address("phone", 2, "0664 1000009"))
    db.session.rollback()
    reply = answered("Geht es auch um 11?")
    client = sign_in("office")
    html = check_page(client.get("/posteingang"))
    assert f'name="person" value="{karl.id}"' in html and f'name="an" value="{KARL}"' in html
    answer = client.post("/sms/oeffnen", data={"person": karl.id, "an": KARL, "titel": "Antwort"})
    window = check_page(client.get(answer.headers["Location"]))
    assert "0664 1000001" in window
    entry = db.session.scalars(select(ManualEntry)).one()
    assert entry.person_id == karl.id
    db.session.refresh(reply)
    assert reply.state == "open", "it is answered when something was sent"


# C25
def test_what_was_sent_to_one_number_answers_its_replies(house: Property, sign_in: SignIn, at: Clock) -> None:
    reply = answered("Geht es auch um 11?")
    other = builders.reply("Wann?", address=IDA, name="Ida")
    client = sign_in("office", "anna")
    client.post("/sms/oeffnen", data={"person": house.people[0].id, "an": KARL})
    (row,) = db.session.scalars(select(ManualList)).all()
    (entry,) = row.entries
    data = {
        "text": "Ja, um 11 passt.",
        "wen": entry.id,
        "an": entry.id,
        "zeile": entry.id,
        "nummern": "einzeln",
    }
    data |= {"einzeln_gezeigt": "1", "nummer": f"{entry.id}:{KARL}", "was": "alle", "nummern": "single"}
    asked = client.post(f"/sms/{row.id}/senden", data=data)
    html = asked.get_data(as_text=True)
    stamp = html.split('value="alle:')[1].split('"')[0]
    client.post(f"/sms/{row.id}/senden", data=data | {"ja": f"alle:{stamp}"})
    db.session.refresh(reply)
    db.session.refresh(other)
    assert (reply.state, reply.done_by, other.state) == ("answered", "anna", "open")
    assert "beantwortet" in check_page(client.get(f"/posteingang/{reply.id}"))


def test_an_unknown_number_cannot_be_answered_and_says_so(house: Property, sign_in: SignIn) -> None:
    builders.reply("Wer ist das?", address="+436649999999", name="")
    html = check_page(sign_in("office").get("/posteingang"))
    assert "Unbekannte Nummer" in html and "weil diese Nummer bei niemandem steht" in html
    assert 'name="an"' not in html


def test_a_stop_of_an_unknown_number_is_work_and_says_why(house: Property, sign_in: SignIn) -> None:
    """Somebody answers from his other phone: the number that gets the messages is still in use."""
    with writing() as session:
        keep_reply(session, 1, IncomingReply("r-1", "0664 9999999", "", "STOP", NOON), NOON)
    html = check_page(sign_in("office").get("/posteingang?gruppe=offen"))
    assert "das STOP hält also nichts zurück" in html and 'value="erledigt"' in html


def test_who_stands_only_in_the_calendar_is_answered_by_the_appointment(
    house: Property, sign_in: SignIn
) -> None:
    row = builders.appointment(
        builders.calendar("Zweiter"),
        SOON,
        phones=[{"e164": IDA, "type": "mobile", "country": "AT", "typed": "0664 1000002"}],
        name="Ida",
    )
    builders.reply("Wann?", address=IDA, name="Ida", appointment_id=row.id)
    html = check_page(sign_in("office").get("/posteingang"))
    assert f'name="termin" value="{row.id}"' in html


def test_an_empty_inbox_says_what_fills_it(app: Flask, at: Clock, sign_in: SignIn) -> None:
    builders.company()
    html = check_page(sign_in("admin").get("/posteingang"))
    assert "Noch keine Antwort" in html and "/gateways" in html


def test_words_of_customers_never_become_markup(house: Property, sign_in: SignIn) -> None:
    answered("<script>alert(1)</script> & <b>fett</b>")
    html = check_page(sign_in("office").get("/posteingang"))
    assert "<script>alert" not in html and "&lt;script&gt;" in html


# C25
def test_replies_stand_at_the_object_and_in_the_window_of_the_message(
    house: Property, sign_in: SignIn
) -> None:
    reply = answered("Geht es auch um 11?")
    client = sign_in("reader")
    for path in (f"/objekte/{house.id}", f"/nachricht/{reply.message_id}"):
        html = check_page(client.get(path))
        assert "Geht es auch um 11?" in html and f"/posteingang/{reply.id}" in html


def test_replies_of_long_ago_stay_short_where_they_are_many(house: Property, sign_in: SignIn) -> None:
    start: datetime = NOON - timedelta(days=300)
    for day in range(120):
        answered(f"Antwort {day}", said_at=start + timedelta(days=day), state="done")
    html = check_page(sign_in("reader").get("/posteingang"))
    assert "Antwort 119" in html and "Antwort 3<" not in html
