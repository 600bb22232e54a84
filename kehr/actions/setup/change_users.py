"""Adds users, changes what they may do and their passwords."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kehr.actions.setup.hash_password import hash_password, password_matches
from kehr.models import User, db, writing
from kehr.rules.terms.passwords import clean_login, login_fault, password_fault

ROLES = ("reader", "office", "admin")


class UserRefused(ValueError):
    """A change of users that is not made. `code` says why, `field` which input it is about.

    Codes are those of kehr.rules.terms.passwords, and `login_taken`, `role_unknown`, `last_admin`,
    `password_wrong`, `password_same`, `user_gone`.
    """

    def __init__(self, code: str, field: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.field = field


def add_user(login: str, role: str, password: str, now: datetime, *, must_change: bool = True) -> int:
    """Adds a user and returns the id; the first sign-in asks for a password of their own."""
    user = new_user(login, role, password, now, must_change=must_change)
    with writing() as session:
        if session.scalar(select(User.id).where(User.login == user.login)) is not None:
            raise UserRefused("login_taken", "login")
        session.add(user)
        session.flush()
        number: int = user.id
    return number


def new_user(login: str, role: str, password: str, now: datetime, *, must_change: bool) -> User:
    """A checked row that is not yet stored. Raises UserRefused."""
    login = clean_login(login)
    _refuse(login_fault(login), "login")
    _refuse(None if role in ROLES else "role_unknown", "role")
    _refuse(password_fault(password, login), "password")
    user = User(login=login, role=role, active=True, must_change=must_change, created_at=now)
    _give_password(user, password)
    return user


def set_role(user_id: int, role: str) -> bool:
    """Gives a user another role and ends their sessions; False when they already have it."""
    _refuse(None if role in ROLES else "role_unknown", "role")
    with writing() as session:
        user = _user(session, user_id)
        if user.role == role:
            return False
        if role != "admin":
            _keep_one_admin(session, user)
        user.role = role
        user.session_key = secrets.token_hex(16)
    return True


def set_active(user_id: int, active: bool) -> bool:
    """Lets a user in or keeps them out; False when nothing changed. Users are never deleted."""
    with writing() as session:
        user = _user(session, user_id)
        if user.active == active:
            return False
        if not active:
            _keep_one_admin(session, user)
        user.active = active
        user.session_key = secrets.token_hex(16)
    return True


def reset_password(user_id: int, password: str) -> None:
    """Sets a start password: all sessions end, the next sign-in asks for a new one."""
    with writing() as session:
        user = _user(session, user_id)
        _refuse(password_fault(password, user.login), "password")
        _give_password(user, password)
        user.must_change = True


def change_own_password(user_id: int, current: str, password: str) -> User:
    """Changes a user's own password; every session but the one that is renewed with it ends."""
    user = _user(db.session(), user_id)
    _refuse(None if password_matches(user.password_hash, current) else "password_wrong", "current")
    _refuse(password_fault(password, user.login), "password")
    _refuse("password_same" if password == current else None, "password")
    with writing() as session:
        user = _user(session, user_id)
        _give_password(user, password)
        user.must_change = False
    return user


def _refuse(code: str | None, field: str) -> None:
    if code is not None:
        raise UserRefused(code, field)


def _user(session: Session, user_id: int) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise UserRefused("user_gone")
    return user


def _give_password(user: User, password: str) -> None:
    user.password_hash = hash_password(password)
    user.session_key = secrets.token_hex(16)


def _keep_one_admin(session: Session, user: User) -> None:
    """Raises UserRefused when `user` is the last active admin; locks the others against the same deed."""
    admins = session.scalars(
        select(User).where(User.role == "admin", User.active).order_by(User.id).with_for_update()
    ).all()
    if [admin.id for admin in admins] == [user.id]:
        raise UserRefused("last_admin")
