"""What somebody means who answers: no more messages, a thank-you, or something that a person must read."""

from __future__ import annotations

import re
import unicodedata

STOP, THANKS, OPEN = "stop", "thanks", "open"
"""The kinds of a reply."""
WAITING, CALL_BACK, ANSWERED, DONE = "open", "call_back", "answered", "done"
"""The states of a reply: nobody has dealt with it, somebody will call, it was answered, it is done."""
UNDONE = (WAITING, CALL_BACK)
"""These are work."""

_NO = r"(?:nicht|nichts|kein|keine|keinen|keiner|no|non|not|dont)"
_SMS = (
    r"(?:sms|smse|smsen|mms|mails?|e-?mails?|nachricht(?:en)?|mitteilung(?:en)?|benachrichtigung(?:en)?|"
    r"verst(?:ä|ae)ndigung(?:en)?|erinnerung(?:en)?|infos?|informationen|werbung|meldung(?:en)?)"
)
_SAID_ALONE = re.compile(
    r"(?:bitte )?(?:stopp*|keine (?:sms|nachrichten)|abmelden|abmeldung|abbestellen|austragen|widerruf|"
    r"unsubscribe|opt ?out|stop all)"
    r"(?: bitte| danke)?"
)
_PLACE = r"(?:bei|beim|vor) (?:nr|nummer ?[0-9]|haus\w*|top|t(?:ü|ue)r|stiege|[0-9])\b"
_STOP_WORD = re.compile(
    rf"(?<![\w&-])stopp*(?![\w-])(?! ?(?:&|\+| und go\b|and go\b| go\b))(?! (?:{_PLACE}|schild))"
)
_STOPPED_BEFORE = re.compile(
    rf"(?:{_NO}|bus|haltestelle|boxen|der|am|beim|vom|den|einen|n[äa]chste[rn]?|^[0-9]{{1,4}} ?[a-z]?"
    r"|\bwas (?:heisst|bedeutet|ist|soll|bewirkt)(?: \w+)?|\b(?:wann|wo) ist(?: \w+)?"
    r"|\b(?:muss|m(?:ü|ue)ssen|soll|sollen|kann|darf|wenn|falls|ob) (?:ich|wir|man)(?: \w+)?) $"
)
"""What stands right before a »stop« that is not a command."""
_MUST_I = re.compile(r"\b(?:muss|m(?:ü|ue)ssen|soll|sollen|sollte[nt]?) (?:ich|wir|man)\b")
_SMS_STOP = re.compile(r"(?<!\w)(?:sms|nachrichten)-?stopp?(?![\w-])")
_NO_MORE = re.compile(
    rf"\bkeine?n?r? (?:\w+ ){{0,2}}?{_SMS}(?: \w+){{0,3}}? mehr\b"
    rf"|\bkeine (?:weiteren?|k(?:ü|ue)nftigen) {_SMS}\b|\bnie (?:wieder|mehr) (?:eine )?{_SMS}\b"
)
_NONE_WISHED = re.compile(r"\bkeine (?:sms|nachrichten|mitteilungen|benachrichtigungen)\b")
_NOT_WRITE = re.compile(
    r"\bnichts? mehr (?:zu )?(?:schreiben|anschreiben|schicken|zuschicken|senden|zusenden|benachrichtigen|"
    r"verst(?:ä|ae)ndigen|kontaktieren|simsen)\b"
    r"|\b(?:schreib\w*|schick\w*|send\w*|benachrichtig\w*|kontaktier\w*)(?: sie| mir| mich| uns| bitte)*"
    r" nichts? mehr$"
)
_WISH = re.compile(
    r"\b(?:bitte|will|wollen|m(?:ö|oe)chten?|w(?:ü|ue)nschen?|brauchen?|schick(?:en|t|e)?|send(?:en|et|e)?)\b"
)
_COMPLAINT = re.compile(
    r"\b(?:warum|wieso|weshalb|wann|bekomme?n?|bekam|erhalten?|erhielt|kriegen?|habe?|hatten?|kamen?|kommen|"
    r"gekommen|angekommen|k(?:ö|oe)nnen|kann|konnten?|falls|wenn)\b"
)
_ASKS = re.compile(r"\b(?:warum|wieso|weshalb|wann|konnten?|falls|wenn)\b")
_SIGN_OFF = re.compile(
    r"\b(?:abmelden|abmeldung|melde[nt]? (?:sie )?(?:mich|uns)\b(?: [\w-]+){0,3} ab|abbestellen"
    r"|bestelle? (?:[\w-]+ ){0,4}ab|stoppen|stoppt|austragen|einstellen)\b"
)
_ABOUT_US = re.compile(rf"\b(?:{_SMS}|sms-?dienst|service|verteiler|dienst|liste|newsletter)\b")
_ABOUT_WORK = re.compile(
    r"\b(?:termin\w*|kehr\w*|rauchfang\w*|besuch\w*|(?:mon|diens|donners|frei|sams|sonn)tag\w*|mittwoch\w*|"
    r"uhr|heute|morgen|[0-9]{1,2}\.? ?[0-9]{0,2})\b"
)
_REVOKES = re.compile(
    r"\b(?:widerruf\w*|ziehe?n? .*zur(?:ü|ue)ck|entziehe?n?)\b.*\b(?:einwilligung|zustimmung|einverst\w+)\b"
    r"|\b(?:einwilligung|zustimmung|einverst(?:ä|ae)ndnis\w*)\b.*\b(?:widerruf\w*|zur(?:ü|ue)ck\w*|entz\w+)\b"
)
_OFF_LIST = re.compile(
    r"\b(?:nehm\w*|streich\w*|l(?:ö|oe)sch\w*|entfern\w*)\b.*\b(?:aus|von) "
    r"(?:dem|der|ihrem|ihrer|eurem|eurer)? ?(?:verteiler|liste|sms-?liste|newsletter)\b"
)

