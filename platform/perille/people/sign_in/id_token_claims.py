"""Whom an ID token names, and whether it is for this sign-in (OpenID Connect Core 1.0, 3.1.3.7); its signature is checked before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from perille.core.errors import PerilleError
from perille.core.letters import collapse_whitespace
from perille.lrs.oidc.tokens import Token

#: Seconds by which clocks may differ.
LEEWAY = 120


class SignInFailure(StrEnum):
    """Why a sign-in came to nothing, as a page says it."""

    #: It cannot be reached, or takes too long.
    AWAY = "away"
    #: It answers, and not as the specification says.
    WRONG = "wrong"
    #: Its clock and ours differ too much.
    CLOCK = "clock"
    #: It, or the person there, said no.
    REFUSED = "refused"


class ProviderError(PerilleError):
    """The provider of an organisation could not sign somebody in. *seconds*: how far its clock is ahead of ours."""

    status = 502

    def __init__(self, trouble: SignInFailure, detail: str = "", *, seconds: int = 0) -> None:
        super().__init__(detail)
        self.trouble = trouble
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class ProviderIdentity:
    """Who somebody is at a provider."""

    subject: str
    name: str
    #: The address that the provider says it has checked, "" for none. It says nothing of accounts: it is compared with that of an
    #: invitation which the person holds, and with nothing else.
    checked_address: str = ""


def identity_of(token: Token, *, issuer: str, client_id: str, nonce: str, now: float) -> ProviderIdentity:
    """Return whom a token names; raise ProviderError where it is not for this sign-in, or for another time."""
    raw = token.raw
    if token.claims.iss != issuer or raw.get("nonce") != nonce:
        raise ProviderError(SignInFailure.WRONG, "the ID token is not for this sign-in")
    _check_audience(token.claims.aud, raw, client_id)
    _check_times(raw.get("iat"), token.claims.exp, now)
    return ProviderIdentity(_subject(raw.get("sub")), _name(raw.get("name")), _checked_address(raw))


def _checked_address(claims: Mapping[str, object]) -> str:
    # A text "true" is no yes (OpenID Connect Core 5.1: a JSON boolean).
    address = claims.get("email") if claims.get("email_verified") is True else ""
    return address if isinstance(address, str) and len(address) <= 254 else ""


def _check_audience(aud: str | list[str], raw: Mapping[str, object], client_id: str) -> None:
    """Check that a token was made for us: among others only where it says that we are who asked for it."""
    audience = aud if isinstance(aud, list) else [aud]
    if client_id not in audience:
        raise ProviderError(SignInFailure.WRONG, "the ID token is not for this sign-in")
    if (len(audience) > 1 or "azp" in raw) and raw.get("azp") != client_id:
        raise ProviderError(SignInFailure.WRONG, "the ID token is for another client")


def _check_times(issued: object, expires: float, now: float) -> None:
    # Far above any date, so that no number overflows when it is compared or shown.
    if not isinstance(issued, int | float) or not 0 <= issued < 1e11 or not 0 <= expires < 1e11:
        raise ProviderError(SignInFailure.WRONG, "the ID token has no time")
    if issued - LEEWAY > now or expires + LEEWAY <= now:
        raise ProviderError(SignInFailure.CLOCK, seconds=round(issued - now))


def _subject(claimed: object) -> str:
    """Return who it is to the provider (at most 255 characters, OpenID Connect Core 2)."""
    if not isinstance(claimed, str) or not 0 < len(claimed) <= 255 or not claimed.isprintable():
        raise ProviderError(SignInFailure.WRONG, "the ID token names nobody")
    return claimed


def _name(claimed: object) -> str:
    """Return a name in the length of an account's; "" for none."""
    words = collapse_whitespace(claimed) if isinstance(claimed, str) else ""
    return words[:120] if words.isprintable() else ""
