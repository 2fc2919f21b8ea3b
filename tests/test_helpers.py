"""The tests' own helpers: one that sees nothing would let everything pass."""

from __future__ import annotations

import ast
import os
import re
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, text
from sqlalchemy.engine.interfaces import CacheStats

from perille.people.models import Role
from support.complexity import ways_through
from support.crawl import Sample, distinct, kinds, links, nested, told_apart
from support.markup import html_faults
from support.memory import keep_temporary_files_in_memory
from support.network import NetworkUsedError
from support.people import sign_in_as
from support.prepared import published_file
from support.queries import count_queries as count_engine_queries
from support.scheduling import group_of, rank_of
from support.site import run_site
from support.whole import Whole

PAGE = '<!doctype html><html lang="en"><head><title>A</title></head><body>{}</body></html>'


@pytest.mark.parametrize(
    ("body", "ways"),
    [
        ("return 1 if n > 0 else 0 if n == 0 else -1", 3),
        ("return [each for each in n if each and each % 2 == 0]", 4),
        ("while n: n()\n    else: return", 3),
        ("try: n()\n    except OSError: pass\n    except ValueError: pass", 3),
        ("match n:\n        case 1: return\n        case 2: return\n        case _: return", 3),
        ("def inside(): return 1 if n else 2\n    return inside", 1),
    ],
)
def test_ways_through_a_function_are_counted_as_radon_counts_them(body: str, ways: int) -> None:
    function = ast.parse(f"def a(n):\n    {body}").body[0]
    assert isinstance(function, ast.FunctionDef)
    assert ways_through(function) == ways


@pytest.mark.parametrize("host", ["192.0.2.1", "learn.example.org"])
def test_a_test_cannot_reach_another_machine(host: str) -> None:
    with pytest.raises(NetworkUsedError), socket.socket() as plain:
        plain.connect((host, 80))
    with pytest.raises(NetworkUsedError):
        urllib.request.urlopen(f"http://{host}/", timeout=1)


def test_the_validator_names_page_and_fault() -> None:
    pages = {"/good": PAGE.format("<p>Hello</p>"), "/bad": PAGE.format('<img src="a.png"><p><div></div></p>')}
    found = html_faults(pages)
    assert len(found) >= 2
    assert all(each.startswith("/bad:") for each in found)


def test_links_are_followed_and_downloads_are_not() -> None:
    html = '<a href="two?x=1#part">2</a><a href="/three">3</a><a href="/paper" download>4</a><a>5</a>'
    assert links(html, "http://here/en/one") == ["http://here/en/two?x=1", "http://here/three"]


def test_a_page_that_shows_nothing_new_is_left_out() -> None:
    pages = {"/1": "<p>a</p>", "/2": "<p>b</p>", "/3": '<p class="x">c</p>', "/4": '<a href="/">d</a><p>e</p>'}
    assert distinct(pages) == ["/3", "/4"]


def test_a_page_where_an_element_stands_in_another_one_is_looked_at() -> None:
    pages = {"/1": "<ul><li><br>a</li></ul><p>b</p>", "/2": "<ul><li>c</li></ul>", "/3": "<ul><li><p>d</p></li></ul>"}
    assert distinct(pages) == ["/1", "/3"]


def test_where_an_element_stands_counts_for_nothing_where_only_kinds_are_looked_for() -> None:
    pages = {"/1": "<ul><li>a</li></ul><p>b</p>", "/2": "<ul><li>c</li></ul>", "/3": "<ul><li><p>d</p></li></ul>"}
    assert distinct(pages, kinds) == ["/1"]
    assert distinct({**pages, "/4": "<p hidden>e</p>"}, kinds) == ["/1", "/4"]


