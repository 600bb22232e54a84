"""Loads what planning and sending need to know about the office, once a round."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import func, select

from kehr.actions.facts.brake_days import load_full_days
from kehr.actions.facts.chunks import chunks
from kehr.actions.facts.hears_replies import deaf_reason, load_agreed, load_replied
from kehr.gateways.registry import channels_of
from kehr.models import Branch, Calendar, Company, Consent, Gateway, MessageRule, SharedNumber, db
from kehr.models.calendars import OWN_TESTS
from kehr.models.offices import WEEKDAYS
from kehr.rules.plan.plan_values import Office, PlanRule, Reason
from kehr.rules.plan.recipients import Permission
from kehr.rules.terms.messages import SENT_BY_GATEWAY, Channel, Kind
from kehr.rules.terms.nearest import GatewayChoice, Scoped, applying, choose_gateway
from kehr.rules.terms.timing import SendWindow
from kehr.rules.texts.calendar_link import stand_in
from kehr.rules.texts.text import asked

CHANNELS = {
    "sms": frozenset({Channel.SMS}),
    "email": frozenset({Channel.EMAIL}),
    "both": frozenset({Channel.SMS, Channel.EMAIL}),
}


@dataclass(frozen=True, slots=True)
class BranchFacts:
    """Through what a branch (id None: the firm without one) sends: `gateways` by channel.

    `deaf` is why nobody hears an answer to its SMS, None when somebody does.
    """

    id: int | None
    name: str
    gateways: Mapping[Channel, int]
    sender: str
    cost_center: str = ""
    deaf: Reason | None = None


@dataclass(frozen=True, slots=True)
class CalendarFacts:
    """A calendar as planning and sending see it.

    `link_stand_in` is what stands in a text until its calendar link is made; empty when there are none.
    `tests` marks those of the firm's own tests: only their own rules apply, and nobody need release them.
    """

    id: int
    name: str
    branch: BranchFacts
    active: bool
    live_since: datetime | None
    consent: str
    fallback_name: str
    fallback_location: str
    rules: tuple[PlanRule, ...]
    channels: frozenset[Channel]
    link_stand_in: str = ""
    tests: bool = False
    new_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class OfficeFacts:
    """Everything about the office that a round of planning or a claim needs.

    `agreed` are the addresses that may be asked for feedback; `replied` is when one last answered.
    """

    office: Office
    company: Company
    branches: dict[int | None, BranchFacts]
    calendars: dict[int, CalendarFacts]
    permissions: dict[str, Permission]
    accepted_names: dict[str, str]
    rules: dict[int, MessageRule]
    gateways: dict[int, Gateway]
    agreed: frozenset[str] = frozenset()
    replied: Mapping[str, datetime] = field(default_factory=dict)

    def office_for(self, calendar: CalendarFacts) -> Office:
        """The office's rules for the messages of a calendar: a test never waits for a release."""
        return replace(self.office, release="never") if calendar.tests else self.office


def office_of(company: Company) -> Office:
    """The company row as rules want it."""
    days = frozenset(WEEKDAYS.index(day) for day in company.window_days)
    return Office(
        zone=company.zoneinfo,
        window=SendWindow(company.window_from, company.window_to, days, company.window_holidays),
        settle=timedelta(minutes=company.settle_minutes),
        release=company.release,
    )


def load_office(addresses: Collection[str] | None = None) -> OfficeFacts:
    """Reads the office, and of what people said of addresses all, or only that of those asked for.

    Raises NoOffice when nothing has been set up yet.
    """
    company = db.session.get(Company, 1)
    if company is None:
        raise NoOffice
    rules = list(db.session.scalars(select(MessageRule).where(MessageRule.archived_at.is_(None))))
    gateways = list(db.session.scalars(select(Gateway).order_by(Gateway.id)))
    link = stand_in(company.public_url, company.missing_fields)
    branches: dict[int | None, BranchFacts] = {None: _branch_facts(None, gateways, company)}
    for branch in db.session.scalars(select(Branch).where(Branch.archived_at.is_(None))):
        branches[branch.id] = _branch_facts(branch, gateways, company)
    return OfficeFacts(
        office=replace(office_of(company), full_days=load_full_days()),
        company=company,
        branches=branches,
        calendars={
            calendar.id: _calendar_facts(calendar, branches[calendar.branch_id], rules, link)
            for calendar in db.session.scalars(select(Calendar))
        },
        permissions=load_permissions(addresses),
        accepted_names=load_accepted_names(addresses),
        rules={rule.id: rule for rule in rules},
        gateways={gateway.id: gateway for gateway in gateways},
        agreed=load_agreed(addresses),
        replied=load_replied(addresses),
    )


