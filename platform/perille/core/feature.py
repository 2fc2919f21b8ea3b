"""A feature: one object that says everything a part of the platform brings. A plugin brings the same kind of object.

`perille.features` lists ours. The application, the command line, the background jobs, the migrations and the tests read that tuple, so
that a feature is added in one place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import click
from flask import Blueprint, Flask

from perille.core.consent import Purpose
from perille.core.database import Base
from perille.core.extension_state import AppSlot
from perille.core.job import Job
from perille.core.metrics import Gauges
from perille.core.notice import NoticeKind
from perille.core.synced_tables import SyncedTable


class Place(StrEnum):
    """Where a link to a feature's page stands."""

    #: At the foot of every page.
    FOOTER = "footer"
    #: On the administrators' first page.
    MANAGE = "manage"


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """A link to a page of a feature, whose address takes the language."""

    place: Place
    #: Name of the endpoint, as for `url_for`.
    endpoint: str
    #: The words of the link: `lazy_gettext`, so that they are in the reader's language.
    label: str
    #: Further values of the address.
    values: Mapping[str, str] = field(default_factory=dict)
    #: Lower ones stand first.
    order: int = 100
    #: Only shown to who has this permission; "" for everybody who sees the place.
    permission: str = ""


class Scope(StrEnum):
    """In what somebody must have a role to be allowed something."""

    #: The role is had in any organisation, or as an administrator; what is seen is everybody's.
    INSTALLATION = "installation"
    #: The role is had in the organisation that it is about; an administrator has theirs in all.
    ORGANISATION = "organisation"
    #: As `ORGANISATION`; the feature asks too whether the group is theirs.
    GROUP = "group"
    #: What is seen is the account's own; without roles every account has it.
    SELF = "self"


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """Something that not everybody may do; `core.permissions.require` asks for it."""

    #: Begins with the feature's name: "forum.moderate".
    name: str
    #: What it lets one do, in English, for lists of permissions.
    about: str
    #: Roles of accounts that have it.
    roles: frozenset[str] = frozenset({"administrator"})
    scope: Scope = Scope.INSTALLATION
    #: Whether the person must have shown in this session that it is them: by finger, face, PIN or a second factor. An administrator
    #: must for everything that is allowed to administrators alone.
    verified: bool = False


class MergeStrategy(StrEnum):
    """What becomes of a table's rows when two learners turn out to be one person. No rule deletes what somebody did."""

    #: Rows of a learner go over to the one who stays; where there is one already, both stay as they are.
    MOVE = "move"
    #: Rows stay where they are: what they hang on goes over.
    STAY = "stay"
    #: Rows of one enrolment that the other one lacks go over to it.
    UNION = "union"
    #: Of two rows the one with the greater value of a column counts, a day or a number.
    GREATER = "greater"
    #: Rows of both are numbered anew by a time.
    RENUMBER = "renumber"
    #: Rows follow from the record, which is replayed.
    REPLAY = "replay"


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeRule:
    """How the rows of one table come together (`perille.profiles.merging`)."""

    model: type[Base]
    rule: MergeStrategy
    #: GREATER: the column that is compared. RENUMBER: the time by which rows are numbered.
    by: str = ""
    #: RENUMBER: the column that is numbered, and those within whose values it counts.
    number: str = ""
    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """What one part of the platform brings. All fields but the name may be left out.

    >>> Feature(name="greeting").commands
    ()
    """

    #: The name of its folder, and of its folder of templates.
    name: str
    #: Mounted in this order, at their own `url_prefix`.
    blueprints: tuple[Blueprint, ...] = ()
    #: Commands and groups right under `perille`.
    commands: tuple[click.Command, ...] = ()
    jobs: tuple[Job, ...] = ()
    navigation: tuple[NavigationItem, ...] = ()
    permissions: tuple[Permission, ...] = ()
    #: Kinds of e-mail that the feature sends (`notices.services.queue`).
    notices: tuple[NoticeKind, ...] = ()
    #: What the feature does only for people who agree to it (`consents`).
    purposes: tuple[Purpose, ...] = ()
    #: Endpoints that everybody may open who comes; each other endpoint of ours asks for a permission (`tests/people/test_permissions.py`).
    public: frozenset[str] = frozenset()
    #: Endpoints that ask for a role and whose pages learners read too, on a screen or on paper: they are in every language of learners.
    read_by_learners: frozenset[str] = frozenset()
    #: Every model of the feature. A model belongs to one feature.
    models: tuple[type[Base], ...] = ()
    #: Those of the models whose rows tell something of a learner or of staff.
    personal_data: tuple[type[Base], ...] = ()
    #: Of a plugin's personal data: what the rows are, for those who read all that is kept of them.
    row_words: Mapping[type[Base], str] = field(default_factory=dict)
    #: What becomes of the rows of tables that hang on a learner, when two learners turn out to be one person.
    merge_rules: tuple[MergeRule, ...] = ()
    #: Those of the models whose rows go between a laptop in a room without internet and the office (`perille.sync`).
    carried: tuple[SyncedTable, ...] = ()
    #: The others: each installation has its own. A table that is neither fails a test.
    stays: tuple[type[Base], ...] = ()
    #: Figures for `/metrics`.
    gauges: Gauges | None = None
    #: Called with each application that is made, before the blueprints are mounted: listeners, template globals.
    setup: Callable[[Flask], None] | None = None

    def __post_init__(self) -> None:
        """Raise ValueError where personal data is in a model that is not the feature's own, or words are for what is no personal data."""
        self._refuse_others("personal_data", self.personal_data, "models", self.models)
        self._refuse_others("row_words", self.row_words, "personal_data", self.personal_data)

    def _refuse_others(
        self, field_name: str, found: Iterable[type[Base]], known_name: str, known: tuple[type[Base], ...]
    ) -> None:
        others = [model.__name__ for model in found if model not in known]
        if others:
            raise ValueError(
                f"{self.name}: {field_name} names models that are not in {known_name}: {', '.join(others)}"
            )


