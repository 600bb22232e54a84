"""A public address at which nothing answers is said wherever somebody would rely on it (B33, C19)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from kehr.actions.hear.take_hook import renew_hook
from kehr.actions.run.check_health import check_health
from kehr.models import CalendarLink, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page

URL = "https://k.example.at"
SAID = "Der öffentliche Teil läuft nicht, obwohl"
CASES = pytest.mark.parametrize(
    ("url", "port", "said"), [(URL, 0, True), (URL, 8081, False), ("", 0, False), ("", 8081, False)]
)


@pytest.fixture
def listening(app: Flask) -> Callable[[int], None]:
    """Sets the port of the public part."""

    def at_port(port: int) -> None:
        app.config["KEHR"] = replace(app.config["KEHR"], public_port=port)

    return at_port


@CASES
@pytest.mark.parametrize("path", ["/firma", "/nachrichten/1"])
def test_the_screens_that_rely_on_it_say_so(
    url: str, port: int, said: bool, path: str, listening: Callable[[int], None], at: Clock, sign_in: SignIn
) -> None:  # B33
    listening(port)
    builders.company(public_url=url)
    builders.rule("reminder", text="Termin am #Datum")
    assert (SAID in check_page(sign_in().get(path))) is said


def test_a_message_that_can_have_no_link_does_not_speak_of_it(app: Flask, at: Clock, sign_in: SignIn) -> None:
    builders.company(public_url=URL)
    row = builders.rule("feedback", text="Zufrieden?")
    assert SAID not in check_page(sign_in().get(f"/nachrichten/{row.id}"))


def part() -> list[tuple[str, str]]:
    return [(check.level, check.code) for check in check_health(NOON).checks if check.name == "public"]


@CASES
def test_doctor_and_system_know_it(
    url: str, port: int, said: bool, listening: Callable[[int], None], at: Clock, sign_in: SignIn, app: Flask
) -> None:
    listening(port)
    builders.company(public_url=url)
    assert part() == ([("note", "public_off")] if said else [("ok", "public_ok")] if url else [])
    assert (SAID in check_page(sign_in().get("/system"))) is said
    printed = app.test_cli_runner().invoke(args=["doctor"]).output
    assert (f"Info   Öffentlicher Teil: {SAID}" in printed) is said
    assert ("ok     Öffentlicher Teil: eingeschaltet, Port 8081" in printed) is (url != "" and not said)


@pytest.mark.parametrize(("link", "level"), [(None, "note"), (0, "note"), (1, "bad")])
def test_a_link_that_somebody_has_and_cannot_open_is_red_until_it_is_over(
    link: int | None, level: str, app: Flask, at: Clock
) -> None:  # failures.md 15: a silent stop is seen
    builders.company(public_url=URL)
    row = builders.appointment(builders.calendar(), NOON + timedelta(days=2))
    message = builders.message(row, builders.rule("reminder"), state="accepted")
    if link is not None:
        ends = NOON + timedelta(seconds=link)
        db.session.add(
            CalendarLink(
                token="7Fq2mKx9Rb",
                message_id=message.id,
                appointment_id=row.id,
                created_at=NOON,
                expires_at=ends,
            )
        )
        db.session.commit()
    assert part() == [(level, "public_off")]


def test_a_gateway_that_was_told_to_report_there_makes_it_red(app: Flask, at: Clock, sign_in: SignIn) -> None:
    builders.company(public_url=URL)
    renew_hook(builders.gateway("LINK", kind="linkmobility").id)
    assert part() == [("bad", "public_off")]
    assert SAID in check_page(sign_in("reader").get("/heute"))
