"""Holds what a feed says now against what was known, and decides whether it can be believed.

Keys come and go without anybody touching an appointment: exports renumber them, Google cuts a series
in two. So whatever lost its key is looked for by start and person before it counts as gone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kehr.rules.terms.appointments import EntryStatus, Occurrence, Recognised

SURE_AFTER = timedelta(hours=6)
"""An entry is gone for sure when two good fetches at least this far apart lacked it (C02)."""
NEAR = timedelta(days=4)
FAR = timedelta(days=60)
LOSS_COUNT = 3
LOSS_SHARE = 0.3
MASS_CANCELLED = 5
MASS_MOVED = 5
MOVED_SHARE = 0.2
_CUT = re.compile(r"_R\d{8}(T\d{6}Z?)?(?=@|$)")


@dataclass(frozen=True, slots=True)
class Known:
    """An appointment as the rows have it. `person` is `person_of` what was recognised then."""

    id: int
    uid: str
    recurrence_id: str
    start: datetime
    all_day: bool
    person: frozenset[str]
    missing_since: datetime | None = None
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """An occurrence as the feed has it now."""

    occurrence: Occurrence
    recognised: Recognised
    person: frozenset[str]


@dataclass(frozen=True, slots=True)
class Match:
    """A known appointment and what it is now."""

    known: Known
    seen: Seen

    @property
    def moved(self) -> bool:
        """Whether its start differs from what was known."""
        occurrence = self.seen.occurrence
        return self.known.start != occurrence.start or self.known.all_day != occurrence.all_day

    @property
    def newly_cancelled(self) -> bool:
        """Whether the feed now says that it is cancelled, and did not before."""
        return self.seen.occurrence.status == EntryStatus.CANCELLED and not self.known.cancelled


@dataclass(slots=True)
class TakeOver:
    """What a feed changes: matched, new and vanished appointments."""

    matched: list[Match] = field(default_factory=list)
    added: list[Seen] = field(default_factory=list)
    vanished: list[Known] = field(default_factory=list)


def person_of(numbers: Iterable[str], object_number: str, name: str, summary: str) -> frozenset[str]:
    """What tells one customer's entries from another's: numbers, object and name; else the title."""
    marks = set(numbers)
    if object_number:
        marks.add(object_number.upper())
    if name:
        marks.add(" ".join(name.casefold().split()))
    return frozenset(marks or {summary.casefold().strip()})


def take_over(known: Sequence[Known], seen: Sequence[Seen], now: datetime) -> TakeOver:
    """Matches what was known with what is seen: by key, by start and person, by cut series, by person."""
    result = TakeOver()
    by_key = {(k.uid, k.recurrence_id): k for k in known}
    left: list[Seen] = []
    for s in seen:
        match = by_key.pop(s.occurrence.key, None)
        if match is None:
            left.append(s)
        else:
            result.matched.append(Match(match, s))
    gone = sorted(by_key.values(), key=lambda k: (k.start, k.id))
    gone, left = _pair(gone, left, result, lambda k: k.start, lambda s: s.occurrence.start, timedelta(0))
    gone, left = _pair(
        gone, left, result, lambda k: base_uid(k.uid), lambda s: base_uid(s.occurrence.uid), NEAR
    )
    coming = [k for k in gone if k.start > now and not k.cancelled]
    past = [k for k in gone if k.start <= now or k.cancelled]
    coming, left = _only_ones(coming, left, result)
    result.added = left
    result.vanished = past + coming
    return result


def base_uid(uid: str) -> str:
    """The UID of the series from which Google cut this one ("this and following")."""
    return _CUT.sub("", uid)


def _pair(
    gone: list[Known],
    left: list[Seen],
    result: TakeOver,
    of_known: Callable[[Known], object],
    of_seen: Callable[[Seen], object],
    near: timedelta,
) -> tuple[list[Known], list[Seen]]:
    """Pairs those that agree in one mark and in person, the nearest starts first."""
    candidates: dict[object, list[int]] = defaultdict(list)
    for i, s in enumerate(left):
        candidates[of_seen(s)].append(i)
    pairs = []
    for k_index, k in enumerate(gone):
        for s_index in candidates.get(of_known(k), ()):
            s = left[s_index]
            apart = abs(s.occurrence.start - k.start)
            if apart <= near and k.person & s.person:
                weight = (apart, -len(k.person & s.person), k_index, s_index)
                pairs.append(weight)
    return _take_pairs(sorted(pairs), gone, left, result)


def _take_pairs(
    pairs: Iterable[tuple[timedelta, int, int, int]], gone: list[Known], left: list[Seen], result: TakeOver
) -> tuple[list[Known], list[Seen]]:
    used_known: set[int] = set()
    used_seen: set[int] = set()
    for _apart, _common, k_index, s_index in pairs:
        if k_index not in used_known and s_index not in used_seen:
            used_known.add(k_index)
            used_seen.add(s_index)
            result.matched.append(Match(gone[k_index], left[s_index]))
    return (
        [k for i, k in enumerate(gone) if i not in used_known],
        [s for i, s in enumerate(left) if i not in used_seen],
    )


def _only_ones(gone: list[Known], left: list[Seen], result: TakeOver) -> tuple[list[Known], list[Seen]]:
    """One entry of a person gone and one new: that is how offices move an appointment by hand."""
    pairs = []
    gone_by_mark = _by_mark([k.person for k in gone])
    left_by_mark = _by_mark([s.person for s in left])
    for k_index, k in enumerate(gone):
        mine = sorted({i for mark in k.person for i in left_by_mark.get(mark, ())})
        rivals = {i for mark in k.person for i in gone_by_mark.get(mark, ())}
        if len(mine) == 1 and len(rivals) == 1:
            s = left[mine[0]]
            apart = abs(s.occurrence.start - k.start)
            if apart <= FAR and s.occurrence.status != EntryStatus.CANCELLED:
                pairs.append((apart, 0, k_index, mine[0]))
    return _take_pairs(sorted(pairs), gone, left, result)


def _by_mark(people: Sequence[frozenset[str]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for index, marks in enumerate(people):
        for mark in marks:
            found[mark].append(index)
    return found


@dataclass(frozen=True, slots=True)
class Distrust:
    """Why a feed is not believed: nothing of it is taken over."""

    code: str
    lost: int
    known: int


def distrust(result: TakeOver, known_ahead: int, entries: int, now: datetime) -> Distrust | None:
    """The feed guard (C21). `known_ahead` counts the coming appointments known so far, `entries` the
    UIDs in the feed. Past events that fall out mean nothing.
    """
    lost = sum(1 for k in result.vanished if k.start > now and not k.cancelled and k.missing_since is None)
    if entries == 0 and known_ahead:
        return Distrust("feed_emptied", known_ahead, known_ahead)
    if lost >= LOSS_COUNT and lost >= LOSS_SHARE * known_ahead:
        return Distrust("feed_lost_many", lost, known_ahead)
    return None


def surely_gone(missing: Collection[Known], now: datetime) -> list[Known]:
    """Those among the still missing whose first good fetch without them lies long enough back."""
    return [
        k
        for k in missing
        if k.missing_since is not None and not k.cancelled and now - k.missing_since >= SURE_AFTER
    ]


@dataclass(frozen=True, slots=True)
class Hold:
    """A bundle that a person looks at before anything of it leaves."""

    code: str
    count: int
    day: str
    ids: frozenset[int]


def holds(moved: Sequence[Known], cancelled: Sequence[Known], known_ahead: int, now: datetime) -> list[Hold]:
    """Which of the changes of one poll wait for a person (C06, C07). Days are those of the old start, UTC
    date strings.
    """
    found = []
    gone = [k for k in cancelled if k.start > now]
    if len(gone) > MASS_CANCELLED:
        found.append(Hold("mass_cancelled", len(gone), "", frozenset(k.id for k in gone)))
    shifted = [k for k in moved if k.start > now]
    if len(shifted) >= MASS_MOVED and len(shifted) > MOVED_SHARE * known_ahead:
        found.append(Hold("mass_moved", len(shifted), "", frozenset(k.id for k in shifted)))
        return found
    days: dict[str, list[Known]] = defaultdict(list)
    for k in shifted:
        days[k.start.date().isoformat()].append(k)
    for day, those in days.items():
        if len(those) >= MASS_MOVED:
            found.append(Hold("bundle_moved", len(those), day, frozenset(k.id for k in those)))
    return found
