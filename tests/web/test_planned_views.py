"""Month, week and day of the planned sends: the same data, each under its address, on screen and paper."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, insert

from kehr.models import Message, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.rules.plan_build import at as moment
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page

VIEWS = {
    "monat": "/geplant/monat/2026-03",
    "woche": "/geplant/woche/2026-W11",
    "tag": "/geplant/tag/2026-03-10",
    "liste": "/geplant/liste?tag=2026-03-10",
}


@pytest.fixture
def office(app: Flask, at: Clock) -> dict[str, Any]:
    """A firm with two calendars and one reminder."""
    builders.company()
    builders.gateway()
    return {
        "S": builders.calendar(),
        "H": builders.calendar("Hauptkehrung", color="#7a4a9e"),
        "rule": builders.rule(),
    }


@pytest.fixture
def client(office: dict[str, Any], sign_in: SignIn) -> FlaskClient:
    return sign_in("reader")


def send(
    office: dict[str, Any], due: str, name: str, state: str = "planned", calendar: str = "S", **values: Any
) -> Message:
    """A message to `name`, due at `10.03. 17:00`."""
    row = builders.appointment(office[calendar], moment(due) + timedelta(days=2), name=name)
    return builders.message(row, office["rule"], state=state, due_at=moment(due), **values)


def many(office: dict[str, Any], count: int, due: datetime = NOON, **values: Any) -> None:
    """So many reminders of one moment."""
    row = builders.appointment(office["S"], due + timedelta(days=2))
    same = {
        "appointment_id": row.id,
        "kind": "reminder",
        "rule_id": office["rule"].id,
        "channel": "sms",
        "about_start": row.start,
        "due_at": due,
        "too_late_at": row.start,
        "state": "planned",
        "calendar_id": row.calendar_id,
        "place": "Redtenbachergasse 3, 4400 Steyr",
        "created_at": NOON,
    }
    rows = [
        same | {"id": secrets.token_hex(16), "recipient": f"+43664{n:07}", "recipient_name": f"Kunde {n:03}"}
        for n in range(count)
    ]
    db.session.execute(insert(Message), [one | values for one in rows])
    db.session.commit()


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that run inside, beginning with nothing read yet."""
    said: list[str] = []
    db.session.rollback()
    db.session.expire_all()

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


# B43
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_needs_sign_in(app: Flask, office: dict[str, Any], view: str) -> None:
    assert app.test_client().get(VIEWS[view]).status_code == 302


# B42, B43
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_shows_the_same_past_and_future_sends_and_leads_to_the_others(
    office: dict[str, Any], client: FlaskClient, view: str
) -> None:
    send(office, "10.03. 08:00", "Karl Mustermann", "delivered")
    send(office, "10.03. 17:00", "Eva Šimić")
    html = check_page(client.get(VIEWS[view]))
    assert "zugestellt" in html and "geplant" in html
    for other in ("monat", "woche", "tag", "liste"):
        assert f'id="ansicht-{other}" href="/geplant/{other}' in html
    assert html.count('aria-current="page"') == 2, "the menu's and the view's"
    if view != "monat":
        assert "Karl Mustermann" in html and "Eva Šimić" in html


def test_month_counts_each_day_by_state_and_calendar(
    office: dict[str, Any], client: FlaskClient
) -> None:  # B43, B44
    for number in range(3):
        send(office, "10.03. 17:00", f"Person {number}", recipient=f"+43664100000{number}")
    send(office, "10.03. 08:00", "Ida Huber", "undelivered", "H")
    send(office, "28.02. 23:59", "Vormonat")
    html = check_page(client.get(VIEWS["monat"]))
    day = html[html.index('id="tag-2026-03-10"') : html.index('id="tag-2026-03-11"')]
    assert "<b>3</b> <span>geplant</span>" in day and "<b>1</b> <span>nicht zugestellt</span>" in day
    assert "Kehrplan Steyr:</span> 3" in day and "Hauptkehrung:</span> 1" in day
    assert "März 2026" in html and "Vormonat" not in html


