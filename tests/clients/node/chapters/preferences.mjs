// The preference truth table: every update from every state, compared with the documented rules.
import * as auth from "aws-amplify/auth";
import { enrol, open, preferences, signIn } from "../lib/app.mjs";
import { equal, refused } from "../lib/checks.mjs";
import * as table from "../lib/preference-table.mjs";

export async function tell(world) {
  const pool = await world.pool();
  open(world, pool);
  const alice = await world.user(pool, {
    name: "alice",
    email: "alice@example.com",
    phone: "+15555550100",
  });
  await signIn(alice);
  await enrol();
  await sixteen();
  for (const state of table.states()) {
    await everyUpdateFrom(state);
  }
  await withoutAddresses(world, pool);
  await asAdministrator(world, pool, alice);
}

/** The sixteen combinations for text message and authenticator, each a check of its own. */
async function sixteen() {
  const before = { enabled: ["totp"], preferred: "totp" };
  for (const update of table.updates(["sms", "totp"], table.VALUES)) {
    await auth.updateMFAPreference(table.leadingTo(before));
    const outcome = await applied(update);
    equal(`TOTP preferred, then ${table.shown(update)}`, outcome, expected(before, update));
  }
}

/** All 125 updates from one state: one check, which shows what differs. */
async function everyUpdateFrom(before) {
  const wrong = [];
  const updates = table.updates();
  for (const update of updates) {
    await auth.updateMFAPreference(table.leadingTo(before));
    const [actual, right] = [await applied(update), expected(before, update)];
    if (JSON.stringify(actual) !== JSON.stringify(right)) {
      wrong.push({ update: table.shown(update), actual, right });
    }
  }
  const { enabled, preferred = "none" } = before;
  const name = `[${enabled}], ${preferred} preferred: ${updates.length} updates`;
  equal(name, wrong, []);
}

/** What an update leads to: the error's name, if any, and the preferences fetched afterwards. */
async function applied(update) {
  let error;
  try {
    await auth.updateMFAPreference(update);
  } catch (refusal) {
    error = refusal.name;
  }
  const { enabled, preferred } = await preferences();
  return { error, enabled, preferred };
}

function expected(before, update) {
  const after = table.after(before, update);
  const error = after ? undefined : "InvalidParameterException";
  const { enabled, preferred } = table.asFetched(after ?? before);
  return { error, enabled, preferred };
}

/** What is not set up cannot be enabled, and then nothing else of the update happens either. */
async function withoutAddresses(world, pool) {
  open(world, pool);
  await signIn(await world.user(pool, { name: "bare" }));
  for (const factor of table.FACTORS) {
    for (const value of ["ENABLED", "PREFERRED", "NOT_PREFERRED"]) {
      await refused(`${factor} ${value}, not set up`, "InvalidParameterException", () =>
        auth.updateMFAPreference({ [factor]: value }),
      );
    }
  }
  await enrol();
  await refused("a text message beside TOTP, no number", "InvalidParameterException", () =>
    auth.updateMFAPreference({ totp: "PREFERRED", sms: "ENABLED" }),
  );
  equal("nothing of the refused update happened", await preferences(), {});
}

/** The administrator's operation follows the same table. */
async function asAdministrator(world, pool, { username }) {
  const user = { UserPoolId: pool.id, Username: username };
  const on = { Enabled: true, PreferredMfa: false };
  await world.send("AdminSetUserMFAPreference", {
    ...user,
    SMSMfaSettings: { Enabled: true, PreferredMfa: true },
    SoftwareTokenMfaSettings: on,
    EmailMfaSettings: { Enabled: false },
  });
  const seen = await world.send("AdminGetUser", user);
  equal("an administrator's update", [seen.UserMFASettingList.sort(), seen.PreferredMfaSetting], [
    ["SMS_MFA", "SOFTWARE_TOKEN_MFA"],
    "SMS_MFA",
  ]);
}
