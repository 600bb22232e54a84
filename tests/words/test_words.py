"""Every code that can stand on a message, an alarm or a check has a sentence, and none shows a code."""

from __future__ import annotations

import re
import string
from zoneinfo import ZoneInfo

import pytest

from kehr import words
from kehr.rules.terms.messages import Channel, Kind, State
from kehr.words.faults_de import SENTENCES as FAULTS

VIENNA = ZoneInfo("Europe/Vienna")
NUMBER = "+436641000001"
MOMENT = "2026-03-12T09:00:00+00:00"

REASON_ARGS: dict[str, dict[str, object]] = {
    "planned_lead": {"days": 2},
    "planned_late": {},
    "planned_new": {},
    "planned_moved": {"old": MOMENT},
    "planned_cancelled": {},
    "text_changed": {"by": "anna"},
    "due_changed": {"by": "anna"},
    "text_due_changed": {"by": "anna"},
    "text_restored": {"by": "anna"},
    "withheld_by_hand": {"by": "anna"},
    "planned_feedback": {"days": 3},
    "planned_followup": {},
    "no_feedback_consent": {"address": NUMBER},
    "deaf_name": {"sender": "KEHRER", "gateway": "LINK"},
    "deaf_gateway": {"sender": "", "gateway": "LINK"},
    "replied": {},
    "planned_retry": {"tries": 2, "code": "dns_failed", "detail": "api.example.at"},
    "planned_again": {"by": "office"},
    "answered_late": {"reference": "006214b5440071843da1"},
    "in_digest": {},
    "confirmation_old": {},
    "digest_tomorrow": {"due": MOMENT},
    "object_without_number": {"number": "A110010"},
    "object_without_mobile": {"number": "A110010"},
    "object_without_email": {"number": "A110010"},
    "no_email": {},
    "object_not_known": {"number": "A110010"},
    "only_main": {"address": NUMBER},
    "only_invoices": {"address": "rechnung@example.at"},
    "second_channel": {"address": NUMBER},
    "planned_by_hand": {"by": "office"},
    "planned_without_consent": {"by": "office", "grounds": "Rohrbruch im Haus"},
    "manual_moved": {"new": MOMENT},
    "manual_cancelled": {},
    "manual_gone": {},
    "manual_starts_before": {"start": MOMENT},
    "number_not_theirs": {"address": NUMBER, "name": "Karl Mustermann"},
    "only_appointments": {"address": "karl@example.at"},
    "manual_stopped": {"by": "office"},
    "manual_too_late": {"due": MOMENT},
    "released": {"by": "office"},
    "no_consent": {"address": NUMBER},
    "revoked": {"address": NUMBER},
    "landline": {"address": "+43725253123"},
    "not_mobile": {"address": "+43720111222", "type": "voip"},
    "no_number": {},
    "tag_no_sms": {},
    "tag_no_email": {},
    "entry_missing": {"since": MOMENT},
    "placeholder_missing": {"placeholders": ["#Ort", "#Name"]},
    "no_gateway": {"channel": "email"},
    "covered": {"kind": "moved"},
    "gateway_stopped": {"gateway": "LINK"},
    "release_always": {},
    "number_shared": {"address": NUMBER, "names": ["Karl Mustermann", "Eva Huber"]},
    "mass_moved": {"count": 30},
    "mass_cancelled": {"count": 60},
    "volume_high": {"day": "2026-03-12", "count": 130, "usual": 40},
    "text_new": {"kind": "reminder"},
    "calendar_new": {"calendar": "Kehrplan Steyr"},
    "bundle_moved": {"count": 14, "day": "2026-03-12"},
    "appointment_moved": {"new": MOMENT},
    "appointment_cancelled": {},
    "rule_off": {},
    "rule_changed": {},
    "calendar_off": {},
    "recipient_gone": {},
    "moved_back": {},
    "no_longer_wanted": {},
    "already_told": {},
    "too_late": {"due": MOMENT},
    "stuck_sending": {},
    "accepted": {},
    "delivered": {"gateway": "Handy", "detail": "Delivered"},
    "undelivered": {"gateway": "Handy", "detail": "Failed, 404"},
    "bounced": {"gateway": "Post", "detail": "550 5.1.1"},
    "reported_late": {"gateway": "Handy", "detail": "Delivered", "since": MOMENT},
    "delivered_after_all": {"gateway": "Handy", "detail": "Delivered"},
    "taken_after_all": {},
    "looked_up": {},
    "not_there": {},
    "no_word": {},
    "marked_sent": {"by": "office"},
    "trial": {},
    "paper_dropped": {"by": "office"},
    "notice_posted": {"by": "office"},
    "told_by_phone": {"by": "office"},
    "slip_note": {"by": "office", "note": "falscher Briefkasten"},
    "asking_broke": {"detail": "KeyError"},
    "refused_in_row": {},
    "secret_unreadable": {},
    "gateway_broke": {},
}


@pytest.mark.parametrize("code", REASON_ARGS)
def test_every_reason_reads_as_a_whole_german_sentence(code: str) -> None:  # C13
    said = words.told(code, REASON_ARGS[code], VIENNA)
    assert said.endswith("."), said
    assert code not in said
    assert "…" not in said, "a placeholder of the sentence has no argument"
    assert "{" not in said and "T09:00" not in said and NUMBER not in said, said


def test_no_reason_is_without_a_test_of_its_arguments() -> None:
    known = {code.partition("/")[0] for code in words.REASONS}
    assert known == REASON_ARGS.keys()


