"""Clients with a token of an OpenID provider: let in for what both sides allow, and everything else refused by its name."""

from __future__ import annotations

import base64
import gzip
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from joserfc.jwk import ECKey, RSAKey
from werkzeug.test import TestResponse

from lrs.conftest import Store
from lrs.provider import AUDIENCE, Provider, SharedSecret, coded, running
from lrs.samples import VOIDED, ref, statement
from perille.core.database import run_in_transaction
from perille.core.errors import BadRequest
from perille.core.extensions import db
from perille.lrs import services
from perille.lrs.clients import Scope
from perille.lrs.commands import lrs as command
from perille.lrs.oidc import issuers, keysets
from perille.lrs.oidc.keysets import checked_url, fetch_keys, read_keys
from perille.lrs.xapi.launch_binding import LAUNCH_HOME


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A provider of tokens."""
    with running() as found:
        yield found


@pytest.fixture
def accept(lrs_app: Flask, provider: Provider) -> Callable[..., Any]:
    """Let the store accept the provider's tokens."""

    def make(**changes: Any) -> Any:
        wished = {
            "name": "Realm",
            "issuer": provider.issuer,
            "audience": AUDIENCE,
            "scopes": [Scope.ALL],
            "jwks_url": provider.url,
            "loopback": True,
            **changes,
        }

        def work() -> Any:
            return issuers.add_issuer(db.session(), services.default_store(db.session()), **wished)

        with lrs_app.app_context():
            return run_in_transaction(db.session, work, write=True)

    return make


@pytest.fixture
def send(lrs_app: Flask) -> Callable[..., TestResponse]:
    """Send a request with a token: a GET of the statements, or a POST of a body."""

    def ask(token: str, body: Any = None) -> TestResponse:
        headers = {"Authorization": f"Bearer {token}", "X-Experience-API-Version": "2.0.0"}
        if body is None:
            return lrs_app.test_client().get("/xapi/statements", headers=headers)
        headers["Content-Type"] = "application/json"
        return lrs_app.test_client().post("/xapi/statements", data=json.dumps(body), headers=headers)

    return ask


def refused(answer: TestResponse) -> str:
    """Return the reason of a 401, which the header says too."""
    assert answer.status_code == 401, answer.get_data()
    challenge = answer.headers["WWW-Authenticate"]
    assert challenge.startswith('Bearer realm="xAPI", error="invalid_token"')
    reason: str = answer.json["reason"]
    assert reason in challenge
    assert answer.json["clause"] == "xAPI 1.0.3 Communication 4.0"
    return reason


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
@pytest.mark.parametrize("pasted", [False, True])
def test_a_token_stores_under_its_issuer_and_client(
    provider: Provider, accept: Callable[..., Any], send: Callable[..., TestResponse], algorithm: str, pasted: bool
) -> None:
    accept(**({"jwks_url": "", "jwks": provider.key_set()} if pasted else {}))
    token = provider.token(algorithm)
    assert send(token, statement()).status_code == 200
    (stored,) = send(token).json["statements"]
    account = {"homePage": provider.issuer, "name": "reporter"}
    assert stored["authority"] == {"objectType": "Agent", "name": "reporter", "account": account}
    assert provider.asked == (0 if pasted else 1)


def test_the_client_may_be_named_by_azp(
    provider: Provider, accept: Callable[..., Any], send: Callable[..., TestResponse]
) -> None:
    accept()
    assert send(provider.token(client_id=None, azp="other"), statement()).status_code == 200
    (stored,) = send(provider.token()).json["statements"]
    assert stored["authority"]["account"]["name"] == "other"


