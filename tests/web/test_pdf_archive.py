"""What leaves as PDF meets what PDF/A-2u demands, as far as it can be read without a validator."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from kehr.web import log_paper
from tests import builders
from tests.conftest import NOON, Clock
from tests.proof_house import proof_house
from tests.web.conftest import SignIn
from tests.web.pdf_archive import faults_of, things_of
from tests.web.pdf_reading import pages_of


@pytest.fixture(scope="module")
def kept() -> list[bytes]:
    """The file of `log_file`, once it was made."""
    return []


@pytest.fixture
def log_file(app: Flask, at: Clock, sign_in: SignIn, kept: list[bytes]) -> bytes:
    """The log of three messages, made in two parts; the same file for all tests."""
    if not kept:
        kept.append(_made(sign_in))
    return kept[0]


def _made(sign_in: SignIn) -> bytes:
    builders.company()
    row = builders.appointment(builders.calendar(), NOON + timedelta(days=1))
    rule = builders.rule()
    for number in range(3):
        left = {"state": "delivered", "sent_at": NOON, "due_at": NOON, "recipient": f"n{number}@example.at"}
        builders.message(row, rule, text="Größe: Šimić", **left)
    before, log_paper.PART = log_paper.PART, 2
    try:
        content: bytes = sign_in("reader").get("/protokoll.pdf").data
    finally:
        log_paper.PART = before
    return content


def test_a_log_of_several_parts_is_fit_for_the_archive(log_file: bytes) -> None:
    assert faults_of(log_file) == []
    first, second = pages_of(log_file)
    assert "Seite 1 von 2" in first and "Seite 2 von 2" in second


@pytest.mark.parametrize(
    "path",
    ["/protokoll.pdf?von=2026-03-01&bis=2026-03-10", "/objekte/1/beweis.pdf", "/termine/1/beweis.pdf"],
)
def test_log_and_proof_are_fit_for_the_archive(app: Flask, at: Clock, sign_in: SignIn, path: str) -> None:
    # C08
    proof_house()
    answer = sign_in("reader").get(path)
    assert answer.mimetype == "application/pdf" and faults_of(answer.data) == []
    assert len(things_of(answer.data)) > 20, "the reader sees into object streams"


@pytest.mark.parametrize(
    ("there", "instead", "fault"),
    [
        (b"%PDF-1.7", b"%PDF-2.0", "the file begins with"),
        (b"/ID[", b"/IX[", "the trailer has no ID"),
        (b"/Root ", b"/Encrypt ", "the file is encrypted"),
        (b"/Metadata", b"/Metadatx", "the catalog has no metadata"),
        (b"/GTS_PDFA1", b"/GTS_PDFX1", "0 output intents"),
        (b"/DestOutputProfile", b"/DestOutputProfilx", "the output intent has no RGB profile"),
        (b"/FontFile2", b"/FontFilex", "a font is not in the file"),
        (b"/ToUnicode", b"/ToUnicodx", "a font does not say which letters it shows"),
        (b"/CIDToGIDMap", b"/CIDToGIDMax", "a font does not say where its shapes are"),
        (b"/Lang(de)", b"/JS   (x)", "/JS is not allowed"),
        (b"/Outlines", b"/OpenAction", "/OpenAction is not allowed"),
        (b"/Creator(Kehrbote)", b"/Producer(Somebody)", "the metadata do not name the producer"),
    ],
)
def test_each_demand_is_really_looked_for(log_file: bytes, there: bytes, instead: bytes, fault: str) -> None:
    assert there in log_file
    assert any(fault in one for one in faults_of(log_file.replace(there, instead)))
