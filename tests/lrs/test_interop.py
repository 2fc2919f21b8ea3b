"""Clients that others wrote drive a server as an installation starts it: `tincan` from Python, `@xapi/xapi` from npm."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from tincan import (
    Activity,
    ActivityProfileDocument,
    Agent,
    AgentAccount,
    AgentProfileDocument,
    RemoteLRS,
    StateDocument,
    Statement,
    Verb,
)
from tincan.http_request import HTTPRequest

from support.programs import find_node
from support.site import Site, run_site

SCRIPT = Path(__file__).parents[1] / "support" / "xapi_client.mjs"
ACTIVITY = Activity(id="https://learn.example/tincan")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A running installation."""
    with run_site(tmp_path_factory.mktemp("interop")) as running:
        yield running


@pytest.fixture(scope="module")
def credentials(site: Site) -> tuple[str, str]:
    """Key and secret of a client, made as an operator makes one."""
    made = json.loads(site.command("lrs", "client", "add", "--name", "Interop", "--scope", "all", "--json"))
    return made["key"], made["secret"]


@pytest.fixture
def lrs(site: Site, credentials: tuple[str, str]) -> RemoteLRS:
    """The store, as tincan sees it."""
    return RemoteLRS(version="1.0.3", endpoint=f"{site.url}/xapi/", username=credentials[0], password=credentials[1])


@pytest.fixture
def agent() -> Agent:
    """Somebody who did nothing yet."""
    return Agent(account=AgentAccount(home_page="https://people.example", name=uuid4().hex))


def done(agent: Agent, place: int = 0) -> Statement:
    """Return a statement without an id: the store gives one, of a version that tincan takes (1 to 5)."""
    thing = Activity(id=f"https://learn.example/tincan/{place}")
    return Statement(actor=agent, verb=Verb(id="http://adlnet.gov/expapi/verbs/completed"), object=thing)


def good(answer: Any) -> Any:
    """Return what tincan made of an answer; fail with what the store said where it was refused."""
    assert answer.success, answer.data
    return answer.content


def test_tincan_saves_one_statement_and_gets_it_back(lrs: RemoteLRS, agent: Agent) -> None:
    saved = good(lrs.save_statement(done(agent)))
    found = good(lrs.retrieve_statement(str(saved.id)))
    assert (found.id, found.object.id) == (saved.id, "https://learn.example/tincan/0")
    assert found.actor.account.name == agent.account.name
    assert found.stored is not None
    assert found.authority.name == "Interop"


def test_tincan_saves_many_and_turns_the_pages(lrs: RemoteLRS, agent: Agent) -> None:
    saved = good(lrs.save_statements([done(agent, place) for place in range(5)]))
    page = good(lrs.query_statements({"agent": agent, "limit": 2, "ascending": "true"}))
    found = list(page.statements)
    while page.more:
        page = good(lrs.more_statements(page))
        found += page.statements
    assert [each.id for each in found] == [each.id for each in saved]
    assert len(found) == 5


def test_tincan_voids_a_statement(lrs: RemoteLRS, agent: Agent) -> None:
    saved = good(lrs.save_statement(done(agent)))
    void = {"actor": agent, "verb": Verb(id="http://adlnet.gov/expapi/verbs/voided")}
    good(
        lrs.save_statement(
            Statement(**void, id=str(uuid4()), object={"objectType": "StatementRef", "id": str(saved.id)})
        )
    )
    assert lrs.retrieve_statement(str(saved.id)).response.status == 404
    assert good(lrs.retrieve_voided_statement(str(saved.id))).id == saved.id


def test_tincan_is_told_what_is_wrong(lrs: RemoteLRS, agent: Agent) -> None:
    wrong = done(agent)
    wrong.verb.id = "no IRI"
    answer = lrs.save_statement(wrong)
    assert (answer.success, answer.response.status) == (False, 400)
    assert json.loads(answer.data)["path"] == "$.verb.id"


