"""The ledger of consent: nobody changes a row, and the newest one decides (failures.md 14)."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import select, update

from kehr.actions.facts.office_facts import load_permissions
from kehr.actions.people.consent_state import consent_history, consent_states
from kehr.actions.people.record_consent import SOURCES, Tick, grant, record, revoke, write_ticks
from kehr.actions.plan.plan_messages import plan_messages
from kehr.models import Consent, db, writing
from kehr.rules.visits.consent_form import WORDING
from tests import builders
from tests.actions.outbox import Outbox
from tests.conftest import NOON
from tests.fakes.link_server import LinkServer

NUMBER, OTHER = "+436640000001", "+436640000002"


def ledger(address: str = NUMBER) -> list[str]:
    """The rows of one address, oldest first: `form+` is a tick on a form, `phone-` an untick by phone."""
    db.session.rollback()
    return [f"{row.source}{'+' if row.granted else '-'}" for row in reversed(consent_history(address))]


# C09: the database itself refuses, on SQLite and on PostgreSQL
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE consents SET granted = NOT granted",
        "UPDATE consents SET evidence = 'anders' WHERE id = 1",
        "UPDATE consents SET id = id + 100",
        "DELETE FROM consents",
        "DELETE FROM consents WHERE id = 2",
    ],
)
def test_nobody_changes_or_deletes_a_row(app: Flask, statement: str) -> None:
    grant(NUMBER, "form", "anna", "Formular 17", NOON)
    revoke(NUMBER, "phone", "bert", "", NOON)
    with pytest.raises(sa.exc.DBAPIError, match="never changed"), db.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    assert ledger() == ["form+", "phone-"]


def test_nor_does_the_program_itself(app: Flask) -> None:
    row = builders.consent(NUMBER)
    row.granted = False
    with pytest.raises(sa.exc.DBAPIError, match="never changed"):
        db.session.commit()
    db.session.rollback()
    db.session.delete(db.session.get_one(Consent, row.id))
    with pytest.raises(sa.exc.DBAPIError, match="never changed"):
        db.session.commit()
    db.session.rollback()
    with pytest.raises(sa.exc.DBAPIError, match="never changed"):
        db.session.execute(update(Consent).values(by="niemand"))
    assert ledger() == ["phone+"]


TICKS = (
    "form+",
    "phone+",
    "in_person+",
    "import+",
    "calendar+",
    "form-",
    "phone-",
    "in_person-",
    "import-",
    "calendar-",
)
ADDS = {
    # known        form+ phone+ in_person+ import+ calendar+  form- phone- in_person- import- calendar-
    "": "+ + + + +  + + + . .",
    "form+": ". + + . .  + + + . .",
    "phone+": "+ . + . .  + + + . .",
    "in_person+": "+ + . . .  + + + . .",
    "import+": "+ + + . .  + + + + .",
    "calendar+": "+ + + + .  + + + . .",
    "form-": "+ + + . .  . + + . .",
    "phone-": "+ + + . .  + . + . .",
    "in_person-": "+ + + . .  + + . . .",
    "import-": "+ + + + .  + + + . .",
}
"""Whether a tick adds a row, by what the newest row says."""


def tick(what: str, address: str = NUMBER) -> Tick:
    """`import-` is an untick by an import."""
    return Tick(address, what.endswith("+"), what[:-1])


def write(*ticks: Tick) -> None:
    with writing() as session:
        write_ticks(session, ticks, NOON)


@pytest.mark.parametrize("known", ADDS)
def test_what_a_tick_adds_depends_on_the_newest_row(app: Flask, known: str) -> None:
    cases = list(zip(TICKS, ADDS[known].split(), strict=True))
    addresses = [f"{number}@example.at" for number in range(len(cases))]
    for address in addresses if known else ():
        builders.consent(address, known.endswith("+"), source=known[:-1])
    for address, (new, _adds) in zip(addresses, cases, strict=True):
        write(tick(new, address))
    first = [known] if known else []
    expected = {
        address: first + [new] * (adds == "+") for address, (new, adds) in zip(addresses, cases, strict=True)
    }
    assert {address: ledger(address) for address in addresses} == expected


# failures.md 14: whatever the order, only a person brings back what a person took away
def test_no_order_of_three_revives_what_a_person_took_back(app: Flask) -> None:
    orders = {"/".join(order): order for order in product(TICKS, repeat=3)}
    write(*(tick(one, name) for name, order in orders.items() for one in order))
    states = consent_states(orders)
    for name, order in orders.items():
        people = [one for one in order if one[:-1] in SOURCES]
        if people:
            assert states[name].withdrawn == people[-1].endswith("-"), name
            assert states[name].ticked == people[-1].endswith("+"), name
        elif states[name].ticked:
            assert [one for one in order if one.startswith("import")][-1] == "import+", name


@pytest.fixture
def outbox(app: Flask, link: LinkServer) -> Outbox:
    return Outbox.opened(link)


def test_failure_14_withdrawn_with_three_planned_none_leaves_and_no_import_revives_it(outbox: Outbox) -> None:
    for days in (3, 4):
        builders.rule("reminder", days=days, active_since=outbox.calendar.live_since)
    outbox.due(1, start="20.03. 09:00")
    grant(NUMBER, "form", "anna", "", outbox.now)
    assert [state.split()[0] for state in outbox.states()] == ["planned"] * 3
    revoke(NUMBER, "phone", "anna", "ruft an: keine SMS mehr", outbox.now)
    assert outbox.states() == ["withheld revoked"] * 3
    for day in range(14):
        write(tick("import+"), tick("calendar+"))
        plan_messages(outbox.now)
        outbox.send(days=1 if day else 0)
    assert outbox.link.requests == []
    assert ledger() == ["form+", "phone-"]


def test_failure_14_the_tick_is_per_number(outbox: Outbox) -> None:
    from tests.actions.outbox import phone

    outbox.change(type(outbox.calendar), 1, consent="customer")
    builders.appointment(outbox.calendar, NOON + timedelta(days=2), phones=[phone(1), phone(2)], uid="zwei")
    grant(NUMBER, "form", "anna", "", outbox.now)
    assert outbox.states() == ["planned planned_lead", "withheld no_consent"]
    assert outbox.send().accepted == 1
    (request,) = outbox.link.accepted
    assert request["recipientAddressList"] == [NUMBER.removeprefix("+")]
    grant(OTHER, "phone", "anna", "", outbox.now)
    revoke(NUMBER, "phone", "anna", "", outbox.now)
    assert consent_states([NUMBER, OTHER])[OTHER].ticked


def test_failure_14_an_opt_out_wins_over_a_calendar_whose_entries_count_as_consent(outbox: Outbox) -> None:
    assert outbox.calendar.consent == "calendar"
    outbox.due(2)
    revoke(NUMBER, "in_person", "anna", "", outbox.now)
    write(tick("calendar+"))
    assert outbox.send().accepted == 1
    assert outbox.states() == ["withheld revoked", "accepted accepted"]


# A14: what is stored beside a tick
def test_a_row_keeps_who_when_how_and_whom_it_named(app: Flask) -> None:
    day = NOON.date() - timedelta(days=9)
    given = Tick("Eva@Example.at", True, "form", "anna", "Ordner 4", day, "Eva Šimić", "A110010")
    assert record([given], NOON) == 1
    (row,) = db.session.scalars(select(Consent))
    assert (row.address, row.granted, row.source, row.by, row.at) == (
        "eva@example.at",
        True,
        "form",
        "anna",
        NOON,
    )
    assert (row.evidence, row.given_on, row.wording) == ("Ordner 4", day, WORDING)
    assert (row.person_name, row.property_number) == ("Eva Šimić", "A110010")
    state = consent_states(["eva@example.at", "wer@example.at"])
    assert state["eva@example.at"].ticked and state["eva@example.at"].newest == row
    assert state["wer@example.at"].newest is None and not state["wer@example.at"].withdrawn


def test_thousands_of_addresses_are_looked_up_at_once(app: Flask) -> None:
    addresses = [f"{number}@example.at" for number in range(1201)]
    write(*(tick("import+", address) for address in addresses[::2]))
    states = consent_states(addresses)
    assert [states[address].ticked for address in addresses] == [number % 2 == 0 for number in range(1201)]


def test_the_permissions_of_a_list_of_any_length_are_looked_up(app: Flask) -> None:
    write(tick("import+", "0@example.at"), tick("import+", "69999@example.at"))
    found = load_permissions([f"{number}@example.at" for number in range(70_000)])
    assert sorted(found) == ["0@example.at", "69999@example.at"]
