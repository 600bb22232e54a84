"""Termine: who is told, by day and week, and to which object an entry belongs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kehr.actions.people.match_appointments import match_coming
from kehr.actions.plan.plan_messages import plan_messages
from kehr.models import Appointment, MatchCorrection, Message, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page

THURSDAY = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)


@pytest.fixture
def office(app: Flask, at: Clock) -> None:
    """An object with an owner who agreed and two parties, one of whom did not; a reminder is on."""
    builders.company()
    builders.gateway()
    builders.rule()
    house = builders.house()
    builders.person(house, "Mustermann", first_name="Karl", phones=["0664 1000001"])
    builders.person(house, "Šimić", first_name="Eva", unit="Top 1", phones=["0664 1000002"])
    builders.person(house, "Huber", first_name="Ida", unit="Top 2")
    builders.consent("+436641000001")
    calendar = builders.calendar(consent="customer")
    builders.appointment(
        calendar,
        THURSDAY,
        summary="A110010 Hauptkehrung Mustermann",
        object_number="A110010",
        work_kind="HK",
        phones=[],
        uid="mustermann",
    )
    match_coming(NOON)
    plan_messages(NOON)


@pytest.fixture
def client(office: None, sign_in: SignIn) -> FlaskClient:
    return sign_in("office")


def one(uid: str = "mustermann") -> Appointment:
    db.session.rollback()
    return db.session.scalars(db.select(Appointment).where(Appointment.uid == uid)).one()


def test_the_list_opens_on_the_next_day_with_appointments(client: FlaskClient) -> None:
    html = check_page(client.get("/termine"))
    assert "Donnerstag, 12.03.2026" in html and "10:00" in html
    assert "A110010" in html and "Redtenbachergasse 3, 4400 Steyr" in html
    assert "sicher: Nummer im Eintrag" in html


def test_every_party_has_a_sign_with_its_word_and_name(client: FlaskClient) -> None:  # A17, C10
    html = check_page(client.get("/termine"))
    for words in ("Karl Mustermann: geplant", "Eva Šimić: nicht vorgesehen", "Ida Huber: nichts"):
        assert f'title="{words}"' in html
    for words in ("1 geplant", "1 nicht vorgesehen", "1 nichts"):
        assert words in html


def test_the_window_says_for_each_party_what_it_gets_or_why_nothing(client: FlaskClient) -> None:  # A03
    html = check_page(client.get(f"/termine/{one().id}"))
    assert "Geht am Di, 10.03. 17:00 hinaus" in html
    assert "Für 0664 1000002 liegt keine Einwilligung vor" in html
    assert "Für Ida Huber ist weder eine Nummer noch eine E-Mail eingetragen" in html
    assert "A110010 Hauptkehrung Mustermann" in html
    fragment = client.get(f"/termine/{one().id}", headers={"HX-Request": "true"})
    assert "<html" not in fragment.text and "HX-Request" in fragment.headers["Vary"]


def test_the_kind_of_work_is_a_filter(client: FlaskClient) -> None:  # A01
    calendar = one().calendar
    builders.appointment(calendar, THURSDAY, summary="Kehrung Mayr", name="Maria Mayr", phones=[])
    assert "Maria Mayr" in client.get("/termine?tag=2026-03-12").text
    narrowed = check_page(client.get("/termine?tag=2026-03-12&art=HK"))
    assert "Maria Mayr" not in narrowed and "Mustermann" in narrowed
    assert "Maria Mayr" in client.get("/termine?tag=2026-03-12&art=unbekannt").text


def test_who_is_told_is_a_filter_and_trial_tells_nobody(client: FlaskClient) -> None:  # A03
    calendar = one().calendar
    builders.appointment(calendar, THURSDAY, summary="Kehrung Mayr", name="Maria Mayr", phones=[])
    nobody = check_page(client.get("/termine?tag=2026-03-12&stand=niemand"))
    assert "Maria Mayr" in nobody and "Hauptkehrung</span>" not in nobody
    not_all = check_page(client.get("/termine?tag=2026-03-12&stand=nicht-alle"))
    assert "Maria Mayr" in not_all and "Eva Šimić" in not_all
    message = db.session.scalars(db.select(Message).where(Message.state == "planned")).one()
    message.state, message.trial = "accepted", True
    db.session.commit()
    assert "Mustermann: Probe" in client.get("/termine?tag=2026-03-12&stand=niemand").text


def test_a_week_begins_on_monday_and_days_are_turned(client: FlaskClient) -> None:
    html = check_page(client.get("/termine?tag=2026-03-12&ansicht=woche"))
    assert "Montag, 09.03.2026 – Sonntag, 15.03.2026" in html
    assert "tag=2026-03-16&amp;ansicht=woche" in html
    assert "tag=2026-03-13" in client.get("/termine?tag=2026-03-12").text
    empty = check_page(client.get("/termine?tag=2026-05-01"))
    assert "steht mit diesen Filtern kein Termin" in empty


@pytest.mark.parametrize(
    "query", ["tag=gestern", "tag=0001-01-01", "tag=2026-13-40", "stand=x&ansicht=jahr", "art=%00"]
)
def test_unreadable_filters_show_the_usual_list(query: str, client: FlaskClient) -> None:
    assert "A110010" in check_page(client.get(f"/termine?{query}"))


def test_paper_says_who_is_told_without_colour(client: FlaskClient) -> None:
    html = check_page_of_paper(client.get("/termine/druck?tag=2026-03-12"))
    assert "Top 1, Eva Šimić: nicht vorgesehen" in html and "⊘" in html
    assert "Gedruckt am 10.03.2026" in html.replace("Di, ", "")


def check_page_of_paper(response) -> str:
    assert response.status_code == 200
    return response.get_data(as_text=True)


def test_what_moved_since_it_was_told_is_not_told(client: FlaskClient) -> None:
    message = db.session.scalars(db.select(Message).where(Message.state == "planned")).one()
    message.state, message.sent_at = "delivered", NOON
    row = one()
    db.session.merge(row).start = THURSDAY + timedelta(hours=2)
    message = db.session.merge(message)
    db.session.commit()
    assert "Karl Mustermann: zugestellt" not in client.get("/termine?tag=2026-03-12").text


# One click mends the object of an entry, and of those like it.


def second_house() -> int:
    house = builders.house("B7", street="Weg 1")
    builders.person(house, "Grüber", first_name="Anna", phones=["0676 1000004"])
    builders.person(house, "Öhlinger", unit="Top 9", phones=["0676 1000005"])
    return house.id


def test_another_object_is_found_by_search_and_remembered(client: FlaskClient) -> None:
    house_id = second_house()
    html = check_page(client.get(f"/termine/{one().id}/objekt?suche=Weg+1"))
    assert "B7 · Weg 1" in html and "ganzes Haus" in html and "Top 9, Öhlinger" in html
    answer = client.post(f"/termine/{one().id}/objekt", data={"gehoert": str(house_id)})
    assert answer.status_code == 302
    row = one()
    assert (row.property_id, row.person_id, row.match_by) == (house_id, None, "hand")
    assert db.session.scalars(db.select(MatchCorrection)).one().property_id == house_id
    said = check_page(client.get(f"/termine/{row.id}"))
    assert "Gemerkt: Einträge wie dieser gehören zu Objekt B7 (ganzes Haus)." in said
    assert "von Hand zugeordnet" in said


def test_one_party_of_a_house_may_be_meant(client: FlaskClient) -> None:  # A17
    house_id = second_house()
    person_id = db.session.scalar(db.text("select id from people where unit = 'Top 9'"))
    client.post(f"/termine/{one().id}/objekt", data={"gehoert": f"{house_id}-{person_id}"})
    assert (one().property_id, one().person_id) == (house_id, person_id)
    html = check_page(client.get(f"/termine/{one().id}"))
    assert "(Öhlinger)" in html and "Gemeint ist Öhlinger." in html


def test_an_entry_may_belong_to_no_object_and_is_then_no_work(client: FlaskClient) -> None:
    calendar = one().calendar
    row = builders.appointment(
        calendar, THURSDAY, summary="Zahnarzt", name="", phones=[], place="", uid="zahn"
    )
    assert "Zahnarzt" in check_page(client.get("/termine/ohne-objekt"))
    back = "/termine/ohne-objekt"
    answer = client.post(f"/termine/{row.id}/objekt", data={"gehoert": "keinem", "zurueck": back})
    assert answer.headers["Location"] == back
    html = check_page(client.get(back))
    assert "Gemerkt: Einträge wie dieser gehören zu keinem Objekt." in html
    assert "Zahnarzt" not in html and "Jeder Termin der nächsten 62 Tage gehört zu einem Objekt" in html
    said = client.get(f"/termine/{one('zahn').id}").text
    assert "dass dieser Eintrag zu keinem Objekt gehört" in said


def test_entries_alike_follow_the_correction(client: FlaskClient) -> None:
    calendar = one().calendar
    for uid, day in (("p1", 12), ("p2", 19)):
        start = datetime(2026, 3, day, 13, tzinfo=UTC)
        builders.appointment(
            calendar, start, summary="Pfarrhof", name="Pfarrhof", phones=[], place="", uid=uid
        )
    house_id = second_house()
    client.post(f"/termine/{one('p1').id}/objekt", data={"gehoert": str(house_id)})
    assert one("p2").property_id == house_id
    assert "Auch 1 weiterer Termin ist neu zugeordnet." in client.get("/termine").text


def test_several_fitting_objects_are_offered_and_none_is_taken(client: FlaskClient) -> None:
    for number in ("C1", "C2"):
        builders.person(builders.house(number, street="Platz 2"), f"Mieter {number}", phones=["0699 1000006"])
    phones = [{"e164": "+436991000006", "type": "mobile", "country": "AT", "typed": "0699 1000006"}]
    row = builders.appointment(
        one().calendar, THURSDAY, summary="Kehrung 0699 1000006", name="", phones=phones, place="", uid="two"
    )
    match_coming(NOON)
    assert one("two").match_by == "ambiguous"
    html = check_page(client.get("/termine/ohne-objekt"))
    assert "Mehrere Objekte passen gleich gut" in html
    assert "C1 · Platz 2" in html and "C2 · Platz 2" in html
    assert "C1 · Platz 2" in check_page(client.get(f"/termine/{row.id}/objekt"))


@pytest.mark.parametrize("said", ["", "abc", "999", "0", "-3", "1-", "1-x", "1-999", "²", "1" * 30])
def test_a_bad_choice_changes_nothing_and_keeps_the_search(said: str, client: FlaskClient) -> None:
    before = (one().property_id, one().match_by)
    data = {"gehoert": said, "suche": "Redtenbacher"}
    html = check_page(client.post(f"/termine/{one().id}/objekt", data=data), 422)
    assert "Nichts gespeichert" in html and 'value="Redtenbacher"' in html
    assert (one().property_id, one().match_by) == before
    assert db.session.scalars(db.select(MatchCorrection)).all() == []


def test_the_menu_counts_appointments_without_object_of_two_weeks(client: FlaskClient) -> None:
    calendar = one().calendar
    for days in (3, 20):
        builders.appointment(calendar, NOON + timedelta(days=days), summary="Unbekannt", phones=[], place="")
    html = client.get("/termine").text
    menu = html[html.index('href="/termine"') : html.index('href="/termine"') + 300]
    assert '<span class="count" title="wartet auf Sie">1</span>' in menu


def test_an_office_without_objects_is_not_asked_for_any(app: Flask, at: Clock, sign_in: SignIn) -> None:
    builders.company()
    builders.appointment(builders.calendar(), THURSDAY)
    html = sign_in("office").get("/termine").text
    assert 'title="wartet auf Sie"' not in html


def test_an_object_can_be_made_from_an_entry(client: FlaskClient) -> None:
    builders.appointment(
        one().calendar,
        THURSDAY,
        summary="Frau Mayr",
        name="Frau Mayr",
        salutation="Frau",
        uid="mayr",
        place="Weg 9, 4407 Gleink",
    )
    html = check_page(client.get(f"/termine/{one('mayr').id}/objekt"))
    assert "name=Mayr" in html and "phone1=0664+1000001" in html and "place=A+-+4407+Gleink" in html
    path = html[html.index("/objekte/neu?") :].partition('"')[0].replace("&amp;", "&")
    form = check_page(client.get(path))
    for value in ("Mayr", "Frau", "0664 1000001", "Weg 9", "A - 4407 Gleink"):
        assert f'value="{value}"' in form


def test_a_message_by_hand_begins_with_the_ticked_rows_or_the_whole_day(client: FlaskClient) -> None:  # A33
    html = check_page(client.get("/termine"))
    assert 'action="/sms/oeffnen"' in html and f'name="termin" value="{one().id}"' in html
    assert (
        'name="titel" value="Tagesliste Do, 12.03.2026"' in html and 'name="tag" value="2026-03-12"' in html
    )
    for chosen in ({"termin": str(one().id)}, {"tag": "2026-03-12"}):
        answer = client.post("/sms/oeffnen", data=chosen | {"titel": "Tagesliste Do, 12.03.2026"})
        assert "Tagesliste Do, 12.03.2026" in check_page(client.get(answer.headers["Location"]))
    week = client.get("/termine?ansicht=woche").text
    assert week.count(f'name="termin" value="{one().id}"') == 2, "the whole list posts what it shows"


def test_a_foreign_way_back_is_not_taken(client: FlaskClient) -> None:
    house_id = second_house()
    data = {"gehoert": str(house_id), "zurueck": "https://evil.example/"}
    answer = client.post(f"/termine/{one().id}/objekt", data=data)
    assert answer.headers["Location"] == f"/termine/{one().id}"


def test_readers_see_all_and_change_nothing(office: None, sign_in: SignIn) -> None:
    reader = sign_in("reader")
    html = check_page(reader.get("/termine"))
    assert "SMS an" not in html and 'type="checkbox"' not in html
    assert "Anderes Objekt" not in check_page(reader.get(f"/termine/{one().id}"))
    assert check_page(reader.get("/termine/ohne-objekt"))
    assert reader.get(f"/termine/{one().id}/objekt").status_code == 403
    assert reader.post(f"/termine/{one().id}/objekt", data={"gehoert": "1"}).status_code == 403
    assert reader.get("/termine/99999").status_code == 404
