"""Small packs, written to a folder as an author would write them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

_HELLO = "# Hello\n\nThis is a lesson.\n\n## Next\n\nThis is its second screen.\n"


def write_pack(
    root: Path,
    pack_id: str = "course_small",
    *,
    lessons: Mapping[str, str] | None = None,
    items: Mapping[str, str] | None = None,
    assessments: Mapping[str, str] | None = None,
    translations: Mapping[str, str] | None = None,
    media: Mapping[str, str | bytes] | None = None,
    extra: str = "",
    **settings: object,
) -> Path:
    """Write a pack under *root* and return its folder.

    *lessons*: unit -> Markdown. *items*: bank -> TOML. *assessments*: unit -> bank. *translations*: language ->
    catalogue. *media*: file name -> content. *extra* ends pack.toml as it is; *settings* are its keys at the top, such
    as slug or trace.
    """
    folder = root / pack_id
    written = {"hello": _HELLO} if lessons is None else lessons
    files: dict[str, str | bytes] = {"__init__.py": f'"""The pack {pack_id}."""\n'}
    top = _top(pack_id, tuple(translations or ()), settings)
    files["pack.toml"] = _manifest(top, list(written), assessments or {}) + extra
    files |= {f"lessons/{unit}.md": text for unit, text in written.items()}
    files |= {f"items/{bank}.toml": text for bank, text in (items or {}).items()}
    files |= {f"translations/{language}.po": text for language, text in (translations or {}).items()}
    files |= {f"media/{name}": content for name, content in (media or {}).items()}
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def _top(pack_id: str, languages: tuple[str, ...], settings: Mapping[str, object]) -> dict[str, object]:
    kind, _sep, name = pack_id.partition("_")
    return {
        "id": pack_id,
        "kind": kind if kind == "module" else "course",
        "slug": name.replace("_", "-"),
        "version": "1.0.0",
        "title": f"The {name} course",
        "summary": "A few words.",
        "source_language": "en",
        "languages": ["en", *languages],
        "countries": ["FI"],
        "audiences": ["quota-refugee"],
        "licence": "CC-BY-4.0",
        **settings,
    }


def _manifest(top: Mapping[str, object], lessons: list[str], assessments: Mapping[str, str]) -> str:
    units: dict[str, dict[str, object]] = {unit: {"kind": "lesson", "minutes": 3} for unit in lessons}
    passed = {"kind": "assessment", "title": "Check", "minutes": 2, "move_on": "Passed", "mastery": 1.0}
    units |= {unit: {**passed, "items": bank} for unit, bank in assessments.items()}
    block = {"key": "part", "title": "The only part", "units": list(units)}
    tables = [_table(f"[unit.{unit}]", values) for unit, values in units.items()]
    return "\n".join([_table("", top), _table("[[block]]", block), *tables])


def _table(head: str, values: Mapping[str, object]) -> str:
    """Write a table: text, numbers, yes or no and lists of them look the same in TOML and in JSON."""
    return "\n".join([head, *(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()), ""])


#: A choice with the key `fire`: `leave` is right, `water` is not.
CHOICE = """
[[item]]
key = "fire"
interaction = "choice"
objective = "K: what to do first"
prompt = "The kitchen is on fire. What do you do first?"

[[item.choice]]
key = "leave"
text = "Get out"
right = true
feedback = "Yes. First be safe."

[[item.choice]]
key = "water"
text = "Throw water on it"
feedback = "Water makes burning oil worse."
"""
