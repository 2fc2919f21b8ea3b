"""A picture of the library, copied into a draft: under a free name, with who made it, and on a screen with what it shows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from perille.core.database import Session
from perille.core.errors import BadRequest, NotFound
from perille.core.i18n import _
from perille.core.letters import collapse_whitespace
from perille.packs.authoring.item_forms import key_from
from perille.packs.format.loading import LoadedPack, messages_of
from perille.packs.format.media import CREDITS, MIRRORED, chosen_pictures
from perille.packs.published.library import current_library
from perille.studio.builds import DraftBuild, loaded
from perille.studio.lesson_paths import lesson_path
from perille.studio.lesson_source import LessonSource
from perille.studio.models import StudioDraft
from perille.studio.picture_index import CREDIT_KEYS, IndexedPicture, translated
from perille.studio.pictures import prepare_picture
from perille.studio.saving import lesson_text
from perille.studio.story_panels import with_panel
from perille.studio.toml_edit import TomlText, UneditableToml, table_text
from perille.studio.translating import TranslatedBlock, UnreadableCatalogue, path_of, take_words

#: What stands for a description that is not written yet: publishing waits for it.
NO_WORDS = "…"
#: What begins another kind of line than words.
_MARKUP = re.compile(r"\A(?:(?::{3,}|`{3,}|~{3,}|>|\||[-*_=]{3,}$|(?:#{1,6}|[-*+]|\d{1,9}[.)])(?=\s|$))\s*)+")
Changes = dict[str, bytes | None]


@dataclass(frozen=True, slots=True)
class PictureCopy:
    """A picture in a draft, and the files that bring it there: none where it is there already."""

    name: str
    changes: Changes


def copy_of(session: Session, made: DraftBuild, picture: IndexedPicture, origin: str) -> PictureCopy:
    """Return how a picture comes into a draft.

    Raise BadPicture for a drawing that may not, NotFound for one that is gone, BadRequest where the draft's credits cannot be edited.

    *origin*: title of a course that has it; its credit names that as the source where it names none.
    """
    same = (name for name, file in chosen_pictures(made.pack.media).items() if file.sha256 == picture.sha256)
    name = next(same, "")
    if name:
        return PictureCopy(name, {})
    files = made.pack.files.files
    try:
        credits_ = TomlText(files.get(CREDITS, b"").decode("utf-8", "surrogateescape"))
    except UneditableToml as fault:
        raise BadRequest(f"{CREDITS}: {fault}") from fault
    name = _free_name(picture.name, files, credits_)
    changes = _file(session, name, picture.sha256)
    if picture.mirrored:
        changes |= _file(session, f"{name}{MIRRORED}", picture.mirrored)
    credit = {"source": origin, **picture.credit}
    values = {key: credit[key] for key in CREDIT_KEYS if credit.get(key)}
    text = credits_.append(table_text(f"[{name}]", values))
    return PictureCopy(name, {**changes, CREDITS: text.encode("utf-8", "surrogateescape")})


def _free_name(name: str, files: Mapping[str, bytes], credits_: TomlText) -> str:
    # "picture" is what a block names that waits for one (`on_screen`).
    taken = ["picture", *(path.rpartition("/")[2].partition(".")[0] for path in files if path.startswith("media/"))]
    # A credit may be left of a picture that went.
    taken += credits_.file.data
    return name if name not in taken else key_from(name.replace("-", " "), taken, "picture")


def _file(session: Session, name: str, digest: str) -> Changes:
    found = current_library().media_body(session, digest)
    if found is None:
        raise NotFound(_("There is no such picture in the library."))
    # A draft may have a drawing that was never looked at; a photograph was made small when it came.
    drawn = found.mime == "image/svg+xml"
    body = prepare_picture(found.body).body if drawn else found.body
    return {f"media/{name}{'.svg' if drawn else '.webp'}": body}


def on_screen(
    session: Session, draft: StudioDraft, lesson: str, screen: int, name: str, description: str, panel: str = ""
) -> Changes:
    """Return a lesson with a picture on a screen, once: in the *panel* that it is for, in the block that waits for one, or at its end."""
    source = LessonSource(lesson_text(session, draft, lesson_path(lesson)))
    new = with_panel(source, panel, name, _on_one_line(description)) or _shown(source, screen, name, description)
    return {lesson_path(lesson): new.encode("utf-8", "surrogateescape")}


def _shown(source: LessonSource, screen: int, name: str, description: str) -> str:
    text = f"::: picture {name}\n{_on_one_line(description)}\n:::"
    here = source.screens[min(screen, len(source.screens)) - 1] if source.screens else None
    waiting = (
        next((block for block in here.blocks if block.text.startswith("::: picture picture\n")), None) if here else None
    )
    if here is not None and any(block.text.rstrip() == text for block in here.blocks):
        return source.text
    if waiting is not None:
        return source.replace(waiting, text)
    return source.add_block(here, text, None) if here is not None else source.insert(len(source.lines), text)


def _on_one_line(description: str) -> str:
    """Return a description without what would end the block at its beginning, or make a heading or a list of it."""
    return _MARKUP.sub("", collapse_whitespace(description)) or NO_WORDS


def with_translations(
    draft: StudioDraft, made: DraftBuild, changes: Changes, lesson: str, said: Mapping[str, str]
) -> Changes:
    """Return changes that put a picture on a screen, with its description in the other languages of the draft.

    They are drafts there until somebody has reviewed them; what is translated already stays.
    """
    source = said.get(made.pack.manifest.source_language, "")
    wanted = [code for code in made.pack.manifest.languages if said.get(code) and said[code] != source]
    if not source or not wanted:
        return changes
    files = {path: body for path, body in (dict(made.pack.files.files) | changes).items() if body is not None}
    pack = loaded(draft, files)
    return changes | {
        path_of(code): body for code in wanted if (body := _catalogue(pack, code, lesson, source, said[code]))
    }


def _catalogue(pack: LoadedPack, language: str, lesson: str, source: str, words: str) -> bytes | None:
    if translated(pack.files.files.get(path_of(language), b""), [source]):
        return None
    path = lesson_path(lesson)
    here = {
        (each.context, each.msgid)
        for each in messages_of(pack)
        if each.path == path and collapse_whitespace(each.msgid) == source
    }
    try:
        return take_words(pack, language, [TranslatedBlock(*place, words) for place in sorted(here)])[0]
    except UnreadableCatalogue:
        # What is wrong with it is told on the page of translations.
        return None
