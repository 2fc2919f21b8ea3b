"""Our own reports and our notifier, tested as a stranger's are."""

from __future__ import annotations

from perille.api import Plugin
from perille.notices.notifiers import plugin as notifiers
from perille.organisations.reports import plugin as reports
from perille.testing import PluginConformance


class TestReports(PluginConformance):
    plugin: Plugin = reports


class TestNotifiers(PluginConformance):
    plugin: Plugin = notifiers
