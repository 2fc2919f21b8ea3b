"""What must hold for settings, reports, personal data and notifiers of every plugin, whoever wrote it; ours are tested by the same class.

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

from perille.api import Plugin, ReportRequest, Setting, plugin_setting
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
        page = _SettingsPage(plugin_site(self.plugin), owned(self.plugin).package, settings)
        before = page.values()
        assert page.missing_fields() == []
        page.save(self.setting_samples)
        after = page.values()
        assert after == {each.name: each.convert(self.setting_samples[each.name]) for each in settings}
        assert [name for name, value in after.items() if value == before[name]] == [], "a sample is not the default"
        assert page.shown_secrets(self.setting_samples) == []
        page.take_back()
        assert page.values() == before

    def test_reports_of_an_organisation_without_people_have_a_cell_for_each_column(self, plugin_site: MakeSite) -> None:
        site = plugin_site(self.plugin)
        with site.app.test_request_context("/en/"):
            request = ReportRequest(session=db.session(), organisation_id=uuid4(), day=today(), language="en")
            for report in self.plugin.reports:
                assert all(str(each) for each in (report.title, report.about, *report.columns))
                assert all(len(list(row)) == len(report.columns) for row in report.rows(request))
            assert [*db.session.new, *db.session.dirty, *db.session.deleted] == [], "a report writes nothing"
            db.session.remove()

    def test_personal_data_is_named_in_words_to_those_whose_it_is(self) -> None:
        unnamed = [
            model.__name__
            for feature in self.plugin.features
            for model in feature.personal_data
            if not str(feature.row_words.get(model, ""))
        ]
        assert unnamed == [], "row_words of the feature says what the rows are"

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


class _SettingsPage:
    """The settings of one plugin, as an administrator changes them and as the plugin reads them."""

    def __init__(self, site: PluginSite, package: str, settings: list[Setting]) -> None:
        self._site, self._package, self._settings = site, package, settings
        self._staff = site.administrator()

    def values(self) -> dict[str, object]:
        """Return what the plugin reads, by name."""
        with self._site.app.app_context():
            refresh_site()
            found = {each.name: plugin_setting(self._package, each.name) for each in self._settings}
            db.session.remove()
        return found

    def missing_fields(self) -> list[str]:
        """Return the names of settings that have no field on the page."""
        page = self._staff.get(_PAGE).text
        return [each.name for each in self._settings if f'id="{self._package}-{each.name}"' not in page]

    def shown_secrets(self, samples: Mapping[str, str]) -> list[str]:
        """Return the names of secret settings that the page shows."""
        page = self._staff.get(_PAGE).text
        return [each.name for each in self._settings if each.secret and samples[each.name] in page]

    def save(self, samples: Mapping[str, str]) -> None:
        """Type values into the page and send it."""
        self._post({f"setting_{name}": value for name, value in samples.items()})

    def take_back(self) -> None:
        """Empty all fields: what is secret is never in its field, so that it is taken away by a box of its own."""
        boxes = {f"forget_{each.name}": "y" for each in self._settings if each.secret}
        self._post({f"setting_{each.name}": "" for each in self._settings} | boxes)

    def _post(self, data: Mapping[str, str]) -> None:
        answered = self._staff.post(f"{_PAGE}/{self._package}", data=data)
        assert answered.location.endswith(f"{_PAGE}#{self._package}")
