"""The one way in which cookies are set, read and deleted: for this site alone, not sent from other sites, by https where the site has it.

Where the site has https and a host of its own, a cookie's name begins with `__Host-` (RFC 6265bis 4.1.3.2): browsers then take it only from
this host, so a page of another host of the same domain cannot put a cookie of its own in its place. Below a path of a host
(`PERILLE_SITE_URL`) the prefix would forbid the path, which keeps the cookie from the other sites there. What our scripts read, a marker
and a language, holds no secret and keeps its plain name. Whoever asks for a cookie uses the plain name: `SiteRequest` finds either.
"""

from __future__ import annotations

from functools import cached_property

from flask import Request, Response, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.sansio.http import parse_cookie

from perille.core.security import over_https
from perille.core.web.site_address import cookie_path
from perille.core.web.typed_values import TypedValues

HOST = "__Host-"


class SiteRequest(Request):
    """A request whose cookies have their plain names, and whose form and query are `TypedValues`.

    A cookie from before there was the prefix is taken as well, so that nobody is signed out or loses their place by an upgrade; it is
    replaced when it is set next. Where both are sent, the one with the prefix counts: only we can have set it.
    """

    parameter_storage_class = TypedValues

    @cached_property
    def cookies(self) -> ImmutableMultiDict[str, str]:
        """Name -> value of the cookies sent."""
        sent = _sent(self)
        plain = {name: value for name, value in sent.items() if not name.startswith(HOST)}
        ours = {name.removeprefix(HOST): value for name, value in sent.items() if name.startswith(HOST)}
        return ImmutableMultiDict({**plain, **ours})


def _sent(sender: Request) -> MultiDict[str, str]:
    """Return the cookies as the browser names them. Bytes that are no UTF-8 are kept as they are: no cookie may shut anybody out."""
    return parse_cookie(sender.environ.get("HTTP_COOKIE", ""))


def _has_prefix() -> bool:
    return over_https() and cookie_path() == "/"


def name_in_browser(name: str, *, for_scripts: bool = False) -> str:
    """Return the name under which a browser has a cookie that `set_cookie` sets."""
    return f"{HOST}{name}" if _has_prefix() and not for_scripts else name


def set_cookie(response: Response, name: str, value: str, *, seconds: int, for_scripts: bool = False) -> None:
    """Set a cookie that lasts for *seconds*. Scripts of our pages cannot read it unless it is *for_scripts*.

    One of 0 *seconds* goes when the browser is closed.
    """
    full = name_in_browser(name, for_scripts=for_scripts)
    if full != name and name in _sent(request):
        _delete(response, name)
    response.set_cookie(
        full,
        value,
        max_age=seconds or None,
        path=cookie_path(),
        httponly=not for_scripts,
        samesite="Lax",
        secure=over_https(),
    )


def delete_cookie(response: Response, name: str) -> None:
    """Have the browser delete a cookie that `set_cookie` set, under either name."""
    _delete(response, name)
    if _has_prefix():
        _delete(response, f"{HOST}{name}")


def given_cookie(response: Response, name: str) -> str:
    """Return the value of a cookie that an answer gives to the browser, "" where it gives none or deletes it."""
    for header in response.headers.getlist("Set-Cookie"):
        given, _sign, value = header.partition(";")[0].partition("=")
        # Over https its name has a prefix, and a cookie of before is deleted beside it.
        if given.removeprefix(HOST) == name and value:
            return parse_cookie(f"{name}={value}").get(name, "")
    return ""


def _delete(response: Response, name: str) -> None:
    response.delete_cookie(name, path=cookie_path(), samesite="Lax", secure=over_https())
