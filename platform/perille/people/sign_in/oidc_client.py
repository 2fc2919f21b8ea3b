"""The wire side of an organisation's sign-in (OpenID Connect Core 1.0): discovery, the code exchanged with PKCE, the ID token checked.

Nothing here knows the database, so that none of it can hold a lock while a provider is slow. What a provider says is bounded in size and
time, and believed only where the specification says so; nothing is fetched at start.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec
import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from msgspec import Struct
from requests.adapters import HTTPAdapter

from perille.core.decoding import read_json
from perille.core.errors import BadRequest
from perille.core.extension_state import AppSlot
from perille.lrs.oidc.faults import BearerFault, Reason
from perille.lrs.oidc.keysets import PublicKey, checked_url, chosen, read_keys
from perille.lrs.oidc.tokens import ALGORITHMS, read_token, verify
from perille.people.sign_in.id_token_claims import ProviderError, ProviderIdentity, SignInFailure, identity_of

T = TypeVar("T")
#: Seconds for a connection or a piece of an answer, and for everything until a person is answered.
_READ, _WHOLE = 2.0, 5.0
#: Bytes of an answer; providers that are asked at a time.
_MOST, _AT_ONCE = 262_144, 4
#: Seconds that metadata and keys are used; between two looks for a new key.
FRESH, PAUSE = 3600.0, 60.0
SCOPE = "openid profile email"
_DISCOVERY = "/.well-known/openid-configuration"


class Metadata(Struct):
    """What a provider says of itself (OpenID Connect Discovery 1.0, 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


@dataclass(frozen=True, slots=True)
class Client:
    """What this site is at a provider."""

    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str
    #: Whether http to this machine will do: for tests and trials.
    loopback: bool = False


@dataclass(slots=True)
class _Provider:
    metadata: Metadata | None = None
    metadata_at: float = float("-inf")
    keys: list[PublicKey] = field(default_factory=list)
    keys_at: float = float("-inf")


class ProviderCache:
    """What providers said of themselves, and their keys; answers that were none are not kept."""

    def __init__(self) -> None:
        self._known: dict[str, _Provider] = {}
        self.turns = threading.BoundedSemaphore(_AT_ONCE)

    def of(self, issuer: str) -> _Provider:
        """Return what is known of an issuer."""
        return self._known.setdefault(issuer, _Provider())


current_providers = AppSlot[ProviderCache]("oidc_providers", ProviderCache)


class _BoundedAdapter(HTTPAdapter):
    """Reads an answer up to a size and a deadline."""

    def __init__(self, deadline: float) -> None:
        super().__init__(max_retries=0)
        self._deadline = deadline

    def send(self, request: requests.PreparedRequest, *_args: object, **options: Any) -> requests.Response:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise requests.Timeout("no time left")
        wait = min(_READ, left)
        response = super().send(request, stream=True, timeout=(wait, wait), verify=True)
        body = bytearray()
        while piece := response.raw.read1(8192, decode_content=False):
            body += piece
            if len(body) > _MOST or time.monotonic() > self._deadline:
                raise requests.Timeout("too large or too slow")
        response._content = bytes(body)  # what requests keeps the body in
        return response


def _session(client: Client, auth_method: str | None = None) -> OAuth2Session:
    session = OAuth2Session(
        client.client_id,
        client.client_secret or None,
        scope=SCOPE,
        redirect_uri=client.redirect_uri,
        token_endpoint_auth_method=auth_method,
        code_challenge_method="S256",
        default_timeout=_READ,
    )
    session.trust_env = False
    session.max_redirects = 0
    session.headers["Accept-Encoding"] = "identity"
    for scheme in ("https://", "http://"):
        session.mount(scheme, _BoundedAdapter(time.monotonic() + _WHOLE))
    return session


def _within(cache: ProviderCache, work: Callable[[], T]) -> T:
    """Run *work* in a thread of its own and wait for it; raise ProviderError where it takes too long or too many wait already."""
    if not cache.turns.acquire(timeout=1):
        raise ProviderError(SignInFailure.AWAY, "too many sign-ins wait for providers")
    results: list[T] = []
    faults: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001  (handed over to the thread that waits)
            faults.append(error)
        finally:
            cache.turns.release()

    thread = threading.Thread(target=run, name="oidc", daemon=True)
    thread.start()
    thread.join(_WHOLE)
    if faults:
        raise faults[0]
    if not results:
        raise ProviderError(SignInFailure.AWAY, "no answer in time")
    return results[0]


def _get(session: OAuth2Session, url: str) -> bytes:
    try:
        answer = session.get(url, withhold_token=True, headers={"Accept": "application/json"}, allow_redirects=False)
    except (requests.RequestException, OSError) as error:
        raise ProviderError(SignInFailure.AWAY, type(error).__name__) from error
    if answer.status_code >= 500:
        raise ProviderError(SignInFailure.AWAY, f"status {answer.status_code}")
    if answer.status_code != 200:
        raise ProviderError(SignInFailure.WRONG, f"status {answer.status_code}")
    return bytes(answer.content)


def _metadata(session: OAuth2Session, client: Client, known: _Provider) -> Metadata:
    if known.metadata is not None and time.monotonic() - known.metadata_at < FRESH:
        return known.metadata
    body = _get(session, client.issuer.rstrip("/") + _DISCOVERY)
    try:
        found = read_json(body, Metadata)
        for url in (found.authorization_endpoint, found.token_endpoint, found.jwks_uri):
            checked_url(url, loopback=client.loopback)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, BadRequest) as error:
        raise ProviderError(SignInFailure.WRONG, "its description of itself cannot be used") from error
    if found.issuer.rstrip("/") != client.issuer.rstrip("/"):
        raise ProviderError(SignInFailure.WRONG, "it says that it is another issuer")
    known.metadata, known.metadata_at = found, time.monotonic()
    return found


