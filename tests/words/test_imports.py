"""What is said of imported lists: whole German sentences, and no code that something else has."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from kehr import words
from kehr.settings import ROOT
from kehr.words.imports import SENTENCES

SOURCES = [
    *ROOT.glob("kehr/rules/imports/*.py"),
    *ROOT.glob("kehr/sources/*_table.py"),
    *(ROOT / "kehr" / path for path in ("sources/tables.py", "sources/headings.py", "sources/xlsx_child.py")),
    *(ROOT / "kehr/actions/imports" / f"{name}.py" for name in ("decide_appointments", "take_in_customers")),
    *(
        ROOT / "kehr/actions/imports" / f"{name}.py"
        for name in ("take_in_file", "import_lines", "import_sources")
    ),
    ROOT / "kehr/cli/imports.py",
]


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_every_sentence_of_a_list_is_whole_and_shows_no_code(code: str) -> None:
    names = {name for _, name, _, _ in string.Formatter().parse(SENTENCES[code]) if name}
    said = words.sentence(code, dict.fromkeys(names, "4711"))
    assert said.endswith(".")
    assert not re.search(r"\b[a-z]+_[a-z_]+\b", said)


def test_no_code_of_a_list_means_something_else_too() -> None:
    others = (words.ALARMS, words.REASONS, words.HEALTH, words.FAULTS)
    assert [code for other in others for code in other if code in SENTENCES] == []


def test_every_code_that_reading_a_list_can_give_has_its_sentence() -> None:
    beginnings = r"(?:table|column|profile|source|list|row|cell|day|phone|email|tick|place|units|land)"
    found = {
        code
        for path in SOURCES
        for code in re.findall(rf'"({beginnings}_[a-z_]+)"', Path(path).read_text(encoding="utf-8"))
    }
    columns = {"place_", "row_", "profile_name", "postcode_town"}
    assert {code for code in found if code in SENTENCES} >= {"table_bomb", "cell_digits_lost", "row_held"}
    assert found - SENTENCES.keys() - columns == set()
