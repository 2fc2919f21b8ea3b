"""Notices go out by the way that the settings name: by e-mail, or by what a plugin brings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from sqlalchemy import select

from perille.api import Deliver, Delivery, Notifier, OutgoingNotice, Plugin
from perille.core.extensions import db
from perille.notices.models import Notice
from perille.notices.notifiers import current_notifier
from perille.notices.sending import send_waiting
from perille.notices.services import queue
from support.doors import owned, problems_of
from support.whole import Whole

Make = Callable[..., Whole]


class Gateway:
    """A stranger's service, which keeps what it is given."""

    def __init__(self, *answers: object) -> None:
        self.answers = list(answers)
        self.given: list[OutgoingNotice] = []
        self.is_set_up = True

    def connect(self, _session: object) -> AbstractContextManager[Deliver] | None:
        return self.line() if self.is_set_up else None

    @contextmanager
    def line(self) -> Iterator[Deliver]:
        yield self.deliver

    def deliver(self, notice: OutgoingNotice) -> Delivery:
        self.given.append(notice)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer  # type: ignore[return-value]  # as a stranger may

    @property
    def plugin(self) -> Plugin:
        return Plugin(notifiers=(Notifier(name="gateway", about="A gateway", connect=self.connect),))


def site_with(make_whole: Make, gateway: Gateway) -> Whole:
    whole = make_whole(plugins=(owned(gateway.plugin),), notifier="gateway")
    whole.do(lambda: queue(db.session(), kind="test", to="aino@example.org", locale="fi"), write=True)
    return whole


def send(whole: Whole) -> int:
    with whole.app.app_context():
        try:
            return send_waiting(db.session())
        finally:
            db.session.remove()


def state(whole: Whole) -> tuple[str, str]:
    (row,) = whole.scalars(select(Notice))
    return row.state, row.reason


def test_a_notifier_of_a_plugin_is_given_the_message_in_words(make_whole: Make) -> None:
    gateway = Gateway(Delivery.SENT)
    whole = site_with(make_whole, gateway)
    assert problems_of(whole.app) == []
    assert send(whole) == 1
    (notice,) = gateway.given
    assert (notice.recipient, notice.language, notice.kind) == ("aino@example.org", "fi", "test")
    assert (notice.subject, notice.reference) == ("Kokeilu", str(notice.id))
    assert notice.text.strip()
    assert state(whole) == ("sent", "")


@pytest.mark.parametrize(
    ("answer", "state_then"),
    [
        (Delivery.LATER, ("queued", "later")),
        (Delivery.REFUSED, ("dropped", "refused")),
        (OSError("gone"), ("queued", "unreachable")),
    ],
)
def test_what_the_notifier_says_decides_what_becomes_of_the_message(
    make_whole: Make, answer: object, state_then: tuple[str, str]
) -> None:
    whole = site_with(make_whole, Gateway(answer))
    assert send(whole) == 0
    assert state(whole) == state_then


def test_a_notifier_that_is_not_set_up_lets_messages_wait(make_whole: Make) -> None:
    gateway = Gateway()
    gateway.is_set_up = False
    whole = site_with(make_whole, gateway)
    assert (send(whole), gateway.given) == (0, [])
    assert state(whole) == ("queued", "")


def test_an_answer_that_is_none_puts_the_message_back(make_whole: Make) -> None:
    whole = site_with(make_whole, Gateway("sent, I think"))
    with pytest.raises(TypeError, match="the notifier gateway gave no Delivery"):
        send(whole)
    assert state(whole)[0] == "queued"


def test_without_the_plugin_that_the_settings_name_notices_go_as_e_mails(make_whole: Make) -> None:
    whole = make_whole(notifier="pigeon")
    assert [each for each in problems_of(whole.app) if 'brings the notifier "pigeon"' in each]
    assert current_notifier.of(whole.app).name == "e-mail"
