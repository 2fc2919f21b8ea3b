"""Files of question types: that items name those that are there, that each is named, and that items can carry them."""

from __future__ import annotations

from perille.api import did_you_mean
from perille.core.traceback_places import describe_error
from perille.packs.format.items import BankItem
from perille.packs.format.loading import LoadedPack
from perille.packs.format.manifest import MANIFEST
from perille.packs.format.own_files import OwnFile
from perille.packs.format.units import ResolvedUnit
from perille.packs.source.diagnostics import Diagnostics


def check_own_files(
    pack: LoadedPack, plans: tuple[ResolvedUnit, ...], units: set[str], diagnostics: Diagnostics
) -> None:
    """Check what no such file can tell by itself. *units*: keys of all units of the course."""
    for item in pack.items.values():
        with diagnostics.about_item(item.item.key):
            _check_item(pack, item, diagnostics)
    named = {item.own_file for item in pack.items.values()}
    for key, file in pack.own_files.items():
        _check_file(file, key in named, units, diagnostics)
    _check_homes(plans, diagnostics)


def _check_item(pack: LoadedPack, item: BankItem, diagnostics: Diagnostics) -> None:
    if not item.own_file:
        return
    file = pack.own_files.get(item.own_file)
    if file is None:
        guess = did_you_mean(item.own_file, pack.own_files)
        diagnostics.add(item.path, item.line, f"There is no {item.own_file}.toml{guess}")
        return
    try:
        file.attached(item.item, pack.manifest.id)
    except Exception as error:
        text = f"The interaction {file.interaction} cannot use {file.path} ({describe_error(error)})"
        diagnostics.add(item.path, item.line, text)


def _check_file(file: OwnFile, named: bool, units: set[str], diagnostics: Diagnostics) -> None:
    if not named:
        text = (
            f'No item names it: write one with interaction = "{file.interaction}" and {file.files.key} = "{file.name}"'
        )
        diagnostics.warn(file.path, 1, text)
    for key, unit in file.reading.units:
        if unit not in units:
            text = f'"{key}" names a unit "{unit}" that is not there{did_you_mean(unit, units)}'
            diagnostics.add(file.path, file.reading.line(key), text)


def _check_homes(plans: tuple[ResolvedUnit, ...], diagnostics: Diagnostics) -> None:
    """Two files of one name, from two packs, would be one in the course."""
    homes: dict[str, str] = {}
    for plan in plans:
        for each in plan.own_files():
            home = homes.setdefault(each.path, plan.home.manifest.id)
            if home != plan.home.manifest.id:
                diagnostics.add(MANIFEST, plan.line, f'The {each.files.key} "{each.name}" comes from {home} too')
