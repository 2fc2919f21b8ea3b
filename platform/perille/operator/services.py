"""Settings of the site in the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import uuid4

from sqlalchemy import delete, select

from perille.core.database import Session, begin_reading
from perille.core.extensions import db
from perille.core.site import Site
from perille.operator.models import SiteSetting
from perille.operator.required_details import EXPECTED

#: The name of the row that changes with each change.
VERSION = "version"


def saved_values(session: Session, names: Iterable[str]) -> dict[str, str]:
    """Return name -> value of the settings that were saved, of these names."""
    rows = session.scalars(select(SiteSetting).where(SiteSetting.name.in_(list(names))))
    return {row.name: row.value for row in rows}


def save(session: Session, values: Mapping[str, str]) -> bool:
    """Save settings; an empty value takes one back. Tell whether anything changed: then `core.site.announce_change` follows the commit."""
    before = saved_values(session, values)
    changed = {name: value for name, value in values.items() if value != before.get(name, "")}
    if not changed:
        return False
    session.execute(delete(SiteSetting).where(SiteSetting.name.in_([*changed, VERSION])))
    kept = {name: value for name, value in changed.items() if value} | {VERSION: uuid4().hex}
    session.add_all(SiteSetting(name=name, value=value) for name, value in kept.items())
    session.flush()
    return True


def load_settings() -> Mapping[str, str]:
    """Read all settings by a connection of its own, whatever the present transaction does; for `core.site`."""
    with begin_reading(), db.engine.connect() as connection:
        rows = connection.execute(select(SiteSetting.name, SiteSetting.value))
        return {row.name: row.value for row in rows}


def missing_details(site: Site) -> list[str]:
    """Return what the site does not say yet of who runs it, in the words of its page."""
    return [str(words) for name, words in EXPECTED.items() if not getattr(site, name)]
