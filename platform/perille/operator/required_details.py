"""What a site says of who runs it."""

from __future__ import annotations

from collections.abc import Mapping

from perille.core.i18n import lazy_gettext

#: What a site must say of who runs it -> how the page calls it.
EXPECTED: Mapping[str, str] = {
    "operator": lazy_gettext("Name of who runs this site"),
    "address": lazy_gettext("Postal address"),
    "email": lazy_gettext("E-mail address for questions"),
    "data_protection": lazy_gettext("Whom to ask about personal data"),
    "complaints": lazy_gettext("Where to complain"),
    "legal_basis": lazy_gettext("Legal basis"),
    "accessibility": lazy_gettext("Accessibility statement"),
}
