"""Numbers in an address that no database can count to: the page answers all the same."""

from __future__ import annotations

import pytest
from flask import Flask

from tests import builders
from tests.conftest import Clock
from tests.web.conftest import SignIn

HUGE = "9" * 20


@pytest.mark.parametrize(
    "path",
    [
        "/protokoll?kalender=",
        "/protokoll/druck?kalender=",
        "/protokoll.csv?kalender=",
        "/protokoll?seite=",
        "/termine?seite=",
        "/termine/ohne-objekt?seite=",
        "/termine/nicht-benachrichtigt?seite=",
        "/termine/nicht-benachrichtigt?gruppe=ohne-termin&seite=",
        "/termine/fristen?seite=",
        "/datenqualitaet?seite=",
        "/geplant/tag/2026-03-12?offen=17.reminder&seite=",
        "/geplant/liste?kalender=",
    ],
)
def test_a_number_without_end_is_no_failure(app: Flask, at: Clock, sign_in: SignIn, path: str) -> None:
    builders.company()
    builders.calendar()
    client = sign_in("office")
    for number in (HUGE, f"-{HUGE}", "x", ""):
        assert client.get(path + number).status_code == 200, number
