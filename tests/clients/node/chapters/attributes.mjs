// A user changes attributes; a new address is verified by a code that is sent to it.
import * as auth from "aws-amplify/auth";
import { open, preferences, signIn } from "../lib/app.mjs";
import { equal, refused } from "../lib/checks.mjs";
import { otherThan } from "../lib/outbox.mjs";

export async function tell(world) {
  const pool = await world.pool();
  const alice = await world.user(pool, { name: "alice", email: "alice@example.com" });
  open(world, pool);
  await signIn(alice);
  const named = await auth.updateUserAttributes({ userAttributes: { name: "Alice" } });
  equal("a name changes at once", named.name, {
    isUpdated: true,
    nextStep: { updateAttributeStep: "DONE" },
  });

  world.outbox.forget();
  const address = "carol@example.org";
  const changed = await auth.updateUserAttributes({ userAttributes: { email: address } });
  equal("an address has to be confirmed", changed.email.nextStep, {
    updateAttributeStep: "CONFIRM_ATTRIBUTE_WITH_CODE",
    codeDeliveryDetails: {
      deliveryMedium: "EMAIL",
      destination: "c***@e***",
      attributeName: "email",
    },
  });
  const confirm = (code) =>
    auth.confirmUserAttribute({ userAttributeKey: "email", confirmationCode: code });
  const first = await world.outbox.code(address, "verify-attribute");
  await refused("a wrong code", "CodeMismatchException", () => confirm(otherThan(first)));
  const sent = await auth.sendUserAttributeVerificationCode({ userAttributeKey: "email" });
  equal("another code can be sent", sent.destination, "c***@e***");
  const second = await world.outbox.code(address, "verify-attribute");
  await confirm(second);
  const attributes = await auth.fetchUserAttributes();
  equal("the address is verified", [attributes.email, attributes.email_verified, attributes.name], [
    address,
    "true",
    "Alice",
  ]);
  await refused("the code, once more", "ExpiredCodeException", () => confirm(second));

  await auth.updateMFAPreference({ email: "PREFERRED" });
  equal("it serves as a factor", await preferences(), { enabled: ["EMAIL"], preferred: "EMAIL" });
  await refused("an attribute that is not the user's", "InvalidParameterException", () =>
    auth.updateUserAttributes({ userAttributes: { email: "not an address" } }),
  );
  await refused("a number that is none", "InvalidParameterException", () =>
    auth.updateUserAttributes({ userAttributes: { phone_number: "555" } }),
  );
}
