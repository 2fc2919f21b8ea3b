"""Nothing of a certificate is in the log."""

from __future__ import annotations

from sqlalchemy import select

from perille.core.extensions import db
from perille.credentials.codes import pretty
from perille.credentials.models import Credential
from support.written_log import requests, written_log

from .conftest import Learning

NAME = "Zofia Quillfeather"


def test_neither_the_name_nor_the_code_of_a_certificate_is_in_the_log(learning: Learning) -> None:
    learning.finish()
    with written_log() as log:
        assert learning.make(NAME).status_code == 303
        code = learning.run(lambda: db.session.scalars(select(Credential.code)).one())
        assert learning.paper().status_code == 200
        assert learning.client.get(f"/verify/{code}").status_code == 200
    assert len(requests(log)) == 3
    assert [told for told in (NAME, "zofia", code, pretty(code)) if told.lower() in log.getvalue().lower()] == []
