"""What an administrator fills in about who may read and write the record store: clients, other stores, issuers of tokens."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms import (
    BooleanField,
    Form,
    PasswordField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)

from perille.administration.forms import LINE, LINES, REQUIRED
from perille.core.database import utcnow
from perille.core.errors import BadRequest
from perille.core.i18n import _, lazy_gettext
from perille.core.letters import is_line
from perille.core.web.forms import require_name
from perille.lrs.clients import Scope
from perille.lrs.oidc import issuers
from perille.lrs.oidc.tokens import ALGORITHMS
from perille.lrs.transfer.forwards import checked_endpoint, checked_verbs

#: As wide as the column that keeps it.
LONGEST_NAME = 200
#: The calendar of the database ends soon after.
_FARTHEST = date(9000, 1, 1)
#: What a scope lets a client do, in the order in which they are offered.
SCOPES = {
    Scope.STATEMENTS_WRITE: lazy_gettext("Store statements"),
    Scope.STATEMENTS_READ_MINE: lazy_gettext("Read the statements that it stored itself"),
    Scope.STATEMENTS_READ: lazy_gettext("Read all statements"),
    Scope.STATE: lazy_gettext("Read and store where learners are (states)"),
    Scope.PROFILE: lazy_gettext("Read and store profiles of activities and people"),
    Scope.DEFINE: lazy_gettext("Say what activities and people are called"),
    Scope.ALL_READ: lazy_gettext("Read everything"),
    Scope.ALL: lazy_gettext("Everything but voiding"),
    Scope.VOID: lazy_gettext("Void statements of anybody, which undoes progress"),
}


#: Values of choices; their words are with the page. (The type stubs know pairs alone, which WTForms 3.4 takes no more.)
_SCOPE_CHOICES: Any = [scope.value for scope in SCOPES]
_ALGORITHM_CHOICES: Any = [*ALGORITHMS]


class ClientForm(Form):
    """A new client of the record store."""

    name = StringField(
        lazy_gettext("Name"),
        description=lazy_gettext("It stands in lists and in the statements that the client stores."),
        render_kw=REQUIRED,
    )
    scopes = SelectMultipleField(lazy_gettext("What it may do"), choices=_SCOPE_CHOICES, validate_choice=False)
    last_day = StringField(
        lazy_gettext("Last day"),
        description=lazy_gettext("Leave this empty for a client that never expires."),
        render_kw={"type": "date"},
    )
    #: The scopes that were ticked, and the last day on which the client works; known once the form is valid.
    chosen: tuple[Scope, ...] = ()
    ends_on: date | None = None

    def validate_name(self, field: StringField) -> None:
        """Take a name of one line."""
        _require_line(field)

    def validate_scopes(self, field: SelectMultipleField) -> None:
        """Let a client do something."""
        wished = set(field.data or ())
        self.chosen = tuple(scope for scope in SCOPES if scope.value in wished)
        if not self.chosen or len(self.chosen) < len(wished):
            raise ValidationError(_("Choose at least one thing that it may do."))

    def validate_last_day(self, field: StringField) -> None:
        """Take a day that is not over, as a browser's own field for days writes it; our own words, for all languages have them."""
        if not field.data:
            return
        try:
            self.ends_on = date.fromisoformat(field.data)
            if self.ends_on > _FARTHEST:
                raise ValueError(field.data)
        except ValueError:
            raise ValidationError(_("Please write the day as year-month-day, such as 2030-12-31.")) from None
        if self.ends_on < utcnow().date():
            raise ValidationError(_("This day is over. Choose a later one."))


class CredentialsForm(Form):
    """What another store gave us to sign in with."""

    key = StringField(lazy_gettext("Key"), render_kw=REQUIRED)
    secret = PasswordField(lazy_gettext("Secret"), render_kw=REQUIRED)

    @property
    def credentials(self) -> tuple[str, str]:
        """The key and the secret; for a valid form."""
        return self.key.data or "", self.secret.data or ""

    def validate_key(self, field: StringField) -> None:
        """Take a key that can be sent: one line without a colon, and a secret with it."""
        field.data = (field.data or "").strip()
        secret = self.secret.data or ""
        if not field.data or ":" in field.data or not secret or not (field.data + secret).isprintable():
            raise ValidationError(_("Please write the key and the secret that the other store gave you."))


