"""A branch's settings through the file and back, and what becomes of it when it is taken out (B08, B12)."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from kehr.actions.change_branch import archive_branch, save_branch
from kehr.actions.configure import configure
from kehr.actions.export_settings import export_settings
from kehr.actions.plan_messages import plan_messages
from kehr.models import Branch, Calendar, Company, Gateway, Message, db
from kehr.rules.settings_values import BranchSettings, GatewaySettings
from tests import builders
from tests.actions.desk import at
from tests.conftest import NOON


@pytest.fixture
def office(app: Flask) -> None:
    builders.company(monthly_quota=500)
    builders.gateway("link", kind="linkmobility")


def settings() -> dict[str, object]:
    return tomllib.loads(export_settings(with_secrets=True))


def test_cost_centre_quota_and_own_account_come_back_from_the_file(office: None, tmp_path: Path) -> None:
    own = GatewaySettings("Linz", "seven", secret="s", branch_only=True)  # B09, B12, A24
    save_branch(None, BranchSettings("Linz", cost_center="4711", monthly_quota=200), own, NOON)
    file = settings()
    assert file["company"]["monthly_quota"] == 500
    assert file["branches"][0]["cost_center"] == "4711" and file["branches"][0]["monthly_quota"] == 200
    assert file["gateways"][1]["branch_only"] is True
    assert configure(file, tmp_path, NOON) == ["nichts geändert"]
    file["company"]["monthly_quota"] = file["branches"][0]["monthly_quota"] = 0
    assert configure(file, tmp_path, NOON) == [
        "Firma: monthly_quota geändert",
        "Filiale »Linz«: monthly_quota geändert",
    ]
    assert db.session.get_one(Company, 1).monthly_quota is None
    assert db.session.scalars(db.select(Branch)).one().monthly_quota is None
    assert db.session.get_one(Gateway, 2).options["branch_only"] == "yes"


def test_what_was_taken_out_is_not_in_the_file_and_naming_it_brings_it_back(
    office: None, tmp_path: Path
) -> None:
    branch_id = save_branch(None, BranchSettings("Linz"), None, NOON)
    assert archive_branch(branch_id, NOON) is True
    assert archive_branch(branch_id, NOON) is False
    assert "branches" not in settings()
    assert configure({"branches": [{"name": "Linz"}]}, tmp_path, NOON) == [
        "Filiale »Linz«: archived_at geändert"
    ]
    assert db.session.get_one(Branch, branch_id).archived_at is None


def test_a_calendar_cannot_be_given_to_a_branch_that_is_out(office: None, tmp_path: Path) -> None:
    builders.branch("Linz", archived_at=NOON)
    calendar = {"name": "Plan", "url": "https://x.example.at/a.ics", "branch": "Linz"}
    with pytest.raises(ValueError, match="Eine Filiale »Linz« gibt es nicht"):
        configure({"calendars": [calendar]}, tmp_path, NOON)


def test_messages_of_a_branch_that_is_taken_out_go_on_by_the_firm_s_rules(office: None) -> None:  # B11
    branch_id = save_branch(None, BranchSettings("Linz"), None, NOON)
    calendar = builders.calendar(branch_id=branch_id)
    builders.rule(days=1)
    builders.rule(days=2, branch_id=branch_id)
    builders.appointment(calendar, at("13.03. 09:00"))
    plan_messages(NOON)
    assert [m.due_at for m in db.session.scalars(db.select(Message))] == [at("11.03. 17:00")]
    archive_branch(branch_id, NOON)
    db.session.expire_all()
    query = db.select(Message).order_by(Message.due_at)
    assert [(m.state, m.due_at) for m in db.session.scalars(query)] == [
        ("withdrawn", at("11.03. 17:00")),
        ("planned", at("12.03. 17:00")),
    ]
    assert db.session.get_one(Calendar, 1).branch_id is None
    assert NOON - timedelta(days=30) == db.session.get_one(Calendar, 1).live_since
