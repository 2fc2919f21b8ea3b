// Drives a record store with @xapi/xapi, as a stranger's page would: `node xapi_client.mjs ENDPOINT KEY SECRET VERSION`.
// Prints one JSON object: what came back for each step.
import { createRequire } from "node:module";

const XAPI = createRequire(import.meta.url)("@xapi/xapi");
const [endpoint, key, secret, version] = process.argv.slice(2);
const known = { endpoint, auth: XAPI.toBasicAuth(key, secret), version };
const store = new XAPI(known);
// With its other way of sending: the usual one puts a Content-Type of its own on files.
const fetching = new XAPI({ ...known, adapter: "fetch" });

const agent = { objectType: "Agent", account: { homePage: "https://people.example", name: `js-${version}` } };
const activityId = `https://learn.example/js/${version}`;
const verb = { id: "http://adlnet.gov/expapi/verbs/completed", display: { en: "completed" } };
const make = (place) => ({ actor: agent, verb, object: { objectType: "Activity", id: `${activityId}/${place}` } });

// One line: of a part the client gives the last one only.
const body = "what is in the file";
const seen = {};

async function statements() {
  const one = (await store.sendStatement({ statement: make(0) })).data;
  const many = (await store.sendStatements({ statements: [1, 2, 3, 4].map(make) })).data;
  seen.sent = [...one, ...many];
  const got = await store.getStatement({ statementId: one[0] });
  seen.got = [got.data.id, got.data.object.id, got.headers["x-experience-api-version"]];
  const first = (await store.getStatements({ agent, limit: 2, ascending: true })).data;
  seen.listed = first.statements.map((each) => each.id);
  let { more } = first;
  while (more) {
    const next = (await store.getMoreStatements({ more })).data;
    seen.listed.push(...next.statements.map((each) => each.id));
    more = next.more;
  }
  await store.voidStatement({ actor: agent, statementId: one[0] });
  seen.voided = (await store.getVoidedStatement({ voidedStatementId: one[0] })).data.id;
  seen.gone = await status(store.getStatement({ statementId: one[0] }));
}

async function attachment() {
  const bytes = new TextEncoder().encode(body);
  const sha2 = Buffer.from(await crypto.subtle.digest("SHA-256", bytes)).toString("hex");
  const described = { usageType: "https://a.example/file", display: { en: "A file" }, contentType: "text/plain", length: bytes.length, sha2 };
  const statement = { ...make("file"), attachments: [described] };
  const [id] = (await fetching.sendStatement({ statement, attachments: [bytes.buffer] })).data;
  const [, ...parts] = (await fetching.getStatement({ statementId: id, attachments: true })).data;
  seen.attachment = parts.map(String);
}

async function documents() {
  const state = { agent, activityId, stateId: "place" };
  await store.setState({ ...state, state: { page: 3 } });
  await store.createState({ ...state, state: { mood: "good" } });
  seen.state = (await store.getState(state)).data;
  seen.states = (await store.getStates({ agent, activityId })).data;
  await store.deleteState(state);
  seen.noState = await status(store.getState(state));
  const mine = { agent, profileId: "likes" };
  await store.createAgentProfile({ ...mine, profile: { colour: "blue" } });
  const kept = await store.getAgentProfile(mine);
  await store.setAgentProfile({ ...mine, profile: { colour: "red" }, etag: kept.headers.etag, matchHeader: "If-Match" });
  seen.stale = await status(store.setAgentProfile({ ...mine, profile: {}, etag: kept.headers.etag, matchHeader: "If-Match" }));
  seen.agentProfile = (await store.getAgentProfile(mine)).data;
  seen.agentProfiles = (await store.getAgentProfiles({ agent })).data;
  await store.deleteAgentProfile({ ...mine, etag: (await store.getAgentProfile(mine)).headers.etag });
  seen.noAgentProfile = await status(store.getAgentProfile(mine));
  const its = { activityId, profileId: "size" };
  await store.createActivityProfile({ ...its, profile: { pages: 9 } });
  seen.activityProfile = (await store.getActivityProfile(its)).data;
  await store.deleteActivityProfile({ ...its, etag: (await store.getActivityProfile(its)).headers.etag });
  seen.noActivityProfile = await status(store.getActivityProfile(its));
}

async function knowledge() {
  seen.versions = (await store.getAbout()).data.version;
  seen.person = (await store.getAgent({ agent })).data.account;
  seen.activity = (await store.getActivity({ activityId: `${activityId}/1` })).data.id;
}

// The status of an answer that is a refusal.
async function status(promise) {
  try {
    return (await promise).status;
  } catch (error) {
    return error.response?.status ?? String(error);
  }
}

try {
  for (const step of [statements, attachment, documents, knowledge]) await step();
} catch (error) {
  seen.failed = [error.message, error.response?.data];
}
process.stdout.write(JSON.stringify(seen));
