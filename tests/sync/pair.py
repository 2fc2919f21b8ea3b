"""Two installations: an office, and a laptop that carries for it. What goes between them goes through their WSGI applications."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from groups.school import School, make_school
from perille.core.current import current_config
from perille.core.extensions import db
from perille.core.sealing import Seal
from perille.enrolment.models import Learner
from perille.features import FEATURES
from perille.groups.models import Group
from perille.people.models import Role
from perille.profiles.merging import merge_learners
from perille.sync.client import Transport
from perille.sync.keys import make_key
from perille.sync.room import PURPOSE, Report, Room
from support.people import sign_in_as
from support.visitor import Visitor
from support.whole import Whole

URL = "https://office.example.org"


@dataclass
class Line:
    """The line between both: it may be cut, before a request arrives or after it was answered."""

    site: Whole
    #: Number of the request that is cut; 0: none.
    cut_at: int = 0
    #: Whether the request arrives, and only its answer is lost; else bytes of the answer that come through.
    arrives: bool = False
    bytes_of_answer: int | None = None
    asked: list[str] = field(default_factory=list)
    sent: list[bytes] = field(default_factory=list)

    def connect(self, _url: str) -> Transport:
        return self

    def __call__(self, method: str, path: str, headers: dict[str, str], body: bytes | None) -> tuple[int, bytes]:
        self.asked.append(f"{method} {path}")
        self.sent.append(body or b"")
        cut = len(self.asked) == self.cut_at
        if cut and not self.arrives:
            raise OSError("the line is cut")
        answer = self.site.app.test_client(use_cookies=False).open(path, method=method, headers=headers, data=body)
        if cut and self.bytes_of_answer is None:
            raise OSError("the line is cut")
        return answer.status_code, answer.get_data()[: self.bytes_of_answer if cut else None]


@dataclass
class Two:
    """An office with a trainer and a group, and a laptop."""

    office: School
    laptop: Whole
    line: Line
    key: str

    def room(self) -> Room:
        return Room(db.session, Seal(current_config().secret_keys, PURPOSE), self.line.connect)

    def on_laptop(self, work: Callable[[Room], Any]) -> Any:
        """Run a command on the laptop."""
        with self.laptop.app.app_context():
            try:
                return work(self.room())
            finally:
                db.session.remove()

    def pair(self) -> str:
        found: str = self.on_laptop(lambda room: room.pair(URL, self.key))
        return found

    def take(self) -> Report:
        found: Report = self.on_laptop(lambda room: room.pull([self.office.group]))
        return found

    def bring(self) -> Report:
        found: Report = self.on_laptop(lambda room: room.push())
        return found

    def joined_on_laptop(self, name: str = "") -> Visitor:
        """Let somebody new join the group on the laptop."""
        visitor = self.laptop.visitor()
        assert visitor.post(self.office.link, {"name": name}).location == "/en/group"
        return visitor

    def trainer_on_laptop(self) -> Visitor:
        """Let the trainer, whose account went along, sign in at the laptop."""
        return sign_in_as(self.laptop, Role.TRAINER)

    def group(self, site: Whole) -> Group:
        (found,) = site.scalars(select(Group).where(Group.id == self.office.group))
        row: Group = found
        return row


def make_two(office: Whole, laptop: Whole) -> Two:
    """Make an office with a group, and pair a laptop with it."""
    school = make_school(office)
    key = office.do(lambda: make_key(db.session, school.organisation, "Laptop 1", None), write=True)
    two = Two(school, laptop, Line(office), key)
    two.pair()
    return two


def put_together_at_the_office(two: Two, older: Learner) -> None:
    """Let somebody of the room turn out to be somebody at the office who is in no group."""
    site = two.office.whole
    site.visitor().start()
    (stays,) = (each for each in site.scalars(select(Learner)) if each.id != older.id)

    def merge() -> None:
        pair = [db.session.get_one(Learner, each.id) for each in (older, stays)]
        merge_learners(db.session, *pair, tuple(rule for feature in FEATURES for rule in feature.merge_rules))

    site.do(merge, write=True)
