"""What needs somebody beyond a single message: one sentence for each alarm."""

from __future__ import annotations

ALARMS: dict[str, str] = {
    "feed_faulty": "Der Kalender »{calendar}« ist nicht abrufbar. {code}",
    "gateway_stopped": "Das Gateway »{gateway}« steht. {code}",
    "gateway_unreachable": (
        "Das Gateway »{gateway}« antwortet seit {since} nicht. {code} "
        "Zu sendende SMS werden weiter versucht, solange sie noch stimmen; was inzwischen gemeldet und "
        "geantwortet wurde, wird nachgeholt."
    ),
    "mass_moved": "Im Kalender »{calendar}« wurden {count} Termine auf einmal verschoben. Prüfen Sie sie.",
    "mass_cancelled": (
        "Aus dem Kalender »{calendar}« sind {count} Termine auf einmal verschwunden. Prüfen Sie, "
        "ob das stimmt."
    ),
    "volume_high": (
        "Für {day} sind {count} Nachrichten geplant, üblich sind an diesem Wochentag etwa {usual}. "
        "Bis jemand nachsieht, geht davon nichts hinaus."
    ),
    "many_missing": (
        "Aus dem Kalender »{calendar}« sind {count} Termine auf einmal verschwunden. "
        "Prüfen Sie, ob das stimmt; vorerst wird niemandem abgesagt."
    ),
    "needs_call": (
        "{recipient} weiß noch vom Termin am {told}, er ist aber am {truth}. Eine Nachricht kommt dafür zu "
        "spät: Rufen Sie an."
    ),
    "needs_call_cancelled": (
        "{recipient} weiß noch vom Termin am {told}, er ist aber abgesagt. Eine Nachricht erreicht diese "
        "Person nicht mehr: Rufen Sie an."
    ),
    "quota_warning": (
        "Vom Kontingent von {limit} SMS für {month} sind {used} verbraucht. Ist es aufgebraucht, warten "
        "weitere SMS. Erhöhen Sie es unter Firma, wenn es nicht reicht."
    ),
    "quota_warning_branch": (
        "Vom Kontingent der Filiale »{branch}« von {limit} SMS für {month} sind {used} verbraucht. Ist es "
        "aufgebraucht, warten weitere SMS. Erhöhen Sie es bei der Filiale, wenn es nicht reicht."
    ),
    "quota_full": (
        "Das Kontingent von {limit} SMS für {month} ist aufgebraucht. {used} sind hinaus, weitere warten "
        "auf den neuen Monat. Sollen sie früher gehen, erhöhen Sie es unter Firma."
    ),
    "quota_full_branch": (
        "Das Kontingent der Filiale »{branch}« von {limit} SMS für {month} ist aufgebraucht. {used} sind "
        "hinaus, weitere warten auf den neuen Monat. Sollen sie früher gehen, erhöhen Sie es bei der Filiale."
    ),
    "quota_short": (
        "Das Kontingent von {limit} SMS für {month} reicht nicht: Noch {left} SMS, nötig {needs}. Was keinen "
        "Platz hat, wartet auf den neuen Monat. Soll es früher gehen, erhöhen Sie das Kontingent unter Firma."
    ),
    "quota_short_branch": (
        "Das Kontingent der Filiale »{branch}« von {limit} SMS für {month} reicht nicht: Noch {left} SMS, "
        "nötig {needs}. Was keinen Platz hat, wartet auf den neuen Monat. Soll es früher gehen, erhöhen Sie "
        "das Kontingent bei der Filiale."
    ),
    "counter_short": (
        "Das Guthaben beim Gateway »{gateway}« reicht nicht: Noch {count} SMS, nötig {needs}. Was keinen "
        "Platz hat, wartet, bis Sie nachbestellen."
    ),
    "counter_low": (
        "Das Guthaben beim Gateway »{gateway}« geht zur Neige: Noch {count} SMS. Ist es aufgebraucht, "
        "warten weitere SMS. Bestellen Sie rechtzeitig nach."
    ),
    "balance_low": (
        "Das Guthaben beim Gateway »{gateway}« geht zur Neige: Noch {money} Euro. Ist es aufgebraucht, "
        "nimmt es keine SMS mehr. Laden Sie es beim Anbieter rechtzeitig auf."
    ),
    "balance_empty": (
        "Das Guthaben beim Gateway »{gateway}« ist aufgebraucht ({money} Euro). Es nimmt keine SMS mehr, "
        "bis Sie es beim Anbieter aufladen."
    ),
    "balance_unread": (
        "Das Gateway »{gateway}« sagt seit {since} nicht, wie viel Guthaben übrig ist. {code} "
        "Sehen Sie beim Anbieter nach und testen Sie den Zugang."
    ),
    "counter_empty": (
        "Das Guthaben beim Gateway »{gateway}« ist aufgebraucht: Noch {count} SMS, nötig {needs}. "
        "Bestellen Sie nach; dann gehen die wartenden SMS von selbst hinaus."
    ),
    "worker_silent": "Der Dienst läuft seit {since} nicht. Starten Sie Kehrbote neu.",
    "disk_full": "Auf dem Datenträger sind nur noch {free} MB frei. Schaffen Sie Platz.",
    "clock_wrong": "Die Uhr der Anlage geht nach. Stellen Sie sie richtig; bis dahin wird nichts gesendet.",
    "was_off": "Die Anlage war von {since} bis {until} aus. Prüfen Sie, was verfallen ist.",
    "send_lock": (
        "Eine Sicherung wurde eingespielt. Prüfen Sie, was hinausgeht, und heben Sie die Sperre auf."
    ),
    "self_test_missing": (
        "Der tägliche Selbsttest per {channel} ist nicht angekommen. Prüfen Sie Gateway und Dienst."
    ),
    "self_test_failed": (
        "Der tägliche Selbsttest per {channel} ist misslungen. Sehen Sie im Protokoll nach, warum."
    ),
    "chain_broken": "Das Protokoll wurde an Kehrbote vorbei geändert. {code}",
    "drop_refused": "Die Datei »{file}« im überwachten Ordner wurde nicht eingelesen. {problem}",
    "drop_rows_rejected": (
        "Aus der Datei »{file}« wurden {count} Zeilen nicht übernommen. Sehen Sie nach, welche und warum."
    ),
    "drop_folder_missing": (
        "Den überwachten Ordner {folder} gibt es nicht. Prüfen Sie, ob der Rechner oder die Platte da ist."
    ),
    "drop_folder_closed": (
        "In den überwachten Ordner {folder} darf Kehrbote nicht schreiben. Erlauben Sie es ihm."
    ),
    "ftp_port_taken": (
        "Der FTP-Server kann Port {port} nicht öffnen, weil ein anderes Programm ihn benützt. "
        "Nehmen Sie einen anderen Port."
    ),
    "ftp_port_forbidden": (
        "Der FTP-Server darf Port {port} nicht öffnen. Nehmen Sie einen Port ab 1024, zum Beispiel 2121."
    ),
    "ftp_folder_missing": (
        "Der FTP-Server hat keinen Ordner, in den er schreiben darf ({detail}). Prüfen Sie den Ordner."
    ),
    "ftp_broken": "Der FTP-Server läuft nicht ({detail}). Kehrbote versucht es von selbst wieder.",
    "evening_log_mail": (
        "Das Sendeprotokoll vom {day} ist nicht sicher per E-Mail hinausgegangen. {code} "
        "Sie können es im Protokoll jederzeit selbst als PDF öffnen."
    ),
    "evening_log_no_gateway": (
        "Das Sendeprotokoll vom {day} konnte nicht hinausgehen, weil kein Mailkonto eingerichtet ist. "
        "Richten Sie unter Gateways eines ein."
    ),
    "evening_log_no_pdf": (
        "Vom Sendeprotokoll vom {day} gibt es keine PDF-Datei, weil auf der Anlage Pakete dafür fehlen. "
        "Welche das sind, sagt der Knopf PDF im Protokoll."
    ),
    "evening_log_file": (
        "Das Sendeprotokoll vom {day} konnte nicht in den Ordner {folder} geschrieben werden. Prüfen Sie, "
        "ob auf dem Datenträger Platz ist und Kehrbote dort schreiben darf."
    ),
}
