"""What an administrator is told about the settings of the installation."""

from __future__ import annotations

from perille.core.config import Config
from perille.core.i18n import _
from perille.core.jobs import jobs_are_running
from perille.core.web.host_check import ProxyWatch


def setup_warnings(config: Config, watch: ProxyWatch) -> list[str]:
    """Return what is wrong with the settings, in the reader's language, each with the setting that mends it."""
    found = []
    if watch.unknown_proxy:
        found.append(
            _(
                "A proxy is in front of this site, and PERILLE_PROXY_HOPS is not set: all readers share one limit of wrong tries."
                " Set it to the number of proxies."
            )
        )
    if not config.site_url:
        found.append(
            _(
                "PERILLE_SITE_URL is not set: certificates and codes lead to the address that a reader happened to use, and links in"
                " e-mails to this computer. Set it to the address of this site."
            )
        )
    elif not config.site_url.startswith("https:"):
        found.append(
            _(
                "PERILLE_SITE_URL does not begin with https: others can read on the way what people send, and cookies are not marked"
                " as secure."
            )
        )
    if not jobs_are_running():
        found.append(
            _(
                "No background jobs are running: nothing expires, no erasure is finished and nothing is forwarded. Run “perille jobs”"
                " beside the server."
            )
        )
    return found


__all__ = ["setup_warnings"]
