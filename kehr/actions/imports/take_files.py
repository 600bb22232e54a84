"""Everything that is asked of files: runs that somebody has begun, and the watched folder."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from kehr.actions.imports.import_runs import work_runs
from kehr.actions.imports.take_dropped_files import take_dropped_files


def take_files(now: Callable[[], datetime], between: Callable[[], None] | None = None) -> int:
    """Does what is asked of imported files and looks into the folder when it is time; how many steps.

    `between` is called after each piece of a long list.
    """
    return work_runs(now, between) + take_dropped_files(now, between)
