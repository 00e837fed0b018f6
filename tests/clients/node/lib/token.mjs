// The home of the hardware token: a program that holds one and speaks to it with ykman.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";

const PERIOD_MILLIS = 30_000;
/** How long a display may go on showing the last step's code: its clock has whole seconds. */
const LATE_MILLIS = 4_000;

export class Token {
  #program;
  #lines;
  #lastStep = 0;

  /** Starts what `COUNTERSIGN_TOKEN` names: a program and its arguments, as a list in JSON. */
  static async insert() {
    const command = process.env.COUNTERSIGN_TOKEN;
    if (!command) {
      throw new Error("COUNTERSIGN_TOKEN is not set; `cargo xtask test` starts this story");
    }
    const token = new Token();
    const [program, ...args] = JSON.parse(command);
    token.#program = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
    token.#lines = createInterface({ input: token.#program.stdout })[Symbol.asyncIterator]();
    token.hasDisplay = (await token.#line()).display;
    return token;
  }

  /** Runs `ykman oath` with these arguments, and gives what it prints. */
  async ykman(...args) {
    const { status, out, err } = await this.#ask({ ykman: args });
    if (status !== 0) {
      throw new Error(`ykman oath ${args[0]}: ${err}`);
    }
    return out.trim();
  }

  /** The account's code of a step from which none was read yet. */
  async code(name) {
    await this.#nextStep();
    return this.ykman("accounts", "code", "--single", name);
  }

  /** The same, read off the display by whoever holds the token. */
  async shownCode() {
    await this.#nextStep(LATE_MILLIS);
    return (await this.#ask({ display: "code" })).code;
  }

  /** Takes the token out. */
  remove() {
    this.#program.stdin.end();
  }

  /** Waits until the step is another one, has been for so long, and will be for a while. */
  async #nextStep(settledMillis = 200) {
    const left = PERIOD_MILLIS - (Date.now() % PERIOD_MILLIS);
    if (Math.floor(Date.now() / PERIOD_MILLIS) === this.#lastStep || left < 4_000) {
      await setTimeout(left);
    }
    await setTimeout(Math.max(0, settledMillis - (Date.now() % PERIOD_MILLIS)));
    this.#lastStep = Math.floor(Date.now() / PERIOD_MILLIS);
  }

  async #ask(question) {
    this.#program.stdin.write(`${JSON.stringify(question)}\n`);
    return this.#line();
  }

  async #line() {
    const { value, done } = await this.#lines.next();
    if (done) {
      throw new Error("the program that holds the token has ended");
    }
    return JSON.parse(value);
  }
}
