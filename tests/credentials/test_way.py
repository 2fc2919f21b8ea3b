from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from perille.credentials.progress_banner import HEIGHT, WIDTH, way_svg

SVG = "{http://www.w3.org/2000/svg}"


def paths(picture: str) -> list[dict[str, str]]:
    return [each.attrib for each in ElementTree.fromstring(picture).iter(f"{SVG}path")]


@pytest.mark.parametrize("stations", [1, 2, 13, 20])
def test_each_station_has_a_disc_and_a_tick_and_the_way_ends_at_one_flag(stations: int) -> None:
    _line, discs, flag, ticks = paths(way_svg(stations, "ltr"))
    assert discs["d"].count("z") == stations
    assert ticks["d"].count("M") == stations
    assert flag["fill"] == "#F2B544"


@pytest.mark.parametrize("stations", [1, 13, 20])
def test_the_whole_way_is_inside_the_picture(stations: int) -> None:
    for path in paths(way_svg(stations, "ltr")):
        for x, y in re.findall(r"(?:M| )(-?[\d.]+) (-?[\d.]+)(?= |M|$)", path["d"]):
            assert 0 <= float(x) <= WIDTH
            assert 0 <= float(y) <= HEIGHT


def test_it_begins_at_the_right_for_readers_of_arabic_and_its_ticks_do_not_mirror() -> None:
    right, left = way_svg(13, "rtl"), way_svg(13, "ltr")
    assert right.count("scale(-1 1)") == 1
    assert "scale" not in left
    first_tick = re.search(r"M([\d.]+)", paths(right)[-1]["d"])
    assert first_tick is not None
    assert float(first_tick[1]) > WIDTH / 2
