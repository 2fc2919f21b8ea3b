"""The administrators' page of plugins: what each is called, and a form of the settings that it declares for the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

import msgspec
from flask import Blueprint, Response, make_response, render_template, request, url_for
from wtforms import BooleanField, Field, Form, PasswordField, StringField, ValidationError
from wtforms.validators import Length

from perille.api import Setting
from perille.core.errors import NotFound
from perille.core.extensions import db
from perille.core.i18n import _, lazy_gettext
from perille.core.permissions import require
from perille.core.plugin_settings import sealed_secret
from perille.core.site import PLUGIN_ROW, plugin_values
from perille.core.web.rejected_form import kept_or, see_form_again
from perille.core.web.responses import no_store
from perille.operator.saving import save_settings
from perille.operator.services import saved_values
from perille.packs.source.registry import OwnedPlugin
from perille.plugins.install import current_plugins
from perille.plugins.settings import on_page

blueprint = Blueprint("plugin_settings", __name__)
MANAGE = "plugins.settings"
#: Characters of a value; a secret grows when it is sealed.
LONGEST = 2000
#: Begins the names of fields: a setting may be called as something that every form has, such as "data". The second is the box that takes
#: a kept secret back.
_FIELD, _FORGET = "setting_", "forget_"


@blueprint.get("/<lang:lang>/manage/plugins")
@require(MANAGE)
def show(lang: str) -> Response:
    """Show the plugins that have settings for this page, each with its form; secrets are never shown."""
    parts = [_part(owned) for owned in _with_settings()]
    return no_store(make_response(render_template("plugins/settings.html", parts=parts)))


@blueprint.post("/<lang:lang>/manage/plugins/<package>")
@require(MANAGE)
def save(lang: str, package: str) -> Response:
    """Save the settings of one plugin; an empty value takes a setting back, an empty secret leaves the one that is kept."""
    owned = next((each for each in _with_settings() if each.package == package), None)
    if owned is None:
        raise NotFound
    here, saved = url_for(".show", lang=lang), _saved(package)
    form = form_of(owned, saved)(request.form)
    if not form.validate():
        return see_form_again(here, form, package)
    values = {each.name: _value(each, form, saved) for each in on_page(owned.plugin)}
    kept = {name: value for name, value in values.items() if value}
    written = msgspec.json.encode(kept, order="sorted").decode() if kept else ""
    return save_settings({PLUGIN_ROW + package: written}, f"{here}#{package}")


def _with_settings() -> list[OwnedPlugin]:
    return [owned for owned in current_plugins().active if on_page(owned.plugin)]


def _saved(package: str) -> Mapping[str, str]:
    return plugin_values(saved_values(db.session, (PLUGIN_ROW + package,))).get(package, {})


def _part(owned: OwnedPlugin) -> Mapping[str, object]:
    saved = _saved(owned.package)
    shown = {_FIELD + each.name: saved.get(each.name, "") for each in on_page(owned.plugin) if not each.secret}
    form = kept_or(form_of(owned, saved), owned.package, data=shown)
    return {"package": owned.package, "name": owned.name or owned.package, "owner": owned.owner, "form": form}


def form_of(owned: OwnedPlugin, saved: Mapping[str, str]) -> type[Form]:
    """Make the form of a plugin's settings. *saved*: what is kept, for boxes that take secrets back."""
    fields: dict[str, Field] = {}
    for setting in on_page(owned.plugin):
        field = PasswordField if setting.secret else StringField
        fields[_FIELD + setting.name] = field(
            setting.title,
            description=setting.about,
            id=f"{owned.package}-{setting.name}",
            validators=[Length(max=LONGEST, message=lazy_gettext("This is too long.")), _convertible(setting)],
            render_kw={"dir": "auto", "autocomplete": "off"},
        )
        if setting.secret and setting.name in saved:
            label = lazy_gettext("Forget the value that is kept")
            fields[_FORGET + setting.name] = BooleanField(label, id=f"{owned.package}-{_FORGET}{setting.name}")
    return cast(type[Form], type("PluginForm", (Form,), fields))


def _convertible(setting: Setting) -> Callable[[Form, Field], None]:
    """Return a validator that asks the plugin; what it says stands in its own words."""

    def check(_form: Form, field: Field) -> None:
        field.data = (field.data or "").strip()
        if not field.data:
            return
        try:
            setting.convert(field.data)
        except ValueError as error:
            raise ValidationError(_("The plugin cannot use this: %(why)s", why=str(error)[:200])) from None

    return check


def _value(setting: Setting, form: Form, saved: Mapping[str, str]) -> str:
    given = str(form[_FIELD + setting.name].data or "")
    if not setting.secret:
        return given
    if given:
        return sealed_secret(given)
    forget = _FORGET + setting.name
    return "" if forget in form and form[forget].data else saved.get(setting.name, "")
