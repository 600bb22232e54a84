"""An Android phone in the LAN: what goes over the wire, and what the check proves."""

from __future__ import annotations

import json

import pytest

from kehr.gateways.account import ReleasedSender
from kehr.gateways.contract import (
    Accepted,
    GatewayError,
    Misconfigured,
    NotTaken,
    Refused,
    Unclear,
)
from tests.fakes.android_phone import PASSWORD, AndroidPhone
from tests.gateways.android_account import NUMBER, build, failure, sms


def test_the_request_is_what_the_app_documents(phone: AndroidPhone) -> None:  # C29
    build(phone.base_url).send(sms())
    (call,) = phone.calls
    assert (call.method, call.path, call.query) == ("POST", "/messages", {})
    assert json.loads(call.body) == {
        "id": "m-1",
        "textMessage": {"text": "Wir kehren – Grüße"},
        "phoneNumbers": [NUMBER],
        "withDeliveryReport": True,
        "ttl": 3600,
    }
    assert call.headers["authorization"] == "Basic c21zOnA0c3N3MHJk"
    assert call.headers["content-type"] == "application/json; charset=utf-8"


def test_sim_card_time_and_user_can_be_chosen(phone: AndroidPhone) -> None:
    build(phone.base_url, sim="2", ttl="600").send(sms())
    assert json.loads(phone.calls[0].body)["simNumber"] == 2
    assert json.loads(phone.calls[0].body)["ttl"] == 600
    assert failure(build(phone.base_url, user="anna")) == (Misconfigured, "gateway_credentials")


def test_failure_01_a_repeated_id_is_a_409_and_means_it_was_there(phone: AndroidPhone) -> None:
    gateway = build(phone.base_url)
    assert gateway.send(sms()) == gateway.send(sms()) == Accepted("m-1")
    assert phone.arrived() == ["m-1"]
    assert len(phone.asked("/messages")) == 2


@pytest.mark.parametrize(
    ("behaviour", "kind", "code"),
    [
        ("refuse", Refused, "android_refused"),
        ("http:400", Unclear, "gateway_http_error"),
        ("http:401", Misconfigured, "gateway_credentials"),
        ("http:403", Misconfigured, "gateway_forbidden"),
        ("http:404", Misconfigured, "gateway_wrong_address"),
        ("http:409", Unclear, "gateway_http_error"),
        ("http:429", NotTaken, "gateway_busy"),
        ("http:500", Unclear, "gateway_http_error"),
        ("http:503", NotTaken, "gateway_busy"),
        ("no_id", Unclear, "answer_not_understood"),
        ("other_id", Unclear, "answer_of_another"),
        ("html", Unclear, "answer_not_understood"),
    ],
)
def test_failure_15_every_answer_ends_in_its_class(
    phone: AndroidPhone, behaviour: str, kind: type[GatewayError], code: str
) -> None:
    phone.behaviours = [behaviour]
    assert failure(build(phone.base_url)) == (kind, code)


@pytest.mark.parametrize("url", ["http://192.168.1.20:8080", "http://phone.lan:8080", "http://8.8.8.8"])
def test_failure_17_plain_http_needs_the_settings_list_and_says_so(url: str) -> None:
    assert failure(build(url)) == (Misconfigured, "android_needs_allow")


@pytest.mark.parametrize(
    ("url", "secret", "code"),
    [
        ("", PASSWORD, "android_no_address"),
        ("phone", PASSWORD, "bad_address"),
        ("http://127.0.0.1:1", "", "gateway_no_credentials"),
    ],
)
def test_an_account_that_is_not_filled_in_calls_nobody(url: str, secret: str, code: str) -> None:
    assert failure(build(url, secret=secret)) == (Misconfigured, code)


def test_only_the_phones_own_number_is_its_sender(phone: AndroidPhone) -> None:  # B10
    gateway = build(phone.base_url, ReleasedSender("+43 664 999"))
    assert failure(gateway, sms(sender="+43664111")) == (Misconfigured, "sender_not_released")
    assert phone.calls == []
    assert gateway.send(sms(sender="+43664999")).reference
    assert gateway.send(sms("m-2")).reference


@pytest.mark.parametrize("recipient", ["", "06641234567", "+43", "+43664 123", "maria@example.org"])
def test_only_whole_international_numbers_leave(phone: AndroidPhone, recipient: str) -> None:
    assert failure(build(phone.base_url), sms(recipient=recipient)) == (Refused, "recipient_invalid")
    assert phone.calls == []


def test_the_check_asks_the_health_without_login_and_the_inbox_with_it(phone: AndroidPhone) -> None:  # B05
    account = build(phone.base_url).check()
    assert account.name == f"127.0.0.1:{phone.port} (1.61.0)"
    assert [call.path for call in phone.calls] == ["/health", "/inbox"]
    assert "authorization" not in phone.calls[0].headers
    assert "authorization" in phone.calls[1].headers
    assert phone.arrived() == []


@pytest.mark.parametrize("version", ["1.58.9", "v1.40.0", "0.99"])
def test_a_version_without_inbox_is_a_sentence(phone: AndroidPhone, version: str) -> None:  # B06
    phone.version = version
    with pytest.raises(Misconfigured) as caught:
        build(phone.base_url).check()
    assert (caught.value.code, caught.value.detail) == ("android_too_old", version)


@pytest.mark.parametrize("version", ["1.59.0", "v1.59.0", "2.0", ""])
def test_a_version_with_inbox_is_good_and_one_that_hides_is_found_out(
    phone: AndroidPhone, version: str
) -> None:
    phone.version = version
    assert build(phone.base_url).check().name
    phone.old = True
    with pytest.raises(Misconfigured) as caught:
        build(phone.base_url).check()
    assert caught.value.code == "android_too_old"


def test_failure_15_a_wrong_password_and_a_sick_phone_are_told(phone: AndroidPhone) -> None:  # A54, B06
    with pytest.raises(Misconfigured) as caught:
        build(phone.base_url, secret="wrong").check()
    assert caught.value.code == "gateway_credentials"
    phone.behaviours = ["unwell"]
    with pytest.raises(NotTaken) as sick:
        build(phone.base_url).check()
    assert (sick.value.code, sick.value.detail) == ("android_unwell", "messages:failed")