def test_each_wrong_token_is_refused_by_its_reason(
    provider: Provider, accept: Callable[..., Any], send: Callable[..., TestResponse]
) -> None:
    accept()
    now = int(time.time())
    right = provider.token()
    head, body, signature = right.split(".")
    stranger = RSAKey.generate_key(2048, {"kid": "rsa"})
    public = provider.keys["RS256"].as_pem(private=False)
    deep = coded(b'{"x":' * 900)
    changed = coded(json.dumps(provider.claims(client_id="admin")).encode())
    wrong = {
        provider.token(exp=now - 61): "token_expired",
        provider.token(exp=None): "claim_malformed",
        provider.token(exp="soon"): "claim_malformed",
        provider.token(exp=10**400): "claim_malformed",
        provider.token(exp=True): "claim_malformed",
        provider.token(nbf=now + 120): "token_not_yet_valid",
        provider.token(iat=now + 120): "token_not_yet_valid",
        provider.token(aud="https://other.example"): "audience_wrong",
        provider.token(aud=["a", "b"]): "audience_wrong",
        provider.token(aud=None): "claim_malformed",
        provider.token(aud={"a": AUDIENCE}): "claim_malformed",
        provider.token(iss="https://other.example"): "issuer_unknown",
        provider.token(iss=f"{provider.issuer}/"): "issuer_unknown",
        provider.token(iss="a\0b"): "issuer_unknown",
        provider.token(client_id=None): "client_missing",
        provider.token(client_id=""): "client_missing",
        provider.token(client_id="a\nb"): "client_missing",
        provider.token(client_id="x" * 201): "client_missing",
        provider.token(key=stranger): "signature_wrong",
        f"{head}.{changed}.{signature}": "signature_wrong",
        f"{head}.{body}.": "signature_wrong",
        f"{head}.{body}.{signature[:-6]}": "signature_wrong",
        # Nobody chooses how their own token is verified.
        provider.token("none"): "algorithm_not_allowed",
        provider.token("none", header={"alg": "None"}): "algorithm_not_allowed",
        provider.token("HS256", key=SharedSecret(public)): "algorithm_not_allowed",
        provider.token("RS256", header={"alg": "HS256"}): "algorithm_not_allowed",
        provider.token("RS256", header={"alg": "ES256"}): "key_unknown",
        provider.token("ES256", header={"kid": "rsa"}): "key_unknown",
        provider.token("RS256", header={"kid": "none"}): "key_unknown",
        provider.token("RS256", header={"kid": None}): "key_unknown",
        provider.token(key=stranger, header={"jwk": stranger.as_dict(private=False)}): "signature_wrong",
        provider.token(key=stranger, header={"jku": "https://evil.example/keys"}): "signature_wrong",
        provider.token(header={"crit": ["b64"], "b64": False}): "token_malformed",
        provider.token(header={"typ": "dpop+jwt"}): "token_malformed",
        provider.token(filler="x" * 6000): "token_too_large",
        provider.token(filler="x" * 9000): "token_too_large",
        "a.b.c": "token_malformed",
        "..": "token_malformed",
        f"{head}.{body}.{signature}=": "token_malformed",
        f"{head}.{coded(b'[' * 4000)}.{signature}": "claim_malformed",
        f"{head}.{deep}.{signature}": "token_malformed",
        f"{head}.{coded(b'[]')}.{signature}": "claim_malformed",
        f"{head}.{coded(bytes([255]))}.{signature}": "token_malformed",
        f"é.{body}.{signature}".encode().decode("latin-1"): "token_malformed",
    }
    assert {token: refused(send(token)) for token in wrong} == wrong
    assert send(right).status_code == 200


def test_a_skew_of_a_minute_is_borne(
    provider: Provider, accept: Callable[..., Any], send: Callable[..., TestResponse]
) -> None:
    accept()
    now = int(time.time())
    assert send(provider.token(exp=now - 40, iat=now - 400)).status_code == 200
    assert send(provider.token(nbf=now + 40, iat=now + 40)).status_code == 200


def test_an_algorithm_that_was_not_allowed_is_refused(
    provider: Provider, accept: Callable[..., Any], send: Callable[..., TestResponse]
) -> None:
    accept(algorithms=["ES256"])
    assert refused(send(provider.token("RS256"))) == "algorithm_not_allowed"
    assert provider.asked == 0
    assert send(provider.token("ES256")).status_code == 200


@pytest.mark.parametrize(
    ("allowed", "claims", "read", "write"),
    [
        (["all"], {"scope": "all"}, 200, 200),
        (["all"], {"scope": "statements/read openid profile2"}, 200, 403),
        (["statements/read"], {"scope": "all"}, 200, 403),
        (["all/read"], {"scope": "all"}, 200, 403),
        (["statements/write"], {"scope": "statements/write"}, 403, 200),
        (["all"], {"scope": ["statements/write"]}, 403, 200),
        (["all"], {"scope": None}, 403, 403),
        (["all"], {"scope": {"all": True}}, 403, 403),
    ],
)
def test_what_both_the_token_and_the_administrator_allow_is_allowed(
    provider: Provider,
    accept: Callable[..., Any],
    send: Callable[..., TestResponse],
    allowed: list[str],
    claims: dict[str, Any],
    read: int,
    write: int,
) -> None:
    accept(scopes=allowed)
    token = provider.token(**claims)
    assert (send(token).status_code, send(token, statement()).status_code) == (read, write)


