"""Which tests run in one process: those that share something that is slow to make.

pytest-xdist's own groups are names that it hangs on the ids of tests. pytest 9.2 keeps the ids as they are, so that its
groups are left out without a word (pytest-xdist, issue 1386); here they are told from the ids themselves.
"""

from __future__ import annotations

import re

from xdist.scheduler import LoadScopeScheduling

#: In these each test is long, or has a page of its own.
_ALONE = re.compile(r"tests/e2e/(?!test_(?:record_store|every_link|foreign_plugin|pages_of_people)\b)")
#: In these the pages of a language go to the validator together after all tests of the language, which is their first parameter.
_OF_A_LANGUAGE = re.compile(r"tests/e2e/test_every_answer\.py::\w+\[([a-z]{2})[-\]]")
#: In these the tests of an old engine go together, which is their first parameter: who has both in turn starts one anew for each test.
_OF_AN_ENGINE = re.compile(r"tests/e2e/test_old_phones\.py::\w+\[(\d+)[-\]]")


#: What takes longest, in the order in which it begins, so that at the end no process waits for the last of it. While one process finds all
#: pages by their links, another has what does without them; what needs them follows.
_LONG = tuple(
    re.compile(f"tests/(?:{files})")
    for files in (
        "e2e/test_every_link",
        "e2e/test_old_phones|e2e/test_whole_way|test_packaging|test_migrations",
        "e2e/test_every_|e2e/test_(?:foreign_plugin|pages_of_people|professionals|leaving)",
        r"lrs/test_(?:killed|broken|hostile)|server/test_restart|test_(?:docs|startup|site_address)\b",
        r"courses/test_question_banks|packs/test_readings|people/test_permissions|plugins/test_skeleton|privacy/test_files"
        r"|sync/test_carrying|testing/|tracking/test_every_type|test_(?:cli|planted_faults|readiness|security|style|translations)\b",
    )
)


def rank_of(test: str) -> int:
    """Return the place of a test, by its id, among those that begin before others; what has none comes last."""
    return next((place for place, files in enumerate(_LONG) if files.match(test)), len(_LONG))


def group_of(test: str) -> str:
    """Return the group of a test by its id: a language, an old engine, the test itself, or its file."""
    shared = _OF_A_LANGUAGE.match(test) or _OF_AN_ENGINE.match(test)
    if shared:
        return shared[1]
    return test if _ALONE.match(test) else test.partition("::")[0]


class GroupScheduling(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Hands whole groups to the processes, in the order in which they were found."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)
