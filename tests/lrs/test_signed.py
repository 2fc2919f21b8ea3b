"""Signatures with real certificates (Data 2.6). The files in `signed/` were made with OpenSSL: keys of 2048 bits, thrown away since."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from lrs.attachments import SIGNATURE, described, multipart, send
from lrs.conftest import Store

FOLDER = Path(__file__).parent / "signed"


def post(store: Store, content: bytes, **changes: Any) -> tuple[int, str]:
    """Send the statement with a signature; return the status and what was said."""
    sent = {**json.loads((FOLDER / "statement.json").read_text("utf-8")), **changes}
    sent["attachments"] = [described(content, usageType=SIGNATURE)]
    answer = send(store, multipart(sent, content))
    return answer.status_code, answer.get_data(as_text=True)


def jws(name: str) -> bytes:
    """Return a signature as OpenSSL made it."""
    return (FOLDER / f"{name}.jws").read_bytes().strip()


@pytest.mark.parametrize("name", ["rs256", "rs384", "rs512", "chain"])
def test_a_signature_by_the_key_of_its_certificate_is_taken(store: Store, name: str) -> None:
    status, said = post(store, jws(name))
    assert status == 200, said
    (number,) = json.loads(said)
    assert jws(name) in store.get(statementId=number, attachments="true").get_data()


def test_a_certificate_of_somebody_else_does_not_fit(store: Store) -> None:
    assert post(store, jws("foreign"))[0] == 400
    assert store.found() == []


@pytest.mark.parametrize("place", [0, 100, 255])
def test_one_changed_bit_in_the_signature_is_noticed(store: Store, place: int) -> None:
    head, payload, signature = jws("rs256").split(b".")
    value = bytearray(base64.urlsafe_b64decode(signature + b"=="))
    value[place] ^= 1
    wrong = base64.urlsafe_b64encode(value).rstrip(b"=")
    status, said = post(store, b".".join((head, payload, wrong)))
    assert (status, json.loads(said)["path"]) == (400, "$.attachments")


def test_what_was_signed_cannot_be_put_under_another_algorithm(store: Store) -> None:
    _, payload, signature = jws("rs256").split(b".")
    head = jws("rs512").split(b".")[0]
    assert post(store, b".".join((head, payload, signature)))[0] == 400


def test_a_signature_does_not_cover_another_statement(store: Store) -> None:
    assert post(store, jws("rs256"), result={"score": {"scaled": 1}})[0] == 400
    assert post(store, jws("rs256"), id="7ccd3322-e1a5-411a-a67d-6a735c76f118")[0] == 400


@pytest.mark.parametrize("cut", [500, 600, 700])
def test_a_certificate_that_is_cut_off_is_refused(store: Store, cut: int) -> None:
    head, payload, signature = jws("rs256").split(b".")
    header = json.loads(base64.urlsafe_b64decode(head + b"=" * (-len(head) % 4)))
    certificate = base64.b64decode(header["x5c"][0])
    header["x5c"] = [base64.b64encode(certificate[:-cut]).decode()]
    short = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=")
    status, said = post(store, b".".join((short, payload, signature)))
    assert (status, json.loads(said)["error"]) == (400, "The certificate in x5c cannot be read.")


def with_header(**changes: object) -> bytes:
    """Return a signature whose header says something else; what was signed is no longer it."""
    head, payload, signature = jws("rs256").split(b".")
    header = {**json.loads(base64.urlsafe_b64decode(head + b"=" * (-len(head) % 4))), **changes}
    made = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=")
    return b".".join((made, payload, signature))


def test_a_certificate_of_no_known_version_is_refused_and_is_no_fault_of_ours(store: Store) -> None:
    header = json.loads(base64.urlsafe_b64decode(jws("rs256").split(b".")[0] + b"=="))
    certificate = base64.b64decode(header["x5c"][0])
    third = b"\xa0\x03\x02\x01\x02"
    assert third in certificate
    other = base64.b64encode(certificate.replace(third, third[:-1] + b"\x74", 1)).decode()
    status, said = post(store, with_header(x5c=[other]))
    assert (status, json.loads(said)["error"]) == (400, "The certificate in x5c cannot be read.")


@pytest.mark.parametrize("none", [[], False, "", {}, None])
def test_a_list_of_certificates_without_one_is_no_way_round_the_check(store: Store, none: object) -> None:
    assert post(store, with_header(x5c=none))[0] == 400
    assert store.found() == []


def test_extensions_that_must_be_understood_and_are_not_end_it(store: Store) -> None:
    """RFC 7515 4.1.11."""
    status, said = post(store, with_header(crit=["b64"], b64=False))
    assert (status, "extensions" in json.loads(said)["error"]) == (400, True)
