"""What a search in the picture library takes: `python tests/bench/picture_library.py`, milliseconds of the processor.

Beside the packs that ship, drafts of the same organisation have 2,000 pictures, each with a description of its own.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator

from flask.testing import FlaskClient
from studio_pages import RUNS, author, cpu

from perille.core.database import run_in_transaction
from perille.core.extensions import db
from perille.studio.draft_templates import Starter, new_files
from perille.studio.drafts import make_draft
from perille.studio.models import StudioDraft

DRAFTS, EACH = 50, 40
_SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 180"><path d="M{} {}h9"/></svg>\n'


def files(draft: int) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a draft with 40 pictures."""
    named = {"language": "en", "author": "Anna", "lessons": ("A",), "test": "Test"}
    yield from new_files(Starter.SHORT, f"Course {draft}", f"course-{draft}", **named).items()  # type: ignore[arg-type]
    blocks = [f"::: picture p{each}\nPerson {draft} opens door {each} of a house.\n:::\n" for each in range(EACH)]
    yield "lessons/a.md", ("# A\n\n" + "\n".join(blocks)).encode()
    yield "media/credits.toml", "".join(f'[p{each}]\nlicence = "CC0-1.0"\n' for each in range(EACH)).encode()
    for each in range(EACH):
        yield f"media/p{each}.svg", _SVG.format(draft, each).encode()


def fill() -> None:
    """Make the drafts, in the organisation of the first one."""
    owner = db.session.query(StudioDraft).one().organisation_id
    for draft in range(DRAFTS):
        make_draft(db.session, dict(files(draft)), None, organisation_id=owner)


def first(client: FlaskClient, address: str) -> float:
    """Return what a page takes that is asked for once."""
    began = time.process_time()
    assert client.get(address).status_code == 200
    return (time.process_time() - began) * 1000


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        client = author(folder)
        draft = client.post("/en/studio", data={"title": "Mine", "starter": "short"}).location
        with client.application.app_context():
            run_in_transaction(db.session, fill, write=True)
            db.session.remove()
        library = draft + "/pictures/library"
        print(
            f"nothing read yet: {first(client, library):.0f} ms, in Finnish: {first(client, library.replace('/en/', '/fi/')):.0f} ms"
        )
        for words in ("", "door", "person 7 opens", "volcano"):
            print(f"{words or 'all'}: {cpu(lambda words=words: client.get(f'{library}?words={words}'), RUNS):.0f} ms")  # type: ignore[misc]


if __name__ == "__main__":
    sys.exit(main())
