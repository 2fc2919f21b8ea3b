"""What was typed into a form that cannot be saved: it stands on the page that says why, so that it is not lost."""

from __future__ import annotations

import io
from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Response, current_app, request
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException
from werkzeug.formparser import FormDataParser

from perille.core.errors import Conflict, PerilleError, TooLarge, database_error_page, error_page, system_error_page
from perille.core.full_disk import is_disk_trouble
from perille.studio.unsaved_fields import typed_words
from perille.studio.views import blueprint

_TEMPLATE = "studio/not_saved.html"


@blueprint.errorhandler(PerilleError)
def not_saved(error: PerilleError) -> Response:
    """Say why a form was not saved, with what was typed: somebody took its question out, or nobody is signed in any more."""
    # Of a form that is too large nothing can be read.
    typed = [] if isinstance(error, TooLarge) else _typed()
    back = _page_of_form() if error.status in (_NO_ROOM, Conflict.status) else ""
    return error_page(error, _TEMPLATE, typed=typed, back=back) if typed else error_page(error, back=back)


@blueprint.errorhandler(DBAPIError)
def not_written(error: DBAPIError) -> Response:
    """Say that nothing can be saved, as where the disk is full, with what was typed: no page of the Studio is kept to go back to."""
    typed, back = _typed(), _page_of_form()
    return (
        database_error_page(error, _TEMPLATE, typed=typed, back=back)
        if typed
        else database_error_page(error, back=back)
    )


@blueprint.errorhandler(OSError)
def no_room(error: OSError) -> Response:
    """Say that there is no room for a file, with what was typed beside it."""
    if not is_disk_trouble(error) or request.method != "POST":
        return system_error_page(error)
    typed, back = _unique(_form_without_files()), _page_of_form()
    return system_error_page(error, _TEMPLATE, typed=typed, back=back) if typed else system_error_page(error, back=back)


#: What a form says again -> as the address of its page asks for it: the type of a new question, and from which lesson one came.
_KEPT = {"interaction": "type", "bank": "bank", "lesson": "lesson", "screen": "screen", "show": "show"}
#: Status of what may be stored later.
_NO_ROOM = 503


def _typed() -> list[str]:
    return _unique(request.form) if request.method == "POST" else []


def _unique(form: Mapping[str, str]) -> list[str]:
    return list(dict.fromkeys(typed_words(form).values()))


class _Dropped(io.BytesIO):
    """A file of a form of which nothing is kept."""

    def write(self, data: object) -> int:
        return len(data)  # type: ignore[arg-type]


def _dropped(
    total_content_length: int | None,  # noqa: ARG001 - by these names it is called
    content_type: str | None,  # noqa: ARG001
    filename: str | None,  # noqa: ARG001
    content_length: int | None = None,  # noqa: ARG001
) -> _Dropped:
    return _Dropped()


def _form_without_files() -> Mapping[str, str]:
    """Return the fields of a form whose files found no room when it was read; nothing where it cannot be read once more."""
    if "form" in vars(request._get_current_object()):  # type: ignore[attr-defined]
        return request.form
    body = request.environ["wsgi.input"]
    parser = FormDataParser(_dropped, max_form_memory_size=request.max_form_memory_size)
    try:
        body.seek(0)
        return parser.parse(body, request.mimetype, request.content_length, request.mimetype_params)[1]
    except (AttributeError, OSError, ValueError, HTTPException):
        return {}


def _page_of_form() -> str:
    """Return the page on which a form stands: at its address, or the nearest above it; "" where nothing was sent."""
    path = next(filter(_is_page, _with_parents(request.path)), "") if request.method == "POST" else ""
    if not path:
        return ""
    form = {**request.args, **_form_without_files()}
    query = urlencode({asked: form[name] for name, asked in _KEPT.items() if form.get(name)})
    return f"{request.script_root}{path}" + (f"?{query}" if query else "")


def _with_parents(path: str) -> list[str]:
    """Return an address and those above it, as far as the Studio's first page, `/en/studio`."""
    parts = path.split("/")
    return ["/".join(parts[:length]) for length in range(len(parts), 2, -1)]


def _is_page(path: str) -> bool:
    adapter = current_app.create_url_adapter(request)
    try:
        return adapter is not None and bool(adapter.match(path, method="GET"))
    except HTTPException:
        return False
