"""The application factory: a table of contents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from inspect import CO_COROUTINE
from typing import Any

from flask import Flask, g, redirect, request, url_for
from flask_babel import Babel
from sqlalchemy.engine import make_url
from werkzeug.wrappers import Response as BaseResponse

from perille.core import security
from perille.core.config import Config, load_config
from perille.core.current import config_of, published_packs, set_config
from perille.core.database import prepare_engine, run_in_transaction
from perille.core.errors import register_error_pages
from perille.core.extensions import db
from perille.core.feature import install_features
from perille.core.i18n import (
    CATALOGUES,
    LANGUAGES,
    LanguageConverter,
    offered_for,
    select_locale,
    wished_language,
)
from perille.core.interface_words import configure_interface_words
from perille.core.outage import init_outage, note_success
from perille.core.readiness import unprepared
from perille.core.site import configure_site
from perille.core.web.before_transaction import prepare_view
from perille.core.web.cookies import SiteRequest
from perille.core.web.deferred import DeferredResponse
from perille.core.web.flash_cookie import configure_once
from perille.core.web.host_check import configure_front
from perille.core.web.language_not_offered import ASKED, asked_language, is_told, near_languages, not_yet, note_asked
from perille.core.web.leaving import configure_leaving
from perille.core.web.request_log import configure_request_log
from perille.core.web.staff_languages import is_staff_page, page_languages, staff_fallback
from perille.core.web.templating import configure_templating
from perille.features import FEATURES
from perille.packs.published.library import PackLibrary, current_library
from perille.packs.source.discovery import Discovery, current_discovery, discover
from perille.packs.source.registry import InteractionRegistry, OwnedPlugin, current_interactions
from perille.plugins.examine import PluginInspection, examine
from perille.plugins.install import install_plugins
from perille.plugins.resources import (
    add_static_files,
    add_templates,
    catalogue_folders,
    folder_problems,
    refuse_incomplete,
)
from perille.plugins.selection import apply_selection

_READS = frozenset({"GET", "HEAD", "OPTIONS"})


class Perille(Flask):
    """Flask, with one commit a request."""

    request_class = SiteRequest

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function as it is, unless it may be a coroutine: Flask looks into each of thirty in every request."""
        code = getattr(func, "__code__", None)
        return func if code is not None and not code.co_flags & CO_COROUTINE else super().ensure_sync(func)

    def dispatch_request(self) -> object:  # type: ignore[override]  # what a view returns, or a DeferredResponse
        """Prepare the view, run it in one transaction, again where the database was busy; then make the page that it deferred."""
        write = request.method not in _READS
        prepare_view()
        returned = run_in_transaction(db.session, partial(_afresh, super().dispatch_request), write=write)
        if isinstance(returned, DeferredResponse):
            later = returned
            returned = run_in_transaction(db.session, later.make, write=False)
        note_success(wrote=write)
        return returned


def _afresh(view: Callable[[], object]) -> object:
    """Run a view that may have run before: what it read and wrote then was rolled back, so what is cached of it is dropped."""
    for name in ("phone", "account"):
        g.pop(name, None)
    return view()


def create_app(config: Config | None = None, found: Discovery | None = None) -> Perille:
    """Make the application; nothing is read, written or asked but the settings and what is installed.

    *found*: packs and plugins, where they are not those of the installed distributions and of the settings.
    """
    app = Perille(__name__, static_folder=None)
    config = config or load_config()
    found, examined = examine_found(found or discover(config.pack_paths))
    configure_settings(app, config)
    configure_database(app)
    configure_site(app)
    configure_languages(app, found.plugins)
    configure_packs(app, found)
    configure_templating(app)
    security.configure_security(app)
    configure_leaving(app)
    configure_once(app)
    install_features(app, FEATURES)
    install_plugins(app, examined)
    found = current_discovery.of(app)
    current_discovery.set(app, replace(found, problems=(*found.problems, *apply_selection(app, found.plugins))))
    register_error_pages(app, unprepared)
    configure_front(app)
    configure_request_log(app)
    return app


def examine_found(found: Discovery) -> tuple[Discovery, PluginInspection]:
    """Return what was found with the plugins that can be used alone, and the problems of the others."""
    examined = examine(found.plugins, FEATURES)
    problems = (*found.problems, *examined.problems, *folder_problems(examined.plugins))
    return replace(found, plugins=examined.plugins, problems=problems), examined


