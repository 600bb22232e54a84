"""A small window, or a page blown up to 400 %, by keys alone: the menu is folded there."""

from __future__ import annotations

import pytest
from flask import Flask
from selenium.webdriver.common.keys import Keys

from tests import builders
from tests.conftest import Clock
from tests.stack import walls
from tests.stack.browser import PHONE, Page

pytestmark = [
    pytest.mark.stack,
    pytest.mark.xdist_group("pages"),
    pytest.mark.timeout(300),
    pytest.mark.usefixtures("office"),
]


@pytest.fixture
def office(app: Flask, at: Clock) -> None:
    builders.company()
    builders.employee()


def test_the_folded_menu_opens_and_closes_by_keys_and_leads_on(page: Page) -> None:
    page.resize(PHONE)
    page.open("/mitarbeiter")
    assert walls.beyond_the_keys(page) == []
    page.open("/mitarbeiter")
    page.press(Keys.TAB, Keys.TAB)
    assert "Menü" in page.focused.text
    page.press(Keys.ENTER)
    page.until(lambda: "show" in page.one("#menue").get_attribute("class").split(), "the menu")
    page.until(lambda: page.focused.get_attribute("id") == "menue", "the focus in the menu")
    page.press(Keys.ESCAPE)
    page.until(lambda: not page.one("#menue").is_displayed(), "the folded menu")
    page.until(lambda: "Menü" in page.focused.text, "the focus on the button again")
    page.press(Keys.ENTER)
    page.until(lambda: page.focused.get_attribute("id") == "menue", "the focus in the menu")
    for _ in range(30):
        page.press(Keys.TAB)
        if page.focused.text == "Protokoll":
            break
    assert page.barriers() == []
    page.press(Keys.ENTER)
    page.wait_at("/protokoll")
    assert page.complaints() == []
