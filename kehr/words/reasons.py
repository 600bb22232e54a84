"""Why a message stands where it stands, and what to do: one sentence for each reason code.

A code may have variants for a count: `code/0` and `code/1` are taken when its first number is 0 or 1.
"""

from __future__ import annotations

PLANNED = {
    "planned_lead": "{days} Tage vor dem Termin.",
    "planned_lead/0": "am Tag des Termins.",
    "planned_lead/1": "1 Tag vor dem Termin.",
    "planned_late": "so bald wie möglich, weil der Termin spät eingetragen wurde.",
    "planned_new": "weil der Termin neu im Kalender steht.",
    "planned_moved": "weil der Termin vom {old} verschoben wurde.",
    "planned_cancelled": "weil der Termin abgesagt wurde.",
    "planned_feedback": "{days} Tage nach dem Termin.",
    "planned_feedback/0": "am Tag des Termins, nach dem Besuch.",
    "planned_feedback/1": "1 Tag nach dem Termin.",
    "planned_followup": "24 Stunden nach der Feedback-Bitte, weil noch keine Antwort kam.",
    "planned_retry": "neuer Versuch nach {tries} Versuchen. {code}",
    "planned_retry/1": "neuer Versuch nach dem ersten. {code}",
    "second_channel": "weil die SMS an {address} nicht ankam.",
    "released": "freigegeben von {by}.",
    "in_digest": "mit den anderen Häusern dieses Empfängers in einer Sammelnachricht.",
    "digest_tomorrow": "mit der nächsten Sammelnachricht, weil die heutige schon hinausging.",
    "planned_again": "weil {by} sie nochmals senden lässt.",
    "text_changed": "Text von {by} geändert.",
    "due_changed": "Zeit von {by} geändert.",
    "text_due_changed": "Text und Zeit von {by} geändert.",
    "text_restored": "{by} nimmt wieder den Text der Einstellung.",
    "planned_by_hand": "abgeschickt von {by}.",
    "planned_without_consent": "abgeschickt von {by}, auch ohne Einwilligung (Grund: {grounds}).",
}

WITHHELD = {
    "no_consent": "Für {address} liegt keine Einwilligung vor. Wenn sie erteilt wurde, tragen Sie sie ein.",
    "revoked": (
        "An {address} gehen keine Nachrichten mehr: Die Einwilligung wurde widerrufen. "
        "Verständigen Sie auf anderem Weg."
    ),
    "no_feedback_consent": (
        "Für {address} liegt keine Einwilligung zu Rückfragen nach dem Besuch vor; die für Termine gilt "
        "dafür nicht. Wenn sie erteilt wurde, tragen Sie sie bei der Nummer ein."
    ),
    "deaf_name": (
        "Auf den Absender »{sender}« kann niemand antworten. "
        "Wählen Sie bei der Filiale eine Nummer als Absender."
    ),
    "deaf_gateway": (
        "Das Gateway »{gateway}« bringt hier keine Antworten herein. "
        "Richten Sie den Empfang ein oder nehmen Sie ein Gateway, das SMS empfängt."
    ),
    "landline": (
        "{address} ist eine Festnetznummer, dorthin kann keine SMS gehen. "
        "Tragen Sie eine Handynummer oder E-Mail beim Objekt oder im Termin ein."
    ),
    "not_mobile": (
        "{address} ist keine Handynummer ({type}), dorthin geht keine SMS. "
        "Tragen Sie eine Handynummer beim Objekt oder im Termin ein."
    ),
    "no_number": "Im Termin steht keine Telefonnummer. Tragen Sie sie im Kalender ein.",
    "object_not_known": (
        "Objekt {number} ist nicht angelegt, und im Termin steht weder Nummer noch Adresse. "
        "Legen Sie das Objekt an oder wählen Sie unter Termine das richtige."
    ),
    "no_email": "Im Termin steht keine E-Mail-Adresse. Tragen Sie sie im Kalender ein.",
    "object_without_mobile": (
        "Beim Objekt {number} ist keine Handynummer eingetragen, und diese Nachricht geht nur als SMS. "
        "Tragen Sie eine ein oder schalten Sie unter Nachrichten die E-Mail dazu."
    ),
    "object_without_email": (
        "Beim Objekt {number} ist keine E-Mail eingetragen, und diese Nachricht geht nur als E-Mail. "
        "Tragen Sie eine ein oder schalten Sie unter Nachrichten die SMS dazu."
    ),
    "object_without_number": (
        "Beim Objekt {number} ist weder eine Handynummer noch eine E-Mail eingetragen. "
        "Tragen Sie sie beim Objekt ein."
    ),
    "only_main": (
        "{address} bekommt nur Nachrichten zu Hauptkehrungen (Nur HK). "
        "Soll mehr dorthin gehen, ändern Sie es beim Objekt."
    ),
    "only_invoices": (
        "{address} ist nur für Rechnungen eingetragen. "
        "Soll ein Termin dorthin gehen, ändern Sie »eMail für« beim Objekt."
    ),
    "tag_no_sms": (
        "Im Termin steht #keinsms oder #keinenachricht. Entfernen Sie es, wenn doch eine SMS gehen soll."
    ),
    "tag_no_email": (
        "Im Termin steht #keinemail oder #keinenachricht. Entfernen Sie es, wenn doch eine E-Mail gehen soll."
    ),
    "entry_missing": (
        "Der Termin fehlt seit {since} im Kalender. Bleibt er fort, gilt er als abgesagt; "
        "sonst tragen Sie ihn wieder ein."
    ),
    "placeholder_missing": (
        "Im Text ist {placeholders} nicht zu füllen. Ergänzen Sie den Termin oder ändern Sie den Text."
    ),
    "no_gateway": "Für {channel} ist kein Gateway eingestellt. Wählen Sie eines bei der Filiale aus.",
    "covered": (
        "Der Empfänger erfährt dasselbe schon durch eine andere Nachricht ({kind}). Es ist nichts zu tun."
    ),
    "withheld_by_hand": ("{by} hält sie zurück. Soll sie doch hinausgehen, lassen Sie sie wieder hinaus."),
    "gateway_stopped": (
        "Das Gateway »{gateway}« steht. Beheben Sie die Ursache und lassen Sie es wieder laufen."
    ),
}

