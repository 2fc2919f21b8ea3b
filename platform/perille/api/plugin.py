"""What a plugin brings, as one object."""

from __future__ import annotations

from dataclasses import dataclass

from perille.domain.item import Interaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """What a package brings; every field may be left out. The first line of the package's docstring is its shown name.

    Folders are named by their path inside the package. What lies in them is addressed by the package's name, so that no plugin can
    take the place of a file of ours or of another plugin:

        plugin = Plugin(interactions=(Ranking(),), templates="templates", static="static")

    in a package `ranking` makes `templates/question.html` the template `ranking/question.html`, and `static/ranking.js` the file
    `ranking/ranking.js` for `static_url`.
    """

    #: Question types; two of the same name are refused at start, and both owners named.
    interactions: tuple[Interaction, ...] = ()
    #: Folder of Jinja templates.
    templates: str = ""
    #: Folder of scripts, style sheets and pictures, served as they are.
    static: str = ""
    #: Folder of compiled gettext catalogues, `<language>/LC_MESSAGES/messages.mo`. A message that we have too keeps our translation.
    catalogues: str = ""
