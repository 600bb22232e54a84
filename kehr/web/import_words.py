"""How the steps and results of an import read: word, sign and tone."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

KINDS: dict[str, Any] = {"customers": _("Kunden"), "appointments": _("Termine")}
STATES: dict[str, tuple[Any, str, str]] = {
    "uploaded": (_("wartet auf Zuordnung"), "pause-circle", "amber"),
    "checking": (_("wird geprüft"), "arrow-repeat", "blue"),
    "checked": (_("wartet auf Übernehmen"), "pause-circle", "amber"),
    "applying": (_("wird übernommen"), "arrow-repeat", "blue"),
    "done": (_("übernommen"), "check-all", "green"),
    "failed": (_("gescheitert"), "x-octagon", "red"),
    "cancelled": (_("abgebrochen"), "slash-circle", "grey"),
}
OUTCOMES: dict[str, tuple[Any, str, str]] = {
    "created": (_("neu"), "plus-circle", "green"),
    "changed": (_("geändert"), "pencil", "blue"),
    "unchanged": (_("unverändert"), "dash-circle", "grey"),
    "rejected": (_("abgelehnt"), "x-octagon", "red"),
}
WAYS: dict[str, Any] = {
    "upload": _("hochgeladen"),
    "folder": _("aus dem Ordner"),
    "ftp": _("über FTP"),
    "command": _("mit einem Befehl"),
}
TITLES: dict[str, Any] = {
    "uploaded": _("Spalten zuordnen"),
    "checking": _("Die Datei wird geprüft"),
    "checked": _("Das würde geschehen"),
    "applying": _("Die Datei wird übernommen"),
    "done": _("Die Datei ist eingelesen"),
    "failed": _("Die Datei konnte nicht eingelesen werden"),
    "cancelled": _("Das Einlesen wurde abgebrochen"),
}
FTP_STATES: dict[str, Any] = {
    "off": _("Der FTP-Server ist ausgeschaltet."),
    "serving": _("Der FTP-Server läuft auf Port %(port)s."),
    "port_taken": _("Port %(port)s benützt ein anderes Programm. Nehmen Sie einen anderen Port."),
    "port_forbidden": _("Port %(port)s darf Kehrbote nicht öffnen. Nehmen Sie einen Port ab 1024."),
    "folder_missing": _("Es gibt keinen Ordner, in den der FTP-Server schreiben darf."),
    "broken": _("Der FTP-Server läuft nicht. Kehrbote versucht es von selbst wieder."),
}
FOLDER_FAULTS: dict[str, Any] = {
    "folder_missing": _("Den Ordner gibt es nicht. Prüfen Sie, ob der Rechner oder die Platte da ist."),
    "folder_closed": _("In den Ordner darf Kehrbote nicht schreiben. Erlauben Sie es ihm."),
}
