"""The log: one form for all that is told, a line for each request, and nothing in it that a person typed or is known by."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Callable, Iterator

import pytest

from perille.core.extensions import db
from perille.core.logs import RequestLine, RequestRecord, describe_exception, get_logger
from perille.core.setting_values import LogFormat
from perille.people.models import Role
from perille.people.services import invite
from support.people import verify
from support.visitor import Visitor
from support.whole import Whole
from support.written_log import lines, requests, written_log

ROUTE = "/<lang:lang>/<any(courses, modules):kind>/<slug>"
ID = re.compile(r"[0-9a-f]{32}")
#: What people and hostile programs type; none of it may be in the log.
TYPED = {
    "name": "Zofia Quillfeather",
    "answer": "an answer of nobody else 8812",
    "code": "QWERT-ZXCVB-98765",
    "mail": "zofia.quillfeather@example.org",
    "token": "tok-5f2b9a77c1d04e",
    "secret": "hunter2-hunter2-hunter2",
    "path": "wp-login-zofia.php",
    "query": "q=zofia-searched-this",
    "agent": "Zofia-Phone/1.0",
    "address": "198.51.100.77",
}


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What is written into the log, as JSON, from the finest level on."""
    with written_log() as stream:
        yield stream


def test_each_request_is_a_line_with_its_route_and_not_its_address(visitor: Visitor, log: io.StringIO) -> None:
    page = visitor.get("/en/courses/way")
    (line,) = requests(log)
    assert (line["method"], line["route"], line["status"]) == ("GET", ROUTE, 200)
    assert line["ms"] >= 0
    assert page.headers["X-Request-ID"] == line["request_id"]
    assert ID.fullmatch(line["request_id"])
    assert "courses/way" not in log.getvalue()


@pytest.mark.parametrize(
    ("path", "route", "status"),
    [
        ("/en/nothing/of/that", "none", 404),
        ("/xapi/statements", "/xapi/statements", 401),
        ("/xapi/zofia", "/xapi/none", 401),
        ("/healthz", "/healthz", 200),
    ],
)
def test_what_is_refused_is_a_line_too(visitor: Visitor, log: io.StringIO, path: str, route: str, status: int) -> None:
    assert visitor.client.get(path).status_code == status
    assert [(line["route"], line["status"]) for line in requests(log)] == [(route, status)]


def test_the_id_of_a_proxy_is_used_where_it_is_set_up_and_looks_like_one(
    make_whole: Callable[..., Whole], log: io.StringIO
) -> None:
    given = {"X-Request-ID": "0123456789abcdef"}
    plain, trusting = make_whole().visitor(), make_whole(request_id_header="X-Request-ID", proxy_hops=1).visitor()
    assert plain.client.get("/healthz", headers=given).headers["X-Request-ID"] != given["X-Request-ID"]
    assert trusting.client.get("/healthz", headers=given).headers["X-Request-ID"] == given["X-Request-ID"]
    for hostile in ("short", "with space in it", "x" * 65, "<script>alert(1)</script>"):
        answer = trusting.client.get("/healthz", headers={"X-Request-ID": hostile})
        assert ID.fullmatch(answer.headers["X-Request-ID"])
        assert hostile not in log.getvalue()


def test_lines_of_requests_can_be_switched_off(make_whole: Callable[..., Whole], log: io.StringIO) -> None:
    assert make_whole(log_requests=False).visitor().get("/en/").status == 200
    assert requests(log) == []


def test_nothing_that_a_learner_or_staff_or_a_hostile_client_types_is_in_the_log(
    whole: Whole, visitor: Visitor, log: io.StringIO
) -> None:
    code = _learn(visitor)
    _manage(whole)
    _attack(whole)
    written = log.getvalue().lower()
    assert len(requests(log)) > 15
    assert [kind for kind, value in TYPED.items() if value.lower() in written] == []
    assert "zofia" not in written
    assert "127.0.0.1" not in written
    assert [form for form in (code, code.replace(" ", "")) if form in written] == []


def _learn(visitor: Visitor) -> str:
    """Do what a learner does: read, start, answer, type codes and a name; return the code they were given."""
    origin = {"User-Agent": TYPED["agent"], "X-Forwarded-For": TYPED["address"]}
    for path in ("/en/", "/en/courses/way", f"/en/search?{TYPED['query']}", "/en/courses/way/hello", "/en/help"):
        visitor.client.get(path, headers=origin)
    visitor.post("/en/courses/way/start")
    visitor.post("/en/courses/way/hello", {"answer": TYPED["answer"], "do": "next"})
    visitor.post("/en/resume", {"code": TYPED["code"]})
    visitor.post("/verify", {"code": TYPED["code"]})
    visitor.post("/en/courses/way/certificate", {"name": TYPED["name"]})
    visitor.client.get(f"/verify/{TYPED['code']}", headers=origin)
    visitor.client.get(f"/en/join/{TYPED['code']}", headers=origin)
    visitor.post("/en/keep")
    code = visitor.get("/en/keep").one("p", id="resume-code").words
    assert visitor.post("/en/resume", {"code": code}).status == 303
    return code


