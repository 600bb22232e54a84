"""An office driven by commands alone: a real calendar server, a fake LINK, a real mail server.

The story is lived once (`office_story`); every test reads what it left behind.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage

import icalendar
import pytest

from tests.stack.office_story import (
    EVA,
    EVA_MAIL,
    FRANZ,
    IDA,
    KARL,
    LENA,
    OTTO,
    UWE,
    VIENNA,
    Story,
    moment,
)

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("commands"), pytest.mark.timeout(600)]

KEYS = [
    *("id", "calendar", "branch", "uid", "appointment_start", "about_start", "kind", "channel", "recipient"),
    *("due_at", "state", "reason", "text", "subject", "sender", "gateway", "reference", "parts", "sent_at"),
    "delivered_at",
]
FIRM = "Rauchfangkehrer Öllinger, +43 7252 12345"
NOTHING = {"accepted": 0, "refused": 0, "not_taken": 0, "unclear": 0, "missed": 0}


def plain(letter: EmailMessage) -> str:
    """What a mail program without HTML shows."""
    body = letter.get_body(("plain",))
    assert body is not None
    return body.get_content()


def entry(letter: EmailMessage) -> tuple[str, icalendar.Event]:
    """Method and appointment of the .ics that came with a letter."""
    (file,) = letter.iter_attachments()
    assert (file.get_filename(), file.get_content_type()) == ("termin.ics", "text/calendar")
    calendar = icalendar.Calendar.from_ical(file.get_payload(decode=True))
    (event,) = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), event


def start_of(event: icalendar.Event) -> datetime:
    return event["DTSTART"].dt


def test_configuring_tells_what_it_made_and_the_second_time_changes_nothing(story: Story) -> None:  # C30
    lines = story.configured.splitlines()
    for line in (
        "Gateway »link«: angelegt",
        "Filiale »Linz«: angelegt",
        "Kalender »Kehrplan Steyr«: angelegt",
    ):
        assert line in lines
    assert story.again == "nichts geändert\n"


def test_the_first_poll_takes_the_calendar_over_and_announces_nothing(story: Story) -> None:  # B31
    assert story.polled == [
        {
            "calendar": name,
            "outcome": "changed",
            "reason": "",
            "appointments": count,
            "added": count,
            "moved": 0,
            "cancelled": 0,
        }
        for name, count in (("Kehrplan Steyr", 3), ("Kehrplan Linz", 1))
    ]
    assert set(story.planned) == {"created", "changed", "withdrawn"}
    assert story.sent == NOTHING
    assert {m["kind"] for m in story.first} == {"announcement", "reminder"}
    assert {m["state"] for m in story.first} == {"planned"}


def test_messages_have_exactly_the_promised_keys_and_the_offices_times(story: Story) -> None:
    for told in story.messages:
        assert list(told) == KEYS
    (karl,) = [m for m in story.first if m["recipient"] == KARL]
    assert karl == {
        "id": karl["id"],
        "calendar": "Kehrplan Steyr",
        "branch": "Steyr",
        "uid": "karl@office.test",
        "appointment_start": "2026-03-19T08:00:00+01:00",
        "about_start": "2026-03-19T08:00:00+01:00",
        "kind": "reminder",
        "channel": "sms",
        "recipient": KARL,
        "due_at": "2026-03-17T17:00:00+01:00",
        "state": "planned",
        "reason": "Geht am Di, 17.03. 17:00 hinaus: Erinnerung, 2 Tage vor dem Termin.",
        "text": f"Erinnerung: 19.03.2026 um 08:00, Ennser Straße 4, 4407 Steyr. {FIRM}",
        "subject": "",
        "sender": "",
        "gateway": "",
        "reference": "",
        "parts": 1,
        "sent_at": None,
        "delivered_at": None,
    }


def test_a_new_entry_is_confirmed_once_it_has_settled_and_not_before(story: Story) -> None:  # B31 A02
    for name in ("new entries", "still settling"):
        assert story.chapters[name].done["send"] == NOTHING
    settled = story.chapters["settled"]
    assert settled.texts == {
        EVA: f"Eva Huber: Termin eingetragen, Freitag, 20.03.2026 um 10:00, Stadtplatz 5, 4400 Steyr. {FIRM}",
        FRANZ: f"Franz Aigner: Termin eingetragen, Donnerstag, 02.04.2026 um 13:00, bei Ihnen. {FIRM}",
    }
    (letter,) = settled.letters
    assert (letter["to"], letter["from"]) == (EVA_MAIL, "Rauchfangkehrer Öllinger <office@example.at>")
    assert letter["subject"] == "Termin am 20.03.2026"
    assert plain(letter).strip() == settled.texts[EVA]
    method, event = entry(letter)
    assert (method, str(event["LOCATION"])) == ("PUBLISH", "Stadtplatz 5, 4400 Steyr")
    assert start_of(event) == moment(20, "10:00").astimezone(UTC)


def test_a_moved_entry_withdraws_the_old_reminder_and_tells_both_dates(story: Story) -> None:  # B38 A21
    assert story.chapters["moved"].done["poll"][0]["moved"] == 1
    assert story.chapters["moved"].done["send"] == NOTHING
    moved = story.chapters["moved and settled"]
    text = f"Statt am 20.03.2026 um 10:00 kommen wir am Montag, 23.03.2026 um 14:30. {FIRM}"
    assert moved.texts == {EVA: text}
    (letter,) = moved.letters
    assert (letter["to"], letter["subject"]) == (EVA_MAIL, "Neuer Termin: 23.03.2026")
    assert plain(letter).strip() == text
    old = [m for m in story.of(EVA, "reminder") if m["about_start"] == "2026-03-20T10:00:00+01:00"]
    assert [(m["state"], m["sent_at"]) for m in old] == [("withdrawn", None)]
    assert old[0]["reason"] == "Zurückgezogen: Der Termin ist nun am Mo, 23.03. 14:30. Es ist nichts zu tun."


def test_the_entry_in_the_second_letter_replaces_that_of_the_first(story: Story) -> None:
    _, first = entry(story.chapters["settled"].letters[0])
    method, second = entry(story.chapters["moved and settled"].letters[0])
    assert (method, str(second["UID"])) == ("PUBLISH", str(first["UID"]))
    assert second["SEQUENCE"] > first["SEQUENCE"]
    assert start_of(second) == moment(23, "14:30").astimezone(UTC)
    _, last = entry(story.chapters["cancelled and settled"].letters[0])
    assert (str(last["UID"]), str(last["STATUS"])) == (str(first["UID"]), "CANCELLED")
    assert last["SEQUENCE"] > second["SEQUENCE"]


def test_moved_and_back_before_it_settled_tells_nobody(story: Story) -> None:  # C01
    for name in ("moved again", "moved back", "moved back and settled"):
        assert (story.chapters[name].sms, story.chapters[name].letters) == ([], [])
    away = [m for m in story.of(EVA, "moved") if m["about_start"] == "2026-03-25T08:00:00+01:00"]
    assert [m["state"] for m in away] == ["withdrawn"]


def test_a_deleted_entry_counts_as_cancelled_only_after_six_hours(story: Story) -> None:  # C02
    for name in ("deleted", "deleted, too early to tell"):
        assert story.chapters[name].done["poll"][0]["cancelled"] == 0
    assert story.chapters["deleted for sure"].done["poll"][0]["cancelled"] == 1
    assert story.chapters["deleted for sure"].sms == []
    assert story.chapters["deleted and settled"].texts == {
        FRANZ: f"Ihr Termin am 02.04.2026 entfällt. {FIRM}"
    }


def test_nothing_leaves_between_closing_and_opening(story: Story) -> None:
    for name in ("late in the evening", "after closing", "before opening"):
        assert story.chapters[name].sms == []
    otto = f"Otto Kern: Termin eingetragen, Freitag, 27.03.2026 um 08:00, bei Ihnen. {FIRM}"
    assert story.chapters["opening"].texts == {OTTO: otto}
    for told in story.messages:
        if told["sent_at"]:
            assert 8 <= datetime.fromisoformat(told["sent_at"]).astimezone(VIENNA).hour < 20


def test_reminder_and_announcement_leave_at_their_hour_with_the_days_word(story: Story) -> None:  # B35 A19
    ida = f"Ankündigung: Montag, 30.03.2026, 09:00-10:00, bei Ihnen. {FIRM}"
    assert story.chapters["announcement"].texts == {IDA: ida}
    assert story.chapters["before the reminder"].sms == []
    karl = f"Erinnerung: übermorgen, 19.03.2026 um 08:00, Ennser Straße 4, 4407 Steyr. {FIRM}"
    assert story.chapters["reminder"].texts == {KARL: karl}


def test_a_cancelled_entry_is_told_once_to_those_who_knew_of_it(story: Story) -> None:
    assert story.chapters["cancelled"].done["poll"][0]["cancelled"] == 3
    assert story.chapters["cancelled"].sms == []
    settled = story.chapters["cancelled and settled"]
    assert settled.texts == {
        EVA: f"Ihr Termin am 23.03.2026 entfällt. {FIRM}",
        IDA: f"Ihr Termin am 30.03.2026 entfällt. {FIRM}",
    }
    assert [(letter["to"], letter["subject"]) for letter in settled.letters] == [
        (EVA_MAIL, "Termin am 23.03.2026 entfällt")
    ]
    assert entry(settled.letters[0])[0] == "CANCEL"
    assert story.of(UWE, "cancelled") == []


def test_a_branch_sends_its_own_text_under_its_own_sender(story: Story) -> None:  # B10 B11 A56
    assert story.chapters["linz reminder"].texts == {LENA: "Linz erinnert: 20.03.2026 um 11:30"}
    senders = {
        (one["senderAddress"], one["senderAddressType"])
        for one in story.link.accepted
        if one["recipientAddressList"] != [LENA[1:]]
    }
    (lena,) = story.chapters["linz reminder"].sms
    assert (lena["senderAddress"], lena["senderAddressType"]) == ("KEHRER-LINZ", "alphanumeric")
    assert senders == {("43720111222", "international")}


def test_feedback_is_asked_once_after_the_visit_and_never_after_a_cancellation(story: Story) -> None:  # B39
    assert story.chapters["before feedback"].sms == []
    text = "Waren Sie am 19.03.2026 zufrieden? Rauchfangkehrer Öllinger"
    assert story.chapters["feedback"].texts == {KARL: text}
    assert {m["state"] for m in story.of(EVA, "feedback")} == {"withdrawn"}
    assert {m["state"] for m in story.of(OTTO, "feedback")} <= {"withheld"}


def test_everything_arrived_once_as_the_log_says_and_another_round_sends_nothing(story: Story) -> None:
    assert story.chapters["again"].done["send"] == NOTHING
    arrived = story.link.arrivals()
    assert set(arrived.values()) == {1}
    logged = {m["id"]: m for m in story.messages if m["state"] == "accepted" and m["channel"] == "sms"}
    assert set(arrived) == set(logged)
    for one in story.link.accepted:
        told = logged[one["clientMessageId"]]
        assert told["text"] == one["messageContent"]
        assert told["recipient"] == f"+{one['recipientAddressList'][0]}"
        assert (told["gateway"], told["parts"]) == ("link", 1)
        assert told["sender"].lstrip("+") == one["senderAddress"]
        assert told["reference"].startswith("0062")
    mails = [m for m in story.messages if m["state"] == "accepted" and m["channel"] == "email"]
    assert len(mails) == len(story.mail.letters) == 3


def test_the_list_of_messages_can_be_cut_by_time(story: Story) -> None:
    at = moment(20, "10:05")
    day = story.office.messages(at, "--since", "2026-03-17", "--until", "2026-03-17T23:59:59+01:00")
    assert {(m["kind"], m["recipient"]) for m in day} == {("reminder", KARL)}
