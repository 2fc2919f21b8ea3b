"""The compiler: a folder in, structure and words out. Pure: no database, no clock, no path of the machine."""

from __future__ import annotations

import logging
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path

from msgspec import Raw

from perille.core.traceback_places import describe_error
from perille.domain.content import LocalizedCourse
from perille.domain.course import Block, CourseStructure
from perille.packs.checks.of_plugins import check_by_plugins
from perille.packs.checks.pack import check_pack, fact_book
from perille.packs.checks.two_person_review import is_unreviewed
from perille.packs.compiler.compiled import (
    CompiledPack,
    FactWords,
    Media,
    Summary,
    canonical,
    digest,
    shown_media,
    without_defaults,
)
from perille.packs.compiler.course_words import with_course_words
from perille.packs.compiler.host_words import with_host_words
from perille.packs.compiler.structure_units import item_of, picture_names, unit_of
from perille.packs.compiler.translate import (
    item_audio,
    item_words,
    kept_lesson_words,
    objective_words,
    section_words,
)
from perille.packs.format.loading import LoadedPack, load_pack
from perille.packs.format.media import MIRRORED
from perille.packs.format.units import Libraries, resolve_units
from perille.packs.source.diagnostics import Diagnostic, Diagnostics, PackError
from perille.packs.source.files import PackFiles, read_folder
from perille.packs.source.markdown import fold
from perille.packs.source.read_cache import Keep, read_anew
from perille.packs.source.registry import InteractionRegistry

log = logging.getLogger(__name__)


def load_library(source: Path | PackFiles, registry: InteractionRegistry) -> LoadedPack:
    """Read a library, for `compile_pack` to take its lessons and facts from; its faults are in `diagnostics`."""
    return load_pack(source if isinstance(source, PackFiles) else read_folder(source), registry)


def compile_pack(
    source: Path | PackFiles,
    libraries: Iterable[LoadedPack],
    registry: InteractionRegistry,
    *,
    today: date | None = None,
) -> CompiledPack:
    """Compile a pack; raise PackError with all its faults at once.

    *libraries* may hold the pack itself. *today* adds warnings about facts past review and changes nothing else.
    """
    files = source if isinstance(source, PackFiles) else read_folder(source)
    return compile_loaded(load_pack(files, registry, today=today), libraries)


def compile_loaded(pack: LoadedPack, libraries: Iterable[LoadedPack]) -> CompiledPack:
    """Compile a pack that has been read; raise PackError with all its faults at once."""
    return _Compiler(pack, libraries_beside(pack, libraries)).compiled()


class LenientlyCompiled:
    """A pack that may have faults, for its author to look at; never to be published as it is. Its pages are made when somebody asks."""

    def __init__(self, compiler: _Compiler) -> None:
        self._compiler = compiler

    @property
    def faults(self) -> tuple[Diagnostic, ...]:
        """Every fault."""
        return self._compiler.diagnostics.all

    @property
    def compiled(self) -> CompiledPack | None:
        """What can be compiled of it; None where no page can be made."""
        return self._outcome[0]

    @property
    def failure(self) -> str:
        """Why no page can be made, as the compiler says it; "" where pages can."""
        return self._outcome[1]

    @cached_property
    def _outcome(self) -> tuple[CompiledPack | None, str]:
        # Kept whatever comes of it: the same files would fail in the same way for each who looks.
        try:
            return self._compiler.compiled(), ""
        except Exception as error:
            # A pack with faults may lack anything that the compiler counts on; its faults say what.
            if not self._compiler.diagnostics.errors:
                log.exception("a pack without a fault cannot be compiled")
            return None, describe_error(error)


def compile_leniently(pack: LoadedPack, libraries: Iterable[LoadedPack], keep: Keep = read_anew) -> LenientlyCompiled:
    """Check a pack that may have faults, and compile what can be compiled of it as soon as somebody asks for that.

    *keep*: where words of lessons are kept that did not change.
    """
    return LenientlyCompiled(_Compiler(pack, libraries_beside(pack, libraries), lenient=True, keep=keep))


def libraries_beside(pack: LoadedPack, libraries: Iterable[LoadedPack]) -> Libraries:
    """Return the libraries that a pack may use by their slugs; a library does not use itself."""
    return {each.slug: each for each in libraries if each.manifest.id != pack.manifest.id}


