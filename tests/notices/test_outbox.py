"""E-mails go out once, by a real mail server; what is not known is said, what came too late is not sent."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import text

from notices.conftest import Clock, Post
from perille.core.database import utcnow
from perille.core.extensions import db
from perille.notices import outbox, services
from perille.notices.models import NoticeState, Reason
from perille.notices.sending import send_waiting
from support.mail import MailTestServer, free_port
from support.visitor import Visitor
from support.whole import Whole


def test_an_email_that_was_queued_is_sent_once_and_kept_no_longer(post: Post, mail: MailTestServer) -> None:
    assert post.queue(values={"code": "4821 77", "minutes": 15})
    waiting = post.row
    assert (waiting.state, waiting.recipient) == (NoticeState.QUEUED, "aino@example.org")
    assert post.send() == 1
    assert post.send() == 0
    (message,) = mail.box.messages
    assert mail.box.recipients == ["aino@example.org"]
    assert message["To"] == "aino@example.org"
    assert message["From"] == "Office of Aino <learn@example.org>"
    assert (message["Subject"], message["Auto-Submitted"]) == ("Your link", "auto-generated")
    assert "https://learn.example.org/en/sign-in/abc\n" in mail.box.body()
    assert "4821 77" in mail.box.body()
    row = post.row
    assert (row.state, row.recipient, row.content) == (NoticeState.SENT, "", "")


def test_a_copy_of_the_database_shows_no_link_and_no_code(post: Post) -> None:
    post.queue(values={"code": "4821 77"}, links={"open": "https://learn.example.org/en/sign-in/SECRET"})
    kept = post.site.do(lambda: str(db.session.execute(text("SELECT * FROM notice")).all()))
    assert "SECRET" not in kept
    assert "4821" not in kept
    assert "aino@example.org" in kept


def test_what_a_transaction_took_back_is_not_sent(post: Post, mail: MailTestServer) -> None:
    def work() -> None:
        services.queue(
            db.session,
            kind="invitation",
            to="aino@example.org",
            locale="en",
            links={"open": "https://learn.example.org/"},
        )
        raise RuntimeError("the caller changed its mind")

    with pytest.raises(RuntimeError):
        post.site.do(work, write=True)
    post.send()
    assert (post.rows(), mail.box.messages) == ([], [])


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fi", "tässä on pyytämäsi linkki:"),
        ("ar", "هذا هو الرابط الذي طلبته:"),
        ("ti", "here is the link that you asked for:"),
    ],
)
def test_an_email_is_in_the_language_of_the_person(post: Post, mail: MailTestServer, language: str, said: str) -> None:
    post.queue(locale=language)
    post.send()
    assert said in mail.box.body()


@pytest.mark.parametrize(("kind", "subject"), [("sign-in-link", "Linkkisi"), ("invitation", "Kutsu sinulle")])
def test_a_subject_tells_nothing_of_what_is_inside(post: Post, mail: MailTestServer, kind: str, subject: str) -> None:
    post.queue(kind, locale="fi", values={"organisation": "Refuge Helsinki", "code": "4821 77"})
    post.send()
    assert mail.box.messages[0]["Subject"] == subject


@pytest.mark.parametrize("method", ["PUBLISH", "CANCEL"])
def test_a_calendar_file_says_its_letters_and_what_it_asks_for(post: Post, mail: MailTestServer, method: str) -> None:
    file = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:{method}\r\nSUMMARY:Työ · العمل\r\nEND:VCALENDAR\r\n"
    values = {"state": "taken", "cancelled": 0, "title": "Työ", "when": "1.12.2026", "place": "Huone 1", "until": ""}
    post.queue("seminar-news", locale="ar", values=values, calendar=file.encode())
    post.send()
    (part,) = mail.box.messages[0].iter_attachments()
    assert (part.get_content_charset(), part["Content-Type"].params["method"]) == ("utf-8", method)
    assert part.get_content() == file.replace("\r\n", "\n") or part.get_content() == file
    body = mail.box.messages[0].get_body()
    assert body is not None
    lines = [line.strip("\u2066\u2067\u2068\u2069") for line in body.get_content().splitlines()]
    assert lines[lines.index("1.12.2026") + 1] == "Huone 1", "no comma of another script between them"


def test_a_name_with_line_breaks_adds_neither_a_header_nor_a_line(post: Post, mail: MailTestServer) -> None:
    post.queue("invitation", values={"organisation": "Office\r\nBcc: evil@example.org\n\nYour account is closed"})
    post.send()
    (message,) = mail.box.messages
    assert message["Bcc"] is None
    assert "Office Bcc: evil@example.org Your account is closed invites you" in mail.box.body()


@pytest.mark.parametrize(
    "link", ["/en/sign-in/abc", "javascript:alert(1)", "https://a.example/ b", "https://a.example/\nx"]
)
def test_a_link_that_is_no_whole_address_is_refused(post: Post, link: str) -> None:
    with pytest.raises(ValueError, match="no whole address"):
        post.queue(links={"open": link})


def test_an_account_without_an_address_gets_nothing(post: Post) -> None:
    class Nobody:
        id = None
        email = None

    assert not post.queue(to=Nobody())


def test_a_domain_of_other_letters_is_written_in_ascii(post: Post, mail: MailTestServer) -> None:
    post.queue(to="aino@sää.example")
    post.send()
    assert mail.box.recipients == ["aino@xn--s-0faa.example"]


def test_a_server_that_is_away_for_a_day_loses_nothing_and_old_links_are_not_sent_late(
    post: Post, mail: MailTestServer, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    mail.stop()
    post.queue("sign-in-link", to="old@example.org")
    post.queue("invitation", to="guest@example.org", links={"open": "https://learn.example.org/i"})
    with caplog.at_level(logging.WARNING):
        for _minute in range(4):
            assert post.send() == 0
            clock.ahead += timedelta(minutes=2)
    assert [row.state for row in post.rows()] == [NoticeState.QUEUED] * 2
    assert "example.org" not in caplog.text
    clock.ahead = timedelta(days=1)
    post.send()
    mail.start()
    clock.ahead = timedelta(days=1, minutes=2)
    assert post.send() == 1
    assert mail.box.recipients == ["guest@example.org"]
    old, guest = post.rows()
    assert (old.state, old.reason, old.content) == (NoticeState.DROPPED, Reason.EXPIRED, "")
    assert guest.state == NoticeState.SENT


def test_a_link_is_dropped_at_the_moment_that_was_given(post: Post, mail: MailTestServer, clock: Clock) -> None:
    post.queue(expires_at=utcnow() + timedelta(minutes=5))
    clock.ahead = timedelta(minutes=5, seconds=1)
    assert post.send() == 0
    assert (post.row.state, mail.box.messages) == (NoticeState.DROPPED, [])


def test_a_lost_acknowledgement_of_a_link_is_not_repeated(post: Post, mail: MailTestServer, clock: Clock) -> None:
    mail.box.lose_acknowledgements = 1
    post.queue("sign-in-link")
    post.send()
    assert post.row.state == NoticeState.UNKNOWN
    clock.ahead = timedelta(minutes=10)
    post.send()
    assert len(mail.box.messages) == 1


def test_a_lost_acknowledgement_of_another_is_repeated_once_as_the_same_message(
    post: Post, mail: MailTestServer, clock: Clock
) -> None:
    mail.box.lose_acknowledgements = 5
    post.queue("invitation")
    for _try in range(5):
        post.send()
        clock.ahead += timedelta(minutes=10)
    assert len(mail.box.messages) == 2
    assert len({message["Message-ID"] for message in mail.box.messages}) == 1
    assert mail.box.messages[0]["Message-ID"].endswith("@example.org>")
    assert post.row.state == NoticeState.UNKNOWN


def test_sending_is_committed_before_the_server_has_the_message(post: Post, mail: MailTestServer) -> None:
    seen: list[str] = []

    def look(_message: EmailMessage) -> None:
        with post.site.engine.connect() as connection:
            seen.append(connection.execute(text("SELECT state FROM notice")).scalar_one())

    mail.box.on_message = look
    post.queue()
    post.send()
    assert seen == ["sending"]


@pytest.mark.parametrize(("kind", "state"), [("sign-in-link", NoticeState.UNKNOWN), ("invitation", NoticeState.SENT)])
def test_a_process_that_died_while_sending_leaves_nothing_for_ever(
    post: Post, mail: MailTestServer, clock: Clock, kind: str, state: NoticeState
) -> None:
    post.queue(kind)
    post.claim()
    assert post.send() == 0
    clock.ahead = timedelta(minutes=3)
    post.send()
    clock.ahead = timedelta(minutes=9)
    post.send()
    assert (post.row.state, len(mail.box.messages)) == (state, int(state is NoticeState.SENT))


def test_who_comes_back_after_its_lease_changes_nothing(post: Post) -> None:
    post.queue("invitation")
    post.claim()
    row = post.row

    def late() -> NoticeState | None:
        outbox.tidy(db.session(), utcnow() + timedelta(minutes=3), frozenset())
        return outbox.record_outcome(db.session(), row.id, row.lease, outbox.Delivery.SENT, utcnow(), repeats=True)

    assert post.site.do(late, write=True) is None
    assert post.row.state == NoticeState.QUEUED


def test_two_processes_send_each_message_once(post: Post, mail: MailTestServer) -> None:
    for number in range(12):
        post.queue("invitation", to=f"p{number}@example.org")
    threads = [threading.Thread(target=post.send) for _process in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(mail.box.recipients) == sorted(f"p{number}@example.org" for number in range(12))
    assert {row.state for row in post.rows()} == {NoticeState.SENT}


def test_an_address_that_the_server_refuses_stops_nobody_else(post: Post, mail: MailTestServer) -> None:
    mail.box.to_recipient = "550 5.1.1 no such mailbox"
    post.queue("invitation")
    assert post.send() == 0
    assert (post.row.state, post.row.reason) == (NoticeState.DROPPED, Reason.REFUSED)
    mail.box.to_recipient = "250 OK"
    post.queue("invitation", to="noor@example.org")
    assert post.send() == 1


@pytest.mark.parametrize("where", ["to_sender", "to_recipient", "to_message"])
def test_a_server_that_says_later_gets_it_later(post: Post, mail: MailTestServer, clock: Clock, where: str) -> None:
    setattr(mail.box, where, "451 4.7.1 greylisted")
    post.queue("invitation")
    assert post.send() == 0
    setattr(mail.box, where, "250 OK")
    assert post.send() == 0
    clock.ahead = timedelta(minutes=2)
    assert post.send() == 1
    assert post.row.state == NoticeState.SENT


def test_a_server_that_takes_nothing_from_us_drops_nothing(post: Post, mail: MailTestServer, clock: Clock) -> None:
    mail.box.to_sender = "550 5.7.1 not from you"
    post.queue("invitation")
    post.queue("invitation", to="noor@example.org")
    post.send()
    assert {(row.state, row.reason) for row in post.rows()} == {(NoticeState.QUEUED, Reason.SENDER)}
    mail.box.to_sender = "250 OK"
    clock.ahead = timedelta(minutes=2)
    assert post.send() == 2


def test_a_message_that_is_refused_for_good_is_dropped(post: Post, mail: MailTestServer) -> None:
    mail.box.to_message = "554 5.7.1 looks like spam"
    post.queue("invitation")
    post.send()
    assert (post.row.state, post.row.reason) == (NoticeState.DROPPED, Reason.REFUSED)


def test_what_is_sent_once_only_is_not_queued_again(post: Post) -> None:
    assert post.queue("invitation", once="expiry:7:2027-01-01")
    assert not post.queue("invitation", once="expiry:7:2027-01-01")
    assert len(post.rows()) == 1


def test_rows_go_a_month_after_they_were_finished(post: Post, clock: Clock) -> None:
    post.queue("invitation")
    post.queue("invitation", once="expiry:7:2027-01-01")
    post.send()
    clock.ahead = timedelta(days=31)
    post.send()
    assert [row.once_key for row in post.rows()] == ["expiry:7:2027-01-01"]
    clock.ahead = timedelta(days=401)
    post.send()
    assert post.rows() == []


def test_a_kind_that_nobody_brings_cannot_be_queued(post: Post) -> None:
    with pytest.raises(LookupError, match="no feature brings"):
        post.queue("lottery")


def test_the_administrator_sees_that_there_is_no_mail_server(
    make_whole: Callable[..., Whole], whole: Whole, administrator: Visitor
) -> None:
    said = "There is no mail server. 1 e-mail waits."
    assert said not in administrator.get("/en/manage").text
    post = Post(whole)
    post.queue("invitation")
    post.send()
    assert said in administrator.get("/en/manage").text
    assert post.row.state == NoticeState.QUEUED
    away = make_whole(mail_server=f"smtp+plain://127.0.0.1:{free_port()}", mail_from="learn@example.org")
    with away.app.app_context():
        send_waiting(db.session())
        db.session.remove()
    assert "There is no mail server." in administrator.get("/en/manage").text
