"""Attachments: content that arrives with statements, checked by its hash, kept once, given back on request (Data 2.4.11)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence

from msgspec import UNSET

from perille.lrs.storage.connection import RawConnection, in_parts, marks
from perille.lrs.storage.entry import Entry
from perille.lrs.storage.serialization import StoredRow
from perille.lrs.xapi import limits, signatures
from perille.lrs.xapi.errors import Rule, bad_request
from perille.lrs.xapi.flags import StatementFlag
from perille.lrs.xapi.multipart import Part, boundary_of, parts_of
from perille.lrs.xapi.parsing import ParsedStatement, parse_request
from perille.lrs.xapi.statement import AnyStatement, Attachment, SubStatement
from perille.lrs.xapi.versions import Version

SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"
_ALGORITHMS = {56: "sha224", 64: "sha256", 96: "sha384", 128: "sha512"}
KEEP = "INSERT INTO lrs_attachment (store_id, sha2, content_type, body) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
USE = "INSERT INTO lrs_attachment_use (store_id, sha2, seq) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
_SIZES = (
    "SELECT u.seq, u.sha2, length(a.body) FROM lrs_attachment_use u"
    " JOIN lrs_attachment a ON a.store_id = u.store_id AND a.sha2 = u.sha2"
)

Contents = dict[str, Part]


def attachments_of(statement: AnyStatement) -> Iterator[Attachment]:
    """Yield the attachments of a statement and of its SubStatement."""
    if statement.attachments is not UNSET:
        yield from statement.attachments
    if isinstance(statement.object, SubStatement) and statement.object.attachments is not UNSET:
        yield from statement.object.attachments


def read_multipart(
    body: bytes, content_type: str, version: Version, most: int = 1000
) -> tuple[list[ParsedStatement], bool, Contents]:
    """Read statements with attachments: every content belongs to an attachment, every hash is right (Communication 1.5.2).

    Raise XapiError 400 where one does not.
    """
    first, *rest = parts_of(body, boundary_of(content_type))
    if not first.headers.get("content-type", "").lower().startswith("application/json"):
        raise bad_request(Rule.CONTENT_TYPE, "$", "The first part is application/json: the statements.")
    batch, listed = parse_request(first.body, version, most)
    contents = dict(_content(part) for part in rest)
    named = {attachment.sha2.lower() for incoming in batch for attachment in attachments_of(incoming.statement)}
    for sha2 in contents:
        if sha2 not in named:
            raise bad_request(
                Rule.ATTACHMENT, "X-Experience-API-Hash", f"No statement names the content with hash {sha2[:16]}."
            )
    return batch, listed, contents


def _content(part: Part) -> tuple[str, Part]:
    """Check one content: binary encoding, a hash, and the hash is right."""
    if part.headers.get("content-transfer-encoding", "").lower() != "binary":
        raise bad_request(
            Rule.ATTACHMENT, "Content-Transfer-Encoding", "The content of an attachment is sent as binary."
        )
    sha2 = part.headers.get("x-experience-api-hash", "").lower()
    algorithm = _ALGORITHMS.get(len(sha2))
    if algorithm is None:
        raise bad_request(
            Rule.ATTACHMENT, "X-Experience-API-Hash", "A content has the hash by which a statement names it."
        )
    if hashlib.new(algorithm, part.body).hexdigest() != sha2:
        raise bad_request(
            Rule.ATTACHMENT, "X-Experience-API-Hash", f"The content is not the one with hash {sha2[:16]}."
        )
    return sha2, part


def check(batch: Sequence[ParsedStatement], contents: Contents) -> None:
    """Raise XapiError 400 where an attachment has no content here and no address, or a signature is wrong (Data 2.4.11, 2.6).

    That a content is here already helps nobody: who knows a hash alone may not have seen what it is the hash of.
    """
    for place, incoming in enumerate(batch):
        path = f"$[{place}].attachments" if len(batch) > 1 else "$.attachments"
        for attachment in attachments_of(incoming.statement):
            _check_one(attachment, path)
            sha2 = attachment.sha2.lower()
            signed = attachment.usage_type == SIGNATURE
            if sha2 not in contents and (signed or attachment.file_url is UNSET):
                raise bad_request(Rule.ATTACHMENT, path, f"The content with hash {sha2[:16]!r} did not arrive.")
            if signed:
                signatures.verify(incoming.body, attachment, contents[sha2])


def _check_one(attachment: Attachment, path: str) -> None:
    """Refuse what comes back as a header and is none, and a hash that no column holds."""
    if not attachment.content_type.isprintable():
        raise bad_request(Rule.ATTACHMENT, f"{path}.contentType", "A contentType is one line of printable characters.")
    if len(attachment.sha2.lower()) > limits.SHA2:
        raise bad_request(Rule.LENGTH, f"{path}.sha2", f"A sha2 has at most {limits.SHA2} characters.")


def keep_contents(raw: RawConnection, store: int, entries: Iterable[Entry], contents: Contents) -> None:
    """Keep the contents that arrived, and which statement names which of them."""
    types: dict[str, str] = {}
    uses = []
    for entry in entries:
        for attachment in attachments_of(entry.statement):
            sha2 = attachment.sha2.lower()
            types[sha2] = attachment.content_type
            if sha2 in contents:
                uses.append((store, sha2, entry.seq))
    raw.many(KEEP, [(store, sha2, types[sha2], part.body) for sha2, part in sorted(contents.items()) if sha2 in types])
    raw.many(USE, sorted(set(uses)))


def load(raw: RawConnection, store: int, hashes: Sequence[str]) -> list[Part]:
    """Return contents as parts of an answer."""
    parts = []
    for some in in_parts(hashes):
        sql = f"SELECT sha2, content_type, body FROM lrs_attachment WHERE store_id = ? AND sha2 IN ({marks(some)})"  # noqa: S608
        parts += [_part(*row) for row in raw.rows(sql, store, *some)]
    return parts


def _part(sha2: str, content_type: str, body: bytes) -> Part:
    # Older versions kept a contentType of several lines; each would be a header of its own.
    kind = "".join(each for each in content_type if each.isprintable())
    headers = {"Content-Type": kind, "Content-Transfer-Encoding": "binary", "X-Experience-API-Hash": sha2}
    return Part(headers, bytes(body))


def sizes_of(raw: RawConnection, store: int, found: Sequence[StoredRow]) -> list[tuple[int, str, int]]:
    """Return `seq`, hash and bytes of the contents that kept statements brought along."""
    seqs = [one.seq for one in found if one.has(StatementFlag.ATTACHMENTS)]
    rows: list[tuple[int, str, int]] = []
    for some in in_parts(seqs):
        sql = f"{_SIZES} WHERE u.store_id = ? AND u.seq IN ({marks(some)})"
        rows += [(row[0], row[1], row[2]) for row in raw.rows(sql, store, *some)]
    return rows


def hashes_of(raw: RawConnection, store: int, found: Sequence[StoredRow]) -> list[str]:
    """Return the hashes of the contents that kept statements brought along, each once."""
    return sorted({sha2 for _, sha2, _ in sizes_of(raw, store, found)})


def of_kept(raw: RawConnection, store: int, found: Sequence[StoredRow]) -> list[Part]:
    """Return the contents that kept statements brought along, each once."""
    return load(raw, store, hashes_of(raw, store, found))


def checked(sha2: str, content: bytes) -> Part:
    """Return a content as a part; it must have the hash by which it is named."""
    part = Part({"content-transfer-encoding": "binary", "x-experience-api-hash": sha2}, content)
    return _content(part)[1]
