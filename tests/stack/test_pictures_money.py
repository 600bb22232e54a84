"""Kosten, Guthaben and Filialen at the desk, on the phone, in the dark and on paper."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from kehr.actions.money.top_up import top_up
from kehr.actions.money.watch_meters import watch_meters
from kehr.models import Gateway, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.stack.browser import Page
from tests.stack.seen import PICTURES, picture

pytestmark = [
    pytest.mark.stack,
    pytest.mark.xdist_group("stack"),
    pytest.mark.timeout(300),
    pytest.mark.usefixtures("office"),
]

SENDERS = [
    {"address": "+43720111222", "type": "international"},
    {"address": "Kehrer Linz", "type": "alphanumeric", "registered": "yes", "registered_on": "2026-08-20"},
    {"address": "Feger", "type": "alphanumeric", "registered": "no", "registered_on": ""},
]


@pytest.fixture
def role() -> str:
    """An admin: only he sees these pages whole."""
    return "admin"


@pytest.fixture
def office(app: Flask, at: Clock) -> None:
    """Three branches, one of which has used its quota, and a month of messages."""
    builders.company(monthly_quota=60)
    builders.gateway("LINK", kind="linkmobility", price=770, senders=SENDERS)
    builders.gateway("seven Linz", kind="seven", price=750, balance=32_000, balance_at=NOON)
    builders.gateway("Handy", kind="android", base_url="http://192.168.1.30:8080")
    builders.branch("Steyr", cost_center="4711", monthly_quota=40)
    builders.branch("Linz", cost_center="4712", sender="Kehrer Linz", monthly_quota=11)
    builders.branch("Bad Hall, Kremsmünster und Umgebung", sender="Feger")
    builders.branch("Wels", sender="", archived_at=NOON)
    rule = builders.rule()
    serial = 0
    for name, branch, center, count, gateway in (
        ("Kehrplan Steyr Stadt und Münichholz", "Steyr", "4711", 26, 1),
        ("Sonderarbeiten", "Steyr", "4711", 3, 1),
        ("Kehrplan Linz", "Linz", "4712", 10, 2),
        ("Kehrplan Kremstal", "Bad Hall, Kremsmünster und Umgebung", "", 2, 3),
    ):
        calendar = builders.calendar(name)
        for _ in range(count):
            serial += 1
            row = builders.appointment(calendar, NOON + timedelta(days=2), uid=str(serial))
            builders.message(
                row,
                rule,
                state="accepted",
                recipient=f"+43664{serial:07}",
                due_at=NOON,
                claimed_at=NOON,
                sent_at=NOON,
                parts=2 if serial % 7 == 0 else 1,
                gateway_id=gateway,
                branch_name=branch,
                cost_center=center,
                calendar_name=name,
            )
    top_up(1, "500", "Rechnung 2026-0117", "anna", NOON - timedelta(days=20))
    top_up(1, "100", "", "eva", NOON)
    db.session.get_one(Gateway, 1).counter = 17
    waiting = builders.appointment(builders.calendar("Plan", branch_id=2), NOON + timedelta(days=2))
    builders.message(waiting, rule, due_at=NOON, reason="planned_lead", reason_args={"days": 2}, id="wartet")
    db.session.commit()
    watch_meters(NOON)


def test_money_fits_a_desk_a_phone_and_paper(page: Page) -> None:
    for name, path in {
        "kosten": "/kosten",
        "guthaben": "/gateways/1/guthaben",
        "guthaben-seven": "/gateways/2/guthaben",
        "guthaben-neu": "/gateways/3/guthaben",
        "kosten-leer": "/kosten?monat=2025-01",
        "geld-heute": "/heute",
        "nachricht-wartet": "/nachricht/wartet",
        "gateways-geld": "/gateways",
        "protokoll-filialen": "/protokoll",
    }.items():
        page.open(path)
        picture(page, name)
    page.open("/kosten/druck")
    page.on_paper(PICTURES / "kosten-druck.png")
    page.open("/protokoll/druck?kostenstelle=4712")
    page.on_paper(PICTURES / "protokoll-kostenstelle-druck.png")
    page.dark()
    page.open("/kosten")
    page.picture(PICTURES / "kosten-dunkel.png", whole=True)


def test_branches_fit_a_desk_and_a_phone(page: Page) -> None:
    for name, path in {
        "filialen": "/filialen",
        "filiale": "/filialen/2",
        "filiale-neu": "/filialen/neu",
        "filiale-stilllegen": "/filialen/1/stilllegen",
    }.items():
        page.open(path)
        picture(page, name)
