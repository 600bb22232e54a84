"""A bundle that waits: one dialog with one text for what moved together, one click for all others."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField, TextAreaField

from kehr import clock
from kehr.actions.decide import decide_together
from kehr.actions.decide.change_message import withhold
from kehr.actions.decide.decide_bundle import release_listed
from kehr.actions.decide.list_bundle import MOST, list_bundle
from kehr.actions.decide.waiting_work import Waiting
from kehr.actions.decide.word_bundle import CHOICES, JointBundle, read_bundle, show_joint_bundle
from kehr.models import Company, db
from kehr.rules.forms.settings_values import RuleSettings
from kehr.rules.terms.messages import Channel
from kehr.rules.terms.placeholders import describe_placeholders
from kehr.rules.texts.bundle_text import faults_of, plain_lines
from kehr.web import bundle_words as words
from kehr.web.access import needs
from kehr.web.draft_words import complaint_hints, highlighted, hints_of
from kehr.web.rule_reads import stamp_of as warning_stamp
from kehr.web.waiting_lines import Line, line_of
from kehr.web.warning_words import warning_sentence

screen = Blueprint("bundle", __name__)

WAYS = ("vorschau", "text", "einstellung", "keine")


class BundleForm(FlaskForm):  # type: ignore[misc]
    """One text for all messages of a bundle; its checks live in kehr.rules.texts.bundle_text."""

    text = TextAreaField(
        lazy_gettext("Text für alle"),
        description=lazy_gettext(
            "Platzhalter wie #Datum werden in jeder Nachricht für ihren Termin gefüllt."
        ),
        filters=[lambda typed: plain_lines(typed or "")],
        render_kw={"rows": 6},
    )
    subject = StringField(
        lazy_gettext("Betreff der E-Mails"),
        description=lazy_gettext("Leer: der übliche Betreff."),
        filters=[lambda typed: typed or ""],
    )


@screen.get("/wartet/<key>")
@needs("reader")
def page(key: str) -> str:
    """The held messages of one bundle, to look at before deciding."""
    joint = show_joint_bundle(key)
    if joint is not None:
        return _dialog(joint, BundleForm(data={"text": joint.text, "subject": joint.subject}))
    messages, total = list_bundle(key)
    if not messages:
        return render_template("bundle/done.html", said=words.decided_words(None), typed="")
    sample = messages[0]
    waiting = Waiting("held", key, total, sample.reason, sample.reason_args, sample.calendar_name)
    return render_template(
        "bundle/page.html", key=key, messages=messages, total=total, line=line_of(waiting), marks={}
    )


@screen.post("/wartet/<key>/gemeinsam")
@needs("office")
def together(key: str) -> Response | str | tuple[str, int]:
    """Decides all of it: with one text, with that of the settings, or not at all; or shows how it reads."""
    way, form = request.form.get("was", ""), BundleForm()
    if way not in WAYS:
        abort(400)
    joint = show_joint_bundle(key)
    if joint is None:
        return _too_late(key, form)
    if way == "vorschau":
        return _dialog(joint, form)
    try:
        count = _decide(joint, way, form)
    except _Unread:
        return _dialog(joint, form, warned=True), 422
    except decide_together.TextUnfit as unfit:
        for place, sentence in words.refusals(unfit).items():
            form[place].errors = [sentence]
        return _again(key, form)
    except decide_together.OtherNow:
        return _again(key, form)
    except decide_together.AlreadyDecided:
        return _too_late(key, form)
    flash(_said(way, count), "success")
    return redirect(url_for("today.page"))


@screen.post("/wartet/<key>/vorschau")
@needs("office")
def reads(key: str) -> str:
    """What is typed as it will be read, while somebody types."""
    joint = show_joint_bundle(key)
    if joint is None:
        return render_template(
            "bundle/_gone.html", said=words.decided_words(decide_together.who_decided(key))
        )
    return render_template("bundle/_reads.html", **_read(joint, BundleForm()))


@screen.post("/wartet/<key>")
@needs("office")
def release(key: str) -> Response:
    """Releases the listed messages; those that no longer wait are left alone."""
    wanted = frozenset(request.form.getlist("message"))
    if not wanted:
        abort(400)
    count = release_listed(key, wanted, by=current_user.login, now=clock.now())
    said = ngettext("%(num)s Nachricht ist freigegeben.", "%(num)s Nachrichten sind freigegeben.", count)
    return _after_bundle(key, said if count else "")


@screen.post("/wartet/<key>/zurueckhalten")
@needs("office")
def keep_back(key: str) -> Response:
    """Keeps the listed messages of a bundle back."""
    wanted = request.form.getlist("message")
    if not wanted:
        abort(400)
    held = {message.id for message in list_bundle(key)[0]}
    ids = [message_id for message_id in wanted if message_id in held]
    count = withhold(ids, by=current_user.login, now=clock.now()) if ids else 0
    said = ngettext(
        "%(num)s Nachricht wird zurückgehalten.", "%(num)s Nachrichten werden zurückgehalten.", count
    )
    return _after_bundle(key, said if count else "")


class _Unread(ValueError):
    """What is odd about the text has not been seen yet."""


def _decide(joint: JointBundle, way: str, form: BundleForm) -> int:
    """How many messages it was decided about."""
    key, stamp = joint.key, request.form.get("stand", "")
    by, now = str(current_user.login), clock.now()
    if way == "einstellung":
        return decide_together.send_as_set(key, stamp, by, now)
    if way == "keine":
        return decide_together.send_none(key, stamp, by, now)
    text, subject = form.text.data, form.subject.data
    if stamp == joint.stamp and not faults_of(text, subject):
        reading = read_bundle(joint.messages, text, subject, now)
        warned = words.warnings_of(joint, reading, text, subject)
        own = text.strip() != joint.text.strip() and not reading.gaps
        if own and warned and request.form.get("gesehen") != warning_stamp(warned):
            raise _Unread
    return decide_together.send_with_text(key, stamp, text, subject, by, now)


def _said(way: str, count: int) -> str:
    if way == "keine":
        return ngettext(
            "%(num)s Nachricht wird zurückgehalten.", "%(num)s Nachrichten werden zurückgehalten.", count
        )
    if way == "text":
        return ngettext(
            "%(num)s Nachricht ist mit diesem Text freigegeben.",
            "%(num)s Nachrichten sind mit diesem Text freigegeben.",
            count,
        )
    return ngettext("%(num)s Nachricht ist freigegeben.", "%(num)s Nachrichten sind freigegeben.", count)


def _again(key: str, form: BundleForm) -> tuple[str, int]:
    """The dialog as it stands now, with what was typed."""
    joint = show_joint_bundle(key)
    return (_dialog(joint, form), 422) if joint is not None else _too_late(key, form)


def _too_late(key: str, form: BundleForm) -> tuple[str, int]:
    said = words.decided_words(decide_together.who_decided(key))
    return render_template("bundle/done.html", said=said, typed=form.text.data), 422


def _dialog(joint: JointBundle, form: BundleForm, *, warned: bool = False) -> str:
    if not joint.emails:
        del form.subject
    read = _read(joint, form)
    other = request.method == "POST" and request.form.get("stand", "") != joint.stamp
    return render_template(
        "bundle/dialog.html",
        bundle=joint,
        form=form,
        title=_line(joint).title,
        happened=words.what_happened(joint),
        most=MOST,
        choices=joint.messages[:CHOICES],
        blocks=[(f"#{name}", meaning, example) for name, meaning, example in describe_placeholders()],
        other=words.other_now(joint) if other else "",
        unreached=words.unreached_words(joint),
        none_means=words.what_none_means(joint.kind),
        must_see=[warning_sentence(one) for one in read["warned"]] if warned else [],
        seen=warning_stamp(read["warned"]) if warned else "",
        **read,
    )


def _line(joint: JointBundle) -> Line:
    sample = joint.messages[0]
    many = len(joint.messages)
    return line_of(Waiting("held", joint.key, many, sample.reason, sample.reason_args, sample.calendar_name))


def _read(joint: JointBundle, form: BundleForm) -> dict[str, Any]:
    """What the preview needs: one message as it will be read, and what the text comes to for all."""
    text, subject = form.text.data or "", form.subject.data or "" if "subject" in form else ""
    reading = read_bundle(joint.messages, text, subject, clock.now(), request.form.get("nachricht", ""))
    email = reading.shown.channel == Channel.EMAIL
    draft = RuleSettings(kind=joint.kind, channel="email" if email else "sms", text=text, subject=subject)
    warned = words.warnings_of(joint, reading, text, subject) if text.strip() else ()
    found, company = reading.found, db.session.get_one(Company, 1)
    own = [hint for hint in complaint_hints(found.complaints) if hint.tone == "red"]
    own += [hint for hint in hints_of(found, draft, company) if hint.tone != "red"]
    return {
        "found": found,
        "draft": draft,
        "pieces": highlighted(found.composed.text, found.count) if text.strip() else [],
        "hints": [*own, *words.hints_about(joint, reading, warned)] if text.strip() else [],
        "picked": reading.shown,
        "sums": words.sum_words(joint, reading),
        "warned": warned,
    }


def _after_bundle(key: str, said: str) -> Response:
    if said:
        flash(said)
    else:
        flash(_("Diese Nachrichten sind schon freigegeben oder nicht mehr nötig."), "info")
    rest = list_bundle(key)[1]
    return redirect(url_for("bundle.page", key=key) if rest else url_for("today.page"))
