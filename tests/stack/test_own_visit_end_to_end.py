"""A test appointment through everything that `make run` starts, on the real clock: click, tick, gateway."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
from selenium.webdriver import ActionChains
from selenium.webdriver.remote.webelement import WebElement

from tests.fakes.link_server import TOKEN, LinkServer, link_server
from tests.fakes.mail_server import mail_server
from tests.stack.browser import Page, browser
from tests.stack.running_stack import running, short_folder, wait_for
from tests.stack.test_browser_end_to_end import OWN, SENT_WITHIN, Desk, firm, first_admin, zone_of_this_hour

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack"), pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    """The machine, a gateway that takes messages, and no calendar at all."""
    with contextlib.ExitStack() as stack:
        link, mail = stack.enter_context(link_server()), stack.enter_context(mail_server())
        machine = stack.enter_context(running(stack.enter_context(short_folder())))
        page = stack.enter_context(browser(machine.address))
        yield Desk(machine, page, None, link, mail, zone_of_this_hour())  # type: ignore[arg-type]


def test_one_double_click_is_one_sms_to_the_firm_marked_as_a_test(desk: Desk) -> None:  # B46
    page = desk.page
    first_admin(desk)
    firm(page, desk.zone)
    page.open("/testtermin")
    page.wait("Es ist keine Nummer und keine Adresse für Tests eingetragen.")
    page.click("Unter Firma, Selbsttest, eintragen")
    page.wait("Handynummer für den Selbsttest")
    page.fill(self_test_sms="07252 72345")
    page.click("Speichern")
    page.wait("ist eine Festnetznummer, dorthin geht keine SMS.")
    page.fill(self_test_sms="0664 1112223")
    page.click("Speichern")
    page.wait("Gespeichert.")
    link(page, desk.link)
    page.open("/testtermin")
    page.wait("SMS an 0664 1112223")
    ActionChains(page.chrome).double_click(page.into_view(page.named("Testtermin anlegen"))).perform()
    wait_for(lambda: of_the_test(desk.link), SENT_WITHIN, "the SMS of the test appointment")
    page.wait("vom Gateway angenommen")
    for path in ("/geplant/liste", "/protokoll"):
        page.open(path)
        line = next(row.text for row in rows(page) if "Testtermin" in row.text)
        assert "Test" in line and "vom Gateway angenommen" in line
    (sent,) = of_the_test(desk.link)
    assert sent["recipientAddressList"] == [OWN[1:]]
    assert {one["recipientAddressList"][0] for one in desk.link.accepted} == {OWN[1:]}
    assert page.complaints() == []


def link(page: Page, server: LinkServer) -> None:
    """The gateway, as somebody enters it."""
    page.open("/gateways/neu")
    page.fill(name="LINK", kind="linkmobility", base_url=server.base_url, token=TOKEN)
    page.fill(**{"senders-0-address": "+43 720 111222"})
    page.click("Speichern")
    page.wait_at("/gateways")


def of_the_test(server: LinkServer) -> list[dict[str, object]]:
    """The SMS about test appointments; the self test of the day is another."""
    return [one for one in server.accepted if "nur ein Test" in str(one["messageContent"])]


def rows(page: Page) -> list[WebElement]:
    """The lines of a list of messages."""
    return list(page.chrome.find_elements("css selector", "a.send, table.log tbody tr"))
