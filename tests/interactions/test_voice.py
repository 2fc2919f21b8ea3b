"""A question of any type is read aloud from the same place: right under its words, before all that is to be done."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interactions.pages import Page, render
from interactions.samples import INTERACTIONS, samples
from perille.api import Interaction
from perille.core.i18n import LANGUAGES
from perille.learning.render_context import Recording

every_type = pytest.mark.parametrize("interaction", INTERACTIONS.values(), ids=INTERACTIONS)
VOICE = Recording("/media/0123", "ar", named=False, id="a-listen")
PAGE = {"language": LANGUAGES["ar"], "LANGUAGES": LANGUAGES, "icon": lambda _name: ""}


@every_type
@settings(max_examples=5)
@given(data=st.data())
def test_every_type_of_question_can_be_listened_to(interaction: Interaction, data: st.DataObject) -> None:
    reading = interaction.read(data.draw(samples(interaction.name)).table)
    page = Page(render(reading, recording=VOICE, **PAGE))
    (voice,) = page.all("audio")
    assert voice["src"] == "/media/0123"
    assert page.by_id()[voice["aria-labelledby"]].words == "~Listen to the question"
    group, legend, figure = page.tags[0], page.all("legend")[0], page.all("figure")[0]
    assert (legend.parents, figure.parents) == ((group,), (group,))
    assert page.tags.index(figure) > page.tags.index(legend)
    assert all(page.tags.index(voice) < page.tags.index(tag) for tag in page.all("input", "select", "textarea", "img"))
    assert not Page(render(reading, recording=None)).all("audio", "figure")
