"""Signs a user in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from kehr.actions.setup.hash_password import hash_is_dated, hash_password, password_matches
from kehr.models import User, db, writing
from kehr.rules.terms.passwords import LONGEST, clean_login


def sign_in(login: str, password: str, now: datetime) -> User | None:
    """The user whom name and password name, or None.

    An unknown name, an inactive user and a wrong password take the same work and look the same.
    """
    user: User | None = db.session.scalar(select(User).where(User.login == clean_login(login)))
    stored = user.password_hash if user is not None and user.active else ""
    if not password_matches(stored, password[: LONGEST + 1]) or user is None:
        return None
    user_id: int = user.id
    with writing() as session:
        user = session.get(User, user_id)
        if user is None or not user.active or user.password_hash != stored:
            return None
        user.last_login_at = now
        if hash_is_dated(stored):
            user.password_hash = hash_password(password)
    return user
