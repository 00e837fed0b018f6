// The home of the preference truth table, written from the rules that Amazon's clients and their
// tests document, and not from this server's code.

export const FACTORS = ["sms", "totp", "email"];
export const VALUES = ["ENABLED", "DISABLED", "PREFERRED", "NOT_PREFERRED"];

/** Every state: which factors are enabled, and which of them is preferred, if any. */
export function states(factors = FACTORS) {
  return subsets(factors).flatMap((enabled) =>
    [undefined, ...enabled].map((preferred) => ({ enabled, preferred })),
  );
}

/** Every update: each factor with each value, or left out. */
export function updates(factors = FACTORS, values = [undefined, ...VALUES]) {
  return factors.reduce(
    (updates, factor) =>
      updates.flatMap((update) => values.map((value) => ({ ...update, [factor]: value }))),
    [{}],
  );
}

/** The update that leads from any state to this one. */
export function leadingTo({ enabled, preferred }) {
  const value = (factor) => {
    if (factor === preferred) {
      return "PREFERRED";
    }
    return enabled.includes(factor) ? "NOT_PREFERRED" : "DISABLED";
  };
  return Object.fromEntries(FACTORS.map((factor) => [factor, value(factor)]));
}

/** The state after an update, or `undefined` where it is refused and nothing changes. */
export function after({ enabled, preferred }, update) {
  const wanted = FACTORS.filter((factor) => update[factor] === "PREFERRED");
  if (wanted.length > 1) {
    return undefined;
  }
  const stays = (factor) =>
    update[factor] === undefined ? enabled.includes(factor) : update[factor] !== "DISABLED";
  // A factor keeps the preference only where the update does not mention it.
  const kept = update[preferred] === undefined ? preferred : undefined;
  return { enabled: FACTORS.filter(stays), preferred: wanted[0] ?? kept };
}

/** A state as `fetchMFAPreference` gives it: no list rather than an empty one. */
export function asFetched({ enabled, preferred }) {
  const names = enabled.map((factor) => factor.toUpperCase()).sort();
  return {
    enabled: names.length > 0 ? names : undefined,
    preferred: preferred?.toUpperCase(),
  };
}

/** An update in one line, for the checks' names. */
export function shown(update) {
  const members = FACTORS.filter((factor) => update[factor] !== undefined);
  return members.map((factor) => `${factor} ${update[factor]}`).join(", ") || "nothing";
}

function subsets(factors) {
  return factors.reduce(
    (sets, factor) => [...sets, ...sets.map((set) => [...set, factor])],
    [[]],
  );
}
