"""What is wrong with a modem in the house, and what its states mean: what happened, then what to do."""

from __future__ import annotations

FAULTS = {
    "gammu_path": (
        "Für das Modem ist keine Datenbank eingetragen ({detail}). "
        "Tragen Sie den vollständigen Pfad ein, zum Beispiel /var/lib/gammu/smsd.db."
    ),
    "gammu_missing": (
        "Die Datenbank des Modems {detail} gibt es nicht. "
        "Prüfen Sie den Pfad und ob gammu-smsd mit dieser Datenbank eingerichtet ist."
    ),
    "gammu_no_database": (
        "Die Datenbank des Modems ist keine oder sie ist beschädigt ({detail}). "
        "Prüfen Sie den Pfad; sonst legen Sie sie mit den Tabellen von gammu-smsd neu an."
    ),
    "gammu_schema": (
        "In der Datenbank des Modems fehlt etwas ({detail}). "
        "Legen Sie sie mit den Tabellen Ihrer Fassung von gammu-smsd neu an."
    ),
    "gammu_version": (
        "Die Datenbank des Modems hat die Fassung {detail}, Kehrbote kennt 17 und 18. "
        "Bringen Sie gammu-smsd und seine Tabellen auf eine davon."
    ),
    "gammu_readonly": (
        "Kehrbote darf in die Datenbank des Modems {detail} nicht schreiben. "
        "Geben Sie Datei und Ordner für beide frei, am einfachsten über die Gruppe gammu."
    ),
    "gammu_locked": (
        "Die Datenbank des Modems {detail} ist gerade von einem anderen Programm gesperrt. "
        "Kehrbote versucht es von selbst wieder; bleibt es dabei, starten Sie gammu-smsd neu."
    ),
    "gammu_disk": (
        "Die Datenbank des Modems lässt sich nicht beschreiben ({detail}). "
        "Prüfen Sie, ob der Datenträger voll oder defekt ist."
    ),
    "gammu_commit": (
        "Beim Ablegen der SMS für das Modem ist die Datenbank gestört worden ({detail}). "
        "Kehrbote sieht dort nach, ob sie angekommen ist; prüfen Sie inzwischen den Datenträger."
    ),
    "gammu_no_modem": (
        "gammu-smsd hat noch nie ein Modem erreicht ({detail}). "
        "Stecken Sie das Modem an und starten Sie gammu-smsd; hilft das nicht, steht der Grund "
        "in seinem Protokoll."
    ),
    "gammu_silent": (
        "Das Modem schweigt seit {detail} Minuten. "
        "Prüfen Sie, ob es angesteckt ist und gammu-smsd läuft; bis dahin geht nichts hinaus."
    ),
    "gammu_clock": (
        "Die Uhr von gammu-smsd geht der von Kehrbote um {detail} Minuten vor. "
        "Stellen Sie auf beiden dieselbe Uhrzeit und Zeitzone ein."
    ),
    "gammu_send_off": (
        "gammu-smsd ist so eingestellt, dass es nicht sendet. "
        "Entfernen Sie Send = no aus seiner Einstellungsdatei und starten Sie es neu."
    ),
    "gammu_queue_full": (
        "Vor dem Modem warten schon {detail} SMS. Kehrbote legt die nächsten von selbst nach; "
        "geschieht das öfter, lassen Sie für dieses Gateway weniger in der Minute zu."
    ),
    "gammu_sender": (
        "Ein Modem sendet immer mit der Nummer seiner SIM-Karte, »{detail}« geht nicht. "
        "Tragen Sie bei der Filiale diese Nummer ein oder lassen Sie den Absender leer."
    ),
    "gammu_text": (
        "Diesen Text kann kein Modem senden ({detail}). Er ist leer oder enthält Zeichen, die keine sind; "
        "berichtigen Sie ihn."
    ),
    "gammu_too_long": (
        "Der Text braucht {detail} SMS, gammu-smsd sendet höchstens 50. Kürzen Sie ihn oder senden Sie "
        "eine E-Mail."
    ),
}
