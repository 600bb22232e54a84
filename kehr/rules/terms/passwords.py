"""Which passwords and login names are taken."""

from __future__ import annotations

import re

SHORTEST = 10
LONGEST = 200
"""Characters; the upper end only bounds the work of hashing."""

COMMON = frozenset(
    {
        "passwort12",
        "passwort123",
        "password12",
        "password123",
        "1234567890",
        "0123456789",
        "0987654321",
        "qwertzuiop",
        "qwertyuiop",
        "kehrbote12",
        "kehrbote123",
        "rauchfangkehrer",
        "rauchfang123",
        "administrator",
        "willkommen1",
        "willkommen123",
    }
)
_LOGIN = re.compile(r"[a-z0-9äöüß][a-z0-9äöüß._@-]{1,59}")


def clean_login(typed: str) -> str:
    """A login name as it is kept: without spaces around, in small letters."""
    return typed.strip().lower()


def login_fault(login: str) -> str | None:
    """Why a cleaned login name is not taken: `login_empty` or `login_characters`; None when it is fine.

    Two to 60 letters, digits, dots, dashes, underscores or @.
    """
    if not login:
        return "login_empty"
    return None if _LOGIN.fullmatch(login) else "login_characters"


def password_fault(password: str, login: str) -> str | None:
    """Why a password is not taken, None when it is fine.

    `password_short` below SHORTEST characters, `password_long` above LONGEST, `password_is_login`
    when it holds nothing but the login name, `password_common` when anybody would try it.
    """
    if len(password) < SHORTEST:
        return "password_short"
    if len(password) > LONGEST:
        return "password_long"
    plain = password.strip().lower()
    if login and not plain.replace(login.lower(), ""):
        return "password_is_login"
    if plain in COMMON or len(set(plain)) < 4:
        return "password_common"
    return None
