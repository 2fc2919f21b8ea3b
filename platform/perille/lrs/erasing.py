"""Erasing an actor: statements, documents, names, attachments gone, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from perille.database import Session
from perille.lrs import terms
from perille.lrs.identity import account_key
from perille.lrs.sql import Driver, driver_of, marks
from perille.lrs.store import hold_store, store_number

_SLICE = 500
_OF_STATEMENT = (
    "lrs_face",
    "lrs_related_activity",
    "lrs_related_agent",
    "lrs_reference",
    "lrs_attachment_use",
    "lrs_statement",
)


@dataclass(frozen=True, slots=True)
class ErasureReport:
    """What was erased."""

    statements: int
    documents: int
    names: int
    attachments: int


def erase_actor(session: Session, store_id: UUID, home_page: str, name: str) -> ErasureReport:
    """Erase every statement in which an account takes part, its documents and names, and attachments nobody else names."""
    driver, number = driver_of(session), store_number(session, store_id)
    hold_store(driver, number)
    agent = terms.find_one(driver, number, terms.AGENT + account_key(home_page, name))
    if agent is None:
        return ErasureReport(0, 0, 0, 0)
    statements = _erase_statements(driver, number, agent)
    documents = driver.run("DELETE FROM lrs_document WHERE store_id = ? AND agent_id = ?", number, agent)
    names = driver.run("DELETE FROM lrs_agent_name WHERE store_id = ? AND agent_id = ?", number, agent)
    attachments = driver.run(
        "DELETE FROM lrs_attachment WHERE store_id = ? AND NOT EXISTS"
        " (SELECT 1 FROM lrs_attachment_use u WHERE u.store_id = lrs_attachment.store_id AND u.sha2 = lrs_attachment.sha2)",
        number,
    )
    driver.run("DELETE FROM lrs_term WHERE store_id = ? AND id = ?", number, agent)
    driver.run("UPDATE lrs_store SET epoch = epoch + 1 WHERE number = ?", number)
    return ErasureReport(statements, documents, names, attachments)


def _erase_statements(driver: Driver, number: int, agent: int) -> int:
    """Erase the statements of an agent, slice by slice."""
    count = 0
    while True:
        rows = driver.rows(
            "SELECT seq FROM lrs_statement WHERE store_id = ? AND agent_id = ?"
            " UNION SELECT seq FROM lrs_face WHERE store_id = ? AND agent_id = ?"
            " UNION SELECT seq FROM lrs_related_agent WHERE store_id = ? AND agent_id = ? LIMIT ?",
            number, agent, number, agent, number, agent, _SLICE,
        )  # fmt: skip
        if not rows:
            return count
        seqs = [row[0] for row in rows]
        for table in _OF_STATEMENT:
            driver.run(f"DELETE FROM {table} WHERE store_id = ? AND seq IN ({marks(seqs)})", number, *seqs)  # noqa: S608
        count += len(seqs)
