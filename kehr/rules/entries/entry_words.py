"""The words of calendar entries that say what an entry is about, not whom it is for."""

from __future__ import annotations

import re

from kehr.rules.terms.appointments import WorkKind

KINDS: tuple[tuple[WorkKind, re.Pattern[str]], ...] = (
    (WorkKind.MAIN_SWEEP, re.compile(r"\b(?:(?i:haupt-?\s?kehr(?:ung(?:en)?|termine?))|HK)\b")),
    (
        WorkKind.SPECIAL,
        re.compile(
            r"\b(?:sonder-?\s?(?:arbeit(?:en)?|kehrung(?:en)?|termin)|\w*reparatur(?:en)?|\w*(?:ü|ue)berprüfung(?:en)?"
            r"|ausbrennen|ausschlagen|\w*messung(?:en)?|dicht(?:heits|igkeits)\w+|feuer(?:stätten)?beschau\w*"
            r"|\w*befund(?:ung|aufnahme)?|\w*abnahme|\w*sanierung(?:en)?|\w*inspektion(?:en)?|\w*befahrung"
            r"|mängelbehebung|verstopfung|\w*wartung)\b",
            re.IGNORECASE,
        ),
    ),
    (
        WorkKind.SWEEP,
        re.compile(
            r"\b(?:kehr(?:ung(?:en)?|termine?|tag)|(?:kamin|rauchfang)(?:kehrung|reinigung)|rauchfangkehrer(?:in)?|termin)\b",
            re.IGNORECASE,
        ),
    ),
)
"""Which words tell the kind of work; the first kind that any word of an entry names is the entry's kind."""

TAG = re.compile(r"#kein(?:e)?[-_ ]?(?P<what>sms|e?-?mail|nachricht)(?:en)?\b", re.IGNORECASE)
CANCELLED_PREFIX = re.compile(
    r"^\s*(?:abgesagt|cancell?ed|storniert|storno|entfällt)\s*(?::|\s[-–])\s*", re.IGNORECASE
)
FORWARDED_PREFIX = re.compile(r"^\s*(?:(?:wg|fw|fwd|aw|re)\s*:\s*)+", re.IGNORECASE)
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[^\W_](?:[\w-]{0,62}\.)+[^\W\d_]{2,24}(?![\w-])")
TIME_OF_DAY = re.compile(r"\b\d{1,2}(?:[:.]\d{2})?\s*(?:Uhr|h)\b|\b\d{1,2}:\d{2}\b")
PHONE_LABEL = re.compile(
    r"(?:\b(?:tel(?:efon)?(?:\.?\s?-?nr|nummer)?|handy(?:nr|nummer)?|mobil(?:nummer|telefon)?|mob|fax|e-?mail|nr)"
    r"|\b[TMH](?=:))\s*[.:]*\s*$",
    re.IGNORECASE,
)
NAME_LABEL = re.compile(
    r"^\s*(?:name|kund(?:e|in)(?:nname)?|kontakt|bewohner(?:in)?|partei)\s*:\s*", re.IGNORECASE
)
PLACE_LABEL = re.compile(r"^\s*(?:ort|adresse|anschrift|straße|wo)\s*:\s*", re.IGNORECASE)

OBJECT_NUMBER = re.compile(r"(?<![\w-])[A-Z]{1,2}\d{4,7}(?![\w-])")
POSTCODE = re.compile(r"\b(?:A\d{4}|D\d{5})\s+[A-ZÄÖÜ][a-zäöü]")
SHORT_OBJECT_NUMBER = re.compile(r"^\s*(?!HK|EG|OG|DG|KG|UG)[A-Z]{1,2}\d{1,3}(?![\w.,/-])")
LABELLED_OBJECT_NUMBER = re.compile(
    r"\b(?:objekt(?:nummer|nr|-nr)?|obj|nummer)\b[.:# ]{1,3}(?P<number>[A-Z]{1,2}\d{1,7}|\d{1,7})(?![\w/-])",
    re.IGNORECASE,
)

AVAILABILITY_ONLY = frozenset(
    {
        "busy",
        "beschäftigt",
        "gebucht",
        "tentative",
        "mit vorbehalt",
        "abwesend",
        "away",
        "out of office",
        "außer haus",
        "free",
        "working elsewhere",
        "privat",
        "private",
        "privater termin",
        "private appointment",
    }
)
"""What stands for a title when a calendar is published with availability only."""

UNTITLED = frozenset({"kein titel", "ohne titel", "kein betreff", "no title", "no subject", "neuer termin"})
"""What calendars show for an entry without a title."""
