"""The sweep's day list: 25 stops on paper, and what he ticked typed back."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kehr.models import Appointment, Message, Property, VisitNote, db
from tests import builders
from tests.conftest import Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page
from tests.web.slip_office import MONDAY, ten_appointments

DAY = "/tagesliste/2026-03-16"


@pytest.fixture
def client(app: Flask, at: Clock, sign_in: SignIn) -> FlaskClient:
    ten_appointments()
    return sign_in("office")


def of(number: str) -> int:
    """The id of the appointment at the object of that number."""
    db.session.rollback()
    query = db.select(Appointment.id).where(Appointment.object_number == number)
    return db.session.scalars(query).one()


def notes() -> set[tuple[int, str, str]]:
    db.session.rollback()
    return {(note.appointment_id, note.word, note.by) for note in db.session.scalars(db.select(VisitNote))}


def papers() -> list[Message]:
    db.session.rollback()
    return list(db.session.scalars(db.select(Message).where(Message.channel == "paper")))


def rows(html: str) -> list[str]:
    """The rows of the screen, each as its HTML."""
    return re.findall(r'<fieldset class="visit".*?</fieldset>', html, re.DOTALL)


def test_every_stop_says_how_it_was_told(client: FlaskClient) -> None:  # C12
    found = rows(check_page(client.get(DAY)))
    assert len(found) == 10
    words = ["zugestellt"] * 6 + ["nicht erreicht"] * 4
    for html, number, word in zip(found, range(10), words, strict=True):
        assert f"B{number:03}" in html and word in html


def test_a_sent_a_slip_and_a_call_have_their_own_words(client: FlaskClient) -> None:  # C12
    message = db.session.scalars(db.select(Message).where(Message.state == "delivered").limit(1)).one()
    message.state = "accepted"
    db.session.commit()
    client.post(f"{DAY}/{of('B007')}", data={f"slip-{of('B007')}": "1"})
    client.post(f"{DAY}/{of('B008')}", data={f"called-{of('B008')}": "1"})
    html = check_page(client.get(f"{DAY}/druck"))
    for word in ("gesendet", "zugestellt", "nicht erreicht", "Zettel", "hat angerufen"):
        assert word in html
    for sign in ("✓✓", "▤", "✕", "☎"):
        assert sign in html
    assert "gedruckt am Di, 10.03.2026 um 12:00" in html


def test_stops_stand_by_time_and_within_it_by_street_or_all_by_street(client: FlaskClient) -> None:  # C12
    db.session.execute(db.update(Appointment).values(start=MONDAY, end=MONDAY + timedelta(hours=4)))
    db.session.commit()
    walk = ["B003", "B004", "B007", "B006", "B009", "B005", "B001", "B002", "B000", "B008"]
    html = client.get(DAY).text
    assert sorted(walk, key=lambda number: html.index(f"{number} ·")) == walk
    row = db.session.get_one(Appointment, of("B008"))
    row.start -= timedelta(hours=1)
    db.session.commit()
    first = rows(client.get(DAY).text)[0]
    assert "B008" in first
    assert "B008" in rows(client.get(f"{DAY}?reihenfolge=strasse").text)[-1]


def test_what_he_ticked_is_typed_back_on_one_screen(client: FlaskClient) -> None:  # C12
    one, two, three = of("B000"), of("B001"), of("B002")
    data = {"stopp": [one, two, three], f"done-{one}": "1", f"absent-{two}": "1", f"called-{two}": "1"}
    html = check_page(client.post(DAY, data=data, follow_redirects=True))
    assert "2 Stopps sind vermerkt." in html
    expected = {(one, "done", "office-user"), (two, "absent", "office-user"), (two, "called", "office-user")}
    assert notes() == expected
    again = client.post(DAY, data=data, follow_redirects=True)
    assert "Nichts geändert" in again.text and notes() == expected


def test_a_tick_taken_away_is_taken_back_and_other_stops_stay(client: FlaskClient) -> None:
    one, two = of("B000"), of("B001")
    client.post(DAY, data={"stopp": [one, two], f"done-{one}": "1", f"done-{two}": "1"})
    client.post(DAY, data={"stopp": [one]})
    assert notes() == {(two, "done", "office-user")}


def test_one_tick_is_kept_at_once_and_its_row_comes_back(client: FlaskClient) -> None:
    one = of("B000")
    answer = client.post(f"{DAY}/{one}", data={f"done-{one}": "1"}, headers={"HX-Request": "true"})
    assert "<html" not in answer.text and "vermerkt" in answer.text and answer.text.count("checked") == 1
    assert notes() == {(one, "done", "office-user")}
    plain = client.post(f"{DAY}/{one}", data={f"absent-{one}": "1"})
    assert plain.status_code == 302 and plain.location.endswith(f"{DAY}#stopp-{one}")


def test_a_ticked_slip_is_a_paper_message_once_and_stays(client: FlaskClient) -> None:  # C04, C12
    one, told = of("B007"), of("B000")
    for _again in range(2):
        client.post(DAY, data={"stopp": [one, told], f"slip-{one}": "1", f"slip-{told}": "1"})
    assert {(paper.appointment_id, paper.by) for paper in papers()} == {
        (one, "office-user"),
        (told, "office-user"),
    }
    assert len(papers()) == 2
    client.post(DAY, data={"stopp": [one]})
    assert len(papers()) == 2
    assert 'checked disabled title="Ein eingeworfener Zettel' in client.get(DAY).text


def test_a_slip_at_a_house_of_several_tells_everybody_who_was_not_reached(client: FlaskClient) -> None:
    row = db.session.get_one(Appointment, of("B000"))
    house = db.session.get_one(Property, row.property_id)
    for unit in ("Top 1", "Top 2"):
        builders.person(house, f"Partei {unit}", unit=unit)
    client.post(f"{DAY}/{row.id}", data={f"slip-{row.id}": "1"})
    assert {paper.recipient for paper in papers()} == {"Partei Top 1", "Partei Top 2"}
    assert "1 zugestellt" in client.get(DAY).text


@pytest.mark.parametrize("data", [{}, {"stopp": ["x", "", "9" * 30]}, {"stopp": ["4711"], "done-4711": "1"}])
def test_nonsense_changes_nothing(client: FlaskClient, data: dict[str, object]) -> None:
    check_page(client.post(DAY, data=data, follow_redirects=True))
    assert notes() == set() and papers() == []


@pytest.mark.parametrize("path", ["/tagesliste/heute", "/tagesliste/2026-13-01", "/tagesliste/0001-01-01"])
def test_a_day_that_is_none_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.post(f"{path}/{of('B000')}", data={f"done-{of('B000')}": "1"}).status_code == 404
    assert notes() == set()


def test_the_list_opens_on_the_next_day_that_has_stops(client: FlaskClient, at: Clock) -> None:
    assert client.get("/tagesliste").location == DAY
    at.moment = MONDAY
    assert client.get("/tagesliste").location == DAY
    assert "An diesem Tag steht kein Termin." in check_page(client.get("/tagesliste/2026-03-17"))
    check_page(client.get("/tagesliste/2026-03-17/druck"))


def test_readers_read_and_only_the_office_types_back(app: Flask, at: Clock, sign_in: SignIn) -> None:
    ten_appointments()
    reader = sign_in("reader")
    assert "hx-post" not in "".join(rows(check_page(reader.get(DAY))))
    assert reader.post(DAY, data={}).status_code == 403
    assert reader.post(f"{DAY}/1", data={}).status_code == 403


def _shown(html: str, row: int) -> dict[str, str]:
    """What the form of one stop says of how it was shown."""
    found = dict(re.findall(rf'name="(war-{row}|beginn)" value="([^"]*)"', next_row(html, row)))
    return {"stopp": str(row), **found}


def next_row(html: str, row: int) -> str:
    return next(one for one in rows(html) if f'id="stopp-{row}"' in one)


def test_two_who_type_back_the_same_day_do_not_take_away_each_others_ticks(
    client: FlaskClient,
) -> None:  # C12
    one = of("B000")
    client.post(DAY, data={"stopp": [one], f"called-{one}": "1"})
    before = _shown(client.get(DAY).text, one)
    client.post(DAY, data={"stopp": [one], f"called-{one}": "1", f"done-{one}": "1"})
    client.post(DAY, data={**before, f"called-{one}": "1", f"absent-{one}": "1"})
    assert {word for _row, word, _by in notes()} == {"called", "done", "absent"}
    client.post(DAY, data=before)
    assert {word for _row, word, _by in notes()} == {"done", "absent"}


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_slip_ticked_beside_an_old_start_is_not_written_down(  # C04, C12
    client: FlaskClient, headers: dict[str, str]
) -> None:
    one = of("B007")
    before = _shown(client.get(DAY).text, one)
    db.session.get_one(Appointment, one).start += timedelta(hours=1)
    db.session.commit()
    data = {**before, f"slip-{one}": "1"}
    answer = client.post(f"{DAY}/{one}", data=data, headers=headers, follow_redirects=True)
    assert "1 Termin wurde inzwischen verschoben." in answer.text and papers() == []
    assert "1 Termin wurde inzwischen" in client.post(DAY, data=data, follow_redirects=True).text
    assert papers() == []
