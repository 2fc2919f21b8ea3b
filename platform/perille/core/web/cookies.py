"""The one way in which cookies are set and deleted: for this site alone, not sent from other sites, by https where the site has it."""

from __future__ import annotations

from flask import Response

from perille.core.security import over_https
from perille.core.web.site_address import cookie_path


def set_cookie(response: Response, name: str, value: str, *, seconds: int, for_scripts: bool = False) -> None:
    """Set a cookie that lasts for *seconds*. Scripts of our pages cannot read it unless it is *for_scripts*."""
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path=cookie_path(),
        httponly=not for_scripts,
        samesite="Lax",
        secure=over_https(),
    )


def delete_cookie(response: Response, name: str) -> None:
    """Have the browser delete a cookie that `set_cookie` set."""
    response.delete_cookie(name, path=cookie_path(), samesite="Lax", secure=over_https())
