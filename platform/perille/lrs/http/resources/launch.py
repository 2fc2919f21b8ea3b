"""The fetch URL of a launch: its one-time token is exchanged for credentials (cmi5 8.2)."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from perille.core.database import run_in_transaction
from perille.lrs.clients import Peppers, secret_hash
from perille.lrs.http.response import XapiResponse, json_response
from perille.lrs.launches import NOT_VALID, FetchError, fetch_token
from perille.lrs.storage.connection import StoreSession
from perille.lrs.storage.models import LrsLaunch


def answer(session: StoreSession, params: Mapping[str, str], peppers: Peppers) -> XapiResponse:
    """Answer the POST of a fetch URL; it needs no version and no credentials, its token is the proof."""
    token = params.get("token", "")
    try:
        if not run_in_transaction(session, lambda: _is_known(session, token, peppers), write=False):
            raise FetchError(NOT_VALID, "There is no such launch.")
        found = run_in_transaction(session, lambda: fetch_token(session, token, peppers), write=True)
    except FetchError as error:
        refused = json_response({"error-code": error.code, "error-text": str(error)})
        refused.status = 400
        return refused
    made = json_response({"auth-token": found})
    made.headers["Cache-Control"] = "no-store"
    return made


def _is_known(session: StoreSession, token: str, peppers: Peppers) -> bool:
    """Tell whether a token was given out, without waiting for writers: strangers may send anything."""
    hashes = [secret_hash(pepper, token[:100]) for pepper in peppers]
    return session.scalar(select(LrsLaunch.id).where(LrsLaunch.fetch_hash.in_(hashes))) is not None
