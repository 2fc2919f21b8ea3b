"""Codes on paper that people made in the room are known at the office once they were brought: as keyed hashes, with the key for codes.

    {"key": "5e1f..."}
    {"learner": "0198...", "codes": [{"hash": "a07c...", "made": "2026-11-28T10:00:00+00:00", "left": 31530000}]}

Of each learner all codes are said that still work, when they are others than at the last run. Seconds are said, and no day: the laptop's
clock may be wrong. What the office decides of a code it decides once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from perille.core.current import current_config
from perille.core.database import Session, utcnow
from perille.enrolment.merged_learners import who_stays
from perille.enrolment.models import Learner, ResumeCode
from perille.enrolment.room_codes import TooManyKeys, add_code, codes_of, is_open_here, keep_keys
from perille.enrolment.services import CODE_LIFE, key_of_codes
from perille.sync.models import SyncBase
from perille.sync.scope import Scope, table_of
from perille.sync.wire import Row, SyncRefusal, base_key, digest, key_of

TABLE = "resume_code"
#: Learners of one part, keys of a laptop, and codes of one learner: of who turned out to be the same as others there are several.
MOST_LEARNERS, _MOST_KEYS, _MOST_CODES = 100, 10, 10
#: A hash, when the code was made, and how long it works.
_Code = tuple[bytes, datetime, timedelta]
#: By what digests of codes are told from what else is noted: the names of columns.
_DIGEST = re.compile("[0-9a-f]{24}")
#: What the laptop notes of its office.
_OFFICE = base_key("office takes codes")


def note_office(session: Session, takes: bool) -> None:
    """Note on the laptop whether its office takes codes, which older ones do not."""
    session.merge(SyncBase(key=_OFFICE, digests={TABLE: "taken"} if takes else {}))
    session.flush()


def are_brought(session: Session) -> bool:
    """Tell on the laptop whether codes go along to its office."""
    noted = session.get(SyncBase, _OFFICE)
    return noted is not None and TABLE in noted.digests


def is_known_at_office(session: Session, scope: Scope, learner_id: UUID) -> bool:
    """Tell on the laptop whether a learner came from the office, or was brought there."""
    return session.get(SyncBase, base_key(key_of(table_of(scope.tables["learner"]), {"id": learner_id}))) is not None


def keys_sent() -> list[Row]:
    """Return the laptop's keys for codes as they are sent."""
    return [{"key": key_of_codes(each).hex()} for each in current_config().resume_keys[:_MOST_KEYS]]


def lines_of(session: Session, scope: Scope) -> Iterator[Row]:
    """Yield what is sent of each learner of the laptop's groups whose codes are others than at the last run."""
    for row in scope.rows(session, "learner"):
        codes = codes_of(session, row["id"])[:_MOST_CODES]
        if _digests(row["id"], (each.code_hash for each in codes)) != _noted(session, row["id"]):
            yield {"learner": str(row["id"]), "codes": [_said(each) for each in codes]}


def _said(code: ResumeCode) -> Row:
    left = code.expires_at - utcnow() if code.expires_at is not None else CODE_LIFE
    return {"hash": code.code_hash.hex(), "made": code.created_at.isoformat(), "left": round(left.total_seconds())}


def agree(session: Session, line: Row) -> None:
    """Note on the laptop that the office was told."""
    learner_id = UUID(line["learner"])
    if session.get(Learner, learner_id) is None:
        return
    _note(session, learner_id, _digests(learner_id, (bytes.fromhex(each["hash"]) for each in line["codes"])))


def accept_codes(session: Session, scope: Scope, lines: Sequence[Row]) -> list[Row]:
    """At the office: take codes of learners of the organisation's groups; return how many of each were stored. Raise SyncRefusal."""
    told = _told(lines)
    try:
        keep_keys(session, _keys(lines))
    except TooManyKeys as error:
        raise SyncRefusal("size", "The office has too many keys of laptops. Ask who runs it.", 413) from error
    here = [(number, _learner(session, scope, number), codes) for number, codes in told]
    for number, learner, codes in here:
        _end_others(session, number, learner, {each[0] for each in codes})
    return [
        {"learner": str(number), "taken": _accept(session, number, learner, codes)} for number, learner, codes in here
    ]


def _keys(lines: Sequence[Row]) -> list[bytes]:
    keys = [_bytes(line["key"]) for line in lines if "key" in line]
    if len(keys) > _MOST_KEYS:
        raise SyncRefusal("size", f"A laptop has {_MOST_KEYS} keys at most.", 413)
    return keys


