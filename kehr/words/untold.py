"""Why somebody whom an appointment concerns is told nothing, where not even a message was withheld."""

from __future__ import annotations

NOT_TOLD: dict[str, str] = {
    "untold_calendar_off": (
        "Der Kalender »{calendar}« ist abgeschaltet, aus ihm geht nichts hinaus. "
        "Bei Bedarf schalten Sie ihn wieder ein."
    ),
    "untold_not_live": (
        "Der Kalender »{calendar}« wurde noch nicht übernommen. Rufen Sie ihn unter Kalender einmal ab."
    ),
    "untold_no_rule": (
        "Für den Kalender »{calendar}« ist keine Nachricht eingeschaltet. "
        "Schalten Sie unter Nachrichten eine ein."
    ),
    "untold_no_way": (
        "Für {name} ist weder eine Nummer noch eine E-Mail eingetragen. Tragen Sie sie beim Objekt ein."
    ),
    "untold_only_email": (
        "Für {name} ist nur eine E-Mail eingetragen, es sind aber nur SMS eingeschaltet. "
        "Schalten Sie unter Nachrichten auch E-Mails ein."
    ),
    "untold_only_sms": (
        "Für {name} ist nur eine Nummer eingetragen, es sind aber nur E-Mails eingeschaltet. "
        "Schalten Sie unter Nachrichten auch SMS ein."
    ),
    "untold_nothing_due": (
        "Keine eingeschaltete Nachricht passt zu diesem Termin. "
        "Schreiben Sie von Hand oder schalten Sie unter Nachrichten eine Erinnerung ein."
    ),
}
