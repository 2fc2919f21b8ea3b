"""The page of background jobs: how each went, and a button that lets one run now."""

from __future__ import annotations

from sqlalchemy import select

from perille.core.database import utcnow
from perille.core.extensions import db
from perille.core.feature import jobs_of
from perille.core.job_queue import current_queue
from perille.core.job_runs import JobRun
from perille.core.jobs import JobRunner, run_once
from perille.people.models import Role
from support.people import sign_in_as
from support.visitor import Visitor
from support.whole import Whole


def test_it_says_of_each_job_how_it_went(whole: Whole, administrator: Visitor) -> None:
    (job,) = [job for job in jobs_of(whole.app) if job.name == "integrity"]
    assert run_once(whole.app, job)
    failed = JobRun(
        job="forwarding",
        started_at=utcnow(),
        milliseconds=1500,
        attempt=1,
        outcome="failed",
        error="URLError send.py:9",
    )
    whole.do(lambda: db.session.add(failed), write=True)
    page = administrator.get("/en/manage/jobs")
    rows = {job.name: page.one("tr", id=job.name).words for job in jobs_of(whole.app)}
    assert len(page.all("tr")) == len(rows) + 1
    assert "Look for damage in the database" in rows["integrity"]
    assert "Went well" in rows["integrity"]
    assert "1 day" in rows["integrity"]
    assert "Failed" in rows["forwarding"]
    assert "1.50" in rows["forwarding"]
    assert "URLError send.py:9" in rows["forwarding"]
    assert "Not yet" in rows["retention"]


def test_a_job_runs_when_its_button_is_pressed(whole: Whole, administrator: Visitor) -> None:
    page = administrator.post("/en/manage/jobs/retention/run")
    assert (page.status, page.headers["Location"]) == (303, "/en/manage/jobs")
    assert administrator.post("/en/manage/jobs/retention/run").status == 303
    with whole.app.app_context():
        assert len(current_queue().huey) == 1, "asked twice is run once"
    assert "Will run in a moment" in administrator.get("/en/manage/jobs").text
    runner = JobRunner(whole.app, jobs_of(whole.app))
    with whole.app.app_context():
        task = current_queue().huey.dequeue()
        current_queue().huey.execute(task)
    runner.stop()
    page = administrator.get("/en/manage/jobs")
    assert "Will run in a moment" not in page.text
    assert len(whole.scalars(select(JobRun).where(JobRun.job == "retention"))) == 1


def test_the_page_says_that_nothing_runs_until_a_process_runs_jobs(whole: Whole, administrator: Visitor) -> None:
    assert "No background jobs are running" in administrator.get("/en/manage/jobs").text
    whole.do(lambda: current_queue().say_alive())
    assert "No background jobs are running" not in administrator.get("/en/manage/jobs").text


def test_an_unknown_job_is_not_found_and_nobody_else_may_ask(whole: Whole, administrator: Visitor) -> None:
    assert administrator.post("/en/manage/jobs/nothing/run").status == 404
    assert whole.visitor().get("/en/manage/jobs").status == 403
    editor = sign_in_as(whole, Role.AUTHOR, "kai@example.org")
    assert editor.post("/en/manage/jobs/retention/run").status == 403
    with whole.app.app_context():
        assert len(current_queue().huey) == 0
