"""The document resources: State, Agent Profile, Activity Profile (Communication 2.2, 2.3, 2.6, 2.7)."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from msgspec import Struct

from perille.lrs import documents
from perille.lrs.answers import Answer, json_answer
from perille.lrs.calls import Call
from perille.lrs.clients import Scope
from perille.lrs.documents import Condition, Document, DocumentKind, Owner
from perille.lrs.faults import Fault, Rule
from perille.lrs.sql import driver_of


class DocumentResource(Struct, frozen=True):
    """One of the three resources: its parameters, and whose scope it is."""

    kind: DocumentKind
    #: The parameter that names a document.
    name: str
    #: The parameters that say whose it is.
    owner: tuple[str, ...]
    scope: Scope
    #: Parameters that may be left out.
    optional: tuple[str, ...] = ()

    def owner_of(self, call: Call) -> Owner:
        """Read whose documents a call is about."""
        for name in self.owner:
            call.need(name)
        agent = call.agent()
        registration = call.uuid("registration")
        owner = Owner(
            self.kind,
            agent=agent[1] if agent else None,
            activity=call.iri("activityId"),
            registration=str(UUID(bytes=registration)) if registration else None,
        )
        if call.client.binding is not None:
            read_only = self.kind is not DocumentKind.STATE and call.method not in ("GET", "HEAD")
            call.client.binding.check_document(owner.agent, owner.activity, owner.registration, refused=read_only)
        return owner

    def get(self, call: Call) -> Answer:
        """Return one document, or the names of those changed since a moment."""
        call.client.must(self.scope, Scope.ALL_READ)
        call.take({self.name, *self.owner, *self.optional, "since"})
        owner, since = self.owner_of(call), call.moment("since")
        driver = driver_of(call.session)
        if self.name not in call.params:
            return _names(documents.names(driver, call.client.store, owner, since))
        found = documents.find(driver, call.client.store, owner, call.document_name(self.name))
        if found is None:
            raise Fault(404, Rule.NOT_FOUND, self.name, "There is no such document.")
        seen = call.header("if-none-match")
        if seen is not None and documents.is_named(seen, found.etag):
            return Answer(304, headers={"ETag": f'"{found.etag}"'}).modified(found.updated)
        return _document(found)

    def put(self, call: Call) -> Answer:
        """Keep a document."""
        owner, name = self._writing(call)
        documents.put(driver_of(call.session), call.client.store, owner, name, _sent(call), _seen(call), call.version)
        return Answer(204)

    def post(self, call: Call) -> Answer:
        """Keep a document, or merge it into the one that is there."""
        owner, name = self._writing(call)
        documents.post(driver_of(call.session), call.client.store, owner, name, _sent(call), _seen(call))
        return Answer(204)

    def delete(self, call: Call) -> Answer:
        """Remove a document; states also all at once."""
        call.client.must(self.scope)
        call.take({self.name, *self.owner, *self.optional})
        owner = self.owner_of(call)
        every = self.kind is DocumentKind.STATE and self.name not in call.params
        name = None if every else call.document_name(self.name)
        documents.delete(driver_of(call.session), call.client.store, owner, name, _seen(call))
        return Answer(204)

    def _writing(self, call: Call) -> tuple[Owner, str]:
        call.client.must(self.scope)
        call.take({self.name, *self.owner, *self.optional})
        return self.owner_of(call), call.document_name(self.name)

    def methods(self) -> dict[str, Callable[[Call], Answer]]:
        """Return the methods of the resource."""
        return {"GET": self.get, "PUT": self.put, "POST": self.post, "DELETE": self.delete}


STATE = DocumentResource(DocumentKind.STATE, "stateId", ("activityId", "agent"), Scope.STATE, ("registration",))
AGENT_PROFILE = DocumentResource(DocumentKind.AGENT_PROFILE, "profileId", ("agent",), Scope.PROFILE)
ACTIVITY_PROFILE = DocumentResource(DocumentKind.ACTIVITY_PROFILE, "profileId", ("activityId",), Scope.PROFILE)


def _sent(call: Call) -> tuple[str, bytes]:
    return call.header("content-type") or "application/octet-stream", call.body


def _seen(call: Call) -> Condition:
    return Condition(call.header("if-match"), call.header("if-none-match"))


def _names(found: list[Document]) -> Answer:
    answer = json_answer([document.name for document in found])
    return answer.modified(found[-1].updated) if found else answer


def _document(found: Document) -> Answer:
    answer = Answer(body=found.body, content_type=found.content_type, headers={"ETag": f'"{found.etag}"'})
    return answer.modified(found.updated)
