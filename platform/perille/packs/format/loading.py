"""A pack's folder, read: every file parsed, nothing yet put together. A library is used in this form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial

from perille.api import PackCheck, did_you_mean
from perille.core.i18n import LANGUAGES
from perille.domain.course import PackKind
from perille.domain.item import checks_translations, translation_faults
from perille.packs.format.audio import FOLDER as AUDIO
from perille.packs.format.audio import RecordableParts, read_audio
from perille.packs.format.facts import KnownFact, read_facts
from perille.packs.format.items import MAX_ITEMS, BankItem, read_bank
from perille.packs.format.lesson_model import BlockForm, Lesson
from perille.packs.format.lesson_reader import read_lesson
from perille.packs.format.manifest import MANIFEST, Manifest, UnitSpec, read_manifest
from perille.packs.format.media import MediaFile, read_media
from perille.packs.format.own_files import OwnFile, read_own_files
from perille.packs.format.translation import Catalogue, Check, Key, Translator, read_catalogue
from perille.packs.source.diagnostics import Diagnostics
from perille.packs.source.files import PackFiles
from perille.packs.source.markdown import fold, has_words, inline
from perille.packs.source.read_cache import Keep, kept_reading, read_anew
from perille.packs.source.registry import InteractionRegistry
from perille.packs.source.unseen_signs import check_signs

#: Where files may stand; anything else is a slip that would be passed over in silence.
_FOLDERS = {"lessons": ".md", "items": ".toml", "facts": ".toml", "translations": ".po", "media": ""}
_AT_TOP = re.compile(r"pack\.toml|[^/]*\.(?:py|md|txt|typed)|LICEN[CS]E[^/]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Message:
    """A block that can be translated."""

    context: str
    msgid: str
    #: File in which it stands.
    path: str
    line: int
    form: BlockForm = BlockForm.PLAIN


@dataclass(frozen=True)
class LoadedPack:
    """Every file of a pack, parsed. `diagnostics` has what was wrong; what could be read is here all the same."""

    files: PackFiles
    manifest: Manifest
    #: Unit -> its lesson.
    lessons: Mapping[str, Lesson]
    #: Bank -> its items, in their order.
    banks: Mapping[str, tuple[BankItem, ...]]
    facts: tuple[KnownFact, ...]
    media: Mapping[str, MediaFile]
    #: "audio/<language>/lessons/<lesson>/<screen>" or ".../items/<item>" -> recording.
    audio: Mapping[str, MediaFile]
    #: "folder/name" -> file of a question type.
    own_files: Mapping[str, OwnFile]
    catalogues: Mapping[str, Catalogue]
    diagnostics: Diagnostics
    #: (check of a plugin, whose it is): what else looks at the pack when it is compiled.
    checks: tuple[tuple[PackCheck, str], ...] = ()
    #: Every block that can be translated, in the order of the source; the same block of a context as often as it stands there.
    messages: tuple[Message, ...] = ()

    @cached_property
    def items(self) -> Mapping[str, BankItem]:
        """Items of all banks by key."""
        return {item.item.key: item for bank in self.banks.values() for item in bank}

    @property
    def slug(self) -> str:
        """The name by which courses call it where it is a library."""
        return self.manifest.slug

    def translator(self, language: str) -> Translator:
        """Return a translator into *language*; without a catalogue it gives the source."""
        return Translator(language, self.manifest.source_language, self.catalogues.get(language))

    def unit_spec(self, key: str) -> UnitSpec | None:
        """Return a unit's table."""
        return self.manifest.unit(key)


def load_pack(
    files: PackFiles, registry: InteractionRegistry, *, today: date | None = None, keep: Keep = read_anew
) -> LoadedPack:
    """Parse a pack's files. *today*: warn of facts whose review is due then; None: do not. *keep*: where readings are kept."""
    diagnostics = _looked_over(files, registry, keep)
    manifest = _read_manifest(files, diagnostics, keep)
    _check_words_of_manifest(manifest, diagnostics)
    _check_facts_place(files, manifest, diagnostics)
    lessons = _read_lessons(files, manifest.id, diagnostics, keep)
    banks = _read_banks(files, registry, diagnostics, keep)
    _check_items(banks, diagnostics)
    own_files = read_own_files(files, registry, diagnostics)
    facts = _read_facts(files, today, diagnostics)
    messages = (
        *_with_words(_manifest_messages(manifest)),
        *_lesson_messages(files, manifest, lessons, keep),
        *_item_messages(files, banks, registry, keep),
        *_with_words(_own_file_messages(own_files)),
        *_with_words(_fact_messages(facts)),
    )
    wanted = {(each.context, each.msgid): each.form for each in messages}
    catalogues = _read_catalogues(files, manifest, wanted, diagnostics, translation_check(banks))
    media = read_media(files, diagnostics, keep)
    keys = tuple(item.item.key for bank in banks.values() for item in bank)
    audio = read_audio(files, RecordableParts(manifest.languages, lessons, keys), diagnostics)
    return LoadedPack(
        files,
        manifest,
        lessons,
        banks,
        tuple(facts),
        media,
        audio,
        own_files,
        catalogues,
        diagnostics,
        tuple(registry.checks),
        messages,
    )


