"""Words that somebody should see before a text is kept."""

from __future__ import annotations

import pytest

from kehr.rules.plan.start_rules import START_RULES
from kehr.rules.texts.text_warnings import asks_reply, promotes, text_warnings


# C23
@pytest.mark.parametrize(
    "text",
    [
        "Passt das? Antworten Sie bitte.",
        "Bitte um kurze Rückmeldung",
        "Bitte um Antwort",
        "Ihre Antwort hilft uns.",
        "Melden Sie sich per SMS",
        "Melden Sie sich bitte kurz per SMS",
        "Schreiben Sie JA zurück",
        "Bestätigen Sie den Termin per SMS",
        "Bitte mit JA antworten",
        "Bitte antworten!",
        "Antwort genügt",
        "Schreiben Sie uns einfach zurück",
        "Reagieren Sie auf diese SMS",
        "STOP zurück beendet diese Nachrichten",
        "Bitte JA retour",
        "Abmelden mit STOP",
        "STOP zum Abmelden",
        "Zum Abmelden »STOP« senden",
        "Senden Sie STOP, wenn Sie keine SMS mehr wollen.",
        "Mit STOP antworten, um keine SMS mehr zu erhalten",
        "Schicken Sie uns einfach JA",
        "Wie waren wir? Bewerten Sie uns mit 1-5",
        "Antworten mit 1 bis 5",
    ],
)
def test_a_text_that_asks_for_an_answer_is_seen(text: str) -> None:
    assert asks_reply(text)
    assert [one.code for one in text_warnings(text, deaf=True, asking=True)] == ["asks_reply"]
    assert text_warnings(text, deaf=False, asking=True) == ()


# C23
@pytest.mark.parametrize(
    "text",
    [
        "",
        "Fragen: #Telefon",
        "Bitte Zugang ermöglichen. #Firma, #Telefon",
        "Rufen Sie an: #Telefon",
        "Auf diese Nummer kann nicht geantwortet werden.",
        "Bitte nicht auf diese SMS antworten.",
        "Melden Sie sich bitte unter #Telefon",
        "Antworten auf viele Fragen finden Sie auf unserer Seite",
        "Ihr Jahresplan kommt per Post zurück",
        "Die Verantwortung liegt beim Eigentümer",
        "Auf diese SMS kann nicht geantwortet werden.",
        "Bitte um Rückmeldung unter 07252 1234",
        "Bitte um Rückmeldung unter #Telefon",
        "Der Bus hat Stopp am Platz",
    ],
)
def test_a_text_that_asks_for_none_is_left_alone(text: str) -> None:
    assert asks_reply(text) == ()


# C24
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Nutzen Sie unser Angebot!", ("Angebot",)),
        ("10 % Rabatt auf die Thermenwartung", ("10 % Rabatt",)),
        ("Unsere Herbstaktion: Aktion bis 1.4.", ("Herbstaktion", "Aktion")),
        ("Gratis Kaminkehrbuch", ("Gratis",)),
        ("Jetzt buchen: #Telefon", ("Jetzt buchen",)),
        ("Gutschein über 20 €", ("Gutschein",)),
        ("Empfehlen Sie uns weiter!", ("Empfehlen Sie uns",)),
        ("Bewerten Sie uns auf Google", ("Bewerten Sie uns",)),
        ("SONDERANGEBOT nur heute", ("SONDERANGEBOT", "nur heute")),
        ("kostenlose Beratung", ("kostenlose",)),
        ("Herbstrabatt für Stammkunden", ("Herbstrabatt",)),
        ("-10 % auf Feinstaubfilter", ("-10 %",)),
        ("Jetzt 15 % auf alle Filter", ("15 % auf",)),
        ("Besuchen Sie unseren Webshop", ("Besuchen Sie unseren",)),
        ("Wir empfehlen Ihnen eine Thermenwartung", ("Wir empfehlen Ihnen",)),
    ],
)
def test_promotional_words_in_an_appointment_text_are_seen(text: str, words: tuple[str, ...]) -> None:
    assert promotes(text) == words
    assert "promotes" in [one.code for one in text_warnings(text, deaf=False, asking=False)]
    assert "promotes" not in [one.code for one in text_warnings(text, deaf=False, asking=True)]


def test_compounds_are_seen_as_one_word() -> None:
    assert promotes("Unsere Herbstaktion") == ("Herbstaktion",)


# C24
@pytest.mark.parametrize(
    "text",
    [
        "",
        "#Firma: Ihr Rauchfangkehrer kommt am #Datum",
        "Transaktion",
        "Reaktion der Heizung prüfen",
        "Kostenvoranschlag liegt bei",
        "Bitte kommen Sie nicht in Aktionismus",
        "Der Preis bleibt gleich",
        "Nur Hauptkehrung",
    ],
)
def test_plain_words_are_no_advertising(text: str) -> None:
    assert promotes(text) == ()


def test_a_subject_may_advertise_too() -> None:
    (found,) = text_warnings("Termin am #Datum", "Gratis Beratung", deaf=False, asking=False)
    assert found.words == ("Gratis",)


# C11
@pytest.mark.parametrize(
    ("text", "words"), [("Wir kommen morgen", ("morgen",)), ("Guten Morgen", ()), ("#Tagwort um 10", ())]
)
def test_a_typed_day_word_is_seen(text: str, words: tuple[str, ...]) -> None:
    found = text_warnings(text, deaf=False, asking=False)
    assert tuple(word for one in found for word in one.words) == words


# C24
def test_the_texts_to_start_with_advertise_nothing() -> None:
    for rule in START_RULES:
        asking = rule.kind in ("feedback", "followup")
        assert text_warnings(rule.text, rule.subject, deaf=False, asking=asking) == (), rule.kind
    asked = [rule.kind for rule in START_RULES if asks_reply(rule.text)]
    assert asked == ["feedback"]
