"""What must hold for settings, reports and notifiers of every plugin, whoever wrote it; ours are tested by the same class.

    from perille.testing import PluginConformance

    class TestMine(PluginConformance):
        plugin = plugin
        setting_samples = {"most": "7"}

It needs the fixtures of `perille.testing.plugin`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar
from uuid import uuid4

from perille.api import Plugin, ReportRequest, plugin_setting
from perille.core.dates import today
from perille.core.extensions import db
from perille.core.site import refresh_site
from perille.testing.site import MakeSite, PluginSite, owned

_PAGE = "/en/manage/plugins"


class PluginConformance:
    """Give `plugin`, and a value for each of its settings that is on the page."""

    plugin: ClassVar[Plugin]
    #: Name of a setting -> what an administrator may type, other than its default.
    setting_samples: ClassVar[Mapping[str, str]] = {}

    def test_settings_are_saved_and_taken_back_on_their_page(self, plugin_site: MakeSite) -> None:
        settings = [each for each in self.plugin.settings if each.title]
        assert {each.name for each in settings} == set(self.setting_samples), "one sample for each setting of the page"
        if not settings:
            return
        site = plugin_site(self.plugin)
        package, staff = owned(self.plugin).package, site.administrator()
        before = {each.name: _read(site, package, each.name) for each in settings}
        page = staff.get(_PAGE).text
        assert [each.name for each in settings if f'id="{package}-{each.name}"' not in page] == []
        given = {f"setting_{name}": value for name, value in self.setting_samples.items()}
        assert staff.post(f"{_PAGE}/{package}", data=given).location.endswith(f"{_PAGE}#{package}")
        for each in settings:
            assert _read(site, package, each.name) == each.convert(self.setting_samples[each.name]) != before[each.name]
        shown = staff.get(_PAGE).text
        assert [each.name for each in settings if each.secret and self.setting_samples[each.name] in shown] == []
        forget = {f"forget_{each.name}": "y" for each in settings if each.secret}
        staff.post(f"{_PAGE}/{package}", data=dict.fromkeys(given, "") | forget)
        assert {each.name: _read(site, package, each.name) for each in settings} == before

    def test_reports_of_an_organisation_without_people_have_a_cell_for_each_column(self, plugin_site: MakeSite) -> None:
        site = plugin_site(self.plugin)
        with site.app.test_request_context("/en/"):
            request = ReportRequest(session=db.session(), organisation_id=uuid4(), day=today(), language="en")
            for report in self.plugin.reports:
                assert all(str(each) for each in (report.title, report.about, *report.columns))
                assert all(len(list(row)) == len(report.columns) for row in report.rows(request))
            assert [*db.session.new, *db.session.dirty, *db.session.deleted] == [], "a report writes nothing"
            db.session.remove()

    def test_notifiers_give_one_reference_and_let_messages_wait_or_open_a_line(self, plugin_site: MakeSite) -> None:
        site = plugin_site(self.plugin)
        with site.app.app_context():
            number = uuid4()
            for each in self.plugin.notifiers:
                line = each.connect(db.session())
                assert line is None or (hasattr(line, "__enter__") and hasattr(line, "__exit__"))
                assert each.reference(db.session(), number) == each.reference(db.session(), number)
                assert 0 < len(each.reference(db.session(), number)) <= 200
            db.session.remove()


def _read(site: PluginSite, package: str, name: str) -> object:
    with site.app.app_context():
        refresh_site()
        found = plugin_setting(package, name)
        db.session.remove()
    return found
