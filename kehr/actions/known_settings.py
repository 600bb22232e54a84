"""What a settings file or a form may refer to: the names of gateways, branches and calendars."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from kehr.models import Branch, Calendar, Company, Gateway
from kehr.rules.settings_values import Known, KnownGateway


def known_settings(session: Any) -> Known:
    """Reads the names that exist."""
    company = session.get(Company, 1)
    gateways = session.scalars(select(Gateway).order_by(Gateway.id))
    return Known(
        gateways={
            row.name: KnownGateway(row.kind, tuple(sender["address"] for sender in row.senders), row.base_url)
            for row in gateways
        },
        branches=frozenset(session.scalars(select(Branch.name))),
        calendars=frozenset(session.scalars(select(Calendar.name))),
        public_url=company.public_url if company else "",
        window=(company.window_from, company.window_to) if company else (None, None),
    )
