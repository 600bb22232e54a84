"""`configure` and `export-settings` from the command line: what they print and how they end."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from kehr import create_app
from kehr.models import Company, db
from tests.conftest import settings_in
from tests.rules.test_settings_file import WHOLE

OLDER = "Die Datenbank ist älter als das Programm: flask db upgrade ausführen.\n"


@pytest.fixture
def file(app: Flask, tmp_path: Path) -> Path:
    (tmp_path / "kennwort").write_text("ein erstes Kennwort", encoding="utf-8")
    path = tmp_path / "office.toml"
    path.write_text(WHOLE, encoding="utf-8")
    return path


def run(app: Flask, *words: str):
    return app.test_cli_runner().invoke(args=list(words))


def test_configure_tells_what_changed_and_then_that_nothing_did(app: Flask, file: Path, at) -> None:  # C30
    first = run(app, "configure", str(file))
    assert (first.exit_code, first.stderr) == (0, "")
    assert "Kalender »Kehrplan Steyr«: angelegt" in first.stdout.splitlines()
    again = run(app, "configure", str(file))
    assert (again.exit_code, again.stdout) == (0, "nichts geändert\n")


def test_the_exported_file_can_be_applied_again(app: Flask, file: Path, tmp_path: Path, at) -> None:  # C30
    run(app, "configure", str(file))
    exported = tmp_path / "again.toml"
    exported.write_text(run(app, "export-settings").stdout, encoding="utf-8")
    assert run(app, "configure", str(exported)).stdout == "nichts geändert\n"
    assert "geheim" in run(app, "export-settings", "--with-secrets").stdout


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"[company", "kein gültiges TOML"),
        (b"\xff\xfe", "kein Text in UTF-8"),
        (b"[company]\nsettle_minutes = 9999", "company.settle_minutes: Die Zahl muss zwischen 0 und 1440"),
        (b"[[users]]\nlogin='eva'\nrole='admin'\npassword_file='fehlt'", "users[0].password_file: Die Datei"),
    ],
)
def test_a_file_that_cannot_be_applied_is_refused_with_one_sentence(
    content: bytes, words: str, app: Flask, tmp_path: Path, at
) -> None:
    path = tmp_path / "bad.toml"
    path.write_bytes(content)
    result = run(app, "configure", str(path))
    assert (result.exit_code, result.stdout) == (1, "")
    assert words in result.stderr and result.stderr.count("\n") == 1
    assert db.session.get(Company, 1) is None


def test_a_file_that_is_not_there_is_refused(app: Flask, tmp_path: Path) -> None:
    result = run(app, "configure", str(tmp_path / "nix.toml"))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "nix.toml ist nicht zu lesen" in result.stderr


@pytest.mark.parametrize("words", [["configure"], ["export-settings", "zu", "viel"], ["check-gateway"]])
def test_wrong_usage_ends_with_2(words: list[str], app: Flask) -> None:
    assert run(app, *words).exit_code == 2


@pytest.mark.parametrize("words", [["configure", "x.toml"], ["export-settings"], ["check-gateway", "link"]])
def test_commands_on_an_older_database_say_so(words: list[str], tmp_path: Path) -> None:
    bare = create_app(settings_in(tmp_path))
    result = run(bare, *words)
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", OLDER)
    with bare.app_context():
        db.engine.dispose()
