"""Who is meant: from what somebody knows of a person to the learners and identifiers that are theirs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from uuid import UUID

from msgspec import Struct
from sqlalchemy import or_, select

from perille.core.database import Session
from perille.core.errors import BadRequest, NotFound
from perille.credentials.models import Credential
from perille.enrolment.merged_learners import merged_into, who_stays
from perille.enrolment.models import Enrolment, Learner
from perille.lrs.services import Person, make_person, sha1_of_mailbox, used_stores
from perille.lrs.storage import terms
from perille.lrs.storage.connection import raw_connection
from perille.lrs.storage.lock import store_number
from perille.lrs.xapi.ifi import account_key
from perille.privacy.accounts import accounts_of_keys, kept_learners
from perille.privacy.archive import removed
from perille.privacy.models import RemovedLearner
from perille.tracking.services import actor_home
from perille.tracking.trust import PLATFORM

_MAILBOX = re.compile(r"[^\s@<>\"]{1,128}@[^\s@<>\"]{1,255}")
_SHA1 = re.compile(r"[0-9a-fA-F]{40}")
_IRI = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:\S+")


class ErasureTarget(Struct, frozen=True):
    """Whom an erasure is about: rows of learners, and everything that they are recognised by."""

    learners: tuple[UUID, ...]
    person: Person


class PersonIdentifiers(Struct, frozen=True, kw_only=True):
    """What is known of one person; several identifiers of the same person are erased together."""

    #: Numbers of learners, of their actors or of registrations.
    numbers: tuple[UUID, ...] = ()
    mailboxes: tuple[str, ...] = ()
    sha1s: tuple[str, ...] = ()
    openids: tuple[str, ...] = ()
    #: Home pages and names.
    accounts: tuple[tuple[str, str], ...] = ()


def key_of_mailbox(text: str) -> str:
    """Return the key of an e-mail address, with or without `mailto:`; raise BadRequest for none."""
    address = re.sub("^mailto:", "", text.strip(), flags=re.IGNORECASE)
    if not _MAILBOX.fullmatch(address):
        raise BadRequest(f"{text!r} is no e-mail address")
    return f"mbox mailto:{address}"


def key_of_sha1(text: str) -> str:
    """Return the key of an `mbox_sha1sum`; raise BadRequest for none."""
    if not _SHA1.fullmatch(text.strip()):
        raise BadRequest(f"{text!r} is no SHA-1: it has 40 characters, 0 to 9 and a to f")
    return f"mbox_sha1sum {text.strip().lower()}"


def key_of_openid(text: str) -> str:
    """Return the key of an OpenID; raise BadRequest for none."""
    if not _IRI.fullmatch(text.strip()):
        raise BadRequest(f"{text!r} is no OpenID: it is an address such as https://anna.example.org/")
    return f"openid {text.strip()}"


def find_target(session: Session, known: PersonIdentifiers) -> ErasureTarget:
    """Find whose identifiers these are; raise NotFound for a number that nobody has, BadRequest for what is no identifier."""
    keys = _keys_of(session, known)
    _refuse_platform(session, known.accounts)
    aside = [row for number in known.numbers for row in removed(session, [number])]
    learners = {learner.id: learner for learner in _learners(session, known, bool(aside))}
    for account in accounts_of_keys(session, keys):
        learners |= {learner.id: learner for learner in kept_learners(session, account.id)}
    people = [person_of(session, learner) for learner in learners.values()]
    people += [_person_aside(session, row) for row in aside]
    return ErasureTarget(tuple(learners), _as_one(keys, people))


def _keys_of(session: Session, known: PersonIdentifiers) -> list[str]:
    keys = [key_of_mailbox(each) for each in known.mailboxes]
    keys += [key for text in known.sha1s for key in _keys_of_sha1(session, key_of_sha1(text))]
    keys += [key_of_openid(each) for each in known.openids]
    return [*keys, *(account_key(home.strip(), name) for home, name in known.accounts)]


def _as_one(keys: Sequence[str], people: Sequence[Person]) -> Person:
    """Return all by which somebody is recognised who has these keys and is these people."""
    return make_person(
        [*keys, *(key for each in people for key in each.keys)],
        [UUID(number) for each in people for number in each.registrations],
        [word for each in people for word in each.words],
    )


def person_of(session: Session, learner: Learner) -> Person:
    """Return everything that a learner is recognised by."""
    registrations = session.scalars(select(Enrolment.registration).where(Enrolment.learner_id == learner.id))
    person = (learner, *merged_into(session, learner.id))
    return make_person(
        [account_key(actor_home(session), str(each.actor_name)) for each in person],
        sorted(registrations),
        [*(str(each.id) for each in person), *codes_of(session, learner)],
    )


def codes_of(session: Session, learner: Learner) -> list[str]:
    """Return the codes of a learner's certificates."""
    query = select(Credential.code).join(Enrolment, Enrolment.id == Credential.enrolment_id)
    return list(session.scalars(query.where(Enrolment.learner_id == learner.id)))


