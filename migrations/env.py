"""Runs the numbered migrations on whatever database the app is set up for."""

from alembic import context
from flask import current_app

from kehr.models.database import Base, UtcDateTime, db


def render_item(kind, value, _context):
    """Writes our time column as the plain type, so that old migrations never need our code."""
    if kind == "type" and isinstance(value, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    """Migrates in one transaction.

    SQLite changes a table by writing it anew; while it does, rows that point to it must not follow.
    """
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            render_item=render_item,
            compare_type=True,
            **{
                key: value
                for key, value in current_app.extensions["migrate"].configure_args.items()
                if key not in {"render_as_batch", "compare_type"}
            },
        )
        with context.begin_transaction():
            context.run_migrations()
            if connection.dialect.name == "sqlite":
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                if broken:
                    raise RuntimeError(f"rows without what they point to: {broken[:5]}")
        if connection.dialect.name == "sqlite":
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")


run()
