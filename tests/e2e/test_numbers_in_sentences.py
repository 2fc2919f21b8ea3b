"""A telephone number in a sentence: room for a finger, and no gap before what follows."""

from __future__ import annotations

import pytest

from support.watching import OpenPage

#: Pixels between the number and the next sign, and the box that a finger meets, of each number in a sentence.
_MEASURED = """() => {
    const box = (node) => { const range = document.createRange(); range.setStart(node, 0); range.setEnd(node, 1);
        return range.getBoundingClientRect(); };
    const numbers = [...document.querySelectorAll("main dd .tel")].filter((each) => each.nextSibling && each.nextSibling.data);
    return numbers.map((each) => {
        const number = box(each.querySelector("bdi")), next = box(each.nextSibling), finger = each.getBoundingClientRect();
        const gap = Math.max(next.left - number.right, number.left - next.right);
        return [gap, finger.width, finger.height, finger.left, finger.right]; }); }"""


@pytest.mark.parametrize("language", ["es", "ar"])
def test_a_short_number_leaves_no_gap_in_its_sentence(open_page: OpenPage, language: str) -> None:
    page = open_page(f"/{language}/courses/iceland/errands", language=language)
    page.set_viewport_size({"width": 320, "height": 640})
    measured = page.evaluate(_MEASURED)
    assert measured
    for gap, width, height, left, right in measured:
        assert abs(gap) < 2
        assert min(width, height) >= 48
        assert left >= 0
        assert right <= 320
