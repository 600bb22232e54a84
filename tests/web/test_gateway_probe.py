"""A described gateway is tried before it is kept: what leaves, to whom, and when not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from kehr.models import Gateway, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.fakes.template_server import TemplateServer, template_server
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page


@pytest.fixture
def office(app: Flask, at: Clock) -> None:
    builders.company(network_allow=["127.0.0.1"], own_numbers=["+436641112223"])


def only() -> Gateway:
    return db.session.scalars(db.select(Gateway)).one()


@pytest.fixture
def provider() -> Iterator[TemplateServer]:
    with template_server() as running:
        yield running


def described(provider: TemplateServer, **more: str) -> dict[str, str]:
    return {
        "name": "neu",
        "kind": "http_template",
        "max_per_minute": "60",
        "method": "POST",
        "url": provider.base + "/send",
        "headers": "X-Api-Key: {secret}",
        "body": '{"to": "{recipient}", "text": "{text}", "ref": "{id}"}',
        "body_type": "json",
        "success_path": "result.code",
        "success_equals": "OK",
        "id_path": "result.messages[0].id",
        "password": "geheim",
        "probe_number": "+436641112223",
    } | more


PROBE = "/gateways/probe"


def test_a_probe_asks_first_then_sends_once_and_saves_nothing(
    office: None, provider: TemplateServer, sign_in: SignIn
) -> None:
    client = sign_in()
    html = check_page(client.post(PROBE, data=described(provider)))
    assert "Jetzt senden?" in html and "VERDECKT" in html and "0664 1112223" in html and provider.came == []
    html = check_page(client.post(PROBE, data=described(provider, senden="1")))
    assert "Gilt als angenommen, Kennung t-1" in html and "HTTP 200" in html and "geheim" not in html
    assert len(provider.came) == 1 and db.session.scalar(db.select(Gateway.id)) is None
    fragment = client.post(PROBE, data=described(provider), headers={"HX-Request": "true"})
    assert "<html" not in fragment.get_data(as_text=True) and "HX-Request" in fragment.headers["Vary"]


@pytest.mark.parametrize("number", ["+436649999999", "", "0664 1112223"])
def test_a_probe_never_goes_to_anybody_else(
    number: str, office: None, provider: TemplateServer, sign_in: SignIn
) -> None:
    html = check_page(sign_in().post(PROBE, data=described(provider, probe_number=number, senden="1")))
    assert "nur an eine eigene Nummer" in html and provider.came == []


def test_failure_02_no_probe_leaves_outside_the_send_window(
    office: None, provider: TemplateServer, at: Clock, sign_in: SignIn
) -> None:
    at.moment = NOON + timedelta(hours=9)
    html = check_page(sign_in().post(PROBE, data=described(provider, senden="1")))
    assert "Außerhalb der Sendezeit (08:00-20:00)" in html and provider.came == []


def test_a_probe_of_a_saved_account_uses_its_kept_secret(
    office: None, provider: TemplateServer, sign_in: SignIn
) -> None:
    client = sign_in()
    client.post("/gateways/neu", data=described(provider))
    data = described(provider, senden="1", password="", gateway=str(only().id))
    check_page(client.post(PROBE, data=data))
    assert provider.came[0].headers["x-api-key"] == "geheim"


def test_a_probe_of_what_is_not_yet_right_says_where(
    office: None, provider: TemplateServer, sign_in: SignIn
) -> None:
    data = described(provider, success_equals="", senden="1")
    answer = sign_in().post(PROBE, data=data, headers={"HX-Request": "true"})
    assert answer.status_code == 422 and "Welcher Wert dort stehen muss, fehlt" in answer.get_data(
        as_text=True
    )
    assert provider.came == []


def test_only_who_may_administer_may_probe(office: None, provider: TemplateServer, sign_in: SignIn) -> None:
    assert sign_in("office").post(PROBE, data=described(provider)).status_code == 403


# B05, B06
def test_a_described_gateway_without_an_address_to_check_says_what_the_check_does_not_know(
    office: None, provider: TemplateServer, sign_in: SignIn
) -> None:
    client = sign_in()
    client.post("/gateways/neu", data=described(provider))
    html = client.post(f"/gateways/{only().id}/testen", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "Der Server ist erreichbar" in html and "Zugang in Ordnung" not in html and provider.came == []
    client.post(f"/gateways/{only().id}", data=described(provider, check_url=provider.base + "/konto"))
    html = client.post(f"/gateways/{only().id}/testen", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "Zugang in Ordnung" in html and provider.accepted == []
