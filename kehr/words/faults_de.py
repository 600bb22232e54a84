"""What faults of the network, of feeds and of gateways mean: what happened, then what to do.

`{detail}` is what was met: a host, a status, or the gateway's own words.
"""

from __future__ import annotations

from kehr.words.android_de import FAULTS as ANDROID
from kehr.words.gammu_de import FAULTS as GAMMU
from kehr.words.link_de import FAULTS as LINK
from kehr.words.seven_de import FAULTS as SEVEN

ADDRESSES = {
    "address_empty": "Die Adresse fehlt. Kopieren Sie die Kalenderadresse in das Feld.",
    "address_space": (
        "In der Adresse steht ein Leerzeichen oder ein unsichtbares Zeichen. "
        "Kopieren Sie sie noch einmal ganz."
    ),
    "address_character": "In der Adresse steht das Zeichen {detail}. Kopieren Sie sie noch einmal ganz.",
    "address_scheme": (
        "Eine Adresse mit »{detail}:« ist keine Kalenderadresse. Sie beginnt mit https:// oder webcal://."
    ),
    "address_host": (
        "In der Adresse fehlt der Name des Servers oder er ist falsch geschrieben. "
        "Kopieren Sie die Kalenderadresse noch einmal ganz."
    ),
    "address_port": "Die Zahl nach dem Doppelpunkt ist keine Portnummer. Erlaubt sind 1 bis 65535.",
    "address_long": (
        "Die Adresse hat {detail} Zeichen, erlaubt sind 2000. "
        "Prüfen Sie, ob mehr als die Adresse kopiert wurde."
    ),
}

NETWORK = {
    "dns_failed": "Der Server {detail} ist unbekannt. Prüfen Sie die Adresse und die Internetverbindung.",
    "dns_timeout": (
        "Der Name {detail} ließ sich nicht rechtzeitig nachschlagen. Prüfen Sie die Internetverbindung."
    ),
    "address_refused": (
        "{detail} liegt im internen Netz und wird ohne Erlaubnis nicht aufgerufen. "
        "Wenn das gewollt ist, tragen "
        "Sie die Adresse in der Einstellungsdatei unter [network] allow ein."
    ),
    "simulated_clock": (
        "Die Uhr ist simuliert (KEHR_CLOCK), deshalb wird kein anderer Rechner aufgerufen. "
        "Starten Sie ohne KEHR_CLOCK."
    ),
    "connect_refused": (
        "{detail} nimmt keine Verbindung an. Prüfen Sie Adresse, Port und ob der Dienst dort läuft."
    ),
    "connect_timeout": (
        "{detail} war nicht rechtzeitig erreichbar. Prüfen Sie Adresse, Firewall und Internetverbindung."
    ),
    "unreachable": "{detail} ist nicht erreichbar. Prüfen Sie die Internetverbindung.",
    "tls_certificate": (
        "Das Zertifikat des Servers ist ungültig ({detail}). Prüfen Sie die Adresse, "
        "sonst muss der Betreiber des Servers es erneuern."
    ),
    "tls_failed": (
        "Eine verschlüsselte Verbindung kam nicht zustande ({detail}). Prüfen Sie Adresse und Port."
    ),
    "busy": "Es laufen gerade zu viele Verbindungen. Kehrbote versucht es von selbst wieder.",
    "bad_address": "Die eingetragene Adresse ist keine Webadresse. Berichtigen Sie sie.",
    "bad_request": (
        "Die Anfrage enthält unerlaubte Zeichen ({detail}). Tragen Sie Adresse und Zugangsdaten neu ein."
    ),
    "timeout": (
        "Der Server hat nicht rechtzeitig geantwortet. "
        "Geschieht das öfter, prüfen Sie die Internetverbindung oder fragen Sie den Anbieter."
    ),
    "connection_lost": (
        "Der Server hat die Verbindung ohne Antwort getrennt. "
        "Geschieht das öfter, prüfen Sie die Internetverbindung oder fragen Sie den Anbieter."
    ),
    "cut_answer": (
        "Die Antwort des Servers brach mittendrin ab. "
        "Geschieht das öfter, prüfen Sie die Internetverbindung oder fragen Sie den Anbieter."
    ),
    "too_large": "Die Antwort ist zu groß ({detail} Byte). Prüfen Sie, ob die Adresse die richtige ist.",
    "bad_encoding": "Die Antwort ist unlesbar verpackt ({detail}). Fragen Sie den Anbieter.",
    "bad_redirect": "Der Server leitet an eine Adresse weiter, die keine ist. Prüfen Sie die Adresse.",
}

