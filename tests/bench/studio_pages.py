"""What pages of the Studio cost of the processor: `python tests/bench/studio_pages.py`. A copy of the course on Finland is the draft."""

from __future__ import annotations

import re
import sys
import tempfile
import time
from collections.abc import Callable

from flask.testing import FlaskClient

from perille.app import create_app
from perille.core.config import load_config
from perille.core.database import run_in_transaction
from perille.core.extensions import db
from perille.people.models import Role
from perille.people.organisations import make_organisation
from perille.people.services import invite
from perille.startup import prepare

RUNS = 10


def cpu(work: Callable[[], object], runs: int = RUNS) -> float:
    """Return the milliseconds of the processor that *work* takes, after it ran once."""
    work()
    began = time.process_time()
    for _run in range(runs):
        work()
    return (time.process_time() - began) / runs * 1000


def invited() -> str:
    """Invite an author, who needs no second factor."""
    return invite(db.session, "a@example.org", Role.AUTHOR, make_organisation(db.session, "The office").id)


def author(folder: str) -> FlaskClient:
    """Return a browser that is signed in to a new installation."""
    app = create_app(load_config({"PERILLE_DATA_DIR": folder, "PERILLE_RATE_LIMITS": "false"}))
    prepare(app)
    with app.app_context():
        token = run_in_transaction(db.session, invited, write=True)
        db.session.remove()
    client = app.test_client()
    client.post(f"/en/sign-in/{token}")
    return client


def save(client: FlaskClient, address: str, words: str) -> tuple[float, float]:
    """Save the first block of a lesson; return milliseconds of the save, and of the page after it, for which the draft is compiled."""
    page = client.get(address).text
    found = re.search(r'value="0"><input type="hidden" name="digest" value="(\w+)"><input[^>]*value="(\d+)"', page)
    assert found
    form = {"kind": "text", "place": "0", "digest": found[1], "revision": found[2], "screen": "1", "f-words": words}
    began = time.process_time()
    answer = client.post(f"{address}/block", data=form)
    between = time.process_time()
    client.get(answer.location)
    return (between - began) * 1000, (time.process_time() - between) * 1000


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        client = author(folder)
        draft = client.post("/en/studio/copy", data={"pack": "course_finland"}).location
        found = re.search(r'/lessons/([a-z-]+)"', client.get(draft).text)
        assert found
        lesson = f"{draft}/lessons/{found[1]}"
        print(f"outline: {cpu(lambda: client.get(draft)):.0f} ms")
        print(f"a screen of a lesson: {cpu(lambda: client.get(lesson)):.0f} ms")
        blocks = "\n\n".join(f"Paragraph {number}.\n\n::: note\nNote {number}.\n:::" for number in range(30))
        client.post(f"{lesson}/source", data={"source": f"# L\n\n{blocks}\n", "revision": "0"})
        print(f"60 blocks on one screen: {cpu(lambda: client.get(lesson)):.0f} ms")
        saved = [save(client, lesson, f"Paragraph {number} anew.") for number in range(5)]
        print(
            f"a save: {min(each[0] for each in saved):.0f} ms, the page after it: {min(each[1] for each in saved):.0f} ms"
        )


if __name__ == "__main__":
    sys.exit(main())
