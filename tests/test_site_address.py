"""Addresses: none is typed where `url_for` can write it, and the whole site works below a path of its host."""

from __future__ import annotations

import ast
import io
import re
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from pypdf import PdfReader

from perille.core.config import Config
from perille.core.extensions import db
from perille.core.i18n import OFFERED
from perille.core.web.site_address import MountMiddleware, link_to, mount_path
from perille.enrolment import views as enrolment_views
from perille.people.models import Role
from perille.people.services import invite
from support.people import verify
from support.places import ROOT
from support.repo_files import files
from support.visitor import Page, Visitor
from support.whole import Whole

SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
PACKAGE = Path("platform/perille")
MOUNT = "/learn"
SITE = f"http://localhost{MOUNT}"

#: An attribute that holds an address of our own, and one that is completed by hand.
_TYPED = re.compile(r"""\b(?:href|action|src|formaction|poster)=["']?(?:/(?!/)|[^"'>]*\}\}/[a-z])|[^~ ] ?['"]/['"] ~""")
#: Text of Python that looks like (a part of) the path of a page.
_PATH = re.compile(r"^/[a-z{<]")
#: File -> why paths are written in it.
TYPED_PATHS = {
    "backup/postgresql.py": "a folder of a machine",
    "core/web/host_check.py": "compares the path of a request before there is an application",
    "core/web/leaving.py": "compares the path of a request",
    "core/web/site_address.py": "declares the path of the record store, which has no endpoint",
    "core/web/url_repair.py": "writes a path that nobody knows, and asks the routing whether it exists",
    "credentials/codes.py": "finds a code in an address that somebody typed",
    "learning/right_answer.py": "a part of an item, as in choice/a/feedback",
    "lrs/http/wsgi.py": "compares the path of a request before there is an application",
    "lrs/transfer/transport.py": "resources of another record store",
    "offline/bundle.py": "a name in the phone's cache, which is no page",
    "plugins/examine.py": "compares the rules of a plugin's pages",
    "preview.py": "the preview of an author, always at the root of a server of this machine",
    "safety/language_menu.py": "asks the routing which of the paths above a form's has a page",
    "server/limits.py": "compares the path of a request before there is an application",
    "server/preview.py": "the preview of an author, always at the root of a server of this machine",
    "studio/fact_picker.py": "a part of a fact, as in fact/FI/crisis/label",
    "sync/client.py": "addresses of another installation",
    "sync/protocol_views.py": "the path below which another installation's addresses stand",
    "sync/room.py": "addresses of another installation",
    "tracking/commands.py": "a resource of the record store, which has no endpoint",
}


def templates() -> list[Path]:
    return [path for path in files() if path.is_relative_to(PACKAGE) and path.suffix == ".html"]


def test_no_template_types_an_address() -> None:
    found = {str(path): _TYPED.findall((ROOT / path).read_text("utf-8")) for path in templates()}
    assert len(found) > 50
    assert {path: typed for path, typed in found.items() if typed} == {}


@pytest.mark.parametrize(
    "planted",
    [
        '<a href="/en/">',
        "<form action='/leave'>",
        "{{ crumb('/' ~ language.code) }}",
        '<img src="/media/x">',
        '<a href="{{ course_url }}/certificate">',
    ],
)
def test_a_typed_address_is_found(planted: str) -> None:
    assert _TYPED.search(planted)
    assert not _TYPED.search("""<a href="{{ url_for('safety.help_page') }}?a=/b">""")


def typed_paths(source: str) -> list[str]:
    """Return the texts of a module that look like paths of pages, without rules of routing and documentation."""
    tree = ast.parse(source)
    routes = {id(each) for node in ast.walk(tree) for each in _rule_parts(node)}
    texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in routes)
    begun = (node.values[0] for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) and node.values)
    found = [node.value for node in texts if isinstance(node.value, str) and _PATH.match(node.value)]
    return found + [
        "/{" for first in begun if id(first) not in routes and isinstance(first, ast.Constant) and first.value == "/"
    ]


