"""One contract, every gateway: whatever the other side does, the outcome is one of the four that are true."""

from __future__ import annotations

import base64
import socket
import threading
from collections.abc import Iterator

import pytest

from kehr.gateways.account import GatewayAccount
from kehr.gateways.contract import (
    Accepted,
    GatewayError,
    Misconfigured,
    NotTaken,
    OutgoingMessage,
    Refused,
    Unclear,
)
from kehr.gateways.registry import KINDS
from kehr.sources.network import Answer, Door
from tests.fakes.link_server import TOKEN, link_server
from tests.gateways.outcomes import MATRIX, OUTCOMES, OUTER, UNREADABLE
from tests.gateways.stages import STAGES, TEMPLATE, Stage, account, build, mail, sms


@pytest.fixture(params=sorted(STAGES))
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    with STAGES[request.param]() as ready:
        yield ready


@pytest.fixture(params=OUTER)
def outer(request: pytest.FixtureRequest) -> Iterator[Stage]:
    """The gateways that speak to somebody, and so can fail."""
    with STAGES[request.param]() as ready:
        yield ready


def test_every_kind_stands_on_this_stage() -> None:
    assert set(STAGES) == {*KINDS, "mail2sms"}


def test_a_message_is_accepted_with_a_reference(stage: Stage) -> None:
    accepted = stage.gateway.send(stage.message("m-1"))
    assert isinstance(accepted, Accepted)
    assert accepted.reference


def test_the_check_proves_the_account_and_sends_nothing(stage: Stage) -> None:  # B05
    assert stage.gateway.check().name
    assert stage.arrived() == []


def test_eight_threads_send_at_once_each_message_once(stage: Stage) -> None:
    outcomes: list[Accepted] = []
    threads = [
        threading.Thread(target=lambda n=n: outcomes.append(stage.gateway.send(stage.message(f"m-{n}"))))
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({accepted.reference for accepted in outcomes}) == 8
    if stage.gateway.kind != "sandbox":
        assert sorted(stage.arrived()) == [f"m-{n}" for n in range(8)]


def test_a_wrong_channel_is_refused_unsent(outer: Stage) -> None:
    other = mail if outer.message is sms else sms
    with pytest.raises(Refused):
        outer.gateway.send(other("m-1"))
    assert outer.arrived() == []


@pytest.mark.parametrize(("kind", "act", "outcome"), MATRIX)
def test_failure_01_every_answer_ends_as_what_it_is_and_is_sent_once(
    kind: str, act: str, outcome: type[GatewayError]
) -> None:  # C19
    """A no leaves nothing behind; what may have arrived is unclear, and never tried again by itself."""
    with STAGES[kind]() as stage:
        stage.play(act)
        with pytest.raises(GatewayError) as caught:
            stage.gateway.send(stage.message("m-1"))
        assert type(caught.value) is outcome
        assert caught.value.code and (outcome is Unclear or caught.value.detail or kind == "gammu")
        stage.play("ok")
        assert len(stage.arrived()) <= (1 if outcome is Unclear else 0)
        assert stage.gateway.send(stage.message("m-2")).reference
        assert stage.arrived()[-1] == "m-2"


def test_no_gateway_is_left_out_of_what_may_happen() -> None:
    stood = {(kind, act) for kind, act, _ in MATRIX}
    assert {kind for kind, _ in stood} == set(STAGES) - {"sandbox"}
    for kind in OUTER:
        missing = set(OUTCOMES) - {act for one, act in stood if one == kind}
        assert missing <= ({"wrong_json"} if kind in ("smtp", "mail2sms") else set())
    assert len([act for kind, act in stood if kind == "gammu"]) == 5


@pytest.mark.parametrize(("kind", "act"), UNREADABLE)
def test_failure_01_an_answer_that_cannot_be_read_is_unclear(kind: str, act: str) -> None:  # C19
    with STAGES[kind]() as stage:
        stage.play(act)
        with pytest.raises(Unclear):
            stage.gateway.send(stage.message("m-1"))


def test_a_gateway_never_tries_again_by_itself(outer: Stage) -> None:
    """failures.md 1: healing a lost answer is nobody's business but a look-up's or a person's."""
    outer.play("drop_after")
    with pytest.raises(Unclear):
        outer.gateway.send(outer.message("m-1"))
    assert outer.arrived() == ["m-1"]


def test_failure_01_the_same_id_sent_twice_arrives_twice_only_where_nothing_guards_it(stage: Stage) -> None:
    first, second = (stage.gateway.send(stage.message("m-1")) for _ in range(2))
    if stage.gateway.kind != "sandbox":
        assert stage.arrived() == ["m-1"] * stage.twice
    if stage.gateway.abilities.idempotent:
        assert stage.twice == 1 or stage.gateway.kind == "sandbox"
        assert first == second


ADDRESSES = [
    ("linkmobility", "http://{}/rest", sms()),
    ("android", "http://{}", sms()),
    ("seven", "http://{}/api", sms()),
    ("http_template", "http://{}/send", sms()),
    ("smtp", "smtp+plain://{}", mail()),
]


def _account(kind: str, url: str) -> GatewayAccount:
    return account(url, TOKEN, **(TEMPLATE if kind == "http_template" else {}))


@pytest.mark.parametrize(("kind", "address", "message"), ADDRESSES)
def test_a_closed_port_took_nothing(kind: str, address: str, message: OutgoingMessage) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = address.format(f"127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(NotTaken) as caught:
            build(kind, _account(kind, url)).send(message)
    assert caught.value.code == "connect_refused"


@pytest.mark.parametrize(
    ("kind", "address", "message"),
    [(kind, "smtps://{}" if kind == "smtp" else "https://{}/x", message) for kind, _, message in ADDRESSES],
)
@pytest.mark.parametrize("host", ["10.0.0.1", "169.254.169.254", "[::ffff:192.168.0.1]"])
def test_failure_17_an_inner_address_is_not_called_unasked(
    kind: str, address: str, message: OutgoingMessage, host: str
) -> None:
    with pytest.raises(NotTaken) as caught:
        build(kind, _account(kind, address.format(host))).send(message)
    assert caught.value.code == "address_refused"


@pytest.mark.parametrize(
    ("kind", "address", "message"),
    [
        ("linkmobility", "", sms()),
        ("seven", "", sms()),
        ("android", "https://phone.example.com:8080", sms()),
        ("http_template", "https://sms.example.com/send", sms()),
        ("smtp", "smtp://mail.example.com", mail()),
        ("smtp", "smtps://8.8.8.8", mail()),
    ],
)
def test_simulated_clock_sends_nothing_out_of_this_machine(
    kind: str, address: str, message: OutgoingMessage
) -> None:
    with pytest.raises(NotTaken) as caught:
        build(kind, _account(kind, address), loopback_only=True).send(message)
    assert caught.value.code == "simulated_clock"


def test_simulated_clock_still_speaks_to_a_fake_on_this_machine() -> None:
    with link_server() as fake:
        gateway = build("linkmobility", account(fake.base_url, TOKEN), loopback_only=True)
        assert gateway.send(sms()).reference
        gateway.close()


def test_an_unknown_kind_is_named() -> None:
    with pytest.raises(Misconfigured) as caught:
        build("pigeon", GatewayAccount("test"))
    assert (caught.value.code, caught.value.detail) == ("gateway_unknown", "pigeon")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "sandbox"])
