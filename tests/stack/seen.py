"""The app of this process in a real browser: somebody signed in to it, and pictures of what he sees."""

from __future__ import annotations

import contextlib
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.serving import make_server

from tests import builders
from tests.conftest import Clock
from tests.stack.browser import DESKTOP, PHONE, TABLET, Page, browser

PICTURES = Path(__file__).parent.parent / "screenshots"
SIZES = {"desktop": DESKTOP, "phone": PHONE}
THREE_SIZES = {"desktop": DESKTOP, "tablet": TABLET, "phone": PHONE}


@contextlib.contextmanager
def served(app: Flask) -> Iterator[str]:
    """The app at an address of its own, in this process: what a test writes is seen at once."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def sign_in(page: Page, app: Flask, role: str) -> None:
    """Makes a user of this role, anna, and puts her session into the browser."""
    user = builders.user("anna", role)
    client = app.test_client()
    with client.session_transaction() as session:
        session.update({"_user_id": user.get_id(), "_fresh": True})
    cookie = client.get_cookie("kehrbote")
    assert cookie is not None
    page.open("/anmelden")
    page.chrome.add_cookie({"name": "kehrbote", "value": cookie.value})
    page.complaints()


@pytest.fixture
def role() -> str:
    """Who looks at the pages; a test file where somebody else does says so itself."""
    return "office"


@pytest.fixture
def page(app: Flask, at: Clock, role: str) -> Iterator[Page]:
    """A browser, signed in to the app as it runs in this process."""
    with served(app) as address, browser(address) as page:
        sign_in(page, app, role)
        yield page


def picture(
    page: Page,
    name: str,
    *,
    whole: bool = True,
    part: str = "",
    sizes: dict[str, tuple[int, int]] = SIZES,
) -> None:
    """Takes the page at these sizes, or what is around a part of it, and checks what needs no eyes.

    What is worth a picture is worth reading for everybody: no barrier may stand on it.
    """
    for word, size in sizes.items():
        page.resize(size)
        if part:
            page.into_view(page.one(part))
        page.picture(PICTURES / f"{name}-{word}.png", whole=whole and not part)
        assert page.sideways() <= 0, f"{page.path} is {page.sideways()} pixels wider than the {word}"
    page.resize(DESKTOP)
    assert page.heading
    assert page.barriers() == []
    assert page.complaints() == []
    assert page.loaded_from_outside() == []


def words_of(pdf: Path) -> str:
    """The words of a printed page, as they stand on it."""
    done = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, check=True)
    return done.stdout.decode()
