"""The words of a page: looked up in one catalogue, asked for once, and escaped as Jinja does."""

from __future__ import annotations

from typing import Any

import flask_babel
import pytest
from flask import render_template_string
from markupsafe import Markup

from perille.core.i18n import gettext, in_language, lazy_gettext, ngettext
from support.visitor import Visitor
from support.whole import Whole

SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
NEXT = {"en": "Next", "fi": "Seuraava", "ar": "التالي"}


@SQLITE
def test_a_page_asks_for_its_catalogue_once(whole: Whole, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    find = flask_babel.Domain.get_translations

    def note(domain: Any) -> Any:
        asked.append("")
        return find(domain)

    monkeypatch.setattr(flask_babel.Domain, "get_translations", note)
    assert NEXT["fi"] in visitor.get("/fi/courses/way/hello").html
    assert len(asked) == 1


@SQLITE
def test_a_word_is_in_the_language_that_holds_where_it_is_said(whole: Whole) -> None:
    later = lazy_gettext("Next")
    with whole.app.test_request_context("/fi/"):
        whole.app.preprocess_request()
        said = [gettext("Next"), str(later)]
        with in_language("ar"):
            said += [gettext("Next"), str(later), render_template_string("{{ _('Next') }}")]
            with in_language("en"):
                said.append(gettext("Next"))
            said.append(gettext("Next"))
        said.append(render_template_string("{{ _('Next') }}"))
    fi, en, ar = NEXT["fi"], NEXT["en"], NEXT["ar"]
    assert said == [fi, fi, ar, ar, ar, en, ar, fi]


@SQLITE
def test_numbers_have_the_form_of_the_language(whole: Whole) -> None:
    for language, forms in {"en": ["1 minute", "2 minutes"], "uk": ["1 хвилина", "2 хвилини"]}.items():
        with whole.app.test_request_context(f"/{language}/"):
            whole.app.preprocess_request()
            assert [ngettext("%(num)s minute", "%(num)s minutes", count) for count in (1, 2)] == forms


def test_without_an_application_words_are_those_of_the_source() -> None:
    assert gettext("Next") == "Next"
    assert gettext("Hello %(name)s", name="Aino") == "Hello Aino"


@SQLITE
def test_what_is_filled_into_a_word_of_a_page_is_escaped_and_per_cent_signs_are_not_doubled(whole: Whole) -> None:
    with whole.app.test_request_context("/en/"):
        bold = Markup("<b>x</b>")
        page = "{{ _('50 %% of %(what)s', what=what) }}|{{ _('100 %%') }}|{{ ngettext('%(num)s of %(what)s', '', 1, what=what) }}"
        assert render_template_string(page, what="<i>") == "50 % of &lt;i&gt;|100 %|1 of &lt;i&gt;"
        assert render_template_string(page, what=bold) == f"50 % of {bold}|100 %|1 of {bold}"
        assert (
            render_template_string("{% trans what=what %}Go to {{ what }}{% endtrans %}", what="<i>")
            == "Go to &lt;i&gt;"
        )
        plain = "{% autoescape false %}{{ _('Go to %(what)s', what='<i>') }}{% endautoescape %}"
        assert render_template_string(plain) == "Go to <i>"
