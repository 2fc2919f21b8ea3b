"""What a course of 12 lessons in 8 languages costs in the Studio: `python tests/bench/studio_course.py [photo.heic]`.

It is brought in as a ZIP, opened, edited, shown, checked and published: milliseconds of the processor and of the clock, and the most memory
that the process had up to then. Then the weight of a visit, and what a HEIC picture of one's own takes, since nothing here writes HEIC.
Nothing is asserted: machines are noisy.
"""

from __future__ import annotations

import gzip
import io
import re
import resource
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urljoin

from compile_packs import ITEMS, LANGUAGES, LESSONS, SCREENS, translate, write_course
from flask.testing import FlaskClient
from studio_pages import author, save
from werkzeug.test import TestResponse

from perille.packs.format.heic import without_heic
from perille.packs.source.discovery import discover
from perille.packs.source.registry import InteractionRegistry

#: What a browser asks for with a page: scripts, styles, pictures, and the preview in its frame.
_LINKED = re.compile(
    r'<(?:script|img|iframe|source)[^>]*?\ssrc="([^"]+)"|<link[^>]*?rel="(?:stylesheet|icon)"[^>]*?href="([^"]+)"'
)


def measured(name: str, work: Callable[[], TestResponse | bytes]) -> TestResponse | bytes:
    """Do something, and print what it took."""
    wall, own = time.perf_counter(), time.process_time()
    answer = work()
    wall, own = time.perf_counter() - wall, time.process_time() - own
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    status = answer.status_code if isinstance(answer, TestResponse) else "done"
    sys.stdout.write(f"{name:46} {own * 1000:7.0f} ms CPU {wall * 1000:7.0f} ms, most memory {most} MB ({status})\n")
    return answer


def archive() -> bytes:
    """Return the course as a ZIP."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "course_bench"
        write_course(folder, LANGUAGES)
        translate(folder, InteractionRegistry(discover().plugins))
        body = io.BytesIO()
        with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as packed:
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    packed.write(path, str(path.relative_to(folder.parent)))
    return body.getvalue()


def brought_in(client: FlaskClient) -> str:
    """Bring the course in; return the address of its draft."""
    sent = {"archive": (io.BytesIO(archive()), "course.zip")}
    answer = measured("brought in as a ZIP", lambda: client.post("/en/studio/upload", data=sent))
    page = client.get(answer.location) if isinstance(answer, TestResponse) else None
    found = re.search(r"/en/studio/[0-9a-f-]{36}", page.text if page else "")
    assert found
    return found[0]


def one_course(client: FlaskClient, draft: str) -> None:
    """Open, edit and publish it."""
    lesson = f"{draft}/lessons/lesson-3"
    measured("its outline, compiled for the first time", lambda: client.get(draft))
    measured("its outline again", lambda: client.get(draft))
    measured("a lesson", lambda: client.get(lesson))
    # Else the first preview would pay for the templates and scripts of every learner's page, which a process reads once.
    measured("a page of learners, the first of the process", lambda: client.get("/en/courses/finland/welcome"))
    for number in range(2):
        times = save(client, lesson, f"You learn **one** thing, number {number}.")
        sys.stdout.write("a save {:.0f}, the page after it {:.0f}, its preview {:.0f} ms CPU\n".format(*times))
    page = measured("the page of what is wrong, all languages", lambda: client.get(f"{draft}/publish"))
    assert isinstance(page, TestResponse)
    found = re.search(r'name="revision" value="(\d+)"', page.text)
    assert found
    for what in ("published", "published anew, one block changed"):
        measured(what, lambda: client.post(f"{draft}/publish", data={"revision": _revision(client, draft)}))
        save(client, lesson, f"You learn **another** thing, {what}.")


def _revision(client: FlaskClient, draft: str) -> str:
    found = re.search(r'name="revision" value="(\d+)"', client.get(f"{draft}/publish").text)
    return found[1] if found else ""


def weight(client: FlaskClient, address: str, known: set[str]) -> int:
    """Return the bytes of a visit to a page as they are sent, without what is *known* already; add to that."""
    page, total, asked = client.get(address), 0, [address]
    for found in _LINKED.finditer(page.text):
        asked.append(urljoin(address, (found[1] or found[2]).replace("&amp;", "&")))
    for each in asked:
        if each not in known:
            answer = client.get(each)
            body = answer.get_data()
            is_packed = (answer.mimetype or "").startswith(("image/", "audio/")) and answer.mimetype != "image/svg+xml"
            total += len(body if is_packed else gzip.compress(body, 6))
            if each != address and "/static/" in each:
                known.add(each)
    return total


def heic(path: Path) -> None:
    """Print what a HEIC picture takes, in the child that reads it."""
    body = path.read_bytes()
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    measured(f"a HEIC picture of {len(body) // 1024} kB", lambda: without_heic(body))
    child = resource.getrusage(resource.RUSAGE_CHILDREN)
    sys.stdout.write(f"its child: {child.ru_utime - before:.1f} s CPU, {child.ru_maxrss // 1024} MB\n")


def main() -> None:
    """Measure all."""
    sys.stdout.write(f"{LESSONS} lessons of {SCREENS} screens and {ITEMS} questions, {len(LANGUAGES)} languages\n")
    with tempfile.TemporaryDirectory() as folder:
        client = author(folder)
        draft = brought_in(client)
        one_course(client, draft)
        known: set[str] = set()
        for number in (1, 2):
            size = weight(client, f"{draft}/lessons/lesson-{number}", known)
            sys.stdout.write(f"visit {number} to a lesson of the Studio: {size / 1024:.1f} kB\n")
    for path in sys.argv[1:]:
        heic(Path(path))


if __name__ == "__main__":
    main()
