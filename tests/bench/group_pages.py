"""Measure the pages of groups: a class of 40 with one group, with 5,000 and with 100,000; then 300 who join beside somebody who guesses.

    .venv/bin/python tests/bench/group_pages.py [--groups 100000]

Everything in one process, on SQLite in a folder of its own. Times are CPU time of this process, the median of --runs requests.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID, uuid4, uuid5

from sqlalchemy import Engine, insert

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from groups.school import School, make_school
from perille.core.config import Config
from perille.core.database import Base, uuid7
from perille.core.extensions import db
from perille.enrolment.models import Enrolment, Learner
from perille.groups.ids import CODE_DIGITS, make_key, session_id
from perille.groups.models import Attendance, Group, GroupCourse, GroupMember, GroupSession, GroupTrainer
from perille.packs.published.library import current_library
from perille.people.models import Role
from perille.startup import prepare
from perille.tracking.models import CourseProgress, UnitProgress
from support.applications import make_app
from support.people import sign_in_as
from support.whole import Whole

COURSE = "course_finland"
DAY = date(2026, 11, 26)
#: People of each of the many groups.
MEMBERS = 5
SLICE = 5000
NOW = datetime(2026, 11, 26, tzinfo=UTC)


def make_whole(folder: Path) -> Whole:
    """Return a site with the packs that ship."""
    url = f"sqlite:///{folder}/perille.db"
    config = Config(data_dir=folder, database_url=url, secret_keys=("bench" * 8,), testing=True)
    app = make_app(replace(config, rate_limits=True))
    prepare(app)
    return Whole(app, folder)


def fill_class(whole: Whole, school: School, people: int) -> None:
    """Put people into the group, who have done half of its course and came to 10 meetings."""

    def work() -> None:
        summary = current_library().summary(COURSE)
        assert summary is not None
        edition = current_library().edition(COURSE, summary.structure_hash)
        assert edition is not None
        db.session.merge(GroupCourse(group_id=school.group, pack_id=COURSE))
        meetings = [
            GroupSession(id=session_id(school.group, DAY, n + 1), group_id=school.group, day=DAY, number=n + 1)
            for n in range(9)
        ]
        db.session.add_all(meetings)
        for number in range(people):
            learner = Learner(id=uuid7(), last_seen_on=DAY)
            enrolment = Enrolment(learner=learner, pack_id=COURSE, structure_hash=summary.structure_hash)
            enrolment.registration = uuid4()
            member = GroupMember(id=uuid4(), group_id=school.group, learner_id=learner.id, number=number + 1)
            member.name = f"Person {number}"
            db.session.add_all([learner, enrolment, member])
            db.session.add(CourseProgress(registration=enrolment.registration, pack_id=COURSE, started_at=NOW))
            for key in edition.structure.order[: len(edition.structure.order) // 2]:
                done = UnitProgress(registration=enrolment.registration, unit=key, completed_at=NOW, answered_count=0)
                db.session.add(done)
            db.session.flush()
            marks = [
                Attendance(id=uuid4(), session_id=each.id, member_id=member.id, present=True, taken_by=school.account)
                for each in meetings
            ]
            db.session.add_all(marks)

    whole.do(work, write=True)


def fill_groups(engine: Engine, school: School, count: int) -> None:
    """Make many other groups of the same office, each with people, one in a hundred led by the same trainer."""
    for start in range(0, count, SLICE):
        numbers = range(start, min(start + SLICE, count))
        groups = [_group(school, number) for number in numbers]
        members = [row for group in groups for row in _members(group["id"])]
        trained = [{"group_id": each["id"], "account_id": school.account} for each in groups[::100]]
        courses = [{"group_id": each["id"], "pack_id": COURSE} for each in groups]
        with engine.begin() as connection:
            for model, rows in (
                (Group, groups),
                (GroupMember, members),
                (GroupTrainer, trained),
                (GroupCourse, courses),
            ):
                _insert(connection, model, rows)


def _insert(connection: object, model: type[Base], rows: list[dict[str, object]]) -> None:
    connection.execute(insert(model), rows)  # type: ignore[attr-defined]


def _group(school: School, number: int) -> dict[str, object]:
    return {
        "id": uuid7(),
        "organisation_id": school.organisation,
        "name": f"Group {number}",
        "language": "en",
        "join_key": make_key(),
        "created_at": NOW,
    }


def _members(group: object) -> Iterator[dict[str, object]]:
    assert isinstance(group, UUID)
    for number in range(MEMBERS):
        yield {
            "id": uuid5(group, str(number)),
            "group_id": group,
            "name": "Aino",
            "number": number + 1,
            "joined_at": NOW,
        }


def cpu(ask: Callable[[], int], runs: int) -> float:
    """Return milliseconds of CPU time of one request, the median."""
    took = []
    for _run in range(runs + 3):
        before = time.process_time()
        assert ask() == 200
        took.append((time.process_time() - before) * 1000)
    return statistics.median(took[3:])


def measure(school: School, runs: int) -> dict[str, float]:
    """Return what each page costs."""
    stranger = school.whole.visitor()
    coordinator = sign_in_as(school.whole, Role.COORDINATOR, "head@example.org")
    pages = {
        "class list of 40": lambda: school.trainer.get(school.page).status,
        "attendance list": lambda: school.trainer.get(meeting).status,
        "my groups": lambda: school.trainer.get("/en/groups").status,
        "groups of the office": lambda: coordinator.get("/en/groups").status,
        "join this group?": lambda: stranger.get(school.link).status,
        "my group": lambda: stranger.get("/en/group").status,
    }
    meeting = school.meeting()
    return {name: cpu(ask, runs) for name, ask in pages.items()}


def storm(school: School, joiners: int, guesses: int) -> None:
    """Let a class join over one line, by the link, while somebody on the same line guesses codes."""
    code = school.open_door().replace(" ", "")
    before = len(school.members())
    joined: Counter[int] = Counter()
    guessed: Counter[str] = Counter()

    def guess() -> None:
        client = school.whole.visitor().client
        for number in range(guesses):
            text = f"{number:0{CODE_DIGITS}}"
            answer = client.post("/en/group", data={"code": text})
            inside = "/en/group/" in answer.headers.get("Location", "") and text != code
            guessed["in" if inside else str(answer.status_code)] += 1

    thread = threading.Thread(target=guess)
    begun = time.monotonic()
    thread.start()
    for _number in range(joiners):
        joined[school.whole.visitor().post(school.link, {"name": "A"}).status] += 1
    took = time.monotonic() - begun
    thread.join()
    print(f"{joiners} joined in {took:.0f} s: {dict(joined)}, on the list {len(school.members()) - before}")
    print(f"{guesses} guesses in {time.monotonic() - begun:.0f} s: {dict(guessed)}")


def main() -> None:
    """Run it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--groups", type=int, default=100_000)
    options.add_argument("--runs", type=int, default=40)
    options.add_argument("--guesses", type=int, default=10_000)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        whole = make_whole(Path(folder))
        school = make_school(whole)
        fill_class(whole, school, 40)
        found = {1: measure(school, given.runs)}
        for count in (given.groups // 20, given.groups):
            fill_groups(whole.engine, school, count - max(found))
            found[count] = measure(school, given.runs)
        print(f"{'groups':24}" + "".join(f"{count:>10}" for count in found) + f"   (ms of CPU, median of {given.runs})")
        for name in found[1]:
            print(f"{name:24}" + "".join(f"{each[name]:10.1f}" for each in found.values()))
        storm(school, 300, given.guesses)


if __name__ == "__main__":
    main()
