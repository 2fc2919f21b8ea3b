"""The conformance kit fails for question types that break what it holds."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from perille.plugins.scaffold import write_new_plugin
from support.site import clean_environment

#: File of a new plugin, what stands there, the fault that is planted instead, and the test of the kit that notices it.
PLANTED = (
    (
        "question.py",
        "        if not response:\n            return no_answer()\n",
        "        if not response:\n            return Outcome(scaled=1.0, success=True)\n",
        "test_nothing_is_worth_0_and_nothing_is_said",
    ),
    (
        "question.py",
        "float(right), success",
        "2 * float(right), success",
        "test_a_right_answer_gets_all_and_a_wrong_one_less",
    ),
    (
        "templates/question.html",
        "<label for=\"{{ name }}-number\">{{ _('Your answer') }}</label>",
        "",
        "test_the_page_works_with_a_keyboard_and_without_script",
    ),
    (
        "pages.py",
        '    row_words={Thanks: "Thanks that you gave"},\n',
        "",
        "test_personal_data_is_named_in_words_to_those_whose_it_is",
    ),
    (
        "question.py",
        "correct_responses_pattern=",
        'correct_responses_pattern=("other",) or ',
        "test_a_right_response_matches_the_pattern_of_right_responses",
    ),
)


def test_planted_faults_are_noticed_each_by_its_test(tmp_path: Path) -> None:
    """All in one plugin and one run: to start pytest costs more than the tests. Without a fault all pass (plugins/test_skeleton.py)."""
    write_new_plugin(tmp_path / "ranking")
    tests = [fails for *_planted, fails in PLANTED]
    for file, kept, planted, _fails in PLANTED:
        path = tmp_path / "ranking" / "ranking" / file
        text = path.read_text("utf-8")
        assert kept in text
        path.write_text(text.replace(kept, planted), "utf-8")
    assert failed(tmp_path / "ranking", tests) == set(tests)


def failed(plugin: Path, tests: list[str]) -> set[str]:
    """Run some tests of a plugin as its author does; return which failed."""
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", " or ".join(tests)]
    environment = clean_environment(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    done = subprocess.run(words, cwd=plugin, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return set(re.findall(r"(?m)^FAILED \S+::(\w+)", done.stdout))
