"""The mail server is set on a page, its password is never shown, and a test mail says how it went."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from notices.conftest import Post
from perille.operator.models import SiteSetting
from perille.people.models import Role
from support.mail import MailTestServer, running_mail_server, with_password
from support.people import sign_in_as
from support.visitor import Visitor
from support.whole import Whole

HERE = "/en/manage/mail"


def form(mail: MailTestServer, **changes: str) -> dict[str, str]:
    """Return the form of a mail server, filled in."""
    return {
        "mail_host": "127.0.0.1",
        "mail_port": str(mail.port),
        "mail_protection": "smtp+plain",
        "mail_user": "",
        "mail_password": "",
        "mail_from": "learn@example.org",
    } | changes


def saved(whole: Whole) -> dict[str, str]:
    return {row.name: row.value for row in whole.scalars(select(SiteSetting)) if row.name.startswith("mail_")}


def test_a_test_mail_goes_through_the_server_of_the_page(
    whole: Whole, administrator: Visitor, mail: MailTestServer
) -> None:
    assert "There is no mail server. E-mails wait until there is one." in administrator.get(HERE).text
    administrator.post(HERE, form(mail))
    page = administrator.submit(f"{HERE}/test", {"to": "eva@example.org"})
    assert "Waits, and is sent in a few seconds." in page.text
    assert Post(whole).send() == 1
    assert mail.box.recipients == ["eva@example.org"]
    assert "The mail server of this site works." in mail.box.body()
    assert "The mail server took it." in administrator.get(HERE).text


def test_the_operators_name_is_on_the_mail(whole: Whole, administrator: Visitor, mail: MailTestServer) -> None:
    administrator.post(HERE, form(mail))
    administrator.post("/en/manage/site/who", {"operator": "Aïno Oy", "words_language": "fi"})
    administrator.post(f"{HERE}/test", {"to": "eva@example.org"})
    Post(whole).send()
    assert mail.box.messages[0]["From"] == "Aïno Oy <learn@example.org>"


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
def test_the_password_is_kept_sealed_never_shown_and_stays_when_left_empty(
    whole: Whole, administrator: Visitor
) -> None:
    with running_mail_server(**with_password("perille", "s@fe-word")) as mail:
        administrator.post(HERE, form(mail, mail_user="perille", mail_password="s@fe-word"))  # noqa: S106
        assert "s@fe-word" not in str(saved(whole))
        assert "s@fe-word" not in administrator.get(HERE).html
        assert "A password is kept." in administrator.get(HERE).text
        administrator.post(HERE, form(mail, mail_user="perille"))
        administrator.post(f"{HERE}/test", {"to": "eva@example.org"})
        assert Post(whole).send() == 1
        administrator.post(HERE, form(mail, mail_user="perille", mail_password="wrong"))  # noqa: S106
        administrator.post(f"{HERE}/test", {"to": "eva@example.org"})
        Post(whole).send()
    assert "does not accept the name and the password" in administrator.get(HERE).text


def test_a_password_is_not_carried_back_to_a_form_that_was_wrong(
    whole: Whole, administrator: Visitor, mail: MailTestServer
) -> None:
    page = administrator.submit(HERE, form(mail, mail_port="seventy", mail_password="s@fe-word"))  # noqa: S106
    assert "A port is a number from 1 to 65535." in page.one("div", role="alert").words
    assert page.one("input", id="mail_port")["value"] == "seventy"
    assert "s@fe-word" not in page.html
    assert saved(whole) == {}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"mail_host": "mail server"}, "Please write the name of a server"),
        ({"mail_from": ""}, "Please write an e-mail address"),
        ({"mail_from": "a@b\r\nBcc: x"}, "Please write an e-mail address"),
        ({"mail_port": "0"}, "A port is a number"),
        ({"mail_protection": "rot13"}, "Not a valid choice"),
    ],
)
def test_what_no_server_can_be_is_refused(
    whole: Whole, administrator: Visitor, mail: MailTestServer, changes: dict[str, str], said: str
) -> None:
    assert said in administrator.submit(HERE, form(mail, **changes)).one("div", role="alert").words
    assert saved(whole) == {}


def test_an_empty_server_takes_all_of_it_back(whole: Whole, administrator: Visitor, mail: MailTestServer) -> None:
    administrator.post(HERE, form(mail, mail_user="perille", mail_password="s@fe-word"))  # noqa: S106
    administrator.post(HERE, form(mail, mail_host=""))
    assert saved(whole) == {}
    assert "There is no mail server." in administrator.get(HERE).text


def test_nobody_else_may(whole: Whole, visitor: Visitor, mail: MailTestServer) -> None:
    trainer = sign_in_as(whole, Role.TRAINER, "noor@example.org")
    for person in (visitor, trainer):
        assert person.get(HERE).status == 403
        assert person.post(HERE, form(mail)).status == 403
        assert person.post(f"{HERE}/test", {"to": "noor@example.org"}).status == 403
    assert (saved(whole), Post(whole).rows()) == ({}, [])
