"""Scanned forms are kept once, whoever uploads them at the same time, and entered once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from kehr.actions.people.file_scan import enter_ticks
from kehr.actions.people.keep_scan import Kept, Upload, keep_scan
from kehr.actions.people.list_scans import waiting_scans
from kehr.actions.people.tick_address import ConsentRefused
from kehr.models import Consent, Scan, db
from kehr.sources.scans import SECONDS
from tests import builders
from tests.conftest import NOON
from tests.scanned_forms import code_text, saved, sheet

VIENNA = ZoneInfo("Europe/Vienna")
Threads = Callable[[Callable[[], Any]], Callable[[], Any]]


@pytest.fixture
def pile() -> bytes:
    """Two forms in one PDF."""
    pages = [sheet(code_text(number), dpi=110) for number in ("a110010", "b7")]
    return saved(pages[0], "PDF", pages[1:], resolution=110)


def keep(data: bytes, folder: Path) -> Kept:
    return keep_scan(Upload("stapel.pdf", data), "anna", NOON, folder, SECONDS)


def test_two_uploads_of_one_file_at_once_keep_it_once(
    app: Flask, in_thread: Threads, pile: bytes, tmp_path: Path
) -> None:
    house = builders.house()
    with ThreadPoolExecutor(2) as pool:
        deeds = [pool.submit(in_thread(lambda: keep(pile, tmp_path))) for _ in range(2)]
        kept = sorted((deed.result() for deed in deeds), key=lambda one: one.refused is None)
    assert kept[0].refused is not None and kept[0].refused.code == "known"
    assert (len(kept[1].filed), len(kept[1].in_tray)) == (1, 1)
    rows = db.session.scalars(select(Scan).order_by(Scan.id)).all()
    assert [row.property_id for row in rows] == [None, house.id, None] and waiting_scans() == 2
    assert {path.name for path in (tmp_path / "scans").iterdir()} == {row.sha256 for row in rows}


# C09
def test_two_people_entering_one_form_at_once_write_it_once(
    app: Flask, in_thread: Threads, tmp_path: Path
) -> None:
    person = builders.person(builders.house(), phones=["0664 1000001"])
    address_id = person.addresses[0].id
    (scan_id,) = keep_scan(
        Upload("a.jpg", saved(sheet(code_text(), dpi=110))), "anna", NOON, tmp_path, SECONDS
    ).filed
    db.session.rollback()

    def enter(choice: str) -> str:
        try:
            enter_ticks(scan_id, {address_id: choice}, date(2026, 3, 1), "", choice, NOON, VIENNA)
        except ConsentRefused as refused:
            return refused.code
        return "written"

    with ThreadPoolExecutor(2) as pool:
        deeds = [pool.submit(in_thread(lambda choice=choice: enter(choice))) for choice in ("ja", "nein")]
        assert sorted(deed.result() for deed in deeds) == ["already_done", "written"]
    (row,) = db.session.scalars(select(Consent))
    assert row.scan_id == scan_id and row.granted == (db.session.get_one(Scan, scan_id).done_by == "ja")


def test_a_file_that_cannot_be_stored_leaves_no_row(app: Flask, pile: bytes, tmp_path: Path) -> None:
    (tmp_path / "scans").write_text("in the way")
    refused = keep(pile, tmp_path).refused
    assert refused is not None and refused.code == "not_stored"
    assert db.session.scalars(select(Scan)).all() == []
