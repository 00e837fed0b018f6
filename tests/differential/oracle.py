"""What liboath (by ctypes) and pyotp make of random inputs, a line each, for the tests to compare.

    oracle.py codes SEED COUNT   codes and verdicts of COUNT keys
    oracle.py build SEED COUNT   key URIs that pyotp writes, with what went into them
    oracle.py parse FILE         what pyotp reads in the key URIs of FILE
    oracle.py ocra SEED COUNT    see ocra.py

Numbers are decimal, bytes and texts hexadecimal (of UTF-8). The same seed gives the same lines.
"""

import ctypes
import ctypes.util
import hashlib
import random
import sys
from base64 import b32encode

import ocra
import pyotp

ALGORITHMS = {"SHA1": hashlib.sha1, "SHA256": hashlib.sha256, "SHA512": hashlib.sha512}
# The flag of liboath's TOTP functions for each.
FLAGS = {"SHA1": 0, "SHA256": 1, "SHA512": 2}
# The last moment that the core knows, and the last that pyotp does.
LAST_SECOND = 1 << 40
YEAR_9999 = 253402300799
PYOTPS_LONGEST_PERIOD = 120
ALL_COUNTERS = 1 << 64


def liboath():
    for name in ("liboath.so.0", ctypes.util.find_library("oath"), "liboath.dylib"):
        try:
            library = ctypes.CDLL(name) if name else None
        except OSError:
            continue
        if library:
            break
    else:
        sys.exit("liboath is missing: on Debian `apt-get install liboath0`, elsewhere the OATH Toolkit")
    size, u64, uint, time = ctypes.c_size_t, ctypes.c_uint64, ctypes.c_uint, ctypes.c_int64
    text, flags = ctypes.c_char_p, ctypes.c_int
    library.oath_hotp_generate.argtypes = [text, size, u64, uint, ctypes.c_bool, size, text]
    library.oath_hotp_validate.argtypes = [text, size, u64, size, text]
    library.oath_totp_generate2.argtypes = [text, size, time, uint, time, uint, flags, text]
    library.oath_totp_validate4.argtypes = [
        text, size, time, uint, time, size,
        ctypes.POINTER(ctypes.c_int), ctypes.POINTER(u64), flags, text,
    ]
    return library


class Liboath:
    """liboath's functions over Python's types."""

    DYNAMIC_TRUNCATION = ctypes.c_size_t(-1).value
    INVALID_OTP = -6

    def __init__(self):
        self.library = liboath()
        self.room = ctypes.create_string_buffer(16)
        self.position = ctypes.c_int()
        self.counter = ctypes.c_uint64()

    def hotp(self, key, counter, digits):
        self.done(self.library.oath_hotp_generate(
            key, len(key), counter, digits, False, self.DYNAMIC_TRUNCATION, self.room))
        return self.room.value.decode()

    def totp(self, key, algorithm, digits, now, period, t0):
        self.done(self.library.oath_totp_generate2(
            key, len(key), now, period, t0, digits, FLAGS[algorithm], self.room))
        return self.room.value.decode()

    def hotp_counter(self, key, start, window, code):
        """The counter that the code is of, or nothing."""
        ahead = self.library.oath_hotp_validate(key, len(key), start, window, code.encode())
        return None if ahead == self.INVALID_OTP else start + self.done(ahead)

    def totp_step(self, key, algorithm, now, period, t0, window, code):
        verdict = self.library.oath_totp_validate4(
            key, len(key), now, period, t0, window, ctypes.byref(self.position),
            ctypes.byref(self.counter), FLAGS[algorithm], code.encode())
        if verdict == self.INVALID_OTP:
            return None
        self.done(verdict)
        return self.counter.value

    def done(self, code):
        if code < 0:
            sys.exit(f"liboath says {code}")
        return code


def codes(seed, count):
    """For each key four codes of each kind by liboath, and one verdict of each; every fourth key is
    pyotp's, which has HOTP with every algorithm and up to ten digits."""
    draw, oath = random.Random(seed), Liboath()
    for number in range(count):
        algorithm, key = draw.choice(list(ALGORITHMS)), draw.randbytes(draw.randint(16, 64))
        if number % 4 == 3:
            print("key", "pyotp", algorithm, key.hex())
            by_pyotp(draw, algorithm, key)
            continue
        print("key", "liboath", algorithm, key.hex())
        for _ in range(4):
            digits, now, period, t0 = time_case(draw)
            code = oath.totp(key, algorithm, digits, now, period, t0)
            print("totp", digits, now, period, t0, code)
            if algorithm == "SHA1":
                digits, counter = draw.randint(6, 8), counter_of(draw)
                print("hotp", digits, counter, oath.hotp(key, counter, digits))
        verdicts(draw, oath, algorithm, key)


