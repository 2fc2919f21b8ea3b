// The sign-in service of an organisation, for tests: the npm package oidc-provider, with PKCE required and its own plain forms.
// node oidc_provider.mjs <port> <redirect address>; writes "ready" when it listens.
import { Provider } from "oidc-provider";

const [port, redirect] = process.argv.slice(2);
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: "perille",
      client_secret: "a secret of tests",
      redirect_uris: [redirect],
      token_endpoint_auth_method: "client_secret_basic",
    },
  ],
  pkce: { required: () => true },
  conformIdTokenClaims: false,
  claims: { openid: ["sub"], profile: ["name"], email: ["email", "email_verified"] },
  cookies: { keys: ["for tests alone"] },
  async findAccount(_context, id) {
    return {
      accountId: id,
      async claims() {
        return { sub: id, name: `Person ${id}`, email: "eva@example.org", email_verified: true };
      },
    };
  },
});
provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
