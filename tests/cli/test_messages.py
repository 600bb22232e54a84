"""`messages`: what scripts read."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from tests import builders
from tests.conftest import NOON, Clock

KEYS = [
    *("id", "calendar", "branch", "uid", "appointment_start", "about_start", "kind", "channel", "recipient"),
    *("due_at", "state", "reason", "text", "subject", "sender", "gateway", "reference", "parts"),
    *("sent_at", "delivered_at"),
]
DAY = timedelta(days=1)


@pytest.fixture
def office(app: Flask, at: Clock) -> dict[str, Any]:
    """A firm with a calendar and a reminder."""
    builders.company()
    builders.gateway()
    return {"calendar": builders.calendar(), "rule": builders.rule()}


def send(office: dict[str, Any], **values: Any) -> Any:
    """A message of the office about an appointment in four days, due in two."""
    return builders.message(
        builders.appointment(office["calendar"], NOON + 4 * DAY), office["rule"], **values
    )


def lines(app: Flask, *arguments: str) -> list[dict[str, Any]]:
    """The objects that `messages --json` prints."""
    result = app.test_cli_runner().invoke(args=["messages", *arguments, "--json"])
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_each_line_is_one_object_with_all_keys_in_their_order(app: Flask, office: dict[str, Any]) -> None:
    send(office)
    send(office, state="accepted")
    assert [list(line) for line in lines(app)] == [KEYS, KEYS]


def test_planned_message_has_its_reason_and_the_words_of_this_moment(
    app: Flask, office: dict[str, Any]
) -> None:
    send(office, reason="planned_lead", reason_args={"days": 2})
    [line] = lines(app)
    assert line["reason"] == "Geht am Do, 12.03. 12:00 hinaus: Erinnerung, 2 Tage vor dem Termin."
    assert line["text"].startswith("Samstag, 14.03.2026 um 12:00: Redtenbachergasse 3, 4400 Steyr.")
    assert line["parts"] == 1
    assert line["due_at"] == "2026-03-12T12:00:00+01:00"
    assert line["appointment_start"] == line["about_start"] == "2026-03-14T12:00:00+01:00"
    assert line["sent_at"] is None and line["delivered_at"] is None


def test_left_message_has_its_frozen_copies(app: Flask, office: dict[str, Any]) -> None:
    message = send(
        office,
        state="delivered",
        text="Was hinausging",
        sender="+43720111222",
        gateway_name="LINK",
        reference="ref",
        parts=2,
        branch_name="Steyr",
        sent_at=NOON,
        delivered_at=NOON,
    )
    [line] = lines(app)
    expected = {
        "id": message.id,
        "text": "Was hinausging",
        "sender": "+43720111222",
        "gateway": "LINK",
        "reference": "ref",
        "parts": 2,
        "branch": "Steyr",
        "calendar": "Kehrplan Steyr",
        "recipient": "+436641000001",
        "sent_at": "2026-03-10T12:00:00+01:00",
    }
    assert {key: line[key] for key in expected} == expected


def test_text_with_a_gap_is_not_given_out(app: Flask, office: dict[str, Any]) -> None:  # failures.md 16
    office["rule"].text = "Objekt #Objektnummer"
    builders.db.session.commit()
    send(office)
    assert lines(app)[0]["text"] == ""


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ((), 3),
        (("--since", "2026-03-12T12:00:00+01:00"), 2),
        (("--since", "2026-03-12T12:00:01+01:00"), 1),
        (("--until", "2026-03-12T12:00:00+01:00"), 1),
        (("--until", "2026-03-12T11:00:01+00:00"), 2),
        (("--since", "2026-03-12", "--until", "2026-03-13"), 1),
        (("--since", "2026-03-12T12:00", "--until", "2026-03-12T12:01"), 1),
    ],
)
def test_since_is_included_and_until_is_not(
    app: Flask, office: dict[str, Any], arguments: tuple[str, ...], found: int
) -> None:
    for days in (1, 2, 3):
        send(office, due_at=NOON + days * DAY)
    assert len(lines(app, *arguments)) == found


def test_lines_come_in_order_of_due_time(app: Flask, office: dict[str, Any]) -> None:
    for days in (3, 1, 2):
        send(office, due_at=NOON + days * DAY)
    due = [line["due_at"] for line in lines(app)]
    assert due == sorted(due)


def test_unreadable_moment_is_wrong_usage(app: Flask, office: dict[str, Any]) -> None:
    result = app.test_cli_runner().invoke(args=["messages", "--since", "bald"])
    assert result.exit_code == 2
    assert "kein Zeitpunkt" in result.output


def test_before_the_first_run_there_is_nothing_to_list(app: Flask, at: Clock) -> None:
    assert lines(app) == []


def test_without_json_a_line_reads_like_the_screen(app: Flask, office: dict[str, Any]) -> None:
    send(office, state="withheld", reason="no_consent", reason_args={"address": "+436641000001"})
    output = app.test_cli_runner().invoke(args=["messages"]).output
    assert "Do, 12.03. 12:00  Erinnerung  Karl Mustermann  0664 1000001  nicht vorgesehen" in output
