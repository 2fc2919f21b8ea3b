"""What changed between two states of a draft, in words that a trainer can read; kept as words and values, said in the reader's language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from perille.core.i18n import LANGUAGES, _, ngettext
from perille.core.letters import collapse_whitespace
from perille.domain.fact import Fact
from perille.packs.format.audio import FOLDER as AUDIO
from perille.packs.format.catalogue_reader import read_entries
from perille.packs.format.facts import read_facts
from perille.packs.format.manifest import MANIFEST
from perille.packs.format.media import CREDITS, MIRRORED
from perille.packs.format.spoken import SPOKEN
from perille.packs.source.diagnostics import Diagnostics
from perille.packs.source.markdown import without_languages
from perille.studio.drafts import manifest_of
from perille.studio.lesson_source import LessonBlock, LessonSource
from perille.studio.manifest_changes import manifest_changes, manifest_sentence
from perille.studio.picture_index import credits_of
from perille.studio.questions import items_of
from perille.studio.toml_edit import UneditableToml

Files = Mapping[str, bytes]
#: A kind of change, and what it is about: ["lesson-changed", "Your course", "2", "Call the nurse line"].
Change = list[str]
_ASKED = re.compile(r":::+ *check +(\S+)")
#: Folders, and the top ("") with pack.toml, whose files are told in their own words.
_NO_ITEM_FILES = frozenset({"", "lessons", "items", "media", "facts", "translations"})
#: What a question says with a name that is of no file of its own: an objective may be called like a role-play.
_NO_FILES = frozenset({"key", "interaction", "objective", "picture"})
#: Characters of words that are quoted.
_QUOTED = 80


def describe(before: Files, after: Files) -> list[Change]:
    """Return what changed, in the order in which a reader would ask."""
    found: list[Change] = []
    for path in _paths(before, after, "lessons/"):
        found += _lesson(path, before, after)
    files = _files_of_items(before, after)
    # Of a changed file of a question it is not known in which bank that stands.
    for path in _paths(before, after, "items/") if not files else _banks(before, after):
        found += _bank(path, before, after, files)
    return [
        *found,
        *_facts(before, after),
        *_manifest(before, after),
        *_pictures(before, after),
        *_recordings(before, after),
        *_translations(before, after),
    ]


def _pictures(before: Files, after: Files) -> Iterator[Change]:
    """Yield each picture once that is new, gone or another one, is mirrored otherwise, or that somebody else made now."""
    changed = {stem.removesuffix(MIRRORED) for stem in _stems(_paths(before, after, "media/"))}
    # By their names: a photograph may take the place of a drawing.
    old, new = _stems(before), _stems(after)
    for name in sorted(_credited(before, after) | changed):
        yield [f"picture-{_how(name, old, new)}", name]


def _credited(before: Files, after: Files) -> set[str]:
    """Return the names of the pictures that were and are there, of which something else is said now."""
    old, new = credits_of(before), credits_of(after)
    return {name for name in old.keys() & new.keys() if old[name] != new[name]}


def _stems(paths: Iterable[str]) -> set[str]:
    """Return the names of the pictures among some files."""
    pictures = (each for each in paths if each.startswith("media/") and not each.startswith(f"{AUDIO}/"))
    return {path.rpartition("/")[2].rpartition(".")[0] for path in pictures if path != CREDITS}


def _recordings(before: Files, after: Files) -> Iterator[Change]:
    spoken = _paths(before, after, f"{AUDIO}/")
    languages = Counter(path.split("/")[2] for path in spoken if not path.endswith(f"/{SPOKEN}"))
    for language, number in sorted(languages.items()):
        yield ["recordings-changed", language, str(number)]


def _translations(before: Files, after: Files) -> Iterator[Change]:
    for path in _paths(before, after, "translations/"):
        if _translated(path, before) != _translated(path, after):
            yield ["translation-changed", path.rpartition("/")[2].removesuffix(".po")]


def _translated(path: str, files: Files) -> object:
    """Return where which words of a translation stand: publishing brings a catalogue up to date in which nobody has written."""
    body = files.get(path, b"")
    # Not by polib, which takes four times as long: two catalogues of each language are read while nobody else can write.
    entries = read_entries(body.decode("utf-8", "replace"), lambda _line, _message: None)
    return (
        body
        if entries is None
        else Counter((each.msgctxt, each.msgstr) for each in entries if each.msgid and each.msgstr)
    )


def _paths(before: Files, after: Files, folder: str) -> list[str]:
    both = before.keys() | after.keys()
    return sorted(path for path in both if path.startswith(folder) and before.get(path) != after.get(path))


def _how(name: str, before: Container[str], after: Container[str]) -> str:
    return "added" if name not in before else "gone" if name not in after else "changed"


def _lesson(path: str, before: Files, after: Files) -> Iterator[Change]:
    old, new = (LessonSource(files.get(path, b"").decode("utf-8", "replace")) for files in (before, after))
    how = _how(path, before, after)
    if how != "changed":
        yield [f"lesson-{how}", new.title or old.title]
        return
    changed, gone = _not_in(old, new), _not_in(new, old)
    if changed:
        quoted = (_quoted(block.text) or _asked(block.text, after) for block in changed)
        yield ["lesson-changed", new.title, str(len(changed)), next(filter(None, quoted), "…")]
    # A changed block is one that is gone and one that is new.
    fewer = len({block.digest for block in gone}) - len(changed)
    if fewer > 0:
        yield ["lesson-shorter", new.title, str(fewer)]
    elif not changed:
        yield ["lesson-moved", new.title]


def _not_in(other: LessonSource, lesson: LessonSource) -> list[LessonBlock]:
    """Return the blocks of a lesson whose text the other one has nowhere."""
    known = {block.digest for block in other.blocks}
    return [block for block in lesson.blocks if block.digest not in known]


def _asked(text: str, files: Files) -> str:
    """Return the prompt of the question that a block asks: the block has no words of its own."""
    found = _ASKED.match(text)
    banks = (_items(body) for path, body in files.items() if found and path.startswith("items/"))
    return next((_quoted(str(bank[found[1]].get("prompt", ""))) for bank in banks if found and found[1] in bank), "")


def _quoted(text: str) -> str:
    lines = (line for line in text.split("\n") if line.strip() and not line.startswith(":::"))
    words = re.sub(r"[*_#|]+|\{fact: ?|\}", "", without_languages(" ".join(lines)))
    plain = collapse_whitespace(words)
    return plain if len(plain) <= _QUOTED else f"{plain[: _QUOTED - 1]}…"


def _banks(before: Files, after: Files) -> list[str]:
    return sorted(path for path in before.keys() | after.keys() if path.startswith("items/"))


def _files_of_items(before: Files, after: Files) -> set[str]:
    """Return the names of the changed files that questions name, such as those of role-plays, whichever folder their type has."""
    changed = (path.rpartition("/") for path in _paths(before, after, "") if path.endswith(".toml"))
    return {name.removesuffix(".toml") for folder, _slash, name in changed if folder not in _NO_ITEM_FILES}


def _names(item: Mapping[str, object], files: set[str]) -> bool:
    """Tell whether a question names one of these files."""
    return any(key not in _NO_FILES and words in files for key, words in item.items() if isinstance(words, str))


def _bank(path: str, before: Files, after: Files, named: set[str]) -> Iterator[Change]:
    old, new = (_items(files.get(path, b"")) for files in (before, after))
    for key in (*new, *(key for key in old if key not in new)):
        item = new.get(key) or old[key]
        if old.get(key) != new.get(key) or _names(item, named):
            yield [f"question-{_how(key, old, new)}", _quoted(str(item.get("prompt", key)))]


def _items(body: bytes) -> dict[str, Mapping[str, object]]:
    try:
        return {str(item.get("key")): item for item in items_of(body.decode("utf-8", "replace"))}
    except UneditableToml:
        return {}


def _facts(before: Files, after: Files) -> Iterator[Change]:
    for path in _paths(before, after, "facts/"):
        yield from _facts_of(path, before, after)


def _facts_of(path: str, before: Files, after: Files) -> Iterator[Change]:
    """Yield what changed of each fact of a country: its words, and what readers see now."""
    country = path.rpartition("/")[2].removesuffix(".toml")
    old, new = (_known_facts(country, path, files.get(path, b"")) for files in (before, after))
    for key in (*new, *(key for key in old if key not in new)):
        if old.get(key) != new.get(key):
            how = "added" if key not in old else "gone" if key not in new else "changed"
            label, fact = new.get(key) or old[key]
            yield [f"fact-{how}", f"{country}: {label}", "1", fact.value]


def _known_facts(country: str, path: str, body: bytes) -> dict[str, tuple[str, Fact]]:
    text = body.decode("utf-8", "replace").replace("\r\n", "\n")
    found = read_facts(path, country, text, None, Diagnostics())
    return {each.fact.key: (each.words.get("label", ""), each.fact) for each in found}


def _manifest(before: Files, after: Files) -> Iterator[Change]:
    old, new = (manifest_of(files.get(MANIFEST, b""), "") for files in (before, after))
    # A lesson that is new or gone is told by its name.
    told = {path[len("lessons/") : -len(".md")] for path in before.keys() ^ after.keys() if path.startswith("lessons/")}
    yield from manifest_changes(old, new, told)


def in_words(changes: Iterable[Sequence[str]]) -> list[str]:
    """Return changes as sentences in the reader's language."""
    return [_sentence(change[0], *change[1:]) for change in changes if change]


