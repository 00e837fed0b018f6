"""Responses that python-oath (the package `oath`) gives to random questions in random suites of
OCRA, a line each, for the tests to compare.

A line has suite, key, counter, question, own question, PIN, session information, time, response.
Numbers are decimal, key, PIN and session hexadecimal; what a suite does not ask for is `-`.

Left out are whole tags, which python-oath shows as a number, and hexadecimal questions of odd
length, which it does not take.
"""

import random
import string

from oath import _ocra

HASHES = ("SHA1", "SHA256", "SHA512")
UNITS = {"S": (59, 1), "M": (59, 60), "H": (48, 3600)}
SYMBOLS = {"A": string.ascii_letters + string.digits, "N": string.digits, "H": string.hexdigits}
LETTERS = string.ascii_letters + string.digits + " äß€"
LAST_SECOND = 1 << 40
CASES_PER_SUITE = 10


def suite_of(draw):
    kind, length = draw.choice("ANH"), draw.randint(4, 64)
    pin = draw.choice((None, *HASHES))
    session = draw.choice((None, None, 64, draw.randint(1, 512)))
    unit = draw.choice((None, None, *UNITS))
    step = draw.randint(1, UNITS[unit][0]) if unit else None
    counter = draw.random() < 0.5
    text = f"OCRA-1:HOTP-{draw.choice(HASHES)}-{draw.randint(4, 10)}:"
    text += ("C-" if counter else "") + f"Q{kind}{length:02}"
    text += (f"-P{pin}" if pin else "") + (f"-S{session:03}" if session else "")
    text += f"-T{step}{unit}" if unit else ""
    return text, kind, length, counter, pin, session, step and step * UNITS[unit][1]


def question(draw, kind, length):
    length = draw.randint(1, length)
    if kind == "H":
        length = max(2, length & ~1)
    return "".join(draw.choice(SYMBOLS[kind]) for _ in range(length))


def case(draw, compute, text, kind, length, counter, pin, session, step_secs):
    key = draw.randbytes(draw.randint(16, 64))
    asked = question(draw, kind, length)
    own = question(draw, kind, length) if draw.random() < 0.4 else None
    given = {"Q": asked} if own is None else {"Qsc": asked + own}
    fields = [text, key.hex()]
    if counter:
        given["C"] = draw.randrange(1 << draw.choice((1, 8, 64)))
    fields += [given.get("C", "-"), asked, own or "-"]
    if pin:
        given["P"] = "".join(draw.choice(LETTERS) for _ in range(draw.randint(1, 12)))
    fields.append(given["P"].encode().hex() if pin else "-")
    if session:
        given["S"] = draw.randbytes(session)
    fields.append(given["S"].hex() if session else "-")
    now = draw.randrange(draw.choice((60, 1 << 31, LAST_SECOND)))
    if step_secs:
        given["T_precomputed"] = now // step_secs
    fields += [now if step_secs else "-", compute(key, **given)]
    print(*fields)


def main(seed, count):
    draw = random.Random(seed)
    for number in range(count):
        if number % CASES_PER_SUITE == 0:
            parts = suite_of(draw)
            compute = _ocra.str2ocrasuite(parts[0])
        case(draw, compute, *parts)
