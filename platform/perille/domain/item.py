"""Items, interactions and what they answer: the vocabulary of question types.

Words follow QTI (item, interaction, response, outcome) and xAPI 1.0.3 Data 2.4.4.1 (interaction activities).

>>> class Plain:
...     name = "plain"
...
>>> plain = Plain()
>>> is_scored(plain), is_typed(plain), has_own_buttons(plain), measures_picture(plain)
(True, False, False, False)
>>> files_of(plain), offline_script(plain), translation_faults(plain, "prompt", "Yes", "Ja"), words_beside(plain, "<b>Ja</b>")
(('', ''), '', (), '<b>Ja</b>')
>>> checks_translations(plain)
False
>>> recording_of(plain), may_record(plain, sensitive=True)
(<Recording.ALWAYS: 'always'>, True)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

#: What a learner gave: option keys, pairs "a[.]b" or one typed value, as the interaction defines; never empty.
Response = tuple[str, ...]
#: A submitted form: every value of every field.
Form = Mapping[str, Sequence[str]]
#: One [[item]] table as TOML gives it.
ItemTable = Mapping[str, object]


class InteractionType(StrEnum):
    """The ten types of xAPI (Data 2.4.4.1, Appendix C)."""

    TRUE_FALSE = "true-false"
    CHOICE = "choice"
    FILL_IN = "fill-in"
    LONG_FILL_IN = "long-fill-in"
    MATCHING = "matching"
    PERFORMANCE = "performance"
    SEQUENCING = "sequencing"
    LIKERT = "likert"
    NUMERIC = "numeric"
    OTHER = "other"


class Recording(StrEnum):
    """What may be kept of a response."""

    #: It is kept with the attempt, and goes into its statement.
    ALWAYS = "always"
    #: The same, but in a sensitive pack nothing of it is kept or sent anywhere: it may tell of a real person.
    UNLESS_SENSITIVE = "unless-sensitive"
    #: It is counted and never kept with a person.
    COUNTED = "counted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One choice, step, source or target; its key never changes with the language (QTI simpleChoice)."""

    key: str
    right: bool = False
    #: Name of the picture of the pack that it is, or "".
    picture: str = ""
    #: Name of a picture of the pack that stands beside its words for who finds their way by pictures, or "".
    illustration: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """The smallest thing asked and scored (QTI assessmentItem), without its words."""

    key: str
    interaction: str
    objective: str = ""
    critical: bool = False
    #: 1 easy, 2, 3 hard.
    difficulty: int = 1
    #: ISO code where the item holds for one country only, else "".
    country: str = ""
    #: Name of a picture of the pack, or "".
    picture: str = ""
    #: Choices; steps in the right order; the sources of pairs.
    options: tuple[Option, ...] = ()
    #: Keys of targets that fit nothing.
    extras: tuple[str, ...] = ()
    #: Accepted answers of a typed or true-false item, in canonical form.
    accepted: tuple[str, ...] = ()
    #: Largest distance of a numeric answer that is still right, as a decimal string.
    tolerance: str = "0"
    #: What else an interaction of a plugin needs: JSON values.
    extra: Mapping[str, object] = field(default_factory=dict)
    #: Parts that have words, such as "prompt" and "choice/leave/text".
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a response is worth (QTI outcome variables)."""

    #: 0 to 1.
    scaled: float
    #: Whether it is right, all of it.
    success: bool
    #: Parts whose words are said to the learner, such as "choice/leave/feedback".
    feedback: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemReading:
    """What an interaction makes of an [[item]] table: the item and its words in the source language."""

    item: Item
    #: Part -> source Markdown (inline).
    words: Mapping[str, str]


class ItemFault(Exception):
    """The table of an item cannot be used; the message says what to change. Raise it with all faults at once."""

    def __init__(self, *faults: str) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """An item as xAPI describes it (Data 2.4.4.1): components are (id, part of the words that names it)."""

    interaction_type: InteractionType
    correct_responses_pattern: tuple[str, ...]
    #: Component list ("choices", "steps", "source", "target", "scale") -> ((id, words part), ...).
    components: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)


class Interaction(Protocol):
    """A way of answering. It grades values: it knows no request, no database and no language.

    It may have more attributes, which others leave out and which are read by the functions in brackets:

    - `scored: bool`; False: no part of any score (`is_scored`).
    - `recording: Recording` (`recording_of`, `may_record`).
    - `own_buttons: bool`; True: its template has the buttons that send the form, so that a page needs none (`has_own_buttons`).
    - `typed: bool`; True: its template shows `typed`, the text of the field *name*, where `parse` could not read that (`is_typed`).
    - `script: str` and `style: str`, names for `static_url`: loaded by every page that has such a question (`files_of`).
    - `offline: str`, a name for `static_url`: a script that marks its answers on a phone without a line, as `parse` and `score` do
      (`offline_script`). Without one a question says that it needs a line. docs/plugins/offline.md says what the script must offer.
    - `measured_picture: bool`; True: it names places of its picture, which can have no mirrored version (`measures_picture`).
    - `item_files`: how it reads files of its own, such as plays/<name>.toml (`perille.domain.item_files`).
    - `check_translation(part, source, translated) -> Iterable[str]`: what a translation of a part does not keep
      (`translation_faults`).
    - `beside(html) -> str`: the words of a part as they stand beside those of another language, where controls stand only once
      (`words_beside`).
    """

    #: The name that items give: "choice".
    name: str
    #: Shown to authors.
    friendly_name: str
    #: Keys of an [[item]] table that it understands beside the common ones.
    keys: frozenset[str]
    #: Template that renders it without script, by its path under templates.
    template: str

    def read(self, table: ItemTable) -> ItemReading:
        """Read an [[item]] table of TOML; raise ItemFault naming every fault."""

    def parse(self, item: Item, form: Form, name: str) -> Response | None:
        """Read the response from fields *name* and *name*.<key>; None where nothing was answered or it is not one of ours."""

    def score(self, item: Item, response: Response | None) -> Outcome:
        """Score a response: pure, the same answer always gives the same outcome, no answer gives 0."""

    def arrange(self, item: Item, seed: str) -> tuple[str, ...]:
        """Return the keys of what is shown, in the order in which it is shown; the same for the same seed."""

    def describe(self, item: Item) -> Definition:
        """Describe the item for xAPI."""

    def respond(self, item: Item, response: Response) -> str:
        """Write a response in the notation of xAPI (Data 2.4.4.1, Response patterns)."""


def is_scored(interaction: Interaction) -> bool:
    """Tell whether the answers of an interaction count in a score; all do that do not say otherwise."""
    return getattr(interaction, "scored", True) is not False


def is_typed(interaction: Interaction) -> bool:
    """Tell whether its answer is one typed text, which is shown again where it could not be read."""
    return getattr(interaction, "typed", False) is True


def has_own_buttons(interaction: Interaction) -> bool:
    """Tell whether its template has the buttons that send the form."""
    return getattr(interaction, "own_buttons", False) is True


def files_of(interaction: Interaction) -> tuple[str, str]:
    """Return the names of its style sheet and its script, "" where it has none."""
    return str(getattr(interaction, "style", "")), str(getattr(interaction, "script", ""))


def offline_script(interaction: Interaction) -> str:
    """Return the name of the script that marks its answers on a phone, "" where it has none."""
    return str(getattr(interaction, "offline", ""))


def measures_picture(interaction: Interaction) -> bool:
    """Tell whether it names places of its item's picture."""
    return getattr(interaction, "measured_picture", False) is True


def checks_translations(interaction: Interaction) -> bool:
    """Tell whether it says what a translation of an item does not keep; most types say nothing."""
    return getattr(interaction, "check_translation", None) is not None


def translation_faults(interaction: Interaction, part: str, source: str, translated: str) -> tuple[str, ...]:
    """Return what a translation of a part of an item does not keep of its source."""
    check = getattr(interaction, "check_translation", None)
    return () if check is None else tuple(check(part, source, translated))


def words_beside(interaction: Interaction, html: str) -> str:
    """Return words as they are shown beside those of another language."""
    shown = getattr(interaction, "beside", None)
    return html if shown is None else str(shown(html))


def recording_of(interaction: Interaction) -> Recording:
    """Return what may be kept of its responses."""
    return Recording(getattr(interaction, "recording", Recording.ALWAYS))


def may_record(interaction: Interaction, *, sensitive: bool) -> bool:
    """Tell whether a response may be kept with a person. *sensitive*: whether the pack is."""
    recording = recording_of(interaction)
    return recording is Recording.ALWAYS or (recording is Recording.UNLESS_SENSITIVE and not sensitive)