def _rule_parts(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.FunctionDef):
        yield from (part for each in node.decorator_list for part in ast.walk(each))
    # The rule that several views share is a constant of its own: _CLIENTS = "/<lang:lang>/manage/clients".
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant | ast.JoinedStr):
        text = "".join(str(part.value) for part in ast.walk(node.value) if isinstance(part, ast.Constant))
        if "<" in text:
            yield from ast.walk(node.value)
    if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in _NO_ADDRESS:
        yield from (part for each in node.args for part in ast.walk(each))


#: Folders that write no address of a page: in `interactions` and `packs` what begins with a slash is a part of an item
#: ("choice/a/text"); `testing` asks for pages as readers do.
_NO_PAGES = frozenset({"interactions", "packs", "testing"})
#: Calls whose texts with a slash are names of parts or of files.
_NO_ADDRESS = frozenset(
    {"partition", "rpartition", "split", "strip", "rstrip", "lstrip", "join", "endswith", "replace", "count"}
)


def test_no_address_is_typed_in_code() -> None:
    code = [path.relative_to(PACKAGE) for path in files() if path.is_relative_to(PACKAGE) and path.suffix == ".py"]
    code = [path for path in code if path.parts[0] not in _NO_PAGES]
    found = {path.as_posix(): typed_paths((ROOT / PACKAGE / path).read_text("utf-8")) for path in code}
    assert {path: typed for path, typed in found.items() if typed and path not in TYPED_PATHS} == {}
    assert {path for path in TYPED_PATHS if not found.get(path)} == set(), "needs no exception any more"


@pytest.mark.parametrize("planted", ['redirect("/en/")', 'see(f"{course}/start")', 'see(f"/{code}/")'])
def test_a_path_in_code_is_found(planted: str) -> None:
    assert typed_paths(planted)
    assert not typed_paths('@blueprint.get("/healthz")\ndef alive() -> None: ...\n_RULE = "/<lang:lang>/manage"')


def test_scripts_get_addresses_from_the_page() -> None:
    scripts = [path for path in files() if path.is_relative_to(PACKAGE / "static") and path.suffix == ".js"]
    found = {path.name: re.findall(r"""["'`]/[a-z]+["'`/]""", (ROOT / path).read_text("utf-8")) for path in scripts}
    assert {name: typed for name, typed in found.items() if typed} == {}


@pytest.mark.parametrize("method", ["set_cookie", "delete_cookie"])
def test_cookies_are_set_in_one_place_for_this_site_alone(method: str) -> None:
    code = [path for path in files() if path.is_relative_to(PACKAGE) and path.suffix == ".py"]
    found = [path for path in code if f".{method}(" in (ROOT / path).read_text("utf-8")]
    assert found == [PACKAGE / "core/web/cookies.py"]


# Below a path


def mount(setting: str) -> str:
    return mount_path(Config(data_dir=Path(), database_url="", secret_keys=(), site_url=setting))


def test_the_path_is_that_of_the_setting() -> None:
    assert mount("https://example.org") == mount("https://example.org/") == mount("") == ""
    assert mount("https://example.org/learn/") == mount("https://example.org/learn") == "/learn"


@pytest.mark.parametrize(
    ("script_name", "path", "seen"),
    [
        ("", "/learn/en/", ("/learn", "/en/")),  # the proxy passes the path on
        ("", "/en/", ("/learn", "/en/")),  # ... or cuts it off
        ("", "/learn", ("/learn", "/")),
        ("", "/learned", ("/learn", "/learned")),
        ("/other", "/learn/en/", ("/other", "/learn/en/")),  # the server's word
    ],
)
def test_the_path_goes_where_applications_look_for_it(script_name: str, path: str, seen: tuple[str, str]) -> None:
    environ = {"SCRIPT_NAME": script_name, "PATH_INFO": path}
    MountMiddleware(lambda *_: [], MOUNT)(environ, lambda *_: lambda _data: None)
    assert (environ["SCRIPT_NAME"], environ["PATH_INFO"]) == seen


