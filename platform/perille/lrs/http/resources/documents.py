"""The document resources: State, Agent Profile, Activity Profile (Communication 2.2, 2.3, 2.6, 2.7). What they refuse is an XapiError."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from msgspec import Struct

from perille.lrs.clients import Scope
from perille.lrs.http.request import XapiRequest
from perille.lrs.http.response import XapiResponse, json_response
from perille.lrs.storage import documents
from perille.lrs.storage.connection import raw_connection
from perille.lrs.storage.documents import Condition, Document, DocumentKind, Owner
from perille.lrs.xapi.errors import Rule, XapiError


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

    def owner_of(self, call: XapiRequest) -> Owner:
        """Read whose documents a call is about."""
        for name in self.owner:
            call.require_param(name)
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

    def get(self, call: XapiRequest) -> XapiResponse:
        """Return one document, or the names of those changed since a moment."""
        call.client.require_scope(self.scope, Scope.ALL_READ)
        call.allow_params({self.name, *self.owner, *self.optional, "since"})
        owner, since = self.owner_of(call), call.moment("since")
        raw = raw_connection(call.session)
        if self.name not in call.params:
            return _names(documents.names(raw, call.client.store, owner, since))
        found = documents.find(raw, call.client.store, owner, call.document_name(self.name))
        if found is None:
            raise XapiError(404, Rule.NOT_FOUND, self.name, "There is no such document.")
        seen = call.header("if-none-match")
        if seen is not None and documents.is_named(seen, found.etag):
            return XapiResponse(304, headers={"ETag": f'"{found.etag}"'}).modified(found.updated)
        return _document(found)

    def put(self, call: XapiRequest) -> XapiResponse:
        """Keep a document."""
        owner, name = self._writing(call)
        documents.put(
            raw_connection(call.session), call.client.store, owner, name, _sent(call), _seen(call), call.version
        )
        return XapiResponse(204)

    def post(self, call: XapiRequest) -> XapiResponse:
        """Keep a document, or merge it into the one that is there."""
        owner, name = self._writing(call)
        documents.post(raw_connection(call.session), call.client.store, owner, name, _sent(call), _seen(call))
        return XapiResponse(204)

    def delete(self, call: XapiRequest) -> XapiResponse:
        """Remove a document; states also all at once."""
        call.client.require_scope(self.scope)
        call.allow_params({self.name, *self.owner, *self.optional})
        owner = self.owner_of(call)
        every = self.kind is DocumentKind.STATE and self.name not in call.params
        name = None if every else call.document_name(self.name)
        documents.delete(raw_connection(call.session), call.client.store, owner, name, _seen(call))
        return XapiResponse(204)

    def _writing(self, call: XapiRequest) -> tuple[Owner, str]:
        call.client.require_scope(self.scope)
        call.allow_params({self.name, *self.owner, *self.optional})
        return self.owner_of(call), call.document_name(self.name)

    def methods(self) -> dict[str, Callable[[XapiRequest], XapiResponse]]:
        """Return the methods of the resource."""
        return {"GET": self.get, "PUT": self.put, "POST": self.post, "DELETE": self.delete}


STATE = DocumentResource(DocumentKind.STATE, "stateId", ("activityId", "agent"), Scope.STATE, ("registration",))
AGENT_PROFILE = DocumentResource(DocumentKind.AGENT_PROFILE, "profileId", ("agent",), Scope.PROFILE)
ACTIVITY_PROFILE = DocumentResource(DocumentKind.ACTIVITY_PROFILE, "profileId", ("activityId",), Scope.PROFILE)


def _sent(call: XapiRequest) -> tuple[str, bytes]:
    return call.header("content-type") or "application/octet-stream", call.body


def _seen(call: XapiRequest) -> Condition:
    return Condition(call.header("if-match"), call.header("if-none-match"))


def _names(found: list[Document]) -> XapiResponse:
    answer = json_response([document.name for document in found])
    return answer.modified(found[-1].updated) if found else answer


def _document(found: Document) -> XapiResponse:
    answer = XapiResponse(body=found.body, content_type=found.content_type, headers={"ETag": f'"{found.etag}"'})
    return answer.modified(found.updated)
