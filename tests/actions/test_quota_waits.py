"""What waits for a quota or a counter: it says so, leaves only while true, and is counted once."""

from __future__ import annotations

from flask import Flask

from kehr.actions.change_branch import save_branch
from kehr.actions.meters import branch_meter
from kehr.models import Branch, Calendar, db
from kehr.rules.quota import month_of
from kehr.rules.settings_values import BranchSettings
from tests import builders
from tests.actions.outbox import Outbox
from tests.fakes.link_server import LinkServer
from tests.rules.plan_build import VIENNA


def used_by(branch_id: int, outbox: Outbox) -> int:
    db.session.rollback()
    row = db.session.get_one(Branch, branch_id)
    return branch_meter(db.session(), row, month_of(outbox.now, VIENNA), VIENNA).used


def test_a_branch_that_is_renamed_keeps_what_it_has_used(app: Flask, link: LinkServer) -> None:  # A24, B12
    outbox = Outbox.opened(link)
    builders.branch("Linz", sender="", monthly_quota=2)
    outbox.change(Calendar, 1, branch_id=1)
    outbox.due(4)
    assert outbox.send().accepted == 2
    save_branch(1, BranchSettings("Linz Nord", monthly_quota=2), None, outbox.now)
    assert used_by(1, outbox) == 2
    assert outbox.send(minutes=1).accepted == 0
    outbox.now = outbox.now.replace(minute=30)
    new = save_branch(None, BranchSettings("Linz", monthly_quota=9), None, outbox.now)
    assert (used_by(1, outbox), used_by(new, outbox)) == (2, 0)
    outbox.change(Branch, 1, monthly_quota=3)
    assert outbox.send(minutes=1).accepted == 1
    assert used_by(1, outbox) == 3
