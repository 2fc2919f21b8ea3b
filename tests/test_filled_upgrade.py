"""A site that people have used comes up from an older schema, and shows each of them what they had."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from alembic import command
from sqlalchemy import select

from groups.school import School, make_school
from perille.core.schema import alembic_config, migration_transaction, newest_revision, revision_of
from perille.credentials.models import Credential
from perille.people.models import Role
from perille.startup import prepare
from studio.author import Author
from support.exam import take, write_exam
from support.people import sign_in_as
from support.visitor import Visitor
from support.whole import Whole

#: The schema of the oldest installation that was tried by hand; what is newer than it goes on the way down, and is empty on the way up.
OLD = "0036"
EXAM = "/en/modules/exam"
WORDS = "Where the ships of Turku lie"


@dataclass(frozen=True)
class Used:
    """Browsers of people who have used a site, with their cookies."""

    learner: Visitor
    school: School
    author: Author
    #: Of the learner's certificate.
    code: str


def use(whole: Whole, folder: Path) -> Used:
    """Let somebody be half way in a course, have a certificate and be in a group; let an author begin a course."""
    whole.publish(write_exam(folder))
    school = make_school(whole)
    learner = school.joined("Aino")
    learner.start()
    assert learner.post("/en/courses/way/hello/next").status == 303
    learner.start(EXAM)
    take(learner)
    learner.post(f"{EXAM}/hello/next")
    assert learner.post(f"{EXAM}/certificate", {"name": "Aino Aalto"}).status == 303
    (code,) = whole.scalars(select(Credential.code))
    author = Author(sign_in_as(whole, Role.AUTHOR, "anna@example.org"))
    author.begin("First steps")
    author.add("first-steps", "text")
    author.write("first-steps", 0, WORDS)
    return Used(learner, school, author, code)


def go_down(whole: Whole) -> None:
    """Let the database have the old schema."""
    with migration_transaction(whole.engine) as connection:
        command.downgrade(alembic_config(connection), OLD)
    with whole.engine.connect() as connection:
        assert revision_of(connection) == OLD


def pages(used: Used) -> dict[str, str]:
    """Return what each of them reads, without what changes from one look to the next."""
    return {
        "progress": used.learner.get("/en/courses/way").text,
        "module": used.learner.get(EXAM).text,
        "own group": used.learner.get("/en/group").text,
        "certificate": used.learner.get(f"{EXAM}/certificate").text,
        "code": used.learner.get(f"/verify/{used.code}").text,
        "group": used.school.trainer.get(used.school.page).text,
        "draft": used.author.get().text,
        "lesson": used.author.get("lessons/first-steps?screen=1").html,
    }


def test_everybody_finds_again_what_they_had(whole: Whole, tmp_path: Path) -> None:
    used = use(whole, tmp_path)
    before = pages(used)
    assert "Aino" in before["group"]
    assert "Aino Aalto" in before["certificate"]
    assert "This certificate is valid" in before["code"]
    assert "First steps" in before["draft"]
    assert WORDS in before["lesson"]
    go_down(whole)
    prepare(whole.app)
    with whole.engine.connect() as connection:
        assert revision_of(connection) == newest_revision()
    assert pages(used) == before
