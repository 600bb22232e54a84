"""A branch's settings through the file and back, and what becomes of it when it is taken out (B08, B12)."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from kehr.actions.plan.plan_messages import plan_messages
from kehr.actions.setup.change_branch import archive_branch, restore_branch, save_branch
from kehr.actions.setup.change_gateway import save_gateway
from kehr.actions.setup.configure import configure
from kehr.actions.setup.export_settings import export_settings
from kehr.models import Branch, Calendar, Company, Gateway, Message, db
from kehr.rules.forms.settings_reader import SettingsError
from kehr.rules.forms.settings_values import BranchSettings, GatewaySettings
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


@pytest.fixture
def three_accounts(office: None) -> None:
    """The firm's account, another with the firm's token that nobody uses, and one of its own."""
    for name, token in (("kopie", "token-der-firma"), ("eigen", "token-linz")):
        builders.gateway(name, kind="linkmobility").secret = token
    db.session.get_one(Gateway, 1).secret = "token-der-firma"
    db.session.commit()


# B09
def test_a_branch_cannot_choose_an_account_that_holds_the_firm_s_token(three_accounts: None) -> None:
    with pytest.raises(SettingsError) as refused:
        save_branch(None, BranchSettings("Linz", sms_gateway="kopie"), None, NOON)
    assert refused.value.key == "sms_gateway" and "Filiale »Linz«" in refused.value.sentence
    db.session.rollback()
    assert db.session.scalars(db.select(Branch.id)).all() == []
    save_branch(None, BranchSettings("Linz", sms_gateway="eigen"), None, NOON)


# B09
def test_the_settings_file_cannot_give_a_branch_an_account_with_the_firm_s_token(
    three_accounts: None, tmp_path: Path
) -> None:
    file = {"branches": [{"name": "Wels"}, {"name": "Linz", "sms_gateway": "kopie"}]}
    with pytest.raises(SettingsError) as refused:
        configure(file, tmp_path, NOON)
    assert refused.value.key == "branches[1].sms_gateway"
    db.session.rollback()
    assert db.session.scalars(db.select(Branch.id)).all() == []


# B09
def test_no_account_can_take_a_branch_s_token_afterwards(three_accounts: None, tmp_path: Path) -> None:
    save_branch(None, BranchSettings("Linz", sms_gateway="eigen"), None, NOON)
    with pytest.raises(SettingsError):
        save_gateway(1, GatewaySettings("link", secret="token-linz"), NOON)
    db.session.rollback()
    with pytest.raises(SettingsError) as refused:
        configure({"gateways": [{"name": "link", "token": "token-linz"}]}, tmp_path, NOON)
    assert refused.value.key == "gateways[0].token"
    db.session.rollback()
    assert db.session.get_one(Gateway, 1).secret == "token-der-firma"


# B09
def test_a_third_account_with_the_same_token_is_found_as_well(three_accounts: None) -> None:
    save_branch(None, BranchSettings("Linz", sms_gateway="eigen"), None, NOON)
    builders.gateway("vierte", kind="linkmobility").secret = "token-vier"
    db.session.commit()
    save_branch(None, BranchSettings("Wels", sms_gateway="vierte"), None, NOON)
    with pytest.raises(SettingsError) as refused:
        save_gateway(4, GatewaySettings("vierte", secret="token-der-firma"), NOON)
    assert "Filiale »Wels«" in refused.value.sentence


# B09
@pytest.mark.parametrize(
    ("user", "token", "refused"),
    [
        ("", "token-der-firma", True),
        ("", "token-wels", False),
        ("linz", "token-der-firma", False),
    ],
)
def test_a_described_account_of_a_branch_does_not_hold_the_firm_s_token_either(
    three_accounts: None, user: str, token: str, refused: bool
) -> None:
    described = builders.gateway("beschrieben", kind="http_template", options={"user": user})
    described.secret = token
    db.session.commit()
    branch = BranchSettings("Linz", sms_gateway="beschrieben")
    if refused:
        with pytest.raises(SettingsError, match="»link«"):
            save_branch(None, branch, None, NOON)
    else:
        save_branch(None, branch, None, NOON)


# B09
def test_two_described_accounts_with_one_login_are_one_account(three_accounts: None) -> None:
    for name in ("beschrieben", "nochmals"):
        builders.gateway(name, kind="http_template", options={"user": "firma"}).secret = "kennwort"
    db.session.commit()
    with pytest.raises(SettingsError, match="»beschrieben«"):
        save_branch(None, BranchSettings("Linz", sms_gateway="nochmals"), None, NOON)


# B09
def test_a_branch_does_not_come_back_to_a_token_that_was_given_away(
    three_accounts: None, tmp_path: Path
) -> None:
    branch_id = save_branch(None, BranchSettings("Linz", sms_gateway="eigen"), None, NOON)
    archive_branch(branch_id, NOON)
    save_gateway(1, GatewaySettings("link", secret="token-linz"), NOON)
    with pytest.raises(SettingsError):
        restore_branch(branch_id)
    db.session.rollback()
    with pytest.raises(SettingsError):
        configure({"branches": [{"name": "Linz"}]}, tmp_path, NOON)
    db.session.rollback()
    assert db.session.get_one(Branch, branch_id).archived_at == NOON
    save_gateway(1, GatewaySettings("link", secret="token-neu"), NOON)
    restore_branch(branch_id)
    assert db.session.get_one(Branch, branch_id).archived_at is None
