"""What a text should not say: asks for an answer that nobody hears, or advertises among appointments."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kehr.rules.terms.placeholders import composed
from kehr.rules.texts.text import check_template

DAY_WORD, ASKS_REPLY, PROMOTES = "typed_day_word", "asks_reply", "promotes"
"""A typed "morgen" (C11), a reply is asked where none is heard (C23), promotional words (C24)."""

_ASKS = (
    r"antworten sie",
    r"(?:um|ihre|eine|kurze) (?:kurze )?(?:antwort|rückantwort|rückmeldung)"
    r"(?! (?:unter|an #|telefonisch|am telefon|per (?:telefon|e-?mail)|tel))",
    r"(?:sms|mit) (?:ja|ok|nein|stop) (?:zurück|antworten|an diese)",
    r"(?:ja|ok|nein|stop)\W{0,2} (?:zurück|antworten|als antwort|retour)",
    r"(?:mit|per|durch) \W?stopp?",
    r"stopp?\W{0,2} (?:zum|zur|um|an|senden|schicken|schreiben|antworten|genügt)",
    r"(?:senden|schicken|schreiben|antworten) sie (?:uns )?(?:bitte |einfach )?"
    r"\W?(?:stopp?|abmelden|ja|ok|nein)",
    r"(?:antworten|bewerten|zurück|sms) (?:\w+ ){0,3}?mit [0-9](?: ?(?:-|bis) ?[0-9])?",
    r"(?:per|mit|via) sms (?:melden|antworten|bestätigen|absagen|zurück\w*)",
    r"(?:melden|bestätigen|antworten|sagen|schreiben) sie (?:\w+ ){0,5}?(?:per|mit|via) sms",
    r"(?:per|mit|via) (?:antwort-?)?sms (?:ab|zu|an uns)",
    r"auf diese (?:sms|nachricht)",
    r"(?:schreiben|schicken|senden) sie (?:uns )?(?:einfach )?(?:zurück|retour)",
    r"zurückschreiben",
    r"antwort(?:en)? (?:bitte|genügt|hilft|reicht)",
    r"bitte (?:um )?(?:kurz(?:e)? )?(?:antwort\w*|rückantwort|zurück\w*)",
    r"geben sie (?:uns )?(?:kurz )?bescheid (?:per|mit|via) sms",
)
_NOT_ASKED = re.compile(
    r"\b(?:nicht|keine?)\b[^.!?]*\b(?:ge)?antwort\w*|\bantwort\w*\b[^.!?]*\b(?:nicht|keine?)\b(?! sms\b)"
)
_PROMOTING = (
    r"(?:sonder|best|top|herbst|frühlings|winter|sommer)?angebot\w*",
    r"\w*rabatt\w*",
    r"aktion(?:en|s\w+)?",
    r"(?:sonder|preis|herbst|frühjahrs|frühlings|sommer|winter)aktion\w*",
    r"gratis",
    r"kostenlos\w*",
    r"geschenk\w*",
    r"gutschein\w*",
    r"gewinnspiel\w*",
    r"gewinnen sie",
    r"jetzt (?:buchen|bestellen|kaufen|sichern|zugreifen)",
    r"buchen sie (?:jetzt|gleich)",
    r"bestellen sie",
    r"nur (?:heute|noch heute|diese woche|bis)",
    r"(?:zum )?(?:vorteils|sonder|bestpreis|aktions)preis\w*",
    r"sparen sie",
    r"(?:empfehlen|bewerten) sie uns",
    r"weiterempfehl\w*",
    r"bewertung\w*",
    r"besuchen sie (?:unsere|unseren|unser|uns)",
    r"(?:wir )?empfehlen (?:wir )?ihnen",
    r"folgen sie uns",
    r"newsletter",
    r"neu im (?:sortiment|programm)",
    r"unser(?:e|en)? (?:neue|neuen|neues) (?:produkt\w*|dienst\w*|service)",
    r"\d+ ?(?:%|prozent) (?:rabatt|nachlass|günstiger|ermäßigung|weniger)",
    r"(?:-|minus) ?\d+ ?(?:%|prozent)",
    r"\d+ ?(?:%|prozent) auf",
    r"ermäßigung\w*",
    r"werben sie",
)
_ASK = re.compile(rf"(?<!\w)(?:{'|'.join(_ASKS)})(?!\w)", re.IGNORECASE)
_PROMOTE = re.compile(rf"(?<![\w#])(?:{'|'.join(_PROMOTING)})(?!\w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TextWarning:
    """Words that somebody should see before the text is kept; it may be kept all the same."""

    code: str
    words: tuple[str, ...]


def asks_reply(text: str) -> tuple[str, ...]:
    """The words by which a text asks for an answer by SMS, each once, as they stand there."""
    found = []
    for sentence in re.split(r"(?<=[.!?\n])", composed(text)):
        if not _NOT_ASKED.search(sentence.casefold()):
            found += [match.group() for match in _ASK.finditer(sentence)]
    return tuple(dict.fromkeys(found))


def promotes(text: str) -> tuple[str, ...]:
    """Words of advertising in a text, each once, as they stand there."""
    return tuple(dict.fromkeys(match.group() for match in _PROMOTE.finditer(composed(text))))


def text_warnings(text: str, subject: str = "", *, deaf: bool, asking: bool) -> tuple[TextWarning, ...]:
    """Everything to be seen about a text. `deaf`: nobody hears an answer to its SMS; `asking`: the
    message asks for feedback, to which its recipients agreed on its own.
    """
    days = tuple(one.placeholder for one in check_template(text) if one.is_warning)
    found = [(DAY_WORD, days), (ASKS_REPLY, asks_reply(text) if deaf else ())]
    found.append((PROMOTES, () if asking else promotes(f"{text}\n{subject}")))
    return tuple(TextWarning(code, words) for code, words in found if words)
