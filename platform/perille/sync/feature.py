"""What carrying between a laptop and the office brings."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from perille.core.database import Session, run_in_transaction, utcnow
from perille.core.feature import Feature, MergeRule, MergeStrategy, Permission, Scope
from perille.core.i18n import lazy_gettext
from perille.core.job import Job
from perille.enrolment.room_codes import forget_old_keys
from perille.enrolment.services import listen_before_erasing
from perille.sync.codes import forget_old_notes
from perille.sync.commands import sync
from perille.sync.models import SyncBase, SyncConflict, SyncKey, SyncOffice, SyncRun
from perille.sync.note_erasure import forget_notes
from perille.sync.page_views import KEYS, READ
from perille.sync.page_views import blueprint as pages
from perille.sync.protocol_views import blueprint as line
from perille.sync.runs import forget_old

_MODELS = (SyncKey, SyncRun, SyncConflict, SyncBase, SyncOffice)


def forget(session: Session) -> int:
    """Delete old lines of what was carried, and keys of codes that are no more."""

    def work() -> int:
        return forget_old(session, utcnow()) + forget_old_keys(session) + forget_old_notes(session, utcnow())

    return run_in_transaction(session, work, write=True)


def connect(_app: Flask) -> None:
    """Let who is erased take along what is noted of them."""
    listen_before_erasing(forget_notes)


feature = Feature(
    name="sync",
    blueprints=(pages, line),
    commands=(sync,),
    jobs=(Job("sync-lines", forget, timedelta(days=1), lazy_gettext("Forget old lists of what was carried")),),
    models=_MODELS,
    setup=connect,
    stays=_MODELS,
    # A conflict holds the value that was not used, as a name; what both sides agreed on is kept as digests.
    personal_data=(SyncConflict,),
    merge_rules=(MergeRule(model=SyncConflict, rule=MergeStrategy.MOVE),),
    # Their key is the proof; it is asked for by each (`keys.key_of_request`).
    public=frozenset(
        f"sync_line.{name}"
        for name in (
            "handshake",
            "group_leaders",
            "export_rows",
            "exchange_erasures",
            "receive_rows",
            "receive_codes",
            "record_end",
        )
    ),
    permissions=(
        Permission(
            name=READ,
            about="See what was carried between a room without internet and the office",
            roles=frozenset({"administrator", "coordinator", "trainer"}),
            scope=Scope.ORGANISATION,
        ),
        Permission(name=KEYS, about="Make keys for laptops, and take them back", scope=Scope.ORGANISATION),
    ),
)
