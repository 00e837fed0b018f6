// A user made by an administrator chooses a password of their own, then goes on to MFA.
import * as auth from "aws-amplify/auth";
import { answer, open, signIn } from "../lib/app.mjs";
import { Authenticator } from "../lib/authenticator.mjs";
import { equal, refused } from "../lib/checks.mjs";
import { freshPassword } from "../lib/world.mjs";

const STEP = "CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED";

export async function tell(world) {
  const pool = await world.pool();
  const norma = await world.user(pool, { name: "norma", email: "norma@example.com", temporary: true });
  const state = async () => {
    const user = { UserPoolId: pool.id, Username: norma.username };
    return (await world.send("AdminGetUser", user)).UserStatus;
  };
  equal("her password is temporary", await state(), "FORCE_CHANGE_PASSWORD");
  open(world, pool);
  const next = await signIn(norma);
  equal("a new password is asked for", [next.signInStep, next.missingAttributes], [STEP, []]);
  await refused("one that is too weak", "InvalidPasswordException", () => answer("weakweak"));
  const own = freshPassword();
  const userAttributes = { name: "Norma" };
  equal("a good one, with a name", await answer(own, { userAttributes }), { signInStep: "DONE" });
  equal("she is confirmed", await state(), "CONFIRMED");
  equal("her name is kept", (await auth.fetchUserAttributes()).name, "Norma");
  await auth.signOut();
  await refused("the temporary password", "NotAuthorizedException", () => signIn(norma));
  equal("her own", (await signIn({ ...norma, password: own })).signInStep, "DONE");
  await thenMfa(world);
}

/** The new password comes first, the factor after it, and only then is the user signed in. */
async function thenMfa(world) {
  const pool = await world.pool({ mfa: "ON", factors: ["TOTP"] });
  const otto = await world.user(pool, { name: "otto", temporary: true });
  const laptop = open(world, pool);
  equal("where MFA is required, too", (await signIn(otto)).signInStep, STEP);
  const next = await answer(freshPassword());
  equal("the set-up follows", next.signInStep, "CONTINUE_SIGN_IN_WITH_TOTP_SETUP");
  equal("nobody is signed in yet", laptop.token("accessToken"), undefined);
  const app = new Authenticator(next.totpSetupDetails.sharedSecret);
  equal("its first code signs in", await answer(await app.code()), { signInStep: "DONE" });
}
