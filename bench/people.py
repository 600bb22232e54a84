"""Searching and opening objects at 20,000 objects and 50,000 people, beside bare answers of the same size.

The app is the real one, signed in, in this process, on a SQLite file. The bare answer passes the same
guard and layout, runs one query by an index and says as many bytes. Both take turns, request by request.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, render_template, request
from flask.testing import FlaskClient
from sqlalchemy import select

from bench.people_data import House, houses
from bench.people_office import HOUSES, PEOPLE, town
from bench.people_queries import searches
from kehr.models import Property, User, db
from kehr.rules.terms.people import key_of
from kehr.web.access import needs
from kehr.worker import settle_memory

ASKED = 300
"""Requests of a kind in one run."""
WARM_UP = 20
_BARE_PART = "<p>{{ house.number }} {{ house.street }}</p><p>{{ filler }}</p>"
_BARE_PAGE = (
    '{% extends "layout.html" %}{% block title %}Bare{% endblock %}'
    "{% block content %}" + _BARE_PART + "{% endblock %}"
)
_HTMX = {"HX-Request": "true"}


@dataclass
class Times:
    """Milliseconds of one kind of request in one run, ours and the bare ones."""

    ours: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Wish:
    """One request of ours; `kind` is for the report of what is slow."""

    path: str
    query: dict[str, str]
    fragment: bool
    kind: str = ""


def measure(runs: int = 5) -> list[dict[str, object]]:
    """Rows of p50 and p95, each the median over the runs."""
    known = list(houses(HOUSES))
    found: dict[str, list[Times]] = defaultdict(list)
    slow: dict[str, list[float]] = defaultdict(list)
    with town() as app:
        add_bare(app)
        client = signed_in(app)
        settle_memory()
        numbers = [house.number for house in known]
        for run in range(runs):
            for name, wishes in _wishes(known, run).items():
                times = _take_turns(client, wishes, numbers, slow, name)
                found[name].append(times)
    for name, taken in sorted(slow.items()):
        print(
            f"  {name}: p50 {at_percent(taken, 50):.1f} ms, p95 {at_percent(taken, 95):.1f} ms",
            file=sys.stderr,
        )
    return [row for name, times in found.items() for row in _rows(name, times)]


def _wishes(known: list[House], run: int) -> dict[str, list[Wish]]:
    box = [Wish("/suche", {"q": text}, True, kind) for kind, text in searches(known, ASKED, run)]
    listed = [
        Wish("/objekte", {"suche": text}, True, kind) for kind, text in searches(known, ASKED, 50 + run)
    ]
    choose = random.Random(100 + run)
    pages = [
        Wish(f"/objekte/{house.serial + 1}", {}, False, f"{len(house.people)} people")
        for house in choose.choices(known, k=ASKED)
    ]
    return {"search as one types": box, "list of objects as one types": listed, "page of an object": pages}


def _take_turns(
    client: FlaskClient, wishes: list[Wish], numbers: list[str], slow: dict[str, list[float]], name: str
) -> Times:
    times = Times()
    base = {fragment: len(ask_bare(client, numbers[0], 0, fragment)[1]) for fragment in (True, False)}
    for turn, wish in enumerate([*wishes[:WARM_UP], *wishes]):
        took, body = ask_page(client, wish.path, wish.query, wish.fragment)
        filler = max(len(body) - base[wish.fragment], 0)
        took_bare, bare = ask_bare(client, numbers[turn * 37 % len(numbers)], filler, wish.fragment)
        if filler and abs(len(bare) - len(body)) > 80:
            raise SystemExit(f"The bare answer has {len(bare)} bytes, {wish} has {len(body)}.")
        if turn >= WARM_UP:
            times.ours.append(took)
            times.bare.append(took_bare)
            slow[f"{name}, {wish.kind}"].append(took)
    return times


def ask_page(
    client: FlaskClient, path: str, query: dict[str, Any], fragment: bool, status: int = 200
) -> tuple[float, bytes]:
    """Milliseconds until the whole answer is there, and the answer."""
    began = time.perf_counter()
    answer = client.get(path, query_string=query, headers=_HTMX if fragment else None)
    body = answer.get_data()
    took = (time.perf_counter() - began) * 1000
    if answer.status_code != status:
        raise SystemExit(f"{path} {query} answered {answer.status_code}.")
    return took, body


def ask_bare(client: FlaskClient, number: str, size: int, fragment: bool) -> tuple[float, bytes]:
    """The same of the bare page about the object of this number, with so many letters to fill it up."""
    return ask_page(client, "/bench/bare", {"number": number, "bytes": str(size)}, fragment)


def add_bare(app: Flask) -> None:
    """A view that does what every view must, reads one row by an index and fills up with letters."""

    part, page = app.jinja_env.from_string(_BARE_PART), app.jinja_env.from_string(_BARE_PAGE)

    @needs("reader")
    def bare() -> str:
        key = key_of(request.args["number"])
        house = db.session.execute(
            select(Property.number, Property.street).where(Property.number_key == key)
        ).one()
        template = part if "HX-Request" in request.headers else page
        return render_template(template, house=house, filler="x" * int(request.args["bytes"]))

    app.add_url_rule("/bench/bare", "bench_bare", bare)


def signed_in(app: Flask) -> FlaskClient:
    """A client of the only user."""
    with app.app_context():
        user_id = db.session.scalars(select(User)).one().get_id()
        db.session.remove()
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = user_id, True
    return client


def _rows(name: str, runs: list[Times]) -> list[dict[str, object]]:
    rows = []
    for percent in (50, 95):
        ours = statistics.median(at_percent(times.ours, percent) for times in runs)
        theirs = statistics.median(at_percent(times.bare, percent) for times in runs)
        rows.append(
            {
                "measure": f"{name}, {HOUSES} objects, {PEOPLE} people: p{percent}",
                "ours": round(ours, 2),
                "unit": "ms",
                "against": "a bare answer of the same size, one indexed query",
                "theirs": round(theirs, 2),
                "ratio": round(ours / theirs, 2),
                "runs": len(runs),
            }
        )
    return rows


def at_percent(values: list[float], percent: int) -> float:
    """The value that so many percent do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


if __name__ == "__main__":
    for row in measure(int(sys.argv[1]) if len(sys.argv) > 1 else 2):
        print(row)
