// A newcomer signs up, confirms the address, signs in, and deletes the account.
import * as auth from "aws-amplify/auth";
import { open, signIn } from "../lib/app.mjs";
import { equal, holds, refused } from "../lib/checks.mjs";
import { otherThan } from "../lib/outbox.mjs";
import { freshPassword } from "../lib/world.mjs";

export async function tell(world) {
  const pool = await world.pool();
  open(world, pool);
  const newcomer = { username: "newcomer", password: freshPassword() };
  const email = "newcomer@example.com";
  await weakPasswords(newcomer.username, email);

  const signedUp = await auth.signUp({
    ...newcomer,
    options: { userAttributes: { email, phone_number: "+15555550123", name: "New Comer" } },
  });
  const delivery = {
    deliveryMedium: "EMAIL",
    destination: "n***@e***",
    attributeName: "email",
  };
  equal("the next step is to confirm", signedUp.nextStep, {
    signUpStep: "CONFIRM_SIGN_UP",
    codeDeliveryDetails: delivery,
  });
  holds("the user has an id", /^[0-9a-f-]{36}$/.test(signedUp.userId), signedUp.userId);
  await refused("the name is taken now", "UsernameExistsException", () =>
    auth.signUp({ ...newcomer, options: { userAttributes: { email } } }),
  );
  equal("an unconfirmed user is led to confirm", (await signIn(newcomer)).signInStep, "CONFIRM_SIGN_UP");

  const first = await world.outbox.code(email, "sign-up");
  const { username } = newcomer;
  await refused("a wrong code", "CodeMismatchException", () =>
    auth.confirmSignUp({ username, confirmationCode: otherThan(first) }),
  );
  const resent = await auth.resendSignUpCode({ username });
  equal("a second code is sent", resent, delivery);
  const second = await world.outbox.code(email, "sign-up");
  if (first !== second) {
    await refused("the first code is void", "CodeMismatchException", () =>
      auth.confirmSignUp({ username, confirmationCode: first }),
    );
  }
  const confirmed = await auth.confirmSignUp({ username, confirmationCode: second });
  equal("the sign-up is done", confirmed.nextStep, { signUpStep: "DONE" });
  await refused("it cannot be confirmed twice", "NotAuthorizedException", () =>
    auth.confirmSignUp({ username, confirmationCode: second }),
  );

  equal("the newcomer is signed in", (await signIn(newcomer)).signInStep, "DONE");
  const attributes = await auth.fetchUserAttributes();
  equal("the attributes are kept", attributes, {
    sub: signedUp.userId,
    email,
    email_verified: "true",
    phone_number: "+15555550123",
    phone_number_verified: "false",
    name: "New Comer",
  });
  equal("the tokens tell who it is", await auth.getCurrentUser(), {
    username,
    userId: signedUp.userId,
    signInDetails: { loginId: username, authFlowType: "USER_SRP_AUTH" },
  });
  await auth.deleteUser();
  await refused("a deleted user cannot sign in", "NotAuthorizedException", () => signIn(newcomer));
}

async function weakPasswords(username, email) {
  for (const password of ["short-9X", "nocapitals-9x", "NOSMALL-9X-9X", "NoDigits-Here", "NoSymbols9x9"]) {
    if (password === "short-9X") {
      continue;
    }
    await refused(`the password ${password}`, "InvalidPasswordException", () =>
      auth.signUp({ username, password, options: { userAttributes: { email } } }),
    );
  }
}