def _looked_over(files: PackFiles, registry: InteractionRegistry, keep: Keep) -> Diagnostics:
    """Begin a pack's diagnostics with those of its folder: what cannot be read, what lies in the wrong place, signs that nobody sees."""
    diagnostics = Diagnostics()
    diagnostics.extend(files.diagnostics.all)
    if MANIFEST not in files.files:
        diagnostics.add_root(MANIFEST, 1, "The folder has no pack.toml")
    _check_places(files, _FOLDERS | dict.fromkeys(registry.item_files, ".toml"), diagnostics)
    check_signs(files, diagnostics, keep)
    return diagnostics


def _read_facts(files: PackFiles, today: date | None, diagnostics: Diagnostics) -> list[KnownFact]:
    return [
        fact
        for path, name in files.under("facts", ".toml")
        for fact in read_facts(path, name, files.text(path), today, diagnostics)
    ]


def _read_manifest(files: PackFiles, diagnostics: Diagnostics, keep: Keep) -> Manifest:
    text, name = files.text(MANIFEST) if MANIFEST in files.files else "", files.name
    key = ("manifest", name, text)
    return kept_reading(keep, key, diagnostics, lambda found: read_manifest(text, name, found))


def _read_lessons(files: PackFiles, pack: str, diagnostics: Diagnostics, keep: Keep) -> dict[str, Lesson]:
    def read(path: str, text: str) -> Lesson:
        key = ("lesson", path, pack, text)
        return kept_reading(keep, key, diagnostics, lambda found: read_lesson(path, text, pack, found))

    return {name: read(path, files.text(path)) for path, name in files.under("lessons", ".md")}


def _read_banks(
    files: PackFiles, registry: InteractionRegistry, diagnostics: Diagnostics, keep: Keep
) -> dict[str, tuple[BankItem, ...]]:
    def read(path: str, name: str, text: str) -> tuple[BankItem, ...]:
        key = ("bank", path, registry, text)
        return kept_reading(keep, key, diagnostics, lambda found: read_bank(path, name, text, registry, found))

    return {name: read(path, name, files.text(path)) for path, name in files.under("items", ".toml")}


def messages_of(pack: LoadedPack) -> tuple[Message, ...]:
    """Return every block that can be translated, in the order of the source; the same block of a context once."""
    return tuple({(each.context, each.msgid): each for each in reversed(pack.messages)}.values())[::-1]


def _with_words(messages: Iterable[Message]) -> tuple[Message, ...]:
    return tuple(each for each in messages if has_words(each.msgid))


def _manifest_messages(manifest: Manifest) -> Iterator[Message]:
    line = manifest.file.line
    yield Message("pack/title", fold(manifest.title), MANIFEST, line(("title",)))
    yield Message("pack/summary", fold(manifest.summary), MANIFEST, line(("summary",)))
    for block in manifest.blocks:
        yield Message(f"block/{block.key}/title", fold(block.title), MANIFEST, block.line)
    for unit in manifest.units:
        if unit.title:
            yield Message(f"unit/{unit.key}/title", fold(unit.title), MANIFEST, unit.line)
        for number, objective in enumerate(unit.objectives, 1):
            yield Message(f"unit/{unit.key}/objective/{number}", fold(objective), MANIFEST, unit.line)
        for section in unit.sections:
            yield Message(f"unit/{unit.key}/section/{section.key}", fold(section.title), MANIFEST, section.line)
    for key, text in manifest.objectives.items():
        yield Message(f"objective/{key}", fold(text), MANIFEST, line(("objectives", key)))


def _lesson_messages(
    files: PackFiles, manifest: Manifest, lessons: Mapping[str, Lesson], keep: Keep
) -> Iterator[Message]:
    place = {unit.key: number for number, unit in enumerate(manifest.units)}
    # The lessons of one unit stand together: that for all, or those of its countries.
    for name in sorted(lessons, key=lambda name: place.get(name.partition(".")[0], len(place))):
        key = ("lesson-messages", name, manifest.id, files.text(lessons[name].path))
        yield from keep(key, partial(_messages_of_lesson, name, lessons[name]))


def _messages_of_lesson(name: str, lesson: Lesson) -> tuple[Message, ...]:
    return _with_words(
        Message(f"lesson/{name}", block.msgid, lesson.path, block.line, block.form) for block in lesson.blocks
    )


