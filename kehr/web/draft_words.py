"""What the editor says about a draft, in sentences, and which letters it marks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from flask_babel import gettext as _
from flask_babel import ngettext

from kehr.actions.plan.preview_draft import DraftPreview
from kehr.models import Company
from kehr.rules.forms.settings_values import RuleSettings
from kehr.rules.terms.sms import SmsCount
from kehr.rules.texts.draft import Dear
from kehr.rules.texts.text import Complaint
from kehr.web.filters import when
from kehr.words.links import WHY_NO_LINK


@dataclass(frozen=True, slots=True)
class Hint:
    """One sentence beside the draft: tone amber, red or grey; `cheap` is a text that may be taken over."""

    tone: str
    sentence: str
    cheap: str = ""


def hints_of(found: DraftPreview, draft: RuleSettings, company: Company) -> list[Hint]:
    """Everything the editor has to say about a draft, what would stop it first."""
    return [
        *complaint_hints(found.complaints),
        *_link(found),
        *_missing(found),
        *(_costs(found, draft)),
        *_timing(found, draft, company),
    ]


def complaint_hints(complaints: Iterable[Complaint]) -> Iterator[Hint]:
    """What is wrong with a template: red stops it, amber does not."""
    for complaint in complaints:
        if complaint.is_warning:
            sentence = _(
                "Das getippte »%(word)s« stimmt nicht mehr, wenn die Nachricht später hinausgeht. "
                "Nehmen Sie #Tagwort.",
                word=complaint.placeholder,
            )
            yield Hint("amber", sentence)
            continue
        sentence = _("Den Platzhalter %(name)s gibt es nicht.", name=complaint.placeholder)
        if complaint.suggestion:
            sentence += " " + _("Gemeint ist wohl %(name)s.", name=complaint.suggestion)
        yield Hint("red", sentence)


def _link(found: DraftPreview) -> Iterator[Hint]:
    if found.link_refused:
        yield Hint("red", _(WHY_NO_LINK[found.link_refused]))


def _missing(found: DraftPreview) -> Iterator[Hint]:
    unknown = {complaint.placeholder for complaint in found.complaints}
    for missing in found.composed.missing:
        name = "#" + missing.removeprefix("#")
        if name == "#Text":
            yield Hint("grey", _("Noch kein Text. Ohne Text kann die Nachricht nicht eingeschaltet sein."))
        elif name not in unknown and not (name == "#Kalenderlink" and found.link_refused):
            yield Hint(
                "red",
                _("%(name)s ist bei diesem Termin leer. So würde die Nachricht zurückgehalten.", name=name),
            )


def _costs(found: DraftPreview, draft: RuleSettings) -> Iterator[Hint]:
    if draft.channel == "email":
        return
    for dear in found.dear:
        yield _dear(dear, found.count)


def _dear(dear: Dear, counted: SmsCount) -> Hint:
    letters = " ".join(f"»{character}«" for character in dear.characters)
    where = _("im Text") if not dear.placeholder else _("in #%(name)s dieses Termins", name=dear.placeholder)
    effect = ngettext(
        "erlaubt nur 70 statt 160 Zeichen", "erlauben nur 70 statt 160 Zeichen", len(dear.characters)
    )
    sentence = _(
        "%(letters)s %(where)s %(effect)s: %(parts)s SMS.",
        letters=letters,
        where=where,
        effect=effect,
        parts=counted.parts,
    )
    if not dear.cheap:
        return Hint("amber", sentence)
    if dear.placeholder:
        advice = _("Mit »%(cheap)s« wäre es %(parts)s.", cheap=dear.cheap, parts=dear.parts)
        return Hint("amber", f"{sentence} {advice}")
    return Hint("amber", sentence, dear.cheap)


def _timing(found: DraftPreview, draft: RuleSettings, company: Company) -> Iterator[Hint]:
    if found.nominal is None or found.due is None:
        return
    if not company.window_from <= draft.at < company.window_to:
        yield Hint(
            "amber",
            _(
                "%(at)s liegt außerhalb der Sendezeit %(first)s bis %(last)s. "
                "Für diesen Termin ginge die Nachricht wirklich am %(due)s hinaus.",
                at=f"{draft.at:%H:%M}",
                first=f"{company.window_from:%H:%M}",
                last=f"{company.window_to:%H:%M}",
                due=when(found.due),
            ),
        )
    elif found.past:
        yield Hint(
            "grey", _("Für diesen Termin ist der Zeitpunkt schon vorbei: %(due)s.", due=when(found.due))
        )
    elif found.due != found.nominal:
        yield Hint(
            "grey",
            _(
                "Am %(nominal)s wird nicht gesendet. Für diesen Termin geht die Nachricht am %(due)s hinaus.",
                nominal=when(found.nominal),
                due=when(found.due),
            ),
        )
    else:
        yield Hint("grey", _("Geht für diesen Termin am %(due)s hinaus.", due=when(found.due)))


def highlighted(text: str, counted: SmsCount) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is made of dear characters."""
    dear = {one.character for one in counted.expensive}
    return [("".join(piece), marked) for marked, piece in groupby(text, key=lambda letter: letter in dear)]
