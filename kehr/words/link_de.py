"""What LINK's codes mean: what happened, then what to do."""

from __future__ import annotations

FAULTS = {
    "link_bug": (
        "LINK versteht die Anfrage von Kehrbote nicht ({detail}). "
        "Melden Sie das mit dieser Nummer; nochmals senden hilft nicht."
    ),
    "link_unknown_refusal": (
        "LINK hat die SMS mit einer unbekannten Nummer abgelehnt ({detail}). Fragen Sie LINK nach dem Grund."
    ),
    "link_unknown_code": (
        "LINK hat mit einer unbekannten Nummer geantwortet ({detail}). "
        "Sehen Sie im Konto bei LINK nach, ob die SMS gesendet wurde."
    ),
    "link_4001": (
        "LINK kennt die Zugangsdaten nicht, oder das Konto ist nicht aktiv ({detail}). "
        "Tragen Sie das Token neu ein und drücken Sie »Zugang testen«."
    ),
    "link_4002": "LINK hält die Nummer für ungültig ({detail}). Fragen Sie nach der richtigen Nummer.",
    "link_4003": (
        "LINK lässt diesen Absender nicht zu ({detail}). "
        "Lassen Sie ihn bei LINK freischalten oder wählen Sie einen anderen."
    ),
    "link_4009": "LINK lehnt den Text ab ({detail}). Ändern Sie den Text.",
    "link_4012": "LINK nimmt nicht so schnell an ({detail}). Kehrbote versucht es von selbst wieder.",
    "link_4013": (
        "Das Kontingent bei LINK ist verbraucht ({detail}). Bestellen Sie bei LINK nach "
        "und lassen Sie das Gateway dann wieder laufen."
    ),
    "link_4014": (
        "LINK erlaubt diesem Anschluss den Zugriff nicht ({detail}). "
        "Lassen Sie bei LINK Ihre Internetadresse freischalten."
    ),
    "link_4016": (
        "LINK nimmt die Rückmeldeadresse nicht an ({detail}). Berichtigen Sie sie in den Einstellungen."
    ),
    "link_4020": "LINK hält den Schlüssel für ungültig ({detail}). Tragen Sie das Token neu ein.",
    "link_4021": (
        "LINK hält Konto oder Token für ungültig ({detail}). "
        "Erstellen Sie im Konto bei LINK ein neues Token und tragen Sie es ein."
    ),
    "link_4022": (
        "LINK verweigert den Zugang zur Schnittstelle ({detail}). Lassen Sie die API bei LINK freischalten."
    ),
    "link_4023": (
        "LINK sind es zu viele Anfragen von diesem Anschluss ({detail}). "
        "Kehrbote versucht es von selbst wieder."
    ),
    "link_4024": (
        "LINK sind es zu viele Anfragen in kurzer Zeit ({detail}). Kehrbote versucht es von selbst wieder."
    ),
    "link_4026": "Der Text ist für LINK zu lang ({detail}). Kürzen Sie den Text.",
    "link_4029": (
        "LINK darf an diese Nummer nicht senden ({detail}). "
        "Verständigen Sie auf anderem Weg oder fragen Sie LINK."
    ),
    "link_4030": "Diese Nummer ist bei LINK gesperrt ({detail}). Verständigen Sie auf anderem Weg.",
    "link_4031": "Diese Nummer ist bei LINK gesperrt ({detail}). Verständigen Sie auf anderem Weg.",
    "link_4035": "Das Konto darf bei LINK keine SMS senden ({detail}). Lassen Sie es bei LINK freischalten.",
    "link_4042": (
        "LINK hält die Nummer nach seiner Bewertung für unerreichbar ({detail}). "
        "Verständigen Sie auf anderem Weg."
    ),
    "link_4043": "LINK hält den Text für Werbemüll ({detail}). Ändern Sie den Text oder fragen Sie LINK.",
    "link_5000": (
        "LINK hat eine innere Störung ({detail}). "
        "Sehen Sie im Konto bei LINK nach, ob die SMS gesendet wurde."
    ),
    "link_5003": "LINK ist gerade nicht verfügbar ({detail}). Kehrbote versucht es von selbst wieder.",
}
