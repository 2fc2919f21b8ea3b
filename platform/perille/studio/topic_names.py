"""What the topics of facts are called in words: "where to ask" is chosen by them, and their short names are English."""

from __future__ import annotations

from collections.abc import Iterable

from perille.core.i18n import lazy_gettext

#: Topic -> its name. Libraries may have others, which are called as they are written.
_NAMES = {
    "child": lazy_gettext("Protection of children"),
    "crisis": lazy_gettext("Crisis and mental health"),
    "emergency": lazy_gettext("Emergency"),
    "equality": lazy_gettext("Equality and discrimination"),
    "family": lazy_gettext("Family and children"),
    "health": lazy_gettext("Health and illness"),
    "home": lazy_gettext("A place to live"),
    "influence": lazy_gettext("Taking part and having a say"),
    "integration": lazy_gettext("Advice for newcomers"),
    "journey": lazy_gettext("Travel and transport"),
    "language": lazy_gettext("Learning the language"),
    "legal": lazy_gettext("Legal advice"),
    "money": lazy_gettext("Money and benefits"),
    "offices": lazy_gettext("Offices and authorities"),
    "old-age": lazy_gettext("Old age and pension"),
    "registration": lazy_gettext("Registering where one lives"),
    "residence": lazy_gettext("Residence permit"),
    "return": lazy_gettext("Going back to another country"),
    "school": lazy_gettext("School and studies"),
    "society": lazy_gettext("How society works"),
    "start-here": lazy_gettext("The first steps in the country"),
    "trafficking": lazy_gettext("Human trafficking"),
    "victims": lazy_gettext("Help for victims of a crime"),
    "violence": lazy_gettext("Violence and threats"),
    "weather": lazy_gettext("Weather and nature"),
    "work": lazy_gettext("Work and jobs"),
}


def topic_name(topic: str) -> str:
    """Return what a topic is called in the reader's language."""
    return str(_NAMES.get(topic, topic))


def topic_names(topics: Iterable[str]) -> dict[str, str]:
    """Return topic -> its name, by name."""
    return dict(sorted(((each, topic_name(each)) for each in set(topics)), key=lambda each: each[1].casefold()))
