"""How often a page asks the database: nobody pays for there being accounts, and who is signed in pays for two statements at most."""

from __future__ import annotations

import pytest

from perille.people.models import Role
from support.people import sign_in_as
from support.queries import count_queries
from support.visitor import Visitor
from support.whole import Whole

ONE_DATABASE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
COURSE = "/en/courses/way"
#: What each page asks, once it was made, for somebody without a cookie and for who learns on a phone of their own.
ASKED = {
    **dict.fromkeys(("/en/courses", "/en/modules", "/en/help", "/en/privacy", "/en/safe", "/en/resume"), (0, 0)),
    "/en/": (0, 2),
    COURSE: (0, 2),
    f"{COURSE}/hello": (0, 1),
    "/en/who": (0, 0),
    "/en/look": (0, 0),
    # The ways to sign in that organisations brought, the seminars that come, and the groups of a learner.
    "/en/sign-in": (2, 2),
    "/en/seminars": (1, 1),
    "/en/group": (2, 5),
}
#: How many more an account may cost (performance.md).
MORE = 2


def asked(whole: Whole, visitor: Visitor) -> dict[str, int]:
    """Return how many statements each page costs that was shown before."""
    found = {}
    for path in ASKED:
        visitor.get(path)
        with count_queries(whole.engine) as sent:
            assert visitor.get(path).status == 200, path
        found[path] = len(sent)
    return found


@ONE_DATABASE
def test_nobody_signed_in_pays_for_there_being_accounts(whole: Whole, visitor: Visitor) -> None:
    assert asked(whole, whole.visitor()) == {path: nobody for path, (nobody, _learner) in ASKED.items()}
    visitor.start()
    assert asked(whole, visitor) == {path: learner for path, (_nobody, learner) in ASKED.items()}


@ONE_DATABASE
@pytest.mark.parametrize("role", Role)
def test_who_is_signed_in_pays_for_two_statements_at_most(whole: Whole, role: Role) -> None:
    person = sign_in_as(whole, role)
    before = {path: nobody + MORE for path, (nobody, _learner) in ASKED.items()}
    assert {path: count for path, count in asked(whole, person).items() if count > before[path]} == {}
    person.start()
    learning = {path: learner + MORE for path, (_nobody, learner) in ASKED.items()}
    assert {path: count for path, count in asked(whole, person).items() if count > learning[path]} == {}
