"""Previews of drafts of which no page can be made."""

from __future__ import annotations

import pytest

from perille.packs.compiler.compile import _Compiler
from perille.packs.compiler.compiled import CompiledPack
from studio.author import Author
from support.visitor import Page


@pytest.fixture
def tries(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Make compiling fail, and return what was tried to compile."""
    tried: list[str] = []

    def fail(compiler: _Compiler) -> CompiledPack:
        tried.append(type(compiler).__name__)
        raise KeyError("lost")

    monkeypatch.setattr(_Compiler, "compiled", fail)
    return tried


def preview_of(author: Author) -> Page:
    """Open the preview that stands beside a lesson."""
    frame = author.get("lessons/first-steps").one("iframe")
    return author.visitor.get(frame["src"])


def test_a_preview_that_cannot_be_made_says_why_and_is_tried_once_for_each_save(
    author: Author, tries: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    author.begin("First steps")
    author.add("first-steps", "text")
    author.write("first-steps", 0, "Welcome.")
    tries.clear()
    caplog.clear()
    pages = [preview_of(author) for _look in range(3)]
    assert {page.status for page in pages} == {409}
    assert "no page can be shown" in pages[-1].text
    assert "(KeyError: &#39;lost&#39;)" in pages[-1].text
    assert pages[-1].headers["X-Frame-Options"] == "SAMEORIGIN"
    assert len(tries) == 1
    assert len([each for each in caplog.records if "cannot be compiled" in each.message]) == 1
    author.write("first-steps", 0, "Welcome here.")
    assert preview_of(author).status == 409
    assert len(tries) == 2
