"""The log: filters, sums, pages and the print view."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from kehr.models import Message
from tests import builders
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def office(app: Flask, at: Clock) -> dict[str, Any]:
    """A firm with two calendars and two rules."""
    builders.company()
    builders.gateway()
    return {
        "calendar": builders.calendar(),
        "other": builders.calendar("Sonderarbeiten"),
        "reminder": builders.rule(),
        "moved": builders.rule("moved"),
    }


def sent(
    office: dict[str, Any], name: str, ago: timedelta = HOUR, state: str = "delivered", **values: Any
) -> Message:
    """A message to `name` that left so long before noon, or fell due then if it did not leave."""
    row = builders.appointment(office[values.pop("calendar", "calendar")], NOON + DAY, name=name)
    left = {"sent_at": NOON - ago} if state in ("accepted", "delivered", "undelivered") else {}
    rule = office[values.pop("rule", "reminder")]
    return builders.message(row, rule, **{"state": state, "due_at": NOON - ago} | left | values)


def test_page_needs_sign_in(app: Flask, office: dict[str, Any]) -> None:
    for path in ("/protokoll", "/protokoll/druck"):
        assert app.test_client().get(path).status_code == 302


def test_today_is_shown_with_sums_and_without_what_has_yet_to_leave(
    office: dict[str, Any], sign_in: SignIn
) -> None:
    sent(office, "Karl")
    sent(office, "Eva", state="withheld")
    sent(office, "Gestern", DAY)
    sent(office, "Später", -HOUR, "planned")
    html = check_page(sign_in("reader").get("/protokoll"))
    assert "Karl" in html and "Eva" in html
    assert "<b>Gestern" not in html and "Später" not in html
    assert "1 zugestellt" in html and "1 nicht vorgesehen" in html and "2 Nachrichten" in html


# A55
def test_delivered_is_shown_with_its_time(office: dict[str, Any], sign_in: SignIn) -> None:
    sent(office, "Karl", delivered_at=NOON - timedelta(minutes=7))
    sent(office, "Eva", state="accepted")
    client = sign_in("reader")
    html = check_page(client.get("/protokoll"))
    assert "zugestellt" in html and "Di, 10.03. 11:53" in html
    assert "11:53" in client.get("/protokoll/druck").text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("von=2026-03-09&bis=2026-03-10", {"Karl", "Moved", "Other", "Mail", "Refused", "Vortag"}),
        ("von=2026-03-10&bis=2026-03-09", {"Karl", "Moved", "Other", "Mail", "Refused", "Vortag"}),
        ("von=2026-03-09&bis=2026-03-09", {"Vortag"}),
        ("bis=2026-03-09", {"Vortag"}),
        ("von=unsinn", {"Karl", "Moved", "Other", "Mail", "Refused"}),
        ("art=moved", {"Moved"}),
        ("weg=email", {"Mail"}),
        ("zustand=refused", {"Refused"}),
        ("zustand=unsinn", {"Karl", "Moved", "Other", "Mail", "Refused"}),
        ("filiale=Linz", {"Other"}),
        ("suche=karl", {"Karl"}),
        ("suche=0664 / 1000099", {"Refused"}),
        ("suche=%2B43 664 1000099", {"Refused"}),
        ("suche=mail@example", {"Mail"}),
        ("suche=100%25", set()),
        ("suche=A110010", {"Other"}),
        ("mitarbeiter=von-maria", {"Mail"}),
        ("mitarbeiter=von-", {"Karl", "Moved", "Other", "Mail", "Refused"}),
        ("mitarbeiter=an-x", {"Karl", "Moved", "Other", "Mail", "Refused"}),
        ("mitarbeiter=an-77", set()),
        ("kostenstelle=4711", {"Moved"}),
        ("zustand=refused&suche=Karl", set()),
    ],
)
def test_filters_narrow_to_exactly_what_they_say(
    office: dict[str, Any], sign_in: SignIn, query: str, found: set[str]
) -> None:  # B12
    sent(office, "Karl")
    sent(office, "Moved", rule="moved", cost_center="4711")
    sent(office, "Other", calendar="other", branch_name="Linz", property_number="A110010")
    sent(office, "Mail", channel="email", recipient="mail@example.at", by="maria")
    sent(office, "Refused", state="refused", recipient="+436641000099")
    sent(office, "Vortag", DAY)
    html = check_page(sign_in("reader").get(f"/protokoll?{query}"))
    names = ("Karl", "Moved", "Other", "Mail", "Refused", "Vortag")
    assert {name for name in names if f"<b>{name}</b>" in html} == found


def test_an_employee_who_was_written_to_can_be_filtered(office: dict[str, Any], sign_in: SignIn) -> None:
    employee = builders.employee()
    sent(office, "Karl")
    sent(office, "Maier", employee_id=employee.id)
    client = sign_in("reader")
    html = check_page(client.get(f"/protokoll?mitarbeiter=an-{employee.id}"))
    assert "<b>Maier</b>" in html and "<b>Karl</b>" not in html
    assert f'<option value="an-{employee.id}" selected>an {employee.full_name}</option>' in html
    assert (
        f"alle Zustände · an {employee.full_name}<"
        in client.get(f"/protokoll/druck?mitarbeiter=an-{employee.id}").text
    )
    assert "alle Zustände · durch maria<" in client.get("/protokoll/druck?mitarbeiter=von-maria").text


def test_calendar_filter_knows_switched_off_calendars_too(
    office: dict[str, Any], sign_in: SignIn
) -> None:  # B19
    sent(office, "Karl")
    sent(office, "Ida", calendar="other")
    office["other"].active = False
    builders.db.session.commit()
    html = check_page(sign_in("reader").get(f"/protokoll?kalender={office['other'].id}"))
    assert "<b>Ida</b>" in html and "<b>Karl</b>" not in html


def test_day_of_the_log_is_the_offices_day_not_utcs(
    office: dict[str, Any], sign_in: SignIn, at: Clock
) -> None:
    # failures.md 8: 23:30 UTC is half past midnight in Vienna.
    sent(office, "Mitternacht", timedelta(hours=11, minutes=30))
    sent(office, "Vorabend", timedelta(hours=12, minutes=30))
    html = check_page(sign_in("reader").get("/protokoll?von=2026-03-10&bis=2026-03-10"))
    assert "<b>Mitternacht</b>" in html and "<b>Vorabend</b>" not in html


def test_pages_have_addresses_and_sums_count_all_of_them(
    office: dict[str, Any], sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kehr.actions.log.list_log.list_log.__defaults__", (1, 2))
    for number in range(5):
        sent(office, f"Nummer {number}", HOUR - timedelta(minutes=number))
    client = sign_in("reader")
    first = check_page(client.get("/protokoll"))
    assert "<b>Nummer 1</b>" in first and "<b>Nummer 2</b>" not in first
    assert "5 zugestellt" in first and "Seite 1 von 3" in first
    assert "/protokoll?seite=2&amp;von=2026-03-10&amp;bis=2026-03-10" in first
    assert "<b>Nummer 4</b>" in check_page(client.get("/protokoll?seite=3"))
    assert "<b>Nummer 4</b>" in check_page(client.get("/protokoll?seite=99")), (
        "a page too far is the last one"
    )
    assert "<b>Nummer 0</b>" in check_page(client.get("/protokoll?seite=x"))


def test_log_shows_copies_and_not_todays_master_data(office: dict[str, Any], sign_in: SignIn) -> None:
    message = sent(office, "Karl Alt", text="Alter Wortlaut")
    message.appointment.name = "Karl Neu"
    office["reminder"].text = "Neuer Wortlaut"
    builders.db.session.commit()
    html = check_page(sign_in("reader").get("/protokoll"))
    assert "Karl Alt" in html and "Alter Wortlaut" in html
    assert "Karl Neu" not in html and "Neuer Wortlaut" not in html


def test_accepted_is_never_shown_as_delivered(office: dict[str, Any], sign_in: SignIn) -> None:  # C19
    # failures.md 15: "accepted" shown as delivered.
    sent(office, "Karl", state="accepted")
    client = sign_in("reader")
    for path in ("/protokoll?zustand=accepted", "/protokoll/druck"):
        body = client.get(path).get_data(as_text=True).partition("<tbody>")[2].partition("</tbody>")[0]
        assert "angenommen" in body and "zugestellt" not in body


def test_empty_log_says_so(office: dict[str, Any], sign_in: SignIn) -> None:
    assert "nichts hinausgegangen" in check_page(sign_in("reader").get("/protokoll"))


def test_print_view_has_letterhead_filters_in_words_signs_and_sums(
    office: dict[str, Any], sign_in: SignIn
) -> None:
    # failures.md 20: states in print never by colour alone.
    sent(office, "Karl", reference="ref-4711", text="Erinnerung an den Termin", delivered_at=NOON)
    sent(office, "Ida", state="withheld", reason="no_consent", reason_args={"address": "+436641000001"})
    html = check_page(sign_in("reader", "maria").get("/protokoll/druck?weg=sms"))
    for words in (
        "Rauchfangkehrer Probe",
        "Dienstag, 10.03.2026 · alle Filialen · alle Kalender · alle Zustände · nur SMS",
        "Gedruckt am Di, 10.03.2026 um 12:00 · maria",
        "ref-4711",
        "Erinnerung an den Termin",
        "11:00:00",
        "✓✓</b> zugestellt 1",
        "⊘</b> nicht vorgesehen 1",
        "Für 0664 1000001 liegt keine Einwilligung vor<",
    ):
        assert words in html
    assert "<thead>" in html and "<nav" not in html


def test_slips_notices_calls_and_the_self_test_have_sums_of_their_own(
    office: dict[str, Any], sign_in: SignIn
) -> None:  # C04, A32
    office["own"] = builders.calendar("Selbsttest", kind="test", active=False)
    sent(office, "Karl")
    sent(office, "Eva")
    sent(office, "Ida", state="withheld")
    sent(office, "Hanna", channel="paper", recipient="Hanna")
    sent(office, "Aushang", channel="paper", recipient="Aushang")
    sent(office, "Josef", channel="phone", recipient="Josef")
    sent(office, "Selbsttest", calendar="own")
    client = sign_in("reader")
    html = check_page(client.get("/protokoll")).replace("&amp;", "&")
    legend = re.sub(r"<[^>]+>|\s+", " ", html.partition('class="legend sums"')[2].partition("</ul>")[0])
    said = " ".join(legend.partition(">")[2].split())
    assert said == (
        "2 zugestellt 1 nicht vorgesehen 1 Zettel 1 Aushang 1 am Telefon gesagt "
        "1 Selbsttest: zugestellt (nicht an Kunden)"
    )
    assert "7 Nachrichten" in html
    paper = check_page(client.get("/protokoll/druck"))
    sums = re.sub(r"<[^>]+>", "", paper.partition('<p class="sums">')[2].partition("</p>")[0])
    assert " ".join(sums.split()) == (
        "✓✓ zugestellt 2 ⊘ nicht vorgesehen 1 ▤ Zettel 1 ▥ Aushang 1 ☎ am Telefon gesagt 1 "
        "✓✓ Selbsttest: zugestellt 1 (nicht an Kunden) Zusammen 7"
    )
    assert sum(int(count) for count in re.findall(r" (\d+)(?= |$)", sums.replace("  ", " "))[:-1]) == 7
    assert paper.count('<td class="sign-cell"') == 7


def test_each_sum_leads_to_exactly_what_it_counts(office: dict[str, Any], sign_in: SignIn) -> None:
    office["own"] = builders.calendar("Selbsttest", kind="test", active=False)
    for name in ("Karl", "Eva"):
        sent(office, name)
    sent(office, "Probe", trial=True)
    sent(office, "Ida", state="withheld")
    for name in ("Hanna", "Lena", "Uwe"):
        sent(office, name, channel="paper", recipient=name)
    sent(office, "Aushang", channel="paper", recipient="Aushang")
    sent(office, "Josef", channel="phone", recipient="Josef")
    sent(office, "Selbsttest", calendar="own")
    client = sign_in("reader")
    html = check_page(client.get("/protokoll")).replace("&amp;", "&")
    legend = html.partition('class="legend sums"')[2].partition("</ul>")[0]
    sums = re.findall(r'<a href="([^"]+)">(?:<i [^>]*></i>|\s)*(\d+) ', legend)
    assert sum(int(count) for _, count in sums) == 10, legend
    for path, count in sums:
        shown = check_page(client.get(path))
        assert re.search(rf"\b{count} Nachricht", shown), path


def test_print_of_several_days_names_the_day_of_each_row(office: dict[str, Any], sign_in: SignIn) -> None:
    sent(office, "Vortag", DAY)
    html = check_page(sign_in("reader").get("/protokoll/druck?von=2026-03-09&bis=2026-03-10"))
    assert "Mo 09.03.<br>12:00:00" in html
    assert "Montag, 09.03.2026 – Dienstag, 10.03.2026" in html


def test_print_says_when_it_does_not_hold_everything(
    office: dict[str, Any], sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kehr.web.log.MOST_PRINTED", 2)
    for number in range(3):
        sent(office, f"Nummer {number}")
    assert "Gedruckt sind die ersten 2 von 3 Nachrichten." in check_page(
        sign_in("reader").get("/protokoll/druck")
    )


def test_of_very_many_days_no_more_is_counted_than_somebody_reads(
    office: dict[str, Any], sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kehr.actions.log.list_log.SUMMED", 3)
    monkeypatch.setattr("kehr.web.log.MOST_PRINTED", 2)
    monkeypatch.setattr("kehr.actions.log.list_log.list_log.__defaults__", (1, 2))
    for number in range(5):
        sent(office, f"Nummer {number}", HOUR - timedelta(minutes=number))
    client, year = sign_in("reader"), "von=2025-03-11&bis=2026-03-10"
    first = check_page(client.get(f"/protokoll?{year}"))
    assert "<b>Nummer 1</b>" in first and "mehr als 3 Nachrichten" in first and "zugestellt</a>" not in first
    assert "Gedruckt sind die ersten 2 von mehr als 3" in client.get(f"/protokoll/druck?{year}").text
    assert "5 zugestellt" in check_page(client.get("/protokoll?von=2026-01-11&bis=2026-03-10"))
    few = check_page(client.get(f"/protokoll?{year}&suche=Nummer+2"))
    assert "1 zugestellt" in few and "mehr als" not in few
