"""The window of a message: what exactly, why, and what can be done."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from kehr.models import Consent, Message, MessageEvent, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def office(app: Flask, at: Clock) -> dict[str, Any]:
    """A firm with a calendar that asks for consent, a reminder and a gateway that reports nothing."""
    builders.company()
    gateway = builders.gateway("LINK", kind="linkmobility")
    branch = builders.branch(sms_gateway_id=gateway.id)
    calendar = builders.calendar(consent="customer", branch_id=branch.id)
    return {"calendar": calendar, "rule": builders.rule(), "gateway": gateway}


def send(office: dict[str, Any], state: str = "planned", **values: Any) -> Message:
    """A reminder about an appointment in two days, whose wording left unless it is still open."""
    row = builders.appointment(office["calendar"], NOON + values.pop("ahead", 2 * DAY))
    left = {"text": "Erinnerung: übermorgen um 12:00.", "parts": 1, "sender": "+43720111222"}
    frozen = {} if state in ("planned", "held", "withheld") else left
    return builders.message(row, office["rule"], **{"state": state, "due_at": NOON + HOUR} | frozen | values)


def test_page_needs_sign_in(app: Flask, office: dict[str, Any]) -> None:
    message = send(office)
    assert app.test_client().get(f"/nachricht/{message.id}").status_code == 302


def test_unknown_message_is_not_found(office: dict[str, Any], sign_in: SignIn) -> None:
    assert sign_in().get("/nachricht/gibtsnicht").status_code == 404
    assert sign_in(login="b").get(f"/nachricht/{send(office).id}/unsinn").status_code == 404


def test_planned_message_shows_the_text_as_it_leaves_when_it_is_due(
    office: dict[str, Any], sign_in: SignIn
) -> None:  # B45
    message = send(office, reason="planned_lead", reason_args={"days": 2})
    html = check_page(sign_in("reader").get(f"/nachricht/{message.id}"))
    assert "Donnerstag, 12.03.2026 um 12:00: Redtenbachergasse 3, 4400 Steyr." in html
    assert "so geht sie hinaus" in html
    assert "0664 1000001" in html
    assert "Geht am Di, 10.03. 13:00 hinaus: Erinnerung, 2 Tage vor dem Termin." in html


def test_planned_text_speaks_of_the_day_on_which_it_will_be_read(
    office: dict[str, Any], sign_in: SignIn
) -> None:  # C11
    message = send(office, due_at=NOON + timedelta(days=1))
    message.rule.text = "#Tagwort kommen wir."
    db.session.commit()
    html = check_page(sign_in("reader").get(f"/nachricht/{message.id}"))
    assert "morgen kommen wir." in html and "übermorgen" not in html


def test_changed_rule_changes_the_shown_text_of_what_has_not_left(
    office: dict[str, Any], sign_in: SignIn
) -> None:  # A27
    planned = send(office)
    left = send(office, "accepted", recipient="+436641000002")
    office["rule"].text = "Neuer Wortlaut #Datum"
    db.session.commit()
    client = sign_in("reader")
    assert "Neuer Wortlaut 12.03.2026" in check_page(client.get(f"/nachricht/{planned.id}"))
    assert "Erinnerung: übermorgen um 12:00." in check_page(client.get(f"/nachricht/{left.id}"))


def test_missing_placeholder_is_named_instead_of_a_gap(office: dict[str, Any], sign_in: SignIn) -> None:
    # failures.md 16: a template without its value.
    office["rule"].text = "Objekt #Objektnummer"
    db.session.commit()
    html = check_page(sign_in("reader").get(f"/nachricht/{send(office).id}"))
    assert "Im Text ist #Objektnummer nicht zu füllen." in html


def test_left_message_shows_its_copies_gateway_reference_and_times(
    office: dict[str, Any], sign_in: SignIn
) -> None:
    message = send(
        office,
        "delivered",
        gateway_id=office["gateway"].id,
        gateway_name="LINK",
        reference="ref-4711",
        due_at=NOON - HOUR,
        sent_at=NOON - HOUR,
        delivered_at=NOON,
    )
    html = check_page(sign_in("reader").get(f"/nachricht/{message.id}"))
    for words in (
        "32 Zeichen · 1 SMS · Absender 0720 111222",
        "ref-4711",
        "Di, 10.03. 11:00",
        "Di, 10.03. 12:00",
    ):
        assert words in html


# A55
def test_what_the_gateway_says_stands_in_the_window(office: dict[str, Any], sign_in: SignIn) -> None:
    from kehr.actions.facts.apply_receipt import apply_receipt
    from kehr.gateways.contract import Fate, Receipt
    from kehr.models import writing

    waits = {"next_state_at": NOON + HOUR, "claimed_at": NOON - HOUR, "sent_at": NOON - HOUR}
    message = send(office, "accepted", gateway_id=office["gateway"].id, reference="ref-1", **waits)
    client = sign_in("reader")
    for fate, word in ((Fate.UNDERWAY, "Sent"), (Fate.UNDELIVERED, "Failed")):
        with writing() as session:
            apply_receipt(session, office["gateway"].id, Receipt(fate, word, word, reference="ref-1"), NOON)
        html = check_page(client.get(f"/nachricht/{message.id}"))
        if fate == Fate.UNDERWAY:
            assert "bisher gemeldet: Sent, wird wieder gefragt: Di, 10.03. 13:00" in html
    assert "wird wieder gefragt" not in html
    assert "Nicht zugestellt: Das Gateway meldet, dass die Nachricht nicht ankam (Failed)." in html
    assert "Verständigen Sie auf anderem Weg." in html


def test_gateway_that_cannot_report_says_so_and_never_delivered(
    office: dict[str, Any], sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:  # C19
    from kehr.gateways.contract import Abilities

    message = send(office, "accepted", gateway_id=office["gateway"].id, sent_at=NOON)
    client = sign_in("reader")
    monkeypatch.setattr("kehr.actions.decide.show_message.abilities_of", lambda kind, options: Abilities())
    html = check_page(client.get(f"/nachricht/{message.id}"))
    assert "Dieses Gateway meldet nicht, ob die Nachricht ankam." in html
    assert "zugestellt" not in html.lower()
    polls = Abilities(polls_states=True)
    monkeypatch.setattr("kehr.actions.decide.show_message.abilities_of", lambda kind, options: polls)
    assert "meldet nicht" not in check_page(client.get(f"/nachricht/{message.id}"))


def test_history_tells_each_change_with_time_reason_and_person(
    office: dict[str, Any], sign_in: SignIn
) -> None:
    message = send(office, "accepted", sent_at=NOON)
    for state, reason, by in (
        ("planned", "planned_new", ""),
        ("unclear", "stuck_sending", ""),
        ("planned", "planned_again", "maria"),
    ):
        args = {"by": by} if by else {}
        db.session.add(
            MessageEvent(
                message_id=message.id, at=NOON, new_state=state, reason=reason, reason_args=args, by=by
            )
        )
    db.session.commit()
    html = check_page(sign_in("reader").get(f"/nachricht/{message.id}"))
    for words in ("Di 10.03. 12:00:00", "neu im Kalender", "Unklar: Die Anlage blieb", "(maria)"):
        assert words in html


def test_trial_message_reads_probe(office: dict[str, Any], sign_in: SignIn) -> None:  # C26
    message = send(office, "accepted", trial=True, reason="trial")
    html = check_page(sign_in("reader").get(f"/nachricht/{message.id}"))
    assert "Probe" in html and "vom Gateway angenommen" not in html


@pytest.mark.parametrize(
    ("state", "reason", "offered"),
    [
        ("unclear", "stuck_sending", {"nochmals", "gesendet"}),
        ("refused", "dns_failed", {"nochmals", "gesendet"}),
        ("held", "release_always", {"freigeben"}),
        ("withheld", "no_consent", {"einwilligung"}),
        ("withheld", "revoked", {"einwilligung"}),
        ("withheld", "landline", set()),
        ("planned", "planned_new", set()),
        ("delivered", "delivered", set()),
        ("missed", "too_late", set()),
    ],
)
def test_exactly_what_can_be_done_now_is_offered(
    office: dict[str, Any], sign_in: SignIn, state: str, reason: str, offered: set[str]
) -> None:
    message = send(
        office, state, reason=reason, reason_args={"address": "+436641000001", "due": NOON.isoformat()}
    )
    html = check_page(sign_in("office").get(f"/nachricht/{message.id}"))
    deeds = ("nochmals", "gesendet", "freigeben", "einwilligung", "keine-nachrichten")
    assert {deed for deed in deeds if f'href="/nachricht/{message.id}/{deed}"' in html} == offered


def test_readers_see_no_deeds_and_may_not_do_them(office: dict[str, Any], sign_in: SignIn) -> None:
    message = send(office, "unclear", reason="stuck_sending")
    client = sign_in("reader")
    assert "Nochmals senden</a>" not in check_page(client.get(f"/nachricht/{message.id}"))
    assert client.get(f"/nachricht/{message.id}/nochmals").status_code == 403
    assert client.post(f"/nachricht/{message.id}/nochmals").status_code == 403


def test_sending_again_asks_first_to_whom_and_how_much(office: dict[str, Any], sign_in: SignIn) -> None:
    message = send(office, "unclear", reason="stuck_sending")
    client = sign_in("office")
    html = check_page(client.get(f"/nachricht/{message.id}/nochmals"))
    assert "1 Empfänger, 1 SMS: Karl Mustermann, 0664 1000001." in html
    assert "kommt die Nachricht doppelt" in html
    assert db.session.get(Message, message.id).state == "unclear", "asking changes nothing"


def test_sending_again_happens_once_however_often_it_is_clicked(
    office: dict[str, Any], sign_in: SignIn
) -> None:
    # failures.md 18: clicked twice, the page reloaded after sending.
    message_id = send(office, "refused", reason="dns_failed").id
    client = sign_in("office")
    builders_consent()
    first = client.post(f"/nachricht/{message_id}/nochmals")
    assert first.status_code == 302 and first.location == f"/nachricht/{message_id}"
    second = client.post(f"/nachricht/{message_id}/nochmals", follow_redirects=True)
    assert "nicht mehr nötig oder schon geschehen" in second.get_data(as_text=True)
    again = select(MessageEvent).where(
        MessageEvent.message_id == message_id, MessageEvent.reason == "planned_again"
    )
    assert len(db.session.scalars(again).all()) == 1


def builders_consent() -> None:
    """The office's tick for the usual number."""
    db.session.add(Consent(address="+436641000001", granted=True, at=NOON - DAY, by="office", source="form"))
    db.session.commit()


