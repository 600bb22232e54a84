"""What the form of a gateway posts."""

from __future__ import annotations

from kehr.models import Gateway, db

LINK = {"name": "link", "kind": "linkmobility", "token": "geheim-1", "max_per_minute": "60"}
MAIL = {
    "name": "mail",
    "kind": "smtp",
    "host": "mail.example.at",
    "port": "",
    "security": "tls",
    "user": "office",
    "password": "geheim-2",
    "max_per_minute": "0",
}


def senders(*addresses: str, **first: str) -> dict[str, str]:
    """The rows of senders as a form posts them; `first` are more fields of the first row."""
    rows = {f"senders-{n}-address": address for n, address in enumerate(addresses)}
    return rows | {f"senders-0-{name}": value for name, value in first.items()}


def only() -> Gateway:
    """The one gateway there is."""
    return db.session.scalars(db.select(Gateway)).one()
