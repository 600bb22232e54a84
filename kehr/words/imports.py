"""What is said of imported lists: why a file or a row cannot be read, and what was noticed in a row.

`{column}` is the heading in the file, `{typed}` what stands in the cell.
"""

from __future__ import annotations

TABLES = {
    "table_empty": "Die Datei ist leer. Exportieren Sie die Liste noch einmal.",
    "table_not_text": (
        "Die Datei ist keine Liste. Speichern Sie sie als CSV oder als Excel-Datei (.xlsx) "
        "und lesen Sie sie noch einmal ein."
    ),
    "table_old_excel": (
        "Das ist eine alte Excel-Datei (.xls). Öffnen Sie sie in Excel, speichern Sie sie als .xlsx "
        "und lesen Sie sie noch einmal ein."
    ),
    "table_is_calendar": (
        "Das ist eine Kalenderdatei und keine Liste. Kalender werden unter »Kalender« mit ihrer Adresse "
        "eingetragen."
    ),
    "table_is_html": (
        "Das ist eine Webseite und keine Liste. "
        "Exportieren Sie die Liste als CSV oder als Excel-Datei (.xlsx)."
    ),
    "table_too_large": (
        "Die Datei ist zu groß, höchstens {detail} MB gehen. Teilen Sie die Liste auf mehrere Dateien auf."
    ),
    "table_too_long": (
        "Die Liste ist zu lang, höchstens {detail} Zeilen gehen. Teilen Sie sie auf mehrere Dateien auf."
    ),
    "table_too_wide": (
        "Die Liste hat zu viele Spalten, höchstens {detail} gehen. Löschen Sie die überzähligen."
    ),
    "table_quotes": (
        "In Zeile {detail} beginnt ein Anführungszeichen, das nicht endet. "
        "Löschen Sie es oder exportieren Sie die Liste noch einmal."
    ),
    "table_broken_line": (
        "Zeile {detail} lässt sich nicht in Spalten zerlegen. Exportieren Sie die Liste noch einmal."
    ),
    "table_damaged": (
        "Die Excel-Datei ist beschädigt oder unvollständig. Speichern Sie sie noch einmal, am besten als CSV."
    ),
    "table_locked": (
        "Die Excel-Datei ist mit einem Passwort geschützt. Speichern Sie sie ohne Passwort und lesen Sie sie "
        "noch einmal ein."
    ),
    "table_bomb": (
        "Die Excel-Datei braucht ausgepackt zu viel Platz. Speichern Sie die Liste als CSV und lesen Sie "
        "diese ein."
    ),
}

COLUMNS = {
    "column_missing": (
        "Die Spalte »{detail}« fehlt. Exportieren Sie die Liste mit dieser Spalte "
        "oder ordnen Sie beim Einlesen eine andere Spalte zu."
    ),
    "column_twice": "Zwei Spalten sind »{detail}« zugeordnet. Nur eine kann es sein.",
    "column_unknown": "Die Angabe »{detail}« gibt es nicht. Ordnen Sie die Spalten neu zu.",
    "column_absent": (
        "Die Spalte »{detail}« gibt es in der Datei nicht. Wählen Sie ein anderes Profil "
        "oder ordnen Sie die Spalten neu zu."
    ),
    "list_is_appointments": (
        "Das ist eine Liste von Terminen und keine von Kunden. Lesen Sie sie als Termine ein."
    ),
    "list_is_customers": (
        "Das ist eine Liste von Kunden und keine von Terminen. Lesen Sie sie als Kunden ein."
    ),
    "profile_unknown": "Ein Profil »{detail}« gibt es nicht. Merken Sie es beim Einlesen im Browser.",
    "profile_other_kind": "Das Profil »{detail}« ist für die andere Art von Liste. Wählen Sie ein passendes.",
    "source_unknown": "Diese Quelle für Termine gibt es nicht. Wählen Sie eine andere.",
    "source_is_feed": (
        "Der Kalender »{detail}« wird abgerufen und nimmt keine Listen auf. Wählen Sie eine andere Quelle."
    ),
    "list_missing": "Die Datei {detail} ist nicht zu lesen. Prüfen Sie Pfad und Rechte.",
}

