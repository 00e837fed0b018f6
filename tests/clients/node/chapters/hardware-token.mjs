// A hardware token is the authenticator: the setup URI goes into it with ykman, and its codes sign
// in. A token with a display shows them there.
import * as auth from "aws-amplify/auth";
import { answer, open, signIn } from "../lib/app.mjs";
import { equal, holds, refused } from "../lib/checks.mjs";
import { Token } from "../lib/token.mjs";

const CHALLENGE = { signInStep: "CONFIRM_SIGN_IN_WITH_TOTP_CODE" };

export async function tell(world) {
  const pool = await world.pool();
  const alice = await world.user(pool, { name: "alice" });
  open(world, pool);
  await signIn(alice);
  const token = await Token.insert();
  try {
    await enrol(token, alice);
    await auth.signOut();
    await use(token, alice);
  } finally {
    token.remove();
  }
}

async function enrol(token, alice) {
  const details = await auth.setUpTOTP();
  const uri = details.getSetupUri("My App", alice.username).toString();
  await token.ykman("accounts", "uri", uri);
  equal("the token has the account", await token.ykman("accounts", "list"), name(alice));
  await auth.verifyTOTPSetup({ code: await token.code(name(alice)) });
  await auth.updateMFAPreference({ totp: "PREFERRED" });
  const { preferred } = await auth.fetchMFAPreference();
  equal("the token is preferred", preferred, "TOTP");
}

async function use(token, alice) {
  equal("its code is asked for", await signIn(alice), CHALLENGE);
  const code = await (token.hasDisplay ? token.shownCode() : token.code(name(alice)));
  const from = token.hasDisplay ? "on its display" : "through ykman";
  holds(`it gives one ${from}`, /^[0-9]{6}$/.test(code), { code });
  const other = code === "123456" ? "654321" : "123456";
  await refused("another one", "CodeMismatchException", () => answer(other));
  equal("its code signs in", await answer(code), { signInStep: "DONE" });
  await auth.signOut();
  equal("it is asked for again", await signIn(alice), CHALLENGE);
  await refused("the same code again", "ExpiredCodeException", () => answer(code));
  const next = await token.code(name(alice));
  equal("the next code signs in", await answer(next), { signInStep: "DONE" });
}

/** What ykman calls the account of the setup URI. */
function name({ username }) {
  return `My App:${username}`;
}
