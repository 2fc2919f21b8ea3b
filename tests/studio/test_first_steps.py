"""The way from a new draft to a published course: what is shown as the next step, and where it leads."""

from __future__ import annotations

from perille.core.extensions import db
from studio.author import Author
from support.queries import count_queries
from support.visitor import Page
from support.whole import Whole

QUESTION = {
    "interaction": "choice",
    "bank": "checks",
    "lesson": "first-steps",
    "screen": "2",
    "f-prompt": "A ship is late. What do you do?",
    "choice-0-text": "Ask at the desk",
    "choice-0-feedback": "Yes. They know.",
    "choice-0-right": "true",
    "choice-1-text": "Go home",
    "choice-1-feedback": "Then you miss it.",
}


def next_of(author: Author) -> str:
    """Return what a lesson's page says comes next."""
    page = author.get("lessons/first-steps")
    box = next(tag for tag in page.all("div") if "data-next-step" in tag.attributes)
    return box.words.removeprefix("Next:").strip()


def test_each_step_follows_from_what_the_draft_has(author: Author) -> None:
    page = author.begin("First steps")
    assert "Five steps to your first course" in page.text
    assert next_of(author) == "Write the first words"
    author.add("first-steps", "text")
    assert next_of(author) == "Write the first words"
    author.write("first-steps", 0, "Welcome.")
    assert next_of(author) == "Show a picture"
    author.upload("first-steps")
    assert next_of(author) == "Add a second screen"
    # A browser opens what is folded for a field in it, not for its frame.
    assert "#new-heading" in author.get("lessons/first-steps").html
    author.send("lessons/first-steps/screen", {"do": "add", "screen": "1", "heading": "Who helps"})
    assert next_of(author) == "Ask a question"
    author.send("questions/new", QUESTION)
    assert next_of(author) == "Publish"
    assert "Five steps to your first course" in author.get().text
    author.publish()
    assert next_of(author) == ""
    assert "Five steps to your first course" not in author.get().text


def test_a_picture_of_the_course_is_put_on_another_screen_with_its_description(author: Author) -> None:
    author.begin("First steps")
    author.add("first-steps", "text")
    author.write("first-steps", 0, "Welcome.")
    author.upload("first-steps", description="Ships in a harbour")
    author.send("lessons/first-steps/screen", {"do": "add", "screen": "1", "heading": "Who helps"})
    page = author.get("pictures?lesson=first-steps&screen=2")
    form = next(tag for tag in page.all("form") if tag.attributes.get("action", "").endswith("/show"))
    sent = {tag["name"]: tag["value"] for tag in page.all("input", _type="hidden") if form in tag.parents}
    assert sent == {"lesson": "first-steps", "screen": "2"}
    for _press in range(2):
        shown = author.send(form["action"], sent)
    assert kinds_of(shown) == ["picture"]
    assert author.form_of(shown, 2)["f-words"] == "Ships in a harbour"


def test_a_picture_comes_after_what_stands_on_its_screen(author: Author) -> None:
    author.begin("First steps")
    author.add("first-steps", "text")
    author.write("first-steps", 0, "Welcome.")
    assert kinds_of(author.upload("first-steps")) == ["text", "picture"]


def test_the_list_asks_once_for_the_versions_of_all_drafts(whole: Whole, author: Author) -> None:
    engine = whole.do(lambda: db.engine)
    author.begin("First steps")
    author.get("/en/studio")
    with count_queries(engine) as before:
        author.get("/en/studio")
    for title in ("Second", "Third"):
        author.begin(title)
    author.get("/en/studio")
    with count_queries(engine) as after:
        author.get("/en/studio")
    assert len(after) == len(before)


def kinds_of(page: Page) -> list[str]:
    """Return the kinds of the blocks of a screen."""
    return [tag["value"] for tag in page.all("input", _name="kind")]


def test_a_second_press_puts_a_picture_once_also_where_a_block_waited_for_it(author: Author) -> None:
    author.begin("First steps")
    author.upload(description="Ships in a harbour")
    author.add("first-steps", "picture")
    author.add("first-steps", "text")
    author.write("first-steps", 1, "Welcome.")
    sent = {"lesson": "first-steps", "screen": "1"}
    page = author.get("pictures?lesson=first-steps&screen=1")
    show = next(tag["action"] for tag in page.all("form") if tag.attributes.get("action", "").endswith("/show"))
    for _press in range(2):
        shown = author.send(show, sent)
    assert kinds_of(shown) == ["picture", "text"]


def test_the_form_of_a_word_list_keeps_its_name(author: Author) -> None:
    author.begin("First steps")
    page = author.add("first-steps", "text")
    text = "::: words help\n- apua · A-pu-a · help\n:::"
    page = author.send("lessons/first-steps/block", author.form_of(page, 0) | {"kind": "source", "f-words": text})
    form = author.form_of(page, 0)
    assert (form["kind"], form["r-0-word"]) == ("words", "apua")
    page = author.send("lessons/first-steps/block", form | {"r-0-meaning": "Help!"})
    form = author.form_of(page, 0)
    assert (form["name"], form["r-0-word"], form["r-0-meaning"]) == ("help", "apua", "Help!")