FEEDS = {
    "unauthorized": (
        "Der Kalender verlangt eine Anmeldung (Status {detail}). "
        "Verwenden Sie die geheime oder die veröffentlichte Adresse des Kalenders."
    ),
    "forbidden": (
        "Der Server verweigert den Zugriff (Status {detail}). "
        "Prüfen Sie, ob der Kalender noch freigegeben ist, und kopieren Sie die Adresse neu."
    ),
    "not_found": (
        "Unter dieser Adresse gibt es keinen Kalender (Status {detail}). "
        "Prüfen Sie, ob er noch veröffentlicht ist, und kopieren Sie die Adresse neu."
    ),
    "gone": (
        "Dieser Kalender wurde entfernt (Status {detail}). "
        "Veröffentlichen Sie ihn neu und tragen Sie die neue Adresse ein."
    ),
    "too_many_requests": (
        "Dem Server sind es zu viele Abrufe (Status {detail}). Kehrbote versucht es später von selbst; "
        "geschieht das öfter, rufen Sie den Kalender seltener ab."
    ),
    "server_error": (
        "Der Kalenderserver hat eine Störung (Status {detail}). Kehrbote versucht es von selbst wieder; "
        "dauert sie an, fragen Sie den Anbieter."
    ),
    "http_error": (
        "Der Server antwortet mit Status {detail} statt mit einem Kalender. Prüfen Sie die Adresse."
    ),
    "bad_answer": (
        "Der Server antwortet »unverändert«, ohne danach gefragt zu sein. "
        "Dauert das an, kopieren Sie die Kalenderadresse neu."
    ),
    "html": (
        "Das ist eine Webseite, kein Kalender. "
        "Kopieren Sie die Adresse, die auf .ics endet oder als iCal bezeichnet ist."
    ),
    "redirect_login": (
        "Der Server leitet zu einer Anmeldung auf {detail} um. "
        "Verwenden Sie die geheime oder die veröffentlichte Adresse des Kalenders."
    ),
    "redirect_loop": "Der Server leitet im Kreis um ({detail}). Kopieren Sie die Kalenderadresse neu.",
    "too_many_redirects": (
        "Der Server leitet mehr als fünfmal um ({detail}). Kopieren Sie die Kalenderadresse neu."
    ),
    "https_downgrade": (
        "Der Server leitet auf eine unverschlüsselte Adresse um ({detail}), der folgt Kehrbote nicht. "
        "Kopieren Sie die Kalenderadresse neu."
    ),
    "empty": "Die Adresse liefert eine leere Antwort. Prüfen Sie die Adresse und den Kalender.",
    "not_ics": "Die Antwort ist kein Kalender im ICS-Format. Prüfen Sie die Adresse.",
    "cut": (
        "Der Kalender ist nicht vollständig angekommen. Kehrbote versucht es von selbst wieder; "
        "dauert das an, fragen Sie den Anbieter."
    ),
    "expander_unavailable": (
        "Der Kalender ließ sich gerade nicht lesen, weil der Anlage Speicher oder Platz fehlt. "
        "Versuchen Sie es noch einmal."
    ),
    "feed_emptied": (
        "Der Kalender ist auf einmal leer, vorher standen {detail} Termine darin. "
        "Es wird niemandem abgesagt. Prüfen Sie die Freigabe; stimmt es so, bestätigen Sie die Verluste "
        "beim Kalender."
    ),
    "feed_lost_many": (
        "Auf einmal fehlen {detail} Terminen. Es wird niemandem abgesagt. "
        "Prüfen Sie den Kalender; stimmt es so, bestätigen Sie die Verluste beim Kalender."
    ),
    "feed_broke": (
        "Beim Einlesen ist ein Fehler in Kehrbote aufgetreten ({detail}). Der bisherige Stand bleibt gültig. "
        "Bitte melden Sie das."
    ),
    "file_missing": "Die Datei {detail} gibt es nicht. Prüfen Sie den Namen.",
    "file_unreadable": "Die Datei {detail} lässt sich nicht lesen. Prüfen Sie ihre Berechtigungen.",
}

