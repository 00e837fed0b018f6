// Makes a pool, a client and users for a test in another language, over the admin API: takes
// their settings as one JSON argument and prints what was made as one line of JSON.
import { World } from "./lib/world.mjs";

const { pool: settings = {}, users: wanted = [] } = JSON.parse(process.argv[2] ?? "{}");
const world = World.fromEnvironment();
const pool = await world.pool(settings);
const users = [];
for (const user of wanted) {
  users.push(await world.user(pool, user));
}
console.log(JSON.stringify({ pool, users }));
