"""The settings file: a parsed TOML document -> checked values, or an error that names its key.

The file's format is described in docs/settings-file.md. Nothing here opens files or asks the network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from kehr.rules.forms.settings_reader import SettingsError, Table
from kehr.rules.forms.settings_values import (
    MASTER_FIELDS,
    CompanySettings,
    GatewaySettings,
    Known,
    KnownGateway,
    SettingsFile,
)
from kehr.rules.settings.settings_branches import read_branch
from kehr.rules.settings.settings_deadlines import read_deadline
from kehr.rules.settings.settings_gateways import read_gateway
from kehr.rules.settings.settings_import import read_import
from kehr.rules.settings.settings_messages import read_calendar, read_rule
from kehr.rules.settings.settings_office import read_company, read_network, read_user

SECTIONS = (
    "company",
    "network",
    "gateways",
    "branches",
    "calendars",
    "rules",
    "users",
    "import",
    "deadlines",
)

Item = TypeVar("Item")


def read_settings_file(data: Mapping[str, object], known: Known) -> SettingsFile:
    """Checks a whole file. `known` is what the office has already. Raises SettingsError.

    What the file itself defines may be referred to as well, wherever it stands in the file.
    """
    table = Table(dict(data), "", SECTIONS)
    network = read_network(data["network"]) if "network" in data else None
    if network and network.public_url is not None:
        known = replace(known, public_url=network.public_url)
    company = read_company(data["company"], known) if "company" in data else None
    known = replace(known, missing=_still_missing(known.missing, company))
    gateways = _named(table, "gateways", "name", lambda item, path: read_gateway(item, path, known))
    known = replace(known, gateways=_all_gateways(known, gateways))
    branches = _named(table, "branches", "name", lambda item, path: read_branch(item, path, known))
    branch_names = known.branches | {branch.name for branch in branches}
    known = replace(known, branches=branch_names)
    calendars = _named(table, "calendars", "name", lambda item, path: read_calendar(item, path, known))
    known = replace(
        known,
        calendars={
            **known.calendars,
            **{one.name: one.kind or known.calendars.get(one.name, "ics") for one in calendars},
        },
    )
    rules = [read_rule(item, path, known) for path, item in table.items("rules") or []]
    users = _named(table, "users", "login", read_user)
    imports = read_import(data["import"], known) if "import" in data else None
    deadlines = _named(table, "deadlines", "land", read_deadline)
    lists = (tuple(gateways), tuple(branches), tuple(calendars), tuple(rules), tuple(users))
    return SettingsFile(company, network, *lists, imports, tuple(deadlines))


def _still_missing(missing: frozenset[str], company: CompanySettings | None) -> frozenset[str]:
    """Which master data are empty when the file has been applied."""
    found = set(missing)
    for name in MASTER_FIELDS if company is not None else ():
        value = getattr(company, name)
        if value is not None:
            found = found - {name} if value.strip() else found | {name}
    return frozenset(found)


def _named(table: Table, section: str, key: str, read: Callable[[object, str], Item]) -> list[Item]:
    found: dict[str, Item] = {}
    for path, item in table.items(section) or []:
        value = read(item, path)
        name = getattr(value, key)
        if name in found:
            raise SettingsError(f"{path}.{key}", f"»{name}« kommt schon weiter oben vor.")
        found[name] = value
    return list(found.values())


def _all_gateways(known: Known, gateways: Iterable[GatewaySettings]) -> dict[str, KnownGateway]:
    """What there is, with what the file says about it on top."""
    found = dict(known.gateways)
    for gateway in gateways:
        old = found.get(gateway.name, KnownGateway(""))
        senders = old.senders if gateway.senders is None else tuple(s.address for s in gateway.senders)
        found[gateway.name] = KnownGateway(
            gateway.kind or old.kind, senders, gateway.base_url or old.base_url
        )
    return found
