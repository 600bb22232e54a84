"""One contract, every gateway: whatever the other side does, the outcome is one of the four that are true."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from kehr.gateways.account import GatewayAccount
from kehr.gateways.contract import (
    Accepted,
    Gateway,
    GatewayError,
    Misconfigured,
    NotTaken,
    OutgoingMessage,
    Refused,
    Unclear,
)
from kehr.gateways.registry import KINDS, build_gateway
from kehr.sources.allow import Allow
from tests.fakes.link_server import TOKEN, link_server
from tests.fakes.mail_server import mail_server

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LOOPBACK = Allow.parse(["127.0.0.1"])
TIMEOUT = "0.6"


def sms(message_id: str = "m-1") -> OutgoingMessage:
    return OutgoingMessage(message_id, "sms", "+436641234567", "Wir kehren – Grüße", sender="+4372521234")


def mail(message_id: str = "m-1") -> OutgoingMessage:
    return OutgoingMessage(message_id, "email", "maria@example.org", "Wir kehren.", "office@example.com")


@dataclass
class Stage:
    """A gateway against its fake; `play` makes the fake behave, `arrived` lists the ids it took."""

    gateway: Gateway
    message: Callable[[str], OutgoingMessage]
    play: Callable[[str], None]
    arrived: Callable[[], list[str]]


def _account(base_url: str, secret: str = "") -> GatewayAccount:
    return GatewayAccount("test", base_url, secret, options={"timeout": TIMEOUT})


def _build(kind: str, account: GatewayAccount, *, loopback_only: bool = False) -> Gateway:
    return build_gateway(kind, account, allow=LOOPBACK, loopback_only=loopback_only, now=lambda: NOW)


@contextlib.contextmanager
def _link() -> Iterator[Stage]:
    acts = {
        "refuse": "code:4002",
        "later": "http:503",
        "misconfigured": "code:4001",
        "slow": "slow:1.2",
    }
    with link_server() as fake:
        gateway = _build("linkmobility", _account(fake.base_url, TOKEN))
        yield Stage(
            gateway,
            sms,
            lambda act: fake.behaviours.__setitem__(0, acts.get(act, act)),
            lambda: [request["clientMessageId"] for request in fake.accepted],
        )
        gateway.close()


@contextlib.contextmanager
def _smtp() -> Iterator[Stage]:
    acts = {
        "refuse": {"rcpt": "550 5.1.1 no such user"},
        "later": {"rcpt": "450 4.2.0 greylisted"},
        "misconfigured": {"mail": "553 sender not allowed"},
        "drop_after": {"content": "drop"},
        "drop_before": {"data": "drop"},
        "answer_not_understood": {"content": "299 what"},
    }
    with mail_server() as fake:

        def play(act: str) -> None:
            fake.delay = 1.2 if act == "slow" else 0.0
            fake.replies = dict(acts.get(act, {}))

        gateway = _build("smtp", _account(f"smtp+plain://127.0.0.1:{fake.port}"))
        yield Stage(
            gateway,
            mail,
            play,
            lambda: [str(letter["Message-ID"])[1:].partition("@")[0] for letter in fake.letters],
        )
        gateway.close()


@contextlib.contextmanager
def _sandbox() -> Iterator[Stage]:
    gateway = _build("sandbox", GatewayAccount("test"))
    yield Stage(gateway, sms, lambda act: None, list)


STAGES = {"linkmobility": _link, "smtp": _smtp, "sandbox": _sandbox}


@pytest.fixture(params=sorted(STAGES))
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    with STAGES[request.param]() as ready:
        yield ready


@pytest.fixture(params=["linkmobility", "smtp"])
def outer(request: pytest.FixtureRequest) -> Iterator[Stage]:
    """The gateways that speak to somebody, and so can fail."""
    with STAGES[request.param]() as ready:
        yield ready


def test_every_kind_stands_on_this_stage() -> None:
    assert set(STAGES) <= set(KINDS)


def test_a_message_is_accepted_with_a_reference(stage: Stage) -> None:
    accepted = stage.gateway.send(stage.message("m-1"))
    assert isinstance(accepted, Accepted)
    assert accepted.reference


def test_the_check_proves_the_account_and_sends_nothing(stage: Stage) -> None:  # B05
    assert stage.gateway.check().name
    assert stage.arrived() == []


def test_abilities_and_channels_are_told(stage: Stage) -> None:
    assert stage.gateway.kind in KINDS
    assert stage.gateway.channels <= {"sms", "email"}
    if not stage.gateway.abilities.can_reconcile:
        assert not stage.gateway.abilities.polls_states


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


@pytest.mark.parametrize(
    ("act", "kind"), [("refuse", Refused), ("later", NotTaken), ("misconfigured", Misconfigured)]
)
def test_an_answer_of_no_is_told_for_what_it_is(outer: Stage, act: str, kind: type[GatewayError]) -> None:
    outer.play(act)
    with pytest.raises(GatewayError) as caught:
        outer.gateway.send(outer.message("m-1"))
    assert type(caught.value) is kind
    assert caught.value.detail
    assert outer.arrived() == []


@pytest.mark.parametrize("act", ["drop_after", "slow"])
def test_failure_01_what_may_have_arrived_is_unclear(outer: Stage, act: str) -> None:
    outer.play(act)
    with pytest.raises(Unclear):
        outer.gateway.send(outer.message("m-1"))


@pytest.mark.parametrize(
    "act", ["cut", "html", "wrong_json", "no_code", "other_id", "not_json_type", "http:500"]
)
def test_failure_01_an_answer_that_cannot_be_read_is_unclear(act: str) -> None:
    with _link() as stage:
        stage.play(act)
        with pytest.raises(Unclear):
            stage.gateway.send(sms())


def test_an_unknown_last_word_of_a_mail_server_is_unclear() -> None:
    with _smtp() as stage:
        stage.play("answer_not_understood")
        with pytest.raises(Unclear):
            stage.gateway.send(mail())


def test_a_gateway_never_tries_again_by_itself(outer: Stage) -> None:
    """failures.md 1: healing a lost answer is nobody's business but a person's."""
    outer.play("drop_after")
    with pytest.raises(Unclear):
        outer.gateway.send(outer.message("m-1"))
    assert outer.arrived() == ["m-1"]


def test_after_an_unclear_outcome_the_next_message_goes_its_way(outer: Stage) -> None:
    outer.play("drop_after")
    with pytest.raises(Unclear):
        outer.gateway.send(outer.message("m-1"))
    outer.play("ok")
    assert outer.gateway.send(outer.message("m-2")).reference


def test_the_same_id_sent_twice_arrives_under_the_same_id(outer: Stage) -> None:
    for _ in range(2):
        outer.gateway.send(outer.message("m-1"))
    assert outer.arrived() == ["m-1", "m-1"]
    assert not outer.gateway.abilities.idempotent


def test_the_sandbox_gives_the_same_id_the_same_reference() -> None:
    with _sandbox() as stage:
        assert stage.gateway.abilities.idempotent
        assert stage.gateway.send(sms()) == stage.gateway.send(sms())


ADDRESSES = [("linkmobility", "http://{}/rest", sms()), ("smtp", "smtp+plain://{}", mail())]


@pytest.mark.parametrize(("kind", "address", "message"), ADDRESSES)
def test_a_closed_port_took_nothing(kind: str, address: str, message: OutgoingMessage) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        gateway = _build(kind, _account(address.format(f"127.0.0.1:{taken.getsockname()[1]}"), TOKEN))
        with pytest.raises(NotTaken) as caught:
            gateway.send(message)
    assert caught.value.code == "connect_refused"


@pytest.mark.parametrize(
    ("kind", "address", "message"),
    [("linkmobility", "https://{}/rest", sms()), ("smtp", "smtps://{}", mail())],
)
@pytest.mark.parametrize("host", ["10.0.0.1", "169.254.169.254", "[::ffff:192.168.0.1]"])
def test_failure_17_an_inner_address_is_not_called_unasked(
    kind: str, address: str, message: OutgoingMessage, host: str
) -> None:
    gateway = _build(kind, _account(address.format(host), TOKEN))
    with pytest.raises(NotTaken) as caught:
        gateway.send(message)
    assert caught.value.code == "address_refused"


@pytest.mark.parametrize(
    ("kind", "address", "message"),
    [
        ("linkmobility", "", sms()),
        ("smtp", "smtp://mail.example.com", mail()),
        ("smtp", "smtps://8.8.8.8", mail()),
    ],
)
def test_simulated_clock_sends_nothing_out_of_this_machine(
    kind: str, address: str, message: OutgoingMessage
) -> None:
    gateway = _build(kind, _account(address, TOKEN), loopback_only=True)
    with pytest.raises(NotTaken) as caught:
        gateway.send(message)
    assert caught.value.code == "simulated_clock"


def test_simulated_clock_still_speaks_to_a_fake_on_this_machine() -> None:
    with link_server() as fake:
        gateway = _build("linkmobility", _account(fake.base_url, TOKEN), loopback_only=True)
        assert gateway.send(sms()).reference
        gateway.close()


def test_an_unknown_kind_and_a_wrong_option_are_named() -> None:
    with pytest.raises(Misconfigured) as caught:
        _build("pigeon", GatewayAccount("test"))
    assert (caught.value.code, caught.value.detail) == ("gateway_unknown", "pigeon")
    with pytest.raises(Misconfigured) as caught:
        _build("smtp", GatewayAccount("test", options={"timeout": "soon"}))
    assert caught.value.code == "gateway_option"


def test_an_account_shows_no_secret_when_printed() -> None:
    assert "geheim" not in repr(GatewayAccount("test", secret="geheim"))
