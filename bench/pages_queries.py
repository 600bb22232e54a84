"""Counts the queries of a request, and says which of them go through a large table row by row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlalchemy import event

from kehr.models import db

LARGE = frozenset(
    {"messages", "message_events", "event_seals", "delivery_reports", "appointments", "import_rows"}
)
"""Tables that grow from year to year."""
_SCAN = re.compile(r"^SCAN (\w+)(?P<how>.*)$")


@dataclass(slots=True)
class Seen:
    """The statements of one request."""

    asked: list[tuple[str, Any]] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many queries there were."""
        return len(self.asked)

    def scans(self, app: Flask) -> set[str]:
        """The large tables that a query goes through from end to end, whether in an index or not."""
        found = set()
        with app.app_context(), db.engine.connect() as connection:
            for statement, parameters in self.asked:
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
                for row in plan:
                    match = _SCAN.match(row[3])
                    if match and match[1] in LARGE:
                        found.add(f"{match[1]}{match['how']}")
        return found


@contextmanager
def counting(app: Flask) -> Iterator[Seen]:
    """Gathers what is asked of the database within it."""
    seen = Seen()

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if not statement.startswith("BEGIN"):
            seen.asked.append((statement, parameters))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
