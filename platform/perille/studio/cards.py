"""Cards of blocks as they were made for a page before: after a save only the block that changed is written anew."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass

from flask import request
from markupsafe import Markup

from perille.core.lru_cache import LruCache
from perille.core.slots import AppSlot
from perille.studio.block_forms import BlockFields
from perille.studio.findings import Finding
from perille.studio.lesson_source import BlockKind, LessonBlock
from perille.studio.models import StudioDraft

#: Cards that are kept; one has two or three kilobytes.
_KEPT = 2_000
#: Stands in a kept card in place of the draft's revision. Nobody can know it, so nobody can write it into a course.
REVISION_MARK = secrets.token_hex(16)

_cards = AppSlot[LruCache[str]]("studio_cards", lambda: LruCache(_KEPT))


@dataclass(frozen=True, slots=True)
class Card:
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
) -> Callable[..., Markup]:
    """Return what a template calls around a card: `{% call kept_card(card, number) %}`.

    *choices*: what the form of each kind of block lets one choose from. *talked_of*: numbers of blocks with comments, made anew each time.
    *count*: how many cards the page has.
    """

    def kept_card(card: Card, number: int, caller: Callable[[], str]) -> Markup:
        if card.place in talked_of:
            html = str(caller())
        else:
            about = (card.place, number, count, card.block.kind, card.block.text, card.findings, card.style)
            key = (draft.id, name, lang, request.script_root, screen, about, choices[card.block.kind])
            html = _cards().get(key, lambda: str(caller()))
        return Markup(html.replace(REVISION_MARK, str(draft.revision)))  # noqa: S704  (made by the template)

    return kept_card
