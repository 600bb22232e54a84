"""The walls of `test_every_page` stand: what somebody could get wrong on a page is seen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests import builders
from tests.conftest import Clock
from tests.stack import walls
from tests.stack.browser import Page

pytestmark = [
    pytest.mark.stack,
    pytest.mark.xdist_group("pages"),
    pytest.mark.timeout(300),
    pytest.mark.usefixtures("office"),
]
Look = Callable[[Page], list[str]]
MISTAKES: dict[str, tuple[str, Look, str]] = {
    "too wide": ("main.style.width = '2000px'", walls.cut_anywhere, "pixels wider than the window"),
    "cut": (
        "Object.assign(heading.style, {width: '30px', overflow: 'hidden', whiteSpace: 'nowrap'})",
        walls.cut_anywhere,
        "are missing at its side",
    ),
    "sticks out": (
        "Object.assign(heading.style, {width: '30px', whiteSpace: 'nowrap'})",
        walls.cut_anywhere,
        "sticks out of",
    ),
    "lies over": (
        "heading.textContent = 'Wort '.repeat(300); heading.style.height = '20px'",
        walls.cut_anywhere,
        "lie over each other",
    ),
    "only a colour": (
        "const dot = main.appendChild(document.createElement('div')).appendChild("
        "document.createElement('div')); Object.assign(dot.style,"
        " {width: '12px', height: '12px', background: '#c00'})",
        walls.only_colour,
        "is only a colour",
    ),
    "grey on paper": ("heading.style.color = '#999'", walls.on_paper, "on paper"),
    "way on paper": (
        "main.appendChild(document.createElement('nav')).textContent = 'Zurück'",
        walls.on_paper,
        "is printed",
    ),
    "wide on paper": ("heading.style.minWidth = '800px'", walls.on_paper, "pixels wider than the sheet"),
    "no ring": ("link.style.outline = 'none'", walls.beyond_the_keys, "does not show that it has the focus"),
    "no stop": ("link.tabIndex = -1", walls.beyond_the_keys, "is not reached"),
    "covered": (
        "const cover = document.body.appendChild(document.createElement('div')); Object.assign("
        "cover.style, {position: 'fixed', inset: '0', zIndex: '9999'})",
        walls.beyond_the_keys,
        "has the focus behind",
    ),
    "trap": (
        "document.querySelector('.skip').addEventListener('keydown', (event) => event.preventDefault())",
        walls.beyond_the_keys,
        "is not reached",
    ),
}


@pytest.fixture
def office(app: Flask, at: Clock) -> None:
    builders.company()


def test_each_mistake_is_seen(page: Page) -> None:
    for name, (plant, look, words) in MISTAKES.items():
        page.open("/mitarbeiter")
        assert look(page) == [], name
        page.open("/mitarbeiter")
        page.chrome.execute_script(
            "const main = document.querySelector('main'), heading = document.querySelector('h1'),"
            f" link = document.querySelector('main .btn-k'); {plant}"
        )
        assert any(words in said for said in look(page)), name
