// Guessing is stopped, and in words that the client does not take for a reason to try again.
import { setTimeout } from "node:timers/promises";
import * as auth from "aws-amplify/auth";
import { answer, enrol, open, signIn } from "../lib/app.mjs";
import { equal, refused } from "../lib/checks.mjs";
import { requests } from "../lib/wire.mjs";

export async function tell(world) {
  const pool = await world.pool();
  const alice = await world.user(pool, { name: "alice" });
  open(world, pool);
  await signIn(alice);
  const app = await enrol();
  await auth.updateMFAPreference({ totp: "PREFERRED" });
  await auth.signOut();

  await signIn(alice);
  const right = await app.code();
  for (let failure = 1; failure <= 5; failure += 1) {
    await beginningOfASecond();
    await refused(`wrong code ${failure}`, "CodeMismatchException", () => answer(app.wrongCode()));
  }
  requests.length = 0;
  await refused("the right code, at once after the fifth", "NotAuthorizedException", () =>
    answer(right),
  );
  equal("the client does not try again by itself", requests, ["RespondToAuthChallenge"]);

  const bob = await world.user(pool, { name: "bob" });
  equal("others are not touched", (await signIn(bob)).signInStep, "DONE");
}

/** The server counts whole seconds, so only there the first block lasts for one. */
async function beginningOfASecond() {
  await setTimeout(1000 - (Date.now() % 1000));
}
