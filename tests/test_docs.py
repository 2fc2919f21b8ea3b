"""The documentation is true: it builds without a warning, its links lead somewhere, its examples and commands work."""

from __future__ import annotations

import configparser
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from perille.app import Perille
from perille.cli import perille
from perille.core.config import load_config
from perille.core.settings_page import settings_page
from perille.studio.views import MAX_UPLOAD
from support.markdown import Example, commands, examples, fault_of_command, faults_of_links, pages
from support.places import ROOT

PAGES = pages()
DEPLOYING = Path("docs/deploying.md")
#: What no page of the site may load from elsewhere; links that somebody follows are another thing.
LOADED = re.compile(r"<(?:script|img|iframe|source)\b[^>]*\bsrc=\"(?:https?:)?//|<link\b[^>]*\bhref=\"(?:https?:)?//")
SETTINGS = set(re.findall(r"(?m)^\| `(PERILLE_\w+)`", settings_page()))


def of_language(*languages: str) -> list[Example]:
    return [each for page in PAGES for each in examples(page) if each.language in languages]


def named(file: str) -> str:
    """The text of the one example of the page on servers that says it is this file."""
    (found,) = [each.text for each in examples(DEPLOYING) if each.file.endswith(file)]
    return found


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs")
    words = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return folder


def test_the_site_has_every_page_in_its_navigation_and_search(site: Path) -> None:
    index = (site / "index.html").read_text("utf-8")
    found = {entry["location"] for entry in json.loads((site / "search" / "search_index.json").read_text())["docs"]}
    for page in PAGES:
        if page.parts[0] == "docs":
            address = str(page.relative_to("docs").with_suffix(".html")).replace("README.html", "index.html")
            assert f'href="{address}"' in index or address == "index.html"
            assert address in found or address == "index.html"


def test_the_site_has_no_python_of_those_who_make_it(site: Path) -> None:
    """Modules beside the pages, such as that of the navigation, leave compiled files there when they have run once."""
    assert [*site.rglob("*.py"), *site.rglob("*.pyc")] == []


def test_the_site_loads_nothing_from_elsewhere(site: Path) -> None:
    assert [path.name for path in site.rglob("*.html") if LOADED.search(path.read_text("utf-8"))] == []
    styles = [path for path in site.rglob("*.css") if re.search(r"url\([\"']?(https?:)?//|@import", path.read_text())]
    assert styles == []
    assert LOADED.search('<script src="https://example.org/a.js">')


def pages_without_a_way(docs: Path) -> set[str]:
    """Return the pages of a folder to which no chain of links leads from its index.md."""
    every = {path.relative_to(docs).as_posix() for path in docs.rglob("*.md")}
    reached, waiting = {"index.md"}, ["index.md"]
    while waiting:
        page = docs / waiting.pop()
        for target in re.findall(r"\]\(([^)#:]+\.md)(?:#[^)]*)?\)", page.read_text("utf-8")):
            name = os.path.relpath(page.parent / target, docs)
            if name in every - reached:
                reached.add(name)
                waiting.append(name)
    return every - reached


def test_a_reader_of_the_first_page_is_led_to_every_other() -> None:
    """On GitHub there is no navigation beside the page: what no page links is not found there."""
    assert pages_without_a_way(ROOT / "docs") == set()


