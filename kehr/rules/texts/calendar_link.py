"""The link under which an appointment comes into a calendar: how long it is, and when there can be none."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from kehr.rules.terms.placeholders import composed, marks

LONGEST = 42
"""Characters of a whole link, scheme included (B33)."""
SHORTEST_TOKEN = 10
"""Base58 characters, about 58 bits: with fewer a stranger could hope to guess one."""
LONGEST_TOKEN = 16
"""About 93 bits; more would only make the SMS longer."""
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
"""Base58: no 0 and O, no I and l, because some people type links."""
FOLDER = "/t/"
KEPT = timedelta(days=1)
"""So long after the appointment's end its link still opens."""

NO_ADDRESS = "no_address"
NO_MASTER_DATA = "no_master_data"
NO_ROOM = "no_room"
AFTERWARDS = "afterwards"
REFUSALS = {
    NO_ADDRESS: "Ein Kalenderlink geht erst, wenn unter Firma die öffentliche Adresse eingetragen ist "
    "(network.public_url). Bis dahin liegt der Termin jeder E-Mail als Datei bei.",
    NO_MASTER_DATA: "Ein Kalenderlink geht erst, wenn die Stammdaten der Firma vollständig sind: Name, "
    "Adresse, Telefon und E-Mail stehen im Kalendereintrag.",
    NO_ROOM: "Die öffentliche Adresse ist für einen Kalenderlink zu lang: Er darf höchstens 42 Zeichen "
    "haben, die Adresse selbst also höchstens 29.",
    AFTERWARDS: "Diese Nachricht kommt nach dem Termin, der Kalenderlink ginge dann ins Leere.",
}
"""Why there is no link, as the settings file and the forms say it."""
KINDS_AFTERWARDS = frozenset({"feedback", "followup"})


def token_length(public_url: str) -> int:
    """How long the token of a link under this address is; 0 when there is no room for a good one."""
    room = LONGEST - len(public_url) - len(FOLDER)
    return min(room, LONGEST_TOKEN) if room >= SHORTEST_TOKEN else 0


def link_of(public_url: str, token: str) -> str:
    """The whole link."""
    return f"{public_url}{FOLDER}{token}"


def why_no_link(public_url: str, missing: Collection[str], kind: str = "") -> str:
    """Why an office cannot give links (or none in messages of `kind`), a key of REFUSALS; empty when it can.

    `missing` are the master data that are not filled.
    """
    if not public_url:
        return NO_ADDRESS
    if missing:
        return NO_MASTER_DATA
    if not token_length(public_url):
        return NO_ROOM
    return AFTERWARDS if kind in KINDS_AFTERWARDS else ""


def stand_in(public_url: str, missing: Collection[str]) -> str:
    """What stands where the link will be until the message leaves: as long as that, dots for the token.

    Empty when there is no link.
    """
    if why_no_link(public_url, missing):
        return ""
    return link_of(public_url, "." * token_length(public_url))


def with_link(text: str) -> str:
    """A text that brings the link: at its end, unless the office has put it somewhere."""
    if has_link(text) or not text.strip():
        return text
    return f"{text.rstrip()} #Kalenderlink"


def has_link(text: str) -> bool:
    """Whether the text names the link itself."""
    return any(mark.known and mark.known.name == "Kalenderlink" for mark in marks(composed(text)))


def opens_until(end: datetime) -> datetime:
    """When the link of an appointment that ends then stops opening."""
    return end + KEPT