BY_HAND = {
    "manual_moved": (
        "Der Termin ist inzwischen am {new}, der Text sprach vom alten. Schreiben Sie nochmals, was nun gilt."
    ),
    "manual_cancelled": (
        "Der Termin wurde inzwischen abgesagt. Schreiben Sie nochmals, wenn der Empfänger es wissen muss."
    ),
    "manual_gone": (
        "Der Termin steht nicht mehr im Kalender. Prüfen Sie ihn und schreiben Sie nochmals, was nun gilt."
    ),
    "manual_starts_before": (
        "Der Termin am {start} beginnt vor der nächsten Sendezeit. Verständigen Sie auf anderem Weg."
    ),
    "number_not_theirs": (
        "{address} gehört nicht mehr zu {name}. Prüfen Sie die Nummer und schreiben Sie nochmals."
    ),
    "only_appointments": "{address} ist nur für Termine da. Nehmen Sie eine andere Adresse.",
    "manual_stopped": "{by} hat die Sendung angehalten. Bei Bedarf senden Sie den Rest nochmals.",
    "manual_too_late": (
        "Sie hätte am {due} hinausgehen sollen, das ist zu lange her. "
        "Schreiben Sie nochmals, wenn der Text noch stimmt."
    ),
}
"""What became of a message that somebody wrote in the manual window."""

HELD = {
    "volume_high": (
        "Für {day} sind {count} Nachrichten geplant, üblich sind an diesem Wochentag etwa {usual}. "
        "Prüfen Sie, ob das stimmt, und geben Sie frei."
    ),
    "text_new": "Der Text ist neu ({kind}). Lesen Sie ihn einmal so, wie er hinausgeht, und geben Sie frei.",
    "calendar_new": (
        "Aus dem Kalender »{calendar}« ging noch nichts hinaus. "
        "Prüfen Sie Namen und Nummern und geben Sie frei."
    ),
    "release_always": "Jede Nachricht braucht hier einen Klick. Prüfen Sie den Text und geben Sie frei.",
    "number_shared": "{address} steht bei verschiedenen Namen: {names}. Prüfen Sie, ob die Nummer stimmt.",
    "mass_moved": "{count} Termine wurden auf einmal verschoben. Prüfen Sie, ob das stimmt.",
    "mass_cancelled": (
        "{count} Termine sind auf einmal aus dem Kalender verschwunden. Prüfen Sie, ob das stimmt."
    ),
    "bundle_moved": "{count} Termine vom {day} wurden gemeinsam verschoben. Geben Sie die Nachrichten frei.",
}

