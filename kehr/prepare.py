"""Brings the database up, with what a new office begins with; prints the path of the one-time link."""

from __future__ import annotations

import sys

from flask_migrate import upgrade

from kehr import clock, create_app
from kehr.actions.imports.drop_folder import write_wish
from kehr.actions.setup.first_run import ensure_office, first_run_link
from kehr.actions.visits.deadline_rules import ensure_rules


def main() -> None:
    """Runs the migrations and makes what a new office starts with."""
    app = create_app()
    with app.app_context():
        upgrade()
        ensure_office(clock.now())
        ensure_rules()
        write_wish()
        sys.stdout.write(first_run_link(clock.now()) or "")


if __name__ == "__main__":
    main()
