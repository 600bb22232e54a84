"""What can be changed in the window of one message: its time, its text, or that it does not leave."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kehr.models import Message, MessageEvent, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.rules.plan_build import at as moment
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page

FRAGMENT = {"HX-Request": "true"}
CHANGES = {"jetzt", "verschieben", "text", "zurueckhalten", "doch-senden", "telefon"}


@pytest.fixture
def office(app: Flask, at: Clock) -> dict[str, Any]:
    """A firm whose calendar counts as consent, with a reminder two days before at 17:00."""
    builders.company()
    gateway = builders.gateway()
    branch = builders.branch(sms_gateway_id=gateway.id)
    return {"calendar": builders.calendar(branch_id=branch.id), "rule": builders.rule()}


@pytest.fixture
def client(office: dict[str, Any], sign_in: SignIn) -> FlaskClient:
    return sign_in("office", "anna")


def send(office: dict[str, Any], state: str = "planned", **values: Any) -> str:
    """A reminder of the 13th, due on the 11th at 17:00."""
    row = builders.appointment(office["calendar"], moment("13.03. 09:00"))
    defaults = {"state": state, "due_at": moment("11.03. 17:00"), "reason": "planned_lead"}
    more = {"reason_args": {"days": 2}}
    message: Message = builders.message(row, office["rule"], **defaults | more | values)
    message_id: str = message.id
    return message_id


def fresh(message_id: str) -> Message:
    """The row as it is now."""
    db.session.expire_all()
    return db.session.get_one(Message, message_id)


# B45
@pytest.mark.parametrize(
    ("state", "reason", "offered"),
    [
        ("planned", "planned_lead", {"jetzt", "verschieben", "text", "zurueckhalten"}),
        ("held", "release_always", {"verschieben", "text", "zurueckhalten"}),
        ("withheld", "placeholder_missing", {"text", "telefon"}),
        ("withheld", "no_consent", {"telefon"}),
        ("withheld", "covered", set()),
        ("undelivered", "undelivered", {"telefon"}),
        ("refused", "dns_failed", {"telefon"}),
        ("missed", "too_late", {"telefon"}),
        ("unclear", "stuck_sending", set()),
        ("sending", "", set()),
        ("accepted", "accepted", set()),
        ("delivered", "delivered", set()),
        ("withdrawn", "rule_off", set()),
    ],
)
def test_exactly_what_can_be_changed_now_is_offered(
    office: dict[str, Any], client: FlaskClient, state: str, reason: str, offered: set[str]
) -> None:
    args = {"address": "+436641000001", "due": NOON.isoformat(), "placeholders": "#Ort", "kind": "moved"}
    message_id = send(office, state, reason=reason, reason_args=args)
    html = check_page(client.get(f"/nachricht/{message_id}"))
    assert {deed for deed in CHANGES if f'href="/nachricht/{message_id}/{deed}"' in html} == offered
    for deed in CHANGES - offered:
        answer = client.post(f"/nachricht/{message_id}/{deed}", follow_redirects=True)
        assert "nicht mehr nötig oder schon geschehen" in answer.text
    assert fresh(message_id).state == state


@pytest.mark.parametrize("deed", sorted(CHANGES))
def test_readers_change_nothing(office: dict[str, Any], sign_in: SignIn, deed: str) -> None:
    message_id = send(office)
    client = sign_in("reader")
    assert "Zeit ändern" not in check_page(client.get(f"/nachricht/{message_id}"))
    assert client.get(f"/nachricht/{message_id}/{deed}").status_code == 403
    assert client.post(f"/nachricht/{message_id}/{deed}").status_code == 403
    assert client.post(f"/nachricht/{message_id}/{deed}/vorschau").status_code == 403


def test_moving_asks_with_the_present_time_and_says_the_new_one(
    office: dict[str, Any], client: FlaskClient
) -> None:
    message_id = send(office)
    html = check_page(client.get(f"/nachricht/{message_id}/verschieben"))
    assert 'value="2026-03-11"' in html and 'value="17:00"' in html and 'type="time"' in html
    answer = client.post(
        f"/nachricht/{message_id}/verschieben",
        data={"day": "2026-03-12", "at": "09:30"},
        follow_redirects=True,
    )
    assert "Die Nachricht geht nun am Do, 12.03. 09:30 hinaus." in answer.text
    assert "Geht am Do, 12.03. 09:30 hinaus: Erinnerung, Zeit von anna geändert." in answer.text
    assert fresh(message_id).due_at == moment("12.03. 09:30")


@pytest.mark.parametrize("headers", [{}, FRAGMENT])
@pytest.mark.parametrize(
    ("day", "hour", "said"),
    [
        ("", "09:30", "Wählen Sie einen Tag aus"),
        ("morgen", "09:30", "Wählen Sie einen Tag aus"),
        ("1026-03-12", "09:30", "Wählen Sie einen Tag aus"),
        ("2026-03-12", "", "Schreiben Sie die Uhrzeit als 17:00."),
        ("2026-03-12", "halb zehn", "Schreiben Sie die Uhrzeit als 17:00."),
        ("2026-03-12", "21:00", "Zu dieser Zeit wird nichts gesendet."),
        ("2026-03-15", "10:00", "Das ist zu spät: Die Nachricht muss vor Fr, 13.03. 09:00 hinaus."),
        ("2026-03-10", "11:59", "Dieser Zeitpunkt ist schon vorbei. Möglich ist es am Di, 10.03. 12:00."),
    ],
)
def test_a_time_at_which_it_cannot_leave_is_refused_at_its_field(
    office: dict[str, Any], client: FlaskClient, day: str, hour: str, said: str, headers: dict[str, str]
) -> None:
    message_id = send(office)
    answer = client.post(
        f"/nachricht/{message_id}/verschieben", data={"day": day, "at": hour}, headers=headers
    )
    assert answer.status_code == 422 and said in answer.text
    assert f'value="{day}"' in answer.text and f'value="{hour}"' in answer.text, "what was typed stays"
    assert fresh(message_id).own_due_at is None


def test_sending_now_asks_first_and_happens_with_the_next_round(
    office: dict[str, Any], client: FlaskClient
) -> None:
    message_id = send(office)
    html = check_page(client.get(f"/nachricht/{message_id}/jetzt"))
    assert "1 Empfänger, 1 SMS: Karl Mustermann, 0664 1000001. Jetzt senden?" in html
    assert fresh(message_id).due_at == moment("11.03. 17:00"), "asking changes nothing"
    answer = client.post(f"/nachricht/{message_id}/jetzt", follow_redirects=True)
    assert "geht jetzt hinaus, in längstens einer Minute" in answer.text
    assert fresh(message_id).due_at == NOON


def test_sending_now_at_night_offers_the_opening(
    office: dict[str, Any], client: FlaskClient, at: Clock
) -> None:  # C15
    at.moment = moment("10.03. 21:15")
    message_id = send(office)
    html = check_page(client.get(f"/nachricht/{message_id}/jetzt"))
    assert "Jetzt wird nichts gesendet; sie geht am Mi, 11.03. 08:00 hinaus." in html
    answer = client.post(f"/nachricht/{message_id}/jetzt", follow_redirects=True)
    assert "Die Nachricht geht am Mi, 11.03. 08:00 hinaus." in answer.text
    early = send(office, too_late_at=moment("11.03. 07:30"), recipient="+436641000002")
    refused = client.post(f"/nachricht/{early}/jetzt")
    assert refused.status_code == 422 and "Verständigen Sie auf anderem Weg." in check_page(refused, 422)


def test_the_text_of_this_one_is_edited_with_its_rendering_beside(
    office: dict[str, Any], client: FlaskClient
) -> None:
    message_id = send(office)
    html = check_page(client.get(f"/nachricht/{message_id}/text"))
    assert "#Wochentag, #Datum um #Uhrzeit" in html and "Freitag, 13.03.2026 um 09:00" in html
    shown = client.post(
        f"/nachricht/{message_id}/text/vorschau", data={"text": "Neu: #Tagwort morgen #Quatsch #Objektnummer"}
    ).text
    assert "Neu: übermorgen" in shown and "1 SMS" in shown
    assert "Den Platzhalter #Quatsch gibt es nicht." in shown and "Nehmen Sie #Tagwort." in shown
    assert "#Objektnummer" in shown and fresh(message_id).own_text == ""
    answer = client.post(
        f"/nachricht/{message_id}/text", data={"text": "Wir kommen erst um 14:00."}, follow_redirects=True
    )
    assert "Der Text dieser Nachricht ist geändert." in answer.text
    assert "Text von anna geändert." in answer.text and "Wir kommen erst um 14:00." in answer.text
    assert "Wir kommen erst um 14:00.</textarea>" in client.get(f"/nachricht/{message_id}/text").text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Schreiben Sie den Text, den die Nachricht haben soll."),
        ("Hallo #Dattum", "Gemeint ist wohl #Datum."),
        ("Objekt #Objektnummer", "Im Text ist #Objektnummer nicht zu füllen."),
        ("x" * 2001, "Höchstens 2000 Zeichen."),
    ],
)
def test_a_text_that_cannot_leave_is_refused_and_stays_in_the_field(
    office: dict[str, Any], client: FlaskClient, text: str, said: str
) -> None:
    message_id = send(office)
    answer = client.post(f"/nachricht/{message_id}/text", data={"text": text})
    html = check_page(answer, 422)
    assert said in html and f"{text}</textarea>" in html.replace("\r\n", "")
    assert fresh(message_id).own_text == ""


def test_an_email_has_a_subject_of_its_own(office: dict[str, Any], client: FlaskClient) -> None:
    office["rule"].channel = "email"
    db.session.commit()
    mail = builders.gateway("Mail", kind="smtp")
    office["calendar"].branch.email_gateway_id = mail.id
    row = builders.appointment(office["calendar"], moment("13.03. 09:00"), emails=["karl@example.at"])
    message_id = builders.message(row, office["rule"], channel="email", recipient="karl@example.at").id
    assert 'name="subject"' in check_page(client.get(f"/nachricht/{message_id}/text"))
    data = {"text": "Bitte den Keller öffnen.", "subject": "Keller am #Datum"}
    html = client.post(f"/nachricht/{message_id}/text", data=data, follow_redirects=True).text
    assert "Keller am 13.03.2026" in html and "Bitte den Keller öffnen." in html


def test_kept_back_and_let_go_again(office: dict[str, Any], client: FlaskClient) -> None:
    message_id = send(office)
    assert "solange der Termin so bleibt" in check_page(client.get(f"/nachricht/{message_id}/zurueckhalten"))
    html = client.post(f"/nachricht/{message_id}/zurueckhalten", follow_redirects=True).text
    assert "Nicht vorgesehen: anna hält sie zurück." in html and "Doch senden" in html
    html = client.post(f"/nachricht/{message_id}/doch-senden", follow_redirects=True).text
    assert "Die Nachricht geht wieder hinaus." in html and fresh(message_id).state == "planned"


def test_told_by_phone_is_noted_once(office: dict[str, Any], client: FlaskClient) -> None:
    message_id = send(office, "undelivered", reason="undelivered", reason_args={})
    assert "am Telefon gehört hat?" in check_page(client.get(f"/nachricht/{message_id}/telefon"))
    html = client.post(f"/nachricht/{message_id}/telefon", follow_redirects=True).text
    assert "Vermerkt: am Telefon gesagt." in html
    assert f'href="/nachricht/{message_id}/telefon"' not in html
    client.post(f"/nachricht/{message_id}/telefon")
    told = db.session.scalars(select(Message).where(Message.channel == "phone")).all()
    assert [(one.by, one.state) for one in told] == [("anna", "delivered")]


def test_a_change_in_the_window_is_a_fragment_that_tells_the_list(
    office: dict[str, Any], client: FlaskClient
) -> None:
    message_id = send(office)
    answer = client.post(
        f"/nachricht/{message_id}/verschieben", data={"day": "2026-03-12", "at": "09:30"}, headers=FRAGMENT
    )
    assert answer.headers["HX-Trigger"] == "messages-changed" and "<html" not in answer.text
    event = db.session.scalars(select(MessageEvent).where(MessageEvent.reason == "due_changed")).one()
    assert event.by == "anna" and event.at == NOON
    assert timedelta(0) < fresh(message_id).due_at - NOON


@pytest.mark.parametrize("deed", ["verschieben", "nochmals", "unsinn"])
def test_only_what_is_read_has_a_preview(office: dict[str, Any], client: FlaskClient, deed: str) -> None:
    assert client.post(f"/nachricht/{send(office)}/{deed}/vorschau").status_code == 404