def _told(lines: Sequence[Row]) -> list[tuple[UUID, list[_Code]]]:
    told = [_read(line) for line in lines if "key" not in line]
    if len(told) > MOST_LEARNERS:
        raise SyncRefusal("size", f"A part has the codes of {MOST_LEARNERS} learners at most.", 413)
    return told


def _learner(session: Session, scope: Scope, number: UUID) -> Learner | None:
    """Return who a learner of the room is at the office; None for who is in no group of the organisation, or was erased."""
    learner = session.get(Learner, number)
    if learner is None:
        return None
    stays = who_stays(session, learner)
    return stays if scope.has(session, "learner", "id", stays.id) else None


def _end_others(session: Session, number: UUID, learner: Learner | None, hashes: set[bytes]) -> None:
    """End the codes from the room that the laptop has no longer; what was made or used at the office stays."""
    if learner is None or is_open_here(session, learner.id):
        return
    seen = _noted(session, number)
    for code in codes_of(session, learner.id):
        if code.code_hash not in hashes and _digests(number, [code.code_hash]) & seen:
            session.delete(code)
    session.flush()


def _accept(session: Session, number: UUID, learner: Learner | None, codes: list[_Code]) -> int:
    """Store what is new of the codes of a learner whose progress nobody has opened here; return how many."""
    seen = _noted(session, number)
    fresh = [each for each in codes if not _digests(number, [each[0]]) & seen]
    if learner is None or not fresh:
        return 0
    _note(session, number, seen | _digests(number, (each[0] for each in fresh)))
    if _is_known_here(session, number, learner, seen):
        return 0
    return sum(add_code(session, learner.id, *each) for each in fresh)


def _is_known_here(session: Session, number: UUID, learner: Learner, seen: frozenset[str]) -> bool:
    """Tell whether a learner's progress was opened at the office, or has a code that was made or used there."""
    own = (each for each in codes_of(session, learner.id) if not _digests(number, [each.code_hash]) & seen)
    return any(own) or is_open_here(session, learner.id)


def _digests(learner_id: UUID, hashes: Iterable[bytes]) -> frozenset[str]:
    return frozenset(digest(f"{TABLE} {learner_id}", "code_hash", each.hex()) for each in hashes)


def _noted(session: Session, learner_id: UUID) -> frozenset[str]:
    """Return the digests of the codes of a learner that were carried; they lead to no code."""
    noted = session.get(SyncBase, base_key(f"{TABLE} {learner_id}"))
    return frozenset(noted.digests) if noted is not None else frozenset()


def _note(session: Session, learner_id: UUID, digests: frozenset[str]) -> None:
    """Note digests of codes, each with the day on which it was noted first."""
    key = base_key(f"{TABLE} {learner_id}")
    noted = session.get(SyncBase, key)
    days = noted.digests if noted is not None else {}
    session.merge(SyncBase(key=key, digests={each: days.get(each) or _day(utcnow()) for each in sorted(digests)}))
    session.flush()


def _day(at: datetime) -> str:
    return at.date().isoformat()


def _is_of_codes(row: SyncBase) -> bool:
    return bool(row.digests) and all(_DIGEST.fullmatch(each) for each in row.digests)


def forget_old_notes(session: Session, now: datetime) -> int:
    """Delete the digests of codes that have all come to their end, a year after they were noted; return how many."""
    gone, first = 0, _day(now - CODE_LIFE - timedelta(days=1))
    for row in session.scalars(select(SyncBase)):
        if not _is_of_codes(row):
            continue
        kept = {each: day or _day(now) for each, day in row.digests.items() if not day or day >= first}
        gone += len(row.digests) - len(kept)
        if not kept:
            session.delete(row)
        elif kept != row.digests:
            row.digests = kept
    session.flush()
    return gone


def _read(line: Row) -> tuple[UUID, list[_Code]]:
    """Return the learner and the codes of a line; raise SyncRefusal for what is none."""
    try:
        codes = [
            (
                _bytes(each["hash"]),
                datetime.fromisoformat(each["made"]).astimezone(UTC),
                timedelta(seconds=each["left"]),
            )
            for each in line["codes"]
        ]
        number = UUID(line["learner"])
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise SyncRefusal("row", "A line says no codes of a learner.") from error
    if len(codes) > _MOST_CODES:
        raise SyncRefusal("row", f"A learner has {_MOST_CODES} codes at most.")
    return number, codes


def _bytes(text: object) -> bytes:
    try:
        found = bytes.fromhex(str(text))
    except ValueError as error:
        raise SyncRefusal("row", "A code or its key comes as hexadecimal digits.") from error
    if len(found) != 32:
        raise SyncRefusal("row", "A code and its key have 32 bytes.")
    return found
