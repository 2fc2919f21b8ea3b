"""How people find the Studio who never saw it, and the list of its keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from perille.people.models import Role
from studio.author import Author

MakeAuthor = Callable[..., Author]


@pytest.mark.parametrize("role", [Role.TRAINER, Role.COORDINATOR])
@pytest.mark.parametrize("page", ["/en/groups", "/en/account"])
def test_a_trainer_who_signs_in_finds_the_way_to_the_studio(make_author: MakeAuthor, role: Role, page: str) -> None:
    trainer = make_author(role=role)
    links = [link.attributes["href"] for link in trainer.get(page).all("a")]
    assert "/en/studio" in links
    trainer.begin("At the library")


@pytest.mark.parametrize("role", [Role.MENTOR, Role.MEMBER])
def test_who_may_not_make_courses_is_led_to_no_closed_door(make_author: MakeAuthor, role: Role) -> None:
    links = [link.attributes["href"] for link in make_author(role=role).get("/en/account").all("a")]
    assert "/en/studio" not in links


def test_the_keys_are_listed_on_a_page_to_which_every_page_of_the_studio_leads(author: Author) -> None:
    page = author.begin("First steps")
    (link,) = [each for each in page.all("a") if "data-keys-page" in each.attributes]
    keys = author.get(link.attributes["href"])
    assert "Ctrl + S" in keys.text
    assert "choose the next block" in keys.text
