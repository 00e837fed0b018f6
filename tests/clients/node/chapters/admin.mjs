// The admin side, over the AWS SDK: pools, clients and users are made, listed, changed and
// deleted; and whoever does not sign, or signs wrongly, is refused.
import { equal, holds, refused } from "../lib/checks.mjs";
import { freshPassword, mfaConfig, sdk } from "../lib/world.mjs";
import * as aws from "@aws-sdk/client-cognito-identity-provider";

export async function tell(world) {
  const poolId = await pools(world);
  await clients(world, poolId);
  await users(world, poolId);
  await signatures(world, poolId);
}

async function pools(world) {
  const made = await world.send("CreateUserPool", { PoolName: "admin story" });
  const { Id: id } = made.UserPool;
  holds("a pool's id has the form that Amplify takes apart", /^[\w-]+_[0-9a-zA-Z]+$/.test(id), id);
  const pool = { UserPoolId: id };
  const described = (await world.send("DescribeUserPool", pool)).UserPool;
  equal("a pool is described", [described.Id, described.Name, described.MfaConfiguration], [
    id,
    "admin story",
    "OFF",
  ]);
  holds("its times are times", described.CreationDate instanceof Date);
  await world.send("SetUserPoolMfaConfig", mfaConfig(id, "OPTIONAL", ["TOTP", "EMAIL"]));
  const mfa = await world.send("GetUserPoolMfaConfig", pool);
  equal("its MFA is configured", [mfa.MfaConfiguration, mfa.SoftwareTokenMfaConfiguration], [
    "OPTIONAL",
    { Enabled: true },
  ]);
  equal("and no text message", [mfa.SmsMfaConfiguration, mfa.EmailMfaConfiguration], [undefined, {}]);
  await refused("MFA without a factor", "InvalidParameterException", () =>
    world.send("SetUserPoolMfaConfig", { ...pool, MfaConfiguration: "ON" }),
  );
  await world.send("CreateUserPool", { PoolName: "another" });
  const names = await everyPage(world, "ListUserPools", {}, "UserPools", "Name");
  equal("pools are listed page by page", ["admin story", "another"].every((name) => names.includes(name)), true);
  await refused("a pool that does not exist", "ResourceNotFoundException", () =>
    world.send("DescribeUserPool", { UserPoolId: "local_NoSuchPool" }),
  );
  await refused("a pool without a name", "InvalidParameterException", () =>
    world.send("CreateUserPool", { PoolName: "" }),
  );
  return id;
}

async function clients(world, poolId) {
  const settings = {
    UserPoolId: poolId,
    ClientName: "web",
    ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    PreventUserExistenceErrors: "ENABLED",
    AccessTokenValidity: 10,
    TokenValidityUnits: { AccessToken: "minutes" },
    AuthSessionValidity: 5,
  };
  const { ClientId: id } = (await world.send("CreateUserPoolClient", settings)).UserPoolClient;
  const client = { UserPoolId: poolId, ClientId: id };
  const described = (await world.send("DescribeUserPoolClient", client)).UserPoolClient;
  const { AccessTokenValidity, AuthSessionValidity, ClientName, ClientSecret } = described;
  equal("a client is described as it was made", { AccessTokenValidity, AuthSessionValidity, ClientName, ClientSecret }, {
    AccessTokenValidity: 10,
    AuthSessionValidity: 5,
    ClientName: "web",
  });
  equal("its flows, too", [...described.ExplicitAuthFlows].sort(), [...settings.ExplicitAuthFlows].sort());
  await world.client(poolId);
  const ids = await everyPage(world, "ListUserPoolClients", { UserPoolId: poolId }, "UserPoolClients", "ClientId");
  equal("clients are listed page by page", [ids.length, ids.includes(id)], [2, true]);
  const { UserPool: stranger } = await world.send("CreateUserPool", { PoolName: "stranger" });
  await refused("a client of another pool", "ResourceNotFoundException", () =>
    world.send("DescribeUserPoolClient", { ...client, UserPoolId: stranger.Id }),
  );
  await refused("a client for a pool that does not exist", "ResourceNotFoundException", () =>
    world.send("CreateUserPoolClient", { ...settings, UserPoolId: "local_NoSuchPool" }),
  );
}

