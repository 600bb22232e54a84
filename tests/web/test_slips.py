"""The Zettelrunde: who needs a slip and why, the slips on paper, and ticking them off."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from kehr.actions.send.tell_in_person import Telling, tell
from kehr.actions.visits.deadline_signs import deadline_signs
from kehr.actions.visits.show_appointment import show_stop
from kehr.models import Appointment, Calendar, Company, Message, MessageEvent, MessageRule, Property, db
from kehr.rules.law.deadlines import Sign
from kehr.rules.terms.messages import Channel
from tests import builders
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page
from tests.web.slip_office import MONDAY, ten_appointments

ROUND = "/zettel?von=2026-03-16&bis=2026-03-16"
SPAN = {"von": "2026-03-16", "bis": "2026-03-16"}


@pytest.fixture
def client(app: Flask, at: Clock, sign_in: SignIn) -> FlaskClient:
    ten_appointments()
    return sign_in("office")


def keys(html: str) -> list[str]:
    """The slips that a page offers, in its order."""
    return re.findall(r'name="zettel" value="([0-9a-]+)"', html)


def papers() -> list[Message]:
    db.session.rollback()
    return list(db.session.scalars(db.select(Message).where(Message.channel == "paper")))


def test_ten_appointments_of_which_four_were_not_told_are_four_slips(client: FlaskClient) -> None:  # C04
    html = check_page(client.get(ROUND))
    assert len(keys(html)) == 4
    for reason in (
        "Die Nachricht an 0664 2000006 kam nicht an.",
        "Für 0664 2000007 liegt keine Einwilligung vor.",
        "Für 0664 2000008 liegt keine Einwilligung vor.",
        "07252 53123 ist eine Festnetznummer",
    ):
        assert reason in html
    assert "Eva Huber" not in html


def test_the_round_goes_by_street_and_house_number(client: FlaskClient) -> None:  # C04
    html = client.get(ROUND).text
    walk = ["Haratzmüllerstraße 7/2", "Haratzmüllerstraße 7/3", "Redtenbachergasse 3", "Wehrgrabengasse 7"]
    places = [html.index(f"{street}, 4400 Steyr") for street in walk]
    assert places == sorted(places)


def test_ticking_dropped_in_writes_a_paper_message_with_name_and_time(  # C04, A03
    client: FlaskClient, at: Clock
) -> None:
    ticked = keys(client.get(ROUND).text)[:1]
    at.moment = NOON + timedelta(hours=3)
    done = client.post("/zettel/eingeworfen", data={"zettel": ticked, "welche": "angehakt", **SPAN})
    assert done.status_code == 302
    html = check_page(client.get(done.location))
    assert "1 Zettel ist als eingeworfen vermerkt." in html
    assert len(keys(html)) == 3 and "Di, 10.03. 15:00 von office-user" in html
    (paper,) = papers()
    assert (paper.state, paper.by, paper.sent_at) == ("delivered", "office-user", at.moment)
    assert "Haratzmüllerstraße 7/2" in paper.text and "Maria Wieser" in paper.recipient
    (event,) = db.session.scalars(db.select(MessageEvent).where(MessageEvent.message_id == paper.id))
    assert (event.reason, event.by, event.at) == ("paper_dropped", "office-user", at.moment)


def test_all_are_dropped_in_with_one_click_and_a_second_click_changes_nothing(client: FlaskClient) -> None:
    shown = keys(client.get(ROUND).text)
    everything = {"gezeigt": shown, "welche": "alle", **SPAN}
    client.post("/zettel/eingeworfen", data=everything)
    assert len(papers()) == 4
    again = client.post("/zettel/eingeworfen", data=everything, follow_redirects=True)
    assert len(papers()) == 4
    assert "4 standen schon im Protokoll" in again.text
    assert "Niemand braucht einen Zettel" in again.text


def test_all_means_what_the_page_showed_and_not_who_came_in_since(client: FlaskClient) -> None:
    shown = keys(client.get(ROUND).text)
    message = db.session.scalars(db.select(Message).where(Message.recipient == "+436642000001")).one()
    message.state = "undelivered"
    db.session.commit()
    client.post("/zettel/eingeworfen", data={"gezeigt": shown, "welche": "alle", **SPAN})
    assert len(papers()) == 4
    assert len(keys(client.get(ROUND).text)) == 1


def test_a_house_of_several_parties_is_ticked_off_at_once(client: FlaskClient) -> None:
    house = db.session.scalars(db.select(Property).where(Property.number == "B009")).one()
    for unit in ("Top 2", "Top 10"):
        builders.person(house, f"Partei {unit}", unit=unit)
    html = client.get(ROUND).text
    assert html.index("Partei Top 2") < html.index("Partei Top 10")
    found = re.search(r'name="(haus-\d+)" value="(\d+-\d+)"', html)
    assert found is not None
    name = found[1]
    own = re.findall(rf'name="{name}" value="(\d+-\d+)"', html)
    assert len(own) == 3
    client.post("/zettel/eingeworfen", data={name: own, "welche": name, **SPAN})
    assert {paper.property_number for paper in papers()} == {"B009"} and len(papers()) == 3


def test_an_object_where_nobody_is_known_gets_one_slip_for_the_house(client: FlaskClient) -> None:  # C04
    house = builders.house("C1", street="Am Anger 5")
    calendar = db.session.scalars(db.select(Appointment)).first()
    assert calendar is not None
    values = {"property_id": house.id, "name": "", "phones": [], "place": "", "summary": "C1 Kehrung"}
    builders.appointment(calendar.calendar, MONDAY, **values)
    html = client.get(ROUND).text
    assert "Bei diesem Objekt ist niemand eingetragen." in html and "an das Haus" in html
    assert len(keys(html)) == 5


def test_a_larger_house_in_vienna_gets_a_notice_even_when_all_were_told(client: FlaskClient) -> None:  # C04
    house = db.session.scalars(db.select(Property).where(Property.number == "B000")).one()
    house.land, house.units = "Wien", 10
    row = db.session.scalars(db.select(Appointment).where(Appointment.object_number == "B000")).one()
    row.work_kind = "HK"
    db.session.commit()
    html = check_page(client.get(ROUND))
    assert f"{row.id}-a" in keys(html) and "1 Aushang im Haus" in html
    assert (
        client.get("/zettel/druck?teil=aushang&von=2026-03-16&bis=2026-03-16").text.count("sheet notice") == 1
    )
    client.post("/zettel/eingeworfen", data={"zettel": [f"{row.id}-a"], **SPAN})
    (paper,) = papers()
    assert paper.recipient == "Aushang" and paper.reason == "notice_posted"
    html = client.get(ROUND).text
    assert f"{row.id}-a" not in keys(html) and "Aushang" in html


def test_a_slip_for_an_entry_without_object_is_enough_for_it(client: FlaskClient) -> None:
    calendar = db.session.scalars(db.select(Calendar)).one()
    row = builders.appointment(calendar, MONDAY, name="Eva Adler", summary="Adler", place="Weg 1, 4400 Steyr")
    rule = db.session.scalars(db.select(MessageRule)).one()
    builders.message(row, rule, state="undelivered", reason="undelivered")
    key = f"{row.id}-0"
    html = client.get(ROUND).text
    assert key in keys(html) and "Eva Adler" in html and "Weg 1, 4400 Steyr" in html
    client.post("/zettel/eingeworfen", data={"zettel": [key], **SPAN})
    assert key not in keys(client.get(ROUND).text) and len(papers()) == 1
    (party,) = show_stop(row.id).parties  # type: ignore[union-attr]
    assert party.told and [message.channel for message in party.messages] == ["paper", "sms"]


def test_a_move_makes_a_new_slip_necessary(client: FlaskClient) -> None:
    row = db.session.scalars(db.select(Appointment).where(Appointment.object_number == "B009")).one()
    house = db.session.get_one(Property, row.property_id)
    tell([Telling(row.id, house.people[0].id)], Channel.PAPER, "office", NOON)
    assert len(keys(client.get(ROUND).text)) == 3
    row = db.session.get_one(Appointment, row.id)
    row.start += timedelta(hours=2)
    db.session.commit()
    assert len(keys(client.get(ROUND).text)) == 4


def test_a_slip_says_which_date_it_replaces_and_the_log_keeps_its_words(client: FlaskClient) -> None:
    row = db.session.scalars(db.select(Appointment).where(Appointment.object_number == "B009")).one()
    house = db.session.get_one(Property, row.property_id)
    client.post("/zettel/eingeworfen", data={"zettel": [f"{row.id}-{house.people[0].id}"], **SPAN})
    row = db.session.get_one(Appointment, row.id)
    row.start += timedelta(hours=2)
    row.end += timedelta(hours=2)
    db.session.commit()
    replaced = "Das ersetzt den Termin am Montag, 16.03.2026 um 12:30 Uhr."
    assert client.get("/zettel/druck?von=2026-03-16&bis=2026-03-16").text.count(replaced) == 1
    client.post("/zettel/eingeworfen", data={"zettel": [f"{row.id}-{house.people[0].id}"], **SPAN})
    assert sorted(replaced in paper.text for paper in papers()) == [False, True]


def test_dropped_in_turns_the_sign_of_the_deadline_green(client: FlaskClient) -> None:  # C03, C04
    company = db.session.get_one(Company, 1)
    company.land = "Tirol"
    db.session.commit()
    row = db.session.scalars(db.select(Appointment).where(Appointment.object_number == "B009")).one()
    zone = company.zoneinfo
    assert deadline_signs([row.id], NOON, zone)[row.id].sign != Sign.GREEN
    client.post(
        "/zettel/eingeworfen", data={"gezeigt": keys(client.get(ROUND).text), "welche": "alle", **SPAN}
    )
    db.session.rollback()
    assert deadline_signs([row.id], NOON, zone)[row.id].sign == Sign.GREEN


def test_the_round_asks_the_database_as_often_for_many_as_for_few(client: FlaskClient) -> None:
    client.get(ROUND)  # the menu has counted what is late
    few = _statements(client)
    calendar = db.session.scalars(db.select(Calendar)).one()
    for n in range(30):
        house = builders.house(f"C{n:03}", street=f"Weg {n}")
        builders.person(house, f"Partei {n}")
        values = {"property_id": house.id, "phones": [], "place": ""}
        builders.appointment(calendar, MONDAY + timedelta(minutes=n), **values)
    assert _statements(client) == few


def _statements(client: FlaskClient) -> int:
    """How many statements the page costs."""
    asked: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    db.session.remove()
    event.listen(db.engine, "before_cursor_execute", count)
    try:
        client.get(ROUND)
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    return len(asked)


def test_slips_print_four_on_a_sheet_with_date_window_phone_and_code(client: FlaskClient) -> None:  # C04
    html = check_page(client.get("/zettel/druck?von=2026-03-16&bis=2026-03-16"))
    assert html.count('<section class="sheet"') == 1 and html.count('<article class="slip">') == 4
    for words in (
        "Rauchfangkehrer Probe",
        "Montag, 16.03.2026",
        "11:30-12:30 Uhr",
        "Frau Maria Wieser",
        "Objekt B007",
        "+43 7252 12345",
    ):
        assert words in html
    assert html.count("<svg") == 4


def test_what_is_ticked_is_printed_alone(client: FlaskClient) -> None:
    ticked = keys(client.get(ROUND).text)[:2]
    html = check_page(client.post("/zettel/druck", data={"zettel": ticked, **SPAN}))
    assert html.count('<article class="slip">') == 2


@pytest.mark.parametrize(
    "data", [{}, {"zettel": ["", "x", "1", "1-b", "a-1", "1" * 30 + "-1"]}, {"welche": "alle"}]
)
@pytest.mark.parametrize("path", ["/zettel/eingeworfen", "/zettel/druck"])
def test_nothing_ticked_or_nonsense_says_so_and_writes_nothing(
    client: FlaskClient, path: str, data: dict[str, object]
) -> None:
    answer = client.post(path, data={**data, **SPAN}, follow_redirects=True)
    assert "Haken Sie zuerst die Zettel an" in check_page(answer)
    assert papers() == []


@pytest.mark.parametrize(
    "query", ["", "?von=quatsch&bis=", "?von=2026-03-16&bis=2026-01-01", "?kalender=x&filiale=999999"]
)
def test_odd_addresses_show_a_page_all_the_same(client: FlaskClient, query: str) -> None:
    check_page(client.get(f"/zettel{query}"))


def test_an_appointment_that_is_gone_is_not_announced(client: FlaskClient) -> None:
    answer = client.post("/zettel/eingeworfen", data={"zettel": ["4711-0"], **SPAN}, follow_redirects=True)
    assert "1 Termin gibt es nicht mehr" in answer.text and papers() == []


def test_readers_look_and_print_and_only_the_office_writes(app: Flask, at: Clock, sign_in: SignIn) -> None:
    ten_appointments()
    reader = sign_in("reader")
    html = check_page(reader.get(ROUND))
    assert "sind eingeworfen" not in html
    assert reader.post("/zettel/eingeworfen", data={"zettel": ["1-1"]}).status_code == 403
    assert app.test_client().get("/zettel").status_code == 302


@pytest.mark.parametrize("path", ["/termine", "/heute"])
def test_the_lists_and_the_start_page_lead_to_the_round_and_the_day_list(
    client: FlaskClient, path: str
) -> None:
    html = check_page(client.get(path))
    assert 'href="/zettel"' in html and 'href="/tagesliste"' in html


def test_a_house_whose_parties_are_many_gets_a_notice_without_a_number_of_flats(client: FlaskClient) -> None:
    # C03, C04: the sign of the deadline asks for this notice, so the round must print it.
    house = db.session.scalars(db.select(Property).where(Property.number == "B000")).one()
    row = db.session.scalars(db.select(Appointment).where(Appointment.object_number == "B000")).one()
    house.land, row.work_kind = "Wien", "HK"
    db.session.commit()
    for number, noticed in ((1, False), (2, False), (3, True)):
        builders.person(house, f"Partei {number}", unit=f"Top {number}")
        sign = deadline_signs([row.id], NOON, db.session.get_one(Company, 1).zoneinfo)[row.id]
        assert (sign.code == "deadline_not_posted") is noticed
        assert (f"{row.id}-a" in keys(client.get(ROUND).text)) is noticed
