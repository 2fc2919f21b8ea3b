"""What a plugin brings, as one object."""

from __future__ import annotations

from dataclasses import dataclass

from perille.api.doors import CertificateDesign, Exporter, Importer, PackCheck, Setting, Theme
from perille.api.notices import Notifier
from perille.api.reports import ReportDefinition
from perille.core.feature import Feature
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
    #: Pages, commands, jobs and tables.
    features: tuple[Feature, ...] = ()
    #: Look at packs, as `perille packs check` and every publication do.
    checks: tuple[PackCheck, ...] = ()
    #: Formats that packs are made from, and written in.
    importers: tuple[Importer, ...] = ()
    exporters: tuple[Exporter, ...] = ()
    certificate_designs: tuple[CertificateDesign, ...] = ()
    #: Ways out of the outbox of notices.
    notifiers: tuple[Notifier, ...] = ()
    #: Tables for coordinators, on a page and as CSV.
    reports: tuple[ReportDefinition, ...] = ()
    #: Colours and logos.
    themes: tuple[Theme, ...] = ()
    #: Read from variables of the environment, `PERILLE_PLUGIN_<PACKAGE>_<NAME>`, and from a page of the administrators.
    settings: tuple[Setting, ...] = ()
    #: Folder of Alembic's version files, where the features have tables.
    migrations: str = ""
    #: Folder of Jinja templates.
    templates: str = ""
    #: Folder of scripts, style sheets and pictures, served as they are.
    static: str = ""
    #: Folder of compiled gettext catalogues, `<language>/LC_MESSAGES/messages.mo`. A message that we have too keeps our translation.
    catalogues: str = ""
