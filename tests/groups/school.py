"""An office with a trainer and a group."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from perille.core.extensions import db
from perille.groups.models import Group, GroupMember
from perille.groups.names import GroupWish
from perille.groups.services import make_group
from perille.people.models import Account, Role
from support.people import OFFICE, place_of, sign_in_as
from support.visitor import Page, Visitor
from support.whole import Whole


@dataclass(frozen=True)
class School:
    """An office, its trainer signed in, and a group that takes the course `way`."""

    whole: Whole
    trainer: Visitor
    account: UUID
    organisation: UUID
    group: UUID
    key: str

    @property
    def page(self) -> str:
        """Address of the group's page."""
        return f"{self.groups}/{self.group}"

    @property
    def groups(self) -> str:
        """Address of the office's groups."""
        return f"/en/organisations/{self.organisation}/groups"

    @property
    def link(self) -> str:
        """Address of the link by which people join."""
        return f"/en/group/{self.key}"

    def joined(self, name: str = "") -> Visitor:
        """Let somebody new join."""
        visitor = self.whole.visitor()
        assert visitor.post(self.link, {"name": name}).location == "/en/group"
        return visitor

    def open_door(self) -> str:
        """Open the door, and return the code on the trainer's page."""
        self.trainer.post(f"{self.page}/door")
        return self.trainer.get(self.page).one("p", id="door-code").words

    def members(self) -> list[GroupMember]:
        """Return who is on the list."""
        query = select(GroupMember).where(GroupMember.group_id == self.group, GroupMember.left_at.is_(None))
        return list(self.whole.scalars(query.order_by(GroupMember.number)))

    def meeting(self) -> str:
        """Return the address of today's meeting."""
        return self.trainer.post(f"{self.page}/meetings").location


def make_school(whole: Whole, email: str = "eva@example.org", place: str = OFFICE) -> School:
    """Make an office, a trainer who is signed in, and their group."""
    trainer = sign_in_as(whole, Role.TRAINER, email, place=place)

    def work() -> tuple[UUID, UUID, UUID, str]:
        account = db.session.scalars(select(Account).where(Account.email == email)).one()
        organisation = place_of(Role.TRAINER, place)
        assert organisation is not None
        group = make_group(
            db.session, organisation, account.id, GroupWish(name="Monday", language="en"), ["course_way"]
        )
        return account.id, organisation, group.id, group.join_key

    return School(whole, trainer, *whole.do(work, write=True))


def close_the_door(whole: Whole, group: UUID) -> None:
    """Let the hour of an open door be over."""

    def work() -> None:
        row = db.session.get(Group, group)
        assert row is not None
        assert row.door_until is not None
        row.door_until = row.created_at

    whole.do(work, write=True)


def rows(page: Page) -> list[str]:
    """Return the lines of the class list."""
    lines: list[list[str]] = []
    for tag in page.tags:
        if tag.name == "tr":
            lines.append([])
        elif tag.name in ("td", "th"):
            lines[-1].append(tag.words)
    return [" ".join(filter(None, cells)) for cells in lines[1:]]
