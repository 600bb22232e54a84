"""The page of the office's words for the kinds of work."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from kehr.models import Appointment, Company, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page

PATH = "/termine/woerter"


@pytest.fixture
def office(app: Flask, at: Clock) -> None:
    builders.company()
    builders.appointment(builders.calendar(), NOON + timedelta(days=2), summary="Jahresputz Mayr", phones=[])


def stored() -> dict[str, list[str]]:
    db.session.rollback()
    return db.session.get_one(Company, 1).kind_words


def test_words_are_kept_and_coming_entries_read_again_at_once(office: None, sign_in: SignIn) -> None:  # A01
    client = sign_in("office")
    assert "data-warn-unsaved" in check_page(client.get(PATH))
    answer = client.post(PATH, data={"HK": "Jahresputz\nKehrung groß", "Kehrung": "", "Sonderarbeit": ""})
    assert answer.status_code == 302
    html = check_page(client.get(PATH))
    assert "Gespeichert. 1 kommender Termin wird nun anders gelesen." in html
    assert "Jahresputz\nKehrung groß</textarea>" in html
    assert stored() == {"HK": ["Jahresputz", "Kehrung groß"]}
    assert db.session.scalars(db.select(Appointment.work_kind)).one() == "HK"
    client.post(PATH, data={"HK": "Jahresputz, Kehrung groß"})
    assert "Es war nichts zu ändern." in client.get(PATH).text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"HK": "x"}, "mindestens 2 Zeichen"),
        ({"HK": "groß", "Kehrung": "groß"}, "»groß« steht schon bei HK"),
        ({"Sonderarbeit": "Wort " * 20}, "höchstens 60 Zeichen"),
        ({"HK": "\n".join(f"Wort{n}" for n in range(200))}, "Höchstens 50 Wörter je Art, hier sind es 200."),
        ({"HK": "123"}, "hat keinen Buchstaben"),
        ({"HK": "ja\x00nein"}, "Steuerzeichen"),
    ],
)
def test_hurting_words_are_refused_and_stay_in_the_form(
    typed: dict[str, str], words: str, office: None, sign_in: SignIn
) -> None:
    html = check_page(sign_in("office").post(PATH, data=typed), 422)
    assert words in html and "Nichts gespeichert" in html
    assert next(iter(typed.values())).split()[0].replace("\x00", "") in html.replace("\x00", "")
    assert stored() == {}


def test_readers_change_no_words(office: None, sign_in: SignIn) -> None:
    assert sign_in("reader").get(PATH).status_code == 403
