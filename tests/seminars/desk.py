"""An office that gives a seminar, and people who sign up."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import select

from perille.core.extensions import db
from perille.notices.models import Notice
from perille.notices.services import Content, content_seal
from perille.people.models import Account, Role
from perille.seminars.details import SeminarWish
from perille.seminars.feature import move_queues
from perille.seminars.models import Seminar, SeminarEntry
from perille.seminars.services import make_seminar
from support.people import OFFICE, place_of, sign_in_as
from support.visitor import Visitor
from support.whole import Whole


@dataclass(frozen=True)
class Desk:
    """A seminar, and the trainer who gives it."""

    whole: Whole
    trainer: Visitor
    organisation: UUID
    seminar: UUID

    @property
    def page(self) -> str:
        """Address of the page on which people sign up."""
        return f"/en/seminars/{self.seminar}"

    @property
    def staff(self) -> str:
        """Address of the trainer's page."""
        return f"/en/organisations/{self.organisation}/seminars/{self.seminar}"

    def ask(self, email: str, name: str = "Aino") -> Visitor:
        """Let somebody without an account ask for a place."""
        visitor = self.whole.visitor()
        visitor.post(self.page, {"email": email, "name": name})
        return visitor

    def link(self, email: str) -> str:
        """Return the address in the last e-mail to somebody."""
        return "/" + self.mails(email)[-1][1].links["open"].split("/", 3)[3]

    def sign_up(self, email: str, name: str = "Aino") -> tuple[Visitor, str]:
        """Let somebody ask, and press the button behind the link in the e-mail; return them and the address of their sign-up."""
        visitor = self.ask(email, name)
        address = self.link(email)
        visitor.post(address, {"do": "confirm"})
        return visitor, address

    def mails(self, email: str) -> list[tuple[str, Content]]:
        """Return kind and content of the e-mails that wait for an address, the oldest first."""

        def work() -> list[tuple[str, Content]]:
            query = select(Notice).where(Notice.recipient == email).order_by(Notice.id)
            return [
                (each.kind, msgspec.json.decode(content_seal().open(each.content), type=Content))
                for each in db.session.scalars(query)
            ]

        return self.whole.do(work)

    def states(self) -> dict[str, str]:
        """Return address -> state of every sign-up."""
        return {each.email: each.state for each in self.whole.scalars(select(SeminarEntry).order_by(SeminarEntry.id))}

    def change(self, **values: object) -> None:
        """Change the seminar's row."""

        def work() -> None:
            row = db.session.get(Seminar, self.seminar)
            assert row is not None
            for name, value in values.items():
                setattr(row, name, value)

        self.whole.do(work, write=True)

    def run_queues(self) -> None:
        """Run the job that offers places."""
        with self.whole.app.app_context():
            try:
                move_queues(db.session)
            finally:
                db.session.remove()


def soon(hours: float) -> datetime:
    """Return a moment from now, to the second."""
    return (datetime.now(UTC) + timedelta(hours=hours)).replace(microsecond=0)


def make_desk(whole: Whole, places: int = 2, email: str = "eva@example.org", place: str = OFFICE) -> Desk:
    """Make an office with a trainer and a seminar in three days."""
    trainer = sign_in_as(whole, Role.TRAINER, email, place=place)

    def work() -> tuple[UUID, UUID]:
        account = db.session.scalars(select(Account).where(Account.email == email)).one()
        organisation = place_of(Role.TRAINER, place)
        assert organisation is not None
        wish = SeminarWish(
            title="Interpreting well",
            about="",
            language="en",
            place="Room 1",
            link="https://meet.example/secret",
            starts_at=soon(72),
            ends_at=soon(75),
            deadline_at=soon(48),
            places=places,
        )
        return organisation, make_seminar(db.session, organisation, account.id, wish).id

    return Desk(whole, trainer, *whole.do(work, write=True))


def unfolded(text: str) -> list[str]:
    """Return the lines of a calendar file."""
    return re.sub(r"\r\n[ \t]", "", text).split("\r\n")
