// Sign-in with a code of the authenticator: right, wrong, malformed, and used before.
import * as auth from "aws-amplify/auth";
import { answer, enrol, open, signIn } from "../lib/app.mjs";
import { equal, holds, refused } from "../lib/checks.mjs";
import { requests } from "../lib/wire.mjs";

const CHALLENGE = { signInStep: "CONFIRM_SIGN_IN_WITH_TOTP_CODE" };

export async function tell(world) {
  const pool = await world.pool();
  const alice = await world.user(pool, { name: "alice" });
  const laptop = open(world, pool);
  await signIn(alice);
  const app = await enrol();
  await auth.updateMFAPreference({ totp: "ENABLED" });
  await auth.signOut();

  equal("enabled is enough to be asked for it", await signIn(alice), CHALLENGE);
  await refused("the code spent in the set-up", "ExpiredCodeException", () => answer(app.lastCode()));
  await refused("a wrong code", "CodeMismatchException", () => answer(app.wrongCode()));
  for (const code of ["abcdef", "12345", "1234567", " 12345", "１２３４５６"]) {
    await refused(`the code "${code}"`, "InvalidParameterException", () => answer(code));
  }
  holds("nobody is signed in yet", laptop.token("accessToken") === undefined);
  requests.length = 0;
  const code = await app.code();
  equal("the right code, in the same session", await answer(code), { signInStep: "DONE" });
  equal("one request and no device", requests, ["RespondToAuthChallenge"]);
  holds("now somebody is", laptop.token("accessToken") !== undefined);

  const phone = open(world, pool);
  await signIn(alice);
  await refused("the same code on another device", "ExpiredCodeException", () => answer(code));
  equal("the next code there", await answer(await app.code()), { signInStep: "DONE" });
  holds("each device has its tokens", phone.token("accessToken") !== laptop.token("accessToken"));

  await auth.updateMFAPreference({ totp: "DISABLED" });
  await auth.signOut();
  equal("disabled, it is not asked for", await signIn(alice), { signInStep: "DONE" });
  await auth.updateMFAPreference({ totp: "PREFERRED" });
  await auth.signOut();
  equal("it can be enabled again without a set-up", await signIn(alice), CHALLENGE);
}
