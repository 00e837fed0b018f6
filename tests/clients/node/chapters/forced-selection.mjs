// A pool that requires MFA and leaves the user the choice of what to set up.
import * as auth from "aws-amplify/auth";
import { answer, open, preferences, signIn } from "../lib/app.mjs";
import { Authenticator } from "../lib/authenticator.mjs";
import { equal, refused } from "../lib/checks.mjs";

export async function tell(world) {
  const pool = await world.pool({ mfa: "ON", factors: ["SMS", "TOTP", "EMAIL"] });
  await selectsTotp(world, pool);
  await selectsEmail(world, pool);
}

async function selectsTotp(world, pool) {
  const bob = await world.user(pool, { name: "bob" });
  open(world, pool);
  equal("TOTP and e-mail are offered", await offered(bob), ["EMAIL", "TOTP"]);
  await refused("SMS cannot be set up at sign-in", "SignInException", () => answer("SMS"));
  const next = await answer("TOTP");
  equal("TOTP is selected", next.signInStep, "CONTINUE_SIGN_IN_WITH_TOTP_SETUP");
  const app = new Authenticator(next.totpSetupDetails.sharedSecret);
  equal("its first code signs in", await answer(await app.code()), { signInStep: "DONE" });
  equal("and it is enabled", (await preferences()).enabled, ["TOTP"]);
  await auth.signOut();
  equal("the choice is made for good", await signIn(bob), {
    signInStep: "CONFIRM_SIGN_IN_WITH_TOTP_CODE",
  });
  equal("the next code", await answer(await app.code()), { signInStep: "DONE" });
}

async function selectsEmail(world, pool) {
  const eve = await world.user(pool, { name: "eve" });
  open(world, pool);
  world.outbox.forget();
  equal("the next user has the choice, too", await offered(eve), ["EMAIL", "TOTP"]);
  equal("e-mail is selected", await answer("EMAIL"), {
    signInStep: "CONTINUE_SIGN_IN_WITH_EMAIL_SETUP",
  });
  equal("the address is given", await answer("eve@example.org"), {
    signInStep: "CONFIRM_SIGN_IN_WITH_EMAIL_CODE",
    codeDeliveryDetails: { deliveryMedium: "EMAIL", destination: "e***@e***" },
  });
  const code = await world.outbox.code("eve@example.org");
  equal("its code signs in", await answer(code), { signInStep: "DONE" });
  equal("and it is enabled", (await preferences()).enabled, ["EMAIL"]);
}

async function offered(user) {
  const next = await signIn(user);
  equal("the set-up is asked for", next.signInStep, "CONTINUE_SIGN_IN_WITH_MFA_SETUP_SELECTION");
  return [...next.allowedMFATypes].sort();
}
