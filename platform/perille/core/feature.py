"""A feature: one object that says everything a part of the platform brings. A plugin brings the same kind of object.

`perille.features` lists ours. The application, the command line, the background jobs, the migrations and the tests read that tuple, so
that a feature is added in one place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import click
from flask import Blueprint, Flask

from perille.core.database import Base
from perille.core.job import Job
from perille.core.metrics import Gauges
from perille.core.slots import AppSlot


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
    #: Every model of the feature. A model belongs to one feature.
    models: tuple[type[Base], ...] = ()
    #: Those of the models whose rows tell something of a learner or of staff.
    personal_data: tuple[type[Base], ...] = ()
    #: Figures for `/metrics`.
    gauges: Gauges | None = None
    #: Called with each application that is made, before the blueprints are mounted: listeners, template globals.
    setup: Callable[[Flask], None] | None = None

    def __post_init__(self) -> None:
        """Raise ValueError where personal data is in a model that is not the feature's own."""
        foreign = [model.__name__ for model in self.personal_data if model not in self.models]
        if foreign:
            raise ValueError(f"{self.name}: personal_data names models that are not in models: {', '.join(foreign)}")


def check_features(features: Iterable[Feature]) -> None:
    """Raise ValueError where two features share a name, or bring commands, jobs or models of one name."""
    listed = tuple(features)
    names: dict[str, list[str | None]] = {
        "features": [each.name for each in listed],
        "commands": [command.name for each in listed for command in each.commands],
        "jobs": [job.name for each in listed for job in each.jobs],
        "models": [model.__tablename__ for each in listed for model in each.models],
    }
    for kind, found in names.items():
        doubles = [str(name) for name, count in Counter(found).items() if count > 1]
        if doubles:
            raise ValueError(f"two {kind} are named {', '.join(doubles)}")


_features = AppSlot[tuple[Feature, ...]]("features")


def install_features(app: Flask, features: tuple[Feature, ...]) -> None:
    """Set up features in an application and mount their blueprints; raise ValueError where two cannot stand together."""
    check_features(features)
    _features.set(app, features)
    for feature in features:
        if feature.setup is not None:
            feature.setup(app)
        for blueprint in feature.blueprints:
            app.register_blueprint(blueprint)


def features_of(app: Flask) -> tuple[Feature, ...]:
    """Return the features of an application, in their order."""
    return _features.of(app)


def jobs_of(app: Flask) -> tuple[Job, ...]:
    """Return the background jobs of an application's features, in their order."""
    return tuple(job for feature in features_of(app) for job in feature.jobs)
