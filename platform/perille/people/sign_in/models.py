"""What people sign in with. Of every secret that is only compared a hash is kept; the one that must be read again is sealed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from perille.core.database import Base, UtcDateTime, utcnow, uuid7

#: Where an account's row goes, what it signs in with goes too.
_OF_ACCOUNT = "account.id"


class PinKind(StrEnum):
    """What a PIN is made of."""

    DIGITS = "digits"
    PICTURES = "pictures"

    @classmethod
    def chosen(cls, form: Mapping[str, str]) -> PinKind:
        """Return the kind whose button was pressed in a form; digits where none was."""
        return cls.PICTURES if form.get("kind") == cls.PICTURES.value else cls.DIGITS


class SignInRequest(Base):
    """Somebody asked for a link by e-mail: what their browser waits with, whether or not the address is known."""

    __tablename__ = "sign_in_request"

    #: Of the word in the browser's cookie.
    browser_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    #: None where nobody has that address: the browser waits for a mail that nobody gets.
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey(_OF_ACCOUNT, ondelete="CASCADE"), index=True)
    #: Of the short code in the mail, with the browser's word.
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    tries: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Passkey(Base):
    """A passkey: the public half of a key that stays in somebody's phone or keyring (WebAuthn 4, "public key credential")."""

    __tablename__ = "passkey"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    account_id: Mapped[UUID] = mapped_column(ForeignKey(_OF_ACCOUNT, ondelete="CASCADE"), index=True)
    #: At most 1,023 bytes (WebAuthn 4).
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1023), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    #: 0 for ever where a passkey is in several devices.
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    #: Shown, and never compared: a passkey may be copied to a second device at any time.
    backed_up: Mapped[bool] = mapped_column(default=False)
    #: The device on which it was made.
    label: Mapped[str] = mapped_column(String(80), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    last_used_on: Mapped[date | None]


class PasskeyChallenge(Base):
    """A challenge that was given to a browser; using it deletes it."""

    __tablename__ = "passkey_challenge"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    challenge: Mapped[bytes] = mapped_column(LargeBinary(64))
    #: Who makes a passkey; None for signing in.
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey(_OF_ACCOUNT, ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Authenticator(Base):
    """An authenticator app that shows codes of six digits (TOTP, RFC 6238)."""

    __tablename__ = "authenticator"

    account_id: Mapped[UUID] = mapped_column(ForeignKey(_OF_ACCOUNT, ondelete="CASCADE"), primary_key=True)
    #: Sealed.
    secret: Mapped[str] = mapped_column(String(400))
    #: The step of time whose code was used last; none at or before it is taken again.
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    #: When the first code was typed; None: it was never finished and opens nothing.
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RecoveryCode(Base):
    """One of ten codes on paper that stand for a lost second factor, once each."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("account_id", "code_hash"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    account_id: Mapped[UUID] = mapped_column(ForeignKey(_OF_ACCOUNT, ondelete="CASCADE"))
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Pin(Base):
    """The PIN of a user name. It tells nobody apart: two people may have the same."""

    __tablename__ = "pin"
    __table_args__ = (CheckConstraint("kind IN ('digits','pictures')", name="kind"),)

    account_id: Mapped[UUID] = mapped_column(ForeignKey(_OF_ACCOUNT, ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    #: Argon2id.
    pin_hash: Mapped[str] = mapped_column(String(200))
    #: Wrong tries on devices that were never in, since one was right.
    failures: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


class OidcProvider(Base):
    """The sign-in service of an organisation (OpenID Connect Core 1.0)."""

    __tablename__ = "oidc_provider"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    #: What the button on the sign-in page says.
    name: Mapped[str] = mapped_column(String(120))
    #: No two providers are of one issuer: an identity is (issuer, sub).
    issuer: Mapped[str] = mapped_column(String(1000), unique=True)
    client_id: Mapped[str] = mapped_column(String(300))
    #: Sealed; "" for a public client.
    client_secret: Mapped[str] = mapped_column(String(2000), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


class OidcIdentity(Base):
    """Somebody at a provider, and whose account that is. An e-mail address says nothing of that."""

    __tablename__ = "oidc_identity"
    __table_args__ = (UniqueConstraint("provider_id", "subject"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("oidc_provider.id", ondelete="CASCADE"))
    subject: Mapped[str] = mapped_column(String(255))
    account_id: Mapped[UUID] = mapped_column(ForeignKey(_OF_ACCOUNT, ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


class OidcLogin(Base):
    """A browser on its way to a provider and back: what must come back, kept here, so that the cookie stays small."""

    __tablename__ = "oidc_login"

    #: Of the word in the browser's cookie and this login's state: two tabs are two rows.
    state_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("oidc_provider.id", ondelete="CASCADE"), index=True)
    nonce: Mapped[str] = mapped_column(String(64))
    #: PKCE (RFC 7636 4.1).
    verifier: Mapped[str] = mapped_column(String(128))
    #: Whose account the identity is to be added to; None for signing in.
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey(_OF_ACCOUNT, ondelete="CASCADE"), index=True)
    #: The invitation that is accepted by signing in.
    invitation_id: Mapped[UUID | None] = mapped_column(ForeignKey("invitation.id", ondelete="CASCADE"), index=True)
    #: Who came back and has no account yet: they are asked whether one is to be made.
    subject: Mapped[str] = mapped_column(String(255), default="")
    name: Mapped[str] = mapped_column(String(120), default="")
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


#: Every table of signing in.
MODELS = (
    SignInRequest,
    Passkey,
    PasskeyChallenge,
    Authenticator,
    RecoveryCode,
    Pin,
    OidcProvider,
    OidcIdentity,
    OidcLogin,
)
#: Those that tell something of a person.
PERSONAL = tuple(model for model in MODELS if model is not OidcProvider)
