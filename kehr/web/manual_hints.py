"""What the manual window says about a draft while somebody types."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from kehr.rules.plan.manual_list import Wish
from kehr.rules.terms.messages import Channel
from kehr.rules.terms.sms import SmsCount
from kehr.rules.texts.draft import Dear
from kehr.rules.texts.outgoing import Composed
from kehr.rules.texts.text import check_template
from kehr.rules.texts.text_warnings import DAY_WORD, text_warnings
from kehr.web.draft_words import Hint
from kehr.web.warning_words import warning_sentence


def remarks_of(wish: Wish, *, deaf: bool) -> list[str]:
    """What somebody must have seen before such a text leaves: the question says it (C23, C24)."""
    subject = wish.subject if wish.channel == Channel.EMAIL else ""
    by_sms = wish.channel == Channel.SMS
    found = text_warnings(wish.text, subject, deaf=deaf and by_sms, asking=False)
    return [warning_sentence(one) for one in found if one.code != DAY_WORD]


def hints_of(
    text: str,
    composed: Composed,
    dear: Sequence[Dear],
    counted: SmsCount,
    channel: Channel,
    warned: Sequence[str] = (),
) -> list[Hint]:
    """What is to be said about the draft as the selected line would read it; `warned` are `remarks_of` it."""
    found = [Hint("amber", sentence) for sentence in warned]
    unknown = set()
    for complaint in check_template(text):
        if complaint.is_warning:
            sentence = _(
                "»%(word)s« gilt nur, wenn die Nachricht heute hinausgeht. Sicherer ist #Tagwort.",
                word=complaint.placeholder,
            )
            found.append(Hint("amber", sentence))
            continue
        unknown.add(complaint.placeholder)
        sentence = _("Den Platzhalter %(name)s gibt es nicht.", name=complaint.placeholder)
        if complaint.suggestion:
            sentence += " " + _("Gemeint ist wohl %(name)s.", name=complaint.suggestion)
        found.append(Hint("red", sentence))
    for name in composed.missing:
        if name != "Text" and f"#{name}" not in unknown:
            sentence = _("%(name)s ist hier leer. So bekommt diese Person nichts.", name=f"#{name}")
            found.append(Hint("red", sentence))
    if channel == Channel.SMS:
        found += [_dear(one, counted) for one in dear]
    return found


def _dear(dear: Dear, counted: SmsCount) -> Hint:
    letters = " ".join(f"»{character}«" for character in dear.characters)
    words = {"letters": letters, "parts": counted.parts, "better": dear.parts}
    if dear.placeholder:
        words["name"] = dear.placeholder
        return Hint(
            "amber", _("%(letters)s in #%(name)s: Damit sind es %(parts)s SMS statt %(better)s.", **words)
        )
    if dear.cheap:
        return Hint(
            "amber",
            _("%(letters)s im Text: Damit sind es %(parts)s SMS statt %(better)s.", **words),
            dear.cheap,
        )
    return Hint("amber", _("%(letters)s im Text: Damit sind es %(parts)s SMS.", **words))
