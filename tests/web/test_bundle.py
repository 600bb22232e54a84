"""What waits together: one dialog for what moved together (C07), one click for every other bundle (C06)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kehr.actions.plan.plan_messages import plan_messages
from kehr.actions.send.send_due import send_due
from kehr.models import Appointment, Message, MessageEvent, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FULL_DAY = "/wartet/volume:2026-03-12"
KEY = "5@2026-03-13|bundle_moved|1"
ASKS = f"/wartet/{KEY.replace('|', '%7C')}/gemeinsam"
OWN = "Neuer Termin: #Wochentag, #Datum um #Uhrzeit (statt #AltesDatum). #Firma"


@pytest.fixture
def office(app: Flask, at: Clock) -> dict[str, Any]:
    """A firm that sends SMS for 0,0745 € and e-mails, with a text for what was moved."""
    builders.company()
    link = builders.gateway("LINK", price=745)
    mail = builders.gateway("Post", kind="smtp", base_url="smtp+plain://127.0.0.1:1")
    branch = builders.branch(sms_gateway_id=link.id, email_gateway_id=mail.id)
    return {
        "calendar": builders.calendar(branch_id=branch.id),
        "rule": builders.rule("moved", text="Verschoben auf #Datum, #Uhrzeit. #Firma"),
        "told": builders.rule("confirmation", active=False, text="Am #Datum"),
    }


@pytest.fixture
def client(office: dict[str, Any], sign_in: SignIn) -> FlaskClient:
    return sign_in("office", "anna")


def moved(office: dict[str, Any], count: int = 5, **values: Any) -> list[str]:
    """So many appointments of Friday the 13th, told long ago, moved together to a day each; planned."""
    for number in range(count):
        address = f"+43664100000{number}"
        phone = {"e164": address, "type": "mobile", "country": "AT", "typed": address}
        start = NOON + timedelta(days=6 + number)
        defaults = {"name": f"Person {number}", "phones": [phone], "changed_at": NOON - HOUR}
        held = {"hold_code": "bundle_moved", "hold_key": KEY}
        row = builders.appointment(office["calendar"], start, **defaults | held | values)
        sent = {"state": "delivered", "sent_at": NOON - DAY, "claimed_at": NOON - DAY}
        builders.message(row, office["told"], recipient=address, about_start=NOON + 3 * DAY, **sent)
    plan_messages(NOON)
    return sorted(db.session.scalars(db.select(Message.id).where(Message.kind == "moved")))


def asked(client: FlaskClient) -> dict[str, str]:
    """What the dialog's form carries beside what is typed."""
    html = check_page(client.get(f"/wartet/{KEY}"))
    return {"stand": html.split('name="stand" value="')[1].split('"')[0]}


def states() -> dict[str, int]:
    """How many of the messages about the move stand where."""
    db.session.expire_all()
    found: dict[str, int] = {}
    for message in db.session.scalars(db.select(Message).where(Message.kind == "moved")):
        found[message.state] = found.get(message.state, 0) + 1
    return found


def texts() -> list[str]:
    """The texts of their own."""
    db.session.expire_all()
    rows = db.session.scalars(db.select(Message).where(Message.kind == "moved").order_by(Message.id))
    return [row.own_text for row in rows]


# C07
def test_the_dialog_says_what_happened_to_whom_and_how_the_first_one_reads(
    office: dict[str, Any], client: FlaskClient
) -> None:
    moved(office)
    builders.appointment(office["calendar"], NOON + 20 * DAY, hold_code="bundle_moved", hold_key=KEY)
    html = check_page(client.get(f"/wartet/{KEY}"))
    assert "<h1>5 Termine am Fr, 13.03. verschoben</h1>" in html
    assert "Kehrplan Steyr: 5 Termine vom Fr, 13.03. wurden gemeinsam verschoben." in html
    assert "Zu 1 weiteren Termin wartet keine Nachricht" in html
    assert "Person 4" in html and "bisher Fr, 13.03. 12:00" in html
    assert '<p class="bubble">Verschoben auf 16.03.2026, 12:00. Rauchfangkehrer Probe</p>' in html
    assert "5 Nachrichten an 5 Empfänger: 5 SMS, etwa 0,37\xa0€" in html
    assert "\nVerschoben auf #Datum, #Uhrzeit. #Firma</textarea>" in html
    assert "Betreff der E-Mails" not in html, "an SMS has none"
    assert "rechnen die Betroffenen weiter mit der alten Zeit" in html