REFUSED = {
    "row_cut": (
        "Die Datei bricht in dieser Zeile ab. "
        "Exportieren Sie die Liste noch einmal und lesen Sie sie ganz ein."
    ),
    "row_long": (
        "Die Zeile hat mehr Felder als die Liste Spalten. "
        "Setzen Sie Texte, in denen das Trennzeichen vorkommt, "
        "unter Anführungszeichen."
    ),
    "row_total": (
        "In der Spalte »{column}« steht »{value}«: Die Zeile zählt andere zusammen und ist kein Objekt. "
        "Es ist nichts zu tun."
    ),
    "row_twice": (
        "Dieses Objekt mit dieser Partei steht schon in Zeile {line}. "
        "Löschen Sie eine der Zeilen oder unterscheiden Sie sie in der Spalte »Partei«."
    ),
    "appointment_twice": "Dieser Termin steht schon in Zeile {line}. Löschen Sie eine der Zeilen.",
    "cell_missing": "Die Spalte »{column}« ist leer. Ohne diese Angabe geht es nicht; tragen Sie sie nach.",
    "cell_too_long": (
        "Die Spalte »{column}« ist zu lang, höchstens {most} Zeichen haben Platz. Kürzen Sie den Text."
    ),
    "cell_error": (
        "In der Spalte »{column}« steht der Excel-Fehler {typed}. Berichtigen Sie die Zelle in Excel."
    ),
    "cell_hashes": (
        "In der Spalte »{column}« stehen nur #-Zeichen, weil die Spalte in Excel zu schmal war. "
        "Machen Sie sie breiter und speichern Sie die Liste noch einmal."
    ),
    "cell_digits_lost": (
        "Excel hat aus der Nummer in der Spalte »{column}« »{typed}« gemacht, dabei sind Ziffern verloren. "
        "Formatieren Sie die Spalte in Excel als Text und exportieren Sie die Liste noch einmal."
    ),
    "cell_is_date": (
        "Excel hat aus der Spalte »{column}« ein Datum gemacht ({typed}). "
        "Formatieren Sie die Spalte in Excel als Text und tragen Sie den Wert neu ein."
    ),
    "cell_not_yes": (
        "»{typed}« in der Spalte »{column}« heißt weder Ja noch Nein. "
        "Schreiben Sie x oder lassen Sie sie leer."
    ),
    "cell_not_role": (
        "»{typed}« in der Spalte »{column}« ist keine Rolle. Möglich sind Eigentümer, Partei und Verwaltung."
    ),
    "cell_not_purpose": (
        "»{typed}« in der Spalte »{column}« ist kein Zweck. Möglich sind Alles, Rechnung, Termin und Nur HK."
    ),
    "cell_not_day": (
        "»{typed}« in der Spalte »{column}« ist kein Datum. Schreiben Sie Tag, Monat und Jahr: 12.03.2026."
    ),
    "day_without_year": (
        "Dem Datum »{typed}« in der Spalte »{column}« fehlt das Jahr. Schreiben Sie es dazu: 12.03.2026."
    ),
    "day_ambiguous": (
        "»{typed}« in der Spalte »{column}« kann zwei Tage bedeuten. "
        "Schreiben Sie das Datum mit Punkten: 12.03.2026."
    ),
    "day_not_yet": (
        "Der {day} in der Spalte »{column}« liegt in der Zukunft. Tragen Sie den Tag ein, an dem zugestimmt "
        "wurde."
    ),
    "day_far": "Der {day} liegt mehr als {years} Jahre voraus. Prüfen Sie das Jahr in der Spalte »{column}«.",
    "cell_not_time": (
        "»{typed}« in der Spalte »{column}« ist keine Uhrzeit. Schreiben Sie sie mit Doppelpunkt: 08:00."
    ),
    "end_before_start": (
        "Das Ende {end} liegt vor dem Beginn {start}. Berichtigen Sie eine der beiden Uhrzeiten."
    ),
    "number_zeros_lost": (
        "Ein Objekt {typed} gibt es nicht, aber {known}: Excel lässt führende Nullen weg. "
        "Formatieren Sie die Spalte »{column}« als Text, oder legen Sie das Objekt {typed} zuerst von "
        "Hand an."
    ),
}

NOTES = {
    "already_imported": "Diese Datei ist bereits importiert.",
    "phone_restored": (
        "»{typed}« in der Spalte »{column}« wurde zu {number} ergänzt; Excel lässt 0 und + weg."
    ),
    "phone_unreadable": (
        "»{typed}« in der Spalte »{column}« ist keine Telefonnummer. "
        "Der Eintrag ist gespeichert, SMS gehen dorthin keine."
    ),
    "phone_several": (
        "In der Spalte »{column}« stehen mehrere Nummern (»{typed}«). Der Eintrag ist gespeichert, "
        "SMS gehen dorthin keine; tragen Sie jede Nummer in ein eigenes Feld ein."
    ),
    "email_unreadable": (
        "»{typed}« in der Spalte »{column}« ist keine E-Mail-Adresse. "
        "Der Eintrag ist gespeichert, E-Mails gehen dorthin keine."
    ),
    "address_twice": "»{typed}« in der Spalte »{column}« steht in dieser Zeile schon; es zählt einmal.",
    "tick_alone": "In der Spalte »{column}« steht ein Haken, aber keine Nummer oder Adresse dazu.",
    "tick_withdrawn": "{address}: Abgemeldet am {day}; der Haken der Datei gilt nicht.",
    "units_ignored": (
        "»{typed}« in der Spalte »{column}« ist keine Anzahl; die Einheiten blieben, wie sie waren."
    ),
    "land_ignored": (
        "»{typed}« in der Spalte »{column}« ist weder ein Bundesland noch ein Land; "
        "es wurde nicht übernommen."
    ),
    "place_unclear": (
        "»{typed}« ist kein vollständiger Ort; so schreiben: A - 4400 Steyr. Es ist gespeichert."
    ),
    "object_unknown": "Objekt {number} ist nicht angelegt.",
    "row_past": "Der Termin ist vorbei und wurde nicht übernommen.",
    "row_moved": "Verschoben vom {old}.",
    "row_cancelled": "Storniert.",
    "row_cancelled_unknown": "Storniert und hier nicht bekannt; es gibt nichts abzusagen.",
    "row_back": "Wieder aufgenommen.",
    "row_held": "Seine Nachrichten warten auf Freigabe, weil sich viele Termine auf einmal ändern.",
}

SENTENCES: dict[str, str] = TABLES | COLUMNS | REFUSED | NOTES
