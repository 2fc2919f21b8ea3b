"""User names with PINs, and codes, that were made on a laptop open at the office too: a card that was printed in the room stays good.

Their hashes are made with keys of the laptop. It says these keys, derived for this alone, with what it brings; the office keeps
them sealed, and hashes anew with its own at the first use (`core.room_keys`). What the office has changed meanwhile stays there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid5

import msgspec
from sqlalchemy import select

from perille.core.current import current_config
from perille.core.database import Session, utcnow
from perille.core.room_keys import RoomKeys, code_key, pin_key
from perille.core.sealing import Seal
from perille.enrolment.models import Learner, MergedLearner, ResumeCode
from perille.enrolment.services import CODE_LIFE
from perille.groups.models import GroupLogin, GroupMember
from perille.people.models import Account
from perille.people.sign_in.models import Pin, PinKind
from perille.people.sign_in.pins import ROOM, room_hash
from perille.profiles.services import account_of_learner, keep_in_account, learners_of
from perille.sync.models import SyncConflict, SyncKey
from perille.sync.scope import Scope
from perille.sync.wire import Refused, Row

LOGINS, CODES = "group_login", "resume_code"
_SEALED = b"perille sync: keys of laptops"
_NAMES = UUID("5a6b2d0e-6f0b-4a53-9a52-5d1c4e2f7b11")


class _Login(msgspec.Struct, forbid_unknown_fields=True):
    """A user name with its PIN, as a laptop brings it."""

    login: UUID
    learner: UUID
    username: str
    name: str
    locale: str
    kind: PinKind
    pin_hash: str


class _Code(msgspec.Struct, forbid_unknown_fields=True):
    """A resume code, as a laptop brings it."""

    code: bytes
    learner: UUID
    expires_at: datetime | None


class _Keys(msgspec.Struct, forbid_unknown_fields=True):
    """What the laptop hashes with."""

    pins: list[bytes]
    codes: list[bytes]


def lines_of(session: Session, scope: Scope) -> list[Row]:
    """Return what a laptop brings of the people of its groups: nothing, or its keys and then user names and codes."""
    logins = select(Account, Pin, GroupMember.learner_id).join(Pin, Pin.account_id == Account.id)
    logins = logins.join(GroupLogin, GroupLogin.account_id == Account.id)
    logins = logins.join(GroupMember, GroupMember.id == GroupLogin.member_id)
    logins = logins.where(GroupMember.group_id.in_(scope.groups), GroupMember.learner_id.is_not(None))
    # An account with an address is somebody's own: it signs in as it likes at the office.
    logins = logins.where(Account.email.is_(None), Account.disabled_at.is_(None), Pin.pin_hash.not_like(f"{ROOM}%"))
    found: list[msgspec.Struct] = [
        _Login(
            account.id, learner, account.username or "", account.name, account.locale, PinKind(pin.kind), pin.pin_hash
        )
        for account, pin, learner in session.execute(logins.order_by(Account.id))
        if learner is not None
    ]
    codes = select(ResumeCode).where(ResumeCode.learner_id.in_(select(Learner.id).where(scope.where("learner"))))
    for each in session.scalars(codes.order_by(ResumeCode.created_at)):
        found.append(_Code(bytes(each.code_hash), each.learner_id, each.expires_at))
    keys = current_config().resume_keys
    own = _Keys([pin_key(key) for key in keys], [code_key(key) for key in keys])
    return [msgspec.to_builtins(each) for each in ([own, *found] if found else [])]


def receive(session: Session, key: SyncKey, scope: Scope, lines: Sequence[Row]) -> tuple[dict[str, int], list[Row]]:
    """At the office: take over user names and codes; return how many were new, and those that could not be stored, as conflicts."""
    counts, told = {LOGINS: 0, CODES: 0}, list[Row]()
    for line in lines:
        try:
            read = msgspec.convert(line, _kind(line))
        except msgspec.ValidationError as error:
            raise Refused("row", "A user name or a code is of another kind than this version knows.") from error
        if isinstance(read, _Keys):
            _keep_keys(key, read)
        elif isinstance(read, _Code):
            counts[CODES] += _take_code(session, scope, read)
        else:
            counts[LOGINS] += _take_login(session, key, scope, read, told)
    session.flush()
    return {name: number for name, number in counts.items() if number}, told


def _kind(line: Row) -> type[_Login] | type[_Code] | type[_Keys]:
    return _Login if "login" in line else _Code if "code" in line else _Keys


def keys_of_rooms(session: Session) -> Mapping[str, RoomKeys]:
    """Return the keys of every laptop that brought any; for `core.room_keys`."""
    seal = _seal()
    query = select(SyncKey.id, SyncKey.sealed_room_keys).where(SyncKey.sealed_room_keys.is_not(None))
    found = {}
    for number, sealed in session.execute(query):
        kept = msgspec.json.decode(seal.open(sealed or ""), type=_Keys)
        found[number.hex] = RoomKeys(tuple(kept.pins), tuple(kept.codes))
    return found


def _keep_keys(key: SyncKey, said: _Keys) -> None:
    if not all(0 < len(each) <= 64 for each in (*said.pins, *said.codes)) or len(said.pins) > 20:
        raise Refused("row", "A laptop's keys are of another kind than this version knows.")
    text = msgspec.json.encode(said).decode()
    if key.sealed_room_keys is None or _seal().open(key.sealed_room_keys) != text:
        key.sealed_room_keys = _seal().close(text)


def _seal() -> Seal:
    return Seal(current_config().secret_keys, _SEALED)


def _learner(session: Session, scope: Scope, number: UUID) -> Learner | None:
    """Return the learner as whom one counts here; None for one who is in no group of this key."""
    if not scope.has(session, "learner", "id", number):
        return None
    stays = session.scalar(select(MergedLearner.into_id).where(MergedLearner.learner_id == number))
    return session.get(Learner, stays or number)


def _take_code(session: Session, scope: Scope, said: _Code) -> int:
    learner = _learner(session, scope, said.learner)
    if learner is None or len(said.code) != 32 or session.get(ResumeCode, said.code) is not None:
        return 0
    latest = utcnow() + CODE_LIFE
    ends = latest if said.expires_at is None or said.expires_at > latest else said.expires_at
    session.add(ResumeCode(code_hash=said.code, learner_id=learner.id, expires_at=ends))
    return 1


def _take_login(session: Session, key: SyncKey, scope: Scope, said: _Login, told: list[Row]) -> int:
    learner = _learner(session, scope, said.learner)
    if learner is None:
        return 0
    hashed = room_hash(key.id.hex, said.pin_hash)
    pin = session.get(Pin, said.login)
    if pin is not None:
        return _change_pin(session, scope, said, pin, hashed)
    named = session.scalar(select(Account.id).where(Account.username == said.username))
    owned = account_of_learner(session, learner.id)
    if session.get(Account, said.login) is not None or named is not None or owned is not None:
        told.append(_tell(session, key.organisation_id, learner, said))
        return 0
    account = Account(id=said.login, username=said.username[:60], name=said.name[:120], locale=said.locale[:20])
    session.add(account)
    session.flush()
    session.add(Pin(account_id=account.id, kind=said.kind.value, pin_hash=hashed))
    keep_in_account(session, account.id, learner, ())
    _put_on_list(session, scope, learner, account)
    return 1


def _change_pin(session: Session, scope: Scope, said: _Login, pin: Pin, hashed: str) -> int:
    """Take a newer PIN of the laptop over, where the office has the one that the laptop brought before."""
    mine = learners_of(session, said.login)
    if not mine or not scope.has(session, "learner", "id", mine[0].id):
        raise Refused("organisation", "A user name belongs to another organisation than this key.", 403)
    if pin.pin_hash == hashed or not pin.pin_hash.startswith(ROOM):
        return 0
    pin.kind, pin.pin_hash, pin.failures, pin.changed_at = said.kind.value, hashed, 0, utcnow()
    return 1


def _put_on_list(session: Session, scope: Scope, learner: Learner, account: Account) -> None:
    query = select(GroupMember.id).where(GroupMember.group_id.in_(scope.groups), GroupMember.learner_id == learner.id)
    has = select(GroupLogin.member_id)
    for number in session.scalars(query.where(GroupMember.left_at.is_(None), GroupMember.id.not_in(has)).limit(1)):
        session.add(GroupLogin(member_id=number, account_id=account.id))
    session.flush()


def _tell(session: Session, organisation_id: UUID, learner: Learner, said: _Login) -> Row:
    """Note that a card does not open here, so that the trainer makes a new one."""
    number = uuid5(_NAMES, f"{organisation_id} {said.login}")
    values: Row = {"row": LOGINS, "field": "", "stands": "null", "other": msgspec.json.encode(said.username).decode()}
    if session.get(SyncConflict, number) is None:
        session.add(SyncConflict(id=number, organisation_id=organisation_id, learner_id=learner.id, **values))
    return {"id": number.hex, "learner": str(learner.id), **values}
