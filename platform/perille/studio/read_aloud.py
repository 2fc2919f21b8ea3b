"""What is read aloud of a draft: each screen and each question in one language, as its learner will see it, its facts filled in."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from markupsafe import Markup

from perille.core.dates import today
from perille.core.i18n import LANGUAGES
from perille.core.letters import collapse_whitespace
from perille.core.web.page_addresses import url_for
from perille.core.web.templating import lang_attributes
from perille.domain.content import Entry, Piece, PieceKind, Screen, Text
from perille.packs.compiler.screens import make_screens
from perille.packs.format.audio import ITEMS, LESSONS, screen_names
from perille.packs.format.loading import LoadedPack
from perille.packs.format.media import MIRRORED
from perille.packs.format.spoken import words_hash
from perille.packs.published.library import current_library
from perille.packs.published.placeholders import PlaceholderContext, fill_html, fill_plain

#: Parts of a question that are not read with it: they are said after an answer or on wish, or describe a picture.
_NOT_READ = re.compile(r"(?:^|/)(?:hint|feedback\w*|picture_description|why|led_to)$")
#: A gap of a text, as the question is written; a blank is read there.
_GAP = re.compile(r"\(\([a-z0-9-]+\)\)")
_TAG = re.compile(r"<[^>]*>")
_BLOCK_END = re.compile(r"</(?:p|li|h\d|td|th|dt|dd|div|tr)>|<br ?/?>")


@dataclass(frozen=True, slots=True)
class Reading:
    """Something that one person reads aloud in one go."""

    #: As recordings are called: "lessons/<lesson>/<screen>" or "items/<item>".
    name: str
    #: Title of the lesson, "" of a question.
    lesson: str
    #: Heading of the screen, or the question.
    title: str
    #: What stands on the page, safe.
    html: Markup
    #: The same as plain words.
    words: str
    #: Whether it is in the language that was asked for: nobody listens to a screen that is not translated at all.
    is_translated: bool

    @property
    def hash(self) -> str:
        """What tells these words from others."""
        return words_hash(self.words)

    @property
    def is_question(self) -> bool:
        """Whether it is a question."""
        return self.name.startswith(f"{ITEMS}/")


class Reader:
    """Makes readings of a pack in one language."""

    def __init__(self, pack: LoadedPack, language: str) -> None:
        self.pack = pack
        self.language = language
        self._translator = pack.translator(language)
        countries = pack.manifest.countries
        self._filling = PlaceholderContext(
            shelf=current_library(),
            country=countries[0] if countries else "",
            day=today(),
            language=language,
            media_url=lambda _pack, name: self._picture(name),
        )

    def readings(self) -> list[Reading]:
        """Return everything that can be read aloud, in the order of the pack's files of lessons, then its questions."""
        return [*self._screens(), *(self._item(key) for key in self.pack.items)]

    def _screens(self) -> Iterator[Reading]:
        order = [unit.key for block in self.pack.manifest.blocks for unit in block.units]
        place = {key: at for at, key in enumerate(order)}
        for name in sorted(self.pack.lessons, key=lambda each: (place.get(each.partition(".")[0], len(place)), each)):
            yield from self._lesson(name)

    def _lesson(self, name: str) -> Iterator[Reading]:
        lesson = self.pack.lessons[name]
        texts = [self._text(f"lesson/{name}", block.msgid) for block in lesson.blocks]
        title = texts[lesson.title] if lesson.title is not None else None
        called = self._plain(title) if title is not None else name
        screens = zip(screen_names(lesson), make_screens(lesson, texts, self.language), strict=True)
        for at, (slug, screen) in enumerate(screens):
            yield self._screen(f"{LESSONS}/{name}/{slug}", screen, called, title if at == 0 else None)

    def _screen(self, name: str, screen: Screen, lesson: str, title: Text | None) -> Reading:
        """Return a screen of a lesson, *title* before it where that stands above it; its questions are read by themselves."""
        heads = [each for each in (title, screen.heading) if each is not None]
        pieces = [each for each in screen.pieces if each.kind is not PieceKind.CHECK]
        html = Markup().join((*map(self._heading, heads), *map(self._piece, pieces)))
        spoken = {each.language for each in heads} | {each.language for each in pieces if each.markup}
        heading = self._plain(screen.heading) if screen.heading is not None else lesson
        return Reading(name, lesson, heading, html, plain(html), self._in_language(spoken))

    def _item(self, key: str) -> Reading:
        item = self.pack.items[key]
        texts = {
            part: self._text(f"item/{key}/{part}", words, exact=True)
            for part, words in item.words.items()
            if not _NOT_READ.search(part)
        }
        prompt = texts.pop("prompt", None)
        head = self._heading(prompt) if prompt is not None else Markup("")
        rest = Markup().join(
            Markup("<li{}>{}</li>").format(self._lang(each), self._html(each)) for each in texts.values()
        )
        picture = self._image(item.item.picture.rpartition("/")[2])
        html = picture + head + (Markup("<ul>{}</ul>").format(rest) if rest else "")
        title = self._plain(prompt) if prompt is not None else key
        spoken = {prompt.language} if prompt is not None else set()
        return Reading(f"{ITEMS}/{key}", "", title, html, plain(html), self._in_language(spoken))

    def _in_language(self, spoken: set[str]) -> bool:
        return self.language in spoken or not spoken

    def _text(self, context: str, msgid: str, *, exact: bool = False) -> Text:
        return self._translator.text(context, msgid, exact=exact)

    def _fill(self, html: str, language: str) -> Markup:
        filling = replace(self._filling, language=language or self.language)
        return Markup(_GAP.sub("…", fill_html(html, filling, links=False)))  # noqa: S704  (compiled and cleaned; slots are escaped)

    def _html(self, text: Text) -> Markup:
        return self._fill(text.html, text.language)

    def _plain(self, text: Text) -> str:
        return _GAP.sub("…", fill_plain(text.plain, replace(self._filling, language=text.language)))

    def _heading(self, text: Text) -> Markup:
        return Markup("<h3{}>{}</h3>").format(self._lang(text), self._html(text))

    def _lang(self, each: Text | Piece) -> Markup:
        other = each.language and each.language != self.language
        return Markup(" {}").format(lang_attributes(each.language)) if other else Markup("")

    def _piece(self, piece: Piece) -> Markup:
        if piece.kind is PieceKind.PICTURE:
            return self._image(piece.name.rpartition("/")[2])
        lines = Markup().join(Markup("<li>{}</li>").format(self._entry(piece.kind, each)) for each in piece.entries)
        words = self._fill(piece.html, piece.language) + (Markup("<ul>{}</ul>").format(lines) if lines else "")
        return Markup("<div{}>{}</div>").format(self._lang(piece), words) if words else Markup("")

    def _entry(self, kind: PieceKind, entry: Entry) -> Markup:
        words = Markup("<span{}>{}</span>").format(self._lang(entry.text), self._html(entry.text))
        if kind is PieceKind.WORDS:
            return Markup("{}: ").format(entry.key) + words
        return (Markup("{}: ").format(entry.label) if entry.label else Markup("")) + words

    def _image(self, name: str) -> Markup:
        address = self._picture(name)
        return Markup('<p><img src="{}" alt=""></p>').format(address) if address else Markup("")

    def _picture(self, name: str) -> str:
        from_the_right = self.language in LANGUAGES and LANGUAGES[self.language].direction == "rtl"
        mirrored = self.pack.media.get(f"{name}{MIRRORED}") if from_the_right else None
        found = mirrored or self.pack.media.get(name)
        return url_for("learning.media", stamp=found.sha256[:20]) if found else ""


def plain(html: str) -> str:
    """Return the words of a page, a line a block.

    >>> plain("<p>Call <b>112</b>.</p><ul><li>Say &amp; wait</li></ul>")
    'Call 112.\\nSay & wait'
    """
    text = entities.unescape(_TAG.sub("", _BLOCK_END.sub("\n", html)))
    return "\n".join(line for line in (collapse_whitespace(each) for each in text.split("\n")) if line)
