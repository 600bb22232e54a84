"""What needs somebody beyond a single message: one sentence for each alarm."""

from __future__ import annotations

ALARMS: dict[str, str] = {
    "feed_faulty": "Der Kalender »{calendar}« ist nicht abrufbar. {code}",
    "gateway_stopped": "Das Gateway »{gateway}« steht. {code}",
    "mass_moved": "Im Kalender »{calendar}« wurden {count} Termine auf einmal verschoben. Prüfen Sie sie.",
    "mass_cancelled": (
        "Aus dem Kalender »{calendar}« sind {count} Termine auf einmal verschwunden. Prüfen Sie, "
        "ob das stimmt."
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
    "worker_silent": "Der Dienst läuft seit {since} nicht. Starten Sie Kehrbote neu.",
    "disk_full": "Auf dem Datenträger sind nur noch {free} MB frei. Schaffen Sie Platz.",
    "clock_wrong": "Die Uhr der Anlage geht nach. Stellen Sie sie richtig; bis dahin wird nichts gesendet.",
    "was_off": "Die Anlage war von {since} bis {until} aus. Prüfen Sie, was verfallen ist.",
    "send_lock": (
        "Eine Sicherung wurde eingespielt. Prüfen Sie, was hinausgeht, und heben Sie die Sperre auf."
    ),
    "self_test_missing": "Der tägliche Selbsttest ist nicht angekommen. Prüfen Sie Gateway und Kalender.",
}