def with_rules(facts: OfficeFacts, rules: Collection[MessageRule]) -> OfficeFacts:
    """The same office as it would be if exactly these were its rules."""
    link, there = stand_in(facts.company.public_url, facts.company.missing_fields), list(rules)
    calendars = {
        calendar.id: _calendar_facts(calendar, facts.branches[calendar.branch_id], there, link)
        for calendar in db.session.scalars(select(Calendar))
    }
    return replace(facts, calendars=calendars, rules={rule.id: rule for rule in there})


def as_of_now(facts: OfficeFacts, addresses: Collection[str]) -> OfficeFacts:
    """The same facts with what these addresses have said up to now, read in the caller's transaction."""
    return replace(
        facts,
        permissions=load_permissions(addresses),
        agreed=load_agreed(addresses),
        replied=load_replied(addresses),
    )


_AT_ONCE = 5000
"""A list of the manual window may hold more addresses than a statement takes."""
_PERMISSIONS = {(granted, by): Permission(granted, by) for granted in (True, False) for by in (True, False)}
"""The four there are: an office has tens of thousands of rows."""


class NoOffice(LookupError):
    """The company row does not exist: the first-run wizard or `configure` makes it."""


def _branch_facts(branch: Branch | None, gateways: list[Gateway], company: Company) -> BranchFacts:
    return BranchFacts(
        id=branch.id if branch else None,
        name=branch.name if branch else "",
        gateways={
            channel: gateway.id
            for channel in SENT_BY_GATEWAY
            if (gateway := gateway_for(branch, channel, gateways)) is not None
        },
        sender=branch.sender if branch else "",
        cost_center=branch.cost_center if branch else "",
        deaf=deaf_reason(branch, gateway_for(branch, Channel.SMS, gateways), company),
    )


def _calendar_facts(
    calendar: Calendar, branch: BranchFacts, rules: list[MessageRule], link: str
) -> CalendarFacts:
    scoped = [Scoped(rule.id, Kind(rule.kind), rule.branch_id, rule.calendar_id) for rule in rules]
    ids = set(applying(scoped, calendar.id, calendar.branch_id))
    tests = calendar.kind in OWN_TESTS
    if tests:
        ids = {rule.id for rule in rules if rule.calendar_id == calendar.id}
    active = tuple(
        _plan_rule(rule, rule.active_since)
        for rule in rules
        if rule.id in ids and rule.active and rule.active_since
    )
    return CalendarFacts(
        id=calendar.id,
        name=calendar.name,
        branch=branch,
        active=calendar.active or tests,
        tests=tests,
        live_since=calendar.live_since,
        consent=calendar.consent,
        fallback_name=calendar.fallback_name,
        fallback_location=calendar.fallback_location,
        rules=active,
        channels=frozenset().union(*(rule.channels for rule in active)),
        link_stand_in=link,
        new_since=calendar.new_since,
    )


def _plan_rule(rule: MessageRule, active_since: datetime) -> PlanRule:
    return PlanRule(
        id=rule.id,
        kind=Kind(rule.kind),
        channels=CHANNELS[rule.channel],
        days=rule.days,
        at=rule.at,
        active_since=active_since,
        second_channel=rule.second_channel,
        text_new_since=rule.text_new_since,
        placeholders=asked(rule.text) | (asked(rule.subject) if rule.subject.strip() else frozenset()),
    )


def gateway_for(branch: Branch | None, channel: Channel, gateways: list[Gateway]) -> Gateway | None:
    """The gateway through which a branch's messages of a channel leave."""
    choices = [
        GatewayChoice(
            g.id,
            g.kind,
            frozenset(Channel(c) for c in channels_of(g.kind)),
            own=bool(g.options.get("branch_only")),
        )
        for g in gateways
    ]
    wished = None
    if branch is not None:
        wished = branch.sms_gateway_id if channel == Channel.SMS else branch.email_gateway_id
    chosen = choose_gateway(choices, wished, channel)
    return next((g for g in gateways if g.id == chosen), None)


def load_permissions(addresses: Collection[str] | None = None) -> dict[str, Permission]:
    """What the newest row about appointments says of each address (or of those asked for)."""
    query = select(Consent.address, Consent.granted, Consent.source).where(Consent.purpose == "appointment")
    if addresses is None:
        newest = select(func.max(Consent.id)).where(Consent.purpose == "appointment")
        asked = [query.where(Consent.id.in_(newest.group_by(Consent.address)))]
    else:
        parts = chunks(list(addresses), _AT_ONCE)
        asked = [query.where(Consent.address.in_(part)).order_by(Consent.id) for part in parts]
    return {
        address: _PERMISSIONS[granted, source != "calendar"]
        for one in asked
        for address, granted, source in db.session.execute(one)
    }


def load_accepted_names(addresses: Collection[str] | None = None) -> dict[str, str]:
    """By number, the names that a person has said share it (or of the numbers asked for)."""
    query = select(SharedNumber.address, SharedNumber.names).order_by(SharedNumber.id)
    if addresses is not None:
        if not addresses:
            return {}
        query = query.where(SharedNumber.address.in_(addresses))
    return {address: names for address, names in db.session.execute(query)}
