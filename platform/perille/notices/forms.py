"""The forms of the administrators' page of e-mails."""

from __future__ import annotations

import re

from wtforms import Form, PasswordField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # unknown to its types yet
from wtforms.validators import Length

from perille.core.i18n import _, lazy_gettext
from perille.core.setting_values import mail_address
from perille.notices.server import Protection

_HOST = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|\[?[0-9a-fA-F:.]+\]?")
_PROTECTIONS = [
    SelectChoice(Protection.TLS.value, lazy_gettext("TLS from the beginning (usual port 465)")),
    SelectChoice(Protection.STARTTLS.value, lazy_gettext("STARTTLS (usual port 587)")),
    SelectChoice(Protection.NONE.value, lazy_gettext("None: only for a server on this machine (usual port 25)")),
]
_LEFT = {"dir": "ltr", "autocomplete": "off"}


class MailServerForm(Form):
    """The mail server."""

    mail_host = StringField(
        lazy_gettext("Mail server"),
        description=lazy_gettext(
            "Its name, such as mail.example.org. Empty: the setting of the installation, or none."
        ),
        validators=[Length(max=253)],
        render_kw=_LEFT,
    )
    mail_protection = SelectField(
        lazy_gettext("Encryption"),
        choices=_PROTECTIONS,
    )
    mail_port = StringField(
        lazy_gettext("Port"),
        description=lazy_gettext("Empty: the usual one."),
        render_kw={"inputmode": "numeric", **_LEFT},
    )
    mail_user = StringField(lazy_gettext("Name for signing in to it"), validators=[Length(max=200)], render_kw=_LEFT)
    mail_password = PasswordField(
        lazy_gettext("Password for signing in to it"),
        description=lazy_gettext("It is kept encrypted and never shown. Empty: it stays as it is."),
        validators=[Length(max=500)],
        render_kw={"autocomplete": "new-password", "dir": "ltr"},
    )
    mail_from = StringField(
        lazy_gettext("Address that e-mails are from"),
        validators=[Length(max=254)],
        render_kw={"type": "email", **_LEFT},
    )

    def validate_mail_host(self, field: StringField) -> None:
        """Take the name or the address of a machine."""
        field.data = (field.data or "").strip()
        if field.data and not _HOST.fullmatch(field.data):
            raise ValidationError(_("Please write the name of a server, such as mail.example.org."))

    def validate_mail_port(self, field: StringField) -> None:
        """Take a port."""
        field.data = (field.data or "").strip()
        if field.data and not (field.data.isascii() and field.data.isdigit() and 0 < int(field.data) < 65536):
            raise ValidationError(_("A port is a number from 1 to 65535."))

    def validate_mail_from(self, field: StringField) -> None:
        """Take an address, and ask for one where there is a server."""
        field.data = (field.data or "").strip()
        if field.data or self.mail_host.data:
            _check_address(field.data)


class TestMailForm(Form):
    """Where a test mail goes."""

    #: pytest takes no class of this name for a test.
    __test__ = False

    to = StringField(
        lazy_gettext("Send a test mail to"), validators=[Length(max=254)], render_kw={"type": "email", "dir": "ltr"}
    )

    def validate_to(self, field: StringField) -> None:
        """Take an address."""
        field.data = (field.data or "").strip()
        _check_address(field.data)


def _check_address(text: str) -> None:
    try:
        mail_address(text)
    except ValueError:
        raise ValidationError(_("Please write an e-mail address, such as office@example.org.")) from None