class _Compiler:
    """Puts one pack together."""

    def __init__(
        self, pack: LoadedPack, libraries: Libraries, *, lenient: bool = False, keep: Keep = read_anew
    ) -> None:
        self.keep = keep
        self.pack = pack
        self.manifest = pack.manifest
        self.diagnostics = Diagnostics()
        self.diagnostics.extend(pack.diagnostics.all)
        self.plans = resolve_units(pack, libraries, self.diagnostics)
        check_pack(pack, self.plans, fact_book(pack, libraries), self.diagnostics)
        check_by_plugins(pack, self.diagnostics)
        if self.diagnostics.errors and not lenient:
            raise PackError(self.diagnostics.all)

    def compiled(self) -> CompiledPack:
        """Return everything, with its hashes."""
        structure = self.structure()
        words = {language: self.words(language) for language in self.manifest.languages}
        written = {language: canonical(each) for language, each in words.items()}
        media, bodies = self.media(words.values())
        # The author's order is the order on cards and in the help box.
        facts = tuple(known.fact for known in sorted(self.pack.facts, key=lambda known: (known.path, known.line)))
        fact_words = {language: self.fact_words(language) for language in self.manifest.languages} if facts else {}
        structure_hash = digest(self.essence(structure))
        words_hashes = {
            language: digest(Raw(written[language]), shown_media(media, each), fact_words.get(language))
            for language, each in words.items()
        }
        return CompiledPack(
            summary=self.summary(structure, structure_hash, words, media, written),
            structure=structure,
            words=words,
            written=written,
            facts=facts,
            fact_words=fact_words,
            media=media,
            bodies=bodies,
            structure_hash=structure_hash,
            words_hashes=words_hashes,
            words_hash=digest(words_hashes),
            facts_hash=digest(facts, fact_words),
            warnings=self.diagnostics.warnings,
        )

    def structure(self) -> CourseStructure:
        """Return units, items, right answers and rules."""
        items = {item.item.key: item_of(item, plan) for plan in self.plans for item in plan.items()}
        return CourseStructure(
            pack=self.manifest.id,
            kind=self.manifest.kind,
            trace=self.manifest.trace,
            blocks=tuple(
                Block(key=block.key, units=tuple(name.key for name in block.units)) for block in self.manifest.blocks
            ),
            units=tuple(unit_of(plan) for plan in self.plans),
            items=tuple(items.values()),
            credential=self.manifest.credential,
        )

    def essence(self, structure: CourseStructure) -> dict[str, object]:
        """Return what the hash of the structure is made of: beside it the files of question types, each folder under its name."""
        files: dict[str, dict[str, object]] = {}
        for plan in self.plans:
            for each in plan.own_files():
                files.setdefault(each.files.folder, {})[each.name] = without_defaults(
                    each.compiled(plan.home.manifest.id)
                )
        made = without_defaults(structure)
        assert isinstance(made, dict)
        return made | {folder: list(values.values()) for folder, values in files.items()}

    def words(self, language: str) -> LocalizedCourse:
        """Return every word in one language."""
        own = self.pack.translator(language)
        homes = {self.manifest.id: own}
        for plan in self.plans:
            homes.setdefault(plan.home.manifest.id, plan.home.translator(language))
        lessons = with_course_words(
            {
                plan.key: kept_lesson_words(self.pack, plan, own, homes[plan.home.manifest.id], self.keep)
                for plan in self.plans
            }
        )
        units, items = with_host_words(lessons, item_words(self.plans, homes), language, self.manifest)
        course = LocalizedCourse(
            language=language,
            title=own.text("pack/title", fold(self.manifest.title)),
            summary=own.text("pack/summary", fold(self.manifest.summary)),
            blocks={
                block.key: own.text(f"block/{block.key}/title", fold(block.title)) for block in self.manifest.blocks
            },
            units=units,
            items=items,
            item_audio=item_audio(self.plans, items),
            objectives=objective_words(self.pack, self.plans, homes),
            sections={
                plan.key: section_words(plan, homes[plan.home.manifest.id]) for plan in self.plans if plan.spec.sections
            },
        )
        states = sum((translator.states for translator in homes.values()), Counter[str]())
        return replace(course, states={str(state): count for state, count in sorted(states.items())})

    def fact_words(self, language: str) -> FactWords:
        """Return the words of the pack's own facts."""
        own = self.pack.translator(language)
        return {
            known.name: {
                part: own.text(f"fact/{known.name}/{part}", text, exact=True) for part, text in known.words.items()
            }
            for known in sorted(self.pack.facts, key=lambda known: known.name)
        }

    def media(self, words: Iterable[LocalizedCourse]) -> tuple[dict[str, Media], dict[str, bytes]]:
        """Return the pictures and recordings of the pack and of the libraries it takes units from, and their bytes."""
        packs = {self.manifest.id: self.pack} | {plan.home.manifest.id: plan.home for plan in self.plans}
        wanted = {name for plan in self.plans for name in picture_names(plan)}
        wanted.update(*(each.recordings() for each in words))
        media: dict[str, Media] = {}
        bodies: dict[str, bytes] = {}
        for pack_id, pack in sorted(packs.items()):
            for name, file in sorted({**pack.media, **pack.audio}.items()):
                if f"{pack_id}/{name.removesuffix(MIRRORED)}" in wanted:
                    media[f"{pack_id}/{name}"] = Media.of(file)
                    bodies[file.sha256] = file.converted or pack.files.files[file.path]
        return media, bodies

    def summary(
        self,
        structure: CourseStructure,
        structure_hash: str,
        words: Mapping[str, LocalizedCourse],
        media: Mapping[str, Media],
        written: Mapping[str, bytes],
    ) -> Summary:
        """Return what lists say of the pack."""
        manifest = self.manifest
        weight = len(zlib.compress(written[manifest.source_language], 6))
        return Summary(
            pack_id=manifest.id,
            kind=manifest.kind,
            slug=manifest.slug,
            version=manifest.version,
            source_language=manifest.source_language,
            languages=manifest.languages,
            countries=manifest.countries,
            audiences=manifest.audiences,
            sensitive=manifest.sensitive,
            trace=manifest.trace,
            licence=manifest.licence,
            authors=manifest.authors,
            minutes=structure.minutes,
            unit_count=len(structure.units),
            weight=weight
            + sum(each.size for name, each in media.items() if not each.language and not name.endswith(MIRRORED)),
            titles={language: each.title.plain for language, each in words.items() if each.title.language == language},
            summaries={
                language: each.summary.plain for language, each in words.items() if each.summary.language == language
            },
            structure_hash=structure_hash,
            unreviewed=is_unreviewed(manifest, self.pack.files),
        )
