"""Nobody reads a code on the pages of who did what: each action, detail and reason that the program writes has words."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from perille.core.paths import TRANSLATIONS
from perille.people.audit import DETAILS
from perille.people.audit_words import ACTIONS, DETAIL_WORDS, REASONS, action_words, detail_words
from perille.people.models import Role, VerifiedBy
from perille.privacy.retention import HoldReason

PLATFORM = TRANSLATIONS.parent
#: Said by their value alone.
BY_VALUE = {"percent", "role", "why"}


def audited() -> Iterator[ast.Call]:
    """Yield each call of `audit` in the platform."""
    for path in PLATFORM.rglob("*.py"):
        text = path.read_text("utf-8")
        if "audit(" in text:
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "audit":
                    yield node


def texts(node: ast.AST) -> set[str]:
    return {each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)}


def test_each_action_has_words() -> None:
    written = {text for call in audited() for argument in call.args for text in texts(argument)}
    assert len(written) > 40
    # One is made of two parts.
    assert {each for each in written if not each.endswith(".")} - set(ACTIONS) == set()
    notes = ast.parse(PLATFORM.joinpath("administration", "forwarding.py").read_text("utf-8"))
    calls = [node for node in ast.walk(notes) if isinstance(node, ast.Call) and ast.unparse(node.func) == "_note"]
    assert {f"lrs-forward.{text}" for call in calls for text in texts(call)} <= set(ACTIONS)


def test_each_detail_and_reason_has_words() -> None:
    assert set(DETAILS) - BY_VALUE == set(DETAIL_WORDS)
    written = {text for call in audited() for word in call.keywords if word.arg == "why" for text in texts(word.value)}
    kinds = {each.value for kind in (VerifiedBy, HoldReason) for each in kind if each.value}
    assert (written | kinds) - set(REASONS) == set()


@pytest.mark.parametrize("role", Role)
def test_what_is_shown_is_no_code(role: Role) -> None:
    shown = detail_words({"role": role.value, "why": "totp", "count": 12, "percent": 50})
    assert role.value not in shown.split(" · ")
    assert "totp" not in shown
    assert "Number: 12" in shown
    assert action_words("pins.made") == "User names with PINs made"
