"""The values of plugins' settings, for their code: what the administrator saved on a page goes before the environment."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from perille.core.extension_state import AppSlot
from perille.core.sealing import SealError, app_seal
from perille.core.site import current_site

log = logging.getLogger(__name__)
_PURPOSE = b"perille plugins: secret of a setting"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredSetting:
    """A setting of a plugin, as the environment of this process gives it."""

    #: From the environment, or the default.
    value: object
    #: Makes a value from what was saved on the page; raises ValueError.
    convert: Callable[[str], object]
    #: Whether the page of settings has it.
    on_page: bool = False
    #: Whether it is kept sealed.
    secret: bool = False


#: Package -> name -> setting, of an application.
current_plugin_settings = AppSlot[Mapping[str, Mapping[str, DeclaredSetting]]]("plugin_settings", dict)


def plugin_setting(package: str, name: str) -> object:
    """Return the value of a setting that a plugin declares; raise KeyError for one that it does not. Needs an app context.

    What is saved on the page of settings counts from the next request on, in every process.
    """
    declared = current_plugin_settings()[package][name]
    saved = current_site().plugins.get(package, {}).get(name, "") if declared.on_page else ""
    if not saved:
        return declared.value
    try:
        return declared.convert(opened_secret(saved) if declared.secret else saved)
    except (ValueError, SealError) as error:
        # A newer version of the plugin may take other values, and a key may be gone: its page says so, pages of learners go on.
        log.warning("the saved setting %s of %s cannot be used: %s", name, package, type(error).__name__)
        return declared.value


def sealed_secret(text: str) -> str:
    """Return a secret as it is kept."""
    return app_seal(_PURPOSE).close(text)


def opened_secret(sealed: str) -> str:
    """Return a secret that was kept; raise SealError where no key of this installation opens it."""
    return app_seal(_PURPOSE).open(sealed)
