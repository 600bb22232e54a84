"""Commands about texts answer on any machine, with or without a database."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from kehr import create_app
from kehr.models import db
from tests.conftest import settings_in


@pytest.fixture
def bare(tmp_path) -> Flask:
    return create_app(settings_in(tmp_path))


def run(app: Flask, *words: str, typed: str | bytes = ""):
    return app.test_cli_runner().invoke(args=list(words), input=typed)


def test_phone_numbers_answers_one_object_for_each_line(bare: Flask) -> None:
    result = run(bare, "phone-numbers", "--json", typed="Maria Mayr, 0664 1000001\n\nbüro 07252 53123-14\n")
    first, empty, last = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert first == {
        "input": "Maria Mayr, 0664 1000001",
        "numbers": [{"e164": "+436641000001", "type": "mobile", "country": "AT"}],
    }
    assert empty == {"input": "", "numbers": []}
    assert [number["e164"] for number in last["numbers"]] == ["+43725253123"]
    assert last["numbers"][0]["type"] == "landline"


@pytest.mark.parametrize(("length", "parts"), [(0, 0), (160, 1), (161, 2), (306, 2), (307, 3)])
def test_failure_10_sms_parts_counts_the_whole_input(length: int, parts: int, bare: Flask) -> None:
    result = run(bare, "sms-parts", "--json", typed="ä" * length)
    found = json.loads(result.stdout)
    assert (found["encoding"], found["units"], found["parts"]) == ("GSM-7", length, parts)


def test_sms_parts_names_what_is_dear_and_normalises_on_request(bare: Flask) -> None:  # C18
    dear = json.loads(run(bare, "sms-parts", "--json", typed="„Šimić“").stdout)
    assert dear["encoding"] == "UCS-2"
    assert dear["expensive"][0] == {"character": "„", "codepoint": "U+201E", "index": 0}
    cheap = json.loads(run(bare, "sms-parts", "--normalise", "--json", typed="„Ja“ – 8–9").stdout)
    assert (cheap["encoding"], cheap["text"], cheap["expensive"]) == ("GSM-7", '"Ja" - 8-9', [])


@pytest.mark.parametrize("command", ["sms-parts", "phone-numbers"])
def test_input_that_is_no_text_is_refused_with_one_sentence(command: str, bare: Flask) -> None:
    result = run(bare, command, "--json", typed=b"\xff\xfe")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Die Eingabe ist kein Text in UTF-8.\n"


def test_unknown_options_are_wrong_usage(bare: Flask) -> None:
    assert run(bare, "sms-parts", "--laut").exit_code == 2


def test_texts_leave_no_database_behind(bare: Flask) -> None:
    run(bare, "sms-parts", "--json", typed="x")
    assert not bare.config["KEHR"].data.joinpath("kehrbote.db").exists()
    with bare.app_context():
        db.engine.dispose()
