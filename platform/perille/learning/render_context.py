"""What a template asks for while it makes a screen: words with their facts, pictures, contacts, questions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from flask import render_template
from markupsafe import Markup

from perille.core.dates import today
from perille.core.i18n import LANGUAGES, _, gettext, in_language, offered_languages
from perille.core.web.display_preferences import wants_pictures
from perille.core.web.page_addresses import url_for
from perille.core.web.page_cache import leave_uncached
from perille.core.web.templating import lang_attributes
from perille.courses.addresses import ADDRESSES, with_country
from perille.courses.learner_course import LearnerCourse
from perille.domain.content import Piece, Text
from perille.domain.fact import FactKind
from perille.domain.item import (
    Item,
    Outcome,
    Response,
    has_own_buttons,
    words_beside,
)
from perille.learning.questions import field_name, interaction_of, type_links
from perille.learning.right_answer import right_answer
from perille.learning.room_to_write import with_room_to_write
from perille.learning.shown_answer import ShownAnswer, StaleAnswer
from perille.packs.format.media import MIRRORED
from perille.packs.published.library import current_library
from perille.packs.published.placeholders import PlaceholderContext, fill_html, fill_plain
from perille.packs.source.interaction_proxy import ContainedInteraction, InteractionError
from perille.packs.source.markdown import SLOT
from perille.safety.services import Contact, contact_of, contacts_for


@dataclass(frozen=True, slots=True)
class RenderedText:
    """A text in a page: filled HTML, plain words, and lang and dir where it is not in the page's language."""

    html: Markup
    plain: str
    lang: Markup


@dataclass(frozen=True, slots=True)
class Recording:
    """A voice that reads something aloud, as a page plays it."""

    url: str
    #: Language that is spoken.
    language: str
    #: Whether the page must say which language that is: it is not the page's own, or two stand side by side.
    named: bool
    #: Id of its label in the page.
    id: str


