"""What the office wants of the FTP server, and how the server says that it is: both as small JSON texts.

The server is a process of its own that knows neither database nor pages; these two texts are all that
passes between it and the rest.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass

WISH_FILE = "ftp.json"
"""In KEHR_DATA: what is wanted; written by the rest, read by the server."""
STATE_FILE = "ftp-state.json"
"""In KEHR_DATA: how the server is; written by the server, read by the rest."""
PASSIVE_PORTS = (61210, 61219)
"""First and last port of data connections: few, so that a firewall can name them, and above what the
system hands out by itself.
"""
LARGEST_FILE = 16 * 1024 * 1024
"""Bytes of one file that is sent in; the same as for one that is uploaded."""
MOST_FILES = 500
"""So many files may wait in the folder; more are refused until some have been taken."""
STATES = ("off", "serving", "port_taken", "port_forbidden", "folder_missing", "broken")
"""How the server can be. All but the first two need somebody."""

_COST = {"n": 2**14, "r": 8, "p": 1, "dklen": 32, "maxmem": 64 * 1024 * 1024}


class BrokenText(ValueError):
    """A text that does not say what it should; somebody else has written it, or the disk is damaged."""


@dataclass(frozen=True, slots=True)
class FtpWish:
    """What is wanted. `check` proves the password without holding it; `folder` is absolute."""

    active: bool
    port: int = 0
    user: str = ""
    salt: str = ""
    check: str = ""
    folder: str = ""

    def fits(self, user: str, password: str) -> bool:
        """Whether user and password are the right ones; takes as long for a wrong user."""
        right = hmac.compare_digest(user.encode(), self.user.encode())
        same = hmac.compare_digest(password_check(password, self.salt), self.check)
        return right and same and bool(self.user and self.check)

    def as_text(self) -> str:
        """For the file."""
        return json.dumps(asdict(self), sort_keys=True)


@dataclass(frozen=True, slots=True)
class FtpState:
    """How the server is: one of STATES, on which port, and what the system said."""

    state: str
    port: int = 0
    detail: str = ""

    def as_text(self) -> str:
        """For the file."""
        return json.dumps(asdict(self), sort_keys=True)


def password_check(password: str, salt: str) -> str:
    """What proves a password: slow to compute (about 50 ms, 16 MB), so that guessing is slow too."""
    return hashlib.scrypt(password.encode(), salt=salt.encode(), **_COST).hex()


def salt_of(box: str) -> str:
    """The salt that belongs to a stored password: the same as long as the password is."""
    return hashlib.sha256(b"kehrbote ftp salt\0" + box.encode()).hexdigest()[:32]


def read_wish(text: str) -> FtpWish:
    """The wish in a text. Raises BrokenText."""
    data = _read(text)
    try:
        wish = FtpWish(**data)  # type: ignore[arg-type]
    except TypeError as error:
        raise BrokenText(str(error)) from error
    texts = (wish.user, wish.salt, wish.check, wish.folder)
    if (
        type(wish.port) is not int
        or type(wish.active) is not bool
        or any(type(one) is not str for one in texts)
    ):
        raise BrokenText("wrong types")
    return wish


def read_state(text: str) -> FtpState:
    """The state in a text. Raises BrokenText."""
    data = _read(text)
    state, port, detail = data.get("state"), data.get("port", 0), data.get("detail", "")
    if state not in STATES or not isinstance(port, int) or not isinstance(detail, str):
        raise BrokenText(text[:200])
    return FtpState(str(state), port, detail)


def _read(text: str) -> dict[str, object]:
    try:
        data = json.loads(text)
    except ValueError as error:
        raise BrokenText(str(error)) from error
    if not isinstance(data, dict):
        raise BrokenText("no object")
    return data
