// A signed-in user sets up an authenticator: wrong and malformed codes, the right one, a second
// authenticator in place of the first.
import * as auth from "aws-amplify/auth";
import { open, preferences, signIn } from "../lib/app.mjs";
import { Authenticator } from "../lib/authenticator.mjs";
import { equal, holds, refused } from "../lib/checks.mjs";

export async function tell(world) {
  const pool = await world.pool();
  const alice = await world.user(pool, { name: "alice" });
  open(world, pool);
  equal("without MFA the password suffices", (await signIn(alice)).signInStep, "DONE");
  equal("nothing is enabled", await preferences(), {});
  await refused("TOTP before it is set up", "InvalidParameterException", () =>
    auth.updateMFAPreference({ totp: "PREFERRED" }),
  );
  await refused("a code before the set-up", "SoftwareTokenMFANotFoundException", () =>
    auth.verifyTOTPSetup({ code: "123456" }),
  );

  const details = await auth.setUpTOTP();
  holds("the secret has 160 bits in base32", /^[A-Z2-7]{32}$/.test(details.sharedSecret));
  const uri = details.getSetupUri("My App", alice.username).toString();
  const app = Authenticator.scan(uri);
  equal("the setup URI can be scanned", [app.secret, app.issuer, app.label], [
    details.sharedSecret,
    "My App",
    `My App:${alice.username}`,
  ]);
  for (const code of ["abcdef", "12345", "1234567", "12 456", "１２３４５６"]) {
    await refused(`the code "${code}"`, "InvalidParameterException", () =>
      auth.verifyTOTPSetup({ code }),
    );
  }
  await refused("a wrong code", "EnableSoftwareTokenMFAException", () =>
    auth.verifyTOTPSetup({ code: app.wrongCode() }),
  );
  await auth.verifyTOTPSetup({ code: await app.code(), options: { friendlyDeviceName: "phone" } });
  equal("a verified authenticator is not enabled by that", await preferences(), {});
  await auth.updateMFAPreference({ totp: "PREFERRED" });
  equal("now it can be", await preferences(), { enabled: ["TOTP"], preferred: "TOTP" });

  await replace(world, pool, alice, app);
}

/** A second authenticator takes the first one's place when it is verified, and no sooner. */
async function replace(world, pool, alice, first) {
  const second = Authenticator.scan((await auth.setUpTOTP()).getSetupUri("App").toString());
  holds("each set-up has a secret of its own", second.secret !== first.secret);
  const phone = open(world, pool);
  equal("the first one is asked for", (await signIn(alice)).signInStep, "CONFIRM_SIGN_IN_WITH_TOTP_CODE");
  const challenge = (code) => auth.confirmSignIn({ challengeResponse: code });
  await refused("the one that is not verified", "CodeMismatchException", async () =>
    challenge(await second.code()),
  );
  equal("the first one still serves", (await challenge(await first.code())).isSignedIn, true);

  await refused("another session's set-up", "SoftwareTokenMFANotFoundException", async () =>
    auth.verifyTOTPSetup({ code: await second.code() }),
  );
  const third = new Authenticator((await auth.setUpTOTP()).sharedSecret);
  await auth.verifyTOTPSetup({ code: await third.code() });
  equal("the replacement is enabled as before", await preferences(), {
    enabled: ["TOTP"],
    preferred: "TOTP",
  });
  await auth.signOut();
  phone.takeUp();
  await signIn(alice);
  await refused("the first one, replaced", "CodeMismatchException", async () =>
    challenge(await first.code()),
  );
  equal("the replacement serves", (await challenge(await third.code())).isSignedIn, true);
}