def test_week_gathers_what_is_alike_and_names_what_is_single(
    office: dict[str, Any], client: FlaskClient
) -> None:  # B43
    for number in range(3):
        send(office, "10.03. 17:00", f"Person {number}", recipient=f"+43664100000{number}")
    single = send(office, "10.03. 09:30", "Eva Šimić", "unclear")
    html = check_page(client.get(VIEWS["woche"])).replace("\N{SOFT HYPHEN}", "")
    assert "KW 11 · 9.–15. März 2026" in html
    assert (
        "Erinnerungen</span></span>" in html and '<b class="amount">3</b>' in html and "Person 1" not in html
    )
    assert "Erinnerung Eva Šimić" in html
    assert (
        f'href="/nachricht/{single.id}" hx-get="/nachricht/{single.id}" hx-target="#fenster-inhalt"' in html
    )
    assert 'href="/geplant/tag/2026-03-10?offen=17.reminder#b-17.reminder"' in html
    hours = [hour for hour in ("08:00", "09:00", "17:00") if f">{hour}</div>" in html]
    assert hours == ["09:00", "17:00"]


@pytest.mark.parametrize(("due", "shown"), [("14.03. 12:00", False), ("15.03. 12:00", True)])
def test_sunday_stands_in_a_week_in_which_it_has_sends(
    office: dict[str, Any], client: FlaskClient, due: str, shown: bool
) -> None:
    send(office, due, "Karl Mustermann", "unclear")
    assert ('id="tag-2026-03-15"' in check_page(client.get(VIEWS["woche"]))) == shown


def test_a_day_on_which_the_clock_changes_has_each_send_in_its_hour(
    office: dict[str, Any], client: FlaskClient
) -> None:
    send(office, "29.03. 01:59", "Vorher", "unclear")
    send(office, "29.03. 03:00", "Nachher", "unclear")
    send(office, "29.03. 23:59", "Abends", "unclear")
    html = check_page(client.get("/geplant/tag/2026-03-29"))
    assert [hour for hour in ("01", "02", "03", "23") if f'id="stunde-{int(hour)}"' in html] == [
        "01",
        "03",
        "23",
    ]
    assert html.index("Vorher") < html.index('id="stunde-3"') < html.index("Nachher")


# B43: 500 sends on one day stay usable.
@pytest.mark.parametrize("path", [*VIEWS.values(), "/geplant/tag/2026-03-10?offen=12.reminder"])
def test_500_sends_on_one_day_take_as_many_queries_as_100_and_no_page_over_300_kilobytes(
    office: dict[str, Any], client: FlaskClient, path: str
) -> None:
    many(office, 100)
    client.get(path)
    with counted() as few:
        client.get(path)
    many(office, 400)
    with counted() as lots:
        html = check_page(client.get(path))
    assert _reads(lots) == _reads(few) <= 20, "\n".join(lots)
    assert len(html.encode()) < 300_000
    assert "500" in html


def _reads(statements: list[str]) -> int:
    return len([one for one in statements if one.startswith("SELECT")])


def test_a_crowded_day_opens_one_hour_and_kind_page_by_page(
    office: dict[str, Any], client: FlaskClient
) -> None:
    many(office, 250)
    html = check_page(client.get("/geplant/tag/2026-03-10"))
    assert "Kunde 000" not in html and 'aria-expanded="false"' in html
    html = check_page(client.get("/geplant/tag/2026-03-10?offen=12.reminder"))
    assert "Kunde 000" in html and "Kunde 099" in html and "Kunde 100" not in html
    assert 'aria-expanded="true"' in html and "201–250" in html
    html = check_page(client.get("/geplant/tag/2026-03-10?offen=12.reminder&seite=3"))
    assert "Kunde 200" in html and "Kunde 249" in html and "Kunde 199" not in html
    html = check_page(client.get("/geplant/tag/2026-03-10?offen=12.reminder&seite=99"))
    assert "Kunde 249" in html, "beyond the end is the end"


@pytest.mark.parametrize("opened", ["unsinn", "25.reminder", "12.quatsch", "²1.reminder", "12.free", "."])
def test_an_opened_block_that_does_not_exist_opens_nothing(
    office: dict[str, Any], client: FlaskClient, opened: str
) -> None:
    many(office, 100)
    assert "Kunde 000" not in check_page(
        client.get("/geplant/tag/2026-03-10", query_string={"offen": opened, "seite": "-1"})
    )


