"""Mitarbeiter: who can be written to from the manual window."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, EmailField, StringField, TelField

from kehr import clock
from kehr.actions.setup.change_employees import EmployeeGone, EmployeeRefused, list_employees, save_employee
from kehr.models import Employee, db
from kehr.web.access import needs

screen = Blueprint("employees", __name__)


class EmployeeForm(FlaskForm):
    """An employee; the checks live in kehr.rules.settings.employee_form."""

    salutation = StringField(lazy_gettext("Anrede"), description=lazy_gettext("Zum Beispiel Herr oder Frau."))
    first_name = StringField(lazy_gettext("Vorname"))
    name = StringField(lazy_gettext("Name"))
    mobile = TelField(
        lazy_gettext("Handynummer"),
        description=lazy_gettext("Ohne Handynummer wird der Mitarbeiter beim SMS-Versand nicht angeboten."),
    )
    email = EmailField(lazy_gettext("E-Mail"))
    active = BooleanField(lazy_gettext("arbeitet hier"), default=True)


@screen.get("/mitarbeiter")
@needs("reader")
def page() -> str:
    """All employees."""
    return render_template("employees/page.html", employees=list_employees())


@screen.route("/mitarbeiter/neu", methods=["GET", "POST"])
@needs("office")
def new() -> Response | str | tuple[str, int]:
    """Adds an employee."""
    if request.method == "GET":
        return _form_page(EmployeeForm(), None)
    return _save(EmployeeForm(), None)


@screen.route("/mitarbeiter/<int:employee_id>", methods=["GET", "POST"])
@needs("office")
def one(employee_id: int) -> Response | str | tuple[str, int]:
    """Changes an employee."""
    row = db.get_or_404(Employee, employee_id)
    if request.method == "POST":
        return _save(EmployeeForm(), row)
    stored = {name: getattr(row, name) for name in ("salutation", "first_name", "name", "email", "active")}
    return _form_page(EmployeeForm(data=stored | {"mobile": row.mobile_typed}), row)


def _save(form: EmployeeForm, row: Employee | None) -> Response | tuple[str, int]:
    try:
        save_employee(row.id if row else None, form.data, clock.now())
    except EmployeeRefused as refused:
        for name, sentence in refused.faults.items():
            form[name].errors = [sentence]
        return _form_page(form, row), 422
    except EmployeeGone:
        abort(404)
    flash(_("Gespeichert."), "success")
    return redirect(url_for("employees.page"))


def _form_page(form: EmployeeForm, row: Employee | None) -> str:
    return render_template("employees/edit.html", form=form, employee=row)