def _manage(whole: Whole) -> None:
    """Do what staff do: sign in, erase somebody, make a client."""
    staff = whole.visitor()
    staff.client.get(f"/en/sign-in/{TYPED['token']}")
    staff.post(f"/en/sign-in/{TYPED['token']}")
    token = whole.do(lambda: invite(db.session, TYPED["mail"], Role.ADMINISTRATOR), write=True)
    staff.post(f"/en/sign-in/{token}")
    verify(whole)
    staff.post("/en/manage/erasures", {"who": TYPED["mail"], "sure": "yes"})
    staff.post("/en/manage/clients", {"name": TYPED["name"], "scopes": "all"})
    staff.client.get("/en/manage/statements")


def _attack(whole: Whole) -> None:
    """Do what hostile clients do: unknown addresses, broken forms, wrong secrets, odd methods and hosts."""
    hostile = whole.visitor().client
    headers = {"Authorization": f"Bearer {TYPED['secret']}", "X-Experience-API-Version": "2.0.0"}
    hostile.get(f"/{TYPED['path']}?{TYPED['query']}")
    hostile.get(f"/en/courses/{TYPED['path']}")
    hostile.post("/xapi/statements", data=TYPED["answer"], headers=headers)
    hostile.get(f"/xapi/{TYPED['path']}", headers=headers)
    hostile.get(f"/xapi/statements?agent={TYPED['name']}", headers=headers)
    hostile.open("/en/", method="ZOFIA")
    hostile.get("/en/", headers={"Cookie": f"perille_learner={TYPED['token']}"})


def test_a_fault_is_told_by_type_and_place_without_its_words(whole: Whole, log: io.StringIO) -> None:
    def broken() -> str:
        typed = TYPED["answer"]
        return str({}[typed])

    whole.app.add_url_rule("/broken", "broken", broken)
    whole.app.config["PROPAGATE_EXCEPTIONS"] = False
    assert whole.visitor().client.get("/broken").status_code == 500
    (line,) = [line for line in lines(log) if "exception" in line]
    assert line["exception"][0] == "KeyError"
    assert "in broken" in line["exception"][1]
    assert line["request_id"] == requests(log)[-1]["request_id"]
    assert TYPED["answer"] not in log.getvalue()


def test_a_chain_of_exceptions_is_told_whole() -> None:
    try:
        try:
            raise ValueError("typed")
        except ValueError as error:
            raise RuntimeError("typed too") from error
    except RuntimeError as error:
        told = describe_exception(error)
    assert [each for each in told if ":" not in each] == ["RuntimeError", "ValueError"]
    assert "typed" not in " ".join(told).replace(__file__, "")


@pytest.mark.parametrize("form", [LogFormat.TEXT, LogFormat.JSON])
def test_libraries_and_our_own_lines_come_in_one_form(form: LogFormat) -> None:
    with written_log(form, logging.INFO) as stream:
        get_logger("perille.tests").info("pack published", pack="course_way")
        logging.getLogger("sqlalchemy.pool").warning("told by %s", "a library")
        logging.getLogger("waitress").info("no news")
    first, second = stream.getvalue().splitlines()
    assert "pack published" in first
    assert "course_way" in first
    assert "told by a library" in second
    if form is LogFormat.JSON:
        assert json.loads(first) | {"timestamp": ""} == {
            "event": "pack published", "pack": "course_way", "logger": "perille.tests", "level": "info", "timestamp": "",
        }  # fmt: skip


def test_the_record_of_a_request_has_all_that_a_formatter_may_ask_for() -> None:
    line = RequestLine("POST", "/xapi/statements", 200, 1.25, "0123456789abcdef")
    record, plain = RequestRecord("perille.requests", line), logging.LogRecord("", logging.INFO, "", 0, "", None, None)
    assert record.__dict__.keys() >= plain.__dict__.keys()
    form = logging.Formatter("%(name)s %(levelname)s %(filename)s %(threadName)s %(message)s")
    assert form.format(record) == "perille.requests INFO logs.py None POST /xapi/statements 200 1.2 ms 0123456789abcdef"
    assert 0 <= plain.created - record.created < 60
    assert abs(record.relativeCreated - plain.relativeCreated) < 60_000
