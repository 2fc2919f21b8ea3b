"""What keeping courses on the phone costs, and whether a phone marks 10,000 answers a type as the server does.

    python tests/bench/offline.py

Prints the size of the scripts together, the weight of a course on the wire, the time for 1,000 acts of one phone, and the answers on
which server and phone differ.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from perille.app import create_app  # noqa: E402
from perille.core.config import load_config  # noqa: E402
from perille.core.paths import STATIC  # noqa: E402
from perille.core.web.static_files import sent_script  # noqa: E402
from perille.startup import prepare  # noqa: E402
from support.scorer_cases import TYPES, differences  # noqa: E402

_COURSE = "/en/courses/finland"


def scripts() -> None:
    """Print what the worker and the scripts of kept pages weigh."""
    files = [STATIC / "sw.js", *sorted((STATIC / "offline").glob("*.js"))]
    sent = b"".join(map(sent_script, files))
    print(f"worker and scripts together: {len(gzip.compress(sent, 9)):,} bytes gzip")


def course(client: Any, language: str, second: str = "") -> None:
    """Print what a course weighs on the wire and how long it takes to make, then to send; *second*: a language beside it."""
    path = f"/{language}/courses/finland/take?as=pieces{f'&with={second}' if second else ''}"
    times = []
    for _time in range(2):
        began = time.process_time()
        body = client.get(path, headers={"Accept-Encoding": "gzip"}).get_data()
        times.append(time.process_time() - began)
    print(
        f"Finland in {language} {second}: {len(body):,} bytes gzip; made in {times[0]:.1f} s, sent in {times[1]:.2f} s of the processor"
    )


def acts(client: Any, count: int) -> None:
    """Print how long the acts of one phone take."""
    page = client.get(f"{_COURSE}/welcome?screen=4").get_data(as_text=True)
    item, value = re.findall(r'name="a-([a-z-]+)" value="([^"]+)"', page)[0]
    now = time.time() * 1000
    plain = {"who": "", "lang": "en", "course": "courses/finland", "unit": "welcome", "item": item, "at": now}
    made = [
        {**plain, "id": str(uuid4()), "count": at, "kind": "answer", "form": {f"a-{item}": [value]}}
        for at in range(count)
    ]
    wall, used = time.perf_counter(), time.process_time()
    told: set[str] = set()
    for at in range(0, count, 100):
        body = json.dumps({"now": now, "acts": made[at : at + 100]})
        told |= set(client.post("/queue", data=body, content_type="application/json").get_json()["acts"].values())
    print(
        f"{count} acts: {time.process_time() - used:.1f} s of the processor, {time.perf_counter() - wall:.1f} s in all, {told}"
    )


def main() -> int:
    """Measure and print."""
    scripts()
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(
            load_config({"PERILLE_DATA_DIR": folder, "PERILLE_RATE_LIMITS": "no", "PERILLE_LOG_REQUESTS": "no"})
        )
        prepare(app)
        client = app.test_client()
        for languages in (("ar",), ("en",), ("ar", "fi")):
            course(client, *languages)
        client.post(f"{_COURSE}/start")
        acts(client, 1000)
    found = {name: len(differences(name, 10_000)) for name in TYPES}
    print(f"answers marked differently, of 10,000 a type: {found}")
    return int(any(found.values()))


if __name__ == "__main__":
    raise SystemExit(main())
