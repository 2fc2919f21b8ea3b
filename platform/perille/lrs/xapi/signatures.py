"""Signed statements: a JWS by RS256, RS384 or RS512 whose payload is the statement (Data 2.6, RFC 7515, RFC 8017 8.2.2)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509 import InvalidVersion, load_der_x509_certificate

from perille.core.type_aliases import JsonObject
from perille.lrs.xapi.equivalence import is_equivalent
from perille.lrs.xapi.errors import Rule, XapiError, bad_request
from perille.lrs.xapi.multipart import Part
from perille.lrs.xapi.parsing import encode, exact_value
from perille.lrs.xapi.statement import Attachment

CONTENT_TYPE = "application/octet-stream"
_HASHES: Mapping[str, type[hashes.HashAlgorithm]] = {
    "RS256": hashes.SHA256,
    "RS384": hashes.SHA384,
    "RS512": hashes.SHA512,
}
#: Bits of a key that is long enough, and of one whose work is not too much.
_LEAST_KEY, _LONGEST_KEY = 2048, 8192
_SHAPE = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


def verify(statement: bytes, attachment: Attachment, content: Part) -> None:
    """Refuse a statement whose signature is none, is by another algorithm, is of another statement, or is wrong.

    >>> from perille.lrs.xapi.multipart import Part
    >>> content = Part({}, b"no signature")
    >>> attachment = Attachment(
    ...     usage_type="http://adlnet.gov/expapi/attachments/signature",
    ...     display={"en": "Signature"},
    ...     content_type=CONTENT_TYPE,
    ...     length=12,
    ...     sha2="0" * 64,
    ... )
    >>> verify(b"{}", attachment, content)
    Traceback (most recent call last):
        ...
    perille.lrs.xapi.errors.XapiError: The signature is not a JWS in compact form.
    """
    if attachment.content_type != CONTENT_TYPE:
        raise _wrong(f"The contentType of a signature is {CONTENT_TYPE}.")
    if not _SHAPE.fullmatch(content.body.strip()):
        raise _wrong("The signature is not a JWS in compact form.")
    head, payload, signature = content.body.strip().split(b".")
    header = _json(head)
    algorithm = _HASHES.get(str(header.get("alg")))
    if algorithm is None:
        raise _wrong("The algorithm is not RS256, RS384 or RS512.")
    if "crit" in header:
        raise _wrong("The signature asks for extensions of JWS that are not known here.")
    _json(payload)
    if not is_equivalent(_without(statement, attachment.sha2), _decoded(payload), with_id=True):
        raise _wrong("What was signed is not this statement.")
    # Without a certificate there is no key to verify with: what was signed is compared, and nobody claims more (Data 2.6).
    if "x5c" in header:
        _check_rsa(header["x5c"], head + b"." + payload, _decoded(signature), algorithm)


def _wrong(message: str) -> XapiError:
    return bad_request(Rule.SIGNATURE, "$.attachments", message)


def _decoded(text: bytes) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))
    except binascii.Error:
        raise _wrong("A part of the JWS is not base64url.") from None


def _json(text: bytes) -> JsonObject:
    try:
        found = exact_value(_decoded(text))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _wrong("A part of the JWS is not JSON.") from None
    if not isinstance(found, dict):
        raise _wrong("A part of the JWS is not a JSON object.")
    return found


def _without(statement: bytes, sha2: str) -> bytes:
    """Return the statement as it was before the signature was attached."""
    found = exact_value(statement)
    rest = [attachment for attachment in found.get("attachments", ()) if attachment["sha2"] != sha2]
    if rest:
        found["attachments"] = rest
    else:
        found.pop("attachments", None)
    return encode(found)


def _check_rsa(chain: object, signed: bytes, signature: bytes, algorithm: type[hashes.HashAlgorithm]) -> None:
    """Verify with the key of the first certificate in x5c (RFC 8017 8.2.2, RFC 7515 4.1.6)."""
    try:
        key = load_der_x509_certificate(base64.b64decode(chain[0], validate=True)).public_key()  # type: ignore[index]
    except (TypeError, ValueError, IndexError, KeyError, UnsupportedAlgorithm, InvalidVersion):
        raise _wrong("The certificate in x5c cannot be read.") from None
    if not isinstance(key, rsa.RSAPublicKey) or not _LEAST_KEY <= key.key_size <= _LONGEST_KEY:
        raise _wrong("The certificate in x5c cannot be read.")
    try:
        key.verify(signature, signed, padding.PKCS1v15(), algorithm())
    except InvalidSignature:
        raise _wrong("The signature does not fit the certificate in x5c.") from None
