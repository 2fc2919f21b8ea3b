"""Cards of blocks as they were made for a page before: after a save only the block that changed is written anew."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass

from flask import request
from markupsafe import Markup

from perille.core.extension_state import AppSlot
from perille.core.lru_cache import LruCache
from perille.studio.block_forms import BlockFields
from perille.studio.findings import Finding
from perille.studio.lesson_source import BlockKind, LessonBlock
from perille.studio.models import StudioDraft
from perille.studio.organisations import may_in_address

#: Cards that are kept; one has two or three kilobytes.
_KEPT = 2_000
#: Stands in a kept card in place of the draft's revision. Nobody can know it, so nobody can write it into a course.
REVISION_MARK = secrets.token_hex(16)

#: A card up to the first field for words of its form, and what follows where nothing is written in it.
_FIRST_FIELD = re.compile(r"<form [^>]*data-block=(?:(?!</form>).)*?(?:<textarea|<input type=\"text\")", re.DOTALL)
_NOTHING = re.compile(r"[^>]*>\s*</textarea>|[^>]* value=\"\"")

_cards = AppSlot[LruCache[str]]("studio_cards", lambda: LruCache(_KEPT))


@dataclass(frozen=True, slots=True)
class BlockCard:
    """A block with its form."""

    #: Its number in the lesson.
    place: int
    block: LessonBlock
    fields: BlockFields
    name: str
    findings: tuple[Finding, ...]
    rows: tuple[dict[str, str], ...]
    #: What to look at once more in its words.
    style: tuple[str, ...] = ()


def card_keeper(
    draft: StudioDraft,
    name: str,
    lang: str,
    screen: int,
    choices: Mapping[BlockKind, Hashable],
    talked_of: Collection[int],
    count: int,
    new: int = -1,
    to: str = "",
) -> Callable[..., Markup]:
    """Return what a template calls around a card: `{% call kept_card(card, number) %}`.

    *choices*: what the form of each kind of block lets one choose from. *talked_of*: numbers of blocks with comments, made anew each time.
    *count*: how many cards the page has. *new*: number of the block that was just added, whose words are written now; with *to*, of one
    that was just moved there, "up" or "down".
    """
    # Who may not change a block has its words without a form.
    may_author = may_in_address("studio.author")

    def kept_card(card: BlockCard, number: int, caller: Callable[[], str]) -> Markup:
        if card.place in talked_of:
            html = str(caller())
        else:
            about = (card.place, number, count, card.block.kind, card.block.text, card.findings, card.style)
            key = (draft.id, name, lang, request.script_root, screen, about, choices[card.block.kind], may_author)
            html = _cards().get(key, lambda: str(caller()))
        if card.place == new:
            html = with_button_focus(html, to) if to else with_focus(html)
        return Markup(html.replace(REVISION_MARK, str(draft.revision)))  # noqa: S704  (made by the template)

    return kept_card


def with_focus(html: str) -> str:
    """Return a card whose first field has the focus as soon as it is there, where nothing is written in it yet.

    A script would give it the focus later, and letters that were typed before would go nowhere.

    >>> with_focus('<form data-block="1"><textarea name="f-words"></textarea></form>')
    '<form data-block="1"><textarea autofocus name="f-words"></textarea></form>'
    >>> with_focus('<form data-block="1"><textarea name="f-words">The harbour</textarea></form>')
    '<form data-block="1"><textarea name="f-words">The harbour</textarea></form>'
    """
    found = _FIRST_FIELD.search(html)
    if found is None or _NOTHING.match(html, found.end()) is None:
        return html
    return f"{html[: found.end()]} autofocus{html[found.end() :]}"


def with_button_focus(html: str, to: str) -> str:
    """Return a card whose button "up" or "down" has the focus, so that one presses it again, or hears where the block is now.

    >>> with_button_focus('<input name="to" value="up"><button class="tool-button" title="Up">', "up")
    '<input name="to" value="up"><button autofocus class="tool-button" title="Up">'
    """
    return (
        html.replace(f'value="{to}"><button ', f'value="{to}"><button autofocus ', 1) if to in ("up", "down") else html
    )
