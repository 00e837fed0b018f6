// Tokens are checked by strangers: by jose and by Amazon's own verifier, with the published keys.
import * as auth from "aws-amplify/auth";
import { JwtRsaVerifier } from "aws-jwt-verify";
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import { open, signIn } from "../lib/app.mjs";
import { equal, holds, refused } from "../lib/checks.mjs";

export async function tell(world) {
  const pool = await world.pool();
  const alice = await world.user(pool, { name: "alice", email: "alice@example.com" });
  open(world, pool);
  await signIn(alice);
  const { tokens } = await auth.fetchAuthSession();
  const [access, id] = [String(tokens.accessToken), String(tokens.idToken)];

  const discovery = await fetched(`${world.endpoint}/${pool.id}/.well-known/openid-configuration`);
  holds("the issuer ends in the pool", discovery.issuer.endsWith(`/${pool.id}`), discovery.issuer);
  equal("discovery says where the keys are", discovery.jwks_uri, `${discovery.issuer}/.well-known/jwks.json`);
  const jwksUri = `${world.endpoint}/${pool.id}/.well-known/jwks.json`;
  const { keys } = await fetched(jwksUri);
  holds("the keys are public RSA keys", keys.every((key) => key.kty === "RSA" && key.d === undefined));
  holds("and the one in use is among them", keys.some(({ kid }) => kid === decodeProtectedHeader(access).kid));

  const { issuer } = discovery;
  const jwks = createRemoteJWKSet(new URL(jwksUri));
  const verified = await jwtVerify(access, jwks, { issuer, algorithms: ["RS256"] });
  const { token_use: use, client_id: client, scope, username } = verified.payload;
  equal("jose takes the access token", { use, client, scope, username }, {
    use: "access",
    client: pool.clientId,
    scope: "aws.cognito.signin.user.admin",
    username: alice.username,
  });
  const { payload } = await jwtVerify(id, jwks, { issuer, audience: pool.clientId });
  equal("and the id token", [payload["cognito:username"], payload.email, payload.email_verified], [
    alice.username,
    "alice@example.com",
    true,
  ]);
  equal("both are of the same user", payload.sub, verified.payload.sub);
  equal("they last an hour", payload.exp - payload.iat, 3600);

  const verifier = JwtRsaVerifier.create({ issuer, audience: pool.clientId, jwksUri });
  verifier.cacheJwks({ keys });
  equal("Amazon's verifier takes it", (await verifier.verify(id)).sub, payload.sub);
  await refused("Amazon's verifier, for another client", "JwtInvalidAudienceError", () =>
    verifier.verify(id, { audience: "another" }),
  );
  await refused("a changed token", "JWSSignatureVerificationFailed", () =>
    jwtVerify(changed(access), jwks, { issuer }),
  );
  await refused("which the server does not take either", "NotAuthorizedException", () =>
    world.ask("GetUser", { AccessToken: changed(access) }),
  );
  await refused("nor an id token for an access token", "NotAuthorizedException", () =>
    world.ask("GetUser", { AccessToken: id }),
  );
  const missing = await fetch(`${world.endpoint}/local_NoSuchPool/.well-known/jwks.json`);
  equal("a pool that does not exist has no keys", missing.status, 404);
}

async function fetched(address) {
  return (await fetch(address)).json();
}

/** The token with another user name, its signature kept. */
function changed(token) {
  const [head, body, signature] = token.split(".");
  const claims = JSON.parse(Buffer.from(body, "base64url"));
  claims.username = "mallory";
  const forged = Buffer.from(JSON.stringify(claims)).toString("base64url");
  return [head, forged, signature].join(".");
}
