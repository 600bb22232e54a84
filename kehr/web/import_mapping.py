"""The form that says what the columns of a file mean: with what is guessed, or with what was typed."""

from __future__ import annotations

from collections.abc import Mapping as Typed
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from kehr.actions.imports.import_files import ContentGone
from kehr.actions.imports.import_lists import check_list_name, file_lists, new_list
from kehr.actions.imports.import_profiles import check_profile_name, named_profile, save_profile
from kehr.actions.imports.show_import import columns_of
from kehr.models import Branch, Calendar, ImportRun, db
from kehr.rules.forms.settings_reader import SettingsError
from kehr.rules.imports.import_columns import FIELDS, Field, ImportKind, column_faults, guess_columns
from kehr.sources.tables import UnreadableTable
from kehr.web import sentences
from kehr.web.import_words import KINDS

NEW = "neu"
"""The choice of a list that does not exist yet."""


@dataclass
class Mapping:
    """What the form shows. `columns` is heading -> field; `faults` has a sentence for each wrong part:
    kind, columns, a heading, list, list_name, profile_name or file.
    """

    kind: str
    columns: dict[str, str]
    profile: str = ""
    target: str = ""
    list_name: str = ""
    branch: str = ""
    keep: bool = False
    profile_name: str = ""
    calendar_id: int | None = None
    faults: dict[str, str] = field(default_factory=dict)

    @property
    def fields(self) -> tuple[Field, ...]:
        """What a column can mean."""
        return FIELDS[ImportKind(self.kind)] if self.kind else ()

    @property
    def lists(self) -> list[Calendar]:
        """The lists that appointments can go to."""
        return file_lists()

    @property
    def branches(self) -> list[str]:
        """The branches that a new list can belong to."""
        return list(
            db.session.scalars(select(Branch.name).where(Branch.archived_at.is_(None)).order_by(Branch.id))
        )


def start_mapping(run: ImportRun, kind: str, profile: str | None) -> Mapping:
    """The form as it begins: as the run says, by a chosen profile, or guessed for another kind.

    An empty `profile` means that none is wanted, None that nothing was chosen.
    """
    chosen = named_profile(profile) if profile else None
    if chosen is not None and (not kind or chosen.kind == kind):
        target = str(chosen.calendar_id or "")
        return Mapping(chosen.kind, dict(chosen.columns), chosen.name, target, profile_name=chosen.name)
    if kind == run.kind and profile is None:
        target = str(run.calendar_id or "")
        return Mapping(run.kind, dict(run.columns), run.profile_name, target, profile_name=run.profile_name)
    headings = _headings(run)
    return Mapping(kind, guess_columns(headings, kind) if kind else {})


def read_mapping(run: ImportRun, typed: Typed[str, str], now: datetime) -> Mapping:
    """What was typed, with a sentence for everything that does not fit.

    When all fits, a new list is made and the profile is kept.
    """
    headings = _headings(run)
    chosen = {heading: typed.get(f"spalte-{index}", "") for index, heading in enumerate(headings)}
    mapping = Mapping(
        kind=typed.get("art", ""),
        columns={heading: meaning for heading, meaning in chosen.items() if meaning},
        profile=typed.get("profil", ""),
        target=typed.get("liste", ""),
        list_name=typed.get("liste_name", ""),
        branch=typed.get("filiale", ""),
        keep=bool(typed.get("merken")),
        profile_name=typed.get("profil_name", ""),
    )
    if mapping.kind not in KINDS:
        mapping.kind = ""
        mapping.faults["kind"] = _("Sagen Sie zuerst, ob das Kunden oder Termine sind.")
        return mapping
    _check_columns(mapping, headings)
    _check_list(mapping)
    _check_profile(mapping)
    if not mapping.faults:
        _keep(mapping, now)
    return mapping


def _check_columns(mapping: Mapping, headings: tuple[str, ...]) -> None:
    for fault in column_faults(mapping.columns, headings, mapping.kind):
        words = sentences.told(fault.code, {"detail": fault.detail})
        mapping.faults["columns"] = " ".join(filter(None, (mapping.faults.get("columns"), words)))
    labels = {one.name: one.label for one in mapping.fields}
    for heading, meaning in mapping.columns.items():
        same = [other for other, its in mapping.columns.items() if its == meaning]
        if len(same) > 1 and labels.get(meaning, "") in mapping.faults.get("columns", ""):
            mapping.faults[f"column {heading}"] = _("»%(field)s« ist schon vergeben.", field=labels[meaning])


def _check_list(mapping: Mapping) -> None:
    if mapping.kind != ImportKind.APPOINTMENTS:
        mapping.target = ""
        return
    if mapping.target == NEW:
        if mapping.branch and mapping.branch not in mapping.branches:
            mapping.faults["list"] = _("Diese Filiale gibt es nicht. Wählen Sie eine andere.")
        try:
            check_list_name(mapping.list_name)
        except SettingsError as refused:
            mapping.faults["list_name"] = refused.sentence
        return
    known = {str(one.id): one.id for one in mapping.lists}
    if mapping.target and mapping.target not in known:
        mapping.faults["list"] = _("Diese Liste gibt es nicht mehr. Wählen Sie eine andere.")
    mapping.calendar_id = known.get(mapping.target)


def _check_profile(mapping: Mapping) -> None:
    if not mapping.keep:
        return
    try:
        mapping.profile_name = check_profile_name(mapping.profile_name, mapping.kind, mapping.profile)
    except SettingsError as refused:
        mapping.faults["profile_name"] = refused.sentence


def _keep(mapping: Mapping, now: datetime) -> None:
    """Makes the new list and remembers the profile; nothing else changes before the take-over."""
    if mapping.target == NEW:
        mapping.calendar_id = new_list(mapping.list_name, mapping.branch, now)
    if mapping.keep:
        save_profile(mapping.profile_name, mapping.kind, mapping.columns, mapping.calendar_id, now)
        mapping.profile = mapping.profile_name


def _headings(run: ImportRun) -> tuple[str, ...]:
    try:
        return tuple(column.heading for column in columns_of(run))
    except (ContentGone, UnreadableTable):
        return ()
