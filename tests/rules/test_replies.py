"""What an answer means: every row is a text as people send it."""

from __future__ import annotations

import pytest

from kehr.rules.replies import kind_of

STOPS = [
    "STOP",
    "stop",
    "Stop!",
    "Stopp",
    "STOPP.",
    "  sToP  ",
    "»STOP«",
    "*STOP*",
    "Bitte STOP",
    "stop bitte",
    "STOP danke",
    "Hallo, bitte STOP. Danke",
    "Ich möchte das nicht mehr, STOP!",
    "Bitte sofort stop mit diesen SMS",
    "Stop SMS",
    "SMS stop",
    "SMS-Stopp",
    "ABMELDEN",
    "Abmeldung",
    "bitte abmelden",
    "Ich möchte mich abmelden",
    "Melden Sie mich bitte vom SMS-Dienst ab",
    "Ich bestelle den SMS-Dienst ab",
    "keine SMS mehr",
    "Bitte keine Nachrichten mehr",
    "Bitte keine weiteren SMS",
    "Ich will keine SMS mehr bekommen",
    "möchte keine nachrichten mehr erhalten",
    "Bitte schicken Sie mir keine SMS mehr!!",
    "Ich habe gesagt, keine SMS mehr",
    "Bitte keine SMS schicken",
    "Schreiben Sie mir nicht mehr",
    "Bitte nicht mehr schreiben",
    "Stoppt diese Nachrichten",
    "Bitte stoppen Sie die SMS an diese Nummer",
    "Ich widerrufe meine Einwilligung",
    "Hiermit ziehe ich meine Zustimmung zurück",
    "Nehmen Sie mich aus dem Verteiler",
    "UNSUBSCRIBE",
    "opt out",
    "ＳＴＯＰ",
    "STOP, und am Dienstag passt der Termin nicht",
    "STOP.",
    "STOPPP!",
    "S T O P",
    "S.T.O.P.",
    "S\u00adTOP\u200b",
    "STOP\nLG Huber",
    "ja, STOP",
    "STOP?",
    "bitte keine sms mehr!!",
    "Keine SMS!",
    "bitte keine SMS",
    "Danke, keine SMS mehr nötig",
    "nie wieder SMS",
    "ABMELDEN.",
    "Abmelden bitte",
    "Meldet mich ab",
    "Stop - falsche Nummer",
]
THANKED = [
    "ja",
    "Ja!",
    "JA",
    "ok",
    "OK.",
    "okay",
    "Danke",
    "Danke!",
    "Dankeschön",
    "Vielen Dank",
    "Vielen herzlichen Dank für die Info!",
    "passt",
    "Passt, danke",
    "Alles klar",
    "In Ordnung",
    "Ja passt sehr gut, danke LG",
    "👍",
    "👍🏻",
    "👍👍",
    "Danke 👍",
    "ok :-)",
    "Ja bitte",
    "Super, danke, schönen Tag noch",
    "❤️",
]
OPENS = [
    "",
    "  ",
    "nein",
    "Nein danke",
    "ok?",
    "Danke, geht leider nicht",
    "passt nicht",
    "Ja, aber erst ab 10 Uhr",
    "Danke, Huber",
    "👎",
    "Bin nicht zu Hause 👍",
    "kann leider nicht, bitte stoppen Sie den Termin nicht",
    "Bitte stoppen Sie den Termin",
    "Wir heizen nonstop",
    "non stop geöffnet",
    "Non-Stop",
    "Stoppelweg 3",
    "Bushaltestelle Stop & Go",
    "Bei der Bushaltestelle Stop and Go links",
    "stop und go verkehr",
    "Wir sind beim Stop vor der Kirche",
    "Bitte nicht STOP",
    "Bitte nicht abmelden",
    "Wir wollen uns nicht abmelden",
    "Ich muss den Termin am Dienstag abmelden",
    "Kann ich mich für Dienstag abmelden?",
    "Ich habe keine SMS bekommen",
    "Warum bekomme ich keine SMS mehr?",
    "bekomme keine SMS mehr",
    "Warum wollen Sie keine SMS mehr schicken?",
    "Habe noch keine Nachricht erhalten, bitte um Rückruf",
    "Ich konnte nicht mehr schreiben",
    "Können Sie mir nicht mehr Infos schicken?",
    "Falsche Nummer",
    "Wer ist das?",
    "Rufen Sie mich bitte an",
    "Der Schlüssel liegt unter der Matte",
    "Autostopp",
    "Haben Sie den Stopper montiert?",
    "Stoppt die Heizung, komme ich nicht",
    "Keine Zeit",
    "Bitte keine SMS wenn der Termin gleich bleibt?",
    "Die Einwilligung habe ich nicht widerrufen",
    "Stoppen Sie bitte bei Haus 5",
    "Busstop",
    "Bus-Stop",
    "Treffpunkt Bus Stop",
    "Stoppuhr",
    "Können Sie beim Stopp-Schild parken?",
    "Bitte beim Stopp parken",
    "Bitte nicht stoppen",
    "kein Stop",
    "stop123",
    "Topp!",
    "Keine SMS bekommen",
    "Ich habe nie eine SMS bekommen",
    "Kein Interesse mehr",
    "Lassen Sie mich in Ruhe",
    "Bitte löschen Sie meine Nummer",
]


# C25
@pytest.mark.parametrize("text", STOPS)
def test_who_wants_no_more_messages_is_understood(text: str) -> None:
    assert kind_of(text) == "stop"


# C25
@pytest.mark.parametrize("text", THANKED)
def test_a_mere_yes_or_thank_you_is_filed(text: str) -> None:
    assert kind_of(text) == "thanks"


# C25
@pytest.mark.parametrize("text", OPENS)
def test_everything_else_is_work_for_a_person(text: str) -> None:
    assert kind_of(text) == "open"


def test_there_are_enough_of_each() -> None:
    assert len({*STOPS, *THANKED, *OPENS}) >= 100
