"""What the dialog about a bundle says: what happened, what a text comes to, and why it cannot leave."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from kehr.actions.decide.decide_together import TextUnfit
from kehr.actions.decide.word_bundle import JointBundle, Reading
from kehr.rules.terms.messages import Kind
from kehr.rules.texts.bundle_text import Fault, bundle_warnings
from kehr.rules.texts.text_warnings import DAY_WORD, TextWarning, text_warnings
from kehr.web import sentences
from kehr.web.draft_words import Hint
from kehr.web.filters import when
from kehr.web.manual_words import names_of
from kehr.web.money_words import euro
from kehr.web.warning_words import warning_sentence


def warnings_of(bundle: JointBundle, reading: Reading, text: str, subject: str) -> tuple[TextWarning, ...]:
    """What somebody must have seen before this text goes to all of them."""
    usual = text_warnings(text, subject, deaf=reading.deaf, asking=False)
    return (*bundle_warnings(text, bundle.kind), *usual)


def hints_about(bundle: JointBundle, reading: Reading, warned: tuple[TextWarning, ...]) -> Iterator[Hint]:
    """What is to be said of a text beyond the one message that is shown."""
    for placeholders, names in reading.gaps.items():
        yield Hint("red", gap_sentence(placeholders, names))
    for one in warned:
        if one.code != DAY_WORD:
            yield Hint("amber", warning_sentence(one))
    if reading.long:
        words = ngettext(
            "%(num)s der Nachrichten braucht mehr als eine SMS.",
            "%(num)s der Nachrichten brauchen mehr als eine SMS.",
            reading.long,
        )
        yield Hint("grey", words)
    if bundle.several:
        words = ngettext(
            "%(num)s Empfänger hat mehrere dieser Termine und bekommt mit eigenem Text zu jedem eine "
            "Nachricht.",
            "%(num)s Empfänger haben mehrere dieser Termine und bekommen mit eigenem Text zu jedem eine "
            "Nachricht.",
            bundle.several,
        )
        yield Hint("grey", words)
    if bundle.worded:
        words = ngettext(
            "%(num)s Nachricht hat schon einen eigenen Text. Der gemeinsame ersetzt ihn.",
            "%(num)s Nachrichten haben schon einen eigenen Text. Der gemeinsame ersetzt ihn.",
            bundle.worded,
        )
        yield Hint("grey", words)


def gap_sentence(placeholders: str, names: tuple[str, ...]) -> str:
    """What cannot be filled, for whom, and what to do."""
    return _(
        "%(placeholders)s ist leer bei: %(names)s. Nehmen Sie es aus dem Text oder ergänzen Sie die Termine.",
        placeholders=placeholders,
        names=names_of(names),
    )


def sum_words(bundle: JointBundle, reading: Reading) -> str:
    """`14 Nachrichten an 14 Empfänger: 14 SMS, etwa 1,04 €`."""
    pieces = [_("%(parts)s SMS", parts=reading.parts)] if reading.parts else []
    if bundle.emails:
        pieces.append(ngettext("%(num)s E-Mail", "%(num)s E-Mails", bundle.emails))
    if reading.cost is not None:
        pieces.append(_("etwa %(money)s", money=euro(reading.cost)))
    many = ngettext("%(num)s Nachricht", "%(num)s Nachrichten", len(bundle.messages))
    people = ngettext("%(num)s Empfänger", "%(num)s Empfänger", bundle.people)
    return _("%(many)s an %(people)s: %(sums)s", many=many, people=people, sums=", ".join(pieces))


def what_happened(bundle: JointBundle) -> str:
    """`Kehrplan Steyr: 14 Termine vom Do, 12.03. wurden gemeinsam verschoben.`, and what to do."""
    sample = bundle.messages[0]
    happened = sentences.first_sentence(sentences.told(sample.reason, sample.reason_args))
    asked = _("Schreiben Sie einen Text für alle, oder lassen Sie hinaus, was eingestellt ist.")
    return f"{sample.calendar_name}: {happened}. {asked}"


def what_none_means(kind: Kind) -> str:
    """What the people then know, and what is left to do."""
    if kind == Kind.CANCELLED:
        return _(
            "Dann erfährt niemand davon, und die Betroffenen warten auf Sie. Rufen Sie sie an, "
            "wenn die Termine wirklich entfallen."
        )
    return _(
        "Dann rechnen die Betroffenen weiter mit der alten Zeit, bis Sie anrufen oder eine Erinnerung an den "
        "neuen Termin hinausgeht. Einzelne können Sie später unter Geplant doch senden."
    )


def unreached_words(bundle: JointBundle) -> str:
    """How many appointments of the bundle nobody is written to about; empty for none."""
    if not bundle.unreached:
        return ""
    return ngettext(
        "Zu %(num)s weiteren Termin wartet keine Nachricht: Niemand wusste davon, "
        "oder es fehlt Nummer oder Einwilligung.",
        "Zu %(num)s weiteren Terminen wartet keine Nachricht: Niemand wusste davon, "
        "oder es fehlt Nummer oder Einwilligung.",
        bundle.unreached,
    )


def refusals(unfit: TextUnfit) -> dict[str, str]:
    """One sentence for each field at which something stands against the text."""
    found = {fault.place: fault_sentence(fault) for fault in unfit.faults}
    if unfit.gaps:
        found["text"] = " ".join(gap_sentence(*gap) for gap in unfit.gaps.items())
    return found


def fault_sentence(fault: Fault) -> str:
    """What is wrong with the text or the subject, and what to do."""
    if fault.code == "text_empty":
        return _("Schreiben Sie den Text, den alle bekommen sollen.")
    if fault.code == "too_long":
        return _("Höchstens %(longest)s Zeichen, hier sind es %(length)s. Kürzen Sie es.", **fault.args)
    if fault.code == "forbidden_letters":
        return _(
            "Hier stehen Zeichen, die niemand senden kann. Löschen Sie die Stelle und tippen Sie sie neu."
        )
    said = _("Den Platzhalter %(name)s gibt es nicht.", name=fault.args["name"])
    meant = fault.args["meant"]
    return f"{said} {_('Gemeint ist wohl %(name)s.', name=meant)}" if meant else said


def other_now(bundle: JointBundle) -> str:
    """That something else waits than what was shown."""
    return ngettext(
        "Inzwischen hat sich geändert, was hier wartet: Nun ist es %(num)s Nachricht. "
        "Noch nichts ist gesendet. Sehen Sie noch einmal hin und entscheiden Sie dann.",
        "Inzwischen hat sich geändert, was hier wartet: Nun sind es %(num)s Nachrichten. "
        "Noch nichts ist gesendet. Sehen Sie noch einmal hin und entscheiden Sie dann.",
        len(bundle.messages),
    )


def decided_words(decided: tuple[str, datetime] | None) -> str:
    """Who was faster."""
    if decided is None:
        return _("Die Nachrichten dieses Bündels sind freigegeben oder nicht mehr nötig.")
    who, at = decided
    return _("%(who)s hat das schon entschieden (%(when)s).", who=who, when=when(at))
