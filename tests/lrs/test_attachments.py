"""Attachments and signatures: in and out as multipart/mixed, by hash, and what is refused (Data 2.4.11, 2.6, Communication 1.5.2)."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest

from lrs.attachments import CONTENT, SIGNATURE, described, multipart, send
from lrs.conftest import Store
from lrs.samples import statement


def test_content_goes_in_and_comes_out_with_its_statement(store: Store) -> None:
    sent = statement(attachments=[described(CONTENT)])
    assert send(store, multipart(sent, CONTENT)).status_code == 200
    answer = store.get(statementId=sent["id"], attachments="true")
    assert answer.headers["Content-Type"].startswith("multipart/mixed; boundary=")
    assert CONTENT in answer.get_data()
    assert hashlib.sha256(CONTENT).hexdigest().encode() in answer.get_data()
    many = store.get(attachments="true", limit="5")
    assert CONTENT in many.get_data()
    assert store.get(statementId=sent["id"]).json["attachments"] == sent["attachments"]


def test_a_file_url_stands_for_the_content(store: Store) -> None:
    assert (
        store.post(statement(attachments=[described(b"far", fileUrl="https://files.example/far")])).status_code == 200
    )


def test_wrong_attachments_are_refused_and_nothing_is_stored(store: Store) -> None:
    sent = statement(attachments=[described(CONTENT)])
    wrong = {
        "no content": multipart(sent),
        "a content nobody names": multipart(statement(), CONTENT),
        "another hash": multipart(sent, CONTENT, **{"X-Experience-API-Hash": "0" * 64}),
        "no hash": multipart(sent, CONTENT, **{"X-Experience-API-Hash": ""}),
        "no binary": multipart(sent, CONTENT, **{"Content-Transfer-Encoding": "base64"}),
        "cut off": multipart(sent, CONTENT)[:-20],
        "another boundary": multipart(sent, CONTENT, boundary="other"),
        "no parts": b"--cut--\r\n",
    }
    assert {name: send(store, body).status_code for name, body in wrong.items()} == dict.fromkeys(wrong, 400)
    assert store.post(multipart(sent, CONTENT), headers={"Content-Type": "multipart/mixed"}).status_code == 400
    assert store.found() == []


def jws(payload: Any, algorithm: str = "RS256", **header: Any) -> bytes:
    """Write a JWS whose signature is nothing: without a certificate nobody can check it."""
    parts = ({"alg": algorithm, **header}, payload)
    cut = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts]
    return b".".join((*cut, b"AAAA"))


@pytest.mark.parametrize(
    ("change", "algorithm", "content_type", "status"),
    [
        ({}, "RS256", "application/octet-stream", 200),
        ({}, "RS512", "application/octet-stream", 200),
        ({"verb": {"id": "http://example.com/other"}}, "RS256", "application/octet-stream", 400),
        ({}, "HS256", "application/octet-stream", 400),
        ({}, "none", "application/octet-stream", 400),
        ({}, "RS256", "text/plain", 400),
    ],
)
def test_a_signature_is_of_this_statement(
    store: Store, change: dict[str, Any], algorithm: str, content_type: str, status: int
) -> None:
    sent = statement(result={"duration": "PT1.239S"})
    content = jws({**sent, "result": {"duration": "PT1.23S"}, **change}, algorithm)
    sent["attachments"] = [described(content, usageType=SIGNATURE, contentType=content_type)]
    assert send(store, multipart(sent, content)).status_code == status


def test_a_certificate_that_is_none_is_refused(store: Store) -> None:
    sent = statement()
    content = jws(sent, x5c=[base64.b64encode(b"no certificate").decode()])
    sent["attachments"] = [described(content, usageType=SIGNATURE)]
    assert send(store, multipart(sent, content)).status_code == 400