@pytest.mark.parametrize("code", sorted(FAULTS))
def test_every_fault_is_found_among_all_sentences_and_shows_no_code(code: str) -> None:
    # failures.md 15: every gateway code has a German sentence with what to do.
    names = {name for _, name, _, _ in string.Formatter().parse(FAULTS[code]) if name}
    said = words.sentence(code, dict.fromkeys(names, "4711"))
    assert "Dafür gibt es noch keinen Satz" not in said
    assert not re.search(r"\b[a-z]+_[a-z_]+\b", said), said


def test_unknown_code_is_named_so_that_it_can_be_reported() -> None:
    assert "never_heard_of" in words.sentence("never_heard_of")


def test_missing_argument_leaves_a_gap_instead_of_an_error() -> None:
    assert words.sentence("no_consent").startswith("Für … liegt")


@pytest.mark.parametrize("state", State)
def test_every_state_has_word_icon_sign_and_tone(state: State) -> None:
    look = words.STATES[state]
    assert look.word and look.short and look.sign and look.beginning
    assert look.tone in {"grey", "amber", "red", "blue", "green"}


def test_states_are_told_apart_on_paper_by_sign_and_word() -> None:  # failures.md 20
    shown = [(look.sign, look.short) for look in words.STATES.values()]
    assert len(set(shown)) == len(shown)


def test_every_kind_and_channel_has_a_word() -> None:
    assert set(words.KINDS) == set(words.KINDS_MANY) == set(Kind)
    assert set(words.CHANNELS) == set(Channel)


def test_trial_message_is_a_probe_and_never_a_success() -> None:  # C26
    assert words.state_word("accepted", trial=True).word == "Probe"
    assert words.state_word("accepted").word == "vom Gateway angenommen"
    assert words.state_word("withheld", trial=True).word == "nicht vorgesehen"


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "am Tag des Termins."),
        (1, "1 Tag vor dem Termin."),
        (2, "2 Tage vor dem Termin."),
        (10, "10 Tage vor dem Termin."),
    ],
)
def test_number_of_days_is_told_in_good_german(days: int, said: str) -> None:
    assert words.told("planned_lead", {"days": days}, VIENNA) == said


def test_planned_message_says_what_leaves_when_and_why() -> None:  # C13
    said = words.explain("planned", "reminder", "Di, 10.03. 17:00", "planned_lead", {"days": 2}, VIENNA)
    assert said == "Geht am Di, 10.03. 17:00 hinaus: Erinnerung, 2 Tage vor dem Termin."


def test_withheld_message_says_the_number_as_the_office_writes_it() -> None:
    said = words.explain("withheld", "reminder", "", "no_consent", {"address": NUMBER}, VIENNA)
    assert said.startswith("Nicht vorgesehen: Für 0664 1000001 liegt keine Einwilligung vor.")


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("2026-03-12T09:00:00+00:00", "Do, 12.03. 10:00"),
        ("2026-03-29T00:30:00+00:00", "So, 29.03. 01:30"),
        ("2026-03-29T01:30:00+00:00", "So, 29.03. 03:30"),
        ("bald", "bald"),
    ],
)
def test_moments_in_arguments_are_read_in_office_time(stored: str, read: str) -> None:
    assert (
        words.told("planned_moved", {"old": stored}, VIENNA)
        == f"weil der Termin vom {read} verschoben wurde."
    )


def test_reason_inside_a_reason_is_told_as_its_own_sentence() -> None:
    said = words.told("planned_retry", REASON_ARGS["planned_retry"], VIENNA)
    assert "Der Server api.example.at ist unbekannt" in said


@pytest.mark.parametrize("code", sorted(words.ALARMS))
def test_every_alarm_formats(code: str) -> None:
    args = {
        "calendar": "Steyr",
        "gateway": "LINK",
        "code": "not_found",
        "detail": "404",
        "count": 60,
        "free": 20,
        "file": "kehrplan.csv",
        "problem": "Die Datei ist leer.",
        "folder": "/srv/kehrbote",
        "port": 2121,
        "branch": "Linz",
        "month": "2026-11",
        "limit": 500,
        "used": 400,
        "needs": 2,
        "left": 1,
        "money": "4,80",
        "day": "2026-03-12",
        "usual": 20,
        "channel": "sms",
    }
    args |= {name: MOMENT for name in ("since", "until", "told", "truth")} | {"recipient": NUMBER}
    said = words.alarm_sentence(code, args, VIENNA)
    assert said.endswith(".") and "…" not in said and MOMENT not in said, said


def test_translation_happens_before_the_arguments_are_filled_in() -> None:
    english = {words.template("no_number"): "No number."}
    assert words.sentence("no_number", {}, lambda text: english[text]) == "No number."


def test_a_sentence_leaves_no_empty_brackets_where_a_gateway_told_no_detail() -> None:
    told = words.sentence("link_4002", {"detail": ""})
    assert told == "LINK hält die Nummer für ungültig. Fragen Sie nach der richtigen Nummer."


def test_unclear_message_says_that_only_the_recipient_knows() -> None:  # C19
    zone = ZoneInfo("Europe/Vienna")
    spoken = words.why("unclear", "timeout", {}, zone)
    assert spoken.startswith("Unklar: ") and spoken.endswith("weiß nur der Empfänger.")
    assert words.why("unclear", "stuck_sending", {}, zone).count("weiß nur der Empfänger") == 1
    assert "Empfänger" not in words.why("refused", "timeout", {}, zone)
