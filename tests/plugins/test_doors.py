"""What plugins bring beside question types: it works, and what cannot be used is named and switched off while the site starts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import click
import pytest
from flask import Blueprint
from sqlalchemy import ForeignKey, Table
from sqlalchemy.orm import Mapped, mapped_column

from perille.api import (
    Base,
    Feature,
    Job,
    NavigationItem,
    Permission,
    Place,
    Plugin,
    Setting,
    plugin_setting,
)
from perille.app import Perille
from perille.core.config import load_config
from perille.core.errors import ConfigError
from perille.core.feature import jobs_of
from perille.plugins.examine import examine
from perille.plugins.install import current_plugins
from perille.startup import prepare
from support.doors import owned, problems_of

ADDRESS = "/<lang:lang>/plugins/forum"


def feature(**more: object) -> Feature:
    return Feature(name="forum", **more)  # type: ignore[arg-type]  # as a stranger may


def test_a_feature_brings_pages_links_jobs_and_commands(make_app: Callable[..., Perille]) -> None:
    blueprint = Blueprint("forum", __name__, url_prefix=ADDRESS)
    blueprint.get("/", endpoint="page")(lambda lang: f"the forum in {lang}")
    job = Job("forum-tidy", lambda _session: None, timedelta(days=1))
    links = (NavigationItem(Place.FOOTER, "forum.page", "The forum"),)
    plugin = Plugin(features=(feature(blueprints=(blueprint,), jobs=(job,), navigation=links),))
    app = make_app(owned(plugin))
    assert problems_of(app) == []
    assert job in jobs_of(app)
    prepare(app)
    assert app.test_client().get("/fi/plugins/forum/").text == "the forum in fi"
    assert '<a href="/fi/plugins/forum/">The forum</a>' in app.test_client().get("/fi/help").text


class Stray(Base):
    __tablename__ = "stray"
    id: Mapped[int] = mapped_column(primary_key=True)


class Diary(Base):
    __tablename__ = "plugin_forum_diary"
    id: Mapped[int] = mapped_column(primary_key=True)
    learner_id: Mapped[str] = mapped_column(ForeignKey("learner.id", ondelete="CASCADE"))


class Notebook(Base):
    __tablename__ = "plugin_forum_notebook"
    id: Mapped[int] = mapped_column(primary_key=True)
    learner_id: Mapped[str] = mapped_column(ForeignKey("learner.id"))


#: Out of the way of every other test: `examine` looks at models, not at the metadata.
for _model in (Stray, Diary, Notebook):
    assert isinstance(_model.__table__, Table)
    Base.metadata.remove(_model.__table__)


@pytest.mark.parametrize(
    ("plugin", "said"),
    [
        (Plugin(features=(Feature(name="chat"),)), 'the feature "chat" must be named forum'),
        (Plugin(features=(feature(blueprints=(Blueprint("privacy", __name__),)),)), 'the blueprint "privacy" must be'),
        (
            Plugin(features=(feature(blueprints=(Blueprint("forum", __name__, url_prefix="/leave"),)),)),
            "must have a url_prefix that begins with /<lang:lang>/plugins/forum",
        ),
        (Plugin(features=(feature(permissions=(Permission(name="all", about=""),)),)), "must begin with forum."),
        (Plugin(features=(feature(commands=(click.Group("privacy"),)),)), "two commands are named privacy"),
        (Plugin(features=(feature(models=(Stray,)),)), 'the table "stray" must begin with plugin_forum'),
        (Plugin(features=(feature(models=(Diary,)),)), "hangs on learners and is not in personal_data"),
        (Plugin(features=(feature(models=(Notebook,), personal_data=(Notebook,)),)), 'ondelete="CASCADE"'),
        (Plugin(features=(feature(models=(Diary,), personal_data=(Diary,)),)), "no folder of migrations"),
    ],
)
def test_a_feature_that_cannot_be_used_switches_its_plugin_off_by_name(
    make_app: Callable[..., Perille], plugin: Plugin, said: str
) -> None:
    app = make_app(owned(plugin))
    (problem,) = problems_of(app)
    assert problem.startswith("forum 1.0: The plugin is switched off: ")
    assert said in problem
    assert current_plugins.of(app).active == ()
    prepare(app)
    assert app.test_client().get("/en/help").status_code == 200


def test_a_plugin_whose_setup_fails_is_switched_off_and_its_pages_say_so(make_app: Callable[..., Perille]) -> None:
    blueprint = Blueprint("forum", __name__, url_prefix=ADDRESS)
    blueprint.get("/")(lambda lang: "never shown")
    plugin = Plugin(
        features=(feature(blueprints=(blueprint,)), Feature(name="forum_more", setup=lambda _app: [][0]))  # type: ignore[arg-type,return-value]
    )
    app = make_app(owned(plugin))
    prepare(app)
    (problem,) = (str(each) for each in current_plugins.of(app).problems)
    assert "its pages cannot be mounted (IndexError" in problem
    answer = app.test_client().get("/en/plugins/forum/")
    assert (answer.status_code, "switched off at the moment" in answer.text) == (503, True)


def test_a_page_that_fails_is_told_to_administrators_without_its_words(make_app: Callable[..., Perille]) -> None:
    blueprint = Blueprint("forum", __name__, url_prefix=ADDRESS)
    blueprint.get("/", endpoint="page")(lambda lang: "the forum")
    blueprint.get("/<topic>", endpoint="one")(lambda lang, topic: {}["what was typed"])
    app = make_app(owned(Plugin(features=(feature(blueprints=(blueprint,)),))))
    prepare(app)
    visitor = app.test_client()
    assert [visitor.get(f"/en/plugins/forum/{page}").status_code for page in ("", "boats", "boats")] == [200, 500, 500]
    assert list(current_plugins.of(app).failures.values()) == ["forum 1.0: forum.one failed with KeyError"]
    assert current_plugins.of(app).problems == ()


@pytest.mark.parametrize(
    ("link", "said"),
    [
        (NavigationItem(Place.FOOTER, "forum.nowhere", "The forum"), 'the link "forum.nowhere" leads to no page'),
        (NavigationItem(Place.MANAGE, "forum.one", "A topic"), 'the link "forum.one" leads to no page'),
        (NavigationItem(Place.FOOTER, "forum.page", "The forum", permission="forum.read"), 'asks for "forum.read"'),
    ],
)
def test_a_link_that_leads_nowhere_switches_its_plugin_off_and_breaks_no_page(
    make_app: Callable[..., Perille], link: NavigationItem, said: str
) -> None:
    blueprint = Blueprint("forum", __name__, url_prefix=ADDRESS)
    blueprint.get("/", endpoint="page")(lambda lang: "the forum")
    blueprint.get("/<topic>", endpoint="one")(lambda lang, topic: "a topic")
    app = make_app(owned(Plugin(features=(feature(blueprints=(blueprint,), navigation=(link,)),))))
    prepare(app)
    (problem,) = (str(each) for each in current_plugins.of(app).problems)
    assert said in problem
    page = app.test_client().get("/en/help")
    assert (page.status_code, "The forum" in page.text) == (200, False)


def test_figures_that_cannot_be_read_take_none_of_the_others_away(make_app: Callable[..., Perille]) -> None:
    token = "t" * 20
    app = make_app(owned(Plugin(features=(feature(gauges=lambda _session: [][0]),))), metrics_token=token)
    prepare(app)
    answer = app.test_client().get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    assert "perille_requests_total" in answer.text


def test_settings_are_read_checked_and_refused_by_name() -> None:
    plugin = owned(Plugin(settings=(Setting(name="most", about="How many", default=5, convert=int),)))
    assert examine([plugin], (), {}).settings["forum"]["most"].value == 5
    assert examine([plugin], (), {"PERILLE_PLUGIN_FORUM_MOST": "7"}).settings["forum"]["most"].value == 7
    for environ, said in (
        ({"PERILLE_PLUGIN_FORUM_MOST": "many"}, "PERILLE_PLUGIN_FORUM_MOST: invalid literal"),
        ({"PERILLE_PLUGIN_FORUM_MOTS": "7"}, "PERILLE_PLUGIN_FORUM_MOTS: there is no such setting"),
    ):
        examined = examine([plugin], (), environ)
        assert (examined.plugins, said in examined.problems[0].message) == ((), True)


def test_code_of_a_plugin_reads_its_settings(make_app: Callable[..., Perille]) -> None:
    app = make_app(owned(Plugin(settings=(Setting(name="most", about="How many", default=5),))))
    with app.app_context():
        assert plugin_setting("forum", "most") == 5


def test_a_misspelt_setting_of_ours_is_still_refused(tmp_path: Path) -> None:
    environ = {"PERILLE_DATA_DIR": str(tmp_path), "PERILLE_PLUGIN_FORUM_MOST": "7"}
    assert load_config(environ).theme == ""
    with pytest.raises(ConfigError, match="PERILLE_THEMA: there is no such setting"):
        load_config({**environ, "PERILLE_THEMA": "x"})
