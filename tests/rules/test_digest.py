"""A manager's digest: what it says, and what may wait for the next one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kehr.rules.terms.appointments import WorkKind
from kehr.rules.terms.messages import Channel, Kind
from kehr.rules.terms.timing import SendWindow
from kehr.rules.texts.digest import DigestItem, compose_digest, waits_until
from kehr.rules.texts.text import TextFacts
from tests.conftest import NOON
from tests.rules.plan_build import VIENNA, at

END_OF_DAY = at("11.03. 00:00")


def item(message: Kind, when: str, street: str = "Weg 1", **facts: object) -> DigestItem:
    start = at(when)
    known = {
        "start": start,
        "end": start + timedelta(hours=1),
        "kind": WorkKind.SWEEP,
        "address": f"{street}, 4400 Steyr",
        "object_number": street[-1],
        "company": "Rauchfangkehrer Probe",
        "phone": "+43 7252 12345",
        "salutation": "Frau",
        "name": "Huber",
    }
    return DigestItem(message, TextFacts(**known | facts))  # type: ignore[arg-type]


# C10
def test_a_digest_by_mail_lists_every_house_under_what_happens_there() -> None:
    items = [
        item(Kind.REMINDER, "12.03. 10:00", "Weg 2", kind=WorkKind.MAIN_SWEEP),
        item(Kind.REMINDER, "12.03. 08:00", "Weg 1"),
        item(Kind.MOVED, "13.03. 09:00", "Weg 3", old_start=at("12.03. 09:00")),
        item(Kind.CANCELLED, "12.03. 15:00", "Weg 4"),
        item(Kind.CONFIRMATION, "20.03. 00:00", "Weg 5", all_day=True),
    ]
    mail = compose_digest(items, Channel.EMAIL, NOON, VIENNA)
    assert mail.subject == "Rauchfangkehrer Probe: 5 Termine in 5 Häusern"
    assert mail.missing == ()
    assert mail.text.splitlines() == [
        "Guten Tag Frau Huber,",
        "",
        "zu Ihren Häusern:",
        "",
        "Entfällt:",
        "- Donnerstag, 12.03.2026, 15:00-16:00: Weg 4, 4400 Steyr (4), Kehrung",
        "",
        "Verschoben:",
        "- Freitag, 13.03.2026, 09:00-10:00 (bisher 12.03.2026, 09:00): Weg 3, 4400 Steyr (3), Kehrung",
        "",
        "Termine:",
        "- Donnerstag, 12.03.2026, 08:00-09:00: Weg 1, 4400 Steyr (1), Kehrung",
        "- Donnerstag, 12.03.2026, 10:00-11:00: Weg 2, 4400 Steyr (2), Hauptkehrung",
        "- Freitag, 20.03.2026: Weg 5, 4400 Steyr (5), Kehrung",
        "",
        "Rauchfangkehrer Probe",
        "Fragen: +43 7252 12345",
    ]


def test_a_digest_about_one_house_says_so() -> None:
    items = [item(Kind.REMINDER, "12.03. 08:00"), item(Kind.MOVED, "13.03. 09:00")]
    mail = compose_digest(items, Channel.EMAIL, NOON, VIENNA)
    assert mail.subject == "Rauchfangkehrer Probe: Termine in Ihrem Haus"


def test_one_visit_announced_and_reminded_of_is_one_line() -> None:
    items = [item(Kind.REMINDER, "12.03. 08:00"), item(Kind.ANNOUNCEMENT, "12.03. 08:00")]
    assert compose_digest(items, Channel.EMAIL, NOON, VIENNA).text.count("Weg 1") == 1
    assert compose_digest(items, Channel.SMS, NOON, VIENNA).text.count("Weg 1") == 1


@pytest.mark.parametrize("salutation", ["", "Familie", "Firma"])
def test_a_digest_greets_nobody_it_cannot_address(salutation: str) -> None:
    mail = compose_digest(
        [item(Kind.REMINDER, "12.03. 08:00", salutation=salutation)] * 2, Channel.EMAIL, NOON, VIENNA
    )
    assert mail.text.startswith("Guten Tag,\n")


def test_a_digest_by_sms_is_short_and_counted() -> None:
    items = [item(Kind.REMINDER, "12.03. 08:00"), item(Kind.CANCELLED, "12.03. 09:00", "Weg 2")]
    sms = compose_digest(items, Channel.SMS, NOON, VIENNA)
    assert sms.text == (
        "Rauchfangkehrer Probe: Ihre Häuser: 12.03.2026, 08:00 Weg 1; entfällt 12.03.2026, 09:00 Weg 2. "
        "Fragen: +43 7252 12345"
    )
    assert sms.parts == 1


@pytest.mark.parametrize(
    ("kind", "too_late", "until"),
    [
        (Kind.REMINDER, "13.03. 09:00", "11.03. 08:00"),
        (Kind.REMINDER, "11.03. 20:00", "11.03. 08:00"),
        (Kind.REMINDER, "11.03. 19:59", None),
        (Kind.ANNOUNCEMENT, "30.03. 09:00", "11.03. 08:00"),
        (Kind.CONFIRMATION, "30.03. 09:00", "11.03. 08:00"),
        (Kind.FEEDBACK, "30.03. 09:00", "11.03. 08:00"),
        (Kind.MOVED, "30.03. 09:00", None),
        (Kind.CANCELLED, "30.03. 09:00", None),
    ],
)
def test_after_todays_digest_only_what_can_wait_waits(kind: Kind, too_late: str, until: str | None) -> None:
    expected = at(until) if until else None
    assert waits_until(kind, at(too_late), SendWindow(), END_OF_DAY, VIENNA) == expected
