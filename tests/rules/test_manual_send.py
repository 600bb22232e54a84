"""What a send by hand may do once, when it leaves, and what it comes to."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from kehr.rules.plan.manual_send import (
    LIFETIME,
    about_appointment,
    about_employee,
    about_object,
    begins_before,
    blocked_by,
    due_moment,
    is_told,
    manual_key,
    normal_text,
    too_late_at,
    totals,
)
from kehr.rules.plan.recipients import Permission
from kehr.rules.terms.messages import Channel, Kind, State
from tests.rules.plan_build import NUMBER, OFFICE, VIENNA, at

DAY = date(2026, 3, 10)
ABOUT = about_object(7)


def key(**changes: object) -> str:
    values: dict = {
        "channel": Channel.SMS,
        "recipient": NUMBER,
        "about": ABOUT,
        "kind": Kind.FREE,
        "text": "Wir kommen #Tagwort.",
        "subject": "",
        "day": DAY,
    }
    return manual_key(**values | changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "Wir  kommen\r\n#Tagwort. "},
        {"text": "wir kommen #tagwort."},
        {"text": "Wir kommen\u00a0#Tagwort."},
        {"subject": "SMS haben keinen"},
    ],
    ids=str,
)
def test_the_same_words_have_the_same_key(changes: dict[str, str]) -> None:
    assert key(**changes) == key()


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "Wir kommen #Tagwort"},
        {"recipient": "+436641000002"},
        {"about": about_object(8)},
        {"about": about_employee(7)},
        {"about": about_appointment(7, at("12.03. 09:00"))},
        {"kind": Kind.MANUAL},
        {"day": DAY + timedelta(days=1)},
        {"channel": Channel.EMAIL},
        {"channel": Channel.EMAIL, "subject": "Ein Betreff"},
    ],
    ids=str,
)
def test_anything_else_has_another_key(changes: dict[str, object]) -> None:
    assert key(**changes) != key()


def test_subjects_count_for_mail_and_starts_for_appointments() -> None:
    assert key(channel=Channel.EMAIL, subject="A") != key(channel=Channel.EMAIL, subject="B")
    assert about_appointment(7, at("12.03. 09:00")) != about_appointment(7, at("12.03. 09:01"))
    assert len(key()) == 64


def test_umlauts_compare_composed() -> None:
    assert normal_text("fu\u0308r") == normal_text("FÜR")


# C15: by hand, too, nothing leaves outside the window
@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("10.03. 07:59", "10.03. 08:00"),
        ("10.03. 08:00", "10.03. 08:00"),
        ("10.03. 19:59", "10.03. 19:59"),
        ("10.03. 20:00", "11.03. 08:00"),
        ("14.03. 20:00", "16.03. 08:00"),
        ("28.03. 23:00", "30.03. 08:00"),
    ],
)
def test_due_now_or_at_the_next_opening(now: str, due: str) -> None:
    assert due_moment(at(now), OFFICE.window, VIENNA) == at(due)


@pytest.mark.parametrize(
    ("start", "until"),
    [
        (None, "11.03. 12:00"),
        ("10.03. 15:00", "10.03. 15:00"),
        ("11.03. 12:00", "11.03. 12:00"),
        ("20.03. 12:00", "11.03. 12:00"),
        ("10.03. 12:00", "11.03. 12:00"),
        ("01.03. 12:00", "11.03. 12:00"),
    ],
)
def test_it_no_longer_leaves_when_the_appointment_has_begun_or_a_day_has_passed(
    start: str | None, until: str
) -> None:
    assert too_late_at(at("10.03. 12:00"), at(start) if start else None) == at(until)
    assert timedelta(hours=24) == LIFETIME


@pytest.mark.parametrize(
    ("start", "begins"),
    [
        (None, False),
        ("10.03. 21:00", False),
        ("10.03. 21:01", True),
        ("11.03. 08:00", True),
        ("11.03. 08:01", False),
    ],
)
def test_an_appointment_before_the_next_opening_cannot_be_announced(start: str | None, begins: bool) -> None:
    moment = at(start) if start else None
    assert begins_before(at("11.03. 08:00"), at("10.03. 21:00"), moment) is begins


TICKED, CALENDAR, OPTED_OUT = Permission(True, True), Permission(True, False), Permission(False, True)


# A38, A39; an opt-out always wins
@pytest.mark.parametrize(
    ("known", "consent", "grounds", "code"),
    [
        (TICKED, "customer", "", ""),
        (None, "customer", "", "no_consent"),
        (None, "customer", "   ", "no_consent"),
        (None, "customer", "Rohrbruch im Haus", ""),
        (CALENDAR, "customer", "", "no_consent"),
        (CALENDAR, "customer", "Rohrbruch im Haus", ""),
        (CALENDAR, "calendar", "", ""),
        (None, "calendar", "", ""),
        (OPTED_OUT, "customer", "Rohrbruch im Haus", "revoked"),
        (OPTED_OUT, "calendar", "Rohrbruch im Haus", "revoked"),
        (Permission(False, False), "calendar", "", "revoked"),
    ],
)
def test_consent_by_hand(known: Permission | None, consent: str, grounds: str, code: str) -> None:
    reason = blocked_by(NUMBER, known, consent, grounds)
    assert (reason.code if reason else "") == code


def test_totals_count_recipients_segments_and_money_only_when_the_price_is_known() -> None:  # A50
    sent = [("a", 1), ("b", 2), ("a", 1)]
    assert (totals(sent).recipients, totals(sent).parts, totals(sent).cost) == (2, 4, None)
    assert totals(sent, Decimal("0.075")).cost == Decimal("0.300")
    assert totals([]).recipients == 0


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (State.PLANNED, True),
        (State.HELD, True),
        (State.SENDING, True),
        (State.ACCEPTED, True),
        (State.DELIVERED, True),
        (State.UNCLEAR, True),
        (State.WITHDRAWN, False),
        (State.WITHHELD, False),
        (State.REFUSED, False),
        (State.MISSED, False),
        (State.UNDELIVERED, False),
    ],
)
def test_who_counts_as_told(state: State, told: bool) -> None:
    assert is_told(state, only_trial=False) is told
    assert not is_told(state, only_trial=True)