def test_unclear_message_can_be_noted_as_sent(office: dict[str, Any], sign_in: SignIn) -> None:
    message_id = send(office, "unclear", reason="stuck_sending", claimed_at=NOON).id
    client = sign_in("office", "maria")
    assert "hinausging?" in check_page(client.get(f"/nachricht/{message_id}/gesendet"))
    html = client.post(f"/nachricht/{message_id}/gesendet", follow_redirects=True).get_data(as_text=True)
    assert "Als gesendet vermerkt von maria." in html


def test_held_message_can_be_released_alone(office: dict[str, Any], sign_in: SignIn) -> None:
    builders_consent()
    message_id = send(office, "held", reason="release_always").id
    client = sign_in("office")
    assert "1 Empfänger, 1 SMS" in check_page(client.get(f"/nachricht/{message_id}/freigeben"))
    html = client.post(f"/nachricht/{message_id}/freigeben", follow_redirects=True).get_data(as_text=True)
    assert "Die Nachricht ist freigegeben." in html


def test_consent_is_recorded_with_how_who_and_note(
    office: dict[str, Any], sign_in: SignIn
) -> None:  # C09, A14
    message_id = send(office, "withheld", reason="no_consent", reason_args={"address": "+436641000001"}).id
    client = sign_in("office", "maria")
    html = check_page(client.get(f"/nachricht/{message_id}/einwilligung"))
    assert "Gateway" in html, "the consent's text names the transfer to the gateway"
    client.post(
        f"/nachricht/{message_id}/einwilligung", data={"how": "phone", "note": "Frau Mayr am Telefon"}
    )
    row = db.session.scalars(select(Consent)).one()
    assert (row.address, row.granted, row.by, row.source) == ("+436641000001", True, "maria", "phone")
    assert row.evidence == "Frau Mayr am Telefon"


