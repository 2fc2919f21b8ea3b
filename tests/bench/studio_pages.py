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


def save(client: FlaskClient, address: str, words: str) -> tuple[float, float, float]:
    """Save the first block of a lesson; return milliseconds of the save, of the page after it, and of the preview beside that."""
    page = client.get(address).text
    found = re.search(r'value="0"><input type="hidden" name="digest" value="(\w+)"><input[^>]*value="(\d+)"', page)
    assert found
    form = {"kind": "text", "place": "0", "digest": found[1], "revision": found[2], "screen": "1", "f-words": words}
    began = time.process_time()
    answer = client.post(f"{address}/block", data=form)
    between = time.process_time()
    page = client.get(answer.location).text
    shown = time.process_time()
    preview = re.search(r'<iframe class="phone-frame" src="([^"]+)"', page)
    assert preview
    assert client.get(preview[1].replace("&amp;", "&")).status_code == 200
    return (between - began) * 1000, (shown - between) * 1000, (time.process_time() - shown) * 1000


def asked(client: FlaskClient, address: str) -> object:
    """Ask who is there, as the script of an open page does four times a minute."""
    return client.post(f"{address}/here", data={"tab": "a", "screen": "1", "state": "here"})


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
        least = [min(times) for times in zip(*saved, strict=True)]
        print(f"a save: {least[0]:.0f} ms, the page after it: {least[1]:.0f} ms, its preview: {least[2]:.0f} ms")
        print(f"who is there: {cpu(lambda: asked(client, lesson)):.0f} ms")


if __name__ == "__main__":
    sys.exit(main())
