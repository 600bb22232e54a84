"""Planned sends by day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from kehr.models import Message, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def office(app: Flask, at: Clock) -> dict[str, Any]:
    """A firm with two calendars and one reminder."""
    builders.company()
    builders.gateway()
    return {
        "calendar": builders.calendar(),
        "other": builders.calendar("Sonderarbeiten", color="#7a4a9e"),
        "rule": builders.rule(),
    }


def send(office: dict[str, Any], name: str, due: timedelta, state: str = "planned", **values: Any) -> Message:
    """A message to `name`, due so long after noon."""
    calendar = office[values.pop("calendar", "calendar")]
    hold_key = values.pop("hold_key", "")
    row = builders.appointment(calendar, NOON + due + 2 * DAY, name=name, hold_key=hold_key)
    return builders.message(row, office["rule"], state=state, due_at=NOON + due, **values)


def test_page_needs_sign_in(app: Flask, office: dict[str, Any]) -> None:
    assert app.test_client().get("/geplant/liste").status_code == 302


def test_list_shows_today_and_the_next_fortnight_by_day(
    office: dict[str, Any], sign_in: SignIn
) -> None:  # B42
    send(office, "Gestern", -DAY)
    send(office, "Vormittag", -3 * HOUR, "delivered")
    send(office, "Abend", 5 * HOUR)
    send(office, "Letzter Tag", 14 * DAY)
    send(office, "Danach", 15 * DAY)
    html = check_page(sign_in("reader").get("/geplant/liste"))
    assert "Dienstag, 10.03.2026 · heute" in html
    positions = [html.index(name) for name in ("Vormittag", "Abend", "Letzter Tag")]
    assert positions == sorted(positions)
    assert "Gestern" not in html and "Danach" not in html
    assert "zugestellt" in html and "geplant" in html


def test_earlier_and_later_are_addresses_that_keep_the_filters(
    office: dict[str, Any], sign_in: SignIn
) -> None:
    send(office, "Gestern", -DAY)
    send(office, "Danach", 15 * DAY)
    client = sign_in("reader")
    html = check_page(client.get("/geplant/liste?zustand=geplant"))
    assert "/geplant/liste?tag=2026-02-23&amp;zustand=geplant" in html
    assert "/geplant/liste?tag=2026-03-25&amp;zustand=geplant" in html
    assert "Danach" in check_page(client.get("/geplant/liste?tag=2026-03-25&zustand=geplant"))
    assert "Gestern" in check_page(client.get("/geplant/liste?tag=2026-02-23"))


@pytest.mark.parametrize("day", ["", "morgen", "2026-13-01", "9999-12-31", "0001-01-01"])
def test_unreadable_day_is_today(office: dict[str, Any], sign_in: SignIn, day: str) -> None:
    assert "Dienstag, 10.03.2026 –" in check_page(
        sign_in("reader").get("/geplant/liste", query_string={"tag": day})
    )


def test_hiding_a_calendar_hides_its_sends(office: dict[str, Any], sign_in: SignIn) -> None:  # B44
    send(office, "Karl Mustermann", HOUR)
    send(office, "Ida Huber", HOUR, calendar="other")
    client = sign_in("reader")
    both = check_page(client.get("/geplant/liste"))
    assert "Karl Mustermann" in both and "Ida Huber" in both
    one = check_page(client.get(f"/geplant/liste?kalender={office['other'].id}"))
    assert "Karl Mustermann" not in one and "Ida Huber" in one


def test_calendars_are_marked_by_colour_and_a_letter_of_their_own(
    office: dict[str, Any], sign_in: SignIn
) -> None:
    # B44 and failures.md 20: a letter for those who cannot tell the colours apart.
    builders.calendar("Kehrplan Linz", color="#22547f")
    send(office, "Karl Mustermann", HOUR)
    html = check_page(sign_in("reader").get("/geplant/liste"))
    for color, letter in (("#22547f", "K"), ("#2f6f4f", "E"), ("#7a4a9e", "S")):
        assert f'fill="{color}">{letter}</text>' in html


def test_switched_off_calendar_is_not_listed(office: dict[str, Any], sign_in: SignIn) -> None:  # B42
    send(office, "Ida Huber", HOUR, calendar="other")
    office["other"].active = False
    db.session.commit()
    html = check_page(sign_in("reader").get("/geplant/liste"))
    assert "Ida Huber" not in html and "Sonderarbeiten" not in html


@pytest.mark.parametrize(
    ("chosen", "shown"),
    [
        ("geplant", {"planned"}),
        ("freigabe", {"held"}),
        ("nicht-vorgesehen", {"withheld"}),
        ("hinaus", {"accepted", "delivered"}),
        ("offen", {"unclear", "refused", "undelivered", "missed"}),
        ("zurueckgezogen", {"withdrawn"}),
        (
            "unsinn",
            {
                "planned",
                "held",
                "withheld",
                "accepted",
                "delivered",
                "unclear",
                "refused",
                "undelivered",
                "missed",
            },
        ),
    ],
)
def test_state_filter_shows_exactly_its_states(
    office: dict[str, Any], sign_in: SignIn, chosen: str, shown: set[str]
) -> None:
    states = (
        "planned",
        "held",
        "withheld",
        "accepted",
        "delivered",
        "unclear",
        "refused",
        "undelivered",
        "missed",
    )
    for state in (*states, "withdrawn"):
        send(office, f"Name-{state}-", HOUR, state)
    html = check_page(sign_in("reader").get(f"/geplant/liste?zustand={chosen}"))
    assert {state for state in (*states, "withdrawn") if f"Name-{state}-" in html} == shown


def test_full_page_ends_with_a_whole_day_and_leads_on(
    office: dict[str, Any], sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kehr.actions.log.list_planned.MOST", 3)
    for number in range(2):
        send(office, f"Heute-{number}", HOUR)
        send(office, f"Morgen-{number}", DAY)
    html = check_page(sign_in("reader").get("/geplant/liste"))
    assert "Heute-1" in html and "Morgen-0" not in html
    assert "/geplant/liste?tag=2026-03-11" in html
    assert "Weiter ab Mittwoch, 11.03.2026" in html


def test_day_that_alone_is_more_than_a_page_leads_to_its_hours(
    office: dict[str, Any], sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kehr.actions.log.list_planned.MOST", 3)
    for number in range(6):
        send(office, f"Heute-{number}", HOUR)
    html = check_page(sign_in("reader").get("/geplant/liste"))
    assert [number for number in range(6) if f"Heute-{number}" in html] == [0, 1, 2]
    assert "Gezeigt sind die ersten 3 dieses Tages." in html
    assert 'href="/geplant/tag/2026-03-10">Der ganze Tag nach Stunden' in html
    assert "Weiter ab Mittwoch, 11.03.2026" in html


def test_empty_list_says_so(office: dict[str, Any], sign_in: SignIn) -> None:
    assert "nichts geplant" in check_page(sign_in("reader").get("/geplant/liste"))


def test_each_send_opens_in_the_window_and_is_a_page_of_its_own(
    office: dict[str, Any], sign_in: SignIn
) -> None:  # B45
    message = send(office, "Karl Mustermann", HOUR)
    html = check_page(sign_in("reader").get("/geplant/liste"))
    assert (
        f'href="/nachricht/{message.id}" hx-get="/nachricht/{message.id}" hx-target="#fenster-inhalt"' in html
    )
    assert html.count('id="fenster-inhalt"') == 1


def test_refresh_brings_only_the_list(office: dict[str, Any], sign_in: SignIn) -> None:
    html = sign_in("reader").get("/geplant/liste", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert 'id="sendungen"' in html and "<html" not in html