GATEWAYS = {
    "wrong_channel": (
        "Dieses Gateway sendet keine Nachrichten dieser Art ({detail}). "
        "Wählen Sie für diesen Kanal ein anderes Gateway."
    ),
    "recipient_invalid": "»{detail}« ist keine gültige Nummer oder Adresse. Berichtigen Sie sie.",
    "sender_invalid": (
        "»{detail}« kann kein Absender sein. Erlaubt sind eine Nummer oder höchstens 11 Zeichen, "
        "bei E-Mail eine Adresse. Berichtigen Sie den Absender der Filiale."
    ),
    "sender_not_released": (
        "Der Absender »{detail}« ist für diese Filiale nicht freigegeben. Wählen Sie einen freigegebenen."
    ),
    "answer_not_understood": (
        "Die Antwort des Gateways ist nicht zu verstehen ({detail}). "
        "Sehen Sie im Konto beim Anbieter nach, ob die Nachricht gesendet wurde."
    ),
    "answer_of_another": (
        "Das Gateway hat auf eine andere Nachricht geantwortet ({detail}). "
        "Sehen Sie im Konto beim Anbieter nach, ob diese gesendet wurde."
    ),
    "gateway_busy": "Das Gateway ist überlastet ({detail}). Kehrbote versucht es von selbst wieder.",
    "gateway_credentials": (
        "Das Gateway lehnt die Zugangsdaten ab ({detail}). "
        "Tragen Sie Token oder Passwort neu ein und drücken Sie »Zugang testen«."
    ),
    "gateway_no_credentials": "Für das Gateway sind keine Zugangsdaten eingetragen. Tragen Sie sie ein.",
    "gateway_forbidden": (
        "Das Gateway verweigert den Zugriff ({detail}). "
        "Lassen Sie vom Anbieter prüfen, ob Konto und Internetadresse freigeschaltet sind."
    ),
    "gateway_wrong_address": (
        "Unter der eingetragenen Adresse ist das Gateway nicht zu finden ({detail}). "
        "Berichtigen Sie die Adresse."
    ),
    "gateway_http_error": (
        "Das Gateway hat eine Störung ({detail}). "
        "Sehen Sie im Konto beim Anbieter nach, ob die Nachricht gesendet wurde."
    ),
    "gateway_answer_unreadable": (
        "Was das Gateway auf eine Frage geantwortet hat, ist nicht zu verstehen ({detail}). "
        "Prüfen Sie seine Adresse; gesendet wurde dabei nichts."
    ),
    "gateway_needs_https": (
        "Zugangsdaten gehen nicht unverschlüsselt an {detail}. Die Adresse des Gateways beginnt mit https://."
    ),
    "gateway_option": (
        "Eine Einstellung des Gateways ist keine gültige Zahl ({detail}). Berichtigen Sie sie."
    ),
    "template_refused": (
        "Das Gateway lehnt die SMS ab ({detail}). "
        "Sehen Sie in der Beschreibung des Anbieters nach, was das bedeutet."
    ),
    "probe_own_only": (
        "Eine Probe geht nur an eine eigene Nummer der Firma. Tragen Sie Ihr Handy unter »Firma« ein."
    ),
    "probe_window": (
        "Außerhalb der Sendezeit ({detail}) geht auch keine Probe hinaus. Probieren Sie es dann noch einmal."
    ),
    "template_header": (
        "Die Kopfzeile »{detail}« enthält nach dem Ausfüllen Umlaute oder andere Zeichen, die dort nicht "
        "gehen. Berichtigen Sie Benutzername oder Kennwort."
    ),
    "template_mail_account": (
        "Das Mailkonto »{detail}«, über das diese SMS gehen, gibt es nicht mehr. Wählen Sie ein anderes."
    ),
    "gateway_unknown": "Ein Gateway der Art »{detail}« gibt es nicht. Wählen Sie ein anderes.",
}

SMTP = {
    "smtp_address": (
        "»{detail}« ist kein Mailserver. Die Adresse lautet etwa smtp://mail.example.at:587 oder "
        "smtps://mail.example.at:465."
    ),
    "smtp_needs_tls": (
        "An {detail} geht E-Mail nur verschlüsselt. Verwenden Sie smtp:// oder smtps://, oder tragen Sie den "
        "Server in der Einstellungsdatei unter [network] allow ein."
    ),
    "smtp_no_starttls": (
        "Der Mailserver {detail} bietet keine Verschlüsselung an. "
        "Verwenden Sie smtps:// mit Port 465 oder fragen Sie den Anbieter."
    ),
    "smtp_login": (
        "Der Mailserver lehnt die Anmeldung ab ({detail}). Tragen Sie Benutzer und Passwort neu ein; "
        "manche Anbieter verlangen ein eigenes App-Passwort."
    ),
    "smtp_greeting": (
        "Der Mailserver nimmt gerade niemanden an ({detail}). Kehrbote versucht es von selbst wieder."
    ),
    "smtp_lost_before": (
        "Die Verbindung zum Mailserver brach vor dem Senden ab ({detail}). "
        "Kehrbote versucht es von selbst wieder."
    ),
    "smtp_lost_after": (
        "Die Verbindung zum Mailserver brach während des Sendens ab ({detail}). "
        "Sehen Sie im Postausgang des Anbieters nach, ob die E-Mail gesendet wurde."
    ),
    "smtp_later": (
        "Der Mailserver bittet um einen späteren Versuch ({detail}). Kehrbote versucht es von selbst wieder."
    ),
    "smtp_sender_refused": (
        "Der Mailserver lehnt den Absender ab ({detail}). "
        "Tragen Sie die Adresse ein, die zu diesem Mailkonto gehört, und prüfen Sie die Anmeldung."
    ),
    "smtp_no_relay": (
        "Der Mailserver stellt ohne Anmeldung nicht nach außen zu ({detail}). "
        "Tragen Sie Benutzer und Passwort ein."
    ),
    "smtp_recipient_refused": (
        "Der Mailserver lehnt die Empfängeradresse ab ({detail}). Fragen Sie nach der richtigen Adresse."
    ),
    "smtp_content_refused": (
        "Der Mailserver lehnt die E-Mail ab ({detail}). Prüfen Sie den Text oder fragen Sie den Anbieter."
    ),
}

SENTENCES: dict[str, str] = ADDRESSES | NETWORK | FEEDS | GATEWAYS | SMTP | LINK | GAMMU | ANDROID | SEVEN
