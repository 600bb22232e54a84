"""What the Länder say about announcing a sweep, as found in published copies; the office may change it.

No legal advice, and not checked against the consolidated texts. Where no number is known there is none.
"""

from __future__ import annotations

from kehr.rules.law.deadlines import LandRule, Sureness, Unit

START_DEADLINES: dict[str, LandRule] = {
    rule.land: rule
    for rule in (
        LandRule(
            "Wien",
            4,
            Unit.WEEK,
            posted_over=2,
            posted_amount=1,
            posted_unit=Unit.WEEK,
            form=(
                "Mehr als 2 Wohnungen: Aushang im Haus, eine SMS ersetzt ihn nicht. Bis 2 Wohnungen: "
                "Eigentümer in geeigneter Weise verständigen, ein zweites Mal ist nicht nötig."
            ),
            source="WKehrV 2016 § 17",
            sureness=Sureness.HIGH,
            note=(
                "Mehr als 2 Wohnungen: Die Termine des Jahres hängen mindestens 4 Wochen vor dem ersten "
                "im Haus, die Hauptkehrung nochmals mindestens 1 Woche davor."
            ),
        ),
        LandRule(
            "NÖ",
            2,
            Unit.WEEK,
            form="Keine genannt.",
            source="NÖ FG 2015 § 18 Abs. 3",
            sureness=Sureness.HIGH,
        ),
        LandRule(
            "OÖ",
            7,
            Unit.DAY,
            advice=True,
            form="Plan schriftlich auf Verlangen, auch an der Anschlagtafel.",
            source="Oö. LuftREnTG § 35 Abs. 1 Z 3",
            sureness=Sureness.HIGH,
            note=(
                "Das Gesetz sagt »rechtzeitig«, mit Uhrzeit und höchstens 2 Stunden Abweichung; eine Zahl "
                "an Tagen nennt es nicht. Die 7 Tage sind eine Empfehlung von Kehrbote."
            ),
        ),
        LandRule(
            "Bgld",
            1,
            Unit.MONTH,
            form="Plan mit Tag und Uhrzeit, höchstens 2 Stunden Verspätung.",
            source="KehrG 2006 § 10",
            sureness=Sureness.HIGH,
        ),
        LandRule(
            "Tirol",
            2,
            Unit.DAY,
            form="Keine genannt.",
            source="TFPO 1998 § 11 Abs. 1",
            sureness=Sureness.HIGH,
            note="Entfällt, wenn der Eigentümer zustimmt, nicht verständigt zu werden.",
        ),
        LandRule(
            "Ktn",
            form="Auf Papier im Haus.",
            source="K-GFPO, Broschüre",
            sureness=Sureness.MEDIUM,
            note="Plan vor jedem Kalenderjahr; der nächste Termin wird bei jedem Besuch eingetragen.",
        ),
        LandRule(
            "Stmk",
            form="Schriftlich oder als Plan.",
            source="nur ältere Fassungen bekannt",
            sureness=Sureness.LOW,
        ),
        LandRule(
            "Sbg",
            form="Schriftlich oder als Plan.",
            source="nur ältere Fassungen bekannt",
            sureness=Sureness.LOW,
        ),
        LandRule("Vbg", note="Keine Regel bekannt."),
    )
}
"""By the Land's short name."""
