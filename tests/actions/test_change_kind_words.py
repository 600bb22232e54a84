"""A change of words reads again what was taken over already: feeds and imported lists alike."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from kehr.actions.setup.configure import NOTHING, configure
from kehr.actions.setup.export_settings import export_settings
from kehr.actions.visits.change_kind_words import WordsRefused, change_kind_words, count_kinds
from kehr.actions.visits.entry_fields import fields_of, how_read
from kehr.models import Appointment, Company, db
from tests import builders
from tests.conftest import NOON

SOON = NOON + timedelta(days=2)


@pytest.fixture
def office(app: Flask) -> None:
    builders.company()


def kinds() -> dict[str, str]:
    db.session.rollback()
    return {row.summary: row.work_kind for row in db.session.scalars(db.select(Appointment))}


def test_coming_entries_of_feeds_and_lists_are_read_again(office: None) -> None:  # A01
    feed, lists = builders.calendar(), builders.calendar("Liste", kind="file", url="")
    builders.appointment(feed, SOON, summary="Jahresputz Mustermann", name="Jahresputz Mustermann", phones=[])
    builders.appointment(lists, SOON, summary="Mayr", name="Maria Mayr", categories=["Jahresputz"])
    builders.appointment(feed, NOON - timedelta(days=9), summary="Jahresputz früher", phones=[])
    assert change_kind_words({"HK": "Jahresputz"}, NOON) == 2
    assert kinds() == {"Jahresputz Mustermann": "HK", "Mayr": "HK", "Jahresputz früher": "Kehrung"}
    assert count_kinds(NOON) == {"HK": 2}
    names = set(db.session.scalars(db.select(Appointment.name).where(Appointment.start == SOON)))
    assert names == {"Mustermann", "Maria Mayr"}
    assert change_kind_words({"HK": "Jahresputz"}, NOON) is None
    assert change_kind_words({"HK": ""}, NOON) == 2
    assert kinds()["Mayr"] == "Kehrung"


def test_refused_words_change_nothing(office: None) -> None:
    with pytest.raises(WordsRefused):
        change_kind_words({"HK": "Jahresputz", "Kehrung": "x"}, NOON)
    assert db.session.get_one(Company, 1).kind_words == {}


def test_words_go_out_with_the_settings_and_come_back_the_same(office: None, tmp_path: Path) -> None:
    # C30
    row = builders.appointment(builders.calendar(), SOON, summary="Jahresputz Mayr", phones=[])
    change_kind_words({"HK": "Jahresputz", "Sonderarbeit": "C++ (alt)"}, NOON)
    text = export_settings(with_secrets=False)
    assert configure(tomllib.loads(text), tmp_path, NOON) == [NOTHING]
    change_kind_words({}, NOON)
    assert kinds()["Jahresputz Mayr"] == "Kehrung"
    assert "Firma: kind_words geändert" in configure(tomllib.loads(text), tmp_path, NOON)
    assert kinds()["Jahresputz Mayr"] == "HK"
    assert export_settings(with_secrets=False) == text
    assert row.id


def test_another_word_makes_the_next_poll_read_the_whole_feed_again(office: None) -> None:
    calendar, company = builders.calendar(), db.session.get_one(Company, 1)
    before = how_read(fields_of(calendar, company), company.zone)
    assert before.startswith("Europe/Vienna|summary|summary|location|")
    company.kind_words = {"HK": ["Jahresputz"]}
    after = how_read(fields_of(calendar, company), company.zone)
    assert after != before and len(after) <= 300