def test_a_wrong_option_is_named(kind: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        build(kind, GatewayAccount("test", options={"timeout": "soon"}))
    assert caught.value.code == "gateway_option"


def test_an_account_shows_no_secret_when_printed() -> None:
    assert "geheim" not in repr(GatewayAccount("test", secret="geheim"))


SECRET = "a-token-nobody-may-read"
ECHOES = [
    ("text/html", 200, f"<p>Authorization: Bearer {SECRET}</p>"),
    ("text/html", 500, SECRET),
    ("application/json", 401, f'{{"message": "{SECRET}"}}'),
    ("application/json", 400, f'{{"message": "unknown key {SECRET}"}}'),
    ("application/json", 200, f'{{"statusCode": 4001, "statusMessage": "no account for {SECRET}"}}'),
    ("application/json", 200, f'{{"success": "900", "messages": [{{"error_text": "{SECRET}"}}]}}'),
]
LOGIN = base64.b64encode(f"sms:{SECRET}".encode()).decode()


@pytest.mark.parametrize("kind", ["linkmobility", "seven", "android"])
@pytest.mark.parametrize(
    ("content_type", "status", "body"), [*ECHOES, ("text/plain", 500, f"Authorization: Basic {LOGIN}")]
)
def test_a_gateway_that_repeats_the_token_does_not_show_it(
    kind: str, content_type: str, status: int, body: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a gateway answered is quoted on pages, in mails and in the log."""
    answer = Answer(status, {"content-type": content_type}, body.encode(), "")
    monkeypatch.setattr(Door, "call", lambda *args, **more: answer)
    gateway = build(kind, account("https://sms.example.at", SECRET))
    for ask in (lambda: gateway.send(sms("m-1")), gateway.check):
        with pytest.raises(GatewayError) as caught:
            ask()
        assert SECRET not in str(caught.value)
        if ask != gateway.check:  # which asks a phone for its health, without login
            assert kind != "android" or LOGIN[:20] not in str(caught.value)
