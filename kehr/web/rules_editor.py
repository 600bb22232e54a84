"""Nachrichten: what is sent when, and the editor of one text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from kehr import clock
from kehr.actions.feeds.list_calendars import SHOWN_KINDS
from kehr.actions.setup import change_rules
from kehr.actions.setup.known_settings import known_settings
from kehr.actions.setup.list_rules import list_rules
from kehr.actions.setup.preview_rule import RulePreview, preview_rule
from kehr.models import Branch, Calendar, Company, MessageRule, db
from kehr.rules.forms.settings_reader import SettingsError
from kehr.rules.plan.second_channel import SECOND_KINDS
from kehr.rules.settings.settings_messages import default_days, read_rule
from kehr.rules.terms.placeholders import describe_placeholders
from kehr.rules.texts.calendar_link import NO_ADDRESS, why_no_link
from kehr.rules.texts.text_warnings import TextWarning
from kehr.web.access import needs
from kehr.web.rule_changes import SIGNS, change_sentences, draft_stamp, example_word
from kehr.web.rule_form import CHANNEL_WORDS, TIMED, RuleForm, typed
from kehr.web.rule_reads import deaf_sentences, reads, stamp_of, warnings_of
from kehr.web.settings_form import checked, refuse_field
from kehr.web.warning_words import warning_sentence
from kehr.words.links import WHY_NO_LINK

screen = Blueprint("rules_editor", __name__)

SEVERAL = ("announcement", "reminder")
"""Kinds of which there may be more than one for the same appointment (B36)."""
PURPOSES = {
    "announcement": lazy_gettext("Die Pflicht: sagt den Kehrtermin rechtzeitig an."),
    "confirmation": lazy_gettext("Geht einmal hinaus, wenn ein neuer Termin im Kalender steht."),
    "reminder": lazy_gettext("Erinnert kurz vor dem Termin."),
    "moved": lazy_gettext("Geht hinaus, wenn sich Tag oder Uhrzeit ändern. Kennt alte und neue Zeit."),
    "cancelled": lazy_gettext("Geht hinaus, wenn ein angesagter Termin sicher abgesagt ist."),
    "feedback": lazy_gettext("Fragt nach dem Besuch nach. Braucht eine eigene Einwilligung der Kunden."),
    "followup": lazy_gettext(
        "Fragt ein einziges Mal nach, wenn 24 Stunden nach dem Feedback keine Antwort da ist. Nur per SMS."
    ),
}


@screen.get("/nachrichten")
@needs("reader")
def page() -> str:
    """A card for each kind."""
    company = db.session.get(Company, 1)
    return render_template(
        "rules/page.html",
        cards=list_rules(),
        purposes=PURPOSES,
        channels=CHANNEL_WORDS,
        timed=TIMED,
        several=SEVERAL,
        settle=company.settle_minutes if company else 20,
    )


@screen.route("/nachrichten/neu", methods=["GET", "POST"])
@needs("office")
def new() -> Response | str | tuple[str, int]:
    """One more message of a kind (B36)."""
    kind = request.args.get("art", "")
    if kind not in SEVERAL:
        abort(404)
    scope = _scope(kind, request.args.get("fuer", ""))
    if request.method == "POST":
        return _save(RuleForm(), None, scope)
    start = {"days": str(default_days(kind)), "at": _inside_window(), "channel": "sms"}
    return _form_page(RuleForm(data=start), None, scope)


@screen.route("/nachrichten/<int:rule_id>", methods=["GET", "POST"])
@needs("office")
def one(rule_id: int) -> Response | str | tuple[str, int]:
    """Edits one message."""
    row = _row(rule_id)
    scope = (row.branch_id, row.calendar_id, row.kind)
    if request.method == "POST":
        return _save(RuleForm(), row, scope)
    stored = {
        name: getattr(row, name)
        for name in ("active", "channel", "text", "subject", "ical_link", "second_channel")
    }
    return _form_page(RuleForm(data=stored | {"days": str(row.days), "at": f"{row.at:%H:%M}"}), row, scope)


@screen.post("/nachrichten/vorschau")
@needs("office")
def preview() -> str:
    """The draft as a customer would read it, while somebody types."""
    kind = request.form.get("art", "")
    if kind not in SHOWN_KINDS:
        abort(404)
    return render_template(
        "rules/_reads.html", **reads(RuleForm(), _scope(kind, request.form.get("fuer", "")))
    )


@screen.post("/nachrichten/<int:rule_id>/entfernen")
@needs("office")
def remove(rule_id: int) -> Response:
    """Takes one of several messages out."""
    row = db.get_or_404(MessageRule, rule_id)
    if row.archived_at is None:
        gone = change_rules.archive_rule(rule_id, clock.now())
        flash(_("Entfernt.") if gone else _("Die letzte Nachricht bleibt stehen, sie ist nun ausgeschaltet."))
    return redirect(url_for("rules_editor.page"))


@screen.post("/nachrichten/<kind>/eigene")
@needs("office")
def own(kind: str) -> Response:
    """Gives a branch or a calendar its own messages of a kind, beginning with the firm's (B11)."""
    scope = _scope(kind, request.form.get("fuer", ""))
    if kind not in SHOWN_KINDS or scope[:2] == (None, None):
        abort(404)
    rule_id = change_rules.copy_rules((None, None, kind), scope, clock.now())
    flash(_("Diese Nachricht gilt nun eigens und beginnt mit dem Text der Firma."), "success")
    return redirect(url_for("rules_editor.one", rule_id=rule_id))


