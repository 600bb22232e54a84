"""Who gets a slip and why, and the order in which one walks."""

from __future__ import annotations

import pytest

from kehr.rules.terms.appointments import WorkKind
from kehr.rules.terms.messages import State
from kehr.rules.visits.slips import Door, Heard, Why, needs_notice, slips_of, split_street, walk_key, why_slip

MOBILE = "+436641000001"


def _door(*messages: Heard, **values: object) -> Door:
    return Door(messages, reachable=True, **values)  # type: ignore[arg-type]


def _heard(state: State, reason: str = "", *, trial: bool = False) -> Heard:
    return Heard(state, trial, reason, MOBILE)


@pytest.mark.parametrize(
    ("state", "reason", "code"),
    [
        (State.DELIVERED, "", None),
        (State.ACCEPTED, "", None),
        (State.SENDING, "", None),
        (State.PLANNED, "", None),
        (State.HELD, "number_shared", None),
        (State.UNDELIVERED, "undelivered", "slip_undelivered"),
        (State.UNDELIVERED, "bounced", "slip_bounced"),
        (State.REFUSED, "seven_202", "slip_refused"),
        (State.UNCLEAR, "timeout", "slip_unclear"),
        (State.MISSED, "too_late", "slip_missed"),
        (State.WITHHELD, "no_consent", "slip_no_consent"),
        (State.WITHHELD, "revoked", "slip_revoked"),
        (State.WITHHELD, "landline", "slip_landline"),
        (State.WITHHELD, "not_mobile", "slip_not_mobile"),
        (State.WITHHELD, "tag_no_sms", "slip_tag"),
        (State.WITHHELD, "tag_no_email", "slip_tag"),
        (State.WITHHELD, "only_invoices", "slip_only_invoices"),
        (State.WITHHELD, "object_without_number", "slip_no_way"),
        (State.WITHHELD, "placeholder_missing", "slip_held_back"),
        (State.WITHHELD, "entry_missing", None),
    ],
)
def test_who_was_not_reached_gets_a_slip_with_its_reason(  # C04
    state: State, reason: str, code: str | None
) -> None:
    why = why_slip(_door(_heard(state, reason)))
    assert (why.code if why else None) == code


def test_who_was_reached_by_any_way_needs_no_slip() -> None:  # C04
    failed = _heard(State.UNDELIVERED)
    assert why_slip(_door(failed, Heard(State.DELIVERED, address="karl@example.at"))) is None
    assert why_slip(_door(_heard(State.WITHHELD, "no_consent"), _heard(State.ACCEPTED))) is None


def test_a_failed_announcement_is_not_healed_by_a_reminder_that_is_still_to_come() -> None:
    why = why_slip(_door(_heard(State.PLANNED), _heard(State.UNDELIVERED)))
    assert why == Why("slip_undelivered", {"address": MOBILE})


def test_what_trial_mode_recorded_reached_nobody() -> None:  # C26
    why = why_slip(_door(_heard(State.ACCEPTED, "trial", trial=True)))
    assert why is not None and why.code == "slip_trial"


def test_without_any_message_the_numbers_say_why() -> None:  # C04
    assert why_slip(Door()) == Why("slip_no_way")
    assert why_slip(Door(landline="+43725253123")) == Why("slip_landline", {"address": "+43725253123"})
    assert why_slip(Door(reachable=True)) == Why("slip_not_planned")
    assert why_slip(Door(known=False)) == Why("slip_nobody")


def test_a_manager_gets_no_slip_at_a_door_where_others_live() -> None:
    manager = Door((_heard(State.UNDELIVERED),), manager=True)
    assert [at for at, _why in slips_of([manager, Door()])] == [1]
    assert [at for at, _why in slips_of([manager])] == [0]


def test_who_hears_of_main_sweeps_only_gets_a_slip_only_when_nobody_else_is_told() -> None:
    only_main = _door(_heard(State.WITHHELD, "only_main"))
    assert slips_of([_door(_heard(State.DELIVERED)), only_main]) == []
    assert [why.code for _at, why in slips_of([only_main, only_main])] == ["slip_only_main"]


@pytest.mark.parametrize(
    ("units", "over", "work", "needed"),
    [
        (3, 2, WorkKind.MAIN_SWEEP, True),
        (2, 2, WorkKind.MAIN_SWEEP, False),
        (10, 2, WorkKind.SWEEP, False),
        (None, 2, WorkKind.MAIN_SWEEP, False),
        (10, None, WorkKind.MAIN_SWEEP, False),
    ],
)
def test_a_notice_hangs_in_larger_houses_before_a_main_sweep(  # C04
    units: int | None, over: int | None, work: WorkKind, needed: bool
) -> None:
    assert needs_notice(units, over, work) is needed


def test_one_walks_by_street_and_by_house_number_as_one_counts() -> None:  # C04
    walk = [
        "Ennser Straße 2",
        "Ennser Straße 2/1",
        "Ennser Straße 2/10",
        "Ennser Str. 2a",
        "Ennser Straße 2 b",
        "Ennser Straße 10",
        "Haratzmüllerstraße 7/2",
        "Haratzmüllerstraße 7/3",
        "Straße des 17. Juni 3",
    ]
    shuffled = sorted(walk, key=lambda street: street[::-1])
    assert sorted(shuffled, key=lambda street: walk_key("4400 Steyr", street)) == walk


def test_flats_of_a_house_are_counted_too_and_towns_are_not_mixed() -> None:
    tops = ["Top 2", "Top 10", "Top 11a"]
    assert sorted(reversed(tops), key=lambda top: walk_key("", "Weg 1", top)) == tops
    assert walk_key("4400 Steyr", "Weg 9") < walk_key("4407 Gleink", "Anger 1")


@pytest.mark.parametrize(
    ("street", "parts"),
    [
        ("Haratzmüllerstraße 7/3", ("Haratzmüllerstraße", "7/3")),
        ("Straße des 17. Juni 3", ("Straße des 17. Juni", "3")),
        ("Am  Platz", ("Am Platz", "")),
        ("Weg 12 Top 3", ("Weg", "12 Top 3")),
        ("Weg 10-12", ("Weg", "10-12")),
        ("", ("", "")),
    ],
)
def test_a_street_falls_into_name_and_number(street: str, parts: tuple[str, str]) -> None:
    assert split_street(street) == parts
