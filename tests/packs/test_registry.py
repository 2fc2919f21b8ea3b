from __future__ import annotations

from perille.api import Plugin
from perille.interactions.choice import Choice
from perille.interactions.numeric import Numeric
from perille.packs.source.registry import InteractionRegistry, OwnedPlugin


def owned(owner: str, *interactions: Choice | Numeric) -> OwnedPlugin:
    return OwnedPlugin(plugin=Plugin(interactions=interactions), owner=owner)


def test_two_of_one_name_are_refused_and_both_owners_named() -> None:
    first = Choice()
    registry = InteractionRegistry([owned("perille 0.1.0", first), owned("stranger 2.0", Choice(), Numeric())])
    choice = registry.get("choice")
    assert choice is not None
    assert choice.interaction is first
    assert registry.owner("numeric") == "stranger 2.0"
    assert len(registry.problems) == 1
    assert "perille 0.1.0" in registry.problems[0].message
    assert "stranger 2.0" in registry.problems[0].message


def test_an_unknown_name_is_none() -> None:
    assert InteractionRegistry().get("choice") is None


def test_other_owners_give_another_digest() -> None:
    digests = {InteractionRegistry([owned(owner, Choice())]).digest for owner in ("a 1", "a 2", "a 1")}
    assert len(digests) == 2
