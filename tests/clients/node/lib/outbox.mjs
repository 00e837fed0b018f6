// The home of the outbox: the file to which the server delivers its codes.
import { existsSync, readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";

const WAIT_MS = 5_000;

export class Outbox {
  #file;
  #seen = 0;

  constructor(file) {
    this.#file = file;
  }

  /** Forgets what was delivered so far. */
  forget() {
    this.#seen = this.#lines().length;
  }

  /** The code of the next message to this destination; earlier messages are forgotten. */
  async code(destination, purpose) {
    const message = await this.#next(destination);
    if (purpose !== undefined && message.purpose !== purpose) {
      throw new Error(`a code for ${message.purpose} was delivered, not for ${purpose}`);
    }
    return message.code;
  }

  /** How many messages to this destination have come since the last one taken. */
  waiting(destination) {
    return this.#lines()
      .slice(this.#seen)
      .filter((line) => JSON.parse(line).destination === destination).length;
  }

  async #next(destination) {
    const until = Date.now() + WAIT_MS;
    do {
      const lines = this.#lines();
      for (let index = this.#seen; index < lines.length; index += 1) {
        const message = JSON.parse(lines[index]);
        if (message.destination === destination) {
          this.#seen = index + 1;
          return message;
        }
      }
      await setTimeout(20);
    } while (Date.now() < until);
    throw new Error(`nothing was delivered to ${destination}`);
  }

  /** Whole lines only: the last one may still be in the writing. */
  #lines() {
    const text = existsSync(this.#file) ? readFileSync(this.#file, "utf8") : "";
    return text.split("\n").slice(0, -1);
  }
}

/** A delivered code that is certainly not this one. */
export function otherThan(code) {
  return code === "123456" ? "654321" : "123456";
}
