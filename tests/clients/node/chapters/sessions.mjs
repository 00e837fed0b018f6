// What a sign-in leads to: tokens that are refreshed, revoked at sign-out, and all at once.
import * as auth from "aws-amplify/auth";
import { open, signIn } from "../lib/app.mjs";
import { equal, holds, refused } from "../lib/checks.mjs";
import { requests } from "../lib/wire.mjs";

export async function tell(world) {
  const pool = await world.pool();
  const alice = await world.user(pool, { name: "alice", email: "alice@example.com" });
  const laptop = open(world, pool);
  await signIn(alice);
  const { tokens } = await auth.fetchAuthSession();
  equal("the id token names the user", tokens.idToken.payload["cognito:username"], alice.username);
  equal("both tokens are of one subject", tokens.idToken.payload.sub, tokens.accessToken.payload.sub);
  await refresh(world, pool, laptop, tokens);
  await signOut(world, pool, laptop, alice);
  await everywhere(world, pool, alice);
}

async function refresh(world, pool, laptop, before) {
  requests.length = 0;
  const { tokens } = await auth.fetchAuthSession({ forceRefresh: true });
  equal("a refresh is one request", requests, ["GetTokensFromRefreshToken"]);
  holds("it gives a new access token", String(tokens.accessToken) !== String(before.accessToken));
  equal("of the same sign-in", [tokens.accessToken.payload.origin_jti, tokens.accessToken.payload.auth_time], [
    before.accessToken.payload.origin_jti,
    before.accessToken.payload.auth_time,
  ]);
  equal("and it serves", Object.keys(await auth.fetchUserAttributes()).includes("sub"), true);
  const classic = await world.ask("InitiateAuth", {
    ClientId: pool.clientId,
    AuthFlow: "REFRESH_TOKEN_AUTH",
    AuthParameters: { REFRESH_TOKEN: laptop.token("refreshToken") },
  });
  holds("the older flow does the same", classic.AuthenticationResult?.AccessToken);
  const stranger = await world.client(pool.id);
  await refused("another client's refresh token", "NotAuthorizedException", () =>
    renew(world, stranger, laptop.token("refreshToken")),
  );
  await refused("a forged refresh token", "NotAuthorizedException", () =>
    renew(world, pool.clientId, `${laptop.token("refreshToken").slice(0, -8)}AAAAAAAA`),
  );
}

async function signOut(world, pool, laptop, alice) {
  const [access, refreshToken] = [laptop.token("accessToken"), laptop.token("refreshToken")];
  requests.length = 0;
  await auth.signOut();
  equal("signing out revokes", requests, ["RevokeToken"]);
  await refused("the refresh token afterwards", "NotAuthorizedException", () =>
    renew(world, pool.clientId, refreshToken),
  );
  await refused("the access token afterwards", "NotAuthorizedException", () =>
    world.ask("GetUser", { AccessToken: access }),
  );
  await refused("Amplify knows nobody", "UserUnAuthenticatedException", () => auth.getCurrentUser());
  equal("signing in again", (await signIn(alice)).signInStep, "DONE");
}

async function everywhere(world, pool, alice) {
  const laptop = open(world, pool);
  await signIn(alice);
  const phone = open(world, pool);
  await signIn(alice);
  const tokens = [laptop, phone].map((device) => [
    device.token("accessToken"),
    device.token("refreshToken"),
  ]);
  await auth.signOut({ global: true });
  for (const [index, [access, refreshToken]] of tokens.entries()) {
    const device = ["the laptop", "the phone"][index];
    await refused(`global sign-out: ${device}'s refresh token`, "NotAuthorizedException", () =>
      renew(world, pool.clientId, refreshToken),
    );
    await refused(`global sign-out: ${device}'s access token`, "NotAuthorizedException", () =>
      world.ask("GetUser", { AccessToken: access }),
    );
  }
  laptop.takeUp();
  await refused("the laptop cannot refresh", "NotAuthorizedException", () => forced());
  equal("so nobody is signed in there", laptop.token("accessToken"), undefined);
  equal("the password still serves", (await signIn(alice)).signInStep, "DONE");
}

async function forced() {
  const session = await auth.fetchAuthSession({ forceRefresh: true });
  if (session.tokens === undefined) {
    throw Object.assign(new Error("the session has no tokens"), { name: "NotAuthorizedException" });
  }
}

function renew(world, clientId, refreshToken) {
  return world.ask("GetTokensFromRefreshToken", { ClientId: clientId, RefreshToken: refreshToken });
}