class Walker:
    """Follows what pages lead to, as one person, and notes whatever leaves the path or does not answer."""

    def __init__(self, visitor: Visitor, exits: tuple[str, ...]) -> None:
        self.visitor = visitor
        self.faults: list[str] = []
        self.pages: dict[str, Page] = {}
        self.forms: set[str] = set()
        self._exits = exits
        self._routes = visitor.app.url_map.bind("localhost")

    def walk(self, *starts: str) -> None:
        """Open pages and all that they lead to."""
        waiting = deque(starts)
        seen = set(starts)
        while waiting:
            path = waiting.popleft()
            page = self.visitor.get(path)
            self.check(path, page)
            led_to = [page.location] if page.status in (301, 302, 303, 307) else list(self._led_to(path, page))
            for each in (urljoin(path, address).partition("#")[0] for address in led_to):
                if each.startswith("/") and each not in seen and _worth_a_look(each):
                    seen.add(each)
                    waiting.append(each)

    def check(self, path: str, page: Page) -> None:
        """Look at an answer: its status, where it leads, and the paths of its cookies."""
        if page.status not in (200, 302, 303, 304):
            self.faults.append(f"{path} answers {page.status}")
        self._own(path, page.location or f"{MOUNT}/")
        self.faults += [
            f"{path}: {cookie}" for cookie in page.headers.getlist("Set-Cookie") if f"Path={MOUNT};" not in f"{cookie};"
        ]

    def _led_to(self, path: str, page: Page) -> Iterator[str]:
        if page.response.mimetype != "text/html":
            return
        self.pages[path] = page
        for tag in page.tags:
            for name in ("href", "src", "data-from"):
                if self._own(path, tag.attributes.get(name, "")):
                    yield tag[name]
            if tag.name == "form" and self._own(path, tag.attributes.get("action", "") or path):
                self._form(path, tag.attributes.get("action", "") or path, tag.attributes.get("method", "get"))

    def _own(self, path: str, address: str) -> bool:
        """Whether an address is one of ours; note one that is, and is not below the path."""
        parts = urlsplit(address)
        if not address or parts.scheme in ("tel", "sms", "data", "mailto") or address.startswith(("#", "?")):
            return False
        if address in self._exits or (parts.netloc and parts.netloc != "localhost"):
            return False
        if not f"{parts.path}/".startswith(f"{MOUNT}/"):
            self.faults.append(f"{path} leads to {address}")
        return True

    def _form(self, path: str, address: str, method: str) -> None:
        below = urlsplit(address).path.removeprefix(MOUNT)
        self.forms.add(below)
        if not self._routes.test(below, method.upper()):
            self.faults.append(f"{path} has a form that leads to nothing: {method} {address}")


def _worth_a_look(address: str) -> bool:
    """Whether a page shows more than another does: of other languages than English the first page alone is opened, and no second one."""
    parts = urlsplit(address)
    language, _sep, rest = parts.path.removeprefix(f"{MOUNT}/").partition("/")
    second = "with=" in parts.query and not parts.path.endswith(".pdf")
    return not second and (not rest or language == "en" or language not in OFFERED)


@pytest.fixture
def below(make_whole: Callable[..., Whole]) -> Whole:
    """The site below a path of its host."""
    return make_whole(site_url=SITE)


def graduate(site: Whole) -> Visitor:
    """Return somebody who has done the course, and has a code and a certificate."""
    visitor, course = site.visitor(), f"{MOUNT}/en/courses/way"
    assert visitor.post(f"{course}/start").location == f"{course}/hello"
    for unit in ("hello", "second"):
        visitor.post(f"{course}/{unit}/next")
    for item in ("one", "two"):
        page = visitor.get(f"{course}/check?item={item}")
        visitor.client.post(f"{course}/check", data={**page.fields(f"check-{item}"), f"a-{item}": "a"})
    assert visitor.get(f"{course}/resume").location == f"{course}/certificate"
    assert visitor.post(f"{course}/certificate", {"name": "Aino"}).status in (200, 303)
    return visitor


def administrator(site: Whole) -> Visitor:
    """Return somebody of the staff, signed in."""
    visitor = site.visitor()
    token = site.do(lambda: invite(db.session, "eva@example.org", Role.ADMINISTRATOR), write=True)
    assert visitor.post(f"{MOUNT}/en/sign-in/{token}").location == f"{MOUNT}/en/sign-in/second-factor"
    verify(site)
    return visitor


PEOPLE = {
    "stranger": (Whole.visitor, f"{MOUNT}/en/courses/way/hello"),
    "graduate": (graduate, f"{MOUNT}/en/courses/way/certificate.pdf"),
    "administrator": (administrator, f"{MOUNT}/en/manage/statements"),
}


