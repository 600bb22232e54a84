"""What seven's codes and last words mean: what happened, then what to do."""

from __future__ import annotations

FAULTS = {
    "seven_bug": (
        "seven versteht die Anfrage von Kehrbote nicht ({detail}). "
        "Melden Sie das mit dieser Nummer; nochmals senden hilft nicht."
    ),
    "seven_unknown_code": (
        "seven hat mit einer unbekannten Nummer geantwortet ({detail}). "
        "Sehen Sie im Konto bei seven nach, ob die SMS gesendet wurde."
    ),
    "seven_100": (
        "seven hat angenommen, ohne zu sagen was ({detail}). "
        "Sehen Sie im Konto bei seven nach, ob die SMS gesendet wurde."
    ),
    "seven_101": (
        "seven hat nur einen Teil gesendet ({detail}). Sehen Sie im Konto bei seven nach, was gesendet wurde."
    ),
    "seven_201": "seven kennt die Landesvorwahl nicht ({detail}). Fragen Sie nach der richtigen Nummer.",
    "seven_202": "seven hält die Nummer für ungültig ({detail}). Fragen Sie nach der richtigen Nummer.",
    "seven_300": (
        "seven hat keine Zugangsdaten bekommen ({detail}). "
        "Tragen Sie den API-Schlüssel ein und drücken Sie »Zugang testen«."
    ),
    "seven_305": "seven lehnt den Text ab ({detail}). Ändern Sie den Text.",
    "seven_306": (
        "seven lässt diesen Absender nicht zu ({detail}). Erlaubt sind höchstens 11 Zeichen oder 16 Ziffern; "
        "lassen Sie ihn bei seven freischalten oder wählen Sie einen anderen."
    ),
    "seven_401": "Der Text ist für seven zu lang ({detail} Zeichen, höchstens 1520). Kürzen Sie den Text.",
    "seven_402": (
        "seven sperrt denselben Text an dieselbe Nummer für 180 Sekunden ({detail}). Kehrbote sieht nach, "
        "ob es diese SMS war; sonst versucht Kehrbote es später wieder."
    ),
    "seven_403": (
        "Für diese Nummer ist das Tageslimit bei seven erreicht ({detail}). Verständigen Sie auf anderem Weg "
        "oder erhöhen Sie das Limit im Konto."
    ),
    "seven_500": (
        "Das Guthaben bei seven ist verbraucht ({detail}). Laden Sie das Konto auf; "
        "spätestens nach einer halben Stunde geht es von selbst weiter."
    ),
    "seven_600": (
        "seven meldet eine Störung beim Netzbetreiber ({detail}). "
        "Sehen Sie im Konto bei seven nach, ob die SMS gesendet wurde."
    ),
    "seven_700": (
        "seven meldet einen unbekannten Fehler ({detail}). "
        "Sehen Sie im Konto bei seven nach, ob die SMS gesendet wurde."
    ),
    "seven_900": (
        "seven kennt den API-Schlüssel nicht ({detail}). "
        "Tragen Sie ihn neu ein und drücken Sie »Zugang testen«."
    ),
    "seven_902": (
        "Die Schnittstelle ist im Konto bei seven abgeschaltet ({detail}). "
        "Schalten Sie die HTTP-API im Konto ein."
    ),
    "seven_903": (
        "seven erlaubt diesem Anschluss den Zugriff nicht ({detail}). "
        "Lassen Sie bei seven Ihre Internetadresse zu."
    ),
}

_ELSE = "Verständigen Sie auf anderem Weg."

UNSENT = {
    "undelivered/NOTDELIVERED": (
        "Das Mobilfunknetz konnte die SMS nicht zustellen. Prüfen Sie, ob die Nummer noch stimmt. " + _ELSE
    ),
    "undelivered/EXPIRED": ("Das Handy war so lange nicht erreichbar, dass die SMS verfallen ist. " + _ELSE),
    "undelivered/REJECTED": (
        "Das Mobilfunknetz hat die SMS abgelehnt. Prüfen Sie Nummer und Absender. " + _ELSE
    ),
    "undelivered/FAILED": "Das Senden über seven ist gescheitert. " + _ELSE,
}
"""seven's last words about an SMS that did not arrive."""
