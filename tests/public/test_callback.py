"""What an office that is reachable gains: LINK is told where to report, and links go by hand too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kehr.actions.decide.show_message import show_message
from kehr.actions.hear.take_hook import renew_hook
from kehr.gateways.contract import Abilities
from kehr.gateways.registry import abilities_of
from kehr.models import CalendarLink, db
from tests.actions.hand import Hand
from tests.actions.outbox import Outbox
from tests.conftest import NOON, Clock
from tests.fakes.hook_caller import link_report
from tests.fakes.link_server import LinkServer, link_server
from tests.public.conftest import URL
from tests.rules.plan_build import at as vienna


@pytest.fixture
def link() -> Iterator[LinkServer]:
    """LINK's API on loopback."""
    with link_server() as server:
        yield server


def test_link_is_told_where_to_report_and_what_it_reports_counts(
    app: Flask, at: Clock, link: LinkServer, stranger: FlaskClient
) -> None:  # A55, C19
    outbox = Outbox.opened(link, public_url=URL)
    renew_hook(1)
    path = f"/hooks/{outbox.gateway.hook_secret}"
    (message,) = outbox.due()
    outbox.send()
    (request,) = link.accepted
    assert request["notificationCallbackUrl"] == URL + path
    (message,) = outbox.messages()
    view = show_message(message.id, NOON)
    assert view is not None and view.reports_delivery
    body = link_report("delivered", transferId=message.reference, clientMessageId=message.id)
    assert stranger.post(path, json=body).status_code == 200
    assert outbox.states() == ["delivered delivered"]


@pytest.mark.parametrize(("url", "address"), [("", True), (URL, False)])
def test_without_an_address_link_is_told_none_and_no_delivery_is_promised(
    url: str, address: bool, app: Flask, at: Clock, link: LinkServer
) -> None:  # C19
    outbox = Outbox.opened(link, public_url=url)
    if address:
        renew_hook(1)
    outbox.due()
    outbox.send()
    (message,) = outbox.messages()
    assert "notificationCallbackUrl" not in link.accepted[0]
    view = show_message(message.id, NOON)
    assert view is not None and view.reports_delivery is False


@pytest.mark.parametrize(
    ("kind", "options", "pushes"),
    [
        ("linkmobility", None, False),
        ("linkmobility", {}, False),
        ("linkmobility", {"callback_url": URL}, True),
        ("sandbox", {"callback_url": URL}, False),
    ],
)
def test_abilities_follow_the_account(kind: str, options: dict[str, str] | None, pushes: bool) -> None:
    found = abilities_of(kind, options)
    assert (found.pushes_states, found.pushes_replies) == (pushes, pushes)
    assert abilities_of("pigeon", options) == Abilities()


def test_a_message_by_hand_brings_a_link_of_its_own_for_each_number(
    app: Flask, at: Clock, link: LinkServer, stranger: FlaskClient
) -> None:  # B33
    hand = Hand.opened(link, public_url=URL)
    hand.customer(1)
    hand.customer(2)
    hand.send(hand.open(), text="Ihr Termin: #Kalenderlink")
    hand.round()
    paths = {text.removeprefix(f"Ihr Termin: {URL}") for text in hand.arrived()}
    assert len(paths) == db.session.query(CalendarLink).count() == 2
    assert [stranger.get(path).status_code for path in paths] == [200, 200]


@pytest.mark.parametrize(("start", "missing"), [("09.03. 11:01", False), ("09.03. 11:00", True)])
def test_by_hand_there_is_no_link_to_what_is_long_over(
    start: str, missing: bool, app: Flask, at: Clock, link: LinkServer
) -> None:
    hand = Hand.opened(link, public_url=URL)
    hand.customer(1, start=start)
    _, offer = hand.offer(hand.open(days=[vienna(start).date()]), text="Ihr Termin: #Kalenderlink")
    reasons = [item.reason.args for item in offer.held_back if item.reason]
    assert reasons == ([{"placeholders": "#Kalenderlink"}] if missing else [])
