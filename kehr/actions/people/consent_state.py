"""What the ledger says of numbers and e-mail addresses now, and its whole story of one of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from kehr.models import Address, Consent, db
from kehr.rules.terms.office_days import office_day

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class ConsentState:
    """What holds for one address: `ticked` by a person or an import, and the row that says so.

    `newest` is None where nobody has ever said anything. A number that merely stands in a calendar has
    a row and is not ticked.
    """

    ticked: bool = False
    newest: Consent | None = None

    @property
    def withdrawn(self) -> bool:
        """Whether the last word was no."""
        return self.newest is not None and not self.newest.granted

    def withdrawn_on(self, zone: ZoneInfo) -> date | None:
        """The day of the last word, when it was no."""
        if self.newest is None or self.newest.granted:
            return None
        return self.newest.given_on or office_day(self.newest.at, zone)


def consent_states(values: Collection[str], purpose: str = "appointment") -> dict[str, ConsentState]:
    """The state of each of these addresses (E.164, or e-mail in small letters) for one purpose."""
    wanted = sorted({value for value in values if value})
    states = dict.fromkeys(wanted, ConsentState())
    for start in range(0, len(wanted), _CHUNK):
        newest = (
            select(func.max(Consent.id))
            .where(Consent.address.in_(wanted[start : start + _CHUNK]), Consent.purpose == purpose)
            .group_by(Consent.address)
        )
        for row in db.session.scalars(select(Consent).where(Consent.id.in_(newest))):
            states[row.address] = ConsentState(row.granted and row.source != "calendar", row)
    return states


def consent_history(value: str) -> list[Consent]:
    """Every row about one address, the newest first."""
    return list(
        db.session.scalars(select(Consent).where(Consent.address == value).order_by(Consent.id.desc()))
    )


def find_address(address_id: int) -> Address | None:
    """A number or e-mail address of a person (not a fax, which is never told anything)."""
    address: Address | None = db.session.get(Address, address_id)
    return address if address is not None and address.kind != "fax" else None
