"""How many ways lead through a function, counted as radon does (McCabe's number with conditions and comprehensions)."""

from __future__ import annotations

import ast
from collections.abc import Iterator


def ways_through(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return 1 for a function that always does the same, and 1 more for each place where it may do something else.

    Functions inside it count for themselves.
    """
    return 1 + sum(_choices(node) for each in function.body for node in _of(each))


def _of(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    # What an assertion looks at decides nothing, and what a function inside does is its own.
    if not isinstance(node, ast.Assert | ast.FunctionDef | ast.AsyncFunctionDef):
        for child in ast.iter_child_nodes(node):
            yield from _of(child)


def _choices(node: ast.AST) -> int:
    match node:
        case ast.If() | ast.IfExp() | ast.Assert():
            return 1
        case ast.For() | ast.AsyncFor() | ast.While():
            return 1 + bool(node.orelse)
        case ast.comprehension():
            return 1 + len(node.ifs)
        case ast.BoolOp():
            return len(node.values) - 1
        case ast.Try():
            return len(node.handlers) + bool(node.orelse)
        case ast.Match():
            return sum(not _takes_all(each) for each in node.cases)
    return 0


def _takes_all(case: ast.match_case) -> bool:
    return isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None
