"""The home of what codes ought to be: RFC 4226 and RFC 6238 over Python's own HMAC."""

import base64
import csv
import hashlib
import hmac
import pathlib
import time

_VECTORS = pathlib.Path(__file__).resolve().parents[3] / "vectors"
_STEAM = "23456789BCDFGHJKMNPQRTVWXY"


def vectors(name):
    """The rows of a file of tests/vectors."""
    with open(_VECTORS / name, newline="") as lines:
        return list(csv.reader(line for line in lines if not line.startswith("#")))


def base32(secret):
    """A secret as servers write it."""
    return base64.b32encode(secret).decode().rstrip("=")


def tag(secret, message, algorithm="SHA1"):
    """The whole HMAC."""
    return hmac.new(secret, message, getattr(hashlib, algorithm.lower())).digest()


def hotp(secret, counter, algorithm="SHA1", digits=6):
    """The code of a counter."""
    return str(_truncated(secret, counter, algorithm) % 10**digits).rjust(digits, "0")


def totp(secret, at, algorithm="SHA1", digits=6, period=30):
    """The code of a moment."""
    return hotp(secret, int(at) // period, algorithm, digits)


def steam(secret, at):
    """The code of Steam's authenticator at a moment."""
    value, code = _truncated(secret, int(at) // 30, "SHA1"), ""
    for _ in range(5):
        value, place = divmod(value, len(_STEAM))
        code += _STEAM[place]
    return code


class Span:
    """The time that a `with` block took, in which a code may have been computed."""

    def __enter__(self):
        self.begun = time.time()
        return self

    def __exit__(self, *_):
        self.ended = time.time()

    def codes(self, code, period=30):
        """What `code`, a function of the moment, may have given."""
        first, last = int(self.begun) // period, int(self.ended) // period
        return {code(step * period) for step in range(first, last + 1)}


def _truncated(secret, counter, algorithm):
    digest = tag(secret, counter.to_bytes(8, "big"), algorithm)
    offset = digest[-1] & 15
    return int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