_YES = frozenset(
    re.findall(
        r"\S+",
        """ja jo jep jup jawohl yes yep ok oke okay okey k danke dankeschön dankesehr thx thanks merci dank
        passt passts passt's super perfekt prima toll wunderbar klasse gut bestens fein klar geht verstanden
        bestätigt bestätige einverstanden vermerkt notiert ordnung""",
    )
)
_WITH_YES = frozenset(
    re.findall(
        r"\S+",
        """vielen herzlichen besten lieben schönen tausend sehr so mir uns alles in und für die das den info
        information nachricht erinnerung sms verständigung auch bitte gerne bis dann bald dahin ist es wird
        lg mfg vg glg liebe beste schöne viele freundliche freundlichen mit gruss grüsse grüssen tag noch""",
    )
)
"""Words that may stand beside a yes; compared in small letters, ß as ss."""
_GLAD = frozenset("👍👌🙏🙂😊😀😃😄😁🤗❤✅✔💪👏🤝☺😉")
_READ = 2000
"""So much of a text is judged: ten SMS have 1,530 characters."""
_SPELLED = re.compile(r"s\W?t\W?o\W?p(?:\W?p)?")
_UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufe0f\ufeff]")
"""Signs without a shape, which phones and copied texts bring along."""
_CLAUSE = re.compile(r"[.,;:!?\n…–—()\"„“]+")


def kind_of(text: str) -> str:
    """`stop`, `thanks` or `open`. What is not surely one of the first two is for a person to read.

    STOP counts in any spelling and inside a sentence, but not inside another word, not after a »nicht«, and
    not where somebody wants an appointment stopped and not the messages.
    """
    plain = _UNSEEN.sub("", unicodedata.normalize("NFKC", text[:_READ])).casefold()
    if _is_stop(plain):
        return STOP
    return THANKS if _is_thanks(plain) else OPEN


def _is_stop(plain: str) -> bool:
    """Whether this text in small letters takes consent back."""
    clauses = [" ".join(clause.split()) for clause in _CLAUSE.split(plain)]
    if _SPELLED.fullmatch(plain.strip("*#'-_.! ")):
        return True
    if any(_SAID_ALONE.fullmatch(clause.strip("*#'-_ ")) for clause in clauses):
        return True
    return any(_stops(clause) for clause in clauses)


def _stops(clause: str) -> bool:
    """Whether one part of a sentence says so."""
    if any(not _STOPPED_BEFORE.search(clause[: found.start()]) for found in _STOP_WORD.finditer(clause)):
        return True
    if _SMS_STOP.search(clause) or _REVOKES.search(clause) or _OFF_LIST.search(clause):
        return not re.search(rf"\b{_NO}\b", clause)
    wishes = bool(_WISH.search(clause)) and not _ASKS.search(clause)
    complains = bool(_COMPLAINT.search(clause))
    if _NO_MORE.search(clause) and (wishes or not complains):
        return True
    if _NOT_WRITE.search(clause) and not _ASKS.search(clause):
        return not re.search(r"\b(?:kann|können|koennen)\b", clause)
    if _NONE_WISHED.search(clause) and wishes and not complains:
        return True
    if not _SIGN_OFF.search(clause) or re.search(rf"\b{_NO}\b", clause) or _MUST_I.search(clause):
        return False
    if _ABOUT_US.search(clause):
        return True
    own = re.search(r"\b(?:abmeld\w+|abbestell\w+|austragen|ab)\b", clause)
    return bool(own) and not _ABOUT_WORK.search(clause) and not _ASKS.search(clause)


def _is_thanks(plain: str) -> bool:
    """Whether nothing stands there but a yes or a thank-you."""
    if "?" in plain:
        return False
    signs = [sign for sign in plain if unicodedata.category(sign) in ("So", "Sk", "Cs")]
    if any(sign not in _GLAD and unicodedata.category(sign) == "So" for sign in signs):
        return False
    plain = re.sub(r"[:;]-?[)d]", " ", plain)
    words = re.findall(r"[\w']+", plain)
    known = all(word in _YES or word in _WITH_YES for word in words)
    return known and (any(word in _YES for word in words) or (not words and bool(signs)))
