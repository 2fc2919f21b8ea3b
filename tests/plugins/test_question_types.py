"""Question types of strangers: what they bring is served, what they lack is refused by name, what they do wrong ends nothing else."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from perille.api import Plugin
from perille.app import Perille
from perille.packs.published.library import current_library
from perille.packs.source.discovery import current_discovery
from perille.packs.source.registry import OwnedPlugin, current_interactions
from perille.startup import prepare
from support.packs import CHOICE, write_pack
from support.stranger import OWNER, TALLY, TEMPLATE, Tally, owned
from support.whole import Whole, dispose, make_site

LESSON = "/en/courses/counting/hello"
TEST = "/en/courses/counting/check"
WORDS = "# Hello\n\nThis is a lesson.\n\n::: check cups\n:::\n\n::: check fire\n:::\n"

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
Make = Callable[..., Perille]


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    folder = tmp_path / "packs"
    items = {"bank": TALLY + CHOICE}
    write_pack(folder, "course_counting", lessons={"hello": WORDS}, items=items, assessments={"check": "bank"})
    return folder


@pytest.fixture
def make(db_url: str, packs: Path, tmp_path: Path) -> Iterator[Make]:
    """Make a site with a plugin, or without; its packs are published where `publish` says so."""

    def make_one(*plugins: OwnedPlugin, publish: bool = True) -> Perille:
        app = make_site(db_url, tmp_path, packs, plugins)
        if publish:
            prepare(app)
        made.append(app)
        return app

    made: list[Perille] = []
    yield make_one
    for app in made:
        dispose(app)


def test_a_strangers_question_is_shown_with_its_script_style_and_words(make: Make, tmp_path: Path) -> None:
    words = io.BytesIO()
    catalog = Catalog(locale="fi")
    catalog.add("How many?", "Montako?")
    catalog.add("Help", "not this word")
    write_mo(words, catalog)
    plugin = Plugin(
        interactions=(Tally(script="stranger/tally.js", style="stranger/tally.css"),),
        templates="templates",
        static="static",
        catalogues="words",
    )
    files = {
        "templates/tally.html": TEMPLATE,
        "static/tally.js": "export const marks = 1;",
        "static/tally.css": ".item { color: inherit }",
        "static/secret.py": "no page loads this",
        "words/fi/LC_MESSAGES/messages.mo": words.getvalue(),
    }
    app = make(owned(tmp_path, plugin, files))
    client = app.test_client()
    page = client.get(LESSON).text
    assert "How many cups?" in page
    (script,) = [each.split('"')[0] for each in page.split('type="module" src="')[1:] if "/stranger/tally.js" in each]
    (style,) = [each.split('"')[0] for each in page.split('stylesheet" href="')[1:] if "/stranger/tally.css" in each]
    assert client.get(script).text == "export const marks = 1;"
    assert client.get(style).mimetype == "text/css"
    assert client.get(script.replace("tally.js", "secret.py")).status_code == 404
    finnish = client.get(LESSON.replace("/en/", "/fi/")).text
    assert "Montako?" in finnish
    assert "not this word" not in finnish


@pytest.mark.parametrize(
    ("interaction", "said"),
    [
        (Tally(template="stranger/other.html"), 'there is no template "stranger/other.html"'),
        (Tally(script="stranger/tally.js"), 'there is no static file "stranger/tally.js"'),
        (Tally(offline="stranger/marks.js"), 'there is no static file "stranger/marks.js"'),
        (Tally(friendly_name=""), "it has no friendly_name"),
        (Tally(keys=["right"]), "its keys are no set of texts"),  # type: ignore[arg-type]  # what is refused
    ],
)
def test_what_a_question_type_lacks_is_refused_by_name_and_the_site_starts(
    make: Make, tmp_path: Path, interaction: Tally, said: str
) -> None:
    app = make(owned(tmp_path, Plugin(interactions=(interaction,), templates="templates")), publish=False)
    problems = [str(each) for each in current_interactions.of(app).problems]
    assert problems == [f'{OWNER}: The interaction "tally" of {OWNER} is refused: {said}']
    assert current_interactions.of(app).get("tally") is None
    assert prepare(app).refused == ("course_counting",)
    assert app.test_client().get("/en/").status_code == 200


def test_a_method_that_is_missing_is_named(make: Make, tmp_path: Path) -> None:
    class Half:
        name, friendly_name, keys, template = "half", "Half a type", frozenset[str](), "stranger/tally.html"
        read = score = arrange = describe = staticmethod(lambda *_: None)

    plugin = Plugin(interactions=(Half(),), templates="templates")  # type: ignore[arg-type]  # what is refused
    app = make(owned(tmp_path, plugin), publish=False)
    (problem,) = current_interactions.of(app).problems
    assert problem.message.endswith("it has no method parse, it has no method respond")


def test_a_folder_that_is_not_there_is_named(make: Make, tmp_path: Path) -> None:
    app = make(owned(tmp_path, Plugin(static="files", templates="../outside")), publish=False)
    problems = [each.message for each in current_discovery.of(app).problems]
    assert problems == [
        'templates = "../outside" is no folder inside the package stranger',
        'static = "files" is no folder inside the package stranger',
    ]


def answer(client: FlaskClient, page: str) -> TestResponse:
    edition = client.get(page).text.split('name="edition" value="')[1].split('"')[0]
    return client.post(page, data={"item": "cups", "edition": edition, "a-cups": "3"})


@pytest.mark.parametrize("fails", ["arrange", "template"])
def test_a_question_that_cannot_be_made_leaves_the_lesson_and_its_other_questions(
    make: Make, tmp_path: Path, fails: str, caplog: pytest.LogCaptureFixture
) -> None:
    template = "{{ 1 // 0 }}" if fails == "template" else TEMPLATE
    plugin = Plugin(interactions=(Tally(fails=fails),), templates="templates")
    app = make(owned(tmp_path, plugin, {"templates/tally.html": template}))
    page = app.test_client().get(LESSON)
    assert page.status_code == 200
    assert page.text.count("This question cannot be shown at the moment.") == 1
    assert "The kitchen is on fire" in page.text
    assert page.text.count("See if it is right") == 1
    (failure,) = current_interactions.of(app).failures
    assert (
        failure
        == f"the interaction tally of {OWNER} failed in {'its template' if fails == 'template' else fails}: ZeroDivisionError"
    )
    assert failure in caplog.text
    assert "a secret answer" not in caplog.text
    app.test_client().get(LESSON)
    assert caplog.text.count(failure) == 2, "a page in which something failed is not kept"


@pytest.mark.parametrize(
    "interaction", [Tally(fails="parse"), Tally(fails="score"), Tally(scaled=1.5), Tally(scaled=float("nan"))]
)
def test_an_answer_that_cannot_be_marked_is_refused_and_changes_nothing(
    make: Make, tmp_path: Path, interaction: Tally
) -> None:
    app = make(owned(tmp_path, Plugin(interactions=(interaction,), templates="templates")))
    site, client = Whole(app, tmp_path), app.test_client()
    client.post("/en/courses/counting/start")
    before = site.counts()
    refused = answer(client, f"{LESSON}?screen=1&with=fi")
    assert refused.status_code == 503
    assert f'href="{LESSON}?screen=1&amp;with=fi"' in refused.text, "the lesson goes on from its screen"
    assert answer(client, TEST + "?item=cups").status_code == 503
    assert site.counts() == before
    assert OWNER in current_interactions.of(app).failures[0]


def test_a_type_that_is_gone_leaves_the_lesson_and_the_test_says_that_it_must_wait(make: Make, tmp_path: Path) -> None:
    with_plugin = make(owned(tmp_path, Plugin(interactions=(Tally(),), templates="templates")))
    assert with_plugin.test_client().get(TEST).status_code == 200
    app = make()
    client = app.test_client()
    page = client.get(LESSON).text
    assert "This question cannot be shown at the moment." in page
    assert "The kitchen is on fire" in page
    waits = client.get(TEST)
    assert waits.status_code == 503
    assert "This test has questions that cannot be shown at the moment." in waits.text
    assert client.get(f"{LESSON}?said=cups&a-cups=3").status_code == 200
    with app.app_context():
        problems = [str(each) for each in current_library.of(app).problems()]
    assert any('"tally" is no interaction' in each for each in problems)


@pytest.mark.parametrize(
    ("scaled", "said"),
    [(1.5, "a score of 1.5, which"), (float("nan"), "a score of nan, which"), ("all", "a score of str, which")],
)
def test_a_score_that_is_none_is_told_by_its_number_and_never_by_its_words(
    make: Make, tmp_path: Path, scaled: float, said: str
) -> None:
    app = make(owned(tmp_path, Plugin(interactions=(Tally(scaled=scaled),), templates="templates")))
    answer(app.test_client(), LESSON)
    assert said in current_interactions.of(app).failures[0]