def test_a_page_that_nothing_leads_to_is_found(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "index.md").write_text("[a](below/a.md#part)\n")
    (tmp_path / "below" / "a.md").write_text("[b](b.md)\n")
    for name in ("b.md", "c.md"):
        (tmp_path / "below" / name).write_text("[itself](c.md)\n" if name == "c.md" else "# B\n")
    assert pages_without_a_way(tmp_path) == {"below/c.md"}


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_lead_to_files_and_headings(page: Path) -> None:
    assert faults_of_links(ROOT / page) == []


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One\n\n[a](gone.md) [b](#one) [c](#two) [d](page.md#three) ![e](no.png) `[f](x.md)`\n")
    assert [fault.split(": ")[1] for fault in faults_of_links(page)] == ["gone.md", "#two", "page.md#three", "no.png"]


# What changed names what was, too; the page of settings is made from them.
@pytest.mark.parametrize("page", [page for page in PAGES if page.name not in ("CHANGELOG.md", "settings.md")], ids=str)
def test_commands_and_settings_that_a_page_names_are_there(page: Path) -> None:
    assert [fault for words in commands(page) if (fault := fault_of_command(words, perille))] == []
    # A plugin's settings are its own: they begin with PERILLE_PLUGIN_ and its name.
    named = set(re.findall(r"PERILLE_(?!PLUGIN_)[A-Z][A-Z_]*[A-Z]", (ROOT / page).read_text("utf-8")))
    assert named - SETTINGS == set()


#: Addresses in the documentation that are none of the application's: below /srv and /proc are files, /xapi is the record store.
_NO_PAGES = ("/srv/", "/proc", "/xapi")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_addresses_of_pages_that_are_named_are_there(app: Perille) -> None:
    routes = app.url_map.bind("localhost")
    named = {
        (page.as_posix(), address)
        for page in pages()
        for address in re.findall(r"`(/[a-z][^`\s]*)`", (ROOT / page).read_text(encoding="utf-8"))
        if page.parts[0] == "docs" and not address.startswith(_NO_PAGES)
    }
    assert ("docs/try.md", "/verify") in named
    missing = {(page, at) for page, at in named if not any(routes.test(at, method) for method in ("GET", "POST"))}
    # A prefix such as /en leads on to the page with a slash at its end.
    assert {each for each in missing if not routes.test(each[1] + "/", "GET")} == set()


def test_a_command_that_is_not_there_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("`perille bakup FILE`\n\n```sh\nsudo .venv/bin/perille serve --prot 8000   # to see it\n```\n")
    faults = [fault_of_command(words, perille) for words in commands(page)]
    assert [fault.rpartition(": ")[2] for fault in faults] == ["no command bakup", "no option --prot"]


def test_examples_of_data_and_code_can_be_read() -> None:
    for each in of_language("toml"):
        tomllib.loads(each.text)
    for each in of_language("python"):
        compile(each.text, str(each.page), "exec")
    for each in of_language("json"):
        json.loads(each.text)
    assert of_language("toml")
    assert of_language("python")


@pytest.mark.parametrize("example", of_language("sh", "bash", "console"), ids=lambda each: each.page.name)
def test_examples_of_the_shell_are_its_grammar(example: Example) -> None:
    done = subprocess.run(["bash", "-n"], input=example.text, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_pack_of_the_first_page_is_made_and_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    typed = [words for words in commands(Path("docs/try.md")) if words[0] == "packs"]
    assert [words[1] for words in typed] == ["new", "check"]
    for words in typed:
        done = CliRunner().invoke(perille, words)
        assert done.exit_code == 0, done.output
    assert (tmp_path / "my_packs" / "course_harbour" / "pack.toml").is_file()


def unit(name: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(named(name))
    return parser


def test_units_of_systemd_start_what_is_installed_with_one_file_of_settings() -> None:
    """Systemd itself is not asked: it is not on every machine."""
    services = [each for each in examples(DEPLOYING) if each.file.endswith(".service")]
    assert len(services) == 4
    for each in services:
        service = unit(each.file)["Service"]
        assert service["User"] == "perille"
        assert service["EnvironmentFile"] == "/etc/perille.env"
        assert "/srv/perille/.venv/bin/" in service["ExecStart"]
    port = re.findall(r"127\.0\.0\.1:(\d+)", (ROOT / DEPLOYING).read_text("utf-8"))
    # The data folder is the service's alone, or `perille doctor` calls it a fault on the first day.
    assert "install -d -o perille -m 700 /var/lib/perille\n" in (ROOT / DEPLOYING).read_text("utf-8")
    for name, program in (("perille.socket", "perille.service"), ("perille-web.socket", "perille-web.service")):
        assert unit(name)["Socket"]["ListenStream"] == "127.0.0.1:8000"
        assert unit(program)["Unit"]["Requires"] == name
        # gunicorn would open a port of its own, and readers would get 502 while it is restarted.
        assert "--bind" not in unit(program)["Service"]["ExecStart"]
    assert set(port) == {"8000"}


def test_systemctl_is_told_of_units_that_are_there_and_each_is_begun() -> None:
    """A unit that nobody begins, or begins beside one that holds its port, is a site that is down."""
    units = {
        each.file.rpartition("/")[2].removesuffix(".service")
        for each in examples(DEPLOYING)
        if "/systemd/" in each.file
    }
    said = re.findall(r"systemctl (\w+)((?: --now)?(?: perille[-\w.]*)+)", (ROOT / DEPLOYING).read_text("utf-8"))
    told = {verb: set[str]() for verb, _ in said}
    for verb, names in said:
        told[verb].update(name.removesuffix(".service") for name in names.split() if name != "--now")
    assert set.union(*told.values()) <= units
    assert told["enable"] == units - {"perille-backup"}
    assert told["disable"] == {"perille", "perille.socket"}
    # A socket that is left would start the program in the middle of a restore.
    assert told["stop"] == {"perille", "perille.socket"}


def test_a_second_backup_of_a_day_has_a_name_of_its_own() -> None:
    """The one before an upgrade comes after the night's, and a backup overwrites nothing."""
    words = unit("perille-backup.service")["Service"]["ExecStart"].replace("$$", "$").replace("%%", "%")
    typed = shlex.split(words.replace("exec /srv/perille/.venv/bin/perille", "echo"))
    said = subprocess.run(typed, capture_output=True, text=True, check=True).stdout.split()
    assert re.fullmatch(r"/var/backups/perille/\d{4}-\d{2}-\d{2}-\d{4}\.backup", said[1])
    assert fault_of_command(said, perille) == ""


@pytest.mark.parametrize("name", ["Caddyfile", "perille.conf"])
def test_proxies_pass_on_to_the_port_and_let_the_largest_body_through(name: str) -> None:
    """Caddy and nginx are not on every machine: what matters of their files is read here, their whole grammar is not."""
    text = named(name)
    assert text.count("{") == text.count("}") > 0
    assert re.search(r"(reverse_proxy |proxy_pass http://)127\.0\.0\.1:8000\b", text)
    limit = re.search(r"max(?:_body)?_size (\d+)(m|MB);?\n", text)
    assert limit is not None
    largest = max(load_config({}).max_body, MAX_UPLOAD + 64 * 1024)
    assert int(limit[1]) * (1024**2 if limit[2] == "m" else 1000**2) >= largest


def test_nginx_tells_who_asks_and_keeps_no_list_of_readers() -> None:
    text = named("perille.conf")
    statements = [line for line in text.splitlines() if line.strip() and not re.search(r"^\s*#|[{}]\s*$", line)]
    assert all(line.endswith(";") for line in statements)
    told = dict(re.findall(r"proxy_set_header (\S+)\s+(\S+);", text))
    assert told["X-Forwarded-For"] == "$remote_addr"
    assert (told["X-Forwarded-Proto"], told["X-Forwarded-Host"]) == ("$scheme", "$host")
    servers = re.split(r"^server \{$", text, flags=re.MULTILINE)[1:]
    assert len(servers) == 2
    assert all("    access_log off;\n" in each and re.search(r"    error_log \S+ crit;\n", each) for each in servers)


def test_caddy_keeps_no_list_of_readers_whose_request_failed() -> None:
    """Caddy writes the address, the page and the headers of a request that it cannot pass on, as during a restart."""
    (excluded,) = re.findall(r"log default \{\n(?:\s*#.*\n)?\s*exclude (.+)\n", named("Caddyfile"))
    assert excluded.split() == ["http.log.error", "http.handlers.reverse_proxy"]


def test_the_container_installs_as_the_makefile_does_and_not_as_root() -> None:
    """No image is built: a base image would have to be fetched."""
    text, makefile = named("Containerfile"), (ROOT / "Makefile").read_text("utf-8")
    for words in ("install --no-deps --require-hashes -r requirements.lock", "install --no-deps --no-build-isolation"):
        assert words in text
        assert words in makefile
    assert text.index("USER perille") < text.index("CMD ")
    assert "install -d -o perille -m 700 /data" in text
    (command,) = re.findall(r"^CMD (\[.*\])$", text, re.MULTILINE)
    program, *words = json.loads(command)
    assert program == ".venv/bin/perille"
    assert fault_of_command(words, perille) == ""


def test_no_data_and_no_environment_of_the_folder_gets_into_an_image() -> None:
    left_out = set((ROOT / ".dockerignore").read_text("utf-8").splitlines())
    assert {".data", ".git", ".venv"} <= left_out


def test_the_settings_of_the_example_are_accepted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    added = [each.text for each in examples(DEPLOYING) if "added to /etc/perille.env" in each.text]
    lines = (named("perille.env") + "".join(added)).splitlines()
    for name, value in (line.split("=", 1) for line in lines if not line.startswith("#")):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PERILLE_DATA_DIR", str(tmp_path))
    config = load_config(create=True)
    assert (config.site_url, config.production, config.proxy_hops) == ("https://learn.example.org", True, 1)
    assert config.database_url.startswith("postgresql")
