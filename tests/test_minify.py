"""Scripts as they are sent do what those in the repository do, and those of kept pages weigh 12 kB together."""

from __future__ import annotations

import gzip
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from perille.core.paths import STATIC
from perille.core.web.minify import minified
from perille.core.web.static_files import sent_script
from support.places import ROOT
from support.programs import find_node

SCRIPTS = sorted(STATIC.rglob("*.js"))
#: The worker and the scripts of kept pages, as docs/performance.md counts them.
OFFLINE = [STATIC / "sw.js", *sorted((STATIC / "offline").glob("*.js"))]
BYTES = 12_000
#: No modules: what they declare at their top is seen by other scripts, but for the worker.
CLASSIC = {"leave.js", "sw.js", "sw-off.js"}


def differences(scripts: Mapping[str, tuple[str, str, bool]]) -> dict[str, str]:
    """Return what differs between scripts before and after, by name; each with whether it is a module."""
    node = find_node()
    assert node is not None, "make setup-test brings Node"
    given = [
        {"name": name, "before": before, "after": after, "module": module}
        for name, (before, after, module) in scripts.items()
    ]
    words = [str(node), str(ROOT / "tests" / "support" / "same_scripts.mjs")]
    run = subprocess.run(words, input=json.dumps(given), capture_output=True, text=True, check=True)
    found: dict[str, str] = json.loads(run.stdout)
    return found


def is_module(path: Path) -> bool:
    return path.name not in CLASSIC and path.parent.name != "offline"


def test_what_is_sent_is_the_same_program() -> None:
    given = {str(path): (path.read_text("utf-8"), sent_script(path).decode(), is_module(path)) for path in SCRIPTS}
    assert len(given) > 20
    assert differences(given) == {}


def test_short_names_would_do_for_every_script_that_is_a_module() -> None:
    """More ways of writing are tried than those of the few scripts that are sent so."""
    texts = {str(path): path.read_text("utf-8") for path in SCRIPTS if is_module(path)}
    assert differences({name: (text, minified(text, short_names=True), True) for name, text in texts.items()}) == {}


def test_what_is_declared_one_after_the_other_has_one_word() -> None:
    assert minified("let a = 1;\nlet [b] = a;\nconst c = 2;\ngo(a, b, c);\n") == "let a=1,[b]=a;const c=2;go(a,b,c);"


def test_the_worker_and_the_scripts_of_kept_pages_weigh_twelve_kilobytes_together() -> None:
    assert len(gzip.compress(b"".join(map(sent_script, OFFLINE)), 9)) <= BYTES


def test_nothing_of_ours_is_sent_with_comments(client) -> None:  # type: ignore[no-untyped-def]
    worker = client.get("/sw.js").get_data()
    assert worker == sent_script(STATIC / "sw.js")
    assert b"// " not in worker
    assert len(worker) < len((STATIC / "sw.js").read_bytes()) * 0.7