def check_features(features: Iterable[Feature]) -> None:
    """Raise ValueError where two features share a name, or bring commands, jobs or models of one name."""
    for kind, found in _names_by_kind(tuple(features)).items():
        doubles = [str(name) for name, count in Counter(found).items() if count > 1]
        if doubles:
            raise ValueError(f"two {kind} are named {', '.join(doubles)}")


class _Named(Protocol):
    @property
    def name(self) -> str | None: ...


def _names(parts: Iterable[Iterable[_Named]]) -> list[str | None]:
    return [each.name for found in parts for each in found]


def _names_by_kind(listed: Sequence[Feature]) -> dict[str, list[str | None]]:
    return {
        "features": [each.name for each in listed],
        "commands": _names(each.commands for each in listed),
        "jobs": _names(each.jobs for each in listed),
        "permissions": _names(each.permissions for each in listed),
        "notices": _names(each.notices for each in listed),
        "purposes": _names(each.purposes for each in listed),
        "models": [model.__tablename__ for each in listed for model in each.models],
    }


_features = AppSlot[tuple[Feature, ...]]("features")


def install_features(app: Flask, features: tuple[Feature, ...]) -> None:
    """Set up features in an application and mount their blueprints; raise ValueError where two cannot stand together."""
    check_features(features)
    _features.set(app, ())
    for feature in features:
        add_feature(app, feature)


def add_feature(app: Flask, feature: Feature) -> None:
    """Set up one more feature, and mount its blueprints."""
    if feature.setup is not None:
        feature.setup(app)
    for blueprint in feature.blueprints:
        app.register_blueprint(blueprint)
    _features.set(app, (*_features.of(app), feature))


def drop_features(app: Flask, features: tuple[Feature, ...]) -> None:
    """Forget features, their jobs, permissions and links; what is mounted stays mounted."""
    _features.set(app, tuple(each for each in _features.of(app) if each not in features))


def navigation_of(app: Flask, place: Place) -> tuple[NavigationItem, ...]:
    """Return the links of a place, in their order."""
    found = (item for feature in features_of(app) for item in feature.navigation if item.place is place)
    return tuple(sorted(found, key=lambda item: item.order))


def features_of(app: Flask) -> tuple[Feature, ...]:
    """Return the features of an application, in their order."""
    return _features.of(app)


def jobs_of(app: Flask) -> tuple[Job, ...]:
    """Return the background jobs of an application's features, in their order."""
    return tuple(job for feature in features_of(app) for job in feature.jobs)


def row_words_of(app: Flask) -> dict[str, str]:
    """Return table -> what its rows are, of all features of an application that say it themselves."""
    return {model.__tablename__: words for feature in features_of(app) for model, words in feature.row_words.items()}


def notice_kinds_of(app: Flask) -> dict[str, NoticeKind]:
    """Return name -> kind of e-mail, of all features of an application."""
    return {kind.name: kind for feature in features_of(app) for kind in feature.notices}


def purposes_of(app: Flask) -> dict[str, Purpose]:
    """Return name -> purpose that people with an account are asked about, of all features of an application."""
    return {purpose.name: purpose for feature in features_of(app) for purpose in feature.purposes}
