"""A gateway as an office describes it, against a small provider on this machine, and one made of e-mails."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from kehr.gateways.account import GatewayAccount, ReleasedSender
from kehr.gateways.contract import (
    GatewayError,
    Misconfigured,
    NotTaken,
    OutgoingMessage,
    Refused,
    Unclear,
)
from kehr.gateways.http_template import HttpTemplate
from kehr.sources.allow import Allow
from kehr.sources.network import Answer, Door
from tests.fakes.mail_server import mail_server
from tests.fakes.template_server import TemplateServer, template_server

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LOOPBACK = Allow.parse(["127.0.0.1"])
JSON = {
    "method": "POST",
    "body": '{"to": "{recipient}", "text": "{text}", "from": "{sender}", "ref": "{id}"}',
    "body_type": "json",
    "headers": "X-Api-Key: {secret}",
    "success_path": "result.code",
    "success_equals": "OK",
    "refused_path": "result.code",
    "refused_equals": "NUMBER",
    "id_path": "result.messages[0].id",
    "timeout": "0.6",
}
TEXT = "Wir kehren am 5.3. & „pünktlich“ – Grüße"


@pytest.fixture
def fake() -> Iterator[TemplateServer]:
    with template_server() as running:
        yield running


BUILT: list[HttpTemplate] = []


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    while BUILT:
        BUILT.pop().close()


def gateway(url: str, secret: str = "geheim", **options: str) -> HttpTemplate:
    account = GatewayAccount("test", url, secret, options=options)
    BUILT.append(HttpTemplate(account, allow=LOOPBACK, now=lambda: NOW))
    return BUILT[-1]


def sms(message_id: str = "m-1", **values: Any) -> OutgoingMessage:
    return OutgoingMessage(
        **{
            "id": message_id,
            "channel": "sms",
            "recipient": "+436641234567",
            "text": TEXT,
            "sender": "Rauchfang",
        }
        | values
    )


def test_a_described_json_request_arrives_as_described(fake: TemplateServer) -> None:
    accepted = gateway(fake.base + "/send", **JSON).send(sms())
    assert accepted.reference == "t-1"
    (came,) = fake.came
    assert (came.method, came.path, came.headers["x-api-key"]) == ("POST", "/send", "geheim")
    assert json.loads(came.body) == {"to": "+436641234567", "text": TEXT, "from": "Rauchfang", "ref": "m-1"}


def test_a_described_get_request_arrives_as_described(fake: TemplateServer) -> None:
    url = fake.base + "/send?u={user}&p={secret}&to={recipient_digits}&msg={text}&ref={id}"
    fake.behaviours = ["text:OK 4711"]
    accepted = gateway(url, method="GET", user="anna", success_regex="^OK", id_regex=r"OK (\d+)").send(sms())
    assert accepted.reference == "4711"
    assert fake.came[0].query == {"u": "anna", "p": "geheim", "to": "436641234567", "msg": TEXT, "ref": "m-1"}


def test_a_described_form_is_put(fake: TemplateServer) -> None:
    gateway(fake.base + "/send", method="PUT", body="to={recipient}\ntext={text}\nref={id}").send(sms())
    assert (fake.came[0].method, fake.came[0].form["text"]) == ("PUT", TEXT)
    assert fake.came[0].headers["content-type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("act", "kind", "code"),
    [
        ("refuse", Refused, "template_refused"),
        ("http:429", NotTaken, "gateway_busy"),
        ("http:401", Misconfigured, "gateway_credentials"),
        ("http:404", Misconfigured, "gateway_wrong_address"),
        ("http:500", Unclear, "answer_not_understood"),
        ("http:503", Unclear, "answer_not_understood"),
        ("http:302", Unclear, "answer_not_understood"),
        ("drop_after", Unclear, "connection_lost"),
        ("cut", Unclear, "cut_answer"),
        ("html", Unclear, "answer_not_understood"),
        ("wrong_json", Unclear, "answer_not_understood"),
        ("text:Fehler", Unclear, "answer_not_understood"),
        ("slow:1.2", Unclear, "timeout"),
    ],
)
def test_failure_01_whatever_the_tests_do_not_decide_is_unclear_and_sent_once(
    act: str, kind: type[GatewayError], code: str, fake: TemplateServer
) -> None:
    fake.behaviours = [act]
    with pytest.raises(GatewayError) as caught:
        gateway(fake.base + "/send", **JSON).send(sms())
    assert (type(caught.value), caught.value.code) == (kind, code)
    assert len(fake.came) == 1


def test_failure_15_success_needs_every_described_test(fake: TemplateServer) -> None:
    """An answer of 200 that does not say what the office told us to look for is not "accepted"."""
    fake.behaviours = ["text:ERROR no credit"]
    with pytest.raises(Unclear):
        gateway(fake.base + "/send", method="POST", body="t={text}", success_regex="^OK").send(sms())


def test_nothing_is_sent_without_the_secret_that_the_request_needs(fake: TemplateServer) -> None:
    with pytest.raises(Misconfigured) as caught:
        gateway(fake.base + "/send", secret="", **JSON).send(sms())
    assert caught.value.code == "gateway_no_credentials" and fake.came == []


def test_a_secret_goes_unencrypted_only_to_listed_hosts() -> None:
    with pytest.raises(Misconfigured) as caught:
        gateway("http://sms.example.at/send", **JSON).send(sms())
    assert caught.value.code == "gateway_needs_https"


def test_a_secret_in_the_answer_is_not_repeated(fake: TemplateServer) -> None:
    fake.behaviours = ["text:wrong key geheim"]
    with pytest.raises(Unclear) as caught:
        gateway(fake.base + "/send", **JSON).send(sms())
    assert "geheim" not in caught.value.detail and "VERDECKT" in caught.value.detail


@pytest.mark.parametrize(
    "spelled", [r"a\/b+c\"d&e", "a%2fb%2bc%22d%26e", "a%2Fb%2Bc%22d%26e", "a/b+c&quot;d&amp;e"]
)
def test_a_secret_in_the_answer_is_covered_however_it_is_written(spelled: str, fake: TemplateServer) -> None:
    """PHP writes a stroke in JSON as \\/, many servers write percent signs in small letters."""
    fake.behaviours = [f"text:wrong key {spelled}."]
    with pytest.raises(Unclear) as caught:
        gateway(fake.base + "/send", 'a/b+c"d&e', **JSON).send(sms())
    assert caught.value.detail == "HTTP 200: wrong key VERDECKT."


def test_an_answer_in_an_alphabet_that_is_none_is_read_all_the_same(
    fake: TemplateServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Answer(200, {"content-type": "text/plain; charset=undefined"}, b"hm", "")
    monkeypatch.setattr(Door, "call", lambda *args, **more: told)
    assert gateway(fake.base + "/send", **JSON).probe(sms()).answer == "hm"


@pytest.mark.parametrize("recipient", ["0664123", "+43664 123", "", "anna@example.at"])
def test_what_is_no_number_is_refused_unsent(recipient: str, fake: TemplateServer) -> None:
    with pytest.raises(Refused):
        gateway(fake.base + "/send", **JSON).send(sms(recipient=recipient))
    assert fake.came == []


def test_the_check_without_an_address_for_it_only_connects(fake: TemplateServer) -> None:  # B05
    assert gateway(fake.base + "/send", **JSON).check().name == "127.0.0.1"
    assert fake.came == []


def test_the_check_asks_the_described_address(fake: TemplateServer) -> None:  # B05
    options = JSON | {"check_url": fake.base + "/konto"}
    assert gateway(fake.base + "/send", user="anna", **options).check().name == "anna"
    with pytest.raises(Misconfigured) as caught:
        gateway(fake.base + "/send", secret="falsch", **options).check()
    assert caught.value.code == "gateway_credentials"
    assert [came.method for came in fake.came] == ["GET", "GET"] and fake.accepted == []


def test_a_probe_tells_what_goes_out_and_what_came_back(fake: TemplateServer) -> None:
    described = gateway(fake.base + "/send?k={secret}", **JSON)
    shown = described.preview(sms())
    assert shown.startswith(f"POST {fake.base}/send?k=VERDECKT\nX-Api-Key: VERDECKT\n")
    assert '"to": "+436641234567"' in shown and "geheim" not in shown and fake.came == []
    probed = described.probe(sms())
    assert (probed.status, json.loads(probed.answer)["result"]["code"]) == (200, "OK")
    assert probed.accepted is not None and probed.accepted.reference == "t-1"
    assert fake.came[0].path == "/send?k=geheim"


@pytest.mark.parametrize(
    ("act", "status", "code"),
    [
        ("text:nein geheim", 200, "answer_not_understood"),
        ("http:401", 401, "gateway_credentials"),
        ("cut", 0, "cut_answer"),
    ],
)
def test_a_probe_that_fails_tells_the_answer_without_the_secret(
    act: str, status: int, code: str, fake: TemplateServer
) -> None:
    fake.behaviours = [act]
    probed = gateway(fake.base + "/send", **JSON).probe(sms())
    assert (probed.accepted, probed.status) == (None, status)
    assert probed.fault is not None and probed.fault.code == code
    assert "geheim" not in probed.answer + probed.fault.detail


MAIL = {"mode": "mail", "mail_to": "{recipient_digits}@email2sms.example", "mail_from": "office@example.at"}


def mailing(port: int, **options: str) -> HttpTemplate:
    account = GatewayAccount(
        "test",
        f"smtp+plain://127.0.0.1:{port}",
        senders=(ReleasedSender("+43720111222"),),
        options=MAIL | options,
    )
    return HttpTemplate(account, allow=LOOPBACK, now=lambda: NOW)


def test_an_sms_leaves_as_an_e_mail_of_plain_text() -> None:
    with mail_server() as fake:
        accepted = mailing(fake.port, mail_subject="SMS {sender}").send(sms())
        (letter,) = fake.letters
        assert (letter["To"], letter["From"]) == ("436641234567@email2sms.example", "office@example.at")
        assert (letter["Subject"], letter.get_content_type()) == ("SMS Rauchfang", "text/plain")
        assert str(letter.get_content()).strip() == TEXT
        assert accepted.reference == letter["Message-ID"]
        assert mailing(fake.port).check().name == "127.0.0.1"


@pytest.mark.parametrize(
    ("replies", "kind"),
    [({"rcpt": "550 unknown"}, Refused), ({"rcpt": "450 later"}, NotTaken), ({"content": "drop"}, Unclear)],
)
def test_the_mail_servers_word_is_the_sms_word(replies: dict[str, str], kind: type[GatewayError]) -> None:
    with mail_server() as fake:
        fake.replies = replies
        with pytest.raises(kind):
            mailing(fake.port).send(sms())
