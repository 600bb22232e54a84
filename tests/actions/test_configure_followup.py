"""A settings file that switches the follow-up on where nobody hears an answer changes nothing."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from kehr.actions.setup.configure import configure
from kehr.models import Branch, MessageRule, db
from kehr.rules.forms.settings_reader import SettingsError
from tests.conftest import NOON

OFFICE = """
[company]
name = "Probe"
[network]
public_url = "{url}"
[[gateways]]
name = "link"
kind = "linkmobility"
token = "geheim"
senders = [{{ address = "{sender}", type = "{type}" }}]
[[branches]]
name = "Steyr"
sms_gateway = "link"
sender = "{sender}"
[[rules]]
kind = "feedback"
text = "Zufrieden?"
[[rules]]
kind = "followup"
branch = "{branch}"
active = {active}
text = "Zufrieden?"
"""
NAME = {"sender": "KEHRER", "type": "alphanumeric", "url": "https://k.example.at"}
NUMBER = {"sender": "+43720111222", "type": "international", "url": "https://k.example.at"}


def apply(folder: Path, **values: str) -> list[str]:
    text = OFFICE.format(**{"branch": "", "active": "true"} | values)
    return configure(tomllib.loads(text), folder, NOON)


# B40, C30
@pytest.mark.parametrize(
    ("values", "words"),
    [
        (NAME, "Auf den Absender »KEHRER« kann niemand antworten"),
        (NAME | {"branch": "Steyr"}, "(Filiale »Steyr«)"),
        (NUMBER | {"url": ""}, "bringt hier keine Antworten herein"),
    ],
)
def test_it_is_refused_at_its_key_and_nothing_changes(
    app: Flask, tmp_path: Path, values: dict[str, str], words: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        apply(tmp_path, **values)
    assert refused.value.key == "rules[1].active"
    assert words in refused.value.sentence and refused.value.sentence.endswith(".")
    assert db.session.scalars(select(Branch)).all() == []


# B40
@pytest.mark.parametrize("values", [NUMBER, NUMBER | {"branch": "Steyr"}, NAME | {"active": "false"}])
def test_what_can_be_answered_or_is_off_is_taken(app: Flask, tmp_path: Path, values: dict[str, str]) -> None:
    apply(tmp_path, **values)
    rule = db.session.scalars(select(MessageRule).where(MessageRule.kind == "followup")).all()[-1]
    assert rule.active is (values.get("active") != "false")


# C24, B39
def test_questions_are_off_until_somebody_switches_them_on(app: Flask, tmp_path: Path) -> None:
    apply(tmp_path, **NUMBER, active="false")
    rules = db.session.scalars(select(MessageRule).where(MessageRule.kind.in_(("feedback", "followup"))))
    assert {(rule.kind, rule.active) for rule in rules} == {("feedback", False), ("followup", False)}