def verdicts(draw, oath, algorithm, key):
    digits, now, period, t0 = time_case(draw)
    window = draw.randint(0, 10)
    shown = now + draw.randint(-window - 2, window + 2) * period
    if t0 + window * period < now and shown >= t0:
        code = oath.totp(key, algorithm, digits, shown, period, t0)
        step = oath.totp_step(key, algorithm, now, period, t0, window, code)
        print("verify-totp", digits, now, period, t0, window, code, "-" if step is None else step)
    if algorithm == "SHA1":
        start, window = counter_of(draw) // 2, draw.randint(0, 30)
        digits = draw.randint(6, 8)
        code = oath.hotp(key, start + draw.randint(0, window + 3), digits)
        counter = oath.hotp_counter(key, start, window, code)
        print("verify-hotp", digits, start, window, code, "-" if counter is None else counter)


def by_pyotp(draw, algorithm, key):
    secret, digest = b32encode(key).decode().rstrip("="), ALGORITHMS[algorithm]
    for _ in range(4):
        digits, now, period, _ = time_case(draw)
        now, period = now % YEAR_9999, 1 + period % PYOTPS_LONGEST_PERIOD
        totp = pyotp.TOTP(secret, digits=digits, digest=digest, interval=period)
        print("totp", digits, now, period, 0, totp.at(now))
        digits, counter = draw.randint(6, 10), counter_of(draw)
        print("hotp", digits, counter, pyotp.HOTP(secret, digits=digits, digest=digest).at(counter))


def time_case(draw):
    """Digits, now, period and T0; mostly of our days, now and then anywhere."""
    last = 1 << 32 if draw.random() < 0.8 else LAST_SECOND
    now = draw.randrange(last)
    t0 = 0 if draw.random() < 0.5 else draw.randint(0, now)
    period = 30 if draw.random() < 0.5 else draw.randint(1, 3600)
    return draw.randint(6, 8), now, period, t0


def counter_of(draw):
    return draw.randrange(ALL_COUNTERS >> draw.choice((0, 1, 32, 56)))


# Letters of one to four bytes, and what URIs give a meaning to.
LETTERS = "abcXYZ0189-._~ /?#[]@!$&'()*+,;=%\"<>\\^`{|}éßñ€日本🙂"


def name(draw):
    text = "".join(draw.choice(LETTERS) for _ in range(draw.randint(1, 14))).strip()
    return text or "a"


def build(seed, count):
    draw = random.Random(seed)
    for _ in range(count):
        algorithm, key = draw.choice(list(ALGORITHMS)), draw.randbytes(draw.randint(16, 64))
        issuer, account, digits = name(draw), name(draw), draw.randint(6, 8)
        secret, digest = b32encode(key).decode().rstrip("="), ALGORITHMS[algorithm]
        if draw.random() < 0.5:
            kind, number = "totp", draw.choice((30, 60, draw.randint(1, PYOTPS_LONGEST_PERIOD)))
            otp = pyotp.TOTP(secret, digits=digits, digest=digest, interval=number)
            uri = otp.provisioning_uri(name=account, issuer_name=issuer)
        else:
            kind, number = "hotp", counter_of(draw)
            otp = pyotp.HOTP(secret, digits=digits, digest=digest)
            uri = otp.provisioning_uri(
                name=account, initial_count=number, issuer_name=issuer)
        print(uri, said(kind, number, algorithm, digits, key, issuer, account))


def parse(path):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            otp = pyotp.parse_uri(line.strip())
            is_time = isinstance(otp, pyotp.TOTP)
            kind, number = ("totp", otp.interval) if is_time else ("hotp", otp.initial_count)
            algorithm = next(a for a, digest in ALGORITHMS.items() if digest is otp.digest)
            key = otp.byte_secret()
            print(said(kind, number, algorithm, otp.digits, key, otp.issuer, otp.name))


def said(kind, number, algorithm, digits, key, issuer, account):
    texts = issuer.encode().hex(), account.encode().hex()
    return " ".join(map(str, (kind, number, algorithm, digits, key.hex(), *texts)))


if __name__ == "__main__":
    command, *rest = sys.argv[1:]
    if command == "parse":
        parse(*rest)
    else:
        {"codes": codes, "build": build, "ocra": ocra.main}[command](*map(int, rest))