@pytest.mark.parametrize("view", VIEWS)
def test_hiding_a_calendar_hides_its_sends_but_not_its_count(
    office: dict[str, Any], client: FlaskClient, view: str
) -> None:  # B44
    send(office, "10.03. 08:00", "Karl Mustermann", "delivered")
    send(office, "10.03. 17:00", "Ida Huber", "held", "H")
    joint = "&" if "?" in VIEWS[view] else "?"
    html = check_page(client.get(f"{VIEWS[view]}{joint}kalender={office['S'].id}"))
    assert "zugestellt" in html and "wartet auf Freigabe</span>" not in html and "Ida Huber" not in html
    assert f'value="{office["H"].id}">' in html and f'value="{office["S"].id}" checked>' in html
    assert html.count('<span class="muted amount">1<') == 2
    assert f"kalender={office['S'].id}" in html[html.index('id="frueher"') :], "the links keep it"
    nothing = check_page(client.get(f"{VIEWS[view]}{joint}kalender="))
    assert "Karl Mustermann" not in nothing and "Ida Huber" not in nothing


def test_menu_leads_to_the_last_view_with_the_calendars_hidden_last(
    office: dict[str, Any], client: FlaskClient
) -> None:  # B43, B44
    assert client.get("/geplant").location == "/geplant/woche"
    client.get(f"/geplant/monat/2026-03?kalender={office['S'].id}")
    first = client.get("/geplant").location
    assert first.startswith(f"/geplant/monat?kalender={office['S'].id}")
    client.get("/geplant/liste")
    assert client.get("/geplant").location.startswith("/geplant/liste?kalender=")
    client.get(f"/geplant/tag?kalender={office['S'].id}&kalender={office['H'].id}&kalender=0")
    assert client.get("/geplant").location == "/geplant/tag"
    assert client.get("/geplant?zustand=offen").location == "/geplant/liste?zustand=offen"


def test_the_address_decides_so_that_going_back_shows_what_was_there(
    office: dict[str, Any], client: FlaskClient
) -> None:
    send(office, "10.03. 17:00", "Ida Huber", calendar="H")
    before = check_page(client.get(VIEWS["woche"]))
    check_page(client.get(f"{VIEWS['woche']}?kalender={office['S'].id}"))
    after = check_page(client.get(VIEWS["woche"]))
    assert "Ida Huber" in before and "Ida Huber" in after
    restored = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in client.get(VIEWS["woche"], headers=restored).text


@pytest.mark.parametrize("view", VIEWS)
def test_htmx_gets_the_part_that_changes_with_its_title(
    office: dict[str, Any], client: FlaskClient, view: str
) -> None:
    html = client.get(VIEWS[view], headers={"HX-Request": "true"}).text
    assert "<html" not in html and 'id="geplant"' in html and 'id="sendungen"' in html
    assert "<title>Geplante Sendungen" in html


@pytest.mark.parametrize(
    ("path", "earlier", "later"),
    [
        ("/geplant/monat/2026-01", "/geplant/monat/2025-12", "/geplant/monat/2026-02"),
        ("/geplant/woche/2026-W01", "/geplant/woche/2025-W52", "/geplant/woche/2026-W02"),
        ("/geplant/woche/2026-W53", "/geplant/woche/2026-W52", "/geplant/woche/2027-W01"),
        ("/geplant/tag/2026-02-28", "/geplant/tag/2026-02-27", "/geplant/tag/2026-03-01"),
    ],
)
def test_before_and_after_cross_months_and_years(
    office: dict[str, Any], client: FlaskClient, path: str, earlier: str, later: str
) -> None:
    html = check_page(client.get(path))
    assert f'id="frueher" href="{earlier}"' in html and f'id="spaeter" href="{later}"' in html


