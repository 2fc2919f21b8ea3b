"""The tables of the record store. Every key begins with `store_id`, the short number of the organisation's store.

A statement's queried properties are columns of small numbers: each agent, verb, activity and registration is a `Term` with a number of its
own in the store. 0 stands for none. `seq` grows with every statement, in the order of commits, because a writer holds the store's row.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Index, Integer, LargeBinary, SmallInteger, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from perille.core.database import Base, UtcDateTime, uuid7

#: A table whose rows live in its primary key on SQLite: half the size for lists of numbers.
_IN_KEY: dict[str, object] = {"sqlite_with_rowid": False}


class LrsStore(Base):
    """One store: an organisation's record. Its row is what a writer locks."""

    __tablename__ = "lrs_store"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid7)
    number: Mapped[int] = mapped_column(Integer, unique=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    last_seq: Mapped[int] = mapped_column(BigInteger, default=0)
    #: The `stored` of the newest statement, in microseconds since 1970.
    last_stored: Mapped[int] = mapped_column(BigInteger, default=0)
    last_term: Mapped[int] = mapped_column(BigInteger, default=0)
    #: Up to which `seq` statements are listed; those after it are the tail (see `postings`).
    folded: Mapped[int] = mapped_column(BigInteger, default=0)
    #: Grows when terms are removed, so that no process trusts numbers it remembers.
    epoch: Mapped[int] = mapped_column(Integer, default=0)
    #: Since when its clients are refused and nothing is forwarded; what it holds stays.
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LrsTerm(Base):
    """An agent, verb, activity or registration, and its number."""

    __tablename__ = "lrs_term"

    store_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    #: 1 agent, 2 verb, 3 activity, 4 registration (see `terms`).
    kind: Mapped[int] = mapped_column(SmallInteger)
    #: BLAKE2b of `key`, 16 bytes: IRIs are too long for some indexes.
    digest: Mapped[bytes] = mapped_column(LargeBinary(16))
    key: Mapped[str] = mapped_column(Text)

    __table_args__ = (Index("ix_lrs_term_digest", "store_id", "kind", "digest", unique=True),)


class LrsStatement(Base):
    """A statement: its bytes as received, and in columns what it is asked by."""

    __tablename__ = "lrs_statement"

    store_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    id: Mapped[bytes] = mapped_column(LargeBinary(16))
    stored: Mapped[int] = mapped_column(BigInteger)
    agent_id: Mapped[int] = mapped_column(Integer)
    verb_id: Mapped[int] = mapped_column(Integer)
    activity_id: Mapped[int] = mapped_column(Integer)
    registration_id: Mapped[int] = mapped_column(Integer)
    authority_id: Mapped[int] = mapped_column(Integer)
    marks: Mapped[int] = mapped_column(SmallInteger)
    #: Which dictionary compressed `body`; 0: as it is.
    dictionary: Mapped[int] = mapped_column(SmallInteger)
    #: Further terms (see `postings.ExtraKeys`).
    extras: Mapped[bytes] = mapped_column(LargeBinary)
    body: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (Index("ix_lrs_statement_id", "store_id", "id", unique=True), _IN_KEY)


class LrsPosting(Base):
    """One entry of a list by which statements are found (see `postings`)."""

    __tablename__ = "lrs_posting"

    store_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    #: Which kind of list.
    list: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    #: Terms: one, or a pair.
    a: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    b: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)

    __table_args__ = (_IN_KEY,)


class LrsReference(Base):
    """A statement that points to another one, which may not be here yet."""

    __tablename__ = "lrs_reference"

    store_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    target: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    voiding: Mapped[bool] = mapped_column(Boolean)

    __table_args__ = (Index("ix_lrs_reference_seq", "store_id", "seq"),)


class LrsAuthority(Base):
    """Who vouched for statements, as it is written into them."""

    __tablename__ = "lrs_authority"

    store_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    #: The first agent in it.
    agent_id: Mapped[int] = mapped_column(BigInteger)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class LrsActivity(Base):
    """What is known of an activity: its definition, merged from all that arrived."""

    __tablename__ = "lrs_activity"

    store_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    activity_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    definition: Mapped[bytes] = mapped_column(LargeBinary)


class LrsAgentName(Base):
    """A name by which an agent was called."""

    __tablename__ = "lrs_agent_name"

    store_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    agent_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(Text, primary_key=True)


class LrsAttachment(Base):
    """The content of an attachment, once for each hash."""

    __tablename__ = "lrs_attachment"

    store_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    sha2: Mapped[str] = mapped_column(String(128), primary_key=True)
    content_type: Mapped[str] = mapped_column(Text)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class LrsAttachmentUse(Base):
    """Which statement names which attachment."""

    __tablename__ = "lrs_attachment_use"

    store_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    sha2: Mapped[str] = mapped_column(String(128), primary_key=True)

    __table_args__ = (Index("ix_lrs_attachment_use_sha2", "store_id", "sha2"),)