def test_one_text_for_all_is_filled_for_each_and_leaves(  # C07
    office: dict[str, Any], client: FlaskClient
) -> None:
    moved(office)
    answer = client.post(ASKS, data=asked(client) | {"was": "text", "text": OWN}, follow_redirects=True)
    assert "5 Nachrichten sind mit diesem Text freigegeben." in check_page(answer)
    assert states() == {"planned": 5}
    send_due(lambda: NOON + HOUR)
    db.session.expire_all()
    left = list(db.session.scalars(db.select(Message).where(Message.kind == "moved")))
    assert {row.state for row in left} == {"accepted"}
    starts = {row.id: row.start for row in db.session.scalars(db.select(Appointment))}
    for row in left:
        assert f"{starts[row.appointment_id]:%d.%m.%Y} um 12:00 (statt 13.03.2026)" in row.text
    assert len({row.text for row in left}) == 5


def test_the_text_of_the_settings_and_no_message_are_the_other_two_answers(  # C07
    office: dict[str, Any], client: FlaskClient
) -> None:
    moved(office)
    carried = asked(client)
    html = client.post(ASKS, data=carried | {"was": "einstellung", "text": OWN}, follow_redirects=True).text
    assert "5 Nachrichten sind freigegeben." in html
    assert states() == {"planned": 5} and texts() == [""] * 5


def test_none_is_kept_until_somebody_lets_it_go(office: dict[str, Any], client: FlaskClient) -> None:  # C07
    moved(office)
    html = client.post(ASKS, data=asked(client) | {"was": "keine", "text": OWN}, follow_redirects=True).text
    assert "5 Nachrichten werden zurückgehalten." in html
    assert states() == {"withheld": 5}
    plan_messages(NOON + HOUR)
    assert states() == {"withheld": 5}


# C07: bad input says what is wrong, nothing leaves, and what was typed is still there
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Schreiben Sie den Text, den alle bekommen sollen."),
        ("  \r\n ", "Schreiben Sie den Text, den alle bekommen sollen."),
        ("Neu am #Dattum", "Den Platzhalter #Dattum gibt es nicht. Gemeint ist wohl #Datum."),
        ("#Datum " + "x" * 2000, "Höchstens 2000 Zeichen, hier sind es 2007."),
        ("Neu\x07 am #Datum", "Hier stehen Zeichen, die niemand senden kann."),
        (
            "Am #Datum bei #Objektnummer",
            "#Objektnummer ist leer bei: Person 0, Person 1, Person 2, Person 3, Person 4.",
        ),
        ("Am #Datum, #Kalenderlink", "#Kalenderlink ist leer bei: Person 0"),
    ],
)
def test_a_text_that_cannot_leave_is_refused_at_its_field(
    office: dict[str, Any], client: FlaskClient, typed: str, sentence: str
) -> None:
    moved(office)
    html = check_page(client.post(ASKS, data=asked(client) | {"was": "text", "text": typed}), 422)
    assert sentence in html and "Noch nichts ist gesendet" in html
    assert 'aria-invalid="true"' in html
    assert typed.replace("\r\n", "\n") in html, "what was typed stays"
    assert states() == {"held": 5} and texts() == [""] * 5


# C07: what is odd is shown once, and may be sent all the same
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("Neu am 16.03. um 12:00, nicht am #AltesDatum", "stünde so in jeder dieser Nachrichten"),
        ("Ihr Termin ist verschoben, wir melden uns.", "Im Text steht kein #Datum."),
        ("Wir kommen morgen: #Datum", "Nehmen Sie #Tagwort."),
        ("Neu am #Datum. Gratis Kalender!", "klingt nach Werbung"),
        ("Neu am #Datum. Bitte antworten Sie mit JA.", "Auf diese SMS kann niemand antworten."),
    ],
)
def test_what_is_odd_about_a_text_is_seen_before_it_leaves(
    office: dict[str, Any], client: FlaskClient, typed: str, sentence: str
) -> None:
    moved(office)
    carried = asked(client) | {"was": "text", "text": typed}
    html = check_page(client.post(ASKS, data=carried), 422)
    assert sentence in html and "Trotzdem alle mit diesem Text senden" in html and typed in html
    assert states() == {"held": 5}
    seen = html.split('name="gesehen" value="')[1].split('"')[0]
    assert client.post(ASKS, data=carried | {"gesehen": seen}).status_code == 302
    assert states() == {"planned": 5} and texts() == [typed] * 5


