"""Attachments: content that arrives with statements, checked by its hash, kept once, given back on request (Data 2.4.11)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence

from msgspec import UNSET

from perille.lrs import signatures
from perille.lrs.entries import Entry
from perille.lrs.faults import Rule, bad
from perille.lrs.models import Mark
from perille.lrs.multipart import Part, boundary_of, parts_of
from perille.lrs.presenting import Kept
from perille.lrs.reading import AnyStatement, Incoming, read_request
from perille.lrs.sql import Driver, marks
from perille.lrs.statement import Attachment, SubStatement
from perille.lrs.versions import Version

SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"
_ALGORITHMS = {56: "sha224", 64: "sha256", 96: "sha384", 128: "sha512"}
KEEP = "INSERT INTO lrs_attachment (store_id, sha2, content_type, body) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
USE = "INSERT INTO lrs_attachment_use (store_id, sha2, seq) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"

Contents = dict[str, Part]


def attachments_of(statement: AnyStatement) -> Iterator[Attachment]:
    """Yield the attachments of a statement and of its SubStatement."""
    if statement.attachments is not UNSET:
        yield from statement.attachments
    if isinstance(statement.object, SubStatement) and statement.object.attachments is not UNSET:
        yield from statement.object.attachments


def read_multipart(
    body: bytes, content_type: str, version: Version, most: int = 1000
) -> tuple[list[Incoming], bool, Contents]:
    """Read statements with attachments: every content belongs to an attachment, every hash is right (Communication 1.5.2)."""
    first, *rest = parts_of(body, boundary_of(content_type))
    if not first.headers.get("content-type", "").lower().startswith("application/json"):
        raise bad(Rule.CONTENT_TYPE, "$", "The first part is application/json: the statements.")
    batch, listed = read_request(first.body, version, most)
    contents = dict(_content(part) for part in rest)
    named = {attachment.sha2.lower() for incoming in batch for attachment in attachments_of(incoming.statement)}
    for sha2 in contents:
        if sha2 not in named:
            raise bad(
                Rule.ATTACHMENT, "X-Experience-API-Hash", f"No statement names the content with hash {sha2[:16]}."
            )
    return batch, listed, contents


def _content(part: Part) -> tuple[str, Part]:
    """Check one content: binary encoding, a hash, and the hash is right."""
    if part.headers.get("content-transfer-encoding", "").lower() != "binary":
        raise bad(Rule.ATTACHMENT, "Content-Transfer-Encoding", "The content of an attachment is sent as binary.")
    sha2 = part.headers.get("x-experience-api-hash", "").lower()
    algorithm = _ALGORITHMS.get(len(sha2))
    if algorithm is None:
        raise bad(Rule.ATTACHMENT, "X-Experience-API-Hash", "A content has the hash by which a statement names it.")
    if hashlib.new(algorithm, part.body).hexdigest() != sha2:
        raise bad(Rule.ATTACHMENT, "X-Experience-API-Hash", f"The content is not the one with hash {sha2[:16]}.")
    return sha2, part


def check(driver: Driver, store: int, batch: Sequence[Incoming], contents: Contents) -> None:
    """Every attachment has its content here, now or before, or says where it is; signatures are verified (Data 2.4.11, 2.6)."""
    wanted = {
        attachment.sha2.lower(): f"$[{place}]"
        for place, incoming in enumerate(batch)
        for attachment in attachments_of(incoming.statement)
        if attachment.file_url is UNSET or attachment.usage_type == SIGNATURE
    }
    missing = [sha2 for sha2 in wanted if sha2 not in contents]
    missing = [sha2 for sha2 in missing if sha2 not in known(driver, store, missing)]
    if missing:
        raise bad(
            Rule.ATTACHMENT,
            f"{wanted[missing[0]]}.attachments",
            f"The content with hash {missing[0][:16]} did not arrive.",
        )
    for incoming in batch:
        for attachment in attachments_of(incoming.statement):
            if attachment.usage_type == SIGNATURE:
                sha2 = attachment.sha2.lower()
                content = contents.get(sha2) or load(driver, store, [sha2])[0]
                signatures.verify(incoming.body, attachment, content)


def known(driver: Driver, store: int, hashes: Sequence[str]) -> set[str]:
    """Return those hashes whose content is here."""
    if not hashes:
        return set()
    sql = f"SELECT sha2 FROM lrs_attachment WHERE store_id = ? AND sha2 IN ({marks(hashes)})"  # noqa: S608 - only marks
    return {row[0] for row in driver.rows(sql, store, *hashes)}


def keep_contents(driver: Driver, store: int, entries: Iterable[Entry], contents: Contents) -> None:
    """Keep the contents, and which statement names which."""
    types: dict[str, str] = {}
    uses = []
    for entry in entries:
        for attachment in attachments_of(entry.statement):
            sha2 = attachment.sha2.lower()
            types[sha2] = attachment.content_type
            uses.append((store, sha2, entry.seq))
    driver.many(
        KEEP, [(store, sha2, types[sha2], part.body) for sha2, part in sorted(contents.items()) if sha2 in types]
    )
    driver.many(USE, sorted(set(uses)))


def load(driver: Driver, store: int, hashes: Sequence[str]) -> list[Part]:
    """Return contents as parts of an answer."""
    if not hashes:
        return []
    sql = f"SELECT sha2, content_type, body FROM lrs_attachment WHERE store_id = ? AND sha2 IN ({marks(hashes)})"  # noqa: S608
    return [
        Part(
            {"Content-Type": row[1], "Content-Transfer-Encoding": "binary", "X-Experience-API-Hash": row[0]},
            bytes(row[2]),
        )
        for row in driver.rows(sql, store, *hashes)
    ]


def hashes_of(driver: Driver, store: int, found: Sequence[Kept]) -> list[str]:
    """Return the hashes that kept statements name, each once; not every content is here, where a statement says its address."""
    seqs = [one.seq for one in found if one.has(Mark.ATTACHMENTS)]
    if not seqs:
        return []
    sql = f"SELECT DISTINCT sha2 FROM lrs_attachment_use WHERE store_id = ? AND seq IN ({marks(seqs)}) ORDER BY sha2"  # noqa: S608
    return [row[0] for row in driver.rows(sql, store, *seqs)]


def of_kept(driver: Driver, store: int, found: Sequence[Kept]) -> list[Part]:
    """Return the contents that kept statements name, each once."""
    return load(driver, store, hashes_of(driver, store, found))


def checked(sha2: str, content: bytes) -> Part:
    """Return a content as a part; it must have the hash by which it is named."""
    part = Part({"content-transfer-encoding": "binary", "x-experience-api-hash": sha2}, content)
    return _content(part)[1]
