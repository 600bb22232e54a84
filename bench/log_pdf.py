"""The log's PDF of 5,000 rows: seconds and peak memory, beside the print page's HTML of the same rows alone.

Each is made by a process of its own that lays out the same log from the same database once; its peak is
what it holds beyond the moment before. The PDF is laid out in parts, so `short` tells what one part takes.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert

from bench.office import DATABASE, NOW, add_appointments, add_rules, app_in, office
from bench.peak import Peak
from kehr.actions.facts.log_filter import LogFilter
from kehr.models import Message, db
from kehr.settings import ROOT
from kehr.web import log_paper

ROWS = 5_000
TEXT = "Erinnerung: übermorgen, 12.03. um 10:00 kommt der Rauchfangkehrer. Bitte Zugang ermöglichen. {}"
STATES = ("delivered", "delivered", "accepted", "undelivered", "withheld")


def measure(runs: int = 3) -> list[dict[str, object]]:
    """Rows of seconds and of megabytes."""
    found: dict[str, list[dict[str, float]]] = {"pdf": [], "html": [], "short": []}
    with tempfile.TemporaryDirectory(prefix="kb-") as folder:
        _fill(Path(folder))
        for _ in range(runs):
            for what, samples in found.items():
                samples.append(_made(what, folder))
    short = statistics.median(sample["megabytes"] for sample in found["short"])
    print(f"  a PDF of {log_paper.PART} rows takes {short:.0f} MB", file=sys.stderr)
    rows: list[dict[str, object]] = []
    for name, unit in (("seconds", "s"), ("megabytes", "MB")):
        ours = statistics.median(sample[name] for sample in found["pdf"])
        theirs = statistics.median(sample[name] for sample in found["html"])
        rows.append(
            {
                "measure": f"the log of {ROWS} messages as PDF: {'time' if unit == 's' else 'peak memory'}",
                "ours": round(ours, 1),
                "unit": unit,
                "against": "the print page's HTML of the same rows",
                "theirs": round(theirs, 1),
                "ratio": round(ours / theirs, 2),
                "runs": runs,
            }
        )
    return rows


def _made(what: str, folder: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="kb-") as own:
        shutil.copy(Path(folder) / DATABASE, own)
        command = [sys.executable, "-m", "bench.log_pdf", what, own]
        done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    sample: dict[str, float] = json.loads(done.stdout)
    if sample["rows"] != (log_paper.PART if what == "short" else ROWS):
        raise SystemExit(f"Not what is measured: {sample}")
    return sample


def make(what: str, folder: Path) -> dict[str, float]:
    """Makes it once in this process: `pdf`, `short` (one part of it) or `html`."""
    app = app_in(folder, screens=True)
    wanted = LogFilter(NOW.date(), NOW.date())
    with app.app_context(), app.test_request_context("/protokoll/druck"):
        peak = Peak()
        began = time.perf_counter()
        if what == "html":
            log_paper.PART = ROWS
            (page,) = log_paper.log_pages(wanted, NOW, ROWS)
            rows = page.html.count('<td class="sign-cell"')
        else:
            rows = log_paper.PART if what == "short" else ROWS
            log_paper.log_pdf(wanted, NOW, rows)
        return {
            "seconds": time.perf_counter() - began,
            "megabytes": peak.megabytes,
            "rows": rows,
        }


def _fill(folder: Path) -> None:
    """A day with so many messages in all states that a log is about."""
    with office():
        add_rules((2,))
        add_appointments(ROWS, 1, NOW + timedelta(days=2), days=1)
        db.session.execute(insert(Message), [_message(serial) for serial in range(ROWS)])
        db.session.execute(db.text("COMMIT"))
        db.session.execute(db.text("VACUUM INTO :file"), {"file": str(folder / DATABASE)})


def _message(serial: int) -> dict[str, object]:
    state = STATES[serial % len(STATES)]
    at = NOW - timedelta(seconds=serial)
    left = state != "withheld"
    return {
        "id": f"{serial:032x}",
        "appointment_id": serial + 1,
        "kind": "reminder",
        "rule_id": 1,
        "channel": "sms",
        "recipient": f"+43664{1_000_000 + serial}",
        "due_at": at,
        "too_late_at": NOW + timedelta(days=2),
        "state": state,
        "reason": "" if left else "no_consent",
        "reason_args": {} if left else {"address": f"+43664{1_000_000 + serial}"},
        "branch_name": "Steyr",
        "recipient_name": f"Karl Muster{serial} (Top {serial % 20 + 1})",
        "text": TEXT.format("+43 7252 12345") if left else "",
        "reference": f"{serial:020x}" if left else "",
        "parts": 1 if left else 0,
        "sent_at": at if left else None,
        "delivered_at": at + timedelta(seconds=7) if state == "delivered" else None,
        "created_at": at,
    }


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(make(sys.argv[1], Path(sys.argv[2]))))
    else:
        for row in measure(1):
            print(row)
