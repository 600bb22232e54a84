"""LINK Mobility: what goes over the wire, which senders may, and what the check proves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kehr.gateways.account import GatewayAccount, ReleasedSender
from kehr.gateways.contract import (
    Accepted,
    Misconfigured,
    Refused,
)
from kehr.gateways.linkmobility import BASE_URL, LinkMobility
from tests.fakes.link_server import TOKEN, LinkServer, link_server
from tests.gateways.link_build import BUILT, LOOPBACK, build, failure, message


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Whatever gateway a test built is closed after it."""
    yield
    while BUILT:
        BUILT.pop().close()


@pytest.fixture
def fake() -> Iterator[LinkServer]:
    with link_server() as running:
        yield running


def test_the_request_is_what_the_gateway_documents(fake: LinkServer) -> None:
    build(fake).send(message("+43 7252 1234"))
    assert fake.requests == [
        {
            "recipientAddressList": ["436641234567"],
            "messageContent": "Grüße",
            "clientMessageId": "m-1",
            "contentCategory": "informational",
            "senderAddress": "4372521234",
            "senderAddressType": "international",
        }
    ]
    headers = fake.headers[0]
    assert headers["authorization"] == f"Bearer {TOKEN}"
    assert headers["content-type"] == "application/json;charset=UTF-8"
    assert headers["accept"] == "application/json"


def test_the_usual_address_is_links_own() -> None:
    assert BASE_URL == "https://api.linkmobility.eu/rest"


def test_the_gateways_own_number_and_parts_are_kept(fake: LinkServer) -> None:
    assert build(fake).send(message()) == Accepted("00620000000000000001", 1)


def test_an_older_answer_without_parts_is_accepted_too(fake: LinkServer) -> None:
    fake.behaviours = ['json:{"statusCode": 2001, "transferId": null}']
    assert build(fake).send(message()) == Accepted("", None)


def test_connections_are_kept_between_messages(fake: LinkServer) -> None:
    gateway = build(fake)
    for _ in range(3):
        gateway.send(message())
    assert fake.connections == 1


@pytest.mark.parametrize(
    ("typed", "released", "address", "kind"),
    [
        ("+4366412345678", (), "4366412345678", "international"),
        ("004366412345678", (), "4366412345678", "international"),
        ("+43 (664) 12-34", (), "436641234", "international"),
        ("Rauchfang", (), "Rauchfang", "alphanumeric"),
        ("Kehrer 4400", (), "Kehrer 4400", "alphanumeric"),
        ("0828 2020", (ReleasedSender("08282020", "national"),), "08282020", "national"),
        ("50123", (ReleasedSender("50123", "shortcode"),), "50123", "shortcode"),
        ("+43664123", (ReleasedSender("+43 664 123"),), "43664123", "international"),
    ],
)
def test_the_sender_keeps_its_form_and_gets_its_type(
    fake: LinkServer, typed: str, released: tuple[ReleasedSender, ...], address: str, kind: str
) -> None:  # A56, B10
    build(fake, *released).send(message(typed))
    assert (fake.requests[0]["senderAddress"], fake.requests[0]["senderAddressType"]) == (address, kind)


def test_without_a_sender_the_gateway_chooses(fake: LinkServer) -> None:
    build(fake).send(message(""))
    assert "senderAddress" not in fake.requests[0]


@pytest.mark.parametrize(
    ("typed", "released", "code"),
    [
        ("+43664999", (ReleasedSender("+43664123"),), "sender_not_released"),
        ("rauchfang", (ReleasedSender("Rauchfang"),), "sender_not_released"),
        ("Rauchfangkeh", (), "sender_invalid"),
        ("Rauch", (ReleasedSender("Rauch", "wrong"),), "sender_invalid"),
    ],
)
def test_a_sender_that_is_not_the_branchs_sends_nothing(
    fake: LinkServer, typed: str, released: tuple[ReleasedSender, ...], code: str
) -> None:  # B10
    told = failure(build(fake, *released), message(typed))
    assert isinstance(told, Misconfigured)
    assert told.code == code
    assert fake.requests == []


@pytest.mark.parametrize(
    "recipient", ["", "06641234567", "+0664123", "+43", "+43664123456789012", "+43664 123", "+43x"]
)
def test_only_whole_international_numbers_leave(fake: LinkServer, recipient: str) -> None:
    told = failure(build(fake), message(recipient=recipient))
    assert isinstance(told, Refused)
    assert told.code == "recipient_invalid"
    assert fake.requests == []


def test_a_wrong_token_is_told_at_once(fake: LinkServer) -> None:  # A54
    with pytest.raises(Misconfigured) as caught:
        build(fake, secret="wrong").check()
    assert caught.value.code == "gateway_credentials"


@pytest.mark.parametrize("secret", ["", "  "])
def test_an_account_without_a_token_calls_nobody(fake: LinkServer, secret: str) -> None:
    assert failure(build(fake, secret=secret), message()).code == "gateway_no_credentials"
    assert fake.requests == []


@pytest.mark.parametrize("secret", ["tök", "a\nb", "a\r\nX-Evil: 1"])
def test_a_token_that_is_none_calls_nobody(fake: LinkServer, secret: str) -> None:
    told = failure(build(fake, secret=secret), message())
    assert isinstance(told, Misconfigured)
    assert fake.requests == []


def test_the_older_account_signs_in_with_user_and_password(fake: LinkServer) -> None:  # B01
    gateway = build(fake, secret="geheim", user="anna")
    assert gateway.check().name == "anna"
    assert fake.headers[0]["authorization"] == "Basic YW5uYTpnZWhlaW0="


def test_a_token_never_travels_unencrypted_to_a_host_that_is_not_listed() -> None:
    account = GatewayAccount("Büro", "http://api.example.com/rest", TOKEN)
    told = failure(LinkMobility(account, allow=LOOPBACK), message())
    assert isinstance(told, Misconfigured)
    assert told.code == "gateway_needs_https"


@pytest.mark.parametrize("url", ["nonsense", "ftp://h", "https://", "https://h:99999", "https://[zz"])
def test_an_address_that_is_none_calls_nobody(url: str) -> None:
    BUILT.append(LinkMobility(GatewayAccount("Büro", url, TOKEN), allow=LOOPBACK))
    told = failure(BUILT[-1], message())
    assert (type(told), told.code) == (Misconfigured, "bad_address")


def test_the_check_is_marked_as_test_and_goes_to_the_offices_own_number(fake: LinkServer) -> None:  # B05
    gateway = build(fake, ReleasedSender("+4372521234"))
    assert gateway.check().name == "Büro"
    assert fake.requests[0]["test"] is True
    assert fake.requests[0]["recipientAddressList"] == ["4372521234"]
    assert fake.accepted == []


@pytest.mark.parametrize("code", [4001, 4003, 4014, 4021, 4022, 4035])
def test_the_check_names_what_is_wrong_with_the_account(fake: LinkServer, code: int) -> None:  # B06
    fake.behaviours = [f"code:{code}"]
    with pytest.raises(Misconfigured) as caught:
        build(fake).check()
    assert caught.value.code == f"link_{code}"
