// The home of worlds: pools, clients and users, made over the admin API by the AWS SDK.
import * as aws from "@aws-sdk/client-cognito-identity-provider";
import { randomBytes } from "node:crypto";
import { Outbox } from "./outbox.mjs";
import { keepSecret } from "./wire.mjs";

export const REGION = "us-east-1";
const [FLOWS, FACTORS] = [
  ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
  ["SMS", "TOTP", "EMAIL"],
];

export class World {
  constructor(endpoint, accessKey, outboxFile) {
    this.endpoint = endpoint;
    this.outbox = new Outbox(outboxFile);
    this.admin = sdk(endpoint, accessKey);
    /** The SDK without credentials, for user operations that Amplify keeps to itself. */
    this.anyone = sdk(endpoint, undefined);
  }

  /** A world as the environment describes it. */
  static fromEnvironment() {
    const names = ["COUNTERSIGN_ENDPOINT", "COUNTERSIGN_ACCESS_KEY", "COUNTERSIGN_OUTBOX"];
    const values = names.map((name) => process.env[name]);
    const missing = names.filter((_, index) => !values[index]);
    if (missing.length > 0) {
      throw new Error(`${missing.join(", ")}: not set; \`cargo xtask test\` starts this story`);
    }
    return new World(...values);
  }

  /** A pool with these factors, and a client of it. */
  async pool({ mfa = "OPTIONAL", factors = FACTORS, client = {}, ...settings } = {}) {
    const { UserPool: pool } = await this.send("CreateUserPool", {
      PoolName: `pool ${randomBytes(4).toString("hex")}`,
      AutoVerifiedAttributes: ["email"],
      ...settings,
    });
    await this.send("SetUserPoolMfaConfig", mfaConfig(pool.Id, mfa, factors));
    return { id: pool.Id, clientId: await this.client(pool.Id, client) };
  }

  /** A client of the pool, with SRP and password flows. */
  async client(poolId, settings = {}) {
    const answer = await this.send("CreateUserPoolClient", {
      UserPoolId: poolId,
      ClientName: "story",
      ExplicitAuthFlows: FLOWS,
      ...settings,
    });
    return answer.UserPoolClient.ClientId;
  }

  /** A user who can sign in, with these attributes, which count as verified. */
  async user(pool, { email, phone, temporary = false, name = "user" } = {}) {
    const username = `${name}-${randomBytes(4).toString("hex")}`;
    const password = freshPassword();
    await this.send("AdminCreateUser", {
      UserPoolId: pool.id,
      Username: username,
      TemporaryPassword: temporary ? password : undefined,
      MessageAction: "SUPPRESS",
      UserAttributes: attributes(email, phone),
    });
    if (!temporary) {
      await this.send("AdminSetUserPassword", {
        UserPoolId: pool.id,
        Username: username,
        Password: password,
        Permanent: true,
      });
    }
    return { username, password, email, phone };
  }

  /** Sends one admin operation, signed. */
  send(operation, input) {
    return this.admin.send(new aws[`${operation}Command`](input));
  }

  /** Sends one user operation, unsigned. */
  ask(operation, input) {
    return this.anyone.send(new aws[`${operation}Command`](input));
  }
}

/** A client of the SDK that signs with the key `ID:SECRET`, or not at all. */
export function sdk(endpoint, accessKey, settings = {}) {
  const [accessKeyId, secretAccessKey] = (accessKey ?? "anyone:anyone").split(":");
  const unsigned = accessKey === undefined && {
    httpAuthSchemeProvider: () => [{ schemeId: "smithy.api#noAuth" }],
  };
  return new aws.CognitoIdentityProviderClient({
    endpoint,
    region: REGION,
    credentials: { accessKeyId, secretAccessKey },
    ...unsigned,
    ...settings,
  });
}

export function freshPassword() {
  const password = `Pass-${randomBytes(9).toString("hex")}-9x`;
  keepSecret("Password", password);
  return password;
}

/** What `SetUserPoolMfaConfig` takes. */
export function mfaConfig(poolId, mfa, factors) {
  const role = "arn:aws:iam::000000000000:role/sms";
  return {
    UserPoolId: poolId,
    MfaConfiguration: mfa,
    SoftwareTokenMfaConfiguration: factors.includes("TOTP") ? { Enabled: true } : undefined,
    SmsMfaConfiguration: factors.includes("SMS")
      ? { SmsConfiguration: { SnsCallerArn: role } }
      : undefined,
    EmailMfaConfiguration: factors.includes("EMAIL") ? {} : undefined,
  };
}

function attributes(email, phone) {
  const list = [];
  if (email) {
    list.push({ Name: "email", Value: email }, { Name: "email_verified", Value: "true" });
  }
  if (phone) {
    list.push({ Name: "phone_number", Value: phone });
    list.push({ Name: "phone_number_verified", Value: "true" });
  }
  return list;
}
