"""Signed statements: a JWS by RS256, RS384 or RS512 whose payload is the statement (Data 2.6, RFC 7515, RFC 8017 8.2.2)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re

import msgspec

from perille.core.values import JsonObject
from perille.lrs.xapi.equivalence import is_equivalent
from perille.lrs.xapi.errors import Rule, XapiError, bad_request
from perille.lrs.xapi.multipart import Part
from perille.lrs.xapi.parsing import encode, exact_value
from perille.lrs.xapi.statement import Attachment

CONTENT_TYPE = "application/octet-stream"
_HASHES = {"RS256": "sha256", "RS384": "sha384", "RS512": "sha512"}
#: DER of DigestInfo up to the digest (RFC 8017 9.2).
_DIGEST_INFO = {
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha384": bytes.fromhex("3041300d060960864801650304020205000430"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}
#: DER of the object identifier rsaEncryption, 1.2.840.113549.1.1.1.
_RSA = bytes.fromhex("06092a864886f70d010101")
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
    _json(payload)
    if not is_equivalent(_without(statement, attachment.sha2), _decoded(payload), with_id=True):
        raise _wrong("What was signed is not this statement.")
    if header.get("x5c"):
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


def _check_rsa(chain: object, signed: bytes, signature: bytes, algorithm: str) -> None:
    """Verify with the key of the first certificate in x5c (RFC 8017 8.2.2, RFC 7515 4.1.6)."""
    try:
        certificate = base64.b64decode(chain[0], validate=True)  # type: ignore[index]
        modulus, exponent = _rsa_key(certificate)
    except (TypeError, ValueError, IndexError, KeyError):
        raise _wrong("The certificate in x5c cannot be read.") from None
    size = (modulus.bit_length() + 7) // 8
    digest = _DIGEST_INFO[algorithm] + hashlib.new(algorithm, signed).digest()
    expected = b"\x00\x01" + b"\xff" * (size - len(digest) - 3) + b"\x00" + digest
    found = pow(int.from_bytes(signature, "big"), exponent, modulus).to_bytes(size, "big")
    if len(signature) != size or not hmac.compare_digest(found, expected):
        raise _wrong("The signature does not fit the certificate in x5c.")


def _rsa_key(certificate: bytes) -> tuple[int, int]:
    """Find the RSA key in a certificate: the BIT STRING after rsaEncryption holds SEQUENCE { modulus, exponent } (RFC 5280 4.1)."""
    place = certificate.index(_RSA) + len(_RSA)
    if certificate[place : place + 2] == b"\x05\x00":  # NULL parameters
        place += 2
    if certificate[place] != 0x03:
        raise ValueError("no BIT STRING")
    start, _ = _content(certificate, place)
    start, _ = _content(certificate, start + 1)  # after the count of unused bits: the SEQUENCE
    low, high = _content(certificate, start)
    low2, high2 = _content(certificate, high)
    modulus, exponent = certificate[low:high], certificate[low2:high2]
    if not 256 <= len(modulus) <= 1025 or len(exponent) > 8:
        raise ValueError("the key is too short or too long")
    return int.from_bytes(modulus, "big"), int.from_bytes(exponent, "big")


def _content(data: bytes, place: int) -> tuple[int, int]:
    """Return where the content of the DER value at *place* begins and ends."""
    length, start = data[place + 1], place + 2
    if length & 0x80:
        count = length & 0x7F
        length, start = int.from_bytes(data[start : start + count], "big"), start + count
    if start + length > len(data):
        raise ValueError("cut off")
    return start, start + length