class LrsDocument(Base):
    """A document: a state, an agent's or an activity's profile."""

    __tablename__ = "lrs_document"

    store_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    kind: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    activity_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    agent_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    registration_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(500), primary_key=True)
    content_type: Mapped[str] = mapped_column(Text)
    etag: Mapped[str] = mapped_column(String(40))
    #: Microseconds since 1970.
    updated: Mapped[int] = mapped_column(BigInteger)
    body: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (Index("ix_lrs_document_agent", "store_id", "agent_id"),)


class LrsClient(Base):
    """A program that may use the record store: its key, the keyed hash of its secret, what it may do and as whom it vouches."""

    __tablename__ = "lrs_client"

    store_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid7)
    name: Mapped[str] = mapped_column(String(200))
    key: Mapped[str] = mapped_column(String(64), unique=True)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    #: Words of `Scope`, with spaces between.
    scopes: Mapped[str] = mapped_column(String(200))
    #: JSON of the Agent or Group written into its statements.
    authority: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Requests a minute; none: no limit.
    rate: Mapped[int | None] = mapped_column(Integer)


class LrsLaunch(Base):
    """Credentials of one launch of content: good for one actor, registration and activity, up to a moment (cmi5 8.2).

    Kept after it has ended: it tells which statements of its authority count for progress.
    """

    __tablename__ = "lrs_launch"

    store_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid7)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    #: Keyed hash of the one-time token in the fetch URL.
    fetch_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    #: Keyed hash of the secret; none until the token was exchanged for it.
    secret_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    #: Key of the actor (see `identity`).
    agent: Mapped[str] = mapped_column(Text)
    registration: Mapped[UUID] = mapped_column(Uuid, index=True)
    #: IRI of the activity that was launched.
    activity: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LrsForward(Base):
    """Another store that what is stored here goes on to (see `forwarding`)."""

    __tablename__ = "lrs_forward"

    store_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid7)
    name: Mapped[str] = mapped_column(String(200))
    endpoint: Mapped[str] = mapped_column(Text)
    #: Key and secret for the other store, sealed (see `core.sealing`): they have to be readable to be sent.
    credentials: Mapped[str] = mapped_column(Text)
    #: Whether plain http was asked for.
    allow_http: Mapped[bool] = mapped_column(Boolean, default=False)
    #: xAPI versions that the other store speaks, with spaces between; "" until it was asked.
    versions: Mapped[str] = mapped_column(String(200), default="")
    #: IRIs of the verbs that are forwarded, with spaces between; none: all.
    verbs: Mapped[str] = mapped_column(Text)
    #: Up to which `seq` the other store has answered.
    after: Mapped[int] = mapped_column(BigInteger)
    #: Failures since the last success.
    failures: Mapped[int] = mapped_column(Integer)
    last_error: Mapped[str] = mapped_column(String(200))
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Since when somebody has stopped it.
    paused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LrsRefusal(Base):
    """A statement that another store did not take, kept until it does."""

    __tablename__ = "lrs_refusal"

    store_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    forward_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    statement_id: Mapped[bytes] = mapped_column(LargeBinary(16))
    #: What the other store answered.
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Send it again with the next run.
    again: Mapped[bool] = mapped_column(Boolean, default=False)

    __table_args__ = (Index("ix_lrs_refusal_seq", "store_id", "seq"),)


class LrsRejectedRequest(Base):
    """A request that was refused (see `rejected`): without its body, and without values that may name somebody."""

    __tablename__ = "lrs_rejected_request"

    store_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid7)
    client_id: Mapped[UUID] = mapped_column(Uuid)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    method: Mapped[str] = mapped_column(String(40))
    #: The resource with the names of its parameters.
    resource: Mapped[str] = mapped_column(String(300))
    status: Mapped[int] = mapped_column(SmallInteger)
    #: Name of the `Rule`.
    rule: Mapped[str] = mapped_column(String(40))
    #: Where it is wrong, and what was said.
    path: Mapped[str] = mapped_column(String(200))
    message: Mapped[str] = mapped_column(String(300))

    __table_args__ = (Index("ix_lrs_rejected_request_client", "store_id", "client_id", "at"),)


class LrsIssuer(Base):
    """An OpenID issuer whose tokens are accepted beside keys and secrets (see `oidc`)."""

    __tablename__ = "lrs_issuer"

    store_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid7)
    name: Mapped[str] = mapped_column(String(200))
    #: Its `iss`; a token names no store, so an issuer belongs to one.
    issuer: Mapped[str] = mapped_column(String(1000), unique=True)
    audience: Mapped[str] = mapped_column(String(300))
    #: Where its public keys are; empty where they are in `jwks`.
    jwks_url: Mapped[str] = mapped_column(String(1000))
    jwks: Mapped[bytes] = mapped_column(LargeBinary)
    #: Words with spaces between.
    algorithms: Mapped[str] = mapped_column(String(100))
    #: The claim that says what a token may do, and JSON: its words -> scopes.
    claim: Mapped[str] = mapped_column(String(300))
    scope_map: Mapped[bytes] = mapped_column(LargeBinary)
    #: The most that a token may do: words of `Scope`.
    scopes: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