@pytest.mark.parametrize("deed", ["einwilligung", "keine-nachrichten"])
def test_consent_names_the_person_and_the_object_of_the_message(
    deed: str, office: dict[str, Any], sign_in: SignIn
) -> None:  # C09
    house = builders.house()
    eva = builders.person(house, "Šimić", first_name="Eva", unit="Top 1", phones=["0664 1000001"])
    state = "withheld" if deed == "einwilligung" else "planned"
    reason = (
        {"reason": "no_consent", "reason_args": {"address": "+436641000001"}} if state == "withheld" else {}
    )
    if state == "planned":
        builders_consent()
    message = send(office, state, person_id=eva.id, property_id=house.id, **reason)
    sign_in("office").post(f"/nachricht/{message.id}/{deed}", data={"how": "phone"})
    row = db.session.scalars(select(Consent).order_by(Consent.id.desc())).first()
    assert row is not None
    assert (row.granted, row.person_name, row.property_number) == (
        state == "withheld",
        "Eva Šimić",
        "A110010",
    )


@pytest.mark.parametrize("headers", [{}, FRAGMENT])
def test_consent_without_how_is_refused_and_the_note_stays(
    office: dict[str, Any], sign_in: SignIn, headers: dict[str, str]
) -> None:
    message_id = send(office, "withheld", reason="no_consent", reason_args={"address": "+436641000001"}).id
    answer = sign_in("office").post(
        f"/nachricht/{message_id}/einwilligung", data={"note": "stand am Zettel"}, headers=headers
    )
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Wählen Sie aus, wie es gesagt wurde." in html and 'value="stand am Zettel"' in html
    assert db.session.scalars(select(Consent)).all() == []


