"""The fakes of the phone and of seven behave as their makers say: what they prove is worth no more."""

from __future__ import annotations

import base64
from datetime import timedelta

import httpx
import pytest

from tests.fakes.android_phone import PASSWORD, AndroidPhone
from tests.fakes.seven_server import KEY, SevenServer

LOGIN = {"Authorization": "Basic " + base64.b64encode(f"sms:{PASSWORD}".encode()).decode()}
MESSAGE = {"id": "m-1", "textMessage": {"text": "Hallo"}, "phoneNumbers": ["+436641234567"]}
SMS = {"to": "436641234567", "text": "Hallo", "foreign_id": "m-1"}


def test_the_phone_takes_an_id_once(phone: AndroidPhone) -> None:
    first = httpx.post(phone.base_url + "/messages", json=MESSAGE, headers=LOGIN)
    again = httpx.post(phone.base_url + "/message", json=MESSAGE, headers=LOGIN)
    assert (first.status_code, again.status_code) == (202, 409)
    told = first.json()
    assert (told["id"], told["state"]) == ("m-1", "Pending")
    assert told["recipients"] == [{"phoneNumber": "+436641234567", "state": "Pending", "error": None}]
    assert told["states"] == {"Pending": "2026-03-02T10:00:00.000+01:00"}
    assert again.json() == {"message": "Message with the same ID already exists"}


def test_the_phone_wants_a_login_for_all_but_its_health(phone: AndroidPhone) -> None:
    assert httpx.get(phone.base_url + "/health").json()["version"] == "1.61.0"
    for path in ("/messages", "/messages/m-1", "/inbox"):
        assert httpx.get(phone.base_url + path).status_code == 401


def test_the_phone_gives_its_lists_by_pages(phone: AndroidPhone) -> None:
    for number in range(7):
        httpx.post(phone.base_url + "/messages", json=MESSAGE | {"id": f"m-{number}"}, headers=LOGIN)
        phone.receive("+436641234567", f"Antwort {number}")
    for path in ("/messages", "/inbox"):
        page = httpx.get(f"{phone.base_url}{path}?limit=3&offset=6", headers=LOGIN)
        assert (len(page.json()), page.headers["X-Total-Count"]) == (1, "7")
    assert httpx.get(phone.base_url + "/inbox?limit=501", headers=LOGIN).status_code == 400
    assert httpx.get(phone.base_url + "/messages/m-9", headers=LOGIN).status_code == 404
    assert httpx.get(phone.base_url + "/messages?state=Failed", headers=LOGIN).json() == []


def test_the_phones_ids_of_replies_are_made_from_their_content(phone: AndroidPhone) -> None:
    same = [phone.receive("+43664", "ja", phone.now + timedelta(minutes=n)) for n in range(2)]
    assert same[0] == same[1] != phone.receive("+43664", "nein")


def test_a_fake_that_was_off_comes_back_on_its_port_with_all_it_had(phone: AndroidPhone) -> None:
    httpx.post(phone.base_url + "/messages", json=MESSAGE, headers=LOGIN)
    phone.off()
    with pytest.raises(httpx.ConnectError):
        httpx.get(phone.base_url + "/health")
    phone.on()
    assert httpx.get(phone.base_url + "/messages/m-1", headers=LOGIN).status_code == 200


def test_seven_answers_200_to_a_refusal(seven: SevenServer) -> None:
    url, key = seven.base_url, {"X-Api-Key": KEY}
    taken = httpx.post(url + "/sms", data=SMS, headers=key).json()
    assert (taken["success"], taken["messages"][0]["success"], taken["messages"][0]["price"]) == (
        "100",
        True,
        0.075,
    )
    locked = httpx.post(url + "/sms", data=SMS, headers=key)
    assert (locked.status_code, locked.json()["messages"][0]["error"]) == (200, 402)
    seven.now += timedelta(seconds=180)
    assert httpx.post(url + "/sms", data=SMS, headers=key).json()["success"] == "100"
    assert httpx.get(url + "/balance").text == "900"


def test_seven_tells_states_and_journals(seven: SevenServer) -> None:
    url, key = seven.base_url, {"X-Api-Key": KEY}
    reference = httpx.post(url + "/sms", data=SMS, headers=key).json()["messages"][0]["id"]
    seven.move("m-1", "DELIVERED")
    states = httpx.get(url + f"/status?msg_id={reference}", headers=key).json()
    assert states == [{"id": reference, "status": "DELIVERED", "status_time": "2026-03-02 10:00:00"}]
    days = "date_from=2026-03-02&date_to=2026-03-02"
    (entry,) = httpx.get(f"{url}/journal/outbound?{days}&to=436641234567", headers=key).json()
    assert (entry["foreign_id"], entry["dlr"], entry["price"]) == ("m-1", "DELIVERED", "0.0750")
    assert httpx.get(f"{url}/journal/outbound?{days}&limit=101", headers=key).status_code == 400
    assert httpx.get(f"{url}/journal/outbound?{days}&to=43699", headers=key).json() == []


@pytest.mark.parametrize("act", ["drop_before", "drop_after", "cut"])
def test_a_broken_connection_is_no_answer(seven: SevenServer, act: str) -> None:
    seven.behaviours = [act, "ok"]
    with pytest.raises(httpx.TransportError):
        httpx.post(seven.base_url + "/sms", data=SMS, headers={"X-Api-Key": KEY})
    assert seven.arrived() == ([] if act == "drop_before" else ["m-1"])
