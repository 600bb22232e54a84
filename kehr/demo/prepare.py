"""Fills the demo once and sets a new password for its user, which is all it prints."""

from __future__ import annotations

import secrets
import sys

from flask_migrate import upgrade
from sqlalchemy import select

from kehr import clock, create_app
from kehr.actions.setup.first_run import ensure_office
from kehr.actions.setup.hash_password import hash_password
from kehr.demo.feeds import ZONE
from kehr.demo.fill import fill
from kehr.demo.serve import feeds_folder, serve
from kehr.models import Calendar, User, db, writing

LOGIN = "demo"


def main() -> None:
    """Fills an empty database, and makes a password that nobody else knows."""
    with create_app(screens=False).app_context():
        upgrade()
        ensure_office(clock.now())
        if db.session.scalar(select(Calendar.id).limit(1)) is None:
            _fill()
        sys.stdout.write(_new_password())


def _fill() -> None:
    sys.stderr.write("Living through three weeks of the demo office ...\n")
    folder = feeds_folder()
    today = clock.now().astimezone(ZONE).date()
    (folder / "began").write_text(today.isoformat(), encoding="ascii")
    server = serve(folder)
    fill(f"http://127.0.0.1:{server.server_port}", folder, today)
    server.shutdown()
    server.server_close()


def _new_password() -> str:
    password = secrets.token_urlsafe(9)
    with writing() as session:
        user = session.scalars(select(User).where(User.login == LOGIN)).first()
        if user is None:
            user = User(login=LOGIN, role="admin", created_at=clock.now())
            session.add(user)
        user.password_hash = hash_password(password)
        user.session_key = secrets.token_hex(16)
    return password


if __name__ == "__main__":
    main()
