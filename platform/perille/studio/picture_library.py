"""The picture library: pictures of every pack and draft of the installation that somebody may take one from, found by words.

Nothing of a draft of another organisation is in it, nor of a course that another organisation published in the Studio, whose source nobody
else gets (`sealed_packs`). A picture is named by the hash of what pages show, and looked for among those that one sees: no address leads
further. What the files of a pack say is read once for as long as they do not change.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import select

from perille.api.folding import fold, without_ends
from perille.core.database import Session
from perille.core.extension_state import AppSlot
from perille.core.i18n import LANGUAGES
from perille.core.lru_cache import LruCache
from perille.packs.compiler.compiled import Media
from perille.packs.format.manifest import MANIFEST
from perille.packs.format.media import CREDITS, MediaFile, read_media
from perille.packs.published.library import current_library
from perille.packs.publishing.models import PackVersion
from perille.packs.publishing.serialization import deserialize
from perille.packs.services import current_packs, texts_of
from perille.packs.source.diagnostics import Diagnostics
from perille.packs.source.files import in_memory
from perille.studio.drafts import bodies_of, drafts_of, hashes_at, manifest_of
from perille.studio.models import StudioDraft
from perille.studio.organisations import sealed_packs, visible_organisations
from perille.studio.picture_index import (
    IndexedPicture,
    Reuse,
    ShownFile,
    index_pack,
    reuse_of,
    translated,
    with_language,
)
from perille.studio.translating import path_of

#: Pictures on one page.
PER_PAGE = 24
#: Letters and words of a search that count.
_LONGEST_SEARCH, _MOST_WORDS = 200, 10
#: Packs and drafts whose pictures stay known, some 20 kB each; files of drafts, a few hundred bytes each; pictures of whole lists, which
#: differ by the draft that they are for and by language.
_PACKS_KEPT, _FILES_KEPT, _LISTED_KEPT = 1_000, 10_000, 20_000

Index = Mapping[str, IndexedPicture]


@dataclass(frozen=True, slots=True)
class PictureSource:
    """A pack or draft that has pictures, as it is now."""

    #: Another one whenever its files are others.
    key: Hashable
    title: str
    is_draft: bool
    #: Takes languages: their catalogues are wanted; none: what says it in the pack's own.
    read_texts: Callable[[Collection[str]], Mapping[str, bytes]] = field(repr=False)
    read_media: Callable[[], Mapping[str, ShownFile]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class LibraryPicture:
    """A picture of the library, once however many packs have it."""

    picture: IndexedPicture
    #: Title, and whether it is a draft, of each pack that has it.
    used_in: tuple[tuple[str, bool], ...]
    #: Keys of the sources that have it.
    keys: frozenset[Hashable]
    #: What a search looks into, letters folded: what it shows and is called, and all that.
    near: str
    text: str

    @property
    def reuse(self) -> Reuse:
        """Whether its licence lets it be used in another course."""
        return reuse_of(self.picture.licence)


_indexes = AppSlot[LruCache[Index]]("studio_picture_indexes", lambda: LruCache(_PACKS_KEPT))
#: (source, language) -> description in the pack's own language -> in that one.
_words = AppSlot[LruCache[Mapping[str, str]]]("studio_picture_words", lambda: LruCache(_PACKS_KEPT * 4))
_lists = AppSlot[LruCache[Mapping[str, LibraryPicture]]](
    "studio_picture_lists", lambda: LruCache(_LISTED_KEPT, weigh=len)
)
#: (path, hash) of a draft's file -> the pictures that it is: one, or none where it cannot be read.
_files = AppSlot[LruCache[Mapping[str, MediaFile]]]("studio_picture_files", lambda: LruCache(_FILES_KEPT))


def library_pictures(
    session: Session, draft: StudioDraft, languages: Sequence[str], lang: str
) -> Mapping[str, LibraryPicture]:
    """Return hash -> picture of all that who is signed in may copy into a draft, but for the draft's own.

    *languages*: in which descriptions are searched beside that of each pack; *lang*: of the titles.
    """
    sources = _sources(session, draft, lang)
    wanted = tuple(dict.fromkeys(languages))
    return _lists().get((tuple((each.key, each.title) for each in sources), wanted), lambda: _listed(sources, wanted))


def search(pictures: Mapping[str, LibraryPicture], words: str) -> list[LibraryPicture]:
    """Return the pictures in which each of these words stands; first those in whose name or description they do."""
    asked = (without_ends(word) for word in fold(words[:_LONGEST_SEARCH]).split()[:_MOST_WORDS])
    wanted = [word for word in asked if word]
    found = [each for each in pictures.values() if all(word in each.text for word in wanted)]
    return sorted(found, key=lambda each: not all(word in each.near for word in wanted)) if wanted else found


def descriptions(
    session: Session, draft: StudioDraft, found: LibraryPicture, languages: Sequence[str]
) -> Mapping[str, str]:
    """Return language -> what a picture shows, in the languages of its packs and in these."""
    sources = (each for each in _sources(session, draft, "") if each.key in found.keys)
    return _said_in(sources, languages, found.picture.sha256)


def described_elsewhere(
    session: Session, draft: StudioDraft, languages: Sequence[str], digest: str
) -> Mapping[str, str]:
    """Return language -> what the picture of this hash shows, as the library says it in these languages; nothing where it is not there."""
    return _said_in(_sources(session, draft, ""), languages, digest)


def _said_in(sources: Iterable[PictureSource], languages: Sequence[str], digest: str) -> Mapping[str, str]:
    """Return language -> what a picture shows; catalogues are read of sources that have it alone."""
    said: dict[str, str] = {}
    for source in sources:
        if any(each.sha256 == digest for each in _index(source).values()):
            for picture in _described(source, languages):
                if picture.sha256 == digest:
                    said = {**picture.descriptions, **said}
    return said


def _sources(session: Session, draft: StudioDraft, lang: str) -> list[PictureSource]:
    """Return what has pictures that who is signed in may copy: published packs first, whose credits others have read.

    Of drafts those of the same organisation alone: who sees several is to carry nothing of one into another's course.
    """
    drafts = (each for each in drafts_of(session, visible_organisations()) if each.id != draft.id)
    return [
        *_published(session, lang),
        *(_of_draft(session, each) for each in drafts if each.organisation_id == draft.organisation_id),
    ]


def _published(session: Session, lang: str) -> Iterator[PictureSource]:
    sealed, library = sealed_packs(), current_library()
    for row in current_packs(session):
        if row.pack_id in sealed:
            continue
        summary = library.summary(row.pack_id)
        titles = summary.titles if summary else {}
        title = titles.get(lang) or titles.get(summary.source_language if summary else "") or row.pack_id
        yield PictureSource(
            ("pack", row.pack_id, row.files_digest),
            title,
            is_draft=False,
            read_texts=lambda _languages, pack_id=row.pack_id: texts_of(session, pack_id),  # type: ignore[misc]
            read_media=lambda row=row: _published_media(session, row),  # type: ignore[misc]
        )


def _published_media(session: Session, row: PackVersion) -> dict[str, ShownFile]:
    """Return the pack's own pictures: those of lessons that it takes from another are that one's."""
    body = session.scalar(select(PackVersion.media).where(PackVersion.id == row.id))
    media, own = deserialize(body, dict[str, Media]) if body else {}, f"{row.pack_id}/"
    return {name.removeprefix(own): each for name, each in media.items() if name.startswith(own) and not each.language}


def _of_draft(session: Session, draft: StudioDraft) -> PictureSource:
    return PictureSource(
        # The number alone may be another revision's: that of a save that was rolled back is given again.
        ("draft", draft.id, draft.revision, draft.changed_at),
        draft.title,
        is_draft=True,
        read_texts=lambda languages: _draft_texts(session, draft, languages),
        read_media=lambda: _draft_media(session, draft),
    )


def _draft_texts(session: Session, draft: StudioDraft, languages: Collection[str]) -> dict[str, bytes]:
    """Return the catalogues of these languages; without any, what says in the draft's own what its pictures show."""
    catalogues = {path_of(code) for code in languages}
    hashes = {
        path: digest
        for path, digest in hashes_at(session, draft).items()
        if path in catalogues
        or (not catalogues and (path in (MANIFEST, CREDITS) or path.startswith(("lessons/", "items/"))))
    }
    bodies = bodies_of(session, hashes.values())
    return {path: bodies[digest] for path, digest in hashes.items()}


