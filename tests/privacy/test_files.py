"""Erasing somebody while the site runs: afterwards no byte of them is in any file of the data folder."""

from __future__ import annotations

import http.cookiejar
import json
import re
import sqlite3
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from support.commands import PERILLE, run_process
from support.site import Site, clean_environment, run_site
from support.whole_packs import write_all

COURSE = "/en/courses/way"
NAME = "Aino Perttula-Virtanen"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A running site with the small packs and a data folder of its own."""
    folder = tmp_path_factory.mktemp("running")
    (folder / "packs").mkdir()
    write_all(folder / "packs")
    with run_site(folder, settings={"PERILLE_PACK_PATHS": str(folder / "packs"), "PERILLE_RATE_LIMITS": "no"}) as site:
        yield site


class Phone:
    """A browser of a learner, over the network."""

    def __init__(self, site: Site) -> None:
        self.site = site
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), jar)

    def get(self, path: str) -> str:
        """Open a page."""
        with self.opener.open(self.site.url + path, timeout=60) as answer:
            text: str = answer.read().decode("utf-8", "replace")
            return text

    def post(self, path: str, **form: str) -> str:
        """Send a form."""
        data = urllib.parse.urlencode(form).encode()
        with self.opener.open(self.site.url + path, data, timeout=60) as answer:
            text: str = answer.read().decode("utf-8", "replace")
            return text


def learn(site: Site) -> list[str]:
    """Let somebody do the whole course and make a certificate; return the words that lead to them."""
    phone = Phone(site)
    phone.post(f"{COURSE}/start")
    for unit in ("hello", "second"):
        phone.post(f"{COURSE}/{unit}/next")
    for item in ("one", "two"):
        page = phone.get(f"{COURSE}/check?item={item}")
        form = re.search(rf'<form[^>]*id="check-{item}".*?</form>', page, re.DOTALL)
        hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form[0] if form else ""))
        phone.post(f"{COURSE}/check", **{**hidden, f"a-{item}": "a"})
    phone.post(f"{COURSE}/certificate", name=NAME)
    with closing(sqlite3.connect(site.data_dir / "perille.sqlite3")) as database:
        learner = database.execute(
            "SELECT l.id, l.actor_name, e.registration, c.code FROM learner l JOIN enrolment e ON e.learner_id = l.id"
            " JOIN credential c ON c.enrolment_id = e.id"
        ).fetchone()
    return [NAME, *learner]


def everything(site: Site) -> dict[str, bytes]:
    """Return the bytes of all files of the data folder."""
    return {str(path): path.read_bytes() for path in site.data_dir.rglob("*") if path.is_file()}


def holding(site: Site, words: list[str]) -> list[tuple[str, str]]:
    """Return which files hold which of the words, with or without the dashes of a UUID."""
    forms = [form.lower().encode() for word in words for form in {word, dashed(word)}]
    return [
        (Path(path).name, form.decode())
        for path, data in everything(site).items()
        for form in forms
        if form in data.lower()
    ]


def dashed(word: str) -> str:
    if not re.fullmatch("[0-9a-f]{32}", word):
        return word
    return "-".join((word[:8], word[8:12], word[12:16], word[16:20], word[20:]))


def perille(site: Site, *words: str) -> CompletedProcess[str]:
    """Run a command on the site's data, in a process of its own."""
    packs = str(site.data_dir.parent / "packs")
    environment = clean_environment(PERILLE_DATA_DIR=str(site.data_dir), PERILLE_PACK_PATHS=packs)
    return run_process([PERILLE, *words], env=environment)


def test_no_file_keeps_a_byte_of_who_was_erased_while_the_site_runs(site: Site) -> None:
    mine = learn(site)
    assert {form for _file, form in holding(site, mine)} >= {word.lower() for word in mine}
    done = perille(site, "privacy", "erase", mine[1])
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Erased: 1 learners" in done.stdout
    assert "Nothing is left in them." in done.stdout
    assert not any(word in done.stdout for word in mine)
    assert holding(site, mine) == []
    assert site.get("/en/")[0] == 200


def test_what_an_older_version_left_in_the_file_goes_with_the_next_erasure(site: Site) -> None:
    mine = learn(site)
    path = site.data_dir / "perille.sqlite3"
    # As a version before this one deleted: rows forgotten, bytes left where they were.
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA secure_delete = OFF")
        database.execute("CREATE TABLE old (word TEXT)")
        database.executemany("INSERT INTO old VALUES (?)", [(f"somebody {mine[2]} {n}" * 40,) for n in range(50)])
        database.commit()
        database.execute("DROP TABLE old")
        database.execute("PRAGMA user_version = 0")
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert ("perille.sqlite3", f"somebody {mine[2]}") in holding(site, [f"somebody {mine[2]}"])
    done = perille(site, "privacy", "erase", mine[2])
    assert done.returncode == 0, done.stdout + done.stderr
    assert holding(site, mine) == []


def test_the_button_on_the_phone_leaves_no_byte_either(site: Site) -> None:
    phone = Phone(site)
    phone.post(f"{COURSE}/start")
    kept = json.loads(phone.post("/en/my-data"))
    learner, enrolment = kept["tables"]["learner"][0], kept["tables"]["enrolment"][0]
    mine = [learner["id"], learner["actor_name"], enrolment["registration"]]
    assert holding(site, [word.replace("-", "") for word in mine])
    phone.post("/en/forget", sure="yes")
    # The running site finishes within seconds; the command does the same at once.
    assert perille(site, "privacy", "finish").returncode == 0
    assert holding(site, [word.replace("-", "") for word in mine]) == []


def test_what_is_written_after_an_erasure_by_the_running_site_is_there_for_others(site: Site) -> None:
    """Reading the database's files in the site's own process would give up its locks: another program would then take its log away."""
    administrator = Phone(site)
    administrator.post(urllib.parse.urlsplit(site.administrator_link).path)
    site.verify_sessions()
    administrator.post("/en/manage/erasures", who="nobody@example.org", sure="yes")
    for _second in range(80):
        page = administrator.get("/en/manage/erasures")
        if "Nobody was found" in page:
            break
        time.sleep(0.5)
    else:
        raise AssertionError(page)
    Phone(site).post(f"{COURSE}/start")
    assert perille(site, "privacy", "finish").returncode == 0
    Phone(site).post(f"{COURSE}/start")
    with closing(sqlite3.connect(site.data_dir / "perille.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM learner").fetchone() == (2,)
        database.execute("DELETE FROM learner")
        database.commit()
