// Pools that require MFA by e-mail: for a user with an address, and for one without.
import * as auth from "aws-amplify/auth";
import { answer, open, preferences, signIn } from "../lib/app.mjs";
import { equal, holds, refused } from "../lib/checks.mjs";
import { otherThan } from "../lib/outbox.mjs";

const STEP = "CONFIRM_SIGN_IN_WITH_EMAIL_CODE";

export async function tell(world) {
  const pool = await world.pool({ mfa: "ON", factors: ["EMAIL"] });
  await withAddress(world, pool);
  await withoutAddress(world, pool);
  await withNumber(world);
}

async function withAddress(world, pool) {
  const alice = await world.user(pool, { name: "alice", email: "alice@example.com" });
  open(world, pool);
  world.outbox.forget();
  equal("the address on file is used", await signIn(alice), {
    signInStep: STEP,
    codeDeliveryDetails: { deliveryMedium: "EMAIL", destination: "a***@e***" },
  });
  const code = await world.outbox.code(alice.email, "sign-in");
  await refused("a wrong code", "CodeMismatchException", () => answer(otherThan(code)));
  equal("the right code", await answer(code), { signInStep: "DONE" });
  equal("then e-mail shows as enabled", (await preferences()).enabled, ["EMAIL"]);
}

async function withoutAddress(world, pool) {
  const eve = await world.user(pool, { name: "eve" });
  const laptop = open(world, pool);
  world.outbox.forget();
  equal("without one, an address is asked for", await signIn(eve), {
    signInStep: "CONTINUE_SIGN_IN_WITH_EMAIL_SETUP",
  });
  await refused("a malformed address", "InvalidParameterException", () => answer("eve@@example"));
  const address = "eve@example.com";
  equal("a code goes to the new address", await answer(address), {
    signInStep: STEP,
    codeDeliveryDetails: { deliveryMedium: "EMAIL", destination: "e***@e***" },
  });
  const code = await world.outbox.code(address);
  await refused("a wrong code", "CodeMismatchException", () => answer(otherThan(code)));
  holds("nobody is signed in yet", laptop.token("accessToken") === undefined);
  equal("the right code sets up and signs in", await answer(code), { signInStep: "DONE" });
  const { email, email_verified: verified } = await auth.fetchUserAttributes();
  equal("the address is kept, as verified", [email, verified], [address, "true"]);
  equal("e-mail shows as enabled", (await preferences()).enabled, ["EMAIL"]);
  await auth.signOut();
  equal("from now on it is asked for", (await signIn(eve)).signInStep, STEP);
}

/** A pool that requires MFA uses a number on file, too. */
async function withNumber(world) {
  const pool = await world.pool({ mfa: "ON", factors: ["SMS", "TOTP"] });
  const bob = await world.user(pool, { name: "bob", phone: "+15555550142" });
  open(world, pool);
  world.outbox.forget();
  equal("a number on file is used", await signIn(bob), {
    signInStep: "CONFIRM_SIGN_IN_WITH_SMS_CODE",
    codeDeliveryDetails: { deliveryMedium: "SMS", destination: "+*******0142" },
  });
  const code = await world.outbox.code(bob.phone, "sign-in");
  equal("its code signs in", await answer(code), { signInStep: "DONE" });
  equal("then SMS shows as enabled", (await preferences()).enabled, ["SMS"]);
}
