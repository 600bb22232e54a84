"""The English catalogue beside the German screens."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from flask import Flask

from kehr.web.catalogue import compile_catalogues
from tests import builders
from tests.conftest import Clock
from tests.web.conftest import SignIn
from tests.web.texts_in_use import ROOT, texts_in_use

CATALOGUE = ROOT / "kehr" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
GAPS = re.compile(r"%\(\w+\)s|\{\w+\}")


@pytest.fixture(scope="module")
def english() -> Catalog:
    """The catalogue as it is kept."""
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


def test_every_text_has_an_english_one(english: Catalog) -> None:
    missing = []
    for text in texts_in_use():
        message = english.get(text if isinstance(text, str) else text[0])
        texts = (
            [message.string]
            if message and isinstance(message.string, str)
            else list(message.string if message else ())
        )
        if not texts or not all(texts):
            missing.append(text)
    assert missing == []


def test_english_texts_keep_the_gaps_of_the_german_ones(english: Catalog) -> None:
    checked = 0
    for message in english:
        if not message.id:
            continue
        german = message.id if isinstance(message.id, tuple) else (message.id,)
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        for own, other in zip(german, texts, strict=True):
            assert set(GAPS.findall(own)) == set(GAPS.findall(other)), message.id
            checked += 1
    assert checked > 500


def test_who_chooses_english_reads_english(app: Flask, at: Clock, sign_in: SignIn) -> None:
    builders.company()
    client = sign_in("admin")
    client.set_cookie("sprache", "en")
    html = client.get("/firma").get_data(as_text=True)
    assert "Master data" in html
    assert "Stammdaten" not in html
    client.set_cookie("sprache", "de")
    assert "Stammdaten" in client.get("/firma").get_data(as_text=True)


def test_catalogue_is_compiled_again_only_when_its_text_is_newer(tmp_path: Path) -> None:
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    text, compiled = folder / "messages.po", folder / "messages.mo"
    text.write_text('msgid ""\nmsgstr ""\n\nmsgid "Heute"\nmsgstr "Today"\n')
    compile_catalogues(tmp_path)
    first = compiled.stat().st_mtime_ns
    assert b"Today" in compiled.read_bytes()
    compile_catalogues(tmp_path)
    assert compiled.stat().st_mtime_ns == first
    text.write_text('msgid ""\nmsgstr ""\n\nmsgid "Heute"\nmsgstr "Now"\n')
    os.utime(text, ns=(first + 10**9, first + 10**9))
    compile_catalogues(tmp_path)
    assert b"Now" in compiled.read_bytes()
