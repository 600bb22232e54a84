"""What is wrong with a phone as gateway, and why it could not send: what happened, then what to do."""

from __future__ import annotations

FAULTS = {
    "android_no_address": (
        "Für das Telefon ist keine Adresse eingetragen. "
        "Tragen Sie ein, was die App unter »Local server« zeigt, zum Beispiel http://192.168.1.20:8080."
    ),
    "android_needs_allow": (
        "Das Telefon {detail} wird im internen Netz ohne Verschlüsselung aufgerufen, und das ist nicht "
        "erlaubt. Wenn das gewollt ist, tragen Sie seine Adresse in der Einstellungsdatei unter [network] "
        "allow ein."
    ),
    "android_too_old": (
        "Die App am Telefon ist zu alt ({detail}). "
        "Installieren Sie SMS Gateway 1.59.0 oder neuer; ältere führen keinen Posteingang."
    ),
    "android_unwell": (
        "Die App am Telefon meldet eine Störung ({detail}). "
        "Prüfen Sie am Telefon SIM-Karte, Empfang und die Einstellungen der App."
    ),
    "android_refused": (
        "Die App am Telefon lehnt die SMS ab ({detail}). Prüfen Sie Nummer und Text und die SIM-Karte."
    ),
    "android_no_refresh": (
        "Die App darf den SMS-Speicher des Telefons nicht lesen ({detail}). "
        "Erlauben Sie ihr am Telefon das Lesen von SMS; Antworten aus der Zeit des Ausfalls kommen dann nach."
    ),
}

_ELSE = "Verständigen Sie auf anderem Weg."

_REASONS = {
    "LIMIT_EXCEEDED": (
        "Das Telefon hat die SMS nicht gesendet: Android lässt nur etwa 30 SMS in 30 Minuten zu. "
        f"Lassen Sie für dieses Gateway weniger in der Minute zu. {_ELSE}"
    ),
    "NO_SERVICE": f"Das Telefon hatte keinen Empfang und hat die SMS nicht gesendet. {_ELSE}",
    "RADIO_OFF": (
        f"Das Telefon ist im Flugmodus und hat die SMS nicht gesendet. Schalten Sie ihn aus. {_ELSE}"
    ),
    "NULL_PDU": f"Das Telefon konnte die SMS nicht bilden. Prüfen Sie Text und Nummer. {_ELSE}",
    "GENERIC_FAILURE": (
        "Das Mobilfunknetz hat die SMS nicht angenommen, ohne einen Grund zu nennen. "
        f"Geschieht das öfter, prüfen Sie Guthaben und SIM-Karte. {_ELSE}"
    ),
    "FDN_CHECK_FAILURE": (
        "Die SIM-Karte lässt nur feste Rufnummern zu. "
        f"Schalten Sie die Rufnummernbeschränkung (FDN) am Telefon aus. {_ELSE}"
    ),
    "SHORT_CODE_NOT_ALLOWED": f"Das Telefon sendet nicht an diese Kurznummer. {_ELSE}",
    "SHORT_CODE_NEVER_ALLOWED": f"Das Telefon sendet nie an diese Kurznummer. {_ELSE}",
    "NETWORK_REJECT": (
        "Das Mobilfunknetz hat die SMS abgelehnt. "
        f"Fragen Sie den Mobilfunkanbieter, ob er so viele SMS zulässt. {_ELSE}"
    ),
    "NETWORK_ERROR": f"Das Mobilfunknetz war gestört und hat die SMS nicht angenommen. {_ELSE}",
    "NO_MEMORY": f"Das Telefon hat keinen Speicher frei. Schaffen Sie am Telefon Platz. {_ELSE}",
    "NO_DEFAULT_SMS_APP": (f"Am Telefon ist keine SMS-App als Standard gewählt. Wählen Sie eine. {_ELSE}"),
    "RADIO_NOT_AVAILABLE": (
        f"Der Mobilfunk des Telefons war nicht bereit. Starten Sie das Telefon neu. {_ELSE}"
    ),
    "SIM_ABSENT": f"Im Telefon steckt keine SIM-Karte. Legen Sie sie ein. {_ELSE}",
    "INVALID_SMSC_ADDRESS": (
        "Die Nummer der SMS-Zentrale ist am Telefon falsch eingetragen. "
        f"Lassen Sie sie sich vom Mobilfunkanbieter nennen. {_ELSE}"
    ),
    "REQUEST_RATE_LIMITED": (
        "Das Telefon hat die SMS nicht gesendet: Es waren zu viele in kurzer Zeit. "
        f"Lassen Sie für dieses Gateway weniger in der Minute zu. {_ELSE}"
    ),
    "ACCESS_BARRED": f"Das Mobilfunknetz sperrt diesen Anschluss. Fragen Sie den Mobilfunkanbieter. {_ELSE}",
    "MODEM_ERROR": f"Der Mobilfunk des Telefons war gestört. Starten Sie das Telefon neu. {_ELSE}",
    "CANCELLED": f"Das Senden wurde am Telefon abgebrochen. {_ELSE}",
}

UNSENT = {
    f"undelivered/{family}_{reason}": text
    for reason, text in _REASONS.items()
    for family in ("RESULT_ERROR", "RESULT", "RESULT_RIL")
} | {"undelivered/Cancelled": _REASONS["CANCELLED"]}
"""Android's words for why an SMS did not leave: the same reasons in three families of names."""
