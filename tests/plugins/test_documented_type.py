"""The question type of docs/plugins/question-types.md, as whoever copies it has it: it meets what is asked of every type."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any, ClassVar

import pytest

from perille.api import Interaction, Plugin
from perille.testing import InteractionConformance, Sample
from support.places import ROOT

PAGE = (ROOT / "docs" / "plugins" / "question-types.md").read_text("utf-8")
PACKAGE = "tides"
ITEM = """
[[item]]
key = "now"
interaction = "tide"
prompt = "The water is over the stairs. Which tide is it?"
tide = "High"
"""


def documented() -> Any:
    """Return the type of the page with the form of the page."""
    code, form, _files = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)
    exec(form, names)
    names["Tide"].form = names["tide"]
    return names["Tide"]()


@pytest.fixture(scope="class", autouse=True)
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A package with the template of the page, that stands for an installed one."""
    folder = tmp_path_factory.mktemp("installed") / PACKAGE
    (folder / "templates").mkdir(parents=True)
    (template,) = re.findall(r"```html\n(.*?)```", PAGE, re.DOTALL)
    (folder / "templates" / "tide.html").write_text(template, "utf-8")
    module = ModuleType(PACKAGE)
    vars(module).update(__file__=str(folder / "__init__.py"), __path__=[str(folder)], plugin=TestTide.plugin)
    sys.modules[PACKAGE] = module
    yield
    del sys.modules[PACKAGE]


class TestTide(InteractionConformance):
    interaction: Interaction = documented()
    plugin: ClassVar[Plugin] = Plugin(interactions=(interaction,), templates="templates")
    samples: ClassVar[tuple[Sample, ...]] = (Sample(item=ITEM, right={"": "high "}, wrong={"": "low"}),)
