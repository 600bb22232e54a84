"""Sentences about consent: how it was said, what stands against a tick, why a scan waits."""

from __future__ import annotations

GRANTED = {
    "form": "Zugestimmt auf einem Formular",
    "phone": "Am Telefon zugestimmt",
    "in_person": "Persönlich zugestimmt",
    "import": "Zugestimmt laut einer eingelesenen Liste",
    "calendar": "Die Nummer oder Adresse stand in einem Kalender, der als Einwilligung gilt",
}
WITHDRAWN = {
    "form": "Auf einem Formular widerrufen",
    "phone": "Am Telefon widerrufen",
    "in_person": "Persönlich widerrufen",
    "reply": "Per SMS widerrufen (STOP)",
    "import": "In einer eingelesenen Liste fehlt das Häkchen",
    "calendar": "Der Kalender gilt nicht mehr als Einwilligung",
}
WAYS = {"form": "auf einem Formular", "phone": "am Telefon", "in_person": "persönlich"}

REFUSED = {
    "no_how": "Klicken Sie an, was gesagt wurde und auf welchem Weg.",
    "no_address": (
        "Das ist keine gültige Nummer oder Adresse, sie lässt sich nicht anhaken. "
        "Berichtigen Sie sie zuerst beim Objekt."
    ),
    "day_missing": "Tragen Sie ein, an welchem Tag es gesagt oder unterschrieben wurde.",
    "day_unreadable": "Das ist kein Tag. Schreiben Sie ihn so: 01.03.2026.",
    "day_future": "Der Tag liegt in der Zukunft. Tragen Sie den Tag ein, an dem es gesagt wurde.",
    "day_ancient": "Der Tag liegt vor dem Jahr 2000. Prüfen Sie die Jahreszahl.",
    "note_long": "Höchstens 500 Zeichen. Kürzen Sie den Vermerk.",
    "revives": (
        "Für {address} wurde am {day} widerrufen, also nach diesem Tag. Gilt die Zustimmung trotzdem, "
        "schreiben Sie in den Vermerk, warum."
    ),
    "nothing_chosen": (
        "Bei keiner Nummer oder Adresse ist etwas gewählt. Wählen Sie aus, was auf dem Formular steht, "
        "oder legen Sie es ohne Häkchen ab."
    ),
    "unknown_choice": "Diese Auswahl gibt es nicht. Laden Sie die Seite neu und wählen Sie noch einmal.",
    "address_elsewhere": (
        "Eine Nummer oder Adresse gehört inzwischen nicht mehr zu diesem Objekt. "
        "Laden Sie die Seite neu und prüfen Sie die Auswahl."
    ),
    "number_changed": (
        "Hier stand {old}, inzwischen steht da {address}. Es wurde nichts eingetragen. Prüfen Sie, wofür "
        "das gilt, und klicken Sie noch einmal."
    ),
    "already_done": "Dieses Formular ist schon erledigt.",
    "no_object": "Wählen Sie zuerst das Objekt aus, zu dem das Formular gehört.",
    "object_gone": "Dieses Objekt gibt es nicht mehr. Suchen Sie ein anderes.",
    "no_note": "Schreiben Sie dazu, warum das Formular ohne Häkchen abgelegt wird.",
}

TRAY = {
    "unreadable": (
        "Auf dem Bild ist kein QR-Code zu lesen. Suchen Sie das Objekt, oder scannen Sie das Blatt noch "
        "einmal gerade und mit mindestens 150 dpi."
    ),
    "foreign": (
        "Der QR-Code auf dem Blatt stammt nicht von Kehrbote. Gehört das Blatt trotzdem zu einem Objekt, "
        "suchen Sie es; sonst legen Sie es ab."
    ),
    "several": (
        "Auf dem Bild sind QR-Codes verschiedener Formulare. Scannen Sie jedes Blatt für sich, "
        "oder suchen Sie das Objekt."
    ),
    "newer": (
        "Das Formular stammt von einer neueren Ausgabe von Kehrbote. Aktualisieren Sie diese Anlage, "
        "oder suchen Sie das Objekt."
    ),
    "unknown_object": (
        "Ein Objekt mit der Nummer {number} gibt es hier nicht (mehr). Suchen Sie das richtige, "
        "oder legen Sie das Blatt ab."
    ),
    "object_deleted": "Das Objekt dazu wurde gelöscht. Suchen Sie ein anderes, oder legen Sie das Blatt ab.",
}

UPLOAD = {
    "nothing": "Wählen Sie mindestens eine Datei aus.",
    "too_many": "Das sind {count} Dateien. Höchstens {limit} gehen auf einmal; laden Sie den Rest danach.",
    "empty": "Die Datei ist leer. Scannen Sie das Blatt noch einmal.",
    "too_big": "Die Datei hat mehr als {limit} MB. Scannen Sie in Grau mit 200 dpi, oder teilen Sie sie.",
    "not_a_scan": "Das ist kein Bild und kein PDF. Möglich sind JPEG, PNG, TIFF und PDF.",
    "damaged": "Die Datei ist abgeschnitten oder beschädigt. Scannen oder kopieren Sie sie noch einmal.",
    "encrypted": "Das PDF ist mit einem Kennwort geschützt. Speichern Sie es ohne Kennwort.",
    "too_many_pages": (
        "Die Datei hat {count} Seiten, höchstens {limit} gehen auf einmal. Teilen Sie sie in mehrere Dateien."
    ),
    "too_many_pixels": (
        "Das Bild hat mehr als {limit} Millionen Bildpunkte. Scannen Sie mit höchstens 600 dpi."
    ),
    "too_slow": (
        "Die Datei ließ sich in {limit} Sekunden nicht lesen. Scannen Sie das Blatt noch einmal als JPEG."
    ),
    "too_hungry": (
        "Die Datei braucht zum Lesen mehr Speicher, als erlaubt ist. Scannen Sie das Blatt mit 200 dpi."
    ),
    "blank": "Alle Seiten sind leer. Legen Sie das Blatt mit der Schrift nach unten ein und scannen Sie neu.",
    "known": "Diese Datei ist schon da, geladen am {at} als »{name}«.",
    "not_stored": "Die Datei ließ sich nicht speichern. Prüfen Sie unter System den freien Platz.",
}