def test_a_bundle_that_changed_meanwhile_is_asked_again(  # C07
    office: dict[str, Any], client: FlaskClient
) -> None:
    ids = moved(office)
    carried = asked(client)
    client.post(f"/nachricht/{ids[0]}/freigeben")
    for way in ("text", "einstellung", "keine"):
        html = check_page(client.post(ASKS, data=carried | {"was": way, "text": OWN}), 422)
        assert "Nun sind es 4 Nachrichten." in html and OWN in html
        assert states() == {"held": 4, "planned": 1}
    assert client.post(ASKS, data=asked(client) | {"was": "text", "text": OWN}).status_code == 302
    assert sorted(texts()) == ["", OWN, OWN, OWN, OWN], "only what was shown has this text"


def test_who_comes_second_is_told_who_was_first_and_keeps_the_text(  # C07
    office: dict[str, Any], client: FlaskClient, sign_in: SignIn
) -> None:
    moved(office)
    colleague = sign_in("office", "berta")
    carried = asked(client)
    assert colleague.post(ASKS, data=asked(colleague) | {"was": "keine"}).status_code == 302
    for way in ("text", "einstellung", "keine", "vorschau"):
        html = check_page(client.post(ASKS, data=carried | {"was": way, "text": OWN}), 422)
        assert "berta hat das schon entschieden (Di, 10.03. 12:00)." in html
        assert "Ihr Text wurde nicht verwendet" in html and OWN in html
    assert states() == {"withheld": 5} and texts() == [""] * 5
    said = client.post(f"/wartet/{KEY}/vorschau", data={"text": OWN}).text
    assert "berta hat das schon entschieden" in said


def test_the_preview_follows_what_is_typed_and_who_is_picked(  # C07, C18
    office: dict[str, Any], client: FlaskClient
) -> None:
    ids = moved(office)
    last = max(ids, key=lambda id_: db.session.get_one(Message, id_).appointment_start)
    typed = {"text": f"Am #Datum kommt Eva Šimić, statt am #AltesDatum. {'Bitte! ' * 8}", "nachricht": last}
    said = client.post(f"/wartet/{KEY}/vorschau", data=typed).text
    assert "<html" not in said
    assert "Am 20.03.2026 kommt Eva <mark>Š</mark>imi<mark>ć</mark>, statt am 13.03.2026." in said
    assert "wird 2-teilige SMS" in said and "»Š« »ć« im Text erlauben nur 70 statt 160 Zeichen" in said
    assert "5 der Nachrichten brauchen mehr als eine SMS." in said
    assert "5 Nachrichten an 5 Empfänger: 10 SMS, etwa 0,75\xa0€" in said
    assert states() == {"held": 5} and texts() == [""] * 5


def test_the_preview_tells_a_gap_from_a_name_that_nobody_knows(  # C07
    office: dict[str, Any], client: FlaskClient
) -> None:
    moved(office)
    said = client.post(f"/wartet/{KEY}/vorschau", data={"text": "#Datum #Quatsch #Objektnummer"}).text
    assert said.count("Den Platzhalter #Quatsch gibt es nicht.") == 1
    assert "#Quatsch ist leer" not in said and said.count("#Objektnummer ist leer bei: Person 0") == 1
    empty = client.post(f"/wartet/{KEY}/vorschau", data={"text": " "}).text
    assert "Hier erscheint der Text." in empty


def test_return_in_the_form_and_a_browser_without_scripts_show_the_preview(  # C07
    office: dict[str, Any], client: FlaskClient
) -> None:
    moved(office)
    html = check_page(client.get(f"/wartet/{KEY}"))
    form = html[html.index('id="gemeinsam"') :]
    submits = [tag for tag in form.split("<button ")[1:] if tag.startswith('type="submit"')]
    assert 'value="vorschau"' in submits[0], "a browser presses a form's first button"
    carried = asked(client) | {"was": "vorschau", "text": "Neu: #Datum, #Uhrzeit"}
    html = check_page(client.post(ASKS, data=carried))
    assert "Neu: 16.03.2026, 12:00" in html and "\nNeu: #Datum, #Uhrzeit</textarea>" in html
    assert states() == {"held": 5}


