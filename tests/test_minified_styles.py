"""Style sheets as they are sent say what those in the repository say."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from perille.core.paths import STATIC
from perille.core.web.static_files import static_url
from perille.core.web.style_sheets import minified_style
from support.style_sheets import declarations, rules, style_sheets

SHEETS = sorted(path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*.css"))


def said(style: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return selectors and declarations, whatever space stands around marks that need none."""
    return [
        (_bare(rule.selector), [(name, _bare(value)) for name, value in declarations(rule.body)])
        for rule in rules(style)
    ]


def _bare(words: str) -> str:
    return re.sub(r"\s*([,>])\s*|(:)\s+", r"\1\2", " ".join(words.split()))


def _conditions(style: str) -> list[str]:
    return [_bare(each) for each in re.findall(r"@[^{;]+", style)]


@pytest.mark.parametrize("name", SHEETS)
def test_what_is_sent_has_the_same_rules(name: str) -> None:
    before = style_sheets()[name.rpartition("/")[2]]
    after = minified_style((STATIC / name).read_text("utf-8"))
    assert said(after) == said(before)
    assert _conditions(after) == _conditions(before)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_no_style_sheet_of_ours_is_sent_with_comments(client: FlaskClient) -> None:
    with client.application.test_request_context():
        addresses = [static_url(name) for name in SHEETS]
    sent = [client.get(address).text for address in addresses]
    assert [name for name, text in zip(SHEETS, sent, strict=True) if "/*" in text or "; " in text or "\n" in text] == []


WAYS = {
    "a { b: c; }": "a{b:c}",
    "a > b,\n c { d: e ; f: g;\n}": "a>b,c{d:e;f:g}",
    "a :hover, b:not(.c) d { e: f }": "a :hover,b:not(.c) d{e:f}",
    "a { b: \";}/* c */  d\"; e: '  ; }' }": "a{b:\";}/* c */  d\";e:'  ; }'}",
    "a { b: calc((1px - 2em) * 3) ; c: 1px /* d */ 2px }": "a{b:calc((1px - 2em) * 3);c:1px 2px}",
    "/* a */ b { c: d } /* e; } */ f { g: h } /* i */": "b{c:d}f{g:h}",
    "@media (a: b) and (c: d) { e { f: g; } h + i { } }": "@media (a:b) and (c:d){e{f:g}h + i{}}",
    "a/* b */:hover { c: d/* e */f }": "a/**/:hover{c:d/**/f}",
    "a/* b */ .c{ d: e }": "a .c{d:e}",
    "a { --b: ; --c: /* d */ ; }": "a{--b: ;--c: }",
    "a { --b: }": "a{--b: }",
    "a { --b: c; --d: e !important; }": "a{--b:c;--d:e !important}",
}


@pytest.mark.parametrize("style", WAYS)
def test_every_way_of_writing_a_rule_stays_what_it_is(style: str) -> None:
    assert minified_style(style) == WAYS[style]
