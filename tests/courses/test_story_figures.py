"""The figures of a picture story are those of its sentences: of a woman or a girl alone, no description names a man or a boy."""

from __future__ import annotations

import re

from support.places import ROOT

_STORY = re.compile(r"^:::: story\n(.*?)\n::::$", re.DOTALL | re.MULTILINE)
_PICTURE = re.compile(r"::: picture \S+\n(.*?)\n:::", re.DOTALL)
_SHE = re.compile(r"\b(?:she|her)\b", re.IGNORECASE)
#: Of somebody else in the story: a pronoun, who he is, or his name.
_HE = re.compile(
    r"\b(?:he|him|his|son|brother|father|husband|Daniel|Denys|Ihor|Karim|Mahmoud|Marko|Yusuf)\b", re.IGNORECASE
)


def test_no_man_is_seen_where_a_story_speaks_of_a_woman_alone() -> None:
    others, looked = [], 0
    for path in sorted((ROOT / "courses").glob("course_*/lessons/*.md")):
        for story in _STORY.findall(path.read_text("utf-8")):
            said = _PICTURE.sub("", story)
            if _SHE.search(said) and not _HE.search(said):
                looked += 1
                others += [(path.name, each) for each in _PICTURE.findall(story) if re.search(r"\b(?:man|boy)\b", each)]
    assert others == []
    assert looked > 10
