"""The words of the interface, looked up fast: Flask-Babel and Jinja ask for the catalogue of the page anew at each of its 100 words.

Here it is asked for once in a request, and again where `in_language` changes it. What is given is the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import flask_babel
from flask import Flask, g
from flask_babel.speaklater import LazyString
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

#: Attribute of Flask-Babel's own memory of a request: the locale, and its catalogue.
_FOUND = "perille_catalogue"


def current_catalogue() -> Any:
    """Return the catalogue in which words are looked up now: that of the page, or the one that `in_language` chose."""
    memory = _memory()
    locale, catalogue = getattr(memory, _FOUND, (None, None))
    if locale is not None and locale is getattr(memory, "babel_locale", None):
        return catalogue
    catalogue = flask_babel.get_translations()
    # The locale is known now; without an application context there is none, nor a memory.
    memory = _memory()
    if memory is not None:
        setattr(memory, _FOUND, (memory.babel_locale, catalogue))
    return catalogue


def _memory() -> Any:
    """Return what Flask-Babel remembers of this request; None before it was asked anything, and outside of an application."""
    try:
        # The object behind `g`: asked a hundred times a page, the proxy itself would cost most of it.
        return g._get_current_object().get("_flask_babel")
    except RuntimeError:
        return None


def gettext(message: str, /, **variables: object) -> str:
    """Return a message in the language of the page, with its *variables* filled in."""
    words: str = current_catalogue().ugettext(message)
    return words % variables if variables else words


def ngettext(one: str, many: str, /, num: object, **variables: object) -> str:
    """Return the form of a message that goes with a number, which is `%(num)s` in it."""
    words: str = current_catalogue().ungettext(one, many, num)
    return words % {"num": num, **variables}


def pgettext(context: str, message: str, /, **variables: object) -> str:
    """Return a message that is translated differently in this context."""
    words: str = current_catalogue().upgettext(context, message)
    return words % variables if variables else words


def lazy_gettext(message: str, /, **variables: object) -> Any:
    """Return what becomes the message in the language of the page when it is used as text: for what is made before any request."""
    return LazyString(gettext, message, **variables)


@pass_eval_context
def _in_template(context: EvalContext, message: str, /, **variables: object) -> str:
    return _filled(context, current_catalogue().ugettext(message), variables)


@pass_eval_context
def _number_in_template(context: EvalContext, one: str, many: str, num: object, /, **variables: object) -> str:
    return _filled(context, current_catalogue().ungettext(one, many, num), {"num": num, **variables})


@pass_eval_context
def _context_in_template(context: EvalContext, where: str, message: str, /, **variables: object) -> str:
    return _filled(context, current_catalogue().upgettext(where, message), variables)


def _filled(context: EvalContext, words: str, variables: Mapping[str, object]) -> str:
    """Fill variables into words, as Jinja does: it escapes them in HTML, and a per cent sign is written twice with or without any."""
    marked = Markup(words) if context.autoescape else words  # noqa: S704  (our own catalogue)
    return marked % variables if "%" in words else marked


def configure_interface_words(app: Flask) -> None:
    """Give templates these functions in place of those of Flask-Babel, which must be there before."""
    app.jinja_env.globals.update(
        _=_in_template,
        gettext=_in_template,
        ngettext=_number_in_template,
        pgettext=_context_in_template,
    )
