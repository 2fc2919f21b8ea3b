"""Designs of certificates: the one that the settings name, and ours where it is missing or fails."""

from __future__ import annotations

import logging

from perille.api import CertificateDesign, Plugin
from perille.core.current import current_config
from perille.core.extension_state import AppSlot
from perille.credentials.certificate import render
from perille.domain.certificate import Certificate
from perille.packs.source.first_of_name import Choices

log = logging.getLogger(__name__)
OURS = CertificateDesign(name="perille", about="Perille's own: one page in one or two languages, tagged", render=render)
plugin = Plugin(certificate_designs=(OURS,))

current_designs = AppSlot[Choices[CertificateDesign]]("certificate_designs", lambda: Choices("certificate design"))


def print_certificate(certificate: Certificate) -> bytes:
    """Return a certificate as a PDF in the chosen design: whoever has earned one gets one, whatever a plugin does. Needs an app context."""
    name = current_config().certificate_design
    if name != OURS.name:
        try:
            design, owner = current_designs().find(name)
        except LookupError as error:
            log.error("certificates are printed in our own design: %s", error)  # noqa: TRY400 - no fault of the code
            return render(certificate)
        try:
            made = design.render(certificate)
            if isinstance(made, bytes) and made.startswith(b"%PDF-"):
                return made
            log.error("the certificate design %s of %s gave no PDF", name, owner)
        except Exception as error:  # noqa: BLE001 - a stranger's code may fail in any way
            # Not its own words: they may quote the name on the certificate.
            log.error("the certificate design %s of %s failed: %s", name, owner, type(error).__name__)  # noqa: TRY400
    return render(certificate)
