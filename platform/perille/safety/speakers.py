"""Who helps in a language: of each country those whose facts name it, and those with whom an interpreter may join."""

from __future__ import annotations

from dataclasses import dataclass

from perille.core.dates import today
from perille.packs.published.library import current_library
from perille.safety.services import Contact, contacts_of, help_countries


@dataclass(frozen=True, slots=True)
class Speakers:
    """Helpers of one country."""

    country: str
    speaking: list[Contact]
    #: Helplines that do not name the language, and can have an interpreter on the line.
    interpreted: list[Contact]


def speakers_of(language: str) -> list[Speakers]:
    """Return for each country who helps in a language, by its code. Needs an app context."""
    shelf = current_library()
    found = []
    for country in help_countries():
        facts = shelf.facts(country, today())
        speaking = [fact for fact in facts if language in fact.languages]
        interpreted = [fact for fact in facts if fact.help and fact.interpreter and language not in fact.languages]
        found.append(Speakers(country, contacts_of(speaking), contacts_of(interpreted)))
    return found