@pytest.mark.parametrize(
    "path",
    [
        "/geplant/monat/2026-13",
        "/geplant/monat/2026-3",
        "/geplant/monat/1999-12",
        "/geplant/woche/2026-W54",
        "/geplant/woche/2025-W53",
        "/geplant/woche/2026-11",
        "/geplant/tag/2026-02-30",
        "/geplant/tag/9999-12-31",
        "/geplant/tag/20260310",
        "/geplant/tag/2026-W11-2",
        "/geplant/jahr/2026/druck",
        "/geplant/monat/2026-13/druck",
    ],
)
def test_days_that_do_not_exist_are_not_found(office: dict[str, Any], client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_prints_with_letterhead_filters_in_words_and_signs(
    office: dict[str, Any], client: FlaskClient, view: str
) -> None:  # B43, failures.md 20
    send(office, "10.03. 08:00", "Karl Mustermann", "delivered")
    send(office, "10.03. 17:00", "Eva Šimić")
    send(office, "10.03. 17:00", "Ida Huber", calendar="H", recipient="+436641000002")
    name = VIEWS[view].rpartition("=" if view == "liste" else "/")[2]
    html = check_page(client.get(f"/geplant/{view}/{name}/druck?kalender={office['S'].id}"))
    assert "Rauchfangkehrer Probe" in html and "Gedruckt am" in html
    assert "Kalender Kehrplan Steyr" in html and "Ida Huber" not in html
    assert "alle außer zurückgezogenen" in html
    assert "✓✓" in html and "○" in html and "zugestellt" in html
    assert ("planned-across.css" in html) == (view in ("monat", "woche"))


@pytest.mark.parametrize("view", VIEWS)
def test_every_state_has_its_word_and_sign_in_every_view(
    office: dict[str, Any], client: FlaskClient, view: str
) -> None:  # B42, failures.md 20
    from kehr.words import STATES

    for number, state in enumerate(STATES):
        if state != "withdrawn":
            send(office, "10.03. 17:00", f"Person {state}", state, recipient=f"+43664100{number:04}")
    html = check_page(client.get(VIEWS[view]))
    for state, look in STATES.items():
        if state != "withdrawn":
            assert look.word in html and f"bi-{look.icon}" in html


@pytest.mark.parametrize("view", VIEWS)
def test_filters_of_state_and_work_hold_in_every_view(
    office: dict[str, Any], client: FlaskClient, view: str
) -> None:  # A01
    send(office, "10.03. 17:00", "Frau Haupt", work_kind="HK")
    send(office, "10.03. 18:00", "Herr Kehr", "delivered", work_kind="Kehrung")
    joint = "&" if "?" in VIEWS[view] else "?"
    html = check_page(client.get(f"{VIEWS[view]}{joint}arbeit=HK&zustand=geplant"))
    assert "Herr Kehr" not in html and 'bi-check-all" aria-hidden="true"></i> zugestellt' not in html
    assert "zustand=geplant" in html[html.index('id="frueher"') :]


def test_free_messages_are_a_calendar_of_their_own_that_can_be_hidden(
    office: dict[str, Any], client: FlaskClient
) -> None:  # A51, B44
    row = send(office, "10.03. 17:00", "Freier Empfänger")
    row.calendar_id = None
    db.session.commit()
    html = check_page(client.get(VIEWS["woche"]))
    assert "Freier Empfänger" in html and "ohne Termin" in html
    ids = f"kalender={office['S'].id}&kalender={office['H'].id}"
    html = check_page(client.get(f"{VIEWS['woche']}?{ids}"))
    assert "Freier Empfänger" not in html and "ohne Termin" in html


@pytest.mark.parametrize("view", VIEWS)
def test_who_was_told_in_person_is_told_apart_from_what_was_delivered(
    office: dict[str, Any], client: FlaskClient, view: str
) -> None:  # C04
    send(office, "10.03. 11:00", "Eva Šimić", "delivered", channel="paper", recipient="Eva Šimić")
    send(office, "10.03. 11:30", "Ida Huber", "delivered", channel="phone", recipient="Ida Huber")
    html = check_page(client.get(VIEWS[view]))
    assert "Zettel" in html and "am Telefon gesagt" in html and "> zugestellt</span>" not in html
    name = VIEWS[view].rpartition("=" if view == "liste" else "/")[2]
    paper = check_page(client.get(f"/geplant/{view}/{name}/druck"))
    assert "▤" in paper and "☎" in paper and "✓✓" not in paper