def find_learner(session: Session, number: UUID) -> Learner | None:
    """Return a learner by the number of their row, of their actor, or of one of their registrations; who stays of those merged."""
    of_registration = select(Enrolment.learner_id).where(Enrolment.registration == number)
    query = select(Learner).where(
        or_(Learner.id == number, Learner.actor_name == number, Learner.id.in_(of_registration))
    )
    found = session.scalar(query)
    return None if found is None else who_stays(session, found)


def known_learner(session: Session, number: UUID) -> Learner:
    """The same; raise NotFound, with the home pages of other systems' accounts that have this number as their name."""
    learner = find_learner(session, number)
    if learner is None:
        raise NotFound(_nobody(session, number))
    return learner


def _person_aside(session: Session, row: RemovedLearner) -> Person:
    """Return what somebody is recognised by whom retention removed and who can be restored."""
    key = account_key(actor_home(session), str(row.actor_name))
    return make_person([key], map(UUID, row.registrations), [str(row.learner_id)])


def _learners(session: Session, known: PersonIdentifiers, some_aside: bool) -> Iterable[Learner]:
    home = actor_home(session)
    for number in known.numbers:
        learner = find_learner(session, number) if some_aside else known_learner(session, number)
        if learner is not None:
            yield learner
    for page, name in known.accounts:
        own = _uuid(name) if page == home else None
        learner = find_learner(session, own) if own is not None else None
        if learner is not None:
            yield learner


def _nobody(session: Session, number: UUID) -> str:
    """Say that nobody has a number here, and who has it elsewhere."""
    rows = _terms_with(session, str(number))
    homes = sorted({key.split(" ", 2)[1] for kind, _id, key in rows if kind == 1 and key.startswith("account ")})
    said = f"There is no learner of the number {number}. Nothing was changed"
    if homes:
        ways = " or ".join(f"--account {home} {number}" for home in homes)
        return f"{said}. It is an account of another system: use {ways}"
    return said


def _keys_of_sha1(session: Session, key: str) -> list[str]:
    """Return a hash's key, and those of the addresses in the store that have this hash."""
    wanted = key.removeprefix("mbox_sha1sum ")
    rows = _terms_with(session, "mbox mailto:")
    boxes = [row[2] for row in rows if sha1_of_mailbox(row[2].removeprefix("mbox ")) == wanted]
    return [key, *boxes]


def _terms_with(session: Session, word: str) -> list[tuple[int, int, str]]:
    """Return kind, number and key of the terms of every store that hold a word."""
    raw = raw_connection(session)
    numbers = [store_number(session, each) for each in used_stores(session)]
    return [row for number in numbers for row in terms.holding(raw, number, [word])]


def _refuse_platform(session: Session, accounts: Iterable[tuple[str, str]]) -> None:
    if (actor_home(session), PLATFORM) in accounts:
        raise BadRequest("This account is the platform itself, which vouches for every learner's statements")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