WITHDRAWN = {
    "appointment_moved": "Der Termin ist nun am {new}. Es ist nichts zu tun.",
    "appointment_cancelled": "Der Termin wurde abgesagt. Es ist nichts zu tun.",
    "rule_off": (
        "Diese Nachricht ist ausgeschaltet. Bei Bedarf schalten Sie sie unter Nachrichten wieder ein."
    ),
    "rule_changed": "Für diesen Termin gilt nun eine andere Einstellung. Es ist nichts zu tun.",
    "calendar_off": "Der Kalender ist abgeschaltet. Bei Bedarf schalten Sie ihn wieder ein.",
    "recipient_gone": (
        "Nummer oder Adresse steht nicht mehr im Termin oder beim Objekt. Es ist nichts zu tun."
    ),
    "moved_back": "Der Termin liegt wieder dort, wo der Empfänger ihn weiß. Es ist nichts zu tun.",
    "confirmation_old": (
        "Der Termin steht schon länger als 7 Tage im Kalender, eine Bestätigung käme zu spät. "
        "Es ist nichts zu tun."
    ),
    "no_longer_wanted": "Die Nachricht ist nach den heutigen Angaben nicht mehr nötig. Es ist nichts zu tun.",
    "replied": "Der Empfänger hat schon geantwortet. Es ist nichts zu tun.",
    "already_told": "Der Empfänger weiß es schon. Es ist nichts zu tun.",
}

LEFT = {
    "too_late": (
        "Sie wäre am {due} fällig gewesen und wäre zu spät angekommen. "
        "Rufen Sie an, wenn der Termin noch bevorsteht."
    ),
    "stuck_sending": (
        "Die Anlage blieb während des Sendens stehen. Ob die Nachricht hinausging, weiß nur der Empfänger. "
        "Senden Sie nochmals oder vermerken Sie sie als gesendet."
    ),
    "accepted": "Das Gateway hat die Nachricht angenommen.",
    "answered_late": "Das Gateway hat seinen Beleg {reference} nachgereicht.",
    "delivered": "Die Nachricht ist beim Empfänger angekommen.",
    "reported_late": ("Die Nachricht ist am {since} beim Empfänger angekommen, Kehrbote erfuhr es später."),
    "delivered_after_all": (
        "Die Nachricht ist beim Empfänger angekommen, meldet das Gateway. Es ist nichts zu tun."
    ),
    "taken_after_all": "Das Gateway meldet, dass es die Nachricht doch angenommen hat.",
    "looked_up": "Das Gateway wurde gefragt: Es hat die Nachricht angenommen.",
    "not_there": "Das Gateway wurde gefragt: Es hat die Nachricht nie bekommen.",
    "no_word": (
        "Das Gateway hat die Nachricht angenommen; ob sie ankam, hat es in 72 Stunden nicht gemeldet. "
        "Ist der Termin wichtig, rufen Sie an."
    ),
    "undelivered": (
        "Das Gateway meldet, dass die Nachricht nicht ankam ({detail}). Verständigen Sie auf anderem Weg."
    ),
    "bounced": (
        "Die E-Mail kam zurück ({detail}): Die Adresse gibt es nicht mehr oder ihr Postfach nimmt nichts an. "
        "Fragen Sie nach der richtigen Adresse und verständigen Sie auf anderem Weg."
    ),
    "marked_sent": "Als gesendet vermerkt von {by}.",
    "paper_dropped": "Ein Zettel wurde eingeworfen, vermerkt von {by}.",
    "notice_posted": "Ein Aushang wurde im Haus angebracht, vermerkt von {by}.",
    "slip_note": "Vermerk von {by}: {note}.",
    "told_by_phone": "Am Telefon gesagt, vermerkt von {by}.",
    "trial": "Probebetrieb: Die Nachricht wurde nur aufgezeichnet und hat das Haus nicht verlassen.",
}

QUEUES = {
    "asking_broke": (
        "Beim Abfragen des Gateways ist in Kehrbote ein Fehler aufgetreten ({detail}). "
        "Es fragt von selbst wieder; dauert das an, melden Sie es."
    ),
    "refused_in_row": (
        "Das Gateway hat mehrere Nachrichten hintereinander abgelehnt. "
        "Prüfen Sie Zugang und Absender und lassen Sie es wieder laufen."
    ),
    "secret_unreadable": (
        "Das gespeicherte Kennwort lässt sich nicht mehr lesen, weil der Schlüssel der Anlage ein "
        "anderer ist. "
        "Tragen Sie es beim Gateway neu ein."
    ),
    "gateway_broke": (
        "Beim Senden ist in Kehrbote ein Fehler aufgetreten. Ob die Nachricht hinausging, weiß nur der "
        "Empfänger. Senden Sie nochmals oder vermerken Sie sie als gesendet."
    ),
}

WHO_KNOWS = "Ob die Nachricht hinausging, weiß nur der Empfänger."
"""What is added to whatever made an outcome unclear."""
SAYS_WHO_KNOWS = frozenset({"stuck_sending", "gateway_broke"})
"""Reasons that say it themselves."""

REASONS: dict[str, str] = PLANNED | WITHHELD | BY_HAND | HELD | WITHDRAWN | LEFT | QUEUES
