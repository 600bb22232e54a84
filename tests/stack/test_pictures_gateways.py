"""Gateways at the desk, on the phone and in the dark; and a described one tried in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from selenium.webdriver.support.ui import Select

from kehr.models import Gateway, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.fakes.template_server import TemplateServer, template_server
from tests.stack.browser import Page
from tests.stack.seen import PICTURES, picture

pytestmark = [
    pytest.mark.stack,
    pytest.mark.xdist_group("stack"),
    pytest.mark.timeout(300),
    pytest.mark.usefixtures("office"),
]

NAME = {"address": "Rauchfang", "type": "alphanumeric"}
SENDERS = [
    {"address": "+43720111222", "type": "international", "registered": "unknown", "registered_on": ""},
    NAME | {"registered": "yes", "registered_on": "2026-09-01"},
    NAME | {"address": "Kehrbote", "registered": "no", "registered_on": ""},
    NAME | {"address": "Feger", "registered": "unknown", "registered_on": ""},
]


@pytest.fixture
def fake() -> Iterator[TemplateServer]:
    with template_server() as running:
        yield running


@pytest.fixture
def role() -> str:
    """An admin: only he sees these pages whole."""
    return "admin"


@pytest.fixture
def office(app: Flask, at: Clock) -> None:
    """An office with an account of every kind, some in trouble."""
    builders.company(network_allow=["127.0.0.1"], own_numbers=["+436641112223"])
    link = {
        "senders": SENDERS,
        "price": 770,
        "last_ok_at": NOON,
        "checked_at": NOON,
        "check_detail": "Mustermann",
    }
    builders.gateway("LINK", kind="linkmobility", **link)
    stopped = {"stopped_code": "gateway_credentials", "stopped_detail": "HTTP 401", "stopped_at": NOON}
    builders.gateway("seven", kind="seven", price=750, **stopped)
    builders.gateway("Handy", kind="android", base_url="http://192.168.1.30:8080")
    builders.gateway("Modem", kind="gammu", options={"database": "/var/spool/gammu/smsd.db"})
    builders.gateway("simplesms", kind="http_template", base_url="https://sms.example.at", checked_at=NOON)
    builders.gateway(
        "Mail",
        kind="smtp",
        base_url="smtps://mail.example.at:465",
        check_code="smtp_login",
        check_detail="535 no",
        checked_at=NOON,
    )
    builders.gateway("sandbox")


def test_gateways_fit_a_desk_and_a_phone(page: Page) -> None:
    page.open("/gateways")
    picture(page, "gateways-alle")
    link = db.session.scalars(db.select(Gateway.id).where(Gateway.name == "LINK")).one()
    for name, path in {
        "gateway-link": f"/gateways/{link}",
        "gateway-android": "/gateways/neu?art=android",
        "gateway-gammu": "/gateways/neu?art=gammu",
        "gateway-seven": "/gateways/neu?art=seven",
        "gateway-http": "/gateways/neu?art=http_template",
        "gateway-mail2sms": "/gateways/neu?art=mail2sms",
        "gateway-simplesms": "/gateways/neu?vorlage=simplesms",
    }.items():
        page.open(path)
        picture(page, name)
    page.dark()
    for name, path in (("gateways-alle", "/gateways"), ("gateway-http", "/gateways/neu?art=http_template")):
        page.open(path)
        page.picture(PICTURES / f"{name}-dunkel.png", whole=False)


def test_the_fields_follow_the_kind(page: Page) -> None:
    page.open("/gateways/neu")
    for kind, field in {
        "android": "phone_url",
        "gammu": "database",
        "seven": "token",
        "http_template": "url",
    }.items():
        Select(page.one("#kind")).select_by_value(kind)
        assert page.one(f"#{field}").is_displayed()
    assert not page.one("#database").is_displayed()


def test_a_described_gateway_is_tried_before_it_is_saved(page: Page, fake: TemplateServer) -> None:
    page.open("/gateways/neu?art=http_template")
    page.fill(name="Probe", url=f"{fake.base}/send?key={{secret}}", password="geheim")
    page.fill(body='{"to": "{recipient}", "text": "{text}", "ref": "{id}"}', success_path="result.code")
    page.fill(success_equals="OK", id_path="result.messages[0].id")
    Select(page.one("#body_type")).select_by_value("json")
    page.click("Anfrage ansehen")
    page.wait("Jetzt senden?")
    assert "VERDECKT" in page.one("#probe").text and "geheim" not in page.one("#probe").text
    assert fake.came == []
    picture(page, "gateway-probe-frage", part="#probe")
    page.click("Probe senden")
    page.wait("Gilt als angenommen, Kennung t-1")
    assert [came.path for came in fake.came] == ["/send?key=geheim"]
    picture(page, "gateway-probe-antwort", part="#probe")
    assert db.session.scalar(db.select(Gateway).where(Gateway.name == "Probe")) is None
    fake.behaviours = ["html"]
    page.click("Anfrage ansehen")
    page.until(lambda: "Jetzt senden?" in page.one("#probe").text, "the question")
    page.click("Probe senden")
    page.wait("nicht zu verstehen")
    picture(page, "gateway-probe-unklar", part="#probe")
    page.fill(success_equals="")
    page.click("Anfrage ansehen")
    page.wait("Welcher Wert dort stehen muss, fehlt")
    picture(page, "gateway-probe-fehler", part="#probe")