def test_words_of_a_claim_are_mapped_to_scopes(
    provider: Provider, accept: Callable[..., Any], send: Callable[..., TestResponse]
) -> None:
    accept(claim="realm_access.roles", scope_map={"lrs-writer": ["statements/write"]})
    writer = provider.token(scope="all", realm_access={"roles": ["lrs-writer", "all"]})
    assert (send(writer, statement()).status_code, send(writer).status_code) == (200, 403)
    assert send(provider.token(scope="all", realm_access={"roles": ["all"]}), statement()).status_code == 403


def test_voiding_needs_the_scope_on_both_sides(
    provider: Provider, accept: Callable[..., Any], send: Callable[..., TestResponse], make_store: Callable[..., Store]
) -> None:
    accept(scopes=["all", "void"])
    sent = statement()
    assert make_store().post(sent).status_code == 200
    void = statement(verb=VOIDED, object=ref(sent["id"]))
    assert send(provider.token(), void).status_code == 403
    assert send(provider.token(scope="all void"), void).status_code == 200


def test_keys_are_kept_and_a_new_kid_is_looked_for_once_a_minute(
    provider: Provider, accept: Callable[..., Any], send: Callable[..., TestResponse], monkeypatch: pytest.MonkeyPatch
) -> None:
    accept()
    assert [send(provider.token()).status_code for _ in range(5)] == [200] * 5
    assert provider.asked == 1
    provider.keys["RS256"] = RSAKey.generate_key(2048, {"kid": "new"})
    assert [refused(send(provider.token())) for _ in range(5)] == ["key_unknown"] * 5
    assert provider.asked == 1
    monkeypatch.setattr(keysets, "PAUSE", 0.0)
    assert send(provider.token()).status_code == 200
    assert provider.asked == 2


def test_keys_that_are_known_serve_while_the_provider_is_away(
    provider: Provider, accept: Callable[..., Any], send: Callable[..., TestResponse], monkeypatch: pytest.MonkeyPatch
) -> None:
    accept()
    assert send(provider.token()).status_code == 200
    monkeypatch.setattr(keysets, "PAUSE", 0.0)
    monkeypatch.setattr(keysets, "FRESH", 0.0)
    provider.status = 500
    assert send(provider.token()).status_code == 200
    monkeypatch.setattr(keysets, "STALE", 0.0)
    assert send(provider.token()).status_code == 503


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"status": 302, "headers": {"Location": "/keys?again"}},
        {"answer": b"no json"},
        {"answer": b'{"keys": [{"kty": ["RSA"]}, {"kty": {}}]}'},
        {"answer": b'{"keys": [' + b'{"kty":"oct"},' * 9000 + b'{"kty":"oct"}]}'},
        {"answer": b"[" * 60_000},
    ],
)
def test_a_provider_that_gives_no_keys_is_503_and_is_not_asked_by_every_request(
    provider: Provider, accept: Callable[..., Any], send: Callable[..., TestResponse], fault: dict[str, Any]
) -> None:
    accept()
    for name, value in fault.items():
        setattr(provider, name, value)
    for _ in range(3):
        answer = send(provider.token())
        assert (answer.status_code, answer.json["reason"]) == (503, "keys_unreachable")
        assert answer.headers["Retry-After"] == "30"
    assert provider.asked == 1


def test_a_provider_that_cannot_be_reached_is_503(
    accept: Callable[..., Any], send: Callable[..., TestResponse]
) -> None:
    with running() as gone:
        token = gone.token()
    accept(issuer=gone.issuer, jwks_url=gone.url, name="Gone")
    assert send(token).status_code == 503


