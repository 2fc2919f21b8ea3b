"""Names that people sign up with for a seminar: what the certificate cannot show is told before, not left out of it."""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from perille.seminars.sign_up_forms import NameForm


@pytest.mark.parametrize(
    ("name", "told"),
    [("രാധ നായര്", "We cannot print these letters yet"), ("王小明", "Latin letters"), ("Amina Yusuf", "")],
)
def test_letters_that_no_certificate_shows_are_told(app: Flask, name: str, told: str) -> None:
    with app.test_request_context("/en/"):
        form = NameForm(MultiDict({"name": name}))
        assert form.validate() is not bool(told)
        assert told in " ".join(map(str, form.name.errors))
