"""A list of appointments is taken in like a calendar that tells only some of its entries."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from kehr.actions.feeds.poll_calendars import due_calendars, poll_calendar
from kehr.actions.imports.take_in_file import BadColumns, apply_file, check_file
from kehr.actions.plan.plan_messages import plan_messages
from kehr.actions.run.check_health import check_health
from kehr.models import Alarm, Appointment, Calendar, Company, ImportRun, Message, db
from kehr.words import sentence
from tests import builders
from tests.actions.lists import csv_of, look_at, outcomes, said, take_in
from tests.conftest import NOON
from tests.sources.golden import FOLDER

VIENNA = ZoneInfo("Europe/Vienna")
HEAD = "Nummer;Datum;Beginn;Art"
LATER = NOON + timedelta(hours=3)

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def office(app: Flask) -> None:
    """An object with a ticked mobile, and every kind of message switched on."""
    builders.company(settle_minutes=0)
    builders.gateway()
    house = builders.house("A1")
    builders.person(house, "Mayr", first_name="Eva", salutation="Frau", phones=["0664 1000001"])
    builders.consent("+436641000001")
    for kind in ("confirmation", "reminder", "moved", "cancelled"):
        builders.rule(kind)


def _all() -> list[Appointment]:
    db.session.expire_all()
    return list(db.session.scalars(select(Appointment).order_by(Appointment.start, Appointment.id)))


def _starts(only: str = "") -> list[str]:
    return [
        f"{a.start.astimezone(VIENNA):%d.%m. %H:%M}" for a in _all() if not only or a.object_number == only
    ]


def _messages(kind: str) -> list[Message]:
    db.session.expire_all()
    return list(db.session.scalars(select(Message).where(Message.kind == kind).order_by(Message.about_start)))


def _source() -> Calendar:
    db.session.expire_all()
    return db.session.scalars(select(Calendar).where(Calendar.kind == "file")).one()


def _first(*rows: str, head: str = HEAD) -> None:
    """A first list that lies an hour back; whoever is reminded has heard of it since."""
    take_in("appointments", csv_of(head, *rows), NOON - timedelta(hours=1))
    sent = {"state": "delivered", "sent_at": NOON - timedelta(minutes=30)}
    db.session.execute(update(Message).where(Message.state == "planned").values(**sent))
    db.session.commit()


def test_first_list_makes_the_source_and_is_known_and_no_news() -> None:  # failures.md 3
    looked = look_at("appointments", csv_of(HEAD, "A1;20.03.2026;08:00;Hauptkehrung"))
    assert db.session.scalar(select(func.count()).select_from(Calendar)) == 0
    result = take_in("appointments", csv_of(HEAD, "A1;20.03.2026;08:00;Hauptkehrung"))
    assert looked.rows == result.rows
    assert [(row.outcome, row.label, row.reason) for row in result.rows] == [("created", "A1 Eva Mayr", "")]
    source = _source()
    assert (source.name, source.active, source.consent, source.live_since) == (
        "WinChim",
        True,
        "customer",
        NOON,
    )
    one = _all()[0]
    assert (one.object_number, one.summary, one.work_kind) == ("A1", "A1 Hauptkehrung", "HK")
    assert (one.name, one.salutation, one.first_name) == ("Eva Mayr", "Frau", "Eva")
    assert (one.baseline, one.first_seen_at, one.changed_at, one.phones) == (True, NOON, NOON, [])
    assert one.end - one.start == timedelta(hours=1)
    assert (one.match_by, one.property_id is not None) == ("number", True)
    assert _messages("confirmation") == []


def test_failure_03_first_list_of_800_confirms_nobody_and_reminds_only_from_now_on() -> None:
    days = [NOON + timedelta(days=1 + n % 200) for n in range(800)]
    rows = [f"B{n};{day:%d.%m.%Y};{8 + n // 200}:00;Kehrung" for n, day in enumerate(days)]
    rows.append("A1;11.03.2026;12:00;Kehrung")
    result = take_in("appointments", csv_of(HEAD, *rows))
    assert result.created == 801
    assert [_messages(kind) for kind in ("confirmation", "moved", "cancelled")] == [[], [], []]
    assert all(m.due_at >= NOON for m in _messages("reminder"))
    assert {m.state for m in _messages("reminder")} == {"withheld"}, "nobody of them is known yet"


def test_appointment_of_a_list_is_planned_like_that_of_a_calendar() -> None:
    take_in("appointments", csv_of(HEAD, "A1;20.03.2026;08:00;Kehrung"))
    reminder = _messages("reminder")[0]
    assert (reminder.recipient, reminder.state) == ("+436641000001", "planned")
    assert reminder.due_at == datetime(2026, 3, 18, 16, 0, tzinfo=UTC)


def test_later_row_is_a_new_appointment_and_confirmed() -> None:
    _first("A1;20.03.2026;08:00;Kehrung")
    result = take_in(
        "appointments", csv_of(HEAD, "A1;20.03.2026;08:00;Kehrung", "A1;15.05.2026;08:00;Hauptkehrung")
    )
    assert outcomes(result) == ["unchanged", "created"]
    assert [a.baseline for a in _all()] == [True, False]
    assert [m.about_start for m in _messages("confirmation")] == [_all()[1].start]


def test_new_date_replaces_the_old_one_and_the_old_one_never_leaves() -> None:  # A21
    _first("A1;20.03.2026;08:00;Kehrung", "B2;27.03.2026;08:00;Kehrung")
    result = take_in(
        "appointments", csv_of(HEAD, "A1;24.03.2026;09:00;Kehrung", "B2;19.03.2026;08:00;Kehrung")
    )
    assert outcomes(result) == ["changed", "created"]
    assert said(result)[0] == "Verschoben vom 20.03.2026 08:00."
    assert _starts("A1") == ["24.03. 09:00"]
    moved = _messages("moved")
    assert [(m.recipient, m.about_start) for m in moved] == [("+436641000001", _all()[1].start)]


def test_old_date_that_nobody_has_heard_of_is_withdrawn() -> None:  # A21
    take_in("appointments", csv_of(HEAD, "A1;20.03.2026;08:00;Kehrung"), NOON - timedelta(hours=1))
    take_in("appointments", csv_of(HEAD, "A1;20.03.2026;10:00;Kehrung"))
    assert [(m.about_start.hour, m.state) for m in _messages("reminder")] == [
        (7, "withdrawn"),
        (9, "planned"),
    ]


def test_other_time_on_the_same_day_is_a_move() -> None:
    _first("A1;20.03.2026;08:00;Kehrung")
    result = take_in("appointments", csv_of(HEAD, "A1;20.03.2026;10:00;Kehrung"))
    assert outcomes(result) == ["changed"]
    assert _starts() == ["20.03. 10:00"]
    assert len(_messages("moved")) == 1


def test_move_is_followed_by_its_number_wherever_it_goes() -> None:
    head = f"Termin-Nr;{HEAD}"
    _first("T1;A1;20.03.2026;08:00;Kehrung", head=head)
    take_in("appointments", csv_of(head, "T1;A1;20.06.2026;08:00;Kehrung"))
    assert _starts() == ["20.06. 08:00"]
    assert len(_messages("moved")) == 1


def test_failure_07_list_of_this_week_only_cancels_nothing() -> None:
    take_in("appointments", (FOLDER / "termine-alle.csv").read_bytes(), NOON - timedelta(hours=1))
    before = {(a.object_number, a.start) for a in _all()}
    result = take_in("appointments", (FOLDER / "termine-diese-woche.csv").read_bytes())
    assert outcomes(result) == ["unchanged", "changed", "created"]
    after = {(a.object_number, a.start) for a in _all()}
    gone = before - after
    assert {number for number, _ in gone} == {"A110011"}, "only the one that was moved within the week"
    assert len(after) == len(before) + 1
    assert [a for a in _all() if a.cancelled_at or a.missing_since] == []
    assert _messages("cancelled") == []


def test_failure_07_file_that_breaks_off_takes_over_what_is_whole_and_cancels_nothing() -> None:
    full = (FOLDER / "termine-abgeschnitten.csv").read_bytes()
    take_in("appointments", full.rpartition(b"\r\n")[0] + b"\r\nT-3;B7;20.03.2026;07:30;;Kehrung;\r\n")
    result = take_in("appointments", full)
    assert outcomes(result) == ["unchanged", "unchanged", "rejected"]
    assert "bricht in dieser Zeile ab" in said(result)[2]
    assert len(_all()) == 3 and not any(a.cancelled_at for a in _all())


def test_cancelled_row_cancels_and_tells() -> None:
    head = f"{HEAD};Storno"
    _first("A1;20.03.2026;08:00;Kehrung")
    result = take_in("appointments", csv_of(head, "A1;20.03.2026;08:00;Kehrung;x"))
    assert [(row.outcome, row.reason) for row in result.rows] == [("changed", "Storniert.")]
    assert _all()[0].cancelled_at == NOON
    assert len(_messages("cancelled")) == 1
    again = take_in("appointments", csv_of(head, "A1;20.03.2026;08:00;Kehrung;x", ""))
    assert outcomes(again) == ["unchanged"]
    back = take_in("appointments", csv_of(head, "A1;20.03.2026;08:00;Kehrung;"), LATER)
    assert [(row.outcome, row.reason) for row in back.rows] == [("changed", "Wieder aufgenommen.")]
    assert _all()[0].cancelled_at is None


def test_cancelled_row_of_an_unknown_appointment_makes_none() -> None:
    result = take_in("appointments", csv_of(f"{HEAD};Storno", "A1;20.03.2026;08:00;Kehrung;ja"))
    assert outcomes(result) == ["unchanged"]
    assert "nichts abzusagen" in said(result)[0]
    assert _all() == []


def test_row_of_an_unknown_object_is_taken_over_and_told() -> None:
    result = take_in("appointments", csv_of(HEAD, "Z9;20.03.2026;08:00;Kehrung"))
    assert [(row.outcome, row.reason) for row in result.rows] == [
        ("created", "Objekt Z9 ist nicht angelegt.")
    ]
    assert (_all()[0].object_number, _all()[0].name, _all()[0].property_id) == ("Z9", "", None)


def test_past_row_is_left_alone() -> None:
    result = take_in(
        "appointments", csv_of(HEAD, "A1;09.03.2026;08:00;Kehrung", "A1;10.03.2026;08:00;Kehrung")
    )
    assert outcomes(result) == ["unchanged", "unchanged"]
    assert "vorbei" in said(result)[0]
    assert _all() == []


def test_row_without_time_is_for_the_whole_day() -> None:
    take_in("appointments", csv_of(HEAD, "A1;20.03.2026;;Kehrung"))
    assert (_all()[0].all_day, _starts()) == (True, ["20.03. 00:00"])
    assert _all()[0].end - _all()[0].start == timedelta(days=1)


def test_tag_in_the_remark_holds_sms_back() -> None:
    take_in("appointments", csv_of(f"{HEAD};Bemerkung", "A1;20.03.2026;08:00;Kehrung;Hund! #keinesms"))
    assert (_all()[0].no_sms, _all()[0].description) == (True, "Hund! #keinesms")
    assert [m.state for m in _messages("reminder")] == ["withheld"]


def test_place_of_the_list_goes_before_the_address_of_the_object() -> None:
    take_in(
        "appointments",
        csv_of(f"{HEAD};Ort", "A1;20.03.2026;08:00;Kehrung;Hinterhaus", "A1;21.03.2026;08:00;HK;"),
    )
    assert [a.place for a in _all()] == ["Hinterhaus", ""]


def test_failure_07_same_list_twice_is_already_imported() -> None:  # A31
    content = csv_of(HEAD, "A1;20.03.2026;08:00;Kehrung")
    first = take_in("appointments", content)
    messages = db.session.scalar(select(func.count()).select_from(Message))
    again = take_in("appointments", content, LATER)
    assert again.already is not None and again.already.id == first.run_id
    assert said(again) == ["Diese Datei ist bereits importiert."]
    assert db.session.scalar(select(func.count()).select_from(ImportRun)) == 1
    assert db.session.scalar(select(func.count()).select_from(Message)) == messages


def test_twin_rows_are_one_appointment() -> None:
    result = take_in(
        "appointments", csv_of(HEAD, *["A1;20.03.2026;08:00;Kehrung"] * 2, "A1;20.03.2026;10:00;Kehrung")
    )
    assert outcomes(result) == ["created", "rejected", "created"]
    assert "Zeile 2" in said(result)[1]
    assert len(_all()) == 2


def test_failure_06_list_with_new_numbers_changes_no_appointment() -> None:
    rows = [f"A1;{20 + n}.03.2026;08:00;Kehrung" for n in range(6)]
    for prefix, moment in (("T", NOON - timedelta(hours=2)), ("N", NOON)):
        content = csv_of(f"Termin-Nr;{HEAD}", *(f"{prefix}{n};{row}" for n, row in enumerate(rows)))
        take_in("appointments", content, moment)
    assert len(_all()) == 6
    assert {a.uid for a in _all()} == {f"N{n}" for n in range(6)}
    assert [_messages(kind) for kind in ("confirmation", "moved", "cancelled")] == [[], [], []]


def _house_with_mobile(number: int) -> None:
    house = builders.house(f"C{number}")
    builders.person(house, f"Kunde {number}", phones=[f"0664 20000{number:02}"])
    builders.consent(f"+4366420000{number:02}")


@pytest.mark.parametrize(("kind", "code"), [("moved", "mass_moved"), ("cancelled", "mass_cancelled")])
def test_many_changes_at_once_wait_for_a_person(kind: str, code: str) -> None:  # C06, C07
    for n in range(8):
        _house_with_mobile(n)
    head = f"{HEAD};Storno"
    _first(*(f"C{n};20.03.2026;{8 + n}:00;Kehrung;" for n in range(8)), head=head)
    changed = (
        [f"C{n};20.03.2026;{8 + n}:30;Kehrung;" for n in range(8)]
        if kind == "moved"
        else [f"C{n};20.03.2026;{8 + n}:00;Kehrung;x" for n in range(8)]
    )
    looked = look_at("appointments", csv_of(head, *changed))
    result = take_in("appointments", csv_of(head, *changed))
    assert looked.rows == result.rows
    assert all("warten auf Freigabe" in row.reason for row in result.rows)
    assert {a.hold_code for a in _all()} == {code} and len({a.hold_key for a in _all()}) == 1
    assert {m.state for m in _messages(kind)} == {"held"} and len(_messages(kind)) == 8
    alarm = db.session.scalars(select(Alarm).where(Alarm.code == code)).one()
    assert alarm.closed_at is None and alarm.args["count"] == 8


def test_hold_of_an_interrupted_list_stays_when_the_rest_follows() -> None:
    """Killed after its first chunk: the rest alone would be too few to be held."""
    count = 504
    for n in range(4):
        _house_with_mobile(n)
    rows = [f"B{n};20.03.2026;08:00;Kehrung" for n in range(count - 4)]
    rows += [f"C{n};20.03.2026;08:00;Kehrung" for n in range(4)]
    _first(*rows)
    moved = csv_of(HEAD, *(row.replace("08:00", "09:00") for row in rows))

    class Killed(Exception):
        pass

    def kill(_done: int, _total: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        take_in("appointments", moved, progress=kill)
    plan_messages(NOON)
    assert _messages("moved") == [], "nobody of the first chunk has been told of anything"
    result = take_in("appointments", moved, LATER)
    assert (result.unchanged, result.changed) == (500, 4)
    assert {a.hold_code for a in _all()} == {"mass_moved"}
    assert {m.state for m in _messages("moved")} == {"held"}


def test_list_of_a_source_that_is_switched_off_is_kept_and_tells_nobody() -> None:  # B19
    source = builders.calendar("Alt", kind="file", url="", active=False, live_since=None, consent="customer")
    result = take_in("appointments", csv_of(HEAD, "A1;20.03.2026;08:00;Kehrung"), calendar_id=source.id)
    assert outcomes(result) == ["created"]
    assert db.session.get_one(Calendar, source.id).live_since is None
    assert db.session.scalar(select(func.count()).select_from(Message)) == 0


def test_sources_do_not_mix() -> None:
    other = builders.calendar("Zweiter", kind="file", url="", consent="customer")
    _first("A1;20.03.2026;08:00;Kehrung")
    result = take_in("appointments", csv_of(HEAD, "A1;20.03.2026;09:00;Kehrung"), calendar_id=other.id)
    assert outcomes(result) == ["created"]
    assert _starts() == ["20.03. 08:00", "20.03. 09:00"]


def test_calendar_that_is_fetched_takes_no_lists() -> None:
    feed = builders.calendar("Google")
    content = csv_of(HEAD, "A1;20.03.2026;09:00;Kehrung")
    for deed in (
        lambda: check_file(content, "x.csv", "appointments", None, feed.id, NOON),
        lambda: apply_file(content, "x.csv", "appointments", None, feed.id, "", "upload", NOON),
        lambda: check_file(content, "x.csv", "appointments", None, 999, NOON),
    ):
        with pytest.raises(BadColumns) as refused:
            deed()
        assert sentence(refused.value.code, {"detail": refused.value.detail}).endswith(".")


@pytest.mark.parametrize(
    ("kind", "head", "code"),
    [
        ("customers", "Nummer;Datum;Beginn", "list_is_appointments"),
        ("appointments", "Nummer;Name;Tel1", "list_is_customers"),
        ("customers", "Name;Ort", "column_missing"),
        ("appointments", "Nummer;Beginn;Ende", "column_missing"),
        ("customers", "Foo;Bar", "column_missing"),
    ],
)
def test_list_of_the_other_kind_is_refused(kind: str, head: str, code: str) -> None:
    with pytest.raises(BadColumns) as refused:
        take_in(kind, csv_of(head, "A1;20.03.2026;x"))
    assert refused.value.code == code
    assert _all() == []


def test_source_of_lists_is_never_fetched() -> None:
    _first("A1;20.03.2026;08:00;Kehrung")
    source = _source()
    assert due_calendars(NOON) == []
    assert poll_calendar(source.id, NOON) is None
    assert _source().faulty_code == ""


def test_office_that_lives_on_lists_alone_is_well() -> None:
    def feeds() -> tuple[str, str]:
        checks = check_health(NOON, broker_answers=lambda: True).checks
        return next((check.level, check.code) for check in checks if check.name == "feeds")

    assert feeds() == ("note", "feeds_none")
    _first("A1;20.03.2026;08:00;Kehrung")
    assert feeds() == ("ok", "feeds_lists")


def test_name_that_a_fetched_calendar_has_is_not_taken_from_it() -> None:
    feed = builders.calendar("WinChim")
    take_in("appointments", csv_of(HEAD, "A1;20.03.2026;08:00;Kehrung"))
    assert _source().name == "WinChim (Listen)" and _all()[0].calendar_id != feed.id
    take_in("appointments", csv_of(HEAD, "A1;21.03.2026;08:00;Kehrung"))
    assert len({a.calendar_id for a in _all()}) == 1


def test_first_list_may_come_before_the_office_is_set_up() -> None:
    db.session.delete(db.session.get_one(Company, 1))
    db.session.commit()
    assert outcomes(take_in("appointments", csv_of(HEAD, "A1;20.03.2026;08:00;Kehrung"))) == ["created"]


def test_two_first_lists_at_once_make_one_source_and_nothing_twice(
    in_thread: Callable[[Callable[[], Any]], Callable[[], Any]],
) -> None:
    rows = [f"B{n};{20 + n % 8}.03.2026;{7 + n % 10}:00;Kehrung" for n in range(1200)]
    contents = [csv_of(HEAD, *rows, *[""] * more) for more in (0, 1)]
    with ThreadPoolExecutor(2) as pool:
        deeds = [in_thread(lambda content=content: take_in("appointments", content)) for content in contents]
        for one in [pool.submit(deed) for deed in deeds]:
            one.result()
    assert len(_all()) == 1200 and _source().live_since == NOON
    assert _messages("confirmation") == _messages("moved") == []
