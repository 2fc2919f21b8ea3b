"""Features: one tuple from which the application, the command line, the jobs and the contracts of imports are made."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path

import click
import pytest
from flask import Blueprint, Flask

from perille.app import create_app
from perille.cli import perille
from perille.core.config import Config
from perille.core.feature import Feature, check_features, features_of, install_features, jobs_of
from perille.core.job import Job
from perille.features import FEATURES as OURS
from perille.features import metadata
from perille.learning.models import Bookmark
from perille.people.models import Account
from support.places import ROOT
from support.repo_files import FEATURES, PLATFORM, forgotten_features

CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]


def test_every_folder_of_the_platform_has_its_feature_in_the_tuple() -> None:
    assert forgotten_features(PLATFORM, {each.name for each in OURS}) == []


@pytest.mark.parametrize(
    ("planted", "listed", "wrong"),
    [
        (["feature.py"], [], ["forum is not in perille.features.FEATURES"]),
        ([], ["forum"], ["forum has no feature.py"]),
        (["feature.py"], ["forum"], []),
    ],
)
def test_a_forgotten_feature_is_noticed(
    tmp_path: Path, planted: list[str], listed: list[str], wrong: list[str]
) -> None:
    (tmp_path / "forum").mkdir()
    for name in ("__init__.py", *planted):
        (tmp_path / "forum" / name).touch()
    assert forgotten_features(tmp_path, listed) == wrong


def test_every_table_belongs_to_one_feature() -> None:
    check_features(OURS)
    assert {model.__tablename__ for each in OURS for model in each.models} == set(metadata.tables)


def test_what_hangs_on_a_learner_or_a_registration_is_declared_as_personal() -> None:
    personal = {model.__tablename__ for each in OURS for model in each.personal_data}
    hanging = {"learner"}
    for table in metadata.sorted_tables:
        if hanging & {key.column.table.name for key in table.foreign_keys} or {"registration", "account_id"} & set(
            table.c.keys()
        ):
            hanging.add(table.name)
    assert hanging - personal == set()


def test_the_contracts_of_imports_name_every_feature() -> None:
    layers = CONTRACTS[0]["layers"]
    assert next(layer for layer in layers if " : " in layer).split(" : ") == [f"perille.{name}" for name in FEATURES]
    forbidden = {name.removeprefix("perille.") for name in CONTRACTS[1]["forbidden_modules"]}
    assert {entry.parent.name for entry in PLATFORM.glob("*/__init__.py")} - {"core"} <= forbidden


def test_the_application_the_commands_and_the_jobs_come_from_the_tuple(tmp_path: Path) -> None:
    app = create_app(Config(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path}/db", secret_keys=("k" * 32,)))
    assert features_of(app) == OURS
    assert {"privacy", "record_store", "learning", "health"} <= set(app.blueprints)
    assert [job.name for job in jobs_of(app)] == [job.name for each in OURS for job in each.jobs]
    assert {"retention", "erasing", "forwarding", "integrity", "checkpoint"} <= {job.name for job in jobs_of(app)}
    assert {command.name for each in OURS for command in each.commands} <= set(perille.commands)


def test_a_feature_is_installed_whole() -> None:
    seen = []
    page = Blueprint("forum", __name__)
    page.get("/forum")(lambda: "Welcome to the forum")
    app = Flask("features")
    job = Job("count", lambda _session: None, timedelta(hours=1))
    install_features(app, (Feature(name="forum", blueprints=(page,), jobs=(job,), setup=seen.append),))
    assert app.test_client().get("/forum").text == "Welcome to the forum"
    assert (seen, jobs_of(app)) == ([app], (job,))


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (Feature(name="forum"), Feature(name="forum"), "two features are named forum"),
        (
            Feature(name="forum", commands=(click.Group("ask"),)),
            Feature(name="chat", commands=(click.Group("ask"),)),
            "two commands are named ask",
        ),
        (
            Feature(name="forum", models=(Bookmark,)),
            Feature(name="chat", models=(Bookmark,)),
            "two models are named bookmark",
        ),
    ],
)
def test_two_features_that_bring_the_same_are_refused(first: Feature, second: Feature, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        install_features(Flask("features"), (first, second))


def test_personal_data_of_somebody_elses_model_is_refused() -> None:
    with pytest.raises(ValueError, match="forum: personal_data names models that are not in models: Account"):
        Feature(name="forum", personal_data=(Account,))


def test_words_for_rows_that_are_no_personal_data_are_refused() -> None:
    with pytest.raises(ValueError, match="forum: row_words names models that are not in personal_data: Bookmark"):
        Feature(name="forum", models=(Bookmark,), row_words={Bookmark: "Pages that you marked"})


def test_every_table_says_whether_it_is_carried_between_a_room_and_the_office() -> None:
    """A new table is a decision: carried, or each installation's own."""
    wrong = []
    for feature in OURS:
        said = [each.model for each in feature.carried] + list(feature.stays)
        wrong += [f"{feature.name}: {model.__name__}" for model in feature.models if said.count(model) != 1]
        wrong += [f"{feature.name}: {model.__name__} is another's" for model in said if model not in feature.models]
    assert wrong == []


def test_what_is_carried_hangs_on_what_is_carried_and_settles_columns_that_there_are() -> None:
    carried = {each.model.__tablename__: each for feature in OURS for each in feature.carried}
    for name, each in carried.items():
        columns = each.model.__table__.c
        named = {*each.settle, *each.without, *each.within, *filter(None, (each.number, each.through))}
        assert named <= set(columns.keys()), name
        if each.through:
            assert next(iter(columns[each.through].foreign_keys)).column.table.name in carried, name
        if each.reached:
            other, _dot, column = each.reached.partition(".")
            assert column in carried[other].model.__table__.c, name
