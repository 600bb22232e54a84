"""Why somebody gets a slip at the door."""

from __future__ import annotations

SLIPS: dict[str, str] = {
    "slip_undelivered": "Die Nachricht an {address} kam nicht an.",
    "slip_bounced": "Die E-Mail an {address} kam zurück.",
    "slip_refused": "Die Nachricht an {address} wurde abgelehnt.",
    "slip_unclear": "Ob die Nachricht an {address} ankam, ist unklar.",
    "slip_missed": "Die Nachricht an {address} ging nicht rechtzeitig hinaus.",
    "slip_trial": "Im Probebetrieb hat die Nachricht an {address} das Haus nicht verlassen.",
    "slip_no_consent": "Für {address} liegt keine Einwilligung vor.",
    "slip_revoked": "Für {address} wurde die Einwilligung widerrufen.",
    "slip_tag": "Im Termin steht, dass keine Nachricht gehen soll.",
    "slip_landline": "{address} ist eine Festnetznummer, dorthin geht keine SMS.",
    "slip_not_mobile": "{address} ist keine Handynummer.",
    "slip_only_invoices": "{address} ist nur für Rechnungen eingetragen.",
    "slip_only_main": "{address} bekommt nur Nachrichten zu Hauptkehrungen.",
    "slip_no_way": "Es ist weder eine Handynummer noch eine E-Mail eingetragen.",
    "slip_not_planned": "Für diesen Termin ist keine Nachricht vorgesehen.",
    "slip_held_back": "Die Nachricht an {address} wird zurückgehalten.",
    "slip_nobody": "Bei diesem Objekt ist niemand eingetragen.",
}