def configure_settings(app: Flask, config: Config) -> None:
    """Put the settings where Flask and its extensions look for theirs."""
    set_config(app, config)
    app.config.update(
        SECRET_KEY=config.secret_keys[0],
        SECRET_KEY_FALLBACKS=list(config.secret_keys[1:]),
        SQLALCHEMY_DATABASE_URI=config.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(config),
        MAX_CONTENT_LENGTH=config.max_body,
        MAX_FORM_MEMORY_SIZE=security.MAX_FORM,
        TESTING=config.testing,
        BABEL_DEFAULT_LOCALE="en",
    )


def _engine_options(config: Config) -> dict[str, object]:
    # An error must not write a row's values, and so an answer or a name, into the log.
    options: dict[str, object] = {"hide_parameters": True}
    if config.sqlite:
        return options | {
            "connect_args": {"timeout": 10, "check_same_thread": False},
            "pool_size": config.threads + 2,
            "pool_use_lifo": True,  # the connection used last has its pages in memory
        }
    # A server that is away is noticed within seconds; what the address says goes first.
    given = make_url(config.database_url).query
    waits = {"connect_timeout": 5, "tcp_user_timeout": 10_000, "keepalives_idle": 30}
    return options | {
        "connect_args": {name: value for name, value in waits.items() if name not in given},
        "pool_size": config.threads,
        "max_overflow": 4,
        "pool_pre_ping": True,
    }


def configure_database(app: Flask) -> None:
    """Bind the database and set how its engine begins transactions."""
    config = config_of(app)
    db.init_app(app)
    init_outage(app)
    with app.app_context():
        prepare_engine(db.engine, durable=config.durable)


def configure_languages(app: Flask, plugins: tuple[OwnedPlugin, ...]) -> None:
    """Languages in addresses, and the words of the interface."""
    app.url_map.converters["lang"] = LanguageConverter
    # Ours are the last: no plugin changes a word of the interface. Each name of a catalogue stands for one folder.
    foreign = catalogue_folders(plugins)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join([*foreign, *["translations"] * len(CATALOGUES)])
    app.config["BABEL_DOMAIN"] = ";".join([*["messages"] * len(foreign), *CATALOGUES])
    # One for each application: it remembers the catalogues that it has read.
    Babel().init_app(app, locale_selector=select_locale)
    configure_interface_words(app)
    app.jinja_options = {**app.jinja_options, "trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.policies["ext.i18n.trimmed"] = True

    app.before_request(take_language)
    app.before_request(note_asked)
    app.jinja_env.globals.update(
        asked_language=asked_language, near_languages=near_languages, not_yet=not_yet, staff_fallback=staff_fallback
    )


def take_language() -> BaseResponse | None:
    """Note the language of the address, also where nothing else of it is known; lead from one we do not offer to the nearest."""
    wished = request.path.split("/", 2)[1]
    offered = page_languages()
    if wished in LANGUAGES:
        g.language = offered_for(wished, offered) or wished_language(offered)
    if wished in offered or "lang" not in (request.view_args or {}):
        return None
    # 307: a form that was filled in is sent again as it is.
    code = 302 if request.method in _READS else 307
    response = redirect(_same_page(wished), code)
    response.vary.update(["Accept-Language", "Cookie"])
    return response


def _same_page(wished: str) -> str:
    """Return the address of the page asked for in the language of this request; it says which one was *wished* where pages tell why."""
    values = {**(request.view_args or {}), "lang": g.language}
    query = f"?{request.query_string.decode('ascii', 'replace')}" if request.query_string else ""
    if (is_told(wished) or is_staff_page(request.endpoint)) and request.method in _READS:
        query += f"{'&' if query else '?'}{ASKED}={wished}"
    return url_for(request.endpoint or "", **values) + query


def configure_packs(app: Flask, found: Discovery) -> None:
    """Note the packs and take the question types; the courses are read from the database when first asked for."""
    add_templates(app, found.plugins)
    add_static_files(app, found.plugins)
    registry = InteractionRegistry(found.plugins)
    refuse_incomplete(app, registry)
    current_discovery.set(app, found)
    current_interactions.set(app, registry)
    library = PackLibrary()
    current_library.set(app, library)
    published_packs.set(app, library)


__all__ = ["Perille", "create_app"]
