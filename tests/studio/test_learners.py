"""What was published in the Studio reaches the other processes of the site, also those that could not read it at first."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.exc import OperationalError

from perille.core.database import Session
from perille.packs.published.library import current_library
from studio.author import Author
from support.whole import Whole


def test_a_process_that_could_not_read_what_was_published_reads_it_at_its_next_request(
    make_whole: Callable[..., Whole], author: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_whole()
    visitor, library = other.visitor(), current_library.of(other.app)
    assert visitor.get("/en/courses/first-steps").status == 404
    author.begin("First steps")
    author.add("first-steps", "text")
    author.write("first-steps", 0, "The harbour is safe at night.")
    author.publish()
    reload = library.reload
    refused: list[Session] = []

    def busy_once(session: Session) -> None:
        if not refused:
            refused.append(session)
            raise OperationalError("SELECT", {}, Exception("the database is locked"))
        reload(session)

    monkeypatch.setattr(library, "reload", busy_once)
    assert visitor.get("/en/courses/way").status == 200, "pages are shown as they were"
    assert len(refused) == 1
    assert visitor.get("/en/courses/first-steps").status == 200
