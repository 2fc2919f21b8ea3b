"""Codes of an authenticator app (TOTP, RFC 6238), each taken once, and the ten recovery codes beside it."""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID

import pyotp
from sqlalchemy import delete, func, select, update

from perille.core.database import Session, utcnow
from perille.core.errors import BadRequest
from perille.core.sealing import Seal
from perille.people.audit import audit
from perille.people.models import Account
from perille.people.sign_in.models import Authenticator, PinKind, RecoveryCode
from perille.people.sign_in.pins import read_pin

#: What the secrets of authenticator apps are sealed for.
_PURPOSE = b"perille people: authenticator apps"
#: Seconds of a step, and steps before and after now whose code is taken: clocks of phones differ.
STEP, _AROUND = 30, 1
#: Recovery codes that are made at once.
CODES = 10
#: No letter that looks like another.
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
_LENGTH = 10


def seal_of(keys: Sequence[str]) -> Seal:
    """Return what seals the secrets of authenticator apps with the installation's keys."""
    return Seal(keys, _PURPOSE)


def begin_authenticator(session: Session, account_id: UUID, seal: Seal) -> None:
    """Draw a secret for an app that is set up now, another one each time. Raise BadRequest where the account has an app that works."""
    row = session.get(Authenticator, account_id)
    if row is not None and row.confirmed_at is not None:
        raise BadRequest("There is an authenticator app already.")
    if row is None:
        row = Authenticator(account_id=account_id)
        session.add(row)
    row.secret, row.created_at, row.last_step = seal.close(pyotp.random_base32()), utcnow(), 0
    session.flush()


def setup_address(account: Account, row: Authenticator, seal: Seal, issuer: str) -> tuple[str, str]:
    """Return the secret of an app that is set up now, and the address that its QR code says (`otpauth:`)."""
    secret = seal.open(row.secret)
    return secret, pyotp.TOTP(secret).provisioning_uri(name=account.label, issuer_name=issuer)


def has_authenticator(session: Session, account_id: UUID) -> bool:
    """Tell whether an account has an app that works."""
    row = session.get(Authenticator, account_id)
    return row is not None and row.confirmed_at is not None


def use_code(session: Session, account_id: UUID, code: str, seal: Seal, *, setting_up: bool = False) -> bool:
    """Take a code of the app; False for a wrong one, and for one that was used, at set-up too. Of two who bring one code, one is right."""
    row = session.get(Authenticator, account_id)
    if row is None or (row.confirmed_at is None) is not setting_up:
        return False
    step = _step_of(seal.open(row.secret), code, time.time())
    if step is None:
        return False
    values = {"last_step": step} | ({"confirmed_at": utcnow()} if setting_up else {})
    mine = update(Authenticator).where(Authenticator.account_id == account_id, Authenticator.last_step < step)
    moved = session.scalars(mine.values(values).returning(Authenticator.account_id)).all()
    if moved and setting_up:
        audit(session, account_id, "second-factor.added", why="totp")
    return bool(moved)


def _step_of(secret: str, typed: str, now: float) -> int | None:
    """Return the step whose code was typed, None for no such step near *now* (seconds since 1970)."""
    try:
        code = read_pin(PinKind.DIGITS, typed)
    except BadRequest:
        return None
    app, middle = pyotp.TOTP(secret), int(now) // STEP
    near = range(middle - _AROUND, middle + _AROUND + 1)
    return next((step for step in near if hmac.compare_digest(app.generate_otp(step), code)), None)


def remove_authenticator(session: Session, account_id: UUID) -> None:
    """Remove an account's app."""
    session.execute(delete(Authenticator).where(Authenticator.account_id == account_id))
    audit(session, account_id, "second-factor.removed", why="totp")


def make_recovery_codes(session: Session, account_id: UUID, key: str) -> list[str]:
    """Return ten new recovery codes; those made before end. They are shown once: hashes alone are kept."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    codes = ["".join(secrets.choice(_LETTERS) for _letter in range(_LENGTH)) for _code in range(CODES)]
    session.add_all(RecoveryCode(account_id=account_id, code_hash=_code_hash(code, key)) for code in codes)
    audit(session, account_id, "recovery-codes.made", count=CODES)
    session.flush()
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def use_recovery_code(session: Session, account_id: UUID, typed: str, keys: Sequence[str]) -> bool:
    """Use a recovery code up; False for a wrong or used one. Of two who bring one code at once, one is right."""
    code = "".join(each for each in typed[:60].lower() if each in _LETTERS)
    if len(code) != _LENGTH:
        return False
    hashes = [_code_hash(code, key) for key in keys]
    mine = update(RecoveryCode).where(
        RecoveryCode.account_id == account_id, RecoveryCode.code_hash.in_(hashes), RecoveryCode.used_at.is_(None)
    )
    used = session.scalars(mine.values(used_at=utcnow()).returning(RecoveryCode.id)).all()
    if used:
        audit(session, account_id, "recovery-codes.used")
    return bool(used)


def recovery_codes_left(session: Session, account_id: UUID) -> int:
    """Return how many recovery codes an account can still use."""
    mine = select(func.count()).select_from(RecoveryCode)
    return session.scalar(mine.where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))) or 0


def _code_hash(code: str, key: str) -> bytes:
    return hmac.digest(sha256(b"perille recovery code\0" + key.encode()).digest(), code.encode(), "sha256")
