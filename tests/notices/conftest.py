"""A site whose e-mails go to a real mail server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from perille.core.database import utcnow
from perille.core.extensions import db
from perille.notices import outbox, sending, services
from perille.notices.models import Notice
from perille.people.models import Role
from perille.people.services import invite
from support.mail import MailTestServer, running_mail_server
from support.people import verify
from support.visitor import Visitor
from support.whole import Whole


class Clock:
    """The time by which the outbox goes."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        """Return the moment."""
        return utcnow() + self.ahead


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that a test moves on: the outbox and the job look at it."""
    made = Clock()
    monkeypatch.setattr(sending, "utcnow", made)
    return made


@pytest.fixture
def mail() -> Iterator[MailTestServer]:
    """A mail server."""
    with running_mail_server() as server:
        yield server


@pytest.fixture
def site(make_whole: Callable[..., Whole], mail: MailTestServer) -> Whole:
    """A site that sends through the mail server."""
    return make_whole(
        mail_server=f"smtp+plain://127.0.0.1:{mail.port}",
        mail_from="learn@example.org",
        site_url="https://learn.example.org",
        issuer="Office of Aino",
    )


class Post:
    """Puts e-mails into a site's outbox, sends what waits, and looks at the rows."""

    def __init__(self, site: Whole) -> None:
        self.site = site

    def queue(self, kind: str = "sign-in-link", to: Any = "aino@example.org", **more: Any) -> bool:
        """Queue an e-mail in a transaction of its own; tell whether there is one to send."""
        more = {"locale": "en", "links": {"open": "https://learn.example.org/en/sign-in/abc"}} | more
        return self.site.do(lambda: services.queue(db.session, kind=kind, to=to, **more) is not None, write=True)

    def send(self) -> int:
        """Run the job once."""
        with self.site.app.app_context():
            try:
                return sending.send_waiting(db.session())
            finally:
                db.session.remove()

    def rows(self) -> list[Notice]:
        """Return the outbox, the oldest first."""
        return self.site.scalars(select(Notice).order_by(Notice.created_at, Notice.id))

    @property
    def row(self) -> Notice:
        """The only e-mail."""
        (row,) = self.rows()
        return row

    def claim(self) -> None:
        """Take a message and do nothing more, as a process that is killed then."""
        self.site.do(lambda: outbox.claim(db.session(), utcnow()), write=True)


@pytest.fixture
def post(site: Whole) -> Post:
    """The outbox of the site."""
    return Post(site)


@pytest.fixture
def administrator(whole: Whole, visitor: Visitor) -> Visitor:
    """Somebody who is signed in as an administrator of a site without a mail server."""
    token = whole.do(lambda: invite(db.session, "eva@example.org", Role.ADMINISTRATOR), write=True)
    visitor.post(f"/en/sign-in/{token}")
    verify(whole)
    return visitor
