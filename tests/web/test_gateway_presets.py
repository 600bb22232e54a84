"""The presets, filled in on the screen as an office would from its provider's document, until SMS leave."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest
from flask import Flask

from kehr.actions.plan.plan_messages import plan_messages
from kehr.actions.send.send_due import send_due
from kehr.models import Gateway, Message, db
from kehr.rules.terms.messages import State
from kehr.web.gateways import PRESETS
from tests import builders
from tests.actions.outbox import phone
from tests.conftest import NOON, Clock
from tests.fakes.mail_server import mail_server
from tests.fakes.template_server import template_server
from tests.rules.plan_build import at as moment
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page

OWN = "+436641112223"
SENT = "Gilt als angenommen"


@pytest.fixture
def office(app: Flask, at: Clock) -> None:
    """A reminder is due now for one customer."""
    builders.company(network_allow=["127.0.0.1"], own_numbers=[OWN])
    builders.rule("reminder", at=time(12))
    builders.appointment(builders.calendar(), moment("12.03. 09:00"), phones=[phone(1)])


def fields(client: Any, preset: str) -> dict[str, str]:
    """What the form of a preset holds before anybody types."""
    html = check_page(client.get(f"/gateways/neu?vorlage={preset}"))
    assert all(value in html for name, value in PRESETS[preset].items() if name in ("name", "mail_to"))
    return dict(PRESETS[preset])


def sent() -> list[Message]:
    plan_messages(NOON)
    send_due(lambda: NOON)
    db.session.expire_all()
    return list(db.session.scalars(db.select(Message)))


# C19: no state beyond what the provider says
def test_the_preset_for_simplesms_is_filled_in_probed_kept_and_sends(office: None, sign_in: SignIn) -> None:
    client = sign_in()
    with template_server() as provider:
        form = fields(client, "simplesms") | {"password": "geheim", "user": "anna", "probe_number": OWN}
        assert client.post("/gateways/neu", data=form).status_code == 422
        names = iter(["user", "pass", "to", "text", "from"])
        url = form["url"].replace("https://…/…", provider.base + "/send")
        while "…" in url:
            url = url.replace("…", next(names), 1)
        form |= {"url": url, "success_path": "result.code", "success_equals": "OK"}
        assert SENT in check_page(client.post("/gateways/probe", data=form | {"senden": "1"}))
        assert client.post("/gateways/neu", data=form).headers["Location"] == "/gateways"
        (message,) = sent()
        assert message.state == State.ACCEPTED
        came = provider.came[-1].query
        assert (came["user"], came["pass"], came["to"]) == ("anna", "geheim", "436640000001")
        assert came["text"] == message.text and len(provider.came) == 2
    assert "nie »zugestellt«" in check_page(client.get("/gateways"))


def test_the_preset_for_sms_by_e_mail_is_filled_in_probed_kept_and_sends(
    office: None, sign_in: SignIn
) -> None:
    client = sign_in()
    page = check_page(client.get("/gateways/neu?vorlage=mail2sms"))
    assert "Noch kein Mailkonto: zuerst anlegen" in page and "{recipient_digits}@…" in page
    with mail_server() as server:
        post = f"smtp+plain://127.0.0.1:{server.port}"
        address = [{"address": "office@example.at", "type": "email"}]
        builders.gateway("post", kind="smtp", base_url=post, senders=address)
        form = fields(client, "mail2sms") | {"via": "post", "probe_number": OWN}
        assert "Ersetzen Sie jedes …" in check_page(client.post("/gateways/neu", data=form), 422)
        form |= {"mail_to": "{recipient_digits}@sms.example"}
        assert SENT in check_page(client.post("/gateways/probe", data=form | {"senden": "1"}))
        assert client.post("/gateways/neu", data=form).headers["Location"] == "/gateways"
        (message,) = sent()
        assert message.state == State.ACCEPTED
        probe, letter = server.letters
        assert (probe["To"], letter["To"]) == ("436641112223@sms.example", "436640000001@sms.example")
        assert letter.get_content().strip() == message.text and letter["From"] == "office@example.at"
    row = db.session.scalars(db.select(Gateway).where(Gateway.kind == "http_template")).one()
    assert "Noch kein Mailkonto" not in check_page(client.get(f"/gateways/{row.id}"))


def test_the_list_leads_to_both_presets(office: None, sign_in: SignIn) -> None:
    html = check_page(sign_in().get("/gateways"))
    for preset in ("simplesms", "mail2sms"):
        assert f"vorlage={preset}" in html
    assert "vorlage=" not in check_page(sign_in("office").get("/gateways"))
