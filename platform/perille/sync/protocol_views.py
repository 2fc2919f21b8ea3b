"""The office's side of the line: addresses that a laptop calls with its key. No cookie is read, no page is made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from uuid import UUID

from flask import Blueprint, Response, g, request
from sqlalchemy import select

from perille.core.database import utcnow
from perille.core.dates import today
from perille.core.errors import PerilleError, TooLarge, TooManyRequests
from perille.core.extensions import db
from perille.core.ratelimit import rate_limit
from perille.core.web.responses import keep_private
from perille.core.web.site_address import site_address
from perille.people.models import Organisation
from perille.sync import codes as room_codes
from perille.sync.erasures import exchange
from perille.sync.keys import key_of_request
from perille.sync.models import SyncKey, SyncRun
from perille.sync.people import organisation_row, people_of
from perille.sync.receiving import ReceivedPart
from perille.sync.runs import count, end_run, run_of
from perille.sync.scope import ROOT, scope_of
from perille.sync.sending import rows_after
from perille.sync.statements import TABLE, receive_statements
from perille.sync.wire import MOST_BYTES, Row, SyncRefusal, pack, unpack
from perille.sync.withdrawn_courses import take_off_again
from perille.tracking.services import actor_home

blueprint = Blueprint("sync_line", __name__, url_prefix="/sync/v1")
MEDIA_TYPE = "application/x-ndjson"
_SIZE = f"A part has {MOST_BYTES} bytes at most."
#: Wrong keys of one network.
_BURST, _PER_MINUTE = 20, 5


def answered(view: Callable[..., bytes]) -> Callable[..., Response]:
    """Ask for the key, and answer in lines; what is refused is answered by its cause, and nothing of the request is kept."""

    @wraps(view)
    def guarded(**values: object) -> Response:
        try:
            trial = rate_limit("sync-key", burst=_BURST, per_minute=_PER_MINUTE)
            g.sync_key = key_of_request(db.session, request.headers.get("Authorization", ""))
            trial.succeeded()
            return _response(view(**values), 200)
        except TooManyRequests as error:
            return _response(pack([], refused="rate", words=str(error)), 429)
        except SyncRefusal as error:
            db.session.rollback()
            return _response(pack([], refused=error.cause, words=error.words), error.status)

    return guarded


@blueprint.errorhandler(PerilleError)
def refused(error: PerilleError) -> Response:
    """Answer in lines what is refused before a view is asked: a program can do nothing with a page."""
    if isinstance(error, TooLarge):
        return _response(pack([], refused="size", words=_SIZE), error.status)
    return _response(pack([], refused="format", words=error.message or "This is no part of a sync."), error.status)


def _response(body: bytes, status: int) -> Response:
    return keep_private(Response(body, status, content_type=MEDIA_TYPE))


def _key() -> SyncKey:
    key: SyncKey = g.sync_key
    return key


def _lines() -> list[Row]:
    if (request.content_length or 0) > MOST_BYTES:
        raise SyncRefusal("size", _SIZE, TooLarge.status)
    if request.headers.get("Content-Encoding"):
        raise SyncRefusal("format", "A part is sent as it is, without compression.", 415)
    return unpack(request.get_data(cache=False))[1]


def _run(direction: str) -> SyncRun:
    try:
        number, now = UUID(request.headers["Perille-Run"]), datetime.fromisoformat(request.headers["Perille-Clock"])
        clock = round((now - utcnow()).total_seconds())
    except (KeyError, ValueError, TypeError) as error:
        raise SyncRefusal("format", "A request says which run it belongs to, and the laptop's time.") from error
    clock = max(-(2**31) + 1, min(clock, 2**31 - 1))
    return run_of(db.session, number, _key().organisation_id, direction, _key().label, clock)


@blueprint.get("/hello")
@answered
def handshake() -> bytes:
    """Say for which organisation the key speaks, by what name learners go in the record, and which groups there are."""
    organisation = db.session.get_one(Organisation, _key().organisation_id)
    rows = scope_of(organisation.id).rows(db.session, ROOT)
    groups = [{"id": str(row["id"]), "name": row["name"]} for row in rows if row["closed_at"] is None]
    return pack(
        groups,
        organisation=organisation_row(organisation),
        home=actor_home(db.session),
        site=site_address(),
        now=utcnow().isoformat(),
        codes=True,
    )


@blueprint.get("/groups/<uuid:group_id>")
@answered
def group_leaders(group_id: UUID) -> bytes:
    """Say who leads a group."""
    _ensure_group(group_id)
    organisation = db.session.get_one(Organisation, _key().organisation_id)
    return pack([], **people_of(db.session, organisation, group_id))


@blueprint.get("/groups/<uuid:group_id>/rows")
@answered
def export_rows(group_id: UUID) -> bytes:
    """Give a part of the rows of a group, after the mark of the part before."""
    _ensure_group(group_id)
    scope = scope_of(_key().organisation_id, group_id)
    lines, mark = rows_after(db.session, scope, request.args.get("after", ""))
    return pack(lines, next=mark)


@blueprint.post("/erasures")
@answered
def exchange_erasures() -> bytes:
    """Erase whom the laptop erased, and tell whom the office did."""
    return pack(exchange(db.session, scope_of(_key().organisation_id), _lines()))


@blueprint.post("/rows")
@answered
def receive_rows() -> bytes:
    """Take a part of what a laptop brings, whole or not at all."""
    lines, organisation_id = _lines(), _key().organisation_id
    # Two laptops of one organisation bring one after the other: both give the next free number of a list.
    db.session.execute(select(Organisation.id).where(Organisation.id == organisation_id).with_for_update())
    run = _run("bring")
    scope = scope_of(organisation_id)
    part = ReceivedPart(db.session, organisation_id, scope, today())
    replies = [part.apply_row(line) for line in lines if line.get("table") != TABLE]
    part.finish()
    stored, other = receive_statements(db.session, scope, [line for line in lines if line.get("table") == TABLE])
    count(run, {**part.counts, **({TABLE: stored} if stored else {})})
    db.session.flush()
    return pack([*replies, *({"key": TABLE, "differs": each} for each in other)])


@blueprint.post("/codes")
@answered
def receive_codes() -> bytes:
    """Take codes on paper that people made in the room."""
    lines, organisation_id = _lines(), _key().organisation_id
    db.session.execute(select(Organisation.id).where(Organisation.id == organisation_id).with_for_update())
    run = _run("bring")
    replies = room_codes.accept_codes(db.session, scope_of(organisation_id), lines)
    count(run, {room_codes.TABLE: stored} if (stored := sum(each["taken"] for each in replies)) else {})
    db.session.flush()
    return pack(replies)


@blueprint.post("/end/<any(take, bring):direction>")
@answered
def record_end(direction: str) -> bytes:
    """Note that a run came to its end, and what a laptop took along."""
    lines, run = _lines(), _run(direction)
    if direction == "take" and run.ended_at is None:
        for line in lines:
            count(run, {str(name)[:40]: number for name, number in line.items() if isinstance(number, int)})
    if direction == "bring":
        take_off_again(db.session, scope_of(_key().organisation_id), run)
    end_run(db.session, run)
    return pack([], counts=run.counts, clock=run.clock)


def _ensure_group(group_id: UUID) -> None:
    if not scope_of(_key().organisation_id).has(db.session, ROOT, "id", group_id):
        raise SyncRefusal("group", "The organisation has no such group.", 404)