WAYS = {
    "comments": "a(); // one\n/* two\n */ b('// no comment', \"/* none */\", `// none ${c /* one */} /* none */`);",
    "template": "const where = 1; go(`a  b ${ `in ${where}  ` + { d: 1 }.d } // ${'}'} \\` \\${ $ `);",
    "lines": "const a1 = 1\nconst two = a1\n+ 2\nlet i = two\n++i\ngo(i)\n`x`.y()\nfunction f() {\n  return\n  a1\n}",
    "regex": "const one = /[/\"'`]\\/{2}/g.test(a) ? b / c / d : /=/;\nif (/x/.test(one)) go(one / 2 / 1); x = () => /`/;",
    "signs": "let a = 1, b = 2; go(a + +b, a - -b, a++ + ++c, a - --c, !-b, a / /2/.b, typeof a, void 0);",
    "keys": "const name = 1, size = 2; go({ name, size: name, [name]: size, more: { size }, go() { return name; } });",
    "async keys": "const name = 1; go({ async name() { return name; }, get size() { return name; } });",
    "patterns": "function go({ name, size: wide }, [first, last], ...rest) { return name + wide + first + last + rest; }",
    "defaults": "function go({ name = 1 } = {}, size = 2) { const { name: other = name } = size; return other; }",
    "shadow": "const name = 1; function go(name) { const f = (name) => name.name; return f(name); } b(name);",
    "blocks": "const name = 1; if (name) { const name = 2; b(name); } c(name);",
    "globals": "function one(caches) { return caches.match(1); } function two() { return caches.open(2); }",
    "braces": "let done = 0; function go(x) { if (x) { done = x; } else { done.y = x; } }",
    "cases": "let done = 0; function go(x) { switch (x) { case done: { go(done); } default: x = 1; } }",
    "loops": "for (const [key, value] of all) { go(key, value); } for (const key in all) go(key);",
    "counts": "for (let at = 0; at < 2; at += 1); while (x) y();",
    "ends": "function go(x) { if (x) return; else; for (;;); } const f = () => { go(1); };",
    "arrows": "const a = (b) => b; go(async (c) => c, (d, e) => d, ([f]) => f, (g = 1) => g); const h = () => { return (i) => i; };",
    "calls": "function f(x) { while (x) { g(x); } if (x) g(); for (;;) { h((x)); } } function g() { if (h) ; }",
    "last": "do { go(2); } while (f());\nif (f) while (go()) ;",
    "classes": "class One extends Two { constructor(name) { super(name); this.name = name; } get size() { return this.name; } }",
    "static": "class One { static of(name) { return new One(name); } }",
    "words": "async function go(of) { try { for (const each of of) await each; } catch (error) { throw error; } finally { a(); } }",
    "const": "const a = { const: 1 }, b = a.const; for (const c of b) { const d = c; f(() => d); } for (const e in b) f(e);",
    "several": "const a = 1; const b = () => { let c; let d = c; }; let e = `${a}`; let [f] = e; go(f); let g = { a };",
    "vars": "var a; var b = 1;",
    "apart": "let a = 1\ngo(a)\n;let b = 2; for (let c = 1; c < 2;) { let d = c; } let e; if (e) go(); let f",
    "breaks": "let a = b /*\n*/ c()\nfunction f() { return /* one\n two */ a }\nd /* one */ = 1;",
    "marks": "go(a < !--b, 1 .toFixed(2), a + /* c */ + b, a - /**/ --b, a / /* c */ /d/.e);",
    "asked": "const a = x ? { y: 1 } : { z: 2 }, q = x ? y : z; label: for (const y of a) { if (y) continue label; }",
}


@pytest.mark.parametrize("short_names", [False, True])
def test_every_way_of_writing_stays_what_it_is(short_names: bool) -> None:
    given = {name: (text, minified(text, short_names=short_names), True) for name, text in WAYS.items()}
    assert differences(given) == {}


WRONG = {
    "text": ("go('a  b');", "go('a b');"),
    "template": ("go(`a  b`);", "go(`a b`);"),
    "regex": ("go(/a/);", "go(/a/g);"),
    "key": ("const a = 1; go({ a });", "const b = 1; go({ b });"),
    "property": ("const a = b.c;", "const a = b.d;"),
    "global": ("function f(a) { return a + b; }", "function f(b) { return b + b; }"),
    "caught": ("const a = 1; function f(b) { return a; }", "const c = 1; function f(c) { return c; }"),
    "let": ("const a = 1; a = 2;", "let a = 1; a = 2;"),
    "const": ("let a = 1; a = 2;", "const a = 1; a = 2;"),
    "several": ("let a = 1; let b = 2; go(a, b);", "let a = 1, b = go(a, b);"),
    "end": ("function f() { return\n1; }", "function f() { return 1; }"),
    "broken": ("go();", "go(;"),
}


def test_what_is_not_the_same_is_found() -> None:
    found = differences({name: (before, after, True) for name, (before, after) in WRONG.items()})
    assert sorted(found) == sorted(WRONG)


def test_a_template_without_an_end_is_refused() -> None:
    with pytest.raises(ValueError, match="no end"):
        minified("go(`a ${b} c);")
