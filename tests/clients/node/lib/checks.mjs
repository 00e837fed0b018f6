// The home of checks: each is counted and printed, and a failed one does not end the story.
import { isDeepStrictEqual } from "node:util";

const count = { passed: 0, failed: 0 };
let chapter = "";

/** Tells one chapter; whatever it throws is a failed check. */
export async function tell(name, chapterOf) {
  chapter = name;
  const begun = performance.now();
  try {
    await chapterOf();
  } catch (error) {
    report(false, "the chapter came to its end", error);
  }
  console.log(`# ${name}: ${((performance.now() - begun) / 1000).toFixed(1)} s`);
}

/** The values are equal in every part; members that are undefined count as absent. */
export function equal(what, actual, expected) {
  const [left, right] = [defined(actual), defined(expected)];
  const passed = isDeepStrictEqual(left, right);
  report(passed, what, passed ? undefined : { actual: left, expected: right });
}

/** The condition holds. */
export function holds(what, condition, otherwise) {
  report(Boolean(condition), what, otherwise);
}

/** The call is refused with an error of this name, and the message matches. */
export async function refused(what, name, call, message = /./) {
  try {
    const answer = await call();
    report(false, `${what}: ${name}`, { answer });
  } catch (error) {
    // Some libraries name their errors' classes only.
    const names = [error.name, error.constructor.name];
    const passed = names.includes(name) && message.test(error.message);
    report(passed, `${what}: ${name}`, passed ? undefined : error);
  }
}

/** Prints the closing line and gives the exit status. */
export function close() {
  console.log(`checks: ${count.passed} passed, ${count.failed} failed`);
  return count.failed === 0 && count.passed > 0 ? 0 : 1;
}

function report(passed, what, otherwise) {
  count[passed ? "passed" : "failed"] += 1;
  const number = count.passed + count.failed;
  console.log(`${passed ? "ok" : "not ok"} ${number} - ${chapter}: ${what}`);
  if (!passed && otherwise !== undefined) {
    console.dir(otherwise, { depth: 6 });
  }
}

function defined(value) {
  if (Array.isArray(value)) {
    return value.map(defined);
  }
  if (value && Object.getPrototypeOf(value) === Object.prototype) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return Object.fromEntries(members.map(([name, member]) => [name, defined(member)]));
  }
  return value;
}