def test_e_mails_of_the_bundle_have_a_subject_of_their_own(  # C07
    office: dict[str, Any], client: FlaskClient
) -> None:
    office["rule"].channel = office["told"].channel = "both"
    db.session.commit()
    moved(office)
    for row in list(db.session.scalars(db.select(Appointment))):
        row.emails = [f"kunde{row.id}@example.at"]
        sent = {"state": "delivered", "sent_at": NOON - DAY, "claimed_at": NOON - DAY, "channel": "email"}
        told = {"recipient": row.emails[0], "about_start": NOON + 3 * DAY}
        builders.message(row, office["told"], **sent | told)
    plan_messages(NOON)
    html = check_page(client.get(f"/wartet/{KEY}"))
    assert "Betreff der E-Mails" in html and "5 SMS, 5 E-Mails, etwa 0,37" in html
    carried = asked(client) | {"was": "text", "text": OWN}
    wrong = check_page(client.post(ASKS, data=carried | {"subject": "#Quatsch"}), 422)
    assert "Den Platzhalter #Quatsch gibt es nicht." in wrong and 'value="#Quatsch"' in wrong
    assert client.post(ASKS, data=carried | {"subject": "Neu am #Datum"}).status_code == 302
    db.session.expire_all()
    rows = list(db.session.scalars(db.select(Message).where(Message.kind == "moved")))
    assert {(row.channel, row.own_subject) for row in rows} == {("sms", ""), ("email", "Neu am #Datum")}


def test_what_vanished_together_is_asked_in_the_same_way(  # C06, C07
    office: dict[str, Any], client: FlaskClient
) -> None:
    builders.rule("cancelled", text="Ihr Termin am #Datum entfällt. #Firma")
    gone = {"cancelled_at": NOON - HOUR, "hold_code": "mass_cancelled", "hold_key": "6@|mass_cancelled|1"}
    moved(office, 6, changed_at=NOON - 20 * DAY, **gone)
    html = check_page(client.get("/wartet/6@|mass_cancelled|1"))
    assert "<h1>6 Termine auf einmal verschwunden</h1>" in html
    assert "die Betroffenen warten auf Sie" in html and "Ihr Termin am 13.03.2026 entfällt." in html
    carried = {"stand": html.split('name="stand" value="')[1].split('"')[0], "was": "text"}
    typed = carried | {"text": "Am #Datum kommen wir leider nicht. #Telefon"}
    assert client.post("/wartet/6@|mass_cancelled|1/gemeinsam", data=typed).status_code == 302
    send_due(lambda: NOON + HOUR)
    db.session.expire_all()
    left = list(db.session.scalars(db.select(Message).where(Message.kind == "cancelled")))
    assert {(row.state, row.text) for row in left} == {
        ("accepted", "Am 13.03.2026 kommen wir leider nicht. +43 7252 12345")
    }


