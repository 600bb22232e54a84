"""Every page of the office, none forgotten: it fits every window and sheet, and bars nobody."""

from __future__ import annotations

import contextlib
import re
from collections import defaultdict
from collections.abc import Iterator

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import update

from kehr import clock, create_app
from kehr.actions.setup.first_run import first_run_link
from kehr.models import User, db, writing
from tests import conftest
from tests.conftest import NOON, settings_in
from tests.fakes.calendar_server import body, calendar_server
from tests.stack import walls
from tests.stack.browser import Page, browser
from tests.stack.every_page import NO_PAGE, OUTSIDE, PAGES
from tests.stack.full_office import FullOffice, full_office
from tests.stack.seen import served, sign_in

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("pages"), pytest.mark.timeout(300)]

FEED = b"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Test//DE
BEGIN:VEVENT
UID:1@example.at
DTSTAMP:20260301T080000Z
DTSTART:20260312T090000Z
DTEND:20260312T100000Z
SUMMARY:Maria Mayr 0664 1000001
LOCATION:Redtenbachergasse 3\\, 4400 Steyr
END:VEVENT
BEGIN:VEVENT
UID:2@example.at
DTSTAMP:20260301T080000Z
DTSTART:20260313T090000Z
SUMMARY:Ida Huber 07252 53123
END:VEVENT
END:VCALENDAR
""".replace(b"\n", b"\r\n")
NOWHERE = "/gibt-es-nicht"
GONE = {NOWHERE: 404, "/einrichtung/abgelaufen": 404}
ANY_ID = defaultdict(lambda: "1")
ID_OF = {"<int:property_id>": "house", "<int:appointment_id>": "appointment", "<int:run_id>": "run"}
ID_OF |= {"<int:scan_id>": "scan", "<list_id>": "list"}


@pytest.fixture(scope="module")
def office_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An app of its own, because all pages share one office."""
    settings = settings_in(tmp_path_factory.mktemp("pages"))
    app = create_app(settings)
    with pytest.MonkeyPatch.context() as patch, conftest.tested(app, settings):
        patch.setattr(clock, "now", lambda: NOON)
        upgrade()
        yield app


@pytest.fixture(scope="module")
def office(office_app: Flask) -> Iterator[FullOffice]:
    """The office, filled once."""
    with calendar_server() as feeds:
        feeds.deeds["/plan.ics"] = body(FEED)
        office = full_office(office_app.config["KEHR"].data, f"{feeds.url}/plan.ics")
        yield office


@pytest.fixture(scope="module")
def page(office_app: Flask, office: FullOffice) -> Iterator[Page]:
    """One browser for all pages, with an admin signed in, who sees most."""
    with served(office_app) as address, browser(address) as page:
        sign_in(page, office_app, "admin")
        yield page


@pytest.fixture(scope="module", params=PAGES + OUTSIDE)
def shown(request: pytest.FixtureRequest, page: Page, office: FullOffice) -> Iterator[Page]:
    """The browser with the page on it, and what is folded on it unfolded."""
    outside = _nobody_signed_in(page, office) if request.param in OUTSIDE else contextlib.nullcontext()
    with outside:
        path = office.path(request.param)
        page.open(path)
        assert page.path == path, "it leads elsewhere"
        assert walls.status_of(page) == GONE.get(path, 200)
        walls.unfold(page)
        yield page


@contextlib.contextmanager
def _nobody_signed_in(page: Page, office: FullOffice) -> Iterator[None]:
    """Signs out, and lets the one-time link to the first access live: it does while nobody is an admin."""
    cookie = page.chrome.get_cookie("kehrbote")
    page.chrome.delete_all_cookies()
    _make_anna("office")
    office.ids["link"] = str(first_run_link(NOON)).rpartition("/")[2]
    yield
    _make_anna("admin")
    page.chrome.add_cookie({"name": "kehrbote", "value": cookie["value"]})


def _make_anna(role: str) -> None:
    db.session.rollback()
    with writing() as session:
        session.execute(update(User).where(User.login == "anna").values(role=role))


def test_no_page_is_forgotten(office_app: Flask) -> None:
    found = office_app.url_map.bind("localhost")
    shown = {
        found.match(path.partition("?")[0].format_map(ANY_ID), return_rule=True)[0].rule
        for path in PAGES + OUTSIDE
        if path != NOWHERE
    }
    every = {rule.rule for rule in office_app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert not shown & NO_PAGE.keys(), "a page is called no page"
    assert every - shown == NO_PAGE.keys(), "add it to tests/stack/every_page.py"


def test_what_is_called_no_page_is_none(office_app: Flask, page: Page, office: FullOffice) -> None:
    client = office_app.test_client()
    client.set_cookie("kehrbote", page.chrome.get_cookie("kehrbote")["value"])
    for rule in NO_PAGE:
        path = re.sub("<[^>]*>", lambda found: str(office.ids.get(ID_OF.get(found[0], ""), "x")), rule)
        with client.get(path) as answer:
            assert not (answer.status_code == 200 and b"<html" in answer.data), path


def test_it_fits_every_window(shown: Page) -> None:
    assert shown.heading and "keinen Satz" not in shown.text
    assert walls.cut_anywhere(shown) == []
    assert walls.only_colour(shown) == []
    assert shown.complaints() == []
    assert shown.loaded_from_outside() == []


def test_it_bars_nobody(shown: Page) -> None:
    assert walls.barriers(shown) == []


def test_it_prints_black_on_white_on_a4(shown: Page) -> None:
    assert walls.on_paper(shown) == []


def test_tab_reaches_everything_and_is_seen(shown: Page) -> None:
    assert walls.beyond_the_keys(shown) == []