def authorization_address(
    cache: ProviderCache, client: Client, *, state: str, nonce: str, verifier: str, anew: bool = False
) -> str:
    """Return where a browser goes to sign in at a provider; raise ProviderError.

    *anew*: the provider asks who it is also where somebody is signed in there (OpenID Connect Core 3.1.2.1, `prompt`).
    """
    asked = {"prompt": "login"} if anew else {}

    def work() -> str:
        session = _session(client)
        metadata = _metadata(session, client, cache.of(client.issuer))
        address: str = session.create_authorization_url(
            metadata.authorization_endpoint, state=state, nonce=nonce, code_verifier=verifier, **asked
        )[0]
        return address

    return _within(cache, work)


def exchange_code(
    cache: ProviderCache, client: Client, *, code: str, issuer: str, nonce: str, verifier: str, now: float
) -> ProviderIdentity:
    """Exchange a code for who somebody is; raise ProviderError. *issuer*: what came back beside the code (RFC 9207), "" for nothing."""

    def work() -> ProviderIdentity:
        known = cache.of(client.issuer)
        metadata = _metadata(_session(client), client, known)
        if issuer and issuer != metadata.issuer:
            raise ProviderError(SignInFailure.WRONG, "another issuer answered")
        session = _session(client, _auth_method(client, metadata))
        token = _id_token(session, metadata, code, verifier)
        return _person(session, client, metadata, known, token, nonce, now)

    return _within(cache, work)


def _auth_method(client: Client, metadata: Metadata) -> str:
    if not client.client_secret:
        return "none"
    supported = metadata.token_endpoint_auth_methods_supported
    basic = "client_secret_basic"
    return basic if basic in supported or "client_secret_post" not in supported else "client_secret_post"


def _id_token(session: OAuth2Session, metadata: Metadata, code: str, verifier: str) -> str:
    try:
        answer = session.fetch_token(
            metadata.token_endpoint, code=code, code_verifier=verifier, grant_type="authorization_code"
        )
    except AuthlibBaseError as error:
        raise ProviderError(SignInFailure.REFUSED, str(error.error)[:200]) from error
    except requests.JSONDecodeError as error:
        raise ProviderError(SignInFailure.WRONG, "its answer is no JSON") from error
    except (requests.RequestException, OSError) as error:
        raise ProviderError(SignInFailure.AWAY, type(error).__name__) from error
    found = answer.get("id_token") if isinstance(answer, dict) else None
    if not isinstance(found, str):
        raise ProviderError(SignInFailure.WRONG, "no ID token")
    return found


def _person(
    session: OAuth2Session, client: Client, metadata: Metadata, known: _Provider, text: str, nonce: str, now: float
) -> ProviderIdentity:
    """Check an ID token (OpenID Connect Core 3.1.3.7) and return whom it names."""
    try:
        token = read_token(text)
        _check_signature(session, metadata, known, text)
    except (BearerFault, ValueError) as error:
        raise ProviderError(SignInFailure.WRONG, "the ID token is not signed as it must be") from error
    return identity_of(token, issuer=metadata.issuer, client_id=client.client_id, nonce=nonce, now=now)


def _check_signature(session: OAuth2Session, metadata: Metadata, known: _Provider, text: str) -> None:
    """Check a signature, with keys fetched anew where none fits: a provider may have changed them, even under the same id."""
    token = read_token(text)
    age = time.monotonic() - known.keys_at
    if age < FRESH:
        try:
            verify(token, chosen(known.keys, token.kid), ALGORITHMS)
        except BearerFault as fault:
            if age < PAUSE or fault.reason not in (Reason.KEY, Reason.SIGNATURE):
                raise
        else:
            return
    try:
        known.keys = read_keys(_get(session, metadata.jwks_uri))
    except BadRequest as error:
        raise ProviderError(SignInFailure.WRONG, "its keys cannot be used") from error
    known.keys_at = time.monotonic()
    verify(token, chosen(known.keys, token.kid), ALGORITHMS)