def test_a_page_of_another_language_is_read_in_its_turn_or_where_its_elements_are_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pages = {f"/so/{number}": "<ul><li>a</li></ul>" for number in range(4)} | {
        "/so/4": "<ul><li><div>b</div></li></ul>"
    }
    seen = nested("<ul><li>English</li></ul>")
    assert list(told_apart(pages, seen, 1, 3)) == ["/so/1", "/so/4"]
    assert list(told_apart(pages, seen, 2, 3)) == ["/so/2"], "what is read once is not new in the next language"
    monkeypatch.setenv("TESTS_EVERY_PAGE", "1")
    assert list(told_apart(pages, seen, 2, 3)) == list(pages)


def test_a_crawl_looks_at_each_page_with_a_second_language_and_at_each_language_in_a_pack() -> None:
    sample = Sample(every=False)
    here = "/en/courses/finland"
    assert sample.takes(f"{here}/work")
    assert [language for language in ("fi", "ar") if sample.takes(f"{here}/work?with={language}")] == ["fi", "ar"]
    # Another lesson of the course: once, for its own sake; the page for print is one of another kind.
    assert [language for language in ("fi", "ar") if sample.takes(f"{here}/money?with={language}")] == ["fi"]
    assert [language for language in ("fi", "ar") if sample.takes(f"{here}/money/print?with={language}")] == [
        "fi",
        "ar",
    ]
    assert sample.takes("/en/courses/sweden/work?with=ar")
    assert [country for country in ("se", "is") if sample.takes(f"/en/modules/module-1?in={country}")] == ["se", "is"]
    assert not sample.takes("/en/modules/module-1?in=se&with=ar")
    assert not sample.takes(f"{here}/work?with=ar&screen=2")
    whole = Sample(every=True)
    assert all(
        whole.takes(f"{here}/{lesson}?with={language}") for lesson in ("work", "money") for language in ("fi", "ar")
    )


def test_queries_are_counted_and_transactions_are_not(engine: Engine) -> None:
    with count_engine_queries(engine) as sent, engine.begin() as connection:
        connection.execute(text("SELECT 1"))
        connection.execute(text("SELECT 2"))
    assert sent == ["SELECT 1", "SELECT 2"]


def test_a_page_asks_the_database_what_is_counted(
    client: FlaskClient, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    with count_queries() as sent:
        assert client.get("/readyz").status_code == 200
    assert any("alembic_version" in statement for statement in sent)


@pytest.mark.parametrize(
    ("test", "group"),
    [
        ("tests/e2e/test_every_page.py::test_pages[ar-wide]", "tests/e2e/test_every_page.py::test_pages[ar-wide]"),
        ("tests/e2e/test_every_link.py::test_pages[ar]", "tests/e2e/test_every_link.py"),
        ("tests/e2e/test_every_answer.py::test_answers[ar]", "ar"),
        ("tests/e2e/test_whole_way.py::test_way[ar-script]", "tests/e2e/test_whole_way.py::test_way[ar-script]"),
        ("tests/e2e/test_record_store.py::test_list", "tests/e2e/test_record_store.py"),
        ("tests/e2e/test_pages_of_people.py::test_pages[mentor]", "tests/e2e/test_pages_of_people.py"),
        ("tests/e2e/test_old_phones.py::test_way_out[69-en-360-740]", "69"),
        ("tests/lrs/test_interop.py::test_saves[a]", "tests/lrs/test_interop.py"),
    ],
)
def test_a_test_belongs_to_a_language_a_file_or_itself(test: str, group: str) -> None:
    assert group_of(test) == group


def test_files_that_take_long_are_there_and_begin_first() -> None:
    files = [f"tests/{path.relative_to(Path(__file__).parent)}" for path in Path(__file__).parent.rglob("test_*.py")]
    ranks = Counter(rank_of(file) for file in files)
    last = rank_of("tests/lrs/test_filters.py::test_it")
    assert ranks[0] == 1
    assert sorted(ranks) == list(range(last + 1))
    assert sum(count for rank, count in ranks.items() if rank < last) >= 15


CONFTEST = """
from support.scheduling import GroupScheduling
pytest_xdist_make_scheduler = lambda config, log: GroupScheduling(config, log)
"""
SHARING = """
import pytest
@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("language", ["en", "fi"])
def test_it(language, number): ...
"""


def test_a_group_runs_in_one_process(tmp_path: Path) -> None:
    for name, text_of_it in (("conftest.py", CONFTEST), ("tests/e2e/test_every_answer.py", SHARING)):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text_of_it)
    words = [sys.executable, "-m", "pytest", "-p", "xdist", "-n", "2", "-v", "--rootdir", str(tmp_path), "tests"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True, timeout=120)
    ran = re.findall(r"\[(gw\d)\].*PASSED.*\[(en|fi)-\d\]", done.stdout)
    assert len(ran) == 8, done.stdout
    assert len(set(ran)) == 2, done.stdout


