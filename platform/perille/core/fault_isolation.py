"""Work for many rows, one by one: what goes wrong with one of them keeps nobody else waiting.

    one_by_one(session, due, partial(_remind, session), job="expiring-certificates")

Every job that walks people or what is theirs goes through here, so that one person whose row cannot be read does not end it, day after day,
for all who come after them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection

from perille.core.database import Session, run_in_transaction
from perille.core.full_disk import is_disk_trouble
from perille.core.outage import OutageCause, cause_of
from perille.core.traceback_places import place_of

log = logging.getLogger(__name__)
K = TypeVar("K")


def concerns_all(error: Exception) -> bool:
    """Tell whether what comes next would meet an error too: the database is busy, away, full ..., and did not refuse one row.

    So is a disk on which a file of ours has no room, and a pool that gave no connection: each row would wait for it as long again.
    """
    if isinstance(error, DBAPIError):
        return cause_of(error) is not OutageCause.REFUSED
    return isinstance(error, NoConnection) or is_disk_trouble(error)


def note_failure(job: str, error: Exception) -> None:
    """Log that one of many could not be done: where in the program, and no word that may quote a row."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    log.error("%s: one was left out: %s %s", job, type(cause).__name__, place_of(error))


def one_by_one(session: Session, keys: Iterable[K], work: Callable[[K], int], *, job: str) -> int:
    """Do *work* for each key in a writing transaction of its own; return the sum of what it returned. Begins no transaction before.

    *work* gets a key, such as a row's number, and reads what it needs itself; it may be run twice, as `run_in_transaction` says. *job*:
    named in the log. What goes wrong with one is logged and raised once all others are done, so that the run counts as failed and is
    tried again. An error that the next one would meet too (`concerns_all`) ends it at once.
    """
    total, failed = 0, list[Exception]()
    for key in keys:
        try:
            total += run_in_transaction(session, partial(work, key), write=True, program=True)
        except Exception as error:
            if concerns_all(error):
                raise
            note_failure(job, error)
            failed.append(error)
    for each in failed:
        raise each
    return total
