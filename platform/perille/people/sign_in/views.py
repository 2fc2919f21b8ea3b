"""All pages of signing in: importing this module gives the blueprint its routes."""

from __future__ import annotations

from perille.people.sign_in import (
    oidc_views,
    own_pin_views,
    own_views,
    page_views,
    passkey_views,
    pin_views,
    provider_views,
    reset_views,
)
from perille.people.sign_in.blueprint import blueprint

#: In the order of the way in.
MODULES = (
    page_views,
    passkey_views,
    own_views,
    pin_views,
    own_pin_views,
    oidc_views,
    provider_views,
    reset_views,
)

#: Who is about to sign in has no account yet: these ask for no permission.
PUBLIC = frozenset(
    f"{blueprint.name}.{name}"
    for name in (
        "start",
        "send_link",
        "link_sent",
        "use_code",
        "revoke_requested_links",
        "link",
        "use_link",
        "passkey_options",
        "use_passkey",
        "user_name_form",
        "submit_user_name",
        "pin_form",
        "scan_card",
        "use_pin",
        "new_pin_account",
        "create_pin_account",
        "begin_oidc",
        "redirect_to_provider",
        "oidc_callback",
        "confirm_new_account",
        "create_oidc_account",
    )
)

__all__ = ["MODULES", "PUBLIC", "blueprint"]
