"""What a new draft begins with: an outline and no words, since words that were not meant would be published."""

from __future__ import annotations

from enum import StrEnum

from perille.packs.authoring.item_forms import key_from
from perille.studio.toml_edit import literal


class Starter(StrEnum):
    """What is to be made."""

    SHORT = "short"
    COUNTRY = "country"
    MODULE = "module"


_MANIFEST = """\
id = {id}
kind = {kind}
slug = {slug}
version = "0.1.0"
title = {title}
summary = {summary}
source_language = {language}
languages = [{language}]
countries = [{countries}]
audiences = []
sensitive = false
licence = "CC-BY-4.0"
authors = [{author}]
trace = "progress"

[[block]]
key = "lessons"
title = {title}
units = [{units}]
"""
_LESSON = """
[unit.{key}]
kind = "lesson"
minutes = 1
"""
_TEST = """
[unit.final-check]
kind = "assessment"
title = {title}
minutes = 1
items = "final-check"
move_on = "Passed"
mastery = 0.8

[credential]
kind = "completion"
rule = "all-core"
"""


def new_files(
    starter: Starter,
    title: str,
    slug: str,
    *,
    language: str,
    country: str = "",
    author: str,
    lessons: tuple[str, ...],
    test: str,
) -> dict[str, bytes]:
    """Return the files of a new draft. *lessons*: titles of its first lessons; *test*: of its test, where it has one."""
    kind = "module" if starter is Starter.MODULE else "course"
    keys: list[str] = []
    for name in lessons:
        keys.append(key_from(name, keys, "lesson"))
    units = [*keys, *(["final-check"] if starter is Starter.MODULE else [])]
    manifest = _MANIFEST.format(
        id=literal(f"{kind}_{slug.replace('-', '_')}"),
        kind=literal(kind),
        slug=literal(slug),
        title=literal(title),
        summary=literal(title),
        language=literal(language),
        countries=literal(country) if country else "",
        author=literal(author),
        units=", ".join(map(literal, units)),
    )
    manifest += "".join(_LESSON.format(key=key) for key in keys)
    files = {f"lessons/{key}.md": f"# {name}\n".encode() for key, name in zip(keys, lessons, strict=True)}
    if starter is Starter.MODULE:
        manifest += _TEST.format(title=literal(test))
        files["items/final-check.toml"] = b""
    return {"__init__.py": b'"""A pack of lessons."""\n', "pack.toml": manifest.encode(), **files}