@pytest.mark.parametrize(("free", "kept"), [(1 << 40, True), (1 << 20, False)])
def test_temporary_files_stay_in_memory_where_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, kept: bool
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: SimpleNamespace(free=free))
    monkeypatch.setattr("tempfile.tempdir", "elsewhere")
    # What the helper sets is put back at the end, as monkeypatch knows the variable.
    monkeypatch.setenv("TMPDIR", "")
    monkeypatch.delenv("TMPDIR")
    keep_temporary_files_in_memory(tmp_path)
    assert os.environ.get("TMPDIR") == (str(tmp_path) if kept else None)
    assert tempfile.gettempdir() == (str(tmp_path) if kept else "elsewhere")


def test_a_place_for_temporary_files_that_somebody_chose_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", "/chosen")
    keep_temporary_files_in_memory(tmp_path)
    assert os.environ["TMPDIR"] == "/chosen"


def test_no_wait_in_the_browser_takes_a_promise_for_true() -> None:
    for path in Path(__file__).parent.rglob("*.py"):
        tree = ast.parse(path.read_text())
        texts = {
            target.id: ast.unparse(node.value)
            for node in tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            if isinstance(call.func, ast.Attribute) and call.func.attr == "wait_for_function":
                asked = ast.unparse(call.args[0])
                asked += "".join(texts.get(name.id, "") for name in ast.walk(call) if isinstance(name, ast.Name))
                assert not re.search(r"async|\.then\(", asked), (
                    f"{path.name}: support.waiting.until waits for what it brings"
                )


def test_a_site_with_packs_of_its_own_finds_those_that_ship_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class NotStartedError(Exception):
        """What the site is given instead of a process."""

    def refuse(*_words: object, **_more: object) -> NoReturn:
        raise NotStartedError

    monkeypatch.setattr("support.site.start_process", refuse)
    with pytest.raises(NotStartedError), run_site(tmp_path, settings={"PERILLE_PACK_PATHS": str(tmp_path)}):
        pass
    assert (tmp_path / "data" / "perille.sqlite3").read_bytes() == published_file().read_bytes()


def test_what_a_site_writes_is_compiled_once_for_all_sites(make_whole: Callable[..., Whole]) -> None:
    sign_in_as(make_whole(), Role.TRAINER)
    second, compiled = make_whole(), []

    def note(*found: Any) -> None:
        _connection, _cursor, statement, _values, context, _many = found
        if context.cache_hit is CacheStats.CACHE_MISS:
            compiled.append(statement)

    event.listen(second.engine, "before_cursor_execute", note)
    sign_in_as(second, Role.TRAINER, "ben@example.org")
    assert compiled == []


def test_sites_share_the_map_of_their_addresses_until_one_has_another(make_whole: Callable[..., Whole]) -> None:
    first, second, third = (make_whole().app for _site in range(3))
    assert first.url_map is second.url_map
    before = [str(rule) for rule in first.url_map.iter_rules()]
    third.add_url_rule("/planted", "planted", lambda: "Here")
    with pytest.raises(AssertionError, match="planted"):
        third.add_url_rule("/planted/again", "planted", lambda: "There")
    assert third.test_client().get("/planted").text == "Here"
    assert [str(rule) for rule in first.url_map.iter_rules()] == before
    assert first.test_client().get("/planted").status_code == 404
    with pytest.raises(LookupError):
        second.add_url_rule("/<unheard_of:word>", "unheard", lambda word: word)
