"""POST /hooks/<secret>: what a gateway reports of messages, and SMS that came in."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, abort, jsonify, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from kehr import clock
from kehr.actions.hear.take_hook import account_behind, take_hook
from kehr.gateways.hook_call import BadHook, Forged, HookCall

door = Blueprint("hooks", __name__)

log = logging.getLogger(__name__)


@door.post("/hooks/<secret>")
def hook(secret: str) -> tuple[Response, int]:
    """Answers in LINK's words: 2000 for what was understood, also for repeats and unknown messages.

    Whoever does not know the secret, or cannot sign, finds nothing here.
    """
    account = account_behind(secret)
    if account is None:
        abort(404)
    if request.mimetype != "application/json":
        return _answer(415, 4000, "application/json expected")
    try:
        body = request.get_data(cache=False)
    except RequestEntityTooLarge:
        return _answer(413, 4000, "body too large")
    except ClientDisconnected:
        return _answer(400, 4000, "body incomplete")
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        take_hook(account, HookCall(body, headers), clock.now())
    except Forged:
        abort(404)
    except BadHook:
        return _answer(400, 4000, "not understood")
    except SQLAlchemyError:
        log.exception("a report of gateway %s could not be kept", account.gateway_id)
        return _answer(500, 5000, "try again later")
    return _answer(200, 2000, "OK")


def _answer(status: int, code: int, message: str) -> tuple[Response, int]:
    return jsonify(statusCode=code, statusMessage=message), status
