"""My courses: the list of drafts, and the ways to begin one."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request, url_for
from wtforms import Form, StringField, ValidationError

from perille.core.countries import country_name
from perille.core.extensions import db
from perille.core.i18n import LANGUAGES, OFFERED, STAFF_OFFERED, _, in_language, lazy_gettext
from perille.core.letters import is_line
from perille.core.permissions import require
from perille.core.security import takes_files
from perille.core.web.rejected_form import kept_or, see_form_again
from perille.core.web.responses import compress
from perille.packs.authoring.item_forms import key_from
from perille.packs.format.manifest import MANIFEST
from perille.packs.published.library import current_library
from perille.packs.services import source_files
from perille.packs.source.discovery import current_discovery
from perille.packs.source.toml_table import KEY, RESERVED
from perille.people.gate import may_in
from perille.studio import drafts
from perille.studio.addresses import holder_of
from perille.studio.builds import libraries
from perille.studio.comments import open_counts
from perille.studio.draft_templates import Starter, new_files
from perille.studio.drafts import RevisionKind
from perille.studio.models import StudioDraft
from perille.studio.organisations import (
    choices,
    chosen,
    may_copy,
    organisation_names,
    require_in_draft,
    visible_organisations,
)
from perille.studio.outline import rename_pack
from perille.studio.pages import account_id, called, done, draft_url, file_limit, locked, page, protect, whole_number
from perille.studio.publishing import current_versions
from perille.studio.review_notices import answered_reviews
from perille.studio.schedule_status import planned_of
from perille.studio.uploads import sent_archive

blueprint = Blueprint("studio", __name__)
#: Bytes of an upload; the setting for bodies may allow less.
MAX_UPLOAD = 64 * 1024 * 1024
#: Courses on one page of the list.
DRAFTS_SHOWN = 50
STARTERS = {
    Starter.SHORT: lazy_gettext("A short course: one lesson, as many as you like later"),
    Starter.COUNTRY: lazy_gettext("A course about a country: three lessons to fill"),
    Starter.MODULE: lazy_gettext("A module for professionals: a lesson and a test with a certificate"),
}


class NewCourseForm(Form):
    """A new course from a template."""

    title = StringField(
        lazy_gettext("What is the course called?"), render_kw={"required": True, "dir": "auto", "maxlength": 120}
    )
    starter = StringField(default=Starter.SHORT.value)
    country = StringField(default="")
    language = StringField(default="")
    organisation = StringField(lazy_gettext("Whose course is it?"), default="")

    def validate_organisation(self, field: StringField) -> None:
        """Take one of the organisations in which one may write."""
        if chosen(field.data or "", choices()) is None:
            raise ValidationError(_("Please choose whose course it is. Nobody of another organisation will see it."))

    def validate_language(self, field: StringField) -> None:
        """Take one of the languages in which learners have every word of the pages around a course."""
        if field.data and field.data not in OFFERED:
            names = _(", ").join(LANGUAGES[code].name for code in OFFERED)
            raise ValidationError(_("This language is not known. Known are: %(names)s.", names=names))

    def validate_country(self, field: StringField) -> None:
        """Take a country of the list, or none."""
        if field.data and field.data not in country_codes():
            raise ValidationError(_("Choose one of the list."))

    def validate_title(self, field: StringField) -> None:
        """Take a title of one line."""
        field.data = " ".join((field.data or "").split())
        if not field.data or not is_line(field.data) or len(field.data) > 120:
            raise ValidationError(_("Please write what the course is called, in one line."))


@blueprint.after_request
def keep(response: Response) -> Response:
    """Leave no copy of any page of the Studio behind."""
    return compress(protect(response))


@blueprint.get("/<lang:lang>/studio")
@require("studio.open")
def courses(lang: str) -> Response:
    """List the drafts, and offer to begin one."""
    mine = visible_organisations()
    every = drafts.drafts_of(db.session, mine)
    pages = max(1, -(-len(every) // DRAFTS_SHOWN))
    number = min(max(whole_number("page", 1, source=request.args.get), 1), pages)
    shown = every[(number - 1) * DRAFTS_SHOWN : number * DRAFTS_SHOWN]
    versions = current_versions(db.session)
    listed = [(draft, versions.get(draft.id)) for draft in shown]
    return page(
        "courses",
        **file_limit(MAX_UPLOAD),
        drafts=listed,
        number=number,
        pages=pages,
        aside=drafts.drafts_of(db.session, mine, aside=True),
        packs=_to_copy(lang),
        form=kept_or(NewCourseForm),
        starters=STARTERS,
        planned=planned_of([draft for draft, _version in listed]),
        comments=open_counts(db.session, [draft.id for draft, _version in listed]),
        answered=answered_reviews(db.session, [draft.id for draft, _version in listed], account_id()),
        names=organisation_names(),
        places=choices(),
        is_author=may_in("studio.begin", None),
        countries={code: country_name(code) for code in country_codes()},
        languages={code: LANGUAGES[code].name for code in OFFERED},
    )


def _to_copy(lang: str) -> list[tuple[str, str]]:
    """Return (id, title) of what one may copy: installed courses, and libraries of facts, which no list of courses has."""
    installed = {source.id for source in current_discovery().sources}
    listed = [each for each in current_library().summaries() if each.pack_id in installed]
    courses = [(each.pack_id, each.titles.get(lang) or each.titles.get(each.source_language, "")) for each in listed]
    return [*courses, *((each.manifest.id, each.manifest.title) for each in libraries(db.session) if each.facts)]


def country_codes() -> list[str]:
    """Return the countries of which facts are published here."""
    found = {code for each in current_library().summaries() for code in each.countries}
    return sorted(found)


@blueprint.post("/<lang:lang>/studio")
@require("studio.begin")
def create_draft(lang: str) -> Response:
    """Make a draft of a template."""
    form = NewCourseForm(request.form)
    if not form.validate():
        return see_form_again(url_for(".courses", lang=lang), form)
    title = form.title.data or ""
    known = {each.value for each in Starter}
    starter = Starter(form.starter.data) if form.starter.data in known else Starter.SHORT
    language = form.language.data or lang
    named = language if language in STAFF_OFFERED else lang
    lessons, test = _named(starter, title, named)
    place = _place() or (None,)
    twin = drafts.pressed_before(db.session, account_id(), RevisionKind.BEGUN, title, organisation_id=place[0])
    lacking = language if named != language and lessons != (title,) else ""
    if twin is not None:
        return _begun(twin, lacking)
    files = new_files(
        starter,
        title,
        free_slug(title),
        language=language,
        country=form.country.data or "",
        author=called(account_id()),
        lessons=lessons,
        test=test,
    )
    return _begun(drafts.make_draft(db.session, files, account_id(), organisation_id=place[0]), lacking)


def _named(starter: Starter, title: str, language: str) -> tuple[tuple[str, ...], str]:
    """Return what a template calls its lessons and its test in a language."""
    with in_language(language):
        lessons = {
            Starter.COUNTRY: (_("Arriving"), _("Living"), _("Where to ask")),
            Starter.SHORT: (title,),
            Starter.MODULE: (_("Lesson 1"),),
        }[starter]
        return lessons, _("Test")


def _place() -> tuple[UUID | None] | None:
    """Return whose the new course is, None where that was not said."""
    return chosen(request.form.get("organisation", ""), choices())


def _not_placed(lang: str) -> Response:
    words = _("Please choose whose course it is. Nobody of another organisation will see it.")
    return done(url_for(".courses", lang=lang), words, stop=True)


def _begun(draft: StudioDraft, lacking: str) -> Response:
    """Lead to a new draft; *lacking*: the language of the course where its template has no words in it, else ""."""
    words = _("Your course is begun. Nobody but staff can see it yet.")
    if lacking:
        name = LANGUAGES[lacking].name
        lacks = _(
            "The template has no words in this language: %(language)s. Name its lessons in it yourself.", language=name
        )
        words = f"{words} {lacks}"
    return done(draft_url(draft), words)


def free_slug(words: str) -> str:
    """Return an address for a course that neither a published pack nor a draft that one sees has."""
    taken = {each.slug for each in current_library().summaries()} | set(RESERVED)
    ids = {draft.pack_id for draft in drafts.drafts_of(db.session, visible_organisations())}
    taken |= {each.partition("_")[2].replace("_", "-") for each in ids}
    return key_from(words, sorted(taken), "course")


@blueprint.post("/<lang:lang>/studio/copy")
@require("studio.begin")
def copy_pack(lang: str) -> Response:
    """Make a draft of a published pack: a copy with an address of its own that remembers what it was made of."""
    pack_id = request.form.get("pack", "")
    summary = current_library().summary(pack_id)
    files = source_files(db.session, pack_id)
    if summary is None or files is None or not may_copy(pack_id):
        return done(url_for(".courses", lang=lang), _("There is no such course here."), stop=True)
    place = _place()
    if place is None:
        return _not_placed(lang)
    slug = free_slug(summary.slug)
    origin = f"{pack_id} {summary.version}"
    title = drafts.manifest_of(files[MANIFEST], pack_id).title
    draft = drafts.pressed_before(db.session, account_id(), RevisionKind.IMPORTED, title, origin, place[0])
    if draft is None:
        draft = drafts.make_draft(
            db.session, files, account_id(), deed=RevisionKind.IMPORTED, origin=origin, organisation_id=place[0]
        )
        drafts.save(db.session, draft, rename_pack(files, slug), account_id(), RevisionKind.OUTLINE)
    return done(draft_url(draft), _("This is your copy. The course that it was made of stays as it is."))


@blueprint.post("/<lang:lang>/studio/upload")
@require("studio.begin")
@takes_files(MAX_UPLOAD)
@sent_archive
def upload_draft(lang: str) -> Response:
    """Make a draft of an archive."""
    sent = sent_archive.result()
    back = url_for(".courses", lang=lang)
    if sent.refused:
        return done(back, _("The file was not taken. %(why)s", why=sent.refused), stop=True)
    if not sent.files:
        return done(back, _("Choose the file first."), stop=True)
    place = _place()
    if place is None:
        return _not_placed(lang)
    title = drafts.manifest_of(sent.files[MANIFEST], "").title
    draft = drafts.pressed_before(db.session, account_id(), RevisionKind.IMPORTED, title, organisation_id=place[0])
    if draft is None or drafts.files_at(db.session, draft) != sent.files:
        draft = drafts.make_draft(
            db.session, sent.files, account_id(), deed=RevisionKind.IMPORTED, shown=sent.shown, organisation_id=place[0]
        )
    return done(draft_url(draft), _("The course is here as a draft, byte for byte as it was in the file."))


@blueprint.post("/<lang:lang>/studio/<uuid:draft_id>/aside")
@require_in_draft("studio.author")
def set_draft_aside(lang: str, draft_id: UUID) -> Response:
    """Put a draft aside; nothing is deleted."""
    draft = locked(draft_id)
    drafts.put_aside(db.session, draft)
    words = _("“%(title)s” was put aside. It is at the end of this page, and can be taken back.", title=draft.title)
    return done(url_for(".courses", lang=lang), words)


@blueprint.post("/<lang:lang>/studio/<uuid:draft_id>/back")
@require_in_draft("studio.author")
def restore_draft(lang: str, draft_id: UUID) -> Response:
    """Take a draft back that was put aside."""
    return done(draft_url(drafts.take_back(db.session, draft_id)), _("The draft is back."))


def address_problem(pack_id: str, kind: str, slug: str) -> str:
    """Return what is wrong with an address for a course, "" for nothing."""
    if not KEY.fullmatch(slug) or slug in RESERVED or len(slug) > 60:
        return _("An address has small letters a to z, digits and hyphens, such as first-steps.")
    taken = holder_of(db.session, "", kind, slug)
    return _("Another course has this address.") if taken and taken != pack_id else ""
