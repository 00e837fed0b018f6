// The password: both flows, wrong ones, users who do not exist, and clients that tell and do not.
import * as auth from "aws-amplify/auth";
import { open, signIn } from "../lib/app.mjs";
import { equal, refused } from "../lib/checks.mjs";
import { freshPassword } from "../lib/world.mjs";

const FLOWS = ["USER_SRP_AUTH", "USER_PASSWORD_AUTH"];

export async function tell(world) {
  const pool = await world.pool();
  const alice = await world.user(pool, { name: "alice", email: "alice@example.com" });
  open(world, pool);
  const nobody = { username: "nobody", password: freshPassword() };
  const wrong = { ...alice, password: freshPassword() };
  for (const flow of FLOWS) {
    const attempt = (user) => withFlow(flow, user);
    const message = /^Incorrect username or password\.$/;
    await refused(`${flow}: a wrong password`, "NotAuthorizedException", () => attempt(wrong), message);
    await refused(`${flow}: nobody`, "NotAuthorizedException", () => attempt(nobody), message);
    equal(`${flow}: the right one`, (await attempt(alice)).isSignedIn, true);
    await auth.signOut();
  }
  const hidden = await auth.resetPassword({ username: "nobody" });
  equal("a reset for nobody looks like any other", hidden.nextStep.resetPasswordStep, "CONFIRM_RESET_PASSWORD_WITH_CODE");

  const telling = { ...pool, clientId: await world.client(pool.id, { PreventUserExistenceErrors: "LEGACY" }) };
  open(world, telling);
  for (const flow of FLOWS) {
    await refused(`${flow}: nobody, at a client that tells`, "UserNotFoundException", () =>
      withFlow(flow, nobody),
    );
  }
  await refused("a reset for nobody there", "UserNotFoundException", () =>
    auth.resetPassword({ username: "nobody" }),
  );
  const srpOnly = { ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] };
  open(world, { ...pool, clientId: await world.client(pool.id, srpOnly) });
  await refused("a flow that the client does not have", "InvalidParameterException", () =>
    withFlow("USER_PASSWORD_AUTH", alice),
  );
  open(world, { ...pool, clientId: "nosuchclient" });
  await refused("a client that does not exist", "ResourceNotFoundException", () => signIn(alice));
}

function withFlow(authFlowType, { username, password }) {
  return auth.signIn({ username, password, options: { authFlowType } });
}
