"""The conformance kit fails for question types that break what it holds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from perille.plugins.scaffold import write_new_plugin
from support.site import clean_environment

_RELEASE = pytest.mark.release("each starts pytest of a plugin's author; another rule of the same kit")


@pytest.mark.parametrize(
    ("file", "kept", "planted", "fails"),
    [
        pytest.param(
            "question.py",
            "        if not response:\n            return no_answer()\n",
            "        if not response:\n            return Outcome(scaled=1.0, success=True)\n",
            "test_nothing_is_worth_0_and_nothing_is_said",
            marks=_RELEASE,
        ),
        (
            "question.py",
            "float(right), success",
            "2 * float(right), success",
            "test_a_right_answer_gets_all_and_a_wrong_one_less",
        ),
        pytest.param(
            "templates/question.html",
            "<label for=\"{{ name }}-number\">{{ _('Your answer') }}</label>",
            "",
            "test_the_page_works_with_a_keyboard_and_without_script",
            marks=_RELEASE,
        ),
        pytest.param(
            "pages.py",
            '    row_words={Thanks: "Thanks that you gave"},\n',
            "",
            "test_personal_data_is_named_in_words_to_those_whose_it_is",
            marks=_RELEASE,
        ),
        pytest.param(
            "question.py",
            "correct_responses_pattern=",
            'correct_responses_pattern=("other",) or ',
            "test_a_right_response_matches_the_pattern_of_right_responses",
            marks=_RELEASE,
        ),
    ],
    ids=["empty", "score", "label", "words", "pattern"],
)
def test_a_planted_fault_is_noticed(tmp_path: Path, file: str, kept: str, planted: str, fails: str) -> None:
    write_new_plugin(tmp_path / "ranking")
    path = tmp_path / "ranking" / "ranking" / file
    text = path.read_text("utf-8")
    assert kept in text
    path.write_text(text.replace(kept, planted), "utf-8")
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", fails]
    environment = clean_environment(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    done = subprocess.run(words, cwd=tmp_path / "ranking", env=environment, capture_output=True, text=True, check=False)
    assert f"{fails}" in done.stdout
    assert "1 failed" in done.stdout, done.stdout + done.stderr
