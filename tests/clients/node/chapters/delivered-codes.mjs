// Sign-in with codes that are delivered, by text message and by e-mail.
import * as auth from "aws-amplify/auth";
import { answer, open, signIn } from "../lib/app.mjs";
import { equal, holds, refused } from "../lib/checks.mjs";
import { otherThan } from "../lib/outbox.mjs";

const MEDIA = [
  {
    factor: "sms",
    step: "CONFIRM_SIGN_IN_WITH_SMS_CODE",
    delivery: { deliveryMedium: "SMS", destination: "+*******0100" },
    to: ({ phone }) => phone,
  },
  {
    factor: "email",
    step: "CONFIRM_SIGN_IN_WITH_EMAIL_CODE",
    delivery: { deliveryMedium: "EMAIL", destination: "a***@e***" },
    to: ({ email }) => email,
  },
];

export async function tell(world) {
  const pool = await world.pool();
  for (const medium of MEDIA) {
    await oneMedium(world, pool, medium);
  }
  await crossed(world, pool);
}

async function oneMedium(world, pool, { factor, step, delivery, to }) {
  const alice = await alicia(world, pool);
  open(world, pool);
  equal(`${factor}: not asked for before it is enabled`, (await signIn(alice)).signInStep, "DONE");
  await auth.updateMFAPreference({ [factor]: "PREFERRED" });
  await auth.signOut();
  world.outbox.forget();

  const challenge = { signInStep: step, codeDeliveryDetails: delivery };
  equal(`${factor}: the code is on its way`, await signIn(alice), challenge);
  const first = await world.outbox.code(to(alice), "sign-in");
  holds(`${factor}: it has six digits`, /^[0-9]{6}$/.test(first));
  await refused(`${factor}: a wrong code`, "CodeMismatchException", () => answer(otherThan(first)));
  await refused(`${factor}: a malformed code`, "InvalidParameterException", () => answer("no code"));
  equal(`${factor}: the right code`, await answer(first), { signInStep: "DONE" });
  equal(`${factor}: no more was sent`, world.outbox.waiting(to(alice)), 0);

  open(world, pool);
  equal(`${factor}: the next sign-in sends another`, await signIn(alice), challenge);
  const second = await world.outbox.code(to(alice), "sign-in");
  if (first !== second) {
    await refused(`${factor}: the code of before`, "CodeMismatchException", () => answer(first));
  }
  await signIn(alice);
  const third = await world.outbox.code(to(alice), "sign-in");
  if (second !== third) {
    await refused(`${factor}: a new code voids the old`, "CodeMismatchException", () =>
      answer(second),
    );
  }
  equal(`${factor}: the newest code`, await answer(third), { signInStep: "DONE" });
}

/** A code of one user or medium is worth nothing for another. */
async function crossed(world, pool) {
  const [alice, bob] = [await alicia(world, pool), await alicia(world, pool, "+15555550199")];
  for (const user of [alice, bob]) {
    open(world, pool);
    await signIn(user);
    await auth.updateMFAPreference({ sms: "PREFERRED", email: "ENABLED" });
  }
  world.outbox.forget();
  open(world, pool);
  await signIn(bob);
  const bobs = await world.outbox.code(bob.phone, "sign-in");
  await signIn(alice);
  const alices = await world.outbox.code(alice.phone, "sign-in");
  if (bobs !== alices) {
    await refused("another user's code", "CodeMismatchException", () => answer(bobs));
  }
  equal("her own", await answer(alices), { signInStep: "DONE" });
}

function alicia(world, pool, phone = "+15555550100") {
  return world.user(pool, { name: "alice", email: "alice@example.com", phone });
}
