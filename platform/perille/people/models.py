"""Accounts, organisations, and who may do what in which of them. A learner without an account is a row of `enrolment`."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from perille.core.database import Base, UtcDateTime, utcnow, uuid7


class Role(StrEnum):
    """What somebody is in an organisation; an administrator is that of the whole installation."""

    ADMINISTRATOR = "administrator"
    COORDINATOR = "coordinator"
    TRAINER = "trainer"
    AUTHOR = "author"
    REVIEWER = "reviewer"
    TRANSLATOR = "translator"
    MENTOR = "mentor"
    #: A professional whose results the organisation's coordinators see.
    MEMBER = "member"


class OrganisationKind(StrEnum):
    """What sort of organisation it is; changes words only."""

    OFFICE = "office"
    MUNICIPALITY = "municipality"
    NGO = "ngo"
    EMPLOYER = "employer"
    SCHOOL = "school"


class VerifiedBy(StrEnum):
    """How the person of a session was recognised."""

    LINK = "link"
    PASSKEY = "passkey"
    TOTP = "totp"
    OIDC = "oidc"
    PIN = "pin"


class LinkKind(StrEnum):
    """Where a one-time link comes from."""

    #: Somebody with the right to do so made it, or whoever runs the server: it may set up a first second factor.
    INVITATION = "invitation"
    #: Asked for with an address on the sign-in page, by whoever: it proves that one reads that mail.
    ASKED = "asked"


def _one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({','.join(repr(each.value) for each in values)})", name=column)


class Account(Base):
    """Someone who signs in. What they may do stands in their memberships."""

    __tablename__ = "account"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    #: Where mail goes, as it was typed first.
    email: Mapped[str | None] = mapped_column(String(254))
    #: What addresses are compared by (`perille.people.addresses`).
    email_key: Mapped[str | None] = mapped_column(String(254), unique=True)
    username: Mapped[str | None] = mapped_column(String(60), unique=True)
    #: In any script; empty until the person writes it.
    name: Mapped[str] = mapped_column(String(120), default="")
    #: The language of mails; empty: that of the site.
    locale: Mapped[str] = mapped_column(String(20), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: False where a link that was handed over opened it, and nobody has shown since that they read the mail of the address.
    address_proven: Mapped[bool] = mapped_column(default=True)

    @property
    def label(self) -> str:
        """What a page calls the account: its name, else what it signs in with."""
        return self.name or self.username or self.email or str(self.id)


class Organisation(Base):
    """An office, a school or the like, whose people and figures no other organisation sees."""

    __tablename__ = "organisation"
    __table_args__ = (_one_of("kind", OrganisationKind),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    countries: Mapped[list[str]] = mapped_column(JSON, default=list)
    #: The record store of its own.
    store_id: Mapped[UUID] = mapped_column(ForeignKey("lrs_store.id"), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Since when it is gone. Its name stays for the list of who did what, and for papers.
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Membership(Base):
    """A role of an account in an organisation. Its id is made of the three (`perille.people.memberships`): no two rows say the same."""

    __tablename__ = "membership"
    __table_args__ = (_one_of("role", Role),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    #: None for an administrator alone, who belongs to the installation.
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    #: The account that gave the role; None: at the command line.
    created_by: Mapped[UUID | None]


class Invitation(Base):
    """An invitation into an organisation, sent to one address. Only a hash of its token is kept."""

    __tablename__ = "invitation"
    __table_args__ = (
        _one_of("role", Role),
        Index(
            "uq_invitation_open",
            "organisation_id",
            "email_key",
            unique=True,
            sqlite_where=text("used_at IS NULL"),
            postgresql_where=text("used_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(20))
    #: The account that invited; without it the invitation opens nothing.
    #: What the inviter calls the person, and the language of the e-mail; both may be empty.
    name: Mapped[str] = mapped_column(String(120), default="")
    locale: Mapped[str] = mapped_column(String(20), default="")
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Whether its e-mail was queued; those of a table wait for a job.
    mailed: Mapped[bool] = mapped_column(default=True)
    #: An account with another address that holds the link, and waits for a yes.
    claimed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))


class SignInLink(Base):
    """A link that signs an account in once. Only a hash of its token is kept."""

    __tablename__ = "sign_in_link"
    __table_args__ = (_one_of("kind", LinkKind),)

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    #: None: asked for with an address that nobody has, so that the answer takes as long.
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(String(12), default=LinkKind.INVITATION.value)


class AccountSession(Base):
    """A signed-in browser; its row gone, it is signed out. It says who, and never what they may do: roles are read with each request."""

    __tablename__ = "account_session"
    __table_args__ = (_one_of("verified_by", VerifiedBy),)

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    #: What pages and forms name the session by.
    id: Mapped[UUID] = mapped_column(unique=True, default=uuid7)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    verified_by: Mapped[str] = mapped_column(String(10), default=VerifiedBy.LINK.value)
    #: When the person was last asked for a finger, a face, a PIN or a second factor; None: never in this session.
    user_verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Whether it began by an invitation: then a first second factor may be set up.
    may_enrol: Mapped[bool] = mapped_column(default=False)
    #: A plain label of the browser, for the list of sessions.
    device: Mapped[str] = mapped_column(String(80), default="")
    last_used_at: Mapped[date] = mapped_column(default=lambda: utcnow().date())


class AuditEntry(Base):
    """Who did what to what, and when. Holds identifiers and numbers only (`perille.people.audit`): no name, answer or address."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_organisation_id", "organisation_id", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow, index=True)
    #: Who did it; None: the program, or somebody at the command line.
    account_id: Mapped[UUID | None]
    action: Mapped[str] = mapped_column(String(60))
    #: Whose business it is; None: the installation's. No reference: entries outlive what they name.
    organisation_id: Mapped[UUID | None]
    target_id: Mapped[UUID | None]
    details: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)