def test_of_a_very_large_bundle_the_first_are_shown_and_all_are_decided(  # C07
    office: dict[str, Any], client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kehr.web.bundle.MOST", 3)
    moved(office)
    html = check_page(client.get(f"/wartet/{KEY}"))
    assert "Gezeigt werden die ersten 3 von 5 Nachrichten. Entschieden wird über alle." in html
    assert html.count('class="send"') == 3
    client.post(ASKS, data=asked(client) | {"was": "text", "text": OWN})
    assert texts() == [OWN] * 5


def test_readers_see_the_dialog_without_the_decision(office: dict[str, Any], sign_in: SignIn) -> None:
    moved(office)
    reader = sign_in("reader")
    html = check_page(reader.get(f"/wartet/{KEY}"))
    assert "Verschoben auf 16.03.2026" in html and "<textarea" not in html and 'name="was"' not in html
    assert reader.post(ASKS, data={"was": "keine"}).status_code == 403
    assert reader.post(f"/wartet/{KEY}/vorschau").status_code == 403


def test_what_nobody_can_ask_is_refused(office: dict[str, Any], client: FlaskClient) -> None:
    moved(office)
    assert client.post(ASKS, data={"was": "loeschen"}).status_code == 400
    assert client.post(ASKS).status_code == 400
    html = check_page(client.post("/wartet/gibtesnicht/gemeinsam", data={"was": "text", "text": OWN}), 422)
    assert "Hier wartet nichts mehr" in html and OWN in html


def send(office: dict[str, Any], name: str, due: timedelta, state: str = "planned", **values: Any) -> Message:
    """A message to `name`, due so long after noon."""
    row = builders.appointment(office["calendar"], NOON + due + 2 * DAY, name=name)
    return builders.message(row, office["rule"], state=state, due_at=NOON + due, **values)


def volume(office: dict[str, Any], count: int) -> list[Message]:
    """Messages of a day that is far larger than usual."""
    args = {"count": 90, "day": "2026-03-12", "usual": 20}
    return [
        send(
            office,
            f"Person {number}",
            HOUR,
            "held",
            recipient=f"+4366410000{number:02}",
            reason="volume_high",
            reason_args=args,
        )
        for number in range(count)
    ]


def test_bundle_lists_its_messages_and_asks_with_their_number(
    office: dict[str, Any], sign_in: SignIn
) -> None:
    volume(office, 6)
    args = {"count": 90, "day": "2026-03-12", "usual": 20}
    again = {"reason": "volume_high", "reason_args": args, "recipient": "+436641000000"}
    send(office, "Person 0", HOUR, "held", **again)
    send(office, "Andere", HOUR, "held", reason="release_always")
    html = check_page(sign_in("office").get(FULL_DAY))
    assert "6 Empfänger, 7 Nachrichten. Jetzt freigeben?" in html
    assert "Person 5" in html and "Andere" not in html


def test_release_lets_the_listed_messages_go_once(
    office: dict[str, Any], sign_in: SignIn
) -> None:  # failures.md 18: impatience
    ids = [message.id for message in volume(office, 5)]
    foreign = send(office, "Andere", HOUR, "held", reason="release_always").id
    client = sign_in("office")
    first = client.post(FULL_DAY, data={"message": [*ids, foreign]})
    assert first.location == "/heute"
    second = client.post(FULL_DAY, data={"message": ids}, follow_redirects=True)
    assert "schon freigegeben" in second.get_data(as_text=True)
    events = db.session.query(MessageEvent).filter(MessageEvent.reason == "released")
    released = sorted(event.message_id for event in events)
    assert released == sorted(ids), "neither twice nor what was not in this bundle"


def test_a_bundle_is_kept_back_once(office: dict[str, Any], sign_in: SignIn) -> None:  # C06
    ids = [message.id for message in volume(office, 3)]
    client = sign_in("office")
    html = check_page(client.get(FULL_DAY))
    assert "3 Nachrichten bleiben dann hier. Zurückhalten?" in html
    for _click in range(2):
        assert client.post(f"{FULL_DAY}/zurueckhalten", data={"message": ids}).status_code == 302
    events = db.session.query(MessageEvent).filter(MessageEvent.reason == "withheld_by_hand")
    assert sorted(event.message_id for event in events) == sorted(ids)
    assert client.post(f"{FULL_DAY}/zurueckhalten").status_code == 400


def test_release_is_not_for_readers(office: dict[str, Any], sign_in: SignIn) -> None:
    ids = [message.id for message in volume(office, 2)]
    client = sign_in("reader")
    assert "Alle freigeben" not in check_page(client.get(FULL_DAY))
    assert client.post(FULL_DAY, data={"message": ids}).status_code == 403


def test_release_without_messages_is_refused(office: dict[str, Any], sign_in: SignIn) -> None:
    assert sign_in("office").post(FULL_DAY).status_code == 400


def test_settled_bundle_says_that_nothing_waits(office: dict[str, Any], sign_in: SignIn) -> None:
    assert "Hier wartet nichts mehr" in check_page(sign_in("office").get(FULL_DAY))


def test_each_shared_number_is_a_bundle_of_its_own(office: dict[str, Any], sign_in: SignIn) -> None:  # C06
    for number in ("+436641000001", "+436641000002"):
        args = {"address": number, "names": "Karl, Eva"}
        send(office, f"An {number}", HOUR, "held", recipient=number, reason="number_shared", reason_args=args)
    html = check_page(sign_in("office").get("/wartet/number_shared:+436641000002"))
    assert "An +436641000002" in html and "An +436641000001" not in html


def test_between_a_poll_and_its_planning_no_number_is_below_zero(
    office: dict[str, Any], client: FlaskClient
) -> None:
    moved(office)
    db.session.execute(db.update(Appointment).values(hold_code=""))
    db.session.commit()
    html = check_page(client.get(f"/wartet/{KEY}"))
    assert "weiteren Termin" not in html and not re.search(r"-\d+ (?:weitere|Termin|Nachricht)", html)