def test_tincan_keeps_state(lrs: RemoteLRS, agent: Agent) -> None:
    for name in ("one", "two"):
        place = StateDocument(
            agent=agent, activity=ACTIVITY, id=name, content='{"page":3}', content_type="application/json"
        )
        good(lrs.save_state(place))
    assert sorted(good(lrs.retrieve_state_ids(ACTIVITY, agent))) == ["one", "two"]
    found = good(lrs.retrieve_state(ACTIVITY, agent, "one"))
    assert json.loads(found.content) == {"page": 3}
    good(lrs.delete_state(found))
    assert good(lrs.retrieve_state_ids(ACTIVITY, agent)) == ["two"]
    good(lrs.clear_state(ACTIVITY, agent))
    assert good(lrs.retrieve_state_ids(ACTIVITY, agent)) == []


def etag(answer: Any) -> str:
    """Return the ETag of an answer: tincan looks for it in small letters alone."""
    good(answer)
    return str(answer.response.getheader("ETag"))


def begin(lrs: RemoteLRS, resource: str, **owner: str) -> None:
    """Make an empty profile: tincan's own way to save one never says that it must be new, which the specification asks for."""
    request = HTTPRequest(method="POST", resource=resource, content="{}", headers={"Content-Type": "application/json"})
    request.query_params = owner
    good(lrs._send_request(request))


def test_tincan_keeps_profiles_of_agents(lrs: RemoteLRS, agent: Agent) -> None:
    own = AgentProfileDocument(agent=agent, id="likes", content='{"colour":"blue"}', content_type="application/json")
    assert lrs.save_agent_profile(own).response.status == 400
    begin(lrs, "agents/profile", agent=agent.to_json("1.0.3"), profileId="likes")
    assert lrs.save_agent_profile(own).response.status == 409
    own.etag = etag(lrs.retrieve_agent_profile(agent, "likes"))
    good(lrs.save_agent_profile(own))
    assert good(lrs.retrieve_agent_profile_ids(agent)) == ["likes"]
    found = good(lrs.retrieve_agent_profile(agent, "likes"))
    assert json.loads(found.content) == {"colour": "blue"}
    good(lrs.delete_agent_profile(found))
    assert good(lrs.retrieve_agent_profile_ids(agent)) == []


def test_tincan_keeps_profiles_of_activities(lrs: RemoteLRS) -> None:
    thing = Activity(id=f"https://learn.example/{uuid4()}")
    own = ActivityProfileDocument(activity=thing, id="size", content='{"pages":9}', content_type="application/json")
    assert lrs.save_activity_profile(own).response.status == 400
    begin(lrs, "activities/profile", activityId=thing.id, profileId="size")
    own.etag = etag(lrs.retrieve_activity_profile(thing, "size"))
    good(lrs.save_activity_profile(own))
    assert good(lrs.retrieve_activity_profile_ids(thing)) == ["size"]
    found = good(lrs.retrieve_activity_profile(thing, "size"))
    assert json.loads(found.content) == {"pages": 9}
    good(lrs.delete_activity_profile(found))
    assert good(lrs.retrieve_activity_profile_ids(thing)) == []


@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
def test_a_client_of_javascript_does_all_that_it_can(site: Site, credentials: tuple[str, str], version: str) -> None:
    node = find_node()
    assert node is not None, "make setup-test brings Node"
    words = [str(node), str(SCRIPT), f"{site.url}/xapi/", *credentials, version]
    ran = subprocess.run(words, capture_output=True, text=True, timeout=120, check=True)
    seen = json.loads(ran.stdout)
    assert "failed" not in seen, seen["failed"]
    sent = seen.pop("sent")
    assert (len(sent), len(set(sent))) == (5, 5)
    assert "2.0.0" in seen.pop("versions")
    assert seen == {
        "got": [sent[0], f"https://learn.example/js/{version}/0", version],
        "listed": sent,
        "voided": sent[0],
        "gone": 404,
        "attachment": ["what is in the file"],
        "state": {"page": 3, "mood": "good"},
        "states": ["place"],
        "noState": 404,
        "stale": 412,
        "agentProfile": {"colour": "red"},
        "agentProfiles": ["likes"],
        "noAgentProfile": 404,
        "activityProfile": {"pages": 9},
        "noActivityProfile": 404,
        "person": [{"homePage": "https://people.example", "name": f"js-{version}"}],
        "activity": f"https://learn.example/js/{version}/1",
    }
