"""The outbox of e-mails, and which kinds people have switched off."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from perille.core.database import Base, UtcDateTime, utcnow, uuid7


class NoticeState(StrEnum):
    """Where an e-mail stands."""

    #: Waits for its time, or for the mail server.
    QUEUED = "queued"
    #: A process is at it; committed before the server is given the message.
    SENDING = "sending"
    #: The server has taken it.
    SENT = "sent"
    #: The line broke after the message was given: the server may have it or not.
    UNKNOWN = "unknown"
    #: Will not be sent; `Notice.reason` says why.
    DROPPED = "dropped"


class Reason(StrEnum):
    """Why an e-mail waits or was dropped."""

    NONE = ""
    #: Dropped: it came too late, as a link that no longer opens anything.
    EXPIRED = "expired"
    #: Dropped: the person has switched this kind off.
    SWITCHED_OFF = "switched-off"
    #: Dropped: the server refused the address or the message for good.
    REFUSED = "refused"
    #: Dropped: no feature brings this kind any more.
    NO_SUCH_KIND = "no-such-kind"
    #: Dropped: the key that sealed its words is gone.
    NO_KEY = "no-key"
    #: Waits: the server did not answer.
    UNREACHABLE = "unreachable"
    #: Waits: the server did not take our name and password.
    SIGN_IN = "sign-in"
    #: Waits: the server does not take mail from our address.
    SENDER = "sender"
    #: Waits: the server said to try again later.
    LATER = "later"


class Notice(Base):
    """One e-mail. What it says, and to whom, is kept only until it is sent or dropped."""

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint("state IN ('queued','sending','sent','unknown','dropped')", name="state"),
        Index("ix_notice_due", "state", "next_try_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    kind: Mapped[str] = mapped_column(String(40))
    #: None where the address belongs to no account.
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    #: "" once it is finished.
    recipient: Mapped[str] = mapped_column(String(254))
    #: Code of the language it is written in.
    locale: Mapped[str] = mapped_column(String(10))
    #: Values and links, sealed: among them are links that sign in. "" once it is finished.
    content: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default=NoticeState.QUEUED.value)
    reason: Mapped[str] = mapped_column(String(20), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    #: Whether it was given to the server once already, and nobody knows whether it arrived.
    repeated: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: What it must be sent for once only, as "expiry:<id>:<day>"; no second one is queued while this row is kept.
    once_key: Mapped[str | None] = mapped_column(String(150), unique=True)
    #: The same at each try, so that a mail program shows one message where two arrive (RFC 5322 3.6.4).
    message_id: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow, index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    #: Who is at it, and until when they are believed to be.
    lease: Mapped[UUID | None]
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class NoticeSwitch(Base):
    """One kind of e-mail that one person does not want. Addresses without an account are kept as a keyed hash."""

    __tablename__ = "notice_switch"

    #: Made from person and kind, so that two presses make one row.
    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    address_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    switched_off_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
