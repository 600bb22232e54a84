"""What holds for all pages: access, headers, errors, languages, the menu."""

from __future__ import annotations

import re

import pytest
from flask import Flask, render_template_string

from kehr.rules.terms.messages import State
from kehr.web.access import ROLES, needs, role_of
from kehr.web.layout import MENU, SETTINGS_MENU
from kehr.web.security import is_local_path
from tests import builders
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page

PUBLIC = {"login.sign_in", "first_run.begin", "assets.htmx"}
"""What may be opened without signing in, besides static files and /healthz."""


def test_every_route_names_the_role_it_needs(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        role = role_of(rule.endpoint)
        assert role in ("", *ROLES), f"{rule.rule} ({rule.endpoint}) has no role"
        if role == "" and not rule.endpoint.endswith("static"):
            assert rule.endpoint in PUBLIC or rule.rule == "/healthz", f"{rule.rule} is public"


def test_every_route_that_needs_a_role_sends_strangers_to_the_login(app: Flask) -> None:
    client = app.test_client()
    asked = 0
    for rule in app.url_map.iter_rules():
        if not role_of(rule.endpoint):
            continue
        path = re.sub(r"<(?:int:)?[^>]+>", "1", rule.rule)
        method = "GET" if "GET" in (rule.methods or ()) else "POST"
        answer = client.open(path, method=method)
        assert answer.status_code == 302, (path, answer.status_code)
        assert answer.headers["Location"].startswith("/anmelden"), path
        asked += 1
    assert asked > 10


def test_every_admin_route_refuses_the_other_roles(app: Flask, at: Clock, sign_in: SignIn) -> None:
    for role in ("reader", "office"):
        client = sign_in(role)
        for rule in app.url_map.iter_rules():
            if role_of(rule.endpoint) == "admin":
                path = re.sub(r"<(?:int:)?[^>]+>", "1", rule.rule)
                method = "GET" if "GET" in (rule.methods or ()) else "POST"
                assert client.open(path, method=method).status_code == 403, (role, path)


def test_reader_changes_nothing(app: Flask, at: Clock, sign_in: SignIn) -> None:
    client = sign_in("reader")
    allowed = {"/abmelden", "/konto", "/konto/sprache", "/zettel/druck"}
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and role_of(rule.endpoint) and rule.rule not in allowed:
            path = re.sub(r"<(?:int:)?[^>]+>", "1", rule.rule)
            assert client.post(path).status_code == 403, path


def test_a_view_without_role_lets_nobody_in(app: Flask, sign_in: SignIn) -> None:
    app._got_first_request = False  # lets the test add a route that someone forgot to mark
    app.add_url_rule("/vergessen", "forgotten", lambda: "geheim")
    assert sign_in("admin").get("/vergessen").status_code == 403


def test_unknown_role_is_an_error_at_import() -> None:
    with pytest.raises(ValueError, match="boss"):
        needs("boss")


def test_every_answer_carries_the_strict_headers(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("admin")
    for path in ("/anmelden", "/firma", "/gibt-es-nicht", "/static/kehrbote.css", "/assets/htmx.min.js"):
        answer = client.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "HX-Request" in answer.headers["Vary"]
        answer.close()


def test_pages_are_not_kept_by_browsers_on_shared_machines(app: Flask, sign_in: SignIn) -> None:
    assert sign_in("admin").get("/firma").headers["Cache-Control"] == "no-store"


def test_session_cookie_is_out_of_reach_for_scripts_and_other_sites(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    cookie = app.test_client().get("/anmelden").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_change_without_csrf_token_changes_nothing_and_says_why(app: Flask, sign_in: SignIn) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    builders.company(name="Vorher")
    html = check_page(sign_in("admin").post("/firma", data={"name": "Nachher"}), 400)
    assert "Es wurde nichts geändert." in html


def test_nothing_is_loaded_from_outside(app: Flask, sign_in: SignIn) -> None:
    html = sign_in("admin").get("/firma").get_data(as_text=True)
    links = re.findall(r'(?:src|href)="([^"]+)"', html)
    assert links
    assert [link for link in links if link.startswith(("http", "//"))] == []
    client = app.test_client()
    for link in (one for one in links if "/static/" in one or "/assets/" in one):
        answer = client.get(link)
        assert answer.status_code == 200, link
        answer.close()


@pytest.mark.parametrize(
    ("target", "local"),
    [
        ("/heute", True),
        ("/geplant?woche=2026-11", True),
        ("//evil.example", False),
        ("/\\evil.example", False),
        ("https://evil.example/", False),
        ("javascript:alert(1)", False),
        ("heute", False),
        ("/\t/evil.example", False),
        ("/a\r\nSet-Cookie: x", False),
        ("", False),
        (None, False),
    ],
)
def test_only_paths_of_this_app_are_redirected_to(target: str | None, local: bool) -> None:
    assert is_local_path(target) is local


def test_unknown_address_says_what_to_do(app: Flask, sign_in: SignIn) -> None:
    assert "Diese Seite gibt es nicht." in check_page(sign_in("reader").get("/gibt-es-nicht"), 404)
    assert "Diese Seite gibt es nicht." in check_page(app.test_client().get("/gibt-es-nicht"), 404)


@pytest.mark.parametrize("number", [2**31, 2**63, 10**26])
def test_a_number_that_no_row_can_have_is_no_page(
    number: int, app: Flask, at: Clock, sign_in: SignIn
) -> None:
    builders.company()
    client = sign_in("admin")
    for rule in app.url_map.iter_rules():
        if "<int:" in rule.rule:
            path = re.sub(r"<(?:int:)?[^>]+>", str(number), rule.rule)
            method = "GET" if "GET" in (rule.methods or ()) else "POST"
            assert client.open(path, method=method).status_code in (404, 405), path


@pytest.mark.parametrize(
    ("path", "fields"),
    [("/posteingang", {"tun": "erledigt"}), ("/gateways/probe", {"kind": "http_template"})],
)
def test_such_a_number_in_a_form_is_told_and_changes_nothing(
    path: str, fields: dict[str, str], app: Flask, at: Clock, sign_in: SignIn
) -> None:
    builders.company()
    answer = sign_in("admin").post(path, data=fields | {"antwort": 10**26, "gateway": str(10**26)})
    check_page(answer, status=400)


def test_refused_role_says_whom_to_ask(sign_in: SignIn) -> None:
    assert "bitten Sie die Person" in check_page(sign_in("office").get("/benutzer"), 403)


def test_too_large_upload_names_the_limit(app: Flask, sign_in: SignIn) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 100
    html = check_page(sign_in("admin").post("/firma", data={"name": "x" * 1000}), 413)
    assert "16 MB" in html


def test_own_fault_is_a_page_without_details(
    app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)

    def broken() -> str:
        raise RuntimeError("secret detail")

    broken.needed_role = "reader"  # type: ignore[attr-defined]
    monkeypatch.setitem(app.view_functions, "company.page", broken)
    html = check_page(sign_in("admin").get("/firma"), 500)
    assert "nicht an Ihnen" in html
    assert "secret detail" not in html


def test_fragment_request_without_session_sends_the_whole_page_to_the_login(app: Flask) -> None:
    answer = app.test_client().get("/firma", headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == "/anmelden"


def test_menu_leads_only_to_pages_that_exist_and_are_allowed(app: Flask, at: Clock, sign_in: SignIn) -> None:
    builders.company()
    known = {path for path, _, _ in (*MENU, *SETTINGS_MENU)}
    for role in ROLES:
        client = sign_in(role)
        html = client.get("/konto").get_data(as_text=True)
        shown = known & set(re.findall(r'href="(/[a-z]+)"', html))
        assert ("/benutzer" in shown) == (role == "admin")
        for path in shown:
            assert client.get(path, follow_redirects=True).status_code == 200, (role, path)


def test_start_password_leads_to_a_new_one_first(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("admin", must_change=True)
    answer = client.get("/firma")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/konto"
    html = check_page(client.get("/konto"))
    assert 'href="/firma"' not in html


@pytest.mark.parametrize("state", list(State))
def test_each_state_has_a_word_a_sign_and_a_colour(app: Flask, state: State) -> None:
    with app.test_request_context():
        html = render_template_string(
            "{% import 'parts.html' as parts with context %}{{ parts.state_badge(state) }}", state=state
        )
    assert re.search(r'class="state s-(grey|amber|red|blue|green)', html)
    assert re.search(r'class="bi bi-[a-z-]+"', html)
    assert re.sub(r"<[^>]+>", "", html).strip()


def test_trial_message_never_looks_accepted(app: Flask) -> None:
    with app.test_request_context():
        html = render_template_string(
            "{% import 'parts.html' as parts with context %}{{ parts.state_badge('accepted', trial=True) }}"
        )
    assert "Probe" in html
    assert "angenommen" not in html


def test_moments_are_written_in_the_office_zone(app: Flask) -> None:
    builders.company()
    with app.test_request_context():
        text = render_template_string(
            "{{ at|when }} · {{ at|day }} · {{ at|clock }} · {{ at.isoformat()|when }} · {{ none|when }}",
            at=NOON,
            none=None,
        )
    assert text == "Di, 10.03. 12:00 · Di, 10.03.2026 · 12:00 · Di, 10.03. 12:00 · –"


def test_moment_without_zone_is_an_error(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(ValueError, match="naive"):
        render_template_string("{{ at|when }}", at=NOON.replace(tzinfo=None))


def test_numbers_are_written_as_people_dial_them(app: Flask) -> None:
    with app.test_request_context():
        text = render_template_string("{{ '+436641000001'|phone }} {{ 'office@example.at'|phone }}")
    assert text == "0664 1000001 office@example.at"


def test_trial_mode_is_told_on_every_page(app: Flask, sign_in: SignIn) -> None:
    row = builders.company(trial=True)
    client = sign_in("reader")
    assert "Probebetrieb:" in client.get("/konto").get_data(as_text=True)
    row.trial = False
    builders.db.session.commit()
    assert "Probebetrieb:" not in client.get("/konto").get_data(as_text=True)


def test_scripts_stay_files_of_this_app(app: Flask) -> None:
    with app.test_request_context():
        answer = app.test_client().get("/assets/htmx.min.js")
    assert answer.mimetype in ("text/javascript", "application/javascript")
    assert b"htmx" in answer.data
    answer.close()


def test_what_needs_the_firm_says_where_to_enter_it(app: Flask, at: Clock, sign_in: SignIn) -> None:
    html = check_page(sign_in("office").get("/sms"), 409)
    assert "Die Firma ist noch nicht eingetragen." in html and "unter Firma" in html
