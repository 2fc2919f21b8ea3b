"""What "Your data" says that a browser keeps is what the code sets: no more and no less."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from babel.dates import format_timedelta

import perille
from perille.core.i18n import OFFERED, SOURCE_LANGUAGE, babel_locale
from perille.core.web.leaving import COOKIES
from perille.safety.browser_store import PURPOSES, Cookie
from support.visitor import Page, Visitor
from support.whole import Whole

ROOT = Path(perille.__file__).parent
#: Names in scripts of what is no store: locks, events, a header, and the beginning that all caches share.
_NOT_KEPT = {
    "perille-add",
    "perille-known",
    "perille-queue",
    "perille-removed",
    "perille-opened",
    "perille-used",
    "perille-look",
    "perille-",
}
SAID = {cookie.plain_name: cookie for each in PURPOSES for cookie in each.cookies}
STORES = {name for each in PURPOSES for name in (*each.stores, *each.of_window)}


def set_in_python() -> Iterator[Cookie]:
    """Find each call that sets a cookie, with the values that its module has for what it names."""
    for path in ROOT.rglob("*.py"):
        text = path.read_text()
        if "set_cookie(" not in text or path.name == "cookies.py" and path.parent.name == "web":
            continue
        names = vars(importlib.import_module(".".join(("perille", *path.relative_to(ROOT).with_suffix("").parts))))
        for call in ast.walk(ast.parse(text)):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "set_cookie":
                given = {word.arg: word.value for word in call.keywords}
                # One of several names is taken for all of them.
                named = call.args[1].value if isinstance(call.args[1], ast.Subscript) else call.args[1]
                name, seconds = (eval(ast.unparse(each), names) for each in (named, given["seconds"]))  # noqa: S307  (our own code)
                for each in (name,) if isinstance(name, str) else name:
                    yield Cookie(each, seconds, for_scripts="for_scripts" in given)


def scripts() -> str:
    return "\n".join(path.read_text() for path in sorted((ROOT / "static").rglob("*.js")))


def test_each_cookie_that_the_server_sets_is_said_with_how_long_it_lasts() -> None:
    found = list(set_in_python())
    assert len(found) >= 12
    assert {each.plain_name: each for each in found} == {
        name: SAID[name] for name in {each.plain_name for each in found}
    }


def test_each_cookie_that_a_script_sets_or_deletes_is_said_as_one_that_scripts_read() -> None:
    written = re.findall(r"document\.cookie = `([\w-]+)=(.*?)`", scripts())
    deleted = {name for name, rest in written if rest.startswith(";") and rest.endswith("max-age=0")}
    found = {name for name, rest in written if not rest.startswith(";")}
    assert found == {"lang", "perille_look", "perille_taken", "perille_left", "perille_profile"}
    assert deleted == {"perille_guest", "perille_taken"}
    assert all(SAID[name].for_scripts for name in found | deleted)
    assert all(SAID[name].seconds == 365 * 24 * 3600 for name in found)
    assert len(re.findall(r"document\.cookie\s*=", scripts())) == len(written)


def test_no_other_cookie_is_said_and_leave_and_forget_deletes_each() -> None:
    in_python = {each.plain_name for each in set_in_python()}
    assert set(SAID) == set(COOKIES) == in_python | {"lang", "perille_taken"}


def test_each_store_that_a_script_uses_is_said() -> None:
    text = scripts()
    named = set(re.findall(r"[\"'`](perille(?:-[a-z-]*:?)?)(?=[\"'`$])", text)) - _NOT_KEPT
    assert {f"{name}…" if name.endswith((":", "-")) else name for name in named} == STORES
    # What is opened or set by another name would be missed.
    opened = re.findall(r"(?:Item|caches\.open|indexedDB\.open)\(\"([^\"]+)\"", text)
    assert set(opened) <= STORES


def test_the_page_names_each_and_says_how_long_in_its_language(visitor: Visitor) -> None:
    page = visitor.get("/en/privacy")
    shown = {tag.words for tag in page.all("code")}
    assert shown == set(SAID) | STORES
    assert "perille_taken · 1 year" in page.text
    assert "perille_sign_in · 15 minutes" in page.text
    assert "perille_account · 12 hours" in page.text
    assert "perille_account · 12 tuntia" in visitor.get("/fi/privacy").text


@pytest.mark.parametrize("language", [code for code in OFFERED if code != SOURCE_LANGUAGE])
def test_lifetimes_have_words_in_each_language_of_the_pages(language: str) -> None:
    """CLDR has only letters, "12 h", for some languages; a page in one of those would need words of our own."""
    lives = [timedelta(seconds=cookie.seconds) for cookie in SAID.values()]

    def said(locale: str) -> set[str]:
        return {format_timedelta(life, threshold=1, locale=locale) for life in lives}

    assert said(babel_locale(language)) & (said("en") | said("ckb")) == set()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_who_comes_over_https_is_not_told_the_names_of_who_does_not(whole: Whole) -> None:
    def named(base: str) -> set[str]:
        page = Page(whole.app.test_client().get("/en/privacy", base_url=base))
        return {tag.words for tag in page.all("code")}

    plain, prefixed = "perille_learner", "__Host-perille_learner"
    assert plain in named("http://localhost")
    assert prefixed in named("https://localhost")
    assert plain in named("http://localhost")
