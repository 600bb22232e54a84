"""The Fristen-Ampel on the list of appointments, in the window, on the start page and on its own page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from kehr.models import Appointment, MessageRule
from tests import builders
from tests.conftest import Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page

START = datetime(2026, 3, 30, 7, 0, tzinfo=UTC)
TODAY = datetime(2026, 3, 20, 11, 0, tzinfo=UTC)
DAY = "/termine?tag=2026-03-30"


@pytest.fixture
def stops(app: Flask, at: Clock) -> dict[str, Appointment]:
    """Three sweeps of 30.03. in Niederösterreich as seen on 20.03., and one that has time."""
    at.moment = TODAY
    builders.company(land="NÖ")
    calendar = builders.calendar()
    rule: MessageRule = builders.rule("announcement")

    def stop(name: str, told: datetime | None = None, **values: Any) -> Appointment:
        start = values.pop("start", START)
        row = builders.appointment(calendar, start, name=name, **values)
        if told is not None:
            builders.message(row, rule, state="delivered", sent_at=told)
        return row

    return {
        "fine": stop("Fein", datetime(2026, 3, 16, 9, tzinfo=UTC)),
        "late": stop("Spät", datetime(2026, 3, 17, 9, tzinfo=UTC)),
        "missed": stop("Nie"),
        "soon": stop("Bald", start=datetime(2026, 4, 5, 7, tzinfo=UTC)),
        "special": stop("Sonder", work_kind="Sonderarbeit"),
    }


def test_the_list_shows_sign_and_words(stops: dict[str, Appointment], sign_in: SignIn) -> None:  # C03
    html = check_page(sign_in("reader").get(DAY))
    assert html.count('class="state s-green ampel"') == 1
    assert html.count('class="state s-red ampel"') == 2
    assert "fristgerecht" in html and "zu spät" in html and "nicht angekündigt" in html
    assert "Frist: außerhalb der Frist," in html, "the sign is a word for who does not see it"
    assert 'title="Fristgerecht angekündigt am Mo, 16.03., nötig war es bis Mo, 16.03."' in html


def test_the_window_says_the_whole_sentence(stops: dict[str, Appointment], sign_in: SignIn) -> None:
    client = sign_in("reader")
    html = check_page(client.get(f"/termine/{stops['late'].id}"))
    assert "Zu spät angekündigt am Di, 17.03.: Die Frist endete am Mo, 16.03." in html
    html = client.get(f"/termine/{stops['soon'].id}", headers={"HX-Request": "true"}).text
    assert "Bis So, 22.03. ankündigen." in html
    assert "ampel-line" not in client.get(f"/termine/{stops['special'].id}").text


def test_paper_shows_a_mark_and_words(stops: dict[str, Appointment], sign_in: SignIn) -> None:
    html = sign_in("reader").get("/termine/druck?tag=2026-03-30").text
    assert '<b aria-hidden="true">●</b> fristgerecht' in html
    assert '<b aria-hidden="true">■</b> zu spät' in html


def test_the_log_says_of_each_message_whether_the_term_was_kept(
    stops: dict[str, Appointment], sign_in: SignIn
) -> None:  # C03
    old = builders.message(
        stops["missed"],
        builders.rule("moved"),
        state="delivered",
        sent_at=datetime(2026, 3, 16, 10, tzinfo=UTC),
        about_start=datetime(2026, 3, 29, 7, tzinfo=UTC),
        recipient="+436641000009",
    )
    client = sign_in("reader")
    html = check_page(client.get("/protokoll?von=2026-03-16&bis=2026-03-17"))
    assert html.count(" ampel") == 2, "what told an old start has no sign"
    assert "fristgerecht" in html and "zu spät" in html and old.id in html
    paper = client.get("/protokoll/druck?von=2026-03-16&bis=2026-03-17").text
    assert 'Frist: <b aria-hidden="true">●</b> fristgerecht' in paper
    assert 'Frist: <b aria-hidden="true">■</b> zu spät' in paper


def test_start_page_counts_what_is_late_and_leads_there(
    stops: dict[str, Appointment], sign_in: SignIn
) -> None:  # C03
    client = sign_in("reader")
    html = check_page(client.get("/heute"))
    assert "2 Termine ohne fristgerechte Ankündigung" in html
    assert "/termine/fristen?ampel=rot" in html
    html = check_page(client.get("/termine/fristen?ampel=rot"))
    assert "Spät" in html and "Nie" in html and "Fein" not in html and "Sonder" not in html
    assert "Nicht angekündigt: Die Frist endete am Mo, 16.03." in html
    html = check_page(client.get("/termine/fristen?ampel=gelb"))
    assert "Bald" in html and "Spät" not in html
    assert "Bis So, 22.03. ankündigen." in html


def test_nothing_late_says_so(app: Flask, at: Clock, sign_in: SignIn) -> None:
    builders.company(land="NÖ")
    client = sign_in("reader")
    assert "fristgerechte" not in client.get("/heute").text
    for group, words in (("rot", "wurde rechtzeitig angekündigt"), ("gelb", "läuft keine Frist ab")):
        assert words in check_page(client.get(f"/termine/fristen?ampel={group}"))
    assert check_page(client.get("/termine/fristen?ampel=lila&seite=-4"))


def test_it_needs_a_login(app: Flask) -> None:
    assert app.test_client().get("/termine/fristen").status_code == 302
