"""What somebody finished and what comes next, from the progress that their account keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from perille.core.database import Session
from perille.core.dates import today
from perille.credentials.extensions import modules_of, modules_refresh
from perille.domain.refresher import is_open, test_of
from perille.organisations.people_list import Result, results_of
from perille.packs.published.library import current_library
from perille.profiles.services import learners_of


@dataclass(frozen=True, slots=True)
class OwnModule:
    """A module that somebody began."""

    title: str
    slug: str
    result: Result
    #: Whether its certificate can be made to count longer today.
    refresher: bool = False
    #: Whether it is a path, whose certificate is extended by the refreshers of its modules.
    is_path: bool = False
    #: Whether each module of that path has one.
    modules_refresh: bool = False


@dataclass(frozen=True, slots=True)
class OwnModules:
    """The modules of an account."""

    #: Whether the account keeps any progress.
    keeps: bool
    begun: list[OwnModule]
    #: Pack -> title of those that were not begun.
    others: Mapping[str, str]
    minutes: int


def own_modules(session: Session, account_id: UUID, packs: Mapping[str, str]) -> OwnModules:
    """Return what somebody did in *packs* (id -> title); minutes are those of certificates and refreshers of this year."""
    results = results_of(session, [account_id], packs).get(account_id, ())
    slugs = {each.pack_id: each.slug for each in current_library().summaries()}
    begun = [
        OwnModule(
            packs[each.pack_id],
            slugs[each.pack_id],
            each,
            _is_refreshable(each),
            bool(modules_of(each.pack_id)),
            modules_refresh(each.pack_id),
        )
        for each in results
    ]
    done = {each.pack_id for each in results}
    year = today().year
    return OwnModules(
        keeps=bool(learners_of(session, account_id)),
        begun=begun,
        others={slugs[pack]: title for pack, title in packs.items() if pack not in done},
        minutes=sum(each.minutes_in(year) for each in results),
    )


def _is_refreshable(result: Result) -> bool:
    edition = current_library().newest(result.pack_id)
    if edition is None or result.expires_on is None or test_of(edition.structure) is None:
        return False
    return is_open(result.expires_on, today())
