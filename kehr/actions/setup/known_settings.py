"""What a settings file or a form may refer to: the names of what there is."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from kehr.models import Branch, Calendar, Company, DropFolder, Gateway, ImportProfile
from kehr.rules.forms.settings_values import Known, KnownFtp, KnownGateway


def known_settings(session: Any) -> Known:
    """Reads the names that exist."""
    company = session.get(Company, 1)
    gateways = session.scalars(select(Gateway).order_by(Gateway.id))
    return Known(
        gateways={
            row.name: KnownGateway(
                row.kind,
                tuple(sender["address"] for sender in row.senders),
                row.base_url,
                {name: str(value) for name, value in row.options.items()},
            )
            for row in gateways
        },
        branches=frozenset(session.scalars(select(Branch.name).where(Branch.archived_at.is_(None)))),
        calendars={name: kind for name, kind in session.execute(select(Calendar.name, Calendar.kind))},
        public_url=company.public_url if company else "",
        missing=frozenset(company.missing_fields if company else Company.MASTER_FIELDS),
        window=(company.window_from, company.window_to) if company else (None, None),
        profiles={row.name: row.kind for row in session.scalars(select(ImportProfile))},
        ftp=_ftp(session.get(DropFolder, 1)),
    )


def _ftp(row: DropFolder | None) -> KnownFtp:
    return KnownFtp(row.ftp_active, row.ftp_user, bool(row.ftp_secret_box)) if row is not None else KnownFtp()
