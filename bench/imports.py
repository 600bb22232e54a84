"""Taking in lists of 20,000 customers and 20,000 appointments, beside csv and executemany of the same rows.

Each run has a fresh process and a fresh database on disk; ours, the dry run and the bare import take
turns. The bare one reads with the csv module, checks nothing and writes as many rows of the same shape in
one transaction; ours also keeps what became of each line, finds objects anew and plans.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections import defaultdict
from typing import Any

from bench.people_data import appointments_csv, customers_csv, houses
from bench.people_office import CACHE
from kehr.settings import ROOT

ROWS = 20_000
HOUSES = 8_000
"""So many houses have 20,000 people."""
KINDS = ("customers", "appointments")
WAYS = ("ours", "bare", "dry")


def measure(runs: int = 5) -> list[dict[str, object]]:
    """Rows a second, and the highest megabytes above what the process held before."""
    CACHE.mkdir(exist_ok=True)
    known = list(houses(HOUSES))
    files = {kind: CACHE / f"{kind}.csv" for kind in KINDS}
    files["customers"].write_bytes(customers_csv(known))
    files["appointments"].write_bytes(appointments_csv(known, ROWS))
    found: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for _ in range(runs):
        for kind in KINDS:
            for way in WAYS:
                found[kind, way].append(_once(way, kind, str(files[kind])))
            ours, bare = found[kind, "ours"][-1], found[kind, "bare"][-1]
            if ours["rows"] != bare["rows"]:
                raise SystemExit(f"The bare import wrote other rows: {ours['rows']}, {bare['rows']}.")
    return [row for kind in KINDS for row in _rows(kind, found, runs)]


def _once(way: str, kind: str, file: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.import_run", way, kind, file, str(HOUSES)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _rows(
    kind: str, found: dict[tuple[str, str], list[dict[str, Any]]], runs: int
) -> list[dict[str, object]]:
    speed = {way: ROWS / statistics.median(one["seconds"] for one in found[kind, way]) for way in WAYS}
    memory = {way: statistics.median(one["memory"] for one in found[kind, way]) for way in WAYS}
    compared = (
        (f"importing {ROWS} {kind}", speed["ours"], "rows/s", speed["bare"]),
        (f"dry run of {ROWS} {kind}", speed["dry"], "rows/s", speed["bare"]),
        (f"importing {ROWS} {kind}: memory", memory["ours"], "MB", memory["bare"]),
    )
    return [
        {
            "measure": measure,
            "ours": round(ours, 1),
            "unit": unit,
            "against": "csv and executemany of as many rows, nothing checked",
            "theirs": round(theirs, 1),
            "ratio": round(ours / theirs, 3),
            "runs": runs,
        }
        for measure, ours, unit, theirs in compared
    ]


if __name__ == "__main__":
    for row in measure(int(sys.argv[1]) if len(sys.argv) > 1 else 1):
        print(row)
