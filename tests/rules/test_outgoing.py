"""What leaves is whole and true at its moment, or does not leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar

from kehr.rules.terms.messages import RULE_KINDS, Channel, Kind
from kehr.rules.texts.outgoing import SUBJECTS, EntryFacts, calendar_entry, compose
from kehr.rules.texts.text import TextFacts
from tests.rules.plan_build import NOW, VIENNA, at

START = at("12.03. 10:00")
FACTS = TextFacts(
    start=START,
    end=START + timedelta(hours=2),
    name="Karl Mustermann",
    place="Redtenbachergasse 3",
    company="Rauchfangkehrer Probe",
    phone="+43 7252 12345",
)


def composed(kind: str, text: str, channel: Channel = Channel.SMS, subject: str = "", **facts: object):
    return compose(Kind(kind), channel, text, subject, replace(FACTS, **facts), NOW, VIENNA)


# B32
def test_an_sms_is_filled_and_its_parts_are_counted() -> None:
    sms = composed("reminder", "#Wochentag, #Datum um #Uhrzeit: #Ort. #Firma")
    assert sms.text == "Donnerstag, 12.03.2026 um 10:00: Redtenbachergasse 3. Rauchfangkehrer Probe"
    assert (sms.missing, sms.parts, sms.subject) == ((), 1, "")


# C11
@pytest.mark.parametrize(
    ("now", "word"),
    [
        ("10.03. 12:00", "übermorgen"),
        ("11.03. 23:59", "morgen"),
        ("12.03. 00:00", "heute"),
        ("09.03. 12:00", "12.03.2026"),
    ],
)
def test_day_words_are_those_of_the_moment_of_sending(now: str, word: str) -> None:
    text = compose(Kind.REMINDER, Channel.SMS, "Wir kommen #Tagwort.", "", FACTS, at(now), VIENNA).text
    assert text == f"Wir kommen {word}."


# B38
def test_a_moved_message_names_both_starts() -> None:
    told = composed("moved", "#AltesDatum #AlteUhrzeit -> #Datum #Uhrzeit", old_start=at("11.03. 08:30"))
    assert told.text == "11.03.2026 08:30 -> 12.03.2026 10:00"


# failures.md 16
@pytest.mark.parametrize(
    ("text", "facts", "missing"),
    [
        ("#Uhrzeit", {"all_day": True}, ("Uhrzeit",)),
        ("Nummer #Objektnummer", {}, ("Objektnummer",)),
        ("#Quatsch", {}, ("Quatsch",)),
        ("", {}, ("Text",)),
        ("#Anrede", {}, ("Text",)),
        ("#AltesDatum", {}, ("AltesDatum",)),
    ],
)
def test_failure_16_a_text_with_a_gap_does_not_leave(text: str, facts: dict, missing: tuple) -> None:
    assert composed("reminder", text, **facts).missing == missing
    assert composed("reminder", text, Channel.EMAIL, "Termin", **facts).missing == missing


@pytest.mark.parametrize("kind", RULE_KINDS)
def test_every_kind_has_a_subject_that_can_be_filled(kind: Kind) -> None:
    mail = compose(kind, Channel.EMAIL, "Guten Tag", "", FACTS, NOW, VIENNA)
    assert set(SUBJECTS) == set(Kind)
    assert "12.03.2026" in mail.subject
    assert mail.missing == ()


def test_an_own_subject_is_filled_and_stays_on_one_line() -> None:
    mail = composed("reminder", "Text", Channel.EMAIL, "Termin\n#Datum")
    assert mail.subject == "Termin 12.03.2026"
    assert composed("reminder", "Text", Channel.EMAIL, "#Objektnummer").missing == ("Objektnummer",)


ENTRY = EntryFacts(
    uid="kehrbote-1-7@kehrbote",
    start=START,
    end=START + timedelta(hours=2),
    all_day=False,
    summary="Rauchfangkehrer",
    place="Redtenbachergasse 3, 4400 Steyr",
    company="Rauchfangkehrer Probe",
    phone="+43 7252 12345",
    email="office@example.at",
    cancelled=False,
    sequence=2,
)


def event(**values: object):
    (calendar,) = [Calendar.from_ical(calendar_entry(replace(ENTRY, **values), NOW, VIENNA))]
    (found,) = calendar.walk("VEVENT")
    return calendar, found


# B33
def test_the_entry_tells_time_place_and_firm() -> None:
    calendar, found = event()
    assert (found.start, found.end) == (START, START + timedelta(hours=2))
    assert found["UID"] == ENTRY.uid
    assert found["SEQUENCE"] == 2
    assert found["LOCATION"] == ENTRY.place
    assert (found["STATUS"], calendar["METHOD"]) == ("CONFIRMED", "PUBLISH")
    assert found["ORGANIZER"] == "mailto:office@example.at"
    assert found["CONTACT"] == "Rauchfangkehrer Probe, +43 7252 12345"


def test_a_whole_day_is_a_date_of_the_office_s_zone() -> None:
    midnight = datetime(2026, 3, 12, tzinfo=VIENNA).astimezone(UTC)
    _, found = event(all_day=True, start=midnight, end=midnight + timedelta(days=1))
    assert (found["DTSTART"].dt, found["DTEND"].dt) == (date(2026, 3, 12), date(2026, 3, 13))


def test_a_cancelled_entry_takes_itself_out_of_the_calendar() -> None:
    calendar, found = event(cancelled=True, place="", phone="", email="")
    assert (found["STATUS"], calendar["METHOD"]) == ("CANCELLED", "CANCEL")
    assert not {"LOCATION", "CONTACT", "ORGANIZER"} & set(found)
