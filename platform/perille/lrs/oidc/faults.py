"""Why a token is not accepted, by name (RFC 6750 3)."""

from __future__ import annotations

from enum import StrEnum

from perille.lrs.xapi.errors import Rule, XapiError


class Reason(StrEnum):
    """Why a token is not accepted; stands in `WWW-Authenticate` and in the answer's JSON."""

    TOO_LARGE = "token_too_large"
    MALFORMED = "token_malformed"
    ALGORITHM = "algorithm_not_allowed"
    ISSUER = "issuer_unknown"
    CLOSED = "organisation_closed"
    KEY = "key_unknown"
    SIGNATURE = "signature_wrong"
    EXPIRED = "token_expired"
    EARLY = "token_not_yet_valid"
    AUDIENCE = "audience_wrong"
    CLIENT = "client_missing"
    CLAIM = "claim_malformed"
    KEYS = "keys_unreachable"


_WORDS = {
    Reason.TOO_LARGE: "The token is longer than this store reads.",
    Reason.MALFORMED: "The token cannot be read: it is a signed JWT of three parts.",
    Reason.ALGORITHM: "The token is signed by an algorithm that is not allowed for its issuer.",
    Reason.ISSUER: "Nobody here has said that this issuer's tokens are accepted.",
    Reason.CLOSED: "The organisation of this record store was closed.",
    Reason.KEY: "The issuer has no key of this kid and kind.",
    Reason.SIGNATURE: "The signature is not that of the issuer's key.",
    Reason.EXPIRED: "The token has expired.",
    Reason.EARLY: "The token is not valid yet.",
    Reason.AUDIENCE: "The token is for another audience.",
    Reason.CLIENT: "The token names no client: it needs client_id or azp.",
    Reason.CLAIM: "A claim of the token has another type than RFC 7519 gives it.",
    Reason.KEYS: "The issuer's keys cannot be fetched just now. Send the same again in a moment.",
}


class BearerFault(XapiError):
    """A token that is not accepted: 401, or 503 where its issuer's keys cannot be had."""

    def __init__(self, reason: Reason) -> None:
        status = 503 if reason is Reason.KEYS else 401
        super().__init__(status, Rule.AUTHENTICATION, "Authorization", _WORDS[reason])
        self.reason = reason
        if status == 401:
            challenge = f'Bearer realm="xAPI", error="invalid_token", error_description="{reason}"'
            self.headers = {"WWW-Authenticate": challenge}
        else:
            self.headers = {"Retry-After": "30"}

    def as_dict(self) -> dict[str, str]:
        """Return the JSON a client is answered with, and the reason by its name."""
        return {**super().as_dict(), "reason": self.reason.value}