class ForwardForm(CredentialsForm):
    """Another store that statements go on to."""

    name = StringField(
        lazy_gettext("Name"),
        description=lazy_gettext("What the other store is called in lists."),
        render_kw=REQUIRED,
    )
    endpoint = StringField(
        lazy_gettext("Address"),
        description=lazy_gettext("It looks like https://lrs.example.org/xapi."),
        render_kw=REQUIRED,
    )
    allow_http = BooleanField(lazy_gettext("Also over http, where everybody on the way can read it"))
    verbs = TextAreaField(
        lazy_gettext("Only statements with these verbs"),
        description=lazy_gettext("The address of a verb on each line. Leave this empty to send all."),
        render_kw={**LINES, "rows": 3, "maxlength": 6000},
    )
    from_start = BooleanField(lazy_gettext("Also what is stored already"))
    #: Names that others have.
    taken: frozenset[str] = frozenset()

    @property
    def chosen_verbs(self) -> list[str]:
        """The verbs, each once."""
        return list(dict.fromkeys((self.verbs.data or "").split()))

    def validate_name(self, field: StringField) -> None:
        """Take a name of one line that no other store has."""
        _require_line(field)
        if field.data in self.taken:
            raise ValidationError(_("This name is taken."))

    def validate_endpoint(self, field: StringField) -> None:
        """Take an address of a record store, over http only where that is ticked."""
        try:
            field.data = checked_endpoint(field.data or "", allow_http=True)
        except BadRequest:
            raise ValidationError(
                _("This is no address of a record store. It looks like https://lrs.example.org/xapi.")
            ) from None
        if field.data.startswith("http:") and not self.allow_http.data:
            raise ValidationError(_("Over http everybody on the way can read it. Use https, or tick the box."))

    def validate_verbs(self, field: TextAreaField) -> None:
        """Take addresses of verbs."""
        try:
            checked_verbs(self.chosen_verbs)
        except BadRequest:
            raise ValidationError(_("A verb is written as an address, one on each line.")) from None


class IssuerForm(Form):
    """An OpenID issuer whose tokens are to be accepted."""

    #: Of what the record store says is wrong with the issuer as a whole.
    errors_language = "en"

    name = StringField(lazy_gettext("Name"), render_kw=REQUIRED)
    issuer = StringField(
        lazy_gettext("Issuer"),
        description=lazy_gettext("Exactly as it stands in tokens (iss), such as https://login.example.org/realm"),
        render_kw=REQUIRED,
    )
    audience = StringField(
        lazy_gettext("Audience"), description=lazy_gettext("What must stand in tokens as aud"), render_kw=REQUIRED
    )
    jwks_url = StringField(
        lazy_gettext("Address of its keys"),
        description=lazy_gettext("Over https. Leave this empty if you paste the keys."),
        render_kw=LINE,
    )
    jwks = TextAreaField(
        lazy_gettext("Its public keys"),
        description=lazy_gettext("A JWK Set, if there is no address for it"),
        render_kw=LINES,
    )
    algorithms = SelectMultipleField(lazy_gettext("Algorithms"), choices=_ALGORITHM_CHOICES, validate_choice=False)
    scopes = SelectMultipleField(
        lazy_gettext("The most that a token may do"), choices=_SCOPE_CHOICES, validate_choice=False
    )
    claim = StringField(
        lazy_gettext("Claim"),
        description=lazy_gettext("The claim that says what a token may do"),
        render_kw=REQUIRED,
    )
    map = TextAreaField(
        lazy_gettext("Words of the claim"),
        description=lazy_gettext(
            "One on each line with its scopes, such as: writer = statements/write state. Leave this empty if the words are scopes"
            " themselves."
        ),
        render_kw=LINES,
    )

    @property
    def scope_map(self) -> dict[str, list[str]]:
        """The words of the claim; raise BadRequest for lines that are none."""
        return issuers.read_scope_map((self.map.data or "").splitlines())

    def validate_name(self, field: StringField) -> None:
        """Take a name of one line."""
        require_name(field)

    def validate_scopes(self, field: SelectMultipleField) -> None:
        """Let a token do something."""
        if not field.data:
            raise ValidationError(_("Choose at least one thing that it may do."))


def _require_line(field: StringField) -> None:
    require_name(field)
    if not is_line(field.data or ""):
        raise ValidationError(_("Please write a name."))
    if len(field.data or "") > LONGEST_NAME:
        raise ValidationError(_("This name is too long. It may have %(most)s characters.", most=LONGEST_NAME))