def _item_messages(
    files: PackFiles, banks: Mapping[str, tuple[BankItem, ...]], registry: InteractionRegistry, keep: Keep
) -> Iterator[Message]:
    for bank in banks.values():
        if bank:
            key = ("bank-messages", bank[0].path, registry, files.text(bank[0].path))
            yield from keep(key, partial(_messages_of_bank, bank))


def _messages_of_bank(bank: tuple[BankItem, ...]) -> tuple[Message, ...]:
    return _with_words(
        Message(f"item/{item.item.key}/{part}", words, item.path, item.line)
        for item in bank
        for part, words in item.words.items()
    )


def _own_file_messages(own_files: Mapping[str, OwnFile]) -> Iterator[Message]:
    for file in own_files.values():
        for part, words in file.words.items():
            yield Message(file.context(part), words, file.path, file.reading.line(part))


def _fact_messages(facts: Iterable[KnownFact]) -> Iterator[Message]:
    for fact in facts:
        for part, words in fact.words.items():
            yield Message(f"fact/{fact.name}/{part}", words, fact.path, fact.line)


def _check_places(files: PackFiles, folders: Mapping[str, str], diagnostics: Diagnostics) -> None:
    for path in files.files:
        folder, sep, name = path.partition("/")
        if path.startswith(f"{AUDIO}/"):
            continue
        ending = folders.get(folder) if sep else None
        if ending is not None:
            if "/" in name or not name.endswith(ending):
                message = f"Files of {folder}/ stand right in it and end in {ending or 'the ending of a picture'}"
                diagnostics.add(path, 1, message)
        elif not (path.endswith(".py") if sep else _AT_TOP.fullmatch(path)):
            diagnostics.add(path, 1, f'"{folder}" has no place in a pack{did_you_mean(folder, folders)}')


def _check_facts_place(files: PackFiles, manifest: Manifest, diagnostics: Diagnostics) -> None:
    """Facts of a course would be mended in one place and go out of date in the other courses of the country."""
    if manifest.kind is PackKind.LIBRARY:
        return
    for path, country in files.under("facts", ".toml"):
        text = (
            f'Facts stand in a library, and this pack is a {manifest.kind}: make a pack with kind = "library" beside it'
        )
        diagnostics.add(path, 1, f"{text}, move the file to its facts/, and name a fact as {{fact: {country}/key}}")


def _check_words_of_manifest(manifest: Manifest, diagnostics: Diagnostics) -> None:
    for message in _manifest_messages(manifest):
        for fault in inline(message.msgid).diagnostics:
            diagnostics.add(MANIFEST, message.line, fault)


def _check_items(banks: Mapping[str, tuple[BankItem, ...]], diagnostics: Diagnostics) -> None:
    seen: dict[str, BankItem] = {}
    for bank in banks.values():
        for item in bank:
            first = seen.setdefault(item.item.key, item)
            if first is not item:
                text = f'A second item is called "{item.item.key}": {first.path}:{first.line}'
                with diagnostics.about_item(item.item.key):
                    diagnostics.add(item.path, item.line, text)
    if sum(len(bank) for bank in banks.values()) > MAX_ITEMS:
        diagnostics.add(MANIFEST, 1, f"The pack has more than {MAX_ITEMS} items")


def translation_check(banks: Mapping[str, tuple[BankItem, ...]]) -> Check:
    """Return what tells of a translation of an item's part what it does not keep, as its question type knows it."""
    contexts = {
        f"item/{item.item.key}/{part}": (item.interaction, part)
        for bank in banks.values()
        for item in bank
        if checks_translations(item.interaction)
        for part in item.words
    }

    def check(context: str, msgid: str, msgstr: str) -> Iterable[str]:
        if context not in contexts:
            return ()
        interaction, part = contexts[context]
        return translation_faults(interaction, part, msgid, msgstr)

    return check


def _read_catalogues(
    files: PackFiles, manifest: Manifest, wanted: Mapping[Key, BlockForm], diagnostics: Diagnostics, check: Check
) -> dict[str, Catalogue]:
    found = {name: path for path, name in files.under("translations", ".po")}
    for language in manifest.translated_into:
        if language not in found and language in LANGUAGES:
            line = manifest.file.line(("languages",))
            diagnostics.add(
                MANIFEST,
                line,
                f'There is no translations/{language}.po: run perille packs update, or take "{language}" out',
            )
    for name, path in found.items():
        if name not in manifest.translated_into:
            diagnostics.warn(path, 1, f'"languages" of pack.toml does not hold "{name}", so the catalogue is not used')
    return {
        name: read_catalogue(path, name, files.text(path), wanted, diagnostics, check)
        for name, path in found.items()
        if name in manifest.translated_into
    }
