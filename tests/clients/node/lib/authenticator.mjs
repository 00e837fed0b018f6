// The home of the authenticator app: reads a setup URI and computes codes (RFC 6238), with
// nothing in common with the server.
import { createHmac } from "node:crypto";
import { setTimeout } from "node:timers/promises";

const PERIOD_SECS = 30;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

export class Authenticator {
  #key;
  #last = 0;

  /** From the base32 text that a user could type in. */
  constructor(secret) {
    this.secret = secret;
    this.#key = decoded(secret);
  }

  /** From a setup URI, as the QR code carries it. */
  static scan(uri) {
    const url = new URL(uri);
    if (url.protocol !== "otpauth:" || url.host !== "totp") {
      throw new Error("not a setup URI of a time-based authenticator");
    }
    const authenticator = new Authenticator(url.searchParams.get("secret"));
    authenticator.issuer = url.searchParams.get("issuer");
    authenticator.label = decodeURIComponent(url.pathname.replace(/^\/+/, ""));
    return authenticator;
  }

  /**
   * A code that was not given before and that the server takes now: of the previous, this or the
   * next step. So three codes come without waiting.
   */
  async code() {
    await awayFromTheBorder();
    const now = currentStep();
    const step = Math.max(this.#last + 1, now - 1);
    this.#last = step;
    if (step > now + 1) {
      await setTimeout(((step - 1) * PERIOD_SECS - Date.now() / 1000) * 1000 + 50);
    }
    return this.codeAt(step);
  }

  /** The code given last, once more. */
  lastCode() {
    return this.codeAt(this.#last);
  }

  /** A well-formed code that the server must not take. */
  wrongCode() {
    const now = currentStep();
    const near = [-3, -2, -1, 0, 1, 2, 3].map((drift) => this.codeAt(now + drift));
    return ["123456", "654321", "111111"].find((code) => !near.includes(code));
  }

  codeAt(step) {
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(step));
    const mac = createHmac("sha1", this.#key).update(counter).digest();
    const number = mac.readUInt32BE(mac[mac.length - 1] & 15) & 0x7fffffff;
    return String(number % 1_000_000).padStart(6, "0");
  }
}

function currentStep() {
  return Math.floor(Date.now() / 1000 / PERIOD_SECS);
}

/** A code must not become too old on its way. */
async function awayFromTheBorder() {
  const left = PERIOD_SECS - ((Date.now() / 1000) % PERIOD_SECS);
  if (left < 2) {
    await setTimeout(left * 1000 + 50);
  }
}

function decoded(base32) {
  const bytes = [];
  let [bits, held] = [0, 0];
  for (const letter of base32) {
    const value = ALPHABET.indexOf(letter);
    if (value < 0) {
      throw new Error("a secret is base32 in capitals, without padding");
    }
    bits = ((bits << 5) | value) & 0xfff;
    held += 5;
    if (held >= 8) {
      held -= 8;
      bytes.push((bits >> held) & 0xff);
    }
  }
  return Buffer.from(bytes);
}
