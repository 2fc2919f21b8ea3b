"""Erasing an actor: statements, documents, names, attachments gone, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from perille.database import Session
from perille.lrs import postings, terms
from perille.lrs.identity import account_key
from perille.lrs.postings import AGENT, OF_AGENT, REGISTRATION, RELATED_AGENT, Place
from perille.lrs.sql import Driver, driver_of, marks
from perille.lrs.store import hold_store, keep, store_number

_SLICE = 500
_BY_SEQ = ("lrs_reference", "lrs_attachment_use", "lrs_statement")
_UNLIST = "DELETE FROM lrs_posting WHERE store_id = ? AND list = ? AND a = ? AND b = ? AND seq = ?"
#: Whether a statement names a registration itself.
_NAMED = (
    "SELECT 1 FROM lrs_posting p JOIN lrs_statement s ON s.store_id = p.store_id AND s.seq = p.seq"
    " WHERE p.store_id = ? AND p.list = ? AND p.a = ? AND s.registration_id = p.a LIMIT 1"
)
_UNUSED_ATTACHMENTS = (
    "DELETE FROM lrs_attachment WHERE store_id = ? AND NOT EXISTS"
    " (SELECT 1 FROM lrs_attachment_use u WHERE u.store_id = lrs_attachment.store_id AND u.sha2 = lrs_attachment.sha2)"
)


@dataclass(frozen=True, slots=True)
class ErasureReport:
    """What was erased: how many of each."""

    statements: int
    documents: int
    names: int
    attachments: int


def erase_actor(session: Session, store_id: UUID, home_page: str, name: str) -> ErasureReport:
    """Erase every statement in which an account takes part, its documents and names, and attachments that nobody else names.

    Where the account is a client's authority, the statements it only vouched for stay: they are about others.
    """
    driver, number = driver_of(session), store_number(session, store_id)
    hold = hold_store(driver, number)
    postings.fold(driver, hold)
    keep(driver, hold)
    term = terms.AGENT + account_key(home_page, name)
    agent = terms.find_one(driver, number, term)
    if agent is None:
        return ErasureReport(0, 0, 0, 0)
    documents = driver.run("DELETE FROM lrs_document WHERE store_id = ? AND agent_id = ?", number, agent)
    statements = _erase_statements(driver, number, agent)
    names = driver.run("DELETE FROM lrs_agent_name WHERE store_id = ? AND agent_id = ?", number, agent)
    attachments = driver.run(_UNUSED_ATTACHMENTS, number)
    if not _vouches(driver, number, agent):
        driver.run("DELETE FROM lrs_term WHERE store_id = ? AND id = ?", number, agent)
    driver.run("UPDATE lrs_store SET epoch = epoch + 1 WHERE number = ?", number)
    return ErasureReport(statements, documents, names, attachments)


def _vouches(driver: Driver, number: int, agent: int) -> bool:
    """Tell whether statements are left that name the agent: as their authority."""
    sql = "SELECT 1 FROM lrs_posting WHERE store_id = ? AND list = ? AND a = ? LIMIT 1"
    return driver.one(sql, number, RELATED_AGENT, agent) is not None


def _erase_statements(driver: Driver, number: int, agent: int) -> int:
    """Erase the statements of an agent, slice by slice, and then every list under it."""
    count, after, registrations = 0, 0, set[int]()
    sql = "SELECT seq FROM lrs_posting WHERE store_id = ? AND list IN (?, ?) AND a = ? AND b = 0 AND seq > ? ORDER BY seq LIMIT ?"
    while rows := driver.rows(sql, number, AGENT, RELATED_AGENT, agent, after, _SLICE):
        after = rows[-1][0]
        own = _own(driver, number, agent, sorted({row[0] for row in rows}))
        for seq, places in own.items():
            driver.many(_UNLIST, [(number, *place, seq) for place in places])
            registrations.update(place.a for place in places if place.list == REGISTRATION)
        for table in _BY_SEQ if own else ():
            driver.run(f"DELETE FROM {table} WHERE store_id = ? AND seq IN ({marks(own)})", number, *own)  # noqa: S608
        count += len(own)
    _erase_leftovers(driver, number, agent, registrations)
    return count


def _own(driver: Driver, number: int, agent: int, seqs: list[int]) -> dict[int, list[Place]]:
    """Return those statements, with their lists, in which the agent takes part itself: not by a reference, nor as authority alone."""
    joined = "lrs_statement s JOIN lrs_authority a ON a.store_id = s.store_id AND a.id = s.authority_id"
    sql = f"SELECT s.seq FROM {joined} WHERE s.store_id = ? AND a.agent_id = ? AND s.seq IN ({marks(seqs)})"  # noqa: S608
    vouched = {row[0] for row in driver.rows(sql, number, agent, *seqs)}
    found = postings.places_at(driver, number, seqs)
    direct, related = Place(AGENT, agent), Place(RELATED_AGENT, agent)
    return {seq: at for seq, at in found.items() if direct in at or (related in at and seq not in vouched)}


def _erase_leftovers(driver: Driver, number: int, agent: int, registrations: set[int]) -> None:
    """Erase what others' references listed under the agent, and registrations that nobody names any more."""
    kinds = [kind for kind in OF_AGENT if kind != RELATED_AGENT]
    sql = f"DELETE FROM lrs_posting WHERE store_id = ? AND list IN ({marks(kinds)}) AND a = ?"  # noqa: S608 - only marks
    driver.run(sql, number, *kinds, agent)
    for registration in registrations:
        if driver.one(_NAMED, number, REGISTRATION, registration) is None:
            driver.run("DELETE FROM lrs_document WHERE store_id = ? AND registration_id = ?", number, registration)
            driver.run(
                "DELETE FROM lrs_posting WHERE store_id = ? AND list = ? AND a = ?", number, REGISTRATION, registration
            )
            driver.run("DELETE FROM lrs_term WHERE store_id = ? AND id = ?", number, registration)