@screen.post("/nachrichten/<kind>/firmenvorgabe")
@needs("office")
def reset(kind: str) -> Response:
    """Takes the own messages of a branch or a calendar out: the firm's count again."""
    scope = _scope(kind, request.form.get("fuer", ""))
    if kind not in SHOWN_KINDS or scope[:2] == (None, None):
        abort(404)
    change_rules.archive_scope(scope, clock.now())
    flash(_("Zurückgesetzt: Es gilt wieder die Firmenvorgabe."), "success")
    return redirect(url_for("rules_editor.page"))


def _row(rule_id: int) -> MessageRule:
    row = db.get_or_404(MessageRule, rule_id)
    if row.archived_at is not None or row.kind not in SHOWN_KINDS:
        abort(404)
    return row


def _scope(kind: str, chosen: str) -> change_rules.Scope:
    """`filiale-3`, `kalender-5` or nothing for the firm."""
    word, _dash, number = chosen.partition("-")
    model = {"filiale": Branch, "kalender": Calendar}.get(word)
    if not chosen:
        return None, None, kind
    if model is None or not number.isascii() or not number.isdigit():
        abort(404)
    row = db.get_or_404(model, int(number))
    return (row.id, None, kind) if model is Branch else (None, row.id, kind)


def _save(form: RuleForm, row: MessageRule | None, scope: change_rules.Scope) -> Response | tuple[str, int]:
    """Saves, once what it would do to what is planned, and what is odd about the text, has been seen."""
    known = known_settings(db.session)
    settings = checked(form, typed(form, scope[2]), lambda data: read_rule(data, "", known))
    if settings is None:
        return _form_page(form, row, scope), 422
    warned, rule_id = warnings_of(settings, scope), row.id if row else None
    changes = preview_rule(rule_id, scope, settings, clock.now())
    asked = "zeigen" in request.form
    unread = warned and request.form.get("gesehen", "") != stamp_of(warned)
    unseen = changes.anything and request.form.get("folgen", "") != draft_stamp(settings)
    if asked or unread or unseen:
        shown = changes if asked or changes.anything else None
        page = _form_page(form, row, scope, warned, shown, draft_stamp(settings))
        return page, 200 if asked else 422
    try:
        change_rules.save_rule(rule_id, scope, settings, clock.now())
    except SettingsError as error:
        refuse_field(form, error.key, error.sentence)
        return _form_page(form, row, scope), 422
    flash(_("Gespeichert. Das gilt für alles, was noch nicht gesendet ist."), "success")
    return redirect(url_for("rules_editor.page"))


def _form_page(
    form: RuleForm,
    row: MessageRule | None,
    scope: change_rules.Scope,
    warned: Sequence[TextWarning] = (),
    changes: RulePreview | None = None,
    followed: str = "",
) -> str:
    branch_id, calendar_id, kind = scope
    owner = db.session.get(Branch, branch_id) if branch_id else None
    owner = db.session.get(Calendar, calendar_id) if calendar_id else owner
    refused = _link_refused(kind)
    if kind == "followup":
        form.channel.choices = [("sms", CHANNEL_WORDS["sms"])]
    if refused:
        form.ical_link.description = _(WHY_NO_LINK[refused])
    return render_template(
        "rules/edit.html",
        form=form,
        rule=row,
        kind=kind,
        goes_on=kind in SECOND_KINDS,
        timed=kind in TIMED,
        owner=owner,
        owner_is_branch=branch_id is not None,
        chosen=f"filiale-{branch_id}" if branch_id else f"kalender-{calendar_id}" if calendar_id else "",
        blocks=[(f"#{name}", meaning, example) for name, meaning, example in describe_placeholders()],
        empty_blocks=_empty_blocks(kind, refused),
        link_refused=refused,
        removable=row is not None and len(change_rules.scope_rules(db.session, scope)) > 1,
        purpose=PURPOSES[kind],
        warned=[warning_sentence(one) for one in warned],
        seen=stamp_of(warned) if warned else "",
        changes=changes,
        followed=followed if changes is not None else "",
        change_sentences=change_sentences(changes) if changes is not None else [],
        change_signs=SIGNS,
        example_word=example_word,
        deaf=deaf_sentences(scope) if kind == "followup" else [],
        **reads(form, scope),
    )


def _empty_blocks(kind: str, link_refused: str) -> tuple[str, ...]:
    """Building blocks that have nothing to say in this kind of message."""
    old = () if kind == "moved" else ("#AltesDatum", "#AlteUhrzeit")
    return (*old, *(("#Kalenderlink",) if link_refused else ()))


def _link_refused(kind: str) -> str:
    company = db.session.get(Company, 1)
    return why_no_link(company.public_url, company.missing_fields, kind) if company else NO_ADDRESS


def _inside_window() -> str:
    """17:00, or the opening of a send window that is closed then (B37)."""
    company, usual = db.session.get(Company, 1), time(17)
    if company is None or company.window_from <= usual < company.window_to:
        return f"{usual:%H:%M}"
    return f"{company.window_from:%H:%M}"