@dataclass(slots=True)
class LessonRenderer:
    """Fills the words of one course in one language; made anew for each page."""

    place: LearnerCourse
    #: Language of the words: the page's, or the second one of a parallel view.
    language: str
    answered: ShownAnswer | None = None
    #: Where an answer is posted.
    answer_url: str = ""
    #: Where "skip this" leads.
    skip_url: str = ""
    #: What an answer must name, so that one to another edition is noticed.
    stamp: str = ""
    #: Whether pictures may wait until they are near: not the first screen's.
    lazy: bool = False
    #: Whether a reader can listen: not on paper.
    voice: bool = True
    #: Seed of the order of choices.
    seed: str = ""
    #: Whether the hints of questions are shown.
    hints: bool = True
    #: A second language in which questions say everything too; "" for none.
    second: str = ""
    #: Whether the test is over, so that what was not right is said whole.
    ended: bool = False
    #: Whether the page is for paper, where nothing can be opened.
    paper: bool = False
    #: (address, name, chosen) of each country, where a pack is for several: whom to ask depends on it.
    countries: Sequence[tuple[str, str, bool]] = ()
    _filling: PlaceholderContext = field(init=False)
    #: Keys of questions that could not be shown on this page.
    _unshown: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._filling = PlaceholderContext(
            shelf=current_library(),
            country=self.place.country,
            day=today(),
            language=self.language,
            media_url=lambda pack, name: self.picture(f"{pack}/{name}"),
            # Not relative: the page for print lies one step deeper than the lesson.
            lesson_url=self.lesson_url,
        )

    def _filling_of(self, each: Text | Piece) -> PlaceholderContext:
        """Return what fills the slots of words: facts are said in their language, also where that is not the one asked for."""
        if not each.language or each.language == self.language:
            return self._filling
        return replace(self._filling, language=each.language)

    def html(self, each: Text | Piece) -> Markup:
        """Return words as HTML, telephone facts as links."""
        words = Markup(fill_html(each.html, self._filling_of(each)))  # noqa: S704  (compiled and cleaned; slots are escaped)
        return with_room_to_write(words, _("What you write here is kept nowhere. Print this page before you leave it."))

    def rendered(self, text: Text) -> RenderedText:
        """Return a text for a heading or a list: facts as plain words."""
        filling = self._filling_of(text)
        return RenderedText(
            Markup(fill_html(text.html, filling, links=False)),  # noqa: S704  (as above)
            fill_plain(text.plain, filling),
            self.lang(text),
        )

    def text(self, plain: str) -> str:
        """Fill plain words, such as an alternative text."""
        return fill_plain(plain, self._filling)

    def lang(self, each: Text | Piece) -> Markup:
        """Return lang and dir where the words are not in the language that was asked for."""
        if not each.language or each.language == self.language or each.language not in LANGUAGES:
            return Markup("")
        return lang_attributes(each.language)

    def picture(self, name: str) -> str:
        """Return the address of a picture "pack/name", "" where there is none; the mirrored one where reading goes from the right."""
        media = self.place.edition.media
        mirrored = media.get(f"{name}{MIRRORED}") if LANGUAGES[self.language].direction == "rtl" else None
        found = mirrored or media.get(name)
        return url_for("learning.media", stamp=found.sha256[:20]) if found else ""

    def picture_size(self, name: str) -> tuple[int, int] | None:
        """Return width and height of a picture "pack/name" in its own units, None where they are not known."""
        found = self.place.edition.media.get(name)
        return (found.width, found.height) if found and found.width and found.height else None

    def recording(self, name: str, key: str, *, named: bool = False) -> Recording | None:
        """Return the recording of that name, None where there is none; *key* begins its id, *named*: see `Recording`."""
        found = self.place.edition.media.get(name) if name and self.voice else None
        if found is None:
            return None
        url = url_for("learning.media", stamp=found.sha256[:20])
        return Recording(url, found.language, named or found.language != self.place.language, f"{key}-listen")

    def contacts(self, topic: str) -> list[Contact]:
        """Return the contacts of the course's country for a topic."""
        country = self.place.sure_country
        return contacts_for(country, topic=topic, language=self.language) if country else []

    def numbers_in(self, pieces: Iterable[Piece]) -> list[tuple[str, Contact]]:
        """Return the telephone numbers that pieces name, each once, in their order, each with the code of its country."""
        facts = [self._filling.fact(name) for name in dict.fromkeys(_facts_named(pieces))]
        phones = ((fact.country, fact.key) for fact in facts if fact is not None and fact.kind is FactKind.PHONE)
        found = ((country, contact_of(country, key)) for country, key in dict.fromkeys(phones))
        return [(country, contact) for country, contact in found if contact is not None]

    def item_of(self, key: str) -> Item | None:
        """Return an item of the course."""
        return self.place.structure.item(key)

    def outcome_of(self, item: Item) -> Outcome | None:
        """Return the outcome to show with an item, None before an answer."""
        return self.answered.outcome if self.answered is not None and self.answered.item == item.key else None

    def is_stale(self, item: Item) -> bool:
        """Whether the page shows an answer to an earlier edition, which was not marked."""
        return isinstance(self.answered, StaleAnswer) and self.answered.item == item.key

    def own_buttons(self, item: Item) -> bool:
        """Whether the question's template has its own buttons."""
        return item.key in self._unshown or has_own_buttons(interaction_of(item))

    def lesson_url(self, key: str) -> str:
        """Return the address of a lesson of this course."""
        address = url_for(
            "learning.unit", lang=self.place.language, kind=ADDRESSES[self.place.kind], slug=self.place.slug, key=key
        )
        return with_country(address, self.place)

    def outcome(self, item: Item, response: Response | None) -> Outcome:
        """Return what a response is worth."""
        return interaction_of(item).score(item, response)

    def item(self, item: Item, shown: ShownAnswer | None = None) -> Markup:
        """Return the controls of a question, without script; *shown* is the answer to show, by default the one just given."""
        try:
            return self._controls(item, shown, interaction_of(item))
        except InteractionError:
            # A lesson lives on without one of its questions.
            self._unshown.add(item.key)
            leave_uncached()
            return Markup(render_template("interactions/_unavailable.html"))  # noqa: S704  (as below)

    def _controls(self, item: Item, shown: ShownAnswer | None, interaction: ContainedInteraction) -> Markup:
        if not self.hints:
            item = replace(item, parts=tuple(part for part in item.parts if part != "hint"))
        given: ShownAnswer | None = shown if shown is not None else self.answered
        if given is not None and given.item != item.key:
            given = None
        controls = interaction.guard(
            "its template",
            lambda: render_template(interaction.template, **self._words_of(item), **self._answer_of(item, given)),
        )
        return type_links(interaction) + Markup(controls)  # noqa: S704  (a template's own output)

    def _words_of(self, item: Item) -> dict[str, object]:
        course = self.place.edition.words(self.language)
        words = course.of_item(item)
        return {
            "item": item,
            "name": field_name(item),
            "order": interaction_of(item).arrange(item, self._seed_of(item)),
            # What the page of a walk sends back, so that its buttons stay where they are.
            "seed": self._walk_of(item),
            "words": self._words(words, item),
            "plain": lambda part: self.text(words[part].plain),
            "plain_both": self._plain_both(words, item),
            "beside": self._beside(words, item),
            "also": self.also,
            "paper": self.paper,
            "by_pictures": wants_pictures() and not self.paper,
            "picture": self.picture,
            "picture_size": self.picture_size(item.picture),
            "recording": self.recording(course.item_audio.get(item.key, ""), field_name(item)),
            "lesson_url": self.lesson_url,
        }

    def words_of(self, item: Item) -> Callable[[str], Markup]:
        """Return what gives a part of an item, in the language of the page and in the second one."""
        return self._words(self.place.edition.words(self.language).of_item(item), item)

    def _seed_of(self, item: Item) -> str:
        # Lessons show choices as authored. A role-play is walked, and nobody should find the best way by its place the second time.
        # A walk has no seed before its first choice: its first scene is on a page that is the same for everybody, for a day.
        walked = has_own_buttons(interaction_of(item))
        return self.seed or (self._walk_of(item) or str(today()) if walked else "")

    def _walk_of(self, item: Item) -> str:
        given = self.answered
        return str(getattr(given, "seed", "")) if given is not None and given.item == item.key else ""

    def _answer_of(self, item: Item, given: ShownAnswer | None) -> dict[str, object]:
        response, outcome = (given.response, given.outcome) if given else (None, None)
        words = self._words(self.place.edition.words(self.language).of_item(item), item)
        return {
            "response": response,
            "outcome": outcome,
            "ended": self.ended,
            "right_answer": right_answer(item, interaction_of(item), words, response, outcome, ended=self.ended)
            if outcome
            else None,
            "typed": getattr(given, "typed", ""),
            "shares": getattr(given, "shares", None),
        }

    def also(self, source: str) -> Markup:
        """Return words of the interface in the second language, where there is one and the interface has it."""
        if self.second not in offered_languages():
            return Markup("")
        with in_language(self.second):
            return _second(self.second, gettext(source))

    def _words(self, words: Mapping[str, Text], item: Item) -> Callable[[str], Markup]:
        beside = self._beside(words, item)

        def part_words(part: str) -> Markup:
            text = words[part]
            said = self.rendered(text)
            first = Markup("<span {}>{}</span>").format(said.lang, said.html) if said.lang else said.html
            return first + beside(part)

        return part_words

    def _beside(self, words: Mapping[str, Text], item: Item) -> Callable[[str], Markup]:
        """Return what gives a part in the second language: "" where there is none, or where both are in one language."""
        if not self.second:
            return lambda _part: Markup("")
        other = replace(self, language=self.second, second="")
        theirs = self.place.edition.words(self.second).of_item(item)

        def part_words(part: str) -> Markup:
            text = theirs[part]
            if text.language == words[part].language:
                return Markup("")
            html = Markup(words_beside(interaction_of(item), other.rendered(text).html))  # noqa: S704  (filled and escaped before)
            return _second(text.language, html)

        return part_words

    def _plain_both(self, words: Mapping[str, Text], item: Item) -> Callable[[str], str]:
        """Return what gives a part as plain words in both languages: an entry of a list holds no markup."""
        theirs = self.place.edition.words(self.second).of_item(item) if self.second else words
        other = replace(self, language=self.second or self.language, second="")

        def part_words(part: str) -> str:
            here, there = self.text(words[part].plain), other.text(theirs[part].plain)
            return here if theirs[part].language == words[part].language else f"{here} / {there}"

        return part_words


def _second(language: str, words: str) -> Markup:
    return Markup('<span class="beside" {}>{}</span>').format(lang_attributes(language), words)


def _facts_named(pieces: Iterable[Piece]) -> Iterator[str]:
    slots = (slot for piece in pieces for slot in SLOT.finditer(piece.markup))
    return (slot.group(2) for slot in slots if slot.group(1) == "fact")
