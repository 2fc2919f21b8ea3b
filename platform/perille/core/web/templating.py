"""What every template may use: icons, addresses of files, languages and settings."""

from __future__ import annotations

from functools import cache

from flask import Flask
from markupsafe import Markup

from perille.core.current import config_of
from perille.core.host_languages import foreign_word, language_of_all
from perille.core.i18n import LANGUAGES, decimal_written, enumerated, language_of
from perille.core.paths import STATIC
from perille.core.site import current_site
from perille.core.web.cookie_check import is_forgetful
from perille.core.web.display_preferences import current_look, wants_pictures
from perille.core.web.guest import is_guest
from perille.core.web.idempotency_key import press_field
from perille.core.web.navigation import links
from perille.core.web.page_addresses import url_for
from perille.core.web.responses import compress
from perille.core.web.shared_parts import shared_part
from perille.core.web.staff_languages import page_languages
from perille.core.web.static_files import blueprint, static_url


@cache
def icon(name: str) -> Markup:
    """Return a shipped icon as inline SVG. It is decoration: a word is always beside it. Raise FileNotFoundError."""
    path = (STATIC / "icons" / f"{name}.svg").resolve()
    if not path.is_relative_to(STATIC):
        raise FileNotFoundError(name)
    return Markup(path.read_text("utf-8").strip())  # noqa: S704  (our own file)


@cache
def lang_attributes(code: str) -> Markup:
    """Return lang and dir for an element whose words are in another language than the page."""
    return Markup('lang="{}" dir="{}"').format(code, LANGUAGES[code].direction)


def configure_templating(app: Flask) -> None:
    """Register static files and compression, and set the globals and the context of every template."""
    app.register_blueprint(blueprint)
    app.after_request(compress)
    app.jinja_env.globals.update(
        icon=icon,
        press_field=press_field,
        shared_part=shared_part,
        static_url=static_url,
        lang_attributes=lang_attributes,
        LANGUAGES=LANGUAGES,
        is_forgetful=is_forgetful,
        is_guest=is_guest,
        current_look=current_look,
        wants_pictures=wants_pictures,
        links=links,
        url_for=url_for,
        foreign_word=foreign_word,
        language_of_all=language_of_all,
        decimal_written=decimal_written,
        enumerated=enumerated,
    )

    @app.context_processor
    def page_words() -> dict[str, object]:
        language = LANGUAGES[language_of()]
        return {
            "language": language,
            "settings": config_of(app),
            "site": current_site(),
            "OFFERED": page_languages(),
        }
