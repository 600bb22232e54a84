"""`check-gateway` proves credentials and sends nothing."""

from __future__ import annotations

from flask import Flask

from kehr.models import Gateway, db
from tests import builders


def run(app: Flask, *words: str):
    return app.test_cli_runner().invoke(args=list(words))


def test_a_good_account_is_told_and_kept(app: Flask, at) -> None:  # B05
    builders.company()
    row = builders.gateway("probe")
    result = run(app, "check-gateway", "probe")
    assert result.exit_code == 0 and result.stdout.startswith("Konto: ")
    db.session.refresh(row)
    assert (row.checked_at, row.check_code) == (at.moment, "")


def test_a_fault_ends_with_one_sentence_and_is_kept(app: Flask, at) -> None:  # B05, B06
    builders.company(network_allow=["127.0.0.1"])
    row = builders.gateway("link", kind="linkmobility", base_url="http://127.0.0.1:1/rest")
    result = run(app, "check-gateway", "link")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    db.session.refresh(row)
    assert row.check_code


def test_a_token_sealed_on_another_box_is_told_in_words(app: Flask, at) -> None:
    builders.company()
    row = builders.gateway("link", kind="linkmobility", secret_box="nicht von hier")
    result = run(app, "check-gateway", "link")
    assert result.exit_code == 1
    db.session.refresh(row)
    assert row.check_code == "secret_unreadable"


def test_an_unknown_name_is_refused_and_the_known_ones_named(app: Flask) -> None:
    builders.gateway("probe")
    result = run(app, "check-gateway", "nix")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Ein Gateway »nix« gibt es nicht; es gibt: probe.\n"
    assert db.session.query(Gateway).count() == 1
