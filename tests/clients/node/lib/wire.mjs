// The home of what goes over the wire: every request of the Amplify client is noted on its way,
// unchanged, so that attempts can be counted and secrets be searched for afterwards.
import { appendFileSync } from "node:fs";

const SECRETS = new Set([
  "AccessToken",
  "ConfirmationCode",
  "EMAIL_OTP_CODE",
  "IdToken",
  "NEW_PASSWORD",
  "PASSWORD",
  "PASSWORD_CLAIM_SIGNATURE",
  "Password",
  "PreviousPassword",
  "ProposedPassword",
  "RefreshToken",
  "SMS_MFA_CODE",
  "SOFTWARE_TOKEN_MFA_CODE",
  "SecretCode",
  "Session",
  "Token",
  "UserCode",
  "Code",
]);

/** The operations asked for since the list was last emptied. */
export const requests = [];

/** Notes every request that goes through `fetch`. */
export function listen() {
  const send = globalThis.fetch;
  globalThis.fetch = async (address, options) => {
    const target = new Headers(options?.headers).get("x-amz-target");
    if (target !== null) {
      requests.push(target.split(".").at(-1));
      note(options.body);
    }
    const answer = await send(address, options);
    note(await answer.clone().text());
    return answer;
  };
}

/** Enters a secret in the list of what must not be found in logs and files. */
export function keepSecret(name, value) {
  const list = process.env.COUNTERSIGN_SECRETS;
  if (list && typeof value === "string" && value !== "") {
    appendFileSync(list, `${JSON.stringify({ name, value })}\n`);
  }
}

function note(body) {
  if (!process.env.COUNTERSIGN_SECRETS) {
    return;
  }
  try {
    JSON.parse(body, (name, value) => {
      if (SECRETS.has(name)) {
        keepSecret(name, value);
      }
      return value;
    });
  } catch {
    // Bodies that are not JSON carry no secrets of this story.
  }
}
