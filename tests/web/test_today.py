"""The start page: what waits, what leaves next, what left, how all is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from kehr.actions.decide.waiting_work import count_waiting, find_waiting
from kehr.models import Alarm, Heartbeat, Message, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def office(app: Flask, at: Clock) -> dict[str, Any]:
    """A firm with one calendar and one reminder, its machine alive."""
    builders.company()
    builders.gateway()
    for name in ("tick", "poll", "worker"):
        db.session.add(Heartbeat(name=name, at=NOON))
    return {"calendar": builders.calendar(), "rule": builders.rule()}


def send(office: dict[str, Any], state: str = "planned", **values: Any) -> Message:
    """A message of the office about an appointment in two days, due in an hour unless said otherwise."""
    row = builders.appointment(
        office["calendar"], NOON + values.pop("ahead", 2 * DAY), hold_key=values.pop("hold_key", "")
    )
    return builders.message(row, office["rule"], **{"state": state, "due_at": NOON + HOUR} | values)


def test_root_leads_to_today(office: dict[str, Any], sign_in: SignIn) -> None:
    assert sign_in("reader").get("/").location == "/heute"


def test_page_needs_sign_in(app: Flask, office: dict[str, Any]) -> None:
    assert app.test_client().get("/heute").status_code == 302


def test_quiet_office_is_told_so_in_one_sentence(
    office: dict[str, Any], sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kehr.actions.run.check_health._ping", lambda url: True)
    html = check_page(sign_in("reader").get("/heute"))
    assert "<h1>Alles in Ordnung.</h1>" in html
    assert "Es ist nichts geplant." in html
    assert "Wartet auf Sie" not in html


def test_silent_machine_is_never_called_in_order(office: dict[str, Any], sign_in: SignIn, at: Clock) -> None:
    # failures.md 15: a dead worker is visible on the start page.
    at.moment = NOON + timedelta(minutes=3)
    html = check_page(sign_in("reader").get("/heute"))
    assert "<h1>Die Anlage braucht Sie.</h1>" in html
    assert "Der Dienst hat sich seit Di, 10.03. 12:00 nicht gemeldet." in html


def test_next_sends_are_grouped_by_time_and_kind(office: dict[str, Any], sign_in: SignIn) -> None:
    for number in range(3):
        send(office, recipient=f"+43664100000{number}", due_at=NOON + 5 * HOUR)
    send(office, channel="email", recipient="a@example.at", due_at=NOON + 5 * HOUR)
    send(office, due_at=NOON + DAY)
    html = check_page(sign_in("reader").get("/heute"))
    assert "Heute gehen noch 4 Nachrichten hinaus, die nächste um 17:00." in html
    assert "4 Erinnerungen" in html
    assert "3 SMS, 1 E-Mail" in html
    assert "Mi 12:00" in html


def test_overdue_messages_leave_now_in_one_line(office: dict[str, Any], sign_in: SignIn) -> None:
    for number in range(3):
        send(office, recipient=f"+43664100000{number}", due_at=NOON - number * HOUR)
    html = check_page(sign_in("reader").get("/heute"))
    assert '<span class="time">jetzt</span><div class="what"><b>3 Erinnerungen</b>' in html


def test_held_messages_wait_as_one_bundle_with_a_button(
    office: dict[str, Any], sign_in: SignIn
) -> None:  # C06
    args = {"count": 14, "day": "2026-03-12"}
    for number in range(14):
        send(
            office,
            "held",
            recipient=f"+4366410000{number:02}",
            reason="bundle_moved",
            reason_args=args,
            hold_key="14@2026-03-12|1",
        )
    html = check_page(sign_in("reader").get("/heute"))
    assert "<h1>1 Ding wartet auf Sie.</h1>" in html
    assert "14 Termine am Do, 12.03. verschoben" in html
    assert 'href="/wartet/14@2026-03-12%7C1"' in html


@pytest.mark.parametrize(
    ("state", "reason", "words"),
    [
        ("unclear", "stuck_sending", "weiß nur der Empfänger"),
        ("refused", "dns_failed", "Der Server"),
        ("undelivered", "undelivered", "Verständigen Sie auf anderem Weg"),
    ],
)
def test_message_that_needs_somebody_waits_with_its_reason(
    office: dict[str, Any], sign_in: SignIn, state: str, reason: str, words: str
) -> None:
    message = send(office, state, reason=reason, due_at=NOON - HOUR)
    html = check_page(sign_in("reader").get("/heute"))
    assert "Erinnerung an Karl Mustermann, 0664 1000001" in html
    assert words in html
    assert f'href="/nachricht/{message.id}"' in html


def test_refused_message_stops_waiting_when_its_appointment_is_over(office: dict[str, Any]) -> None:
    send(office, "refused", ahead=-HOUR, due_at=NOON - DAY)
    assert find_waiting(NOON) == []


def test_many_unclear_messages_end_in_one_line(office: dict[str, Any], sign_in: SignIn) -> None:
    for number in range(8):
        send(office, "unclear", recipient=f"+43664100000{number}", due_at=NOON - HOUR)
    html = check_page(sign_in("reader").get("/heute"))
    assert html.count("Entscheiden</a>") == 5
    assert "und 3 weitere Nachrichten" in html


def test_missed_messages_are_counted_for_a_fortnight_until_somebody_dealt_with_them(
    office: dict[str, Any], sign_in: SignIn
) -> None:
    # failures.md 11: what expired is listed and not sent.
    send(office, "missed", due_at=NOON - DAY)
    send(office, "missed", recipient="+436641000002", due_at=NOON - DAY)
    send(office, "missed", recipient="+436641000003", due_at=NOON - 15 * DAY)
    send(office, "missed", recipient="+436641000004", due_at=NOON - DAY, dealt_at=NOON, dealt_by="anna")
    html = check_page(sign_in("reader").get("/heute"))
    assert "2 Nachrichten sind verfallen" in html
    assert 'href="/nachholen"' in html


def test_faulty_feed_stopped_gateway_and_alarm_wait_each_once(
    office: dict[str, Any], sign_in: SignIn
) -> None:
    # failures.md 15: an expired feed address and an empty account are visible on the start page.
    builders.calendar("Kaputt", faulty_code="not_found", faulty_detail="404", faulty_since=NOON - HOUR)
    builders.gateway("LINK", stopped_code="refused_in_row", stopped_at=NOON - HOUR)
    args = {"calendar": "Kaputt", "code": "not_found"}
    db.session.add(Alarm(key="feed:2", code="feed_faulty", args=args, opened_at=NOON))
    db.session.add(Alarm(key="disk", code="disk_full", args={"free": 20}, opened_at=NOON))
    db.session.add(Alarm(key="old", code="disk_full", args={"free": 20}, opened_at=NOON, closed_at=NOON))
    db.session.commit()
    html = check_page(sign_in("reader").get("/heute"))
    assert "<h1>3 Dinge warten auf Sie.</h1>" in html
    assert "Kalender »Kaputt« ist nicht abrufbar" in html
    assert "Dafür gibt es noch keinen Satz" not in html
    assert "Gateway »LINK« steht" in html
    assert "nur noch 20 MB frei" in html


def test_person_who_must_be_called_is_named_with_the_log_behind(
    office: dict[str, Any], sign_in: SignIn
) -> None:
    told, truth = NOON.isoformat(), (NOON + HOUR).isoformat()
    args = {"appointment_id": 1, "recipient": "+436641000001", "told": told, "truth": truth}
    db.session.add(Alarm(key="call:1:sms:+436641000001", code="needs_call", args=args, opened_at=NOON))
    db.session.commit()
    html = check_page(sign_in("reader").get("/heute"))
    assert "0664 1000001 weiß noch vom Termin am Di, 10.03. 12:00, er ist aber am Di, 10.03. 13:00." in html
    assert "/protokoll?von=2026-01-09&amp;suche=%2B436641000001" in html


def test_number_in_the_menu_counts_the_same_lines(office: dict[str, Any]) -> None:
    send(office, "unclear", due_at=NOON - HOUR)
    send(office, "held", recipient="+436641000002", reason="release_always")
    send(office, "held", recipient="+436641000003", reason="release_always")
    send(office, "missed", recipient="+436641000004", due_at=NOON - DAY)
    builders.calendar("Kaputt", faulty_code="not_found")
    assert count_waiting(NOON) == len(find_waiting(NOON)) == 4


def test_bar_has_a_legend_of_words_and_numbers(office: dict[str, Any], sign_in: SignIn) -> None:
    # failures.md 20: never by colour alone.
    send(office, "delivered", due_at=NOON - HOUR, sent_at=NOON - HOUR)
    send(office, "accepted", recipient="+436641000002", due_at=NOON - HOUR, sent_at=NOON - HOUR)
    send(office, "accepted", recipient="+436641000003", due_at=NOON - HOUR, sent_at=NOON - HOUR, trial=True)
    send(office, "withheld", recipient="+436641000004", due_at=NOON - HOUR)
    send(office, "delivered", recipient="+436641000005", due_at=NOON - DAY, sent_at=NOON - DAY)
    by_hand = {"due_at": NOON - HOUR, "sent_at": NOON - HOUR}
    send(office, "delivered", recipient="Eva Šimić", channel="paper", **by_hand)
    send(office, "delivered", recipient="Ida Huber", channel="phone", **by_hand)
    html = check_page(sign_in("reader").get("/heute"))
    for words in (
        "1 zugestellt",
        "1 angenommen",
        "1 Probe",
        "1 nicht vorgesehen",
        "1 Zettel",
        "1 am Telefon",
    ):
        assert words in html
    assert html.count("<rect") == 6


def test_simulated_clock_is_said_on_the_page(
    office: dict[str, Any], sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEHR_CLOCK", "2026-03-10T12:00:00+01:00")
    assert "Die Uhr ist gestellt" in check_page(sign_in("reader").get("/heute"))


def test_trial_mode_is_said_on_the_page(app: Flask, at: Clock, sign_in: SignIn) -> None:  # C26
    builders.company(trial=True)
    assert "Probebetrieb" in check_page(sign_in("reader").get("/heute"))


def test_refresh_brings_only_the_part_and_every_button_keeps_its_id(
    office: dict[str, Any], sign_in: SignIn
) -> None:
    send(office, "unclear", due_at=NOON - HOUR)
    client = sign_in("reader")
    answer = client.get("/heute", headers={"HX-Request": "true"})
    html = answer.get_data(as_text=True)
    assert "<html" not in html and 'id="heute"' in html
    assert 'id="knopf-unclear-' in html, "htmx gives the focus back to the element with the same id"
    assert "HX-Request" in answer.headers["Vary"]
    back = client.get("/heute", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in back.get_data(as_text=True)


def test_number_of_queries_does_not_grow_with_the_messages(office: dict[str, Any], sign_in: SignIn) -> None:
    client = sign_in("reader")

    def queries() -> int:
        counted: list[str] = []
        note = lambda *args: counted.append(args[2])  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", note)
        client.get("/heute")
        event.remove(db.engine, "before_cursor_execute", note)
        return len(counted)

    for state in ("unclear", "held", "planned", "refused"):
        send(office, state, reason="release_always", recipient=f"{state}@example.at")
    few = queries()
    for number in range(20):
        for state in ("unclear", "held", "planned", "refused"):
            send(office, state, reason="release_always", recipient=f"{state}{number}@example.at")
    assert queries() <= few + 2


# failures.md 15
def test_a_gateway_that_does_not_answer_is_seen_on_the_start_page(
    office: dict[str, Any], sign_in: SignIn
) -> None:
    from kehr.actions.hear.ask_gateway import note_silence
    from kehr.gateways.contract import NotTaken
    from kehr.models import Gateway

    gateway_id = db.session.query(Gateway.id).first()[0]
    for minutes in (15, 0):
        note_silence(
            gateway_id, NotTaken("connect_refused", "192.168.1.7"), NOON - timedelta(minutes=minutes)
        )
    html = check_page(sign_in("reader").get("/heute"))
    assert "Gateway antwortet nicht" in html
    assert "antwortet seit Di, 10.03. 11:45 nicht. 192.168.1.7 nimmt keine Verbindung an." in html
    assert 'href="/gateways"' in html
