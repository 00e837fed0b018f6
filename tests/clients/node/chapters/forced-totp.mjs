// A pool that requires MFA and has TOTP alone: the first sign-in sets it up.
import * as auth from "aws-amplify/auth";
import { answer, open, preferences, signIn } from "../lib/app.mjs";
import { Authenticator } from "../lib/authenticator.mjs";
import { equal, holds, refused } from "../lib/checks.mjs";

export async function tell(world) {
  const pool = await world.pool({ mfa: "ON", factors: ["TOTP"] });
  const alice = await world.user(pool, { name: "alice" });
  const laptop = open(world, pool);
  const abandoned = await signIn(alice);
  equal("the set-up is asked for", abandoned.signInStep, "CONTINUE_SIGN_IN_WITH_TOTP_SETUP");
  const next = await signIn(alice);
  const details = next.totpSetupDetails;
  holds("each sign-in has its own secret", details.sharedSecret !== abandoned.totpSetupDetails.sharedSecret);
  const app = Authenticator.scan(details.getSetupUri("My App", alice.username).toString());
  equal("the setup URI carries the secret", app.secret, details.sharedSecret);

  await refused("a wrong code", "EnableSoftwareTokenMFAException", () => answer(app.wrongCode()));
  await refused("too few digits", "InvalidParameterException", () => answer("12345"));
  await refused("letters are stopped by the client", "SignInException", () => answer("letters"));
  const stale = new Authenticator(abandoned.totpSetupDetails.sharedSecret);
  await refused("a code of the abandoned secret", "EnableSoftwareTokenMFAException", async () =>
    answer(await stale.code()),
  );
  holds("nobody is signed in yet", laptop.token("accessToken") === undefined);
  equal("the right code sets up and signs in", await answer(await app.code()), { signInStep: "DONE" });
  holds("now somebody is", laptop.token("accessToken") !== undefined);
  const { enabled } = await preferences();
  equal("it shows as enabled", enabled, ["TOTP"]);

  await auth.signOut();
  equal("from now on it is asked for", await signIn(alice), {
    signInStep: "CONFIRM_SIGN_IN_WITH_TOTP_CODE",
  });
  await refused("the code spent in the set-up", "ExpiredCodeException", () => answer(app.lastCode()));
  equal("the next code", await answer(await app.code()), { signInStep: "DONE" });
  await refused("an abandoned set-up cannot be gone on with", "NotAuthorizedException", () =>
    world.ask("AssociateSoftwareToken", { Session: "made-up-session-of-nobody" }),
  );
}
