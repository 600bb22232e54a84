"""A customers' list becomes objects, people, numbers and consent; what it does not speak of stays."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from kehr.actions.facts.office_facts import load_permissions
from kehr.actions.imports.take_in_file import apply_file, check_file
from kehr.actions.people.record_consent import grant, revoke
from kehr.models import Address, Consent, ImportRow, ImportRun, Person, Property, SearchLine, db
from tests import builders
from tests.actions.lists import addresses, csv_of, house, look_at, outcomes, person, said, take_in
from tests.conftest import NOON
from tests.sources.golden import FOLDER, told

HEAD = "Nummer;Partei;Rolle;Anrede;Vorname;Name;Straße;PLZ;Ort;Tel1;Tel1 Einwilligung;Tel1 Nur HK;eMail"
MOBILE = "+436641000001"

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def _company(app: Flask) -> None:
    builders.company()


def _ticked(address: str = MOBILE) -> bool:
    db.session.rollback()
    permission = load_permissions([address]).get(address)
    return permission is not None and permission.granted and permission.by_person


def _rows(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_rows_become_an_object_with_its_parties() -> None:  # A04, A05, A06, A07, A17
    result = take_in(
        "customers",
        csv_of(
            HEAD,
            "A110010;;;Herr;Karl;Mustermann;Redtenbachergasse 3;4400;Steyr;0666 / 15651324;x;;"
            "office@winchim.com",
            "A110010;Top 1;;Frau;Eva;Huber;;;;0664 1000001;x;x;",
            "A110010;Top 2;Verwaltung;Firma;;Haus GmbH;;;;;;;",
        ),
    )
    assert outcomes(result) == ["created"] * 3
    assert [(row.line, row.label) for row in result.rows] == [
        (2, "A110010 Karl Mustermann"),
        (3, "A110010 Eva Huber"),
        (4, "A110010 Haus GmbH"),
    ]
    found = house("A110010")
    assert (found.street, found.country, found.postcode, found.town) == (
        "Redtenbachergasse 3",
        "A",
        "4400",
        "Steyr",
    )
    people = [(p.unit, p.role, p.position, p.full_name) for p in found.people]
    assert people == [
        ("", "owner", 0, "Karl Mustermann"),
        ("Top 1", "party", 1, "Eva Huber"),
        ("Top 2", "manager", 2, "Haus GmbH"),
    ]
    own = addresses("A110010")
    assert (own["phone1"].typed, own["phone1"].value, own["phone1"].purpose) == (
        "0666 / 15651324",
        "+4366615651324",
        "all",
    )
    assert own["email1"].value == "office@winchim.com"
    assert addresses("A110010", "Top 1")["phone1"].purpose == "main"
    assert _ticked() and _ticked("+4366615651324") and not _ticked("office@winchim.com")
    assert _rows(SearchLine) == 3


def test_number_is_kept_verbatim_and_found_in_any_case() -> None:  # A04
    take_in("customers", csv_of("Nummer;Name", "a 00123;Mayr"))
    assert outcomes(take_in("customers", csv_of("Nummer;Name", "A00123;Mayr"))) == ["changed"]
    assert _rows(Property) == 1
    assert house("A00123").number_key == "a00123"


def test_only_columns_of_the_file_change_anything() -> None:
    take_in(
        "customers",
        csv_of(HEAD, "A1;;;Herr;Karl;Mayr;Gasse 1;4400;Steyr;0664 1000001;x;x;a@example.at"),
    )
    result = take_in("customers", csv_of("Nummer;Name", "A1;Huber"))
    assert outcomes(result) == ["changed"]
    kept = person("A1")
    assert (kept.salutation, kept.first_name, kept.name) == ("Herr", "Karl", "Huber")
    assert (house("A1").street, house("A1").town) == ("Gasse 1", "Steyr")
    assert addresses("A1")["phone1"].purpose == "main"
    assert _ticked()


def test_empty_cell_of_a_column_empties_the_field() -> None:
    take_in("customers", csv_of(HEAD, "A1;;;Herr;Karl;Mayr;Gasse 1;4400;Steyr;0664 1000001;x;x;a@example.at"))
    result = take_in("customers", csv_of("Nummer;Anrede;Straße;Tel1;eMail", "A1;;;;"))
    assert outcomes(result) == ["changed"]
    assert (person("A1").salutation, house("A1").street, addresses("A1")) == ("", "", {})
    assert person("A1").name == "Mayr"


def test_object_and_party_that_the_file_lacks_stay() -> None:  # failures.md 7
    take_in(
        "customers", csv_of(HEAD, "A1;;;;;Mayr;;;;;;;", "A1;Top 1;;;;Huber;;;;;;;", "A2;;;;;Berger;;;;;;;")
    )
    take_in("customers", csv_of("Nummer;Name", "A1;Mayer"))
    assert [p.name for p in house("A1").people] == ["Mayer", "Huber"]
    assert person("A2").name == "Berger"


def test_same_values_are_unchanged_and_write_nothing() -> None:
    content = [HEAD, "A1;;;Herr;Karl;Mayr;Gasse 1;4400;Steyr;0664 1000001;x;x;a@example.at"]
    take_in("customers", csv_of(*content))
    before = (house("A1").changed_at, person("A1").changed_at, _rows(Consent))
    result = take_in("customers", csv_of(*content, ""), NOON + timedelta(days=1))
    assert outcomes(result) == ["unchanged"]
    assert (house("A1").changed_at, person("A1").changed_at, _rows(Consent)) == before


def test_failure_07_same_file_twice_is_already_imported_and_writes_nothing() -> None:
    content = csv_of(HEAD, "A1;;;;;Mayr;;;;0664 1000001;x;;", "A2;;;;;Huber;;;;6,64123E+11;x;;")
    first = take_in("customers", content)
    assert outcomes(first) == ["created", "rejected"]
    runs, rows = _rows(ImportRun), _rows(ImportRow)
    for again in (take_in("customers", content), look_at("customers", content)):
        assert outcomes(again) == ["unchanged", "unchanged"]
        assert set(said(again)) == {"Diese Datei ist bereits importiert."}
        assert again.already is not None and again.already.id == first.run_id
        assert [row.label for row in again.rows] == ["A1 Mayr", "A2 Huber"]
    assert (_rows(ImportRun), _rows(ImportRow)) == (runs, rows)


def test_same_file_read_with_other_columns_is_read_anew() -> None:
    content = csv_of("Nummer;Name;Zweiter", "A1;Mayr;Top 3")
    take_in("customers", content)
    columns = {"Nummer": "number", "Name": "name", "Zweiter": "name2"}
    result = apply_file(content, "x.csv", "customers", columns, None, "", "command", NOON)
    assert outcomes(result) == ["changed"]
    assert person("A1").name2 == "Top 3"


def test_second_row_of_the_same_party_is_rejected_with_the_line_of_the_first() -> None:
    result = take_in("customers", csv_of(HEAD, "A1;Top 1;;;;Mayr;;;;;;;", "a1;top1;;;;Huber;;;;;;;"))
    assert outcomes(result) == ["created", "rejected"]
    assert "Zeile 2" in said(result)[1]
    assert person("A1", "Top 1").name == "Mayr"


def test_bad_phone_is_kept_as_typed_and_told() -> None:
    result = take_in("customers", csv_of("Nummer;Name;Tel1;Tel1 Einwilligung", "A1;Mayr;0664;x"))
    assert outcomes(result) == ["created"]
    assert "»0664«" in said(result)[0]
    phone = addresses("A1")["phone1"]
    assert (phone.typed, phone.value, phone.type) == ("0664", "", "invalid")
    assert _rows(Consent) == 0


def test_failure_07_number_that_lost_digits_rejects_the_row_and_nothing_of_it_is_written() -> None:
    result = take_in("customers", csv_of("Nummer;Name;Tel1", "A1;Mayr;6,64123E+11", "A2;Huber;6641000001"))
    assert outcomes(result) == ["rejected", "created"]
    assert "»Tel1«" in said(result)[0] and "als Text" in said(result)[0]
    assert "06641000001" in said(result)[1]
    assert db.session.scalars(select(Property.number)).all() == ["A2"]


def test_failure_07_leading_zeros_that_excel_took_from_the_number_are_noticed() -> None:
    take_in("customers", csv_of("Nummer;Name", "00123;Mayr"))
    result = take_in("customers", csv_of("Nummer;Name", "123;Huber"))
    assert outcomes(result) == ["rejected"]
    assert "00123" in said(result)[0]
    builders.house("123")
    assert outcomes(take_in("customers", csv_of("Nummer;Name", "123;Huber", ""))) == ["created"]


def test_places_of_numbers_may_be_swapped() -> None:
    take_in("customers", csv_of("Nummer;Name;Tel1;Tel2", "A1;Mayr;0664 1000001;07252 12345"))
    take_in("customers", csv_of("Nummer;Name;Tel1;Tel2", "A1;Mayr;07252 12345;0664 1000001"))
    assert {name: a.typed for name, a in addresses("A1").items()} == {
        "phone1": "07252 12345",
        "phone2": "0664 1000001",
    }


# Consent


def test_tick_is_a_row_of_the_ledger_with_file_and_line_as_evidence() -> None:  # A13, A14
    take_in(
        "customers",
        csv_of(
            "Nummer;Vorname;Name;Tel1;Tel1 Einwilligung;Tel2;Tel2 Einwilligung;Einwilligung am",
            "A1;Eva;Mayr;0664 1000001;x;0664 1000002;;15.01.2026",
        ),
    )
    tick = db.session.scalars(select(Consent)).one()
    assert (tick.address, tick.granted, tick.source, tick.by) == (MOBILE, True, "import", "office")
    assert tick.evidence == "Datei liste.csv, Zeile 2"
    assert tick.given_on == date(2026, 1, 15)
    assert (tick.person_name, tick.property_number) == ("Eva Mayr", "A1")
    assert not _ticked("+436641000002")


def test_nobody_has_agreed_on_a_day_to_come() -> None:  # C09
    head = "Nummer;Name;Tel1;Tel1 Einwilligung;Einwilligung am"
    content = csv_of(head, "A1;Mayr;0664 1000001;x;11.03.2026", "A2;Huber;0664 1000002;x;10.03.2026")
    result = take_in("customers", content)
    assert outcomes(result) == ["rejected", "created"]
    assert "Der 11.03.2026 in der Spalte »Einwilligung am« liegt in der Zukunft." in said(result)[0]
    assert not _ticked() and _ticked("+436641000002")


def test_failure_14_import_never_revives_what_somebody_took_back() -> None:
    content = ["Nummer;Name;Tel1;Tel1 Einwilligung", "A1;Mayr;0664 1000001;x"]
    take_in("customers", csv_of(*content))
    revoke(MOBILE, "phone", "office", "Anruf", NOON)
    for extra in ([""], ["", ""]):
        result = take_in("customers", csv_of(*content, *extra), NOON + timedelta(days=1))
        assert outcomes(result) == ["unchanged"]
        assert "Abgemeldet am 10.03.2026; der Haken der Datei gilt nicht." in said(result)[0]
        assert not _ticked()
    assert _rows(Consent) == 2


def test_untick_of_a_file_takes_back_only_what_a_file_gave() -> None:
    rows = ["A1;Mayr;0664 1000001;{}", "A2;Huber;0664 1000002;{}"]
    head = "Nummer;Name;Tel1;Tel1 Einwilligung"
    take_in("customers", csv_of(head, rows[0].format("x"), rows[1].format("")))
    grant("+436641000002", "form", "office", "Formular", NOON)
    result = take_in("customers", csv_of(head, *(row.format("") for row in rows), ""))
    assert outcomes(result) == ["changed", "unchanged"]
    assert not _ticked() and _ticked("+436641000002")
    take_in("customers", csv_of(head, *(row.format("x") for row in rows), "", ""))
    assert _ticked()


def test_number_ticked_in_one_row_is_not_unticked_by_another() -> None:
    head = "Nummer;Name;Tel1;Tel1 Einwilligung"
    content = [head, "A1;Mayr;0664 1000001;x", "A2;Mayr;0664 1000001;"]
    take_in("customers", csv_of(*content))
    assert _ticked()
    assert outcomes(take_in("customers", csv_of(*content, ""))) == ["unchanged", "unchanged"]
    assert _rows(Consent) == 1


def test_tick_column_alone_speaks_of_the_number_that_is_stored() -> None:
    take_in("customers", csv_of("Nummer;Name;Tel1", "A1;Mayr;0664 1000001"))
    result = take_in("customers", csv_of("Nummer;Tel1 Einwilligung;Tel1 Nur HK", "A1;ja;ja"))
    assert outcomes(result) == ["changed"]
    assert _ticked() and addresses("A1")["phone1"].purpose == "main"


# Runs


def test_dry_run_says_the_same_and_writes_nothing() -> None:
    content = csv_of(
        HEAD, "A1;;;;;Mayr;;;;0664;x;;", "A1;Top 1;;;;Huber;;;;6641000001;x;;", "A1;;;;;Zwei;;;;;;;"
    )
    looked = look_at("customers", content)
    assert [_rows(model) for model in (Property, Person, Address, Consent, ImportRun)] == [0] * 5
    done = take_in("customers", content)
    assert looked.rows == done.rows
    assert outcomes(done) == ["created", "created", "rejected"]


def test_run_is_recorded_with_its_rows() -> None:
    content = csv_of("Nummer;Name;Tel1", "A1;Mayr;", "A2;Huber;6,64123E+11")
    result = take_in("customers", content, profile_name="Standard")
    run = db.session.get_one(ImportRun, result.run_id)
    assert (run.kind, run.way, run.state, run.file_name, run.by) == (
        "customers",
        "command",
        "done",
        "liste.csv",
        "office",
    )
    assert (run.total, run.done, run.created, run.changed, run.unchanged, run.rejected) == (2, 2, 1, 0, 0, 1)
    assert (run.size, run.applied_at, run.profile_name, run.claimed_by) == (
        len(content),
        NOON,
        "Standard",
        "",
    )
    assert run.columns == {"Nummer": "number", "Name": "name", "Tel1": "phone1"}
    rows = db.session.scalars(
        select(ImportRow).where(ImportRow.run_id == run.id).order_by(ImportRow.line)
    ).all()
    assert [(row.line, row.outcome, row.label) for row in rows] == [
        (2, "created", "A1 Mayr"),
        (3, "rejected", "A2 Huber"),
    ]
    assert rows[1].reason == result.rows[1].reason


def test_run_of_an_upload_is_filled_in_and_its_dry_rows_replaced() -> None:
    content = csv_of("Nummer;Name", "A1;Mayr")
    run = ImportRun(kind="customers", way="upload", file_name="x.csv", sha256="?", state="applying", at=NOON)
    db.session.add(run)
    db.session.flush()
    db.session.add(ImportRow(run_id=run.id, line=2, outcome="created", label="alt"))
    db.session.commit()
    told: list[tuple[int, int]] = []
    result = take_in(
        "customers", content, progress=lambda done, total: told.append((done, total)), run_id=run.id
    )
    assert result.run_id == run.id and told == [(1, 1)]
    rows = db.session.scalars(select(ImportRow).where(ImportRow.run_id == run.id)).all()
    assert [row.label for row in rows] == ["A1 Mayr"]
    assert (db.session.get_one(ImportRun, run.id).state, _rows(ImportRun)) == ("done", 1)


def test_same_upload_again_ends_its_run_too() -> None:
    content = csv_of("Nummer;Name", "A1;Mayr")
    first = take_in("customers", content)
    run = ImportRun(kind="customers", way="upload", file_name="x.csv", sha256="?", state="applying", at=NOON)
    db.session.add(run)
    db.session.commit()
    result = take_in("customers", content, run_id=run.id)
    assert result.already is not None and result.already.id == first.run_id
    kept = db.session.get_one(ImportRun, run.id)
    assert (kept.state, kept.unchanged, kept.created) == ("done", 1, 0)


def test_progress_is_told_between_chunks_and_may_end_the_run_there() -> None:
    content = csv_of("Nummer;Name", *(f"A{n};Mayr" for n in range(1200)))

    class Stopped(Exception):
        pass

    def stop(done: int, total: int) -> None:
        assert (done, total) == (500, 1200)
        raise Stopped

    with pytest.raises(Stopped):
        take_in("customers", content, progress=stop)
    assert _rows(Property) == 500
    run = db.session.scalars(select(ImportRun)).one()
    assert (run.state, run.done, run.created) == ("applying", 500, 500)
    result = take_in("customers", content)
    assert (result.unchanged, result.created) == (500, 700)
    db.session.expire_all()
    states = db.session.scalars(select(ImportRun.state).order_by(ImportRun.id)).all()
    assert states == ["failed", "done"]


def test_two_imports_at_once_make_nothing_twice(
    in_thread: Callable[[Callable[[], Any]], Callable[[], Any]],
) -> None:
    """One after the other gets the lock: what one has written the other finds."""
    rows = [f"A{n};Mayr {n};0664 {1_000_000 + n};x" for n in range(1500)]
    contents = [csv_of("Nummer;Name;Tel1;Tel1 Einwilligung", *rows, *[""] * more) for more in (0, 1)]
    with ThreadPoolExecutor(2) as pool:
        deeds = [in_thread(lambda content=content: take_in("customers", content)) for content in contents]
        results = [one.result() for one in [pool.submit(deed) for deed in deeds]]
    assert sum(result.created for result in results) == 1500
    assert sum(result.unchanged for result in results) == 1500
    assert [_rows(model) for model in (Property, Person, Address, Consent, SearchLine)] == [1500] * 5


@pytest.mark.parametrize("way", ["upload", "folder", "ftp", "command"])
@pytest.mark.parametrize("name", ["kunden-cp1252.csv", "kunden.xlsx"])
def test_same_file_gives_the_same_by_every_way(name: str, way: str) -> None:  # A25
    content = (FOLDER / name).read_bytes()
    looked = check_file(content, name, "customers", None, None, NOON)
    result = apply_file(content, name, "customers", None, None, "", way, NOON)
    assert result.rows == looked.rows
    assert db.session.get_one(ImportRun, result.run_id).way == way
    stored = {(p.house.number, p.unit, p.full_name) for p in db.session.scalars(select(Person))}
    read = {(row["number"], row.get("unit", "")) for row in told(FOLDER / name)["rows"] if "number" in row}
    assert {(number, unit) for number, unit, _ in stored} == read
