"""How the parts of the machine are: one sentence for each finding of the health check."""

from __future__ import annotations

CHECKS: dict[str, str] = {
    "database": "Datenbank",
    "broker": "Warteschlange",
    "worker": "Dienst",
    "cron": "Zeitplan",
    "clock": "Uhr",
    "disk": "Speicherplatz",
    "feeds": "Kalender",
    "gateways": "Gateways",
    "public": "Öffentlicher Teil",
    "chain": "Prüfkette",
    "selftest": "Selbsttest",
}

HEALTH: dict[str, str] = {
    "database_ok": "läuft",
    "database_down": (
        "Die Datenbank antwortet nicht. Starten Sie Kehrbote neu; hilft das nicht, prüfen Sie den "
        "Datenträger."
    ),
    "broker_ok": "läuft",
    "broker_down": "Die Warteschlange antwortet nicht. Starten Sie Kehrbote neu.",
    "worker_ok": "läuft",
    "worker_silent": "Der Dienst hat sich seit {since} nicht gemeldet. Starten Sie Kehrbote neu.",
    "worker_never": "Der Dienst hat sich noch nie gemeldet. Starten Sie Kehrbote mit »make run«.",
    "cron_ok": "läuft",
    "cron_silent": "Der Zeitplan steht seit {since}. Starten Sie Kehrbote neu.",
    "cron_never": "Der Zeitplan ist noch nie gelaufen. Starten Sie Kehrbote mit »make run«.",
    "clock_ok": "stimmt",
    "clock_simulated": (
        "Die Uhr ist gestellt: Kehrbote glaubt, es ist {now}. Nach außen wird nichts gesendet."
    ),
    "clock_behind": (
        "Die Uhr geht nach: Der letzte Eintrag im Protokoll ist von {since}. "
        "Stellen Sie die Uhr der Anlage richtig."
    ),
    "disk_ok": "{free} GB frei",
    "disk_low": "Nur noch {free} MB frei. Schaffen Sie Platz auf dem Datenträger.",
    "feeds_ok": "alle erreichbar",
    "feeds_none": "noch keiner eingetragen",
    "feeds_lists": "aus Listen eingelesen",
    "feeds_unread": "noch nicht abgerufen",
    "feeds_faulty": "Nicht abrufbar: {names}. Prüfen Sie die Adresse.",
    "chain_ok": "unverändert",
    "chain_new": "wird heute Nacht geprüft",
    "chain_bad": "Das Protokoll wurde verändert. Sehen Sie unter Prüfkette nach.",
    "chain_known": "Die Kette ist zerrissen, wo schon jemand nachgesehen hat.",
    "selftest_ok": "angekommen",
    "selftest_waiting": "unterwegs",
    "selftest_missing": (
        "Der tägliche Selbsttest per {channel} ist nicht angekommen. Prüfen Sie Gateway und Dienst."
    ),
    "selftest_failed": (
        "Der tägliche Selbsttest per {channel} ist misslungen. Sehen Sie im Protokoll nach, warum."
    ),
    "gateways_ok": "bereit",
    "gateways_none": "noch keines eingetragen",
    "gateways_silent": "Antwortet nicht: {names}. Prüfen Sie Gerät, Adresse und Verbindung.",
    "gateways_stopped": "Steht: {names}. Beheben Sie die Ursache und lassen Sie es wieder laufen.",
    "public_ok": "eingeschaltet, Port {port}",
    "public_off": (
        "Der öffentliche Teil läuft nicht, obwohl unter Firma eine öffentliche Adresse steht: Kein "
        "Kalenderlink öffnet sich, keine Meldung eines Gateways kommt an. Starten Sie Kehrbote mit "
        "KEHR_PUBLIC_PORT, oder löschen Sie die Adresse."
    ),
}