def _draft_media(session: Session, draft: StudioDraft) -> dict[str, ShownFile]:
    hashes = hashes_at(session, draft).items()
    wanted = [(path, each) for path, each in hashes if path.rpartition("/")[0] == "media" and path != CREDITS]
    found: dict[str, ShownFile] = {}
    for path, digest in wanted:
        # Of two files of one name the first is the picture, as for whoever reads the pack.
        found = {**_draft_file(session, path, digest), **found}
    return found


def _draft_file(session: Session, path: str, digest: str) -> Mapping[str, MediaFile]:
    """Return the picture that a file is, by its name; its bytes are read where it is not known, one file after the other."""

    def make() -> Mapping[str, MediaFile]:
        files = in_memory("course_x", {path: bodies_of(session, [digest])[digest]})
        read = read_media(files, Diagnostics())
        return {name: replace(each, converted=b"") for name, each in read.items()}

    return _files().get((path, digest), make)


def _index(source: PictureSource) -> Index:
    def make() -> Index:
        media = source.read_media()
        files = source.read_texts(()) if media else {}
        language = manifest_of(files.get(MANIFEST, b""), "").source_language
        # The pack.toml of a draft may be broken: nobody knows its language then.
        return index_pack(files, media, language if language in LANGUAGES else "")

    return _indexes().get(source.key, make)