async function users(world, poolId) {
  const user = { UserPoolId: poolId, Username: "alice" };
  const email = "alice@example.com";
  const made = await world.send("AdminCreateUser", {
    ...user,
    TemporaryPassword: freshPassword(),
    MessageAction: "SUPPRESS",
    UserAttributes: [{ Name: "email", Value: email }, { Name: "email_verified", Value: "true" }],
  });
  equal("a user is made", [made.User.Username, made.User.UserStatus, made.User.Enabled], [
    "alice",
    "FORCE_CHANGE_PASSWORD",
    true,
  ]);
  await refused("not twice", "UsernameExistsException", () => world.send("AdminCreateUser", user));
  await refused("a weak password", "InvalidPasswordException", () =>
    world.send("AdminSetUserPassword", { ...user, Password: "weakweak", Permanent: true }),
  );
  await world.send("AdminSetUserPassword", { ...user, Password: freshPassword(), Permanent: true });
  const seen = await world.send("AdminGetUser", user);
  equal("a permanent password confirms", seen.UserStatus, "CONFIRMED");
  const attributes = Object.fromEntries(seen.UserAttributes.map(({ Name, Value }) => [Name, Value]));
  equal("the attributes are kept", [attributes.email, attributes.email_verified], [email, "true"]);
  holds("and there is a subject", /^[0-9a-f-]{36}$/.test(attributes.sub));

  await world.send("AdminSetUserMFAPreference", {
    ...user,
    EmailMfaSettings: { Enabled: true, PreferredMfa: true },
  });
  const { UserMFASettingList, PreferredMfaSetting } = await world.send("AdminGetUser", user);
  equal("preferences are set", [UserMFASettingList, PreferredMfaSetting], [["EMAIL_OTP"], "EMAIL_OTP"]);
  await refused("but not what is not set up", "InvalidParameterException", () =>
    world.send("AdminSetUserMFAPreference", { ...user, SoftwareTokenMfaSettings: { Enabled: true } }),
  );
  for (const name of ["bob", "carol"]) {
    await world.send("AdminCreateUser", { ...user, Username: name, MessageAction: "SUPPRESS" });
  }
  const listed = await usersByPage(world, poolId);
  equal("users are listed page by page", listed.sort(), ["alice", "bob", "carol"]);
  await world.send("AdminDeleteUser", { ...user, Username: "bob" });
  await refused("a deleted user is gone", "UserNotFoundException", () =>
    world.send("AdminGetUser", { ...user, Username: "bob" }),
  );
  await refused("and cannot be deleted twice", "UserNotFoundException", () =>
    world.send("AdminDeleteUser", { ...user, Username: "bob" }),
  );
}

async function signatures(world, poolId) {
  const pool = { UserPoolId: poolId };
  await refused("an unsigned admin call", "MissingAuthenticationTokenException", () =>
    world.ask("DescribeUserPool", pool),
  );
  const describe = (accessKey, settings) =>
    sdk(world.endpoint, accessKey, settings).send(new aws.DescribeUserPoolCommand(pool));
  const [id] = process.env.COUNTERSIGN_ACCESS_KEY.split(":");
  await refused("a wrong secret", "InvalidSignatureException", () => describe(`${id}:wrong-secret`));
  await refused("an unknown key", "UnrecognizedClientException", () => describe("NOBODY:wrong-secret"));
  const key = process.env.COUNTERSIGN_ACCESS_KEY;
  await refused("a signature of an hour ago", "InvalidSignatureException", () =>
    stale(world, key, pool),
  );
  const { Id } = (await world.send("CreateUserPool", { PoolName: "still" })).UserPool;
  holds("the right key still serves", Id);
}

/** The SDK corrects its clock by the server's answers, so a stale request is sent just once. */
async function stale(world, accessKey, pool) {
  const hour = 3_600_000;
  const client = sdk(world.endpoint, accessKey, { systemClockOffset: -hour, maxAttempts: 1 });
  await client.send(new aws.DescribeUserPoolCommand(pool));
}

async function everyPage(world, operation, input, list, member) {
  const found = [];
  let token;
  do {
    const page = await world.send(operation, { ...input, MaxResults: 1, NextToken: token });
    found.push(...page[list].map((item) => item[member]));
    token = page.NextToken;
  } while (token);
  return found;
}

async function usersByPage(world, poolId) {
  const found = [];
  let token;
  do {
    const page = await world.send("ListUsers", { UserPoolId: poolId, Limit: 2, PaginationToken: token });
    found.push(...page.Users.map(({ Username }) => Username));
    token = page.PaginationToken;
  } while (token);
  return found;
}