@SQLITE
@pytest.mark.parametrize("who", PEOPLE)
def test_below_a_path_everything_answers_and_stays_there(below: Whole, who: str) -> None:
    make, must_see = PEOPLE[who]
    visitor = make(below)
    opened: list[str] = []
    get = visitor.get
    visitor.get = lambda path, **headers: (opened.append(path), get(path, **headers))[1]  # type: ignore[method-assign]
    walker = Walker(visitor, exits=("https://www.wikipedia.org/",))
    walker.walk(f"{MOUNT}/", f"{MOUNT}/en/manage") if who == "administrator" else walker.walk(f"{MOUNT}/")
    assert walker.faults == []
    assert any(path.startswith(must_see) for path in opened)
    assert {path.partition("/static/")[0] for path in opened if "/static/" in path} == {MOUNT}
    assert {"/leave", "/en/courses/way/start" if who == "stranger" else "/forget"} <= walker.forms


@SQLITE
def test_leaving_stays_below_the_path(below: Whole) -> None:
    visitor = below.visitor()
    walker = Walker(visitor, exits=())
    page = visitor.get(f"{MOUNT}/en/courses")
    # leave.js and app.js write their cookies and addresses with it.
    assert page.one("html")["data-site"] == MOUNT
    left = visitor.post(page.one("form", id="leave")["action"])
    walker.check("/leave", left)
    assert (left.status, left.location) == (303, f"{MOUNT}/today")
    assert visitor.cookie("perille_left") is None, "another site on the host sees it"
    assert visitor.client.get_cookie("perille_left", path=MOUNT) is not None
    walker.check("/forget", visitor.post(f"{MOUNT}/forget"))
    assert walker.faults == []


@SQLITE
def test_what_leaves_on_paper_leads_back_below_the_path(below: Whole, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = graduate(below)
    paper = visitor.client.get(f"{MOUNT}/en/courses/way/certificate.pdf")
    text = PdfReader(io.BytesIO(paper.data)).pages[0].extract_text().replace("\n", "")
    assert f"localhost{MOUNT}/verify" in text
    made: list[str] = []
    real = enrolment_views.segno.make
    monkeypatch.setattr(
        enrolment_views.segno, "make", lambda address, **how: (made.append(address), real(address, **how))[1]
    )
    assert visitor.submit(f"{MOUNT}/en/phones/picture").status == 200
    assert [address.startswith(f"{SITE}/en/join/") for address in made] == [True]
    assert visitor.get(made[0].removeprefix("http://localhost")).status == 200


@SQLITE
def test_a_form_that_could_not_be_used_comes_back_below_the_path(below: Whole) -> None:
    page = below.visitor().submit(f"{MOUNT}/verify", {"code": "nonsense"})
    assert page.one("input", id="code")["value"] == "nonsense"


@SQLITE
def test_the_record_store_is_below_the_path(below: Whole) -> None:
    visitor = administrator(below)
    assert visitor.client.get(f"{MOUNT}/xapi/about").status_code == 200
    shown = visitor.submit(f"{MOUNT}/en/manage/clients", {"name": "Reader", "scopes": "all/read"})
    assert f"{SITE}/xapi/" in shown.text


@SQLITE
def test_a_server_that_says_where_the_site_is_needs_no_setting(whole: Whole) -> None:
    client = whole.app.test_client()
    page = Page(client.get("/en/", environ_overrides={"SCRIPT_NAME": MOUNT}))
    assert [tag["href"] for tag in page.all("a") if tag["href"].startswith("/en")] == []
    assert page.one("a", _class="mark")["href"] == f"{MOUNT}/en/"
    # The same page at the root of the host is another one.
    assert Page(client.get("/en/")).one("a", _class="mark")["href"] == "/en/"


@SQLITE
def test_a_nearly_right_address_is_mended_below_the_path(below: Whole) -> None:
    assert below.visitor().get(f"{MOUNT}/EN/Courses/way").location == f"{MOUNT}/en/courses/way"
    assert below.visitor().get(f"{MOUNT}/xx/courses").location == f"{MOUNT}/en/courses"


@SQLITE
def test_a_command_prints_an_address_below_the_path(below: Whole) -> None:
    assert link_to(below.app, SITE, "sign_in.link", lang="en", token="x") == f"{SITE}/en/sign-in/x"  # noqa: S106
