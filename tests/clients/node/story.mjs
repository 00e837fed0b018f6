// Tells the story of a user's second factors with the unmodified clients, chapter by chapter:
// all that need the server alone, or those named as arguments. The environment names the server,
// its outbox and the key of its administrator.
import { close, tell } from "./lib/checks.mjs";
import { listen } from "./lib/wire.mjs";
import { World } from "./lib/world.mjs";

const CHAPTERS = [
  "admin",
  "sign-up",
  "totp-set-up",
  "preferences",
  "totp",
  "delivered-codes",
  "selection",
  "forced-totp",
  "forced-email",
  "forced-selection",
  "new-password",
  "sessions",
  "passwords",
  "attributes",
  "first-factor",
  "lock-out",
  "tokens",
];
// Told only when they are named: they need more than the server.
const APART = ["hardware-token"];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => ![...CHAPTERS, ...APART].includes(name));
if (unknown.length > 0) {
  throw new Error(`no such chapter: ${unknown.join(", ")}`);
}
listen();
const world = World.fromEnvironment();
for (const name of wanted.length > 0 ? wanted : CHAPTERS) {
  const chapter = await import(`./chapters/${name}.mjs`);
  await tell(name, () => chapter.tell(world));
}
process.exit(close());
