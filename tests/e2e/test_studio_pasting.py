"""What is pasted into a block: words from word processors, web pages and messengers, without what they carry besides."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from perille.studio.pasted import clean
from support.places import ROOT

_PASTE = ROOT / "platform/perille/static/studio/paste.js"
_PAGE = """<main><textarea id="block" data-marks>Before </textarea><textarea id="plain"></textarea>
<textarea id="source" class="code-area" data-marks></textarea></main>"""
_WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style><!-- p.MsoNormal {font-family:"Calibri"} --></style>
<!--[if gte mso 9]><xml><o:OfficeDocumentSettings/></xml><![endif]--></head><body lang=FI>
<!--StartFragment--><p class=MsoNormal><b>Bring</b><span style='mso-spacerun:yes'>&nbsp; </span>your passport.<o:p></o:p></p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp;
</span></span></span><![endif]>Ask at the desk<o:p></o:p></p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·<span>&nbsp;</span></span>Wait</p>
<!--EndFragment--></body></html>"""
_DOCS = """<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1"><p dir="ltr"><span
style="font-weight:400">The nurse is </span><span style="font-weight:700">free</span><span style="font-weight:400">.</span></p>
<br><ul><li dir="ltr"><p dir="ltr"><span>One</span></p></li><li dir="ltr"><p dir="ltr"><span>Two</span></p></li></ul></b>"""
_WEB = """<div onclick="steal()"><h2>Opening hours</h2><p>See <a href="https://example.org/hours">the page</a>, not
<a href="javascript:alert(1)">this</a>.</p><img src="https://tracker.example/pixel.gif?who=1" width=1 height=1>
<script>document.title = "run"</script><p style="display:none">campaign 77</p></div>"""
_CLIPBOARDS = {
    "Word": (_WORD, "**Bring** your passport.\n\n- Ask at the desk\n- Wait"),
    "Google Docs": (_DOCS, "The nurse is **free**.\n\n- One\n- Two"),
    "web page": (_WEB, "**Opening hours**\n\nSee [the page](https://example.org/hours), not this."),
    "numbered by Word": (
        "<p style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>1.<span>&nbsp;</span></span>Ring</p>"
        "<p style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>2.<span>&nbsp;</span></span>Wait</p>",
        "1. Ring\n1. Wait",
    ),
    "LibreOffice": (
        '<p style="line-height: 100%"><font face="Arial"><b>Rent </b>is due</font></p><ol><li><p>Pay</p></li><li><p>Keep</p></li></ol>',
        "**Rent** is due\n\n1. Pay\n1. Keep",
    ),
    "Outlook": ("<div>Dear all,</div><div><br></div><div>The door is shut.</div>", "Dear all,\n\nThe door is shut."),
    "Safari": (
        '<span style="white-space:normal">The bus</span><span class="Apple-converted-space">&nbsp;</span><span>goes.</span><br>',
        "The bus goes.",
    ),
    "an address with breaks": ("<p>Street 5<br>Turku</p>", "Street 5  \nTurku"),
    "paragraphs made of breaks": ("One<br><br>Two", "One\n\nTwo"),
    "line separators": ("<p>One\u2028Two<b>\u2029Three</b></p>", "One  \nTwo  \n**Three**"),
    "a number with thousands": ("<p>Pay 1&nbsp;000&nbsp;€&nbsp;now</p>", "Pay 1\u00a0000\u00a0€ now"),
    "words like marks": ("<p># 5 * 3 [a]</p>", "\\# 5 \\* 3 \\[a\\]"),
    "a table": (
        "<table><tr><td>Mon</td><td>9-15</td></tr><tr><td>Tue</td><td>shut</td></tr></table>",
        "Mon 9-15\n\nTue shut",
    ),
    "right to left": (
        '<p dir="rtl">اتصل على \u202a+358 40 123\u202c <b>الآن</b></p>',
        "اتصل على +358 40 123 **الآن**",
    ),
}
_SEND = """([id, html, text, also]) => {
  const field = document.getElementById(id);
  const clipboard = new DataTransfer();
  if (html) { clipboard.setData("text/html", html); }
  if (also) { clipboard.setData(also, "{}"); }
  clipboard.setData("text/plain", text);
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
  const event = new ClipboardEvent("paste", { clipboardData: clipboard, bubbles: true, cancelable: true });
  // A browser puts the words in by itself where nobody prevents it.
  if (field.dispatchEvent(event)) { field.value += "(as it is)"; }
  return field.value;
}"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page with the fields that the Studio has; what is asked of the network is counted."""
    opened = browser.new_page()
    opened.set_content(_PAGE)
    opened.add_script_tag(path=str(_PASTE))
    yield opened
    opened.close()


def paste(page: Page, field: str, html: str, text: str = "words", also: str = "") -> str:
    """Paste into a field; return what it holds then."""
    return str(page.evaluate(_SEND, [field, html, text, also]))


@pytest.mark.parametrize("name", _CLIPBOARDS)
def test_formatted_words_come_in_as_words_and_marks(page: Page, name: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    html, expected = _CLIPBOARDS[name]
    assert paste(page, "block", html) == f"Before {expected}"
    assert (asked, page.title()) == ([], "")


def test_plain_words_lose_unseen_signs_alone(page: Page) -> None:
    told = "\u202a+358 40 123\u202c\u2028Ring*\u00a0now*"
    assert paste(page, "plain", "", told) == "+358 40 123\nRing* now*"


def without_no_break(text: str) -> str:
    """Return a text as the server takes it, with its no-break spaces plain and its empty lines empty: the browser leaves fewer of these."""
    lines = re.sub("[\u00a0\u202f]", " ", clean(text)).split("\n")
    return "\n".join(line if line.strip(" \t") else "" for line in lines).strip("\n")


def test_browser_and_server_take_the_same_signs_out(page: Page) -> None:
    """They have the rules twice, and each knows what the other does not: what is pasted, and what a browser without script sends."""
    pieces = [
        *"\u00a0\u202f\u200b\u200e\u200f\u061c\u2060\ufeff\u202a\u202c\u202e\u2028\u2029\x85\x0b\x0c\0\x02\x03\r\n\t |#>*-"
    ]
    pieces += ["\r\n", ":::", "1.", "##", "- ", "**", "kaksi", "اثنان", "5", "  ", "€"]
    chosen = random.Random(7)
    pasted = ["x" + "".join(chosen.choices(pieces, k=chosen.randrange(1, 14))) for _ in range(1500)]
    taken = page.evaluate(
        f"(all) => all.map((text) => {{ document.getElementById('plain').value = ''; return ({_SEND})(['plain', '', text, '']); }})",
        pasted,
    )
    for text, in_browser in zip(pasted, taken, strict=True):
        got = text if in_browser == "(as it is)" else in_browser
        assert without_no_break(got) == without_no_break(text), repr(text)


@pytest.mark.parametrize(
    ("field", "html", "also"),
    [("plain", "<b>x</b>", ""), ("source", "<b>x</b>", ""), ("block", "<b>x</b>", "vscode-editor-data")],
)
def test_what_needs_no_change_is_left_to_the_browser(page: Page, field: str, html: str, also: str) -> None:
    assert paste(page, field, html, "**x**", also).endswith("(as it is)")


def test_a_paste_is_taken_back_by_the_key(page: Page) -> None:
    assert paste(page, "block", _DOCS).startswith("Before The nurse")
    page.keyboard.press("Control+z")
    assert page.locator("#block").input_value() == "Before "
