"""What an erasure says of itself: what was erased, what was searched, and what is beyond its reach."""

from __future__ import annotations

from collections.abc import Iterator

from perille.privacy.archive import RESTORABLE
from perille.privacy.erasing import Outcome
from perille.privacy.models import RemovedLearner, RetentionState
from perille.privacy.retention import HoldReason

#: Copies that no program here can reach. Docs: docs/privacy.md.
BEYOND_REACH = (
    "Not within reach of this command, and yours to deal with:",
    "  backups made before now (a restore erases learners again; people known by other identifiers must be erased again)",
    "  certificates that were printed or saved as PDF, and exports that were made",
    "  what other programs read through /xapi, and logs of a proxy in front of this site",
    "  blocks that the disk has freed, and on PostgreSQL its write-ahead log and replicas",
)


def report_lines(outcome: Outcome) -> Iterator[str]:
    """Yield the lines that the command prints; none of them repeats an identifier."""
    yield (
        f"Erased: {outcome.learners} learners, {outcome.statements} statements, {outcome.documents} documents, {outcome.names} names,"
        f" {outcome.attachments} attachments, {outcome.definitions} definitions, {outcome.authorities} authorities."
    )
    proof = outcome.proof
    yield f"Searched: {proof.searched_tables} tables and {proof.searched_files} files."
    if proof.clean:
        yield "Nothing is left in them."
    for kind, found in (("table", proof.tables), ("file", proof.files)):
        for name, count in found.items():
            yield f"LEFT in {kind} {name}: {count}"
    if not outcome.cleaned:
        yield "LEFT: somebody reads the database all the time, so its write-ahead log could not be emptied. Run `perille privacy finish`."
    for receipt in outcome.told:
        yield f"Ask the keeper of {receipt.name} ({receipt.endpoint}): {len(receipt.statements)} of the statements went there."
    yield from BEYOND_REACH


def describe_state(row: RetentionState) -> str:
    """Say in one line why nothing, or not all, is removed."""
    match HoldReason(row.hold):
        case HoldReason.BEHIND:
            clock = f"the clock says {row.checked_at:%Y-%m-%d}"
            return f"HELD: {clock}, and the newest statement is later. Set the clock, or say --clock-is-right."
        case HoldReason.JUMPED:
            return f"HELD: the clock jumped, or the program did not run. Two days are waited from {row.steady_since:%Y-%m-%d %H:%M} UTC."
        case HoldReason.MANY:
            clock = f"Is the clock right? It says {row.checked_at:%Y-%m-%d}"
            return f"{row.waiting} learners wait for the next days: more are due than go on one. {clock}."
        case HoldReason.NONE:
            return "Nothing is held back."


def describe_removed(row: RemovedLearner) -> str:
    """Say in one line who was removed, and until when they can be restored."""
    return (
        f"{row.learner_id}  removed {row.removed_at:%Y-%m-%d}  restorable until {row.removed_at + RESTORABLE:%Y-%m-%d}"
    )
