// Passwords are changed with the old one, and reset with a code.
import * as auth from "aws-amplify/auth";
import { enrol, open, signIn } from "../lib/app.mjs";
import { equal, refused } from "../lib/checks.mjs";
import { otherThan } from "../lib/outbox.mjs";
import { freshPassword } from "../lib/world.mjs";

export async function tell(world) {
  const pool = await world.pool();
  const alice = await world.user(pool, { name: "alice", email: "alice@example.com" });
  open(world, pool);
  await changed(alice);
  await reset(world, pool, alice);
}

async function changed(alice) {
  await signIn(alice);
  const newPassword = freshPassword();
  await refused("a change with a wrong password", "NotAuthorizedException", () =>
    auth.updatePassword({ oldPassword: freshPassword(), newPassword }),
  );
  await refused("a change to a weak one", "InvalidPasswordException", () =>
    auth.updatePassword({ oldPassword: alice.password, newPassword: "weakweak" }),
  );
  await auth.updatePassword({ oldPassword: alice.password, newPassword });
  await auth.signOut();
  await refused("the old password", "NotAuthorizedException", () => signIn(alice));
  alice.password = newPassword;
  equal("the new one", (await signIn(alice)).signInStep, "DONE");
}

async function reset(world, pool, alice) {
  const app = await enrol();
  await auth.updateMFAPreference({ totp: "PREFERRED" });
  const { username } = alice;
  const other = open(world, pool);
  world.outbox.forget();
  equal("a code is sent", (await auth.resetPassword({ username })).nextStep, {
    resetPasswordStep: "CONFIRM_RESET_PASSWORD_WITH_CODE",
    codeDeliveryDetails: {
      deliveryMedium: "EMAIL",
      destination: "a***@e***",
      attributeName: "email",
    },
  });
  const code = await world.outbox.code(alice.email, "reset-password");
  const newPassword = freshPassword();
  const confirm = (confirmationCode, password) =>
    auth.confirmResetPassword({ username, confirmationCode, newPassword: password });
  await refused("a wrong code", "CodeMismatchException", () => confirm(otherThan(code), newPassword));
  await refused("a weak password", "InvalidPasswordException", () => confirm(code, "weakweak"));
  await confirm(code, newPassword);
  // A client that does not tell who exists does not tell either whether a code was sent.
  await refused("the code, once more", "CodeMismatchException", () => confirm(code, freshPassword()));
  await refused("the password of before", "NotAuthorizedException", () => signIn(alice));
  other.takeUp();
  const next = await signIn({ username, password: newPassword });
  equal("a reset does not skip MFA", next.signInStep, "CONFIRM_SIGN_IN_WITH_TOTP_CODE");
  const { isSignedIn } = await auth.confirmSignIn({ challengeResponse: await app.code() });
  equal("the authenticator still serves", isSignedIn, true);
  await refused("without a code nothing is reset", "CodeMismatchException", () =>
    confirm("123456", freshPassword()),
  );
}
