// The home of the app that uses Amplify: which pool it is configured for, and on which device it
// runs.
import { Amplify } from "aws-amplify";
import * as auth from "aws-amplify/auth";
import { cognitoUserPoolsTokenProvider } from "aws-amplify/auth/cognito";
import { Authenticator } from "./authenticator.mjs";

/** Configures Amplify for a pool, on a device on which nobody is signed in. */
export function open(world, pool) {
  const warn = console.warn;
  // Amplify warns of every endpoint that is not Amazon's own.
  console.warn = () => {};
  Amplify.configure({
    Auth: {
      Cognito: {
        userPoolId: pool.id,
        userPoolClientId: pool.clientId,
        userPoolEndpoint: world.endpoint,
      },
    },
  });
  console.warn = warn;
  return new Device();
}

/** A device: its tokens stay on it when another one is taken up. */
export class Device {
  #held = new Map();

  constructor() {
    this.takeUp();
  }

  takeUp() {
    const held = this.#held;
    cognitoUserPoolsTokenProvider.setKeyValueStorage({
      setItem: async (key, value) => void held.set(key, value),
      getItem: async (key) => held.get(key) ?? null,
      removeItem: async (key) => void held.delete(key),
      clear: async () => held.clear(),
    });
  }

  /** The token whose name ends like this, such as `refreshToken`. */
  token(name) {
    const entry = [...this.#held].find(([key]) => key.endsWith(`.${name}`));
    return entry?.[1];
  }
}

/** Signs in with the default flow, SRP, and gives the next step. */
export async function signIn({ username, password }) {
  const answer = await auth.signIn({ username, password });
  return answer.nextStep;
}

/** Answers a challenge and gives the next step. */
export async function answer(challengeResponse, options) {
  const result = await auth.confirmSignIn({ challengeResponse, options });
  return result.nextStep;
}

/** Sets up an authenticator for the user who is signed in. */
export async function enrol() {
  const details = await auth.setUpTOTP();
  const authenticator = Authenticator.scan(details.getSetupUri("Countersign").toString());
  await auth.verifyTOTPSetup({ code: await authenticator.code() });
  return authenticator;
}

/** The preferences, the enabled factors in alphabetical order. */
export async function preferences() {
  const { enabled, preferred } = await auth.fetchMFAPreference();
  return { enabled: enabled && [...enabled].sort(), preferred };
}
