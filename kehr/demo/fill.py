"""Fills an empty database by living three weeks through: polling, planning and sending at their times."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import select

from kehr import clock
from kehr.actions.facts.appointment_facts import load_appointments
from kehr.actions.facts.claims import this_process
from kehr.actions.facts.house_facts import look_around
from kehr.actions.facts.office_facts import load_office
from kehr.actions.feeds.poll_calendars import due_calendars, poll_calendar
from kehr.actions.plan.plan_messages import plan_messages
from kehr.actions.send.claim_message import Claim, claim, due_messages
from kehr.actions.send.record_outcome import Outcome, record_outcome
from kehr.actions.send.send_due import send_due
from kehr.demo.feeds import DAYS_BACK, ZONE, write_feeds
from kehr.demo.lists import bring_lists, leave_upload
from kehr.demo.master_data import write_master_data
from kehr.gateways.contract import Refused, Unclear
from kehr.models import Branch, Calendar, Company, Gateway, Message, MessageRule, db, writing
from kehr.rules.terms.messages import Channel

ROUNDS = (time(8, 5), time(12, 0), time(17, 2), time(19, 50))
ODD_OUTCOMES: dict[int, Outcome] = {
    1: Unclear("timeout"),
    2: Refused("link_4002"),
}
"""Days back from today on which one message did not simply go out."""
LISTS_BACK = 6
"""So many days back WinChim delivered its lists."""


def fill(base: str, folder: Path, today: date) -> None:
    """Sets the office up and lives through the last three weeks up to now; ends in trial mode.

    `base` is the address under which the calendars in `folder` are served.
    """
    first = datetime.combine(today - timedelta(days=DAYS_BACK), time(7), ZONE)
    _set_up(base, first)
    write_master_data(first)
    for back in range(DAYS_BACK, -1, -1):
        day = today - timedelta(days=back)
        write_feeds(folder, today, day)
        if back == LISTS_BACK:
            bring_lists(datetime.combine(day, time(6), ZONE), today)
        for clock_time in ROUNDS:
            moment = datetime.combine(day, clock_time, ZONE)
            if moment > clock.now():
                break
            _round(moment, ODD_OUTCOMES.get(back))
    leave_upload(clock.now())
    with writing() as session:
        session.get_one(Company, 1).trial = True


def _round(moment: datetime, odd: Outcome | None) -> None:
    for calendar_id in due_calendars(moment):
        poll_calendar(calendar_id, moment, due=True)
    plan_messages(moment)
    if odd is not None:
        _one_odd(moment, odd)
    send_due(lambda: moment)


def _one_odd(moment: datetime, outcome: Outcome) -> None:
    """Lets one message end otherwise, once."""
    with writing() as session:
        if session.scalars(select(Message.id).where(Message.reason == getattr(outcome, "code", ""))).first():
            return
        facts = load_office()
        around = look_around(load_appointments(moment), facts.accepted_names, moment)
        for message_id in due_messages(session, moment):
            claimed = claim(session, message_id, facts, around, set(), this_process(), moment)
            session.flush()
            if isinstance(claimed, Claim):
                record_outcome(session, message_id, claimed.gateway_id, outcome, moment)
                return


def _set_up(base: str, since: datetime) -> None:
    with writing() as session:
        company = session.get_one(Company, 1)
        company.name = "Rauchfangkehrer Probe"
        company.street, company.postcode, company.town = "Redtenbachergasse 3", "4400", "Steyr"
        company.phone, company.email, company.land = "+43 7252 12345", "office@example.at", "OÖ"
        company.own_numbers, company.own_emails = ["+436641112223"], ["office@example.at"]
        company.network_allow = ["127.0.0.1"]
        company.trial = False
        company.wizard_done_at = since
        gateway = session.scalars(select(Gateway).where(Gateway.kind == "sandbox")).one()
        branch = Branch(
            name="Steyr",
            sms_gateway_id=gateway.id,
            email_gateway_id=gateway.id,
            sender="+43720111222",
            created_at=since,
        )
        session.add(branch)
        session.flush()
        for name, path, color, consent in (
            ("Kehrplan Steyr", "kehrplan.ics", "#2f6f4f", "customer"),
            ("Hauptkehrung", "hauptkehrung.ics", "#7a4b9c", "calendar"),
            ("Google Büro", "privat.ics", "#b36b00", "customer"),
        ):
            session.add(_calendar(name, f"{base}/{path}", color, consent, branch.id, since))
        for rule in session.scalars(select(MessageRule)):
            if rule.kind in {"announcement", "confirmation", "reminder", "moved", "cancelled"}:
                rule.active, rule.active_since = True, since
                rule.channel = Channel.SMS if rule.kind != "announcement" else "both"
                rule.days = {"announcement": 14, "reminder": 2}.get(rule.kind, rule.days)
    db.session.remove()


def _calendar(name: str, url: str, color: str, consent: str, branch_id: int, since: datetime) -> Calendar:
    return Calendar(
        name=name,
        url=url,
        color=color,
        branch_id=branch_id,
        consent=consent,
        fallback_name="Kundin/Kunde",
        fallback_location="bei Ihnen",
        poll_minutes=180,
        created_at=since,
    )
