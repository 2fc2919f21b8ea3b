"""Questions in pages: their type, the names of their fields, what was typed into them, and the files that a page loads for them."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from perille.core.i18n import _
from perille.core.web.static_files import static_url
from perille.domain.item import Form, Interaction, Item, files_of, is_typed
from perille.packs.source.interaction_proxy import ContainedInteraction, InteractionError
from perille.packs.source.registry import current_interactions

#: Characters of a typed answer that are shown again; its field takes as many.
_LONGEST_TYPED = 200
#: As many orders as are needed for two walks not to have the same one.
SEED_BYTES = 4


def type_links(interaction: Interaction) -> Markup:
    """Return the elements that load the style sheet and the script of a question type."""
    style, script = files_of(interaction)
    links = Markup('<link rel="stylesheet" href="{}">').format(static_url(style)) if style else Markup("")
    return links + (Markup('<script type="module" src="{}"></script>').format(static_url(script)) if script else "")


def typed_in(form: Form, item: Item) -> str:
    """Return what was typed for an item, at most as long as its field takes; "" where answers are not typed."""
    values = form.get(field_name(item), ()) if is_typed(interaction_of(item)) else ()
    return values[0].strip()[:_LONGEST_TYPED] if values else ""


def field_name(item: Item) -> str:
    """Return the name of an item's form fields; ids in the page begin with it."""
    return f"a-{item.key}"


def seed_field(item: Item) -> str:
    """Return the name of the field in which the page of a walk through scenes carries the seed of its order."""
    return f"{field_name(item)}.seed"


def seed_in(form: Form, item: Item) -> str:
    """Return the seed that a form or an address carries for an item, no longer than one of ours; "" for none."""
    values = form.get(seed_field(item), ())
    return values[0][: 2 * SEED_BYTES] if values else ""


def interaction_of(item: Item) -> ContainedInteraction:
    """Return the interaction of an item of a compiled course; raise InteractionError where no installed plugin brings it."""
    found = current_interactions().get(item.interaction)
    if found is None:
        raise InteractionError(f'no installed plugin brings the interaction "{item.interaction}"')
    return found


def require_interactions(items: Iterable[Item | None]) -> None:
    """Raise InteractionError, with words for whoever takes a test, where a question of it is of a type that is not installed."""
    for item in items:
        if item is not None and current_interactions().get(item.interaction) is None:
            raise InteractionError(
                f'no installed plugin brings the interaction "{item.interaction}"',
                _(
                    "This test has questions that cannot be shown at the moment. What you answered before is kept."
                    " Please come back later."
                ),
            )