def _sentence(kind: str, name: str = "", count: str = "1", words: str = "") -> str:
    number = int(count) if count.isdigit() else 1
    return (
        _counted_sentence(kind, name, number, words)
        or _plain_sentence(kind, name)
        or _sentence_of_fact(kind, name, words)
        or manifest_sentence(kind, name, count)
    )


def _counted_sentence(kind: str, name: str, number: int, words: str) -> str:
    """Return the sentence of a change that says how many; "" for another kind."""
    if kind == "lesson-changed":
        return ngettext(
            "Lesson “%(name)s”: %(num)s block is new or changed: %(words)s",
            "Lesson “%(name)s”: %(num)s blocks are new or changed, the first: %(words)s",
            number,
            name=name,
            words=words,
        )
    if kind == "lesson-shorter":
        return ngettext(
            "Lesson “%(name)s”: %(num)s block was taken out",
            "Lesson “%(name)s”: %(num)s blocks were taken out",
            number,
            name=name,
        )
    if kind == "recordings-changed":
        language = _language(name)
        return ngettext(
            "%(num)s recording is new, changed or gone: %(language)s",
            "%(num)s recordings are new, changed or gone: %(language)s",
            number,
            language=language,
        )
    return ""


def _plain_sentence(kind: str, name: str) -> str:
    sentences = {
        "lesson-added": _("New lesson: “%(name)s”", name=name),
        "lesson-gone": _("Lesson taken out: “%(name)s”", name=name),
        "lesson-moved": _("Lesson “%(name)s”: put in another order", name=name),
        "question-added": _("New question: “%(name)s”", name=name),
        "question-gone": _("Question taken out: “%(name)s”", name=name),
        "question-changed": _("Question changed: “%(name)s”", name=name),
        "picture-added": _("New picture: %(name)s", name=name),
        "picture-gone": _("Picture taken out: %(name)s", name=name),
        "picture-changed": _("Picture changed: %(name)s", name=name),
        "translation-changed": _("Translation changed: %(name)s", name=_language(name)),
    }
    return sentences.get(kind, "")


def _language(code: str) -> str:
    return LANGUAGES[code].name if code in LANGUAGES else code


def _sentence_of_fact(kind: str, name: str, value: str) -> str:
    said = {
        "fact-added": _("New fact: “%(name)s”: %(value)s", name=name, value=value),
        "fact-gone": _("Fact taken out: “%(name)s”", name=name),
        "fact-changed": _("Fact changed: “%(name)s”: %(value)s", name=name, value=value),
    }
    return said.get(kind, "")
