"""Filialen: which there are, through which account and under which sender they write, what they may use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kehr import clock
from kehr.actions.facts.hears_replies import deaf_reason
from kehr.actions.facts.office_facts import gateway_for
from kehr.actions.hear.check_gateway import check_gateway
from kehr.actions.money.meters import Meter, branch_meter
from kehr.actions.setup.change_branch import archive_branch, restore_branch, save_branch, what_leaves
from kehr.models import Branch, Company, Gateway, MessageRule, db
from kehr.rules.forms.settings_reader import SettingsError
from kehr.rules.plan.quota import Level, level, month_of
from kehr.rules.terms.messages import Channel
from kehr.web import money_words, sentences
from kehr.web.access import needs
from kehr.web.branch_form import OWN, BranchForm, branch_form, check_branch, usual_sms_gateway
from kehr.web.company import LANDS
from kehr.web.filters import office_zone
from kehr.web.gateway_form import german_day
from kehr.web.settings_form import refuse_field

screen = Blueprint("branches", __name__)
money_words.register(screen)


@dataclass(frozen=True, slots=True)
class Shown:
    """A branch as the list shows it. `sender` is what its SMS really carry; `registered` counts for names.

    `dropped`: the gateway has released senders, but no longer this one (B10).
    """

    row: Branch
    sms: Gateway | None
    email: Gateway | None
    sender: str
    dropped: bool
    is_name: bool
    registered: str
    registered_on: str
    answerable: bool
    rules: int
    quota: Meter | None
    tone: str


@screen.get("/filialen")
@needs("reader")
def page() -> str:
    """All branches, and those that were taken out."""
    rows = db.session.scalars(db.select(Branch).order_by(Branch.id)).all()
    return render_template(
        "branches/page.html",
        branches=_shown([row for row in rows if row.archived_at is None]),
        gone=[row for row in rows if row.archived_at is not None],
        lands=LANDS,
        german_day=german_day,
    )


@screen.route("/filialen/neu", methods=["GET", "POST"])
@needs("admin")
def new() -> Response | str | tuple[str, int]:
    """Adds a branch (B08)."""
    return _answer(None)


@screen.route("/filialen/<int:branch_id>", methods=["GET", "POST"])
@needs("admin")
def one(branch_id: int) -> Response | str | tuple[str, int]:
    """Changes a branch."""
    return _answer(_row(branch_id))


@screen.route("/filialen/<int:branch_id>/stilllegen", methods=["GET", "POST"])
@needs("admin")
def archive(branch_id: int) -> Response | str:
    """Says what changes, and takes a branch out on one more click."""
    row = _row(branch_id)
    if request.method == "GET":
        return render_template("branches/archive.html", branch=row, leaving=what_leaves(row))
    if archive_branch(branch_id, clock.now()):
        flash(_("Die Filiale ist stillgelegt. Was sie gesendet hat, bleibt im Protokoll."), "success")
    return redirect(url_for("branches.page"))


@screen.post("/filialen/<int:branch_id>/wieder")
@needs("admin")
def restore(branch_id: int) -> Response:
    """Offers a branch again."""
    row = db.get_or_404(Branch, branch_id)
    if row.archived_at is not None:
        try:
            restore_branch(branch_id)
        except SettingsError as error:
            flash(error.sentence, "error")
            return redirect(url_for("branches.page"))
        flash(_("Die Filiale ist wieder da. Geben Sie ihr unter Kalender ihre Kalender."), "success")
    return redirect(url_for("branches.page"))


def _row(branch_id: int) -> Branch:
    row = db.get_or_404(Branch, branch_id)
    if row.archived_at is not None:
        abort(404)
    return row


def _answer(row: Branch | None) -> Response | str | tuple[str, int]:
    if request.method == "GET":
        return _form_page(branch_form(row), row)
    form = branch_form(row, typed=True)
    found = check_branch(form)
    if found is None:
        return _form_page(form, row), 422
    try:
        saved = save_branch(row.id if row else None, found.settings, found.own, clock.now())
    except SettingsError as error:
        refuse_field(form, error.key, error.sentence)
        return _form_page(form, row), 422
    if found.own is not None:
        _prove(db.session.get_one(Branch, saved))
    else:
        flash(_("Gespeichert."), "success")
    return redirect(url_for("branches.page"))


def _prove(branch: Branch) -> None:
    """Wrong credentials are told at once (A54)."""
    gateway_id = branch.sms_gateway_id
    if gateway_id is None:
        raise ValueError(f"branch {branch.id} has no account")
    result = check_gateway(gateway_id, clock.now())
    if result.account is not None:
        flash(
            _("Gespeichert. Der eigene Zugang ist in Ordnung: %(name)s.", name=result.account.name), "success"
        )
        return
    why = sentences.told(result.code, {"detail": result.detail})
    flash(_("Gespeichert, aber der eigene Zugang geht noch nicht: %(why)s", why=why), "warning")


def _form_page(form: BranchForm, row: Branch | None) -> str:
    return render_template("branches/edit.html", form=form, branch=row, own=OWN, usual=usual_sms_gateway())


def _shown(rows: list[Branch]) -> list[Shown]:
    company = db.session.get(Company, 1)
    if company is None:
        return []
    gateways = list(db.session.scalars(db.select(Gateway).order_by(Gateway.id)))
    counted = db.select(MessageRule.branch_id, db.func.count()).where(MessageRule.archived_at.is_(None))
    rules = {branch_id: number for branch_id, number in db.session.execute(counted.group_by("branch_id"))}
    return [_one(row, gateways, company, rules.get(row.id, 0)) for row in rows]


def _one(row: Branch, gateways: list[Gateway], company: Company, rules: int) -> Shown:
    sms = gateway_for(row, Channel.SMS, gateways)
    released: list[dict[str, Any]] = list(sms.senders) if sms is not None else []
    sender = row.sender or (str(released[0]["address"]) if released else "")
    entry = next((one for one in released if one["address"] == sender), {})
    quota = None
    if row.monthly_quota is not None:
        quota = branch_meter(db.session(), row, month_of(clock.now(), office_zone()), office_zone())
    tones = {Level.FREE: "", Level.WARNING: "amber", Level.FULL: "red"}
    return Shown(
        row=row,
        sms=sms,
        email=gateway_for(row, Channel.EMAIL, gateways),
        sender=sender,
        dropped=bool(released) and not entry,
        is_name=any(letter.isalpha() for letter in sender),
        registered=str(entry.get("registered") or "unknown"),
        registered_on=str(entry.get("registered_on") or ""),
        answerable=deaf_reason(row, sms, company) is None,
        rules=rules,
        quota=quota,
        tone=tones[level(quota.limit, quota.used)] if quota is not None else "",
    )
