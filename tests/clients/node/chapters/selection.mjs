// Several factors and none preferred: the user selects one at sign-in.
import * as auth from "aws-amplify/auth";
import { answer, enrol, open, signIn } from "../lib/app.mjs";
import { equal, refused } from "../lib/checks.mjs";

export async function tell(world) {
  const pool = await world.pool();
  const alice = await world.user(pool, {
    name: "alice",
    email: "alice@example.com",
    phone: "+15555550100",
  });
  open(world, pool);
  await signIn(alice);
  const app = await enrol();

  await enable({ sms: "ENABLED", totp: "ENABLED", email: "DISABLED" });
  equal("two of three are offered", await step(alice), selection(["SMS", "TOTP"]));
  await refused("one that is not offered", "InvalidParameterException", () => answer("EMAIL"));
  await refused("one that does not exist", "IncorrectMFAMethod", () => answer("PIGEON"));
  equal("TOTP is selected", await answer("TOTP"), { signInStep: "CONFIRM_SIGN_IN_WITH_TOTP_CODE" });
  equal("its code signs in", await answer(await app.code()), { signInStep: "DONE" });

  await enable({ sms: "ENABLED", totp: "ENABLED", email: "ENABLED" });
  world.outbox.forget();
  equal("three of three", await step(alice), selection(["EMAIL", "SMS", "TOTP"]));
  equal("nothing is sent before the selection", world.outbox.waiting(alice.phone), 0);
  equal("SMS is selected", await answer("SMS"), {
    signInStep: "CONFIRM_SIGN_IN_WITH_SMS_CODE",
    codeDeliveryDetails: { deliveryMedium: "SMS", destination: "+*******0100" },
  });
  await refused("a code of another factor", "CodeMismatchException", async () =>
    answer(await app.code()),
  );
  const message = await world.outbox.code(alice.phone, "sign-in");
  equal("its code signs in", await answer(message), { signInStep: "DONE" });

  await auth.signOut();
  await signIn(alice);
  equal("e-mail is selected", await answer("EMAIL"), {
    signInStep: "CONFIRM_SIGN_IN_WITH_EMAIL_CODE",
    codeDeliveryDetails: { deliveryMedium: "EMAIL", destination: "a***@e***" },
  });
  const mail = await world.outbox.code(alice.email, "sign-in");
  equal("its code signs in", await answer(mail), { signInStep: "DONE" });

  await enable({ email: "PREFERRED" });
  equal("a preference ends the selection", (await step(alice)).signInStep, "CONFIRM_SIGN_IN_WITH_EMAIL_CODE");
}

async function enable(update) {
  await auth.updateMFAPreference(update);
  await auth.signOut();
}

/** The next step after the password, the offered factors in alphabetical order. */
async function step(user) {
  const next = await signIn(user);
  return next.allowedMFATypes
    ? { ...next, allowedMFATypes: [...next.allowedMFATypes].sort() }
    : next;
}

function selection(allowedMFATypes) {
  return { signInStep: "CONTINUE_SIGN_IN_WITH_MFA_SELECTION", allowedMFATypes };
}