def test_an_issuer_that_is_removed_is_accepted_no_more(
    provider: Provider, accept: Callable[..., Any], send: Callable[..., TestResponse], lrs_app: Flask
) -> None:
    made, token = accept(), provider.token()
    assert send(token).status_code == 200

    def remove() -> None:
        issuers.remove_issuer(db.session(), services.default_store(db.session()), made.id)

    with lrs_app.app_context():
        run_in_transaction(db.session, remove, write=True)
    assert refused(send(token)) == "issuer_unknown"


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": LAUNCH_HOME},
        {"issuer": "http://login.example/realm"},
        {"issuer": "urn:x"},
        {"jwks_url": "http://login.example/keys"},
        {"jwks_url": "file:///etc/passwd"},
        {"jwks_url": "https://user@login.example/keys"},
        {"jwks_url": ""},
        {"jwks": b'{"keys": []}'},
        {"jwks_url": "", "jwks": b'{"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}'},
        {"jwks_url": "", "jwks": b"[]"},
        {"scopes": []},
        {"algorithms": ["HS256"]},
        {"algorithms": ["none"]},
        {"algorithms": []},
        {"audience": ""},
        {"scope_map": {"a": ["everything"]}},
    ],
)
def test_an_issuer_that_could_harm_is_not_taken(accept: Callable[..., Any], wrong: dict[str, Any]) -> None:
    with pytest.raises(BadRequest):
        accept(**wrong)


def test_an_issuer_stands_once(accept: Callable[..., Any]) -> None:
    accept()
    with pytest.raises(BadRequest):
        accept(name="Again")


def test_small_and_foreign_keys_are_left_out_and_secret_ones_refused() -> None:
    small = {"kty": "RSA", "n": coded(b"\xc1" * 128), "e": "AQAB"}
    other = ECKey.generate_key("P-384").as_dict(private=False)
    good, for_others = ECKey.generate_key("P-256"), ECKey.generate_key("P-256").as_dict(private=False, use="enc")
    found = read_keys(json.dumps({"keys": [small, other, for_others, 5, good.as_dict(private=False)]}).encode())
    assert [each.key.as_dict(private=False)["x"] for each in found] == [good.as_dict(private=False)["x"]]
    with pytest.raises(BadRequest, match="secret"):
        read_keys(json.dumps({"keys": [good.as_dict(private=True)]}).encode(), strict=True)


def test_plain_http_is_for_tests_on_this_machine() -> None:
    assert checked_url("http://127.0.0.1:1/keys", loopback=True)
    for url, loopback in (("http://127.0.0.1:1/keys", False), ("http://127.0.0.1.evil.example/keys", True)):
        with pytest.raises(BadRequest):
            checked_url(url, loopback=loopback)


def test_what_is_fetched_is_bounded(provider: Provider) -> None:
    provider.answer = b" " * 70_000
    with pytest.raises(OSError, match="too large"):
        fetch_keys(provider.url)
    provider.answer, provider.headers = gzip.compress(b" " * 20_000_000), {"Content-Encoding": "gzip"}
    assert fetch_keys(provider.url) == provider.answer, "nobody asked for it compressed"


def test_keys_and_secrets_and_launches_go_on_as_before(
    lrs_app: Flask, accept: Callable[..., Any], make_store: Callable[..., Store]
) -> None:
    accept()
    assert make_store().get().status_code == 200
    for header in (None, "Basic x", "Bearer " + base64.b64encode(b"a:b").decode(), "Bearer x"):
        headers = {"X-Experience-API-Version": "2.0.0"} | ({"Authorization": header} if header else {})
        answer = lrs_app.test_client().get("/xapi/statements", headers=headers)
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Basic realm="xAPI"')


def test_commands_add_list_check_and_remove(lrs_app: Flask, provider: Provider, tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    keys.write_bytes(provider.key_set())
    issuer = "https://login.example/realm"

    def run(*words: str, **more: Any) -> Any:
        return CliRunner().invoke(command, ["issuer", *words], obj=lambda: lrs_app, catch_exceptions=False, **more)

    added = run(
        *("add", "Realm", "--issuer", issuer, "--audience", AUDIENCE, "--jwks", str(keys)),
        *("--scope", "statements/write", "--map", "writer = statements/write"),
    )
    assert added.exit_code == 0, added.output
    assert run("list").output == f"Realm  {issuer}  {AUDIENCE}  pasted keys  statements/write\n"
    good = run("check", "-", input=provider.token(iss=issuer, scope="writer reader"))
    assert (good.output, good.exit_code) == ("reporter  statements/write\n", 0)
    late = run("check", "-", input=provider.token(iss=issuer, exp=5))
    assert (late.output, late.exit_code) == ("token_expired: The token has expired.\n", 1)
    assert run("remove", "Realm").exit_code == 0
    assert run("list").output == ""
