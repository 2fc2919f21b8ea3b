"""The page of background jobs: how each went, and a button that runs one now."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, current_app, url_for
from flask_babel import format_timedelta

from perille.administration.pages import page
from perille.core.errors import NotFound, PerilleError
from perille.core.extensions import db
from perille.core.feature import jobs_of
from perille.core.i18n import _
from perille.core.job import Job
from perille.core.job_queue import UNREACHABLE, current_queue
from perille.core.job_runs import Outcome, job_states
from perille.core.jobs import jobs_are_running
from perille.core.web.deferred import DeferredResponse
from perille.core.web.responses import keep_private, see_other
from perille.people.permissions import Action, require

log = logging.getLogger(__name__)
blueprint = Blueprint("jobs", __name__)
blueprint.after_request(keep_private)
_JOBS = "/<lang:lang>/manage/jobs"


@blueprint.get(_JOBS)
@require(Action.SITE_JOBS)
def jobs(lang: str) -> Response:
    """List the background jobs and their last runs."""
    known = jobs_of(current_app)
    return page(
        "jobs",
        rows=job_states(db.session(), known),
        waiting={job.name for job in known if _is_waiting(job)},
        running=jobs_are_running(),
        words=_words(),
        Outcome=Outcome,
        every=_every,
    )


@blueprint.post(f"{_JOBS}/<name>/run")
@require(Action.SITE_JOBS)
def run(lang: str, name: str) -> Response:
    """Let a job run now, in whichever process runs jobs."""
    job = next((job for job in jobs_of(current_app) if job.name == name), None)
    if job is None:
        raise NotFound(_("There is no such job."))
    return DeferredResponse(lambda: _ask(job, lang))


def _ask(job: Job, lang: str) -> Response:
    try:
        if not _is_waiting(job):
            current_queue().put(job.name)
    except UNREACHABLE as error:
        raise PerilleError(_("The queue of jobs cannot be used at the moment. Try again later.")) from error
    log.info("an administrator asked for the job %s", job.name)
    return see_other(url_for(".jobs", lang=lang))


def _is_waiting(job: Job) -> bool:
    try:
        return current_queue().is_waiting(job.name)
    except UNREACHABLE:
        return False


def _every(job: Job) -> str:
    return str(format_timedelta(job.every, granularity="second"))


def _words() -> dict[str, str]:
    return {
        Outcome.DONE: _("Went well"),
        Outcome.FAILED: _("Failed"),
        Outcome.BROKEN_OFF: _("Broken off, and run again"),
    }