def _described(source: PictureSource, languages: Iterable[str]) -> list[IndexedPicture]:
    """Return the pictures of a source, described in these languages as far as they are."""
    index = _index(source)
    own = {each.source_language for each in index.values()}
    said = {each.source_language: each.descriptions.get(each.source_language, "") for each in index.values()}
    wanted = [code for code in languages if code not in own] if any(said.values()) else []
    _read_words(source, index, wanted)
    found = list(index.values())
    for code in wanted:
        words = _words().find((source.key, code)) or {}
        found = [
            with_language(each, code, words.get(each.descriptions.get(each.source_language, ""), "")) for each in found
        ]
    return found


def _read_words(source: PictureSource, index: Index, languages: Iterable[str]) -> None:
    """Read what the descriptions of a source are in these languages, where that is not known."""
    known = _words()
    missing = [code for code in languages if known.find((source.key, code)) is None]
    files = source.read_texts(missing) if missing else {}
    own = {words for each in index.values() for words in each.descriptions.values()}
    for code in missing:
        known.put((source.key, code), translated(files.get(path_of(code), b""), own))


def _listed(sources: Iterable[PictureSource], languages: Sequence[str]) -> Mapping[str, LibraryPicture]:
    same: dict[str, list[tuple[PictureSource, IndexedPicture]]] = {}
    for source in sources:
        for picture in _described(source, languages):
            same.setdefault(picture.sha256, []).append((source, picture))
    return {digest: _merged(each, languages) for digest, each in same.items()}


def _merged(found: Sequence[tuple[PictureSource, IndexedPicture]], languages: Sequence[str]) -> LibraryPicture:
    """Return a picture of several packs: the one whose licence counts says who made it."""
    same = [each for _source, each in found]
    _source, picture = max(found, key=_weight)
    said = dict(ChainMap(*(dict(each.descriptions) for each in same)))
    mirrored = picture.mirrored or max(each.mirrored for each in same)
    used_in = tuple(dict.fromkeys((source.title, source.is_draft) for source, _each in found))
    keys = frozenset(source.key for source, _each in found)
    whole = replace(picture, descriptions=said, mirrored=mirrored)
    near = _near(whole, {each.name for each in same}, languages)
    rest = fold(" ".join((picture.credit_line, *(title for title, _draft in used_in))))
    return LibraryPicture(whole, used_in, keys, near, f"{near} {rest}")


def _weight(found: tuple[PictureSource, IndexedPicture]) -> tuple[bool, bool, bool]:
    """Return how far a credit counts: a published one, then one that forbids, as an upload is open unless somebody says otherwise."""
    source, picture = found
    return bool(picture.licence), not source.is_draft, reuse_of(picture.licence) is Reuse.FORBIDDEN


def _near(picture: IndexedPicture, names: Iterable[str], languages: Sequence[str]) -> str:
    """Return what a picture shows and is called, letters folded."""
    said = picture.descriptions
    shown = [said[code] for code in dict.fromkeys((*languages, *said)) if code in said]
    return fold(" ".join((*shown, *names, *(name.replace("-", " ") for name in names))))