def test_number_can_opt_out_as_easily_as_it_agreed(office: dict[str, Any], sign_in: SignIn) -> None:
    # failures.md 14: withdraw with something planned, nothing leaves.
    builders_consent()
    message_id = send(office, reason="planned_lead", reason_args={"days": 2}).id
    client = sign_in("office")
    assert "keine-nachrichten" in check_page(client.get(f"/nachricht/{message_id}"))
    client.post(f"/nachricht/{message_id}/keine-nachrichten", data={"how": "phone"})
    newest = db.session.scalars(select(Consent).order_by(Consent.id.desc())).first()
    assert newest is not None and not newest.granted
    db.session.expire_all()
    assert db.session.get(Message, message_id).state != "planned"


def test_window_gets_a_fragment_and_tells_the_list_after_a_deed(
    office: dict[str, Any], sign_in: SignIn
) -> None:
    message_id = send(office, "unclear", reason="stuck_sending", claimed_at=NOON).id
    client = sign_in("office")
    shown = client.get(f"/nachricht/{message_id}", headers=FRAGMENT).get_data(as_text=True)
    assert "<html" not in shown and "Karl Mustermann" in shown
    asked = client.get(f"/nachricht/{message_id}/gesendet", headers=FRAGMENT).get_data(as_text=True)
    assert "<html" not in asked and "csrf_token" in asked
    done = client.post(f"/nachricht/{message_id}/gesendet", headers=FRAGMENT)
    assert done.headers["HX-Trigger"] == "messages-changed"
    html = done.get_data(as_text=True)
    assert "<html" not in html and "Die Nachricht ist als gesendet vermerkt." in html
