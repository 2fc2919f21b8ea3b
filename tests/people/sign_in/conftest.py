"""A site that is reached by https, and people who sign in there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
from sqlalchemy import select

from perille.core.extensions import db
from perille.notices.models import Notice
from perille.notices.services import content_seal
from support.authenticator import SoftAuthenticator
from support.visitor import Page, Visitor
from support.whole import Whole

SITE = "https://learn.example.org"


@pytest.fixture
def secure(make_whole: Callable[..., Whole]) -> Whole:
    """A site whose address is https."""
    return make_whole(site_url=SITE)


class Browser(Visitor):
    """A browser that reaches the site by https and has an authenticator."""

    def __init__(self, site: Whole, phone: SoftAuthenticator | None = None) -> None:
        super().__init__(site.app)
        self.phone = phone or SoftAuthenticator()

    def options(self, address: str, **headers: str) -> dict[str, Any]:
        """Ask for a challenge, as the page's script does."""
        answer = self.client.post(address, headers=headers)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        found: dict[str, Any] = answer.get_json()
        return found

    def make_passkey(self) -> Page:
        """Make a passkey in the account that is signed in."""
        address = "/en/account/sign-in/passkeys"
        asked = self.options(f"{address}/options")
        return self.post(address, {"challenge": asked["id"], "credential": self.phone.make(asked["options"])})

    def use_passkey(self) -> Page:
        """Sign in with the passkey."""
        asked = self.options("/en/sign-in/passkey/options")
        form = {"challenge": asked["id"], "credential": self.phone.use(asked["options"])}
        return self.post("/en/sign-in/passkey", form)


@pytest.fixture
def browser(secure: Whole) -> Browser:
    """Somebody with a phone that can make passkeys."""
    return Browser(secure)


def newest_mail(site: Whole) -> tuple[str, str, str]:
    """Return the address, the path of the link and the short code of the e-mail that was queued last."""

    def work() -> tuple[str, str, str]:
        notice = db.session.scalars(select(Notice).order_by(Notice.created_at.desc())).first()
        assert notice is not None
        content = msgspec.json.decode(content_seal().open(notice.content))
        path = urlsplit(content["links"]["open"]).path
        return notice.recipient, path, str(content["values"].get("code", "")).replace(" ", "")

    return site.do(work)
