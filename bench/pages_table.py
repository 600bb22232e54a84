"""What every page is asked: for each endpoint its addresses, and why a few are not asked at all.

An endpoint that stands in neither table makes the measurement fail, so that no new page is forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any

from flask import Flask

from bench.pages_hand import AHEAD, EMPTY_LIST, OPEN_LIST, SENDS
from bench.pages_known import HTMX, Ask, Known
from bench.pages_past import TODAY
from bench.pages_rest import IMPORTS
from bench.people_queries import searches
from kehr.actions.visits.list_quality import GROUPS as FLAWS
from kehr.actions.visits.list_untold import GROUPS as UNTOLD

LEFT_OUT = {
    "static": "a file",
    "bootstrap.static": "a file",
    "assets.htmx": "a file",
    "consent.picture": "a file, read from the data folder",
    "consent.original": "a file, read from the data folder",
    "log.pdf": "laid out by WeasyPrint, which bench/log_pdf.py measures",
    "proof.object_pdf": "laid out by WeasyPrint, which bench/log_pdf.py measures; its page is asked",
    "proof.appointment_pdf": "laid out by WeasyPrint, which bench/log_pdf.py measures; its page is asked",
    "manual.start": "opens a list, which is written; manual.one shows one",
    "calendars.show_preview": "waits for another machine to answer",
    "first_run.begin": "opens once, before there is an office",
    "health.healthz": "asks a broker that does not run here; health.page shows the same",
}
"""Endpoint -> why it is not asked."""


def check_all_asked(app: Flask) -> None:
    """Ends the measurement where a page stands in no table, or one that stands there is gone."""
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    known = LEFT_OUT.keys() | ASKED.keys() | PLAIN
    new, gone = sorted(pages - known), sorted(known - pages)
    if new:
        raise SystemExit(f"bench/pages_table.py says neither what to ask {', '.join(new)} nor why not.")
    if gone:
        raise SystemExit(f"bench/pages_table.py asks {', '.join(gone)}, which the app does not have.")


def asked(known: Known) -> dict[str, list[Ask]]:
    """Endpoint -> its addresses."""
    found = {endpoint: [Ask()] for endpoint in sorted(PLAIN)}
    return found | {endpoint: list(asks(known)) for endpoint, asks in ASKED.items()}


PLAIN = {
    *("branches.page", "branches.new", "calendars.page", "calendars.guide", "calendars.new"),
    *("catch_up.page", "company.page", "consent.tray", "deadline_rules.page"),
    *("employees.page", "employees.new", "evening_log.page", "first_run.checklist"),
    *("forecast.file", "forecast.page", "forecast.paper", "gateways.page", "gateways.new", "health.page"),
    *("import_folder.page", "imports.page", "kind_words.page", "object_edit.new", "own_visits.page"),
    *("rules_editor.page", "today.page", "users.account", "users.new", "users.page"),
}
"""Pages that nothing in the address changes."""


def _each(name: str, values: Iterable[Any], **query: Any) -> list[Ask]:
    return [Ask({name: value}, query) for value in values]


def _queries(*queries: dict[str, Any], part: str = "", fragment: bool = False) -> list[Ask]:
    return [Ask({}, query, fragment, part) for query in queries]


def _day(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


def _span(first: int, last: int, **more: Any) -> dict[str, Any]:
    return {"von": _day(first), "bis": _day(last)} | more


def _log(_known: Known) -> list[Ask]:
    narrow: Sequence[dict[str, Any]] = (
        {"zustand": "delivered"},
        {"zustand": "refused"},
        {"art": "reminder", "kalender": 1},
        {"filiale": "Enns", "weg": "email"},
        {"suche": "Mayr"},
        {"suche": "0664 1001"},
        {"mitarbeiter": "von-office"},
        {"seite": 2},
    )
    spans = {"a day": (0, 0), "a month": (-29, 0), "a year": (-364, 0), "five years": (-1900, 0)}
    found = []
    for name, days in spans.items():
        found += _queries(_span(*days), *(_span(*days, **more) for more in narrow), part=name)
    return [*found, *_queries(_span(-7, -7), _span(-30, -30), part="a day")]


def _log_files(_known: Known) -> list[Ask]:
    month = _span(-29, 0)
    days = _queries(_span(0, 0), _span(-9, -9, zustand="delivered"), part="a day")
    return [*days, Ask({}, month, part="a month")]


def _log_paper(_known: Known) -> list[Ask]:
    day = _queries(_span(0, 0), _span(-9, -9), _span(-8, -8, filiale="Enns"), part="a day")
    return [*day, Ask({}, _span(-29, 0), part="a month")]


def _planned(view: str) -> Callable[[Known], list[Ask]]:
    names = {
        "monat": ["2026-03", "2026-04", "2025-06"],
        "woche": ["2026-W11", "2026-W12", "2025-W20"],
        "tag": [_day(0), _day(AHEAD), _day(6), _day(-40)],
    }[view]
    narrow: tuple[dict[str, Any], ...] = (
        {},
        {"zustand": "geplant"},
        {"kalender": ["1", "3"]},
        {"arbeit": "HK"},
    )

    def asks(_known: Known) -> list[Ask]:
        found = [Ask({"name": name}, more) for name in names for more in narrow]
        if view == "tag":
            hours = [{"offen": "14.free"}, {"offen": "17.announcement"}, {"offen": "17.reminder", "seite": 2}]
            found += [Ask({"name": _day(AHEAD)}, more) for more in hours]
        return [*found, *(Ask({"name": names[0]}, more, HTMX) for more in narrow)]

    return asks


def _agenda(_known: Known) -> list[Ask]:
    queries = ({}, {"tag": _day(AHEAD)}, {"tag": _day(-40)}, {"zustand": "offen"}, {"kalender": "2"})
    return [*_queries(*queries), *_queries({"zustand": "geplant"}, fragment=True)]


def _planned_paper(_known: Known) -> list[Ask]:
    names = {"monat": "2026-03", "woche": "2026-W11", "tag": _day(AHEAD), "liste": _day(0)}
    return [Ask({"view": view, "name": name}, part=view) for view, name in names.items()]


def _appointments(_known: Known) -> list[Ask]:
    week = {"ansicht": "woche"}
    days = _queries({}, {"tag": _day(6)}, {"tag": _day(-20)}, {"stand": "niemand"}, {"stand": "nicht-alle"})
    days = [Ask(one.args, one.query, part="a day") for one in days]
    weeks = _queries(week, week | {"tag": _day(9)}, week | {"stand": "niemand"}, part="a week")
    return [*days, *weeks]


def _objects(known: Known) -> list[Ask]:
    texts = [{"suche": text} for _kind, text in searches(known.houses, 30, 23)]
    return [*_queries({}, {"seite": 200}), *_queries(*texts[:8]), *_queries(*texts, fragment=True)]


def _search(known: Known) -> list[Ask]:
    return _queries(*({"q": text} for _kind, text in searches(known.houses, 40, 29)), fragment=True)


def _deeds(known: Known) -> list[Ask]:
    by_state = {
        "planned": ("jetzt", "verschieben", "text", "zurueckhalten"),
        "unclear": ("nochmals", "gesendet"),
        "held": ("freigeben",),
        "refused": ("nochmals", "telefon"),
    }
    return [
        Ask({"message_id": ident, "deed": deed})
        for state, deeds in by_state.items()
        for ident in known.messages[state][:3]
        for deed in deeds
    ]


def _messages(known: Known) -> list[Ask]:
    ids = [ident for several in known.messages.values() for ident in several]
    return [*_each("message_id", ids), *(Ask({"message_id": ident}, {}, HTMX) for ident in ids[:10])]


def _groups(name: str, groups: Iterable[str], **more: Any) -> Callable[[Known], list[Ask]]:
    def asks(_known: Known) -> list[Ask]:
        return [Ask({}, {name: group} | more) for group in groups]

    return asks


def _inbox(_known: Known) -> list[Ask]:
    found = ({}, {"gruppe": "offen"}, {"seite": 100}, {"suche": "Mayr"}, {"suche": "0664 10"})
    return _queries(*found)


def _slips(_known: Known) -> list[Ask]:
    return _queries({}, _span(1, 1), _span(7, 13, filiale=2), _span(1, 14, kalender=1))


def _ledger(_known: Known) -> list[Ask]:
    return _queries({}, {"adresse": "+436641000005"}, {"adresse": "0664 1000007"})


def _of_parties(known: Known) -> list[Ask]:
    return [Ask({"property_id": house, "person_id": person}) for house, person in known.parties]


def _runs(_known: Known) -> list[Ask]:
    rows = ({}, {"zeilen": "rejected"}, {"zeilen": "unchanged", "seite": 100}, {"seite": 200})
    newest = [Ask({"run_id": IMPORTS}, query) for query in rows]
    return [*newest, Ask({"run_id": IMPORTS - 1}), Ask({"run_id": 5})]


ASKED: dict[str, Callable[[Known], Iterable[Ask]]] = {
    "appointments.choose": lambda known: _each("appointment_id", known.coming[:15], suche="Mayr"),
    "appointments.one": lambda known: _each("appointment_id", known.coming[:20] + known.past[:10]),
    "appointments.page": _appointments,
    "appointments.paper": _appointments,
    "appointments.unmatched": lambda _known: _queries({}, {"seite": 2}),
    "appointments.untold": _groups("gruppe", UNTOLD),
    "appointments.untold_csv": _groups("gruppe", UNTOLD),
    "branches.archive": lambda _known: _each("branch_id", (1, 2, 3)),
    "branches.one": lambda _known: _each("branch_id", (1, 2, 3)),
    "calendars.one": lambda _known: _each("calendar_id", (1, 2, 4)),
    "company.trial": lambda _known: [Ask(status=302)],
    "consent.ask": lambda known: _each("address_id", known.addresses),
    "bundle.page": lambda known: _each("key", known.bundles),
    "consent.form": lambda known: _each("property_id", known.objects[-20:]),
    "consent.forms": lambda known: _queries({"objekt": known.objects[:1]}, {"objekt": known.objects}),
    "consent.history": _ledger,
    "consent.scan": lambda known: _each("scan_id", known.scans),
    "day_list.page": lambda _known: [
        *_each("day", (_day(0), _day(1), _day(6), _day(-30))),
        *_each("day", (_day(0), _day(6)), kalender=1, reihenfolge="strasse"),
    ],
    "day_list.today": lambda _known: [Ask(status=302)],
    "day_list.paper": lambda _known: _each("day", (_day(0), _day(6))),
    "deadline_rules.one": lambda _known: _each("land", ("NÖ", "OÖ", "Wien")),
    "deadlines.page": lambda _known: _queries(
        {"ampel": "rot"}, {"ampel": "gelb"}, {"ampel": "rot", "seite": 4}
    ),
    "employees.one": lambda _known: _each("employee_id", (1, 2)),
    "gateways.one": lambda _known: _each("gateway_id", (1,)),
    "inbox.one": lambda known: _each("reply_id", known.replies),
    "inbox.page": _inbox,
    "imports.one": _runs,
    "imports.rejected": lambda _known: _each("run_id", (IMPORTS, IMPORTS - 1)),
    "log.page": _log,
    "log.paper": _log_paper,
    "log.table": _log_files,
    "login.sign_in": lambda _known: [Ask(status=302)],
    "manual.find": lambda known: [
        Ask({"list_id": EMPTY_LIST}, {"dazu": text}, HTMX) for _, text in searches(known.houses, 20, 31)
    ],
    "manual.one": lambda _known: _each("list_id", (OPEN_LIST, f"{SENDS:032x}")),
    "manual_sends.progress": lambda _known: _each("send_id", (1, SENDS, SENDS + 1)),
    "message.ask": _deeds,
    "message.page": _messages,
    "money.costs": lambda _known: _queries({}, {"monat": "2026-02"}, {"monat": "2023-05"}),
    "money.file": lambda _known: _queries({}, {"monat": "2025-12"}),
    "money.one": lambda _known: _each("gateway_id", (1,)),
    "money.paper": lambda _known: _queries({}, {"monat": "2025-12"}),
    "object_delete.ask": lambda known: _each("property_id", known.objects[:20]),
    "object_delete.ask_party": _of_parties,
    "object_edit.edit": lambda known: _each("property_id", known.objects),
    "object_edit.new_party": lambda known: _each("property_id", known.objects[:10]),
    "object_edit.party": _of_parties,
    "object_number.ask": lambda _known: _queries(
        {"phone1": "0664 1000123"}, {"email1": "anna.mayr7@example.at"}, fragment=True
    ),
    "objects.messages": lambda known: [
        Ask({"property_id": one}, {"seite": 2}, HTMX) for one in known.objects[-20:]
    ],
    "objects.one": lambda known: _each("property_id", known.objects),
    "objects.page": _objects,
    "objects.search": _search,
    "phone_codes.page": lambda known: [Ask({"code": one}) for one in known.codes],
    "planned.agenda": _agenda,
    "planned.day": _planned("tag"),
    "planned.month": _planned("monat"),
    "planned.page": lambda _known: [Ask(status=302)],
    "planned.paper": _planned_paper,
    "planned.week": _planned("woche"),
    "proof.chain": lambda _known: _queries(
        {},
        {"eintrag": "1200000", "pruefwert": "0123456789abcdef"},
        {"eintrag": "1200", "pruefwert": "0123456789abcdef"},
    ),
    "proof.of_appointment": lambda known: _each("appointment_id", known.coming[:10] + known.past[:20]),
    "proof.of_object": lambda known: [
        *_each("property_id", known.objects[-20:]),
        *_each("property_id", known.objects[:10], von=_day(-365)),
    ],
    "quality.file": _groups("gruppe", FLAWS),
    "quality.page": _groups("gruppe", FLAWS),
    "rules_editor.new": lambda _known: _queries(
        {"art": "reminder", "fuer": "filiale-2"}, {"art": "announcement", "fuer": "kalender-3"}
    ),
    "rules_editor.one": lambda _known: _each("rule_id", (1, 2, 3)),
    "slip_note.page": lambda known: _each("message_id", known.messages["paper"]),
    "slips.page": _slips,
    "slips.paper": _slips,
    "forecast.in_short": lambda _known: _queries({}, fragment=True),
    "own_visits.progress": lambda _known: _queries({}, fragment=True),
    "today.menu_counts": lambda _known: _queries({}, fragment=True),
    "today.start": lambda _known: [Ask(status=302)],
    "today.waiting": lambda _known: [Ask(status=302)],
    "users.one": lambda _known: _each("user_id", (1,)),
}
"""Endpoint -> its addresses."""
