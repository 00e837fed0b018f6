"""Accounts of every kind are added with ykman's command line, and their codes are right."""

import itertools
from urllib.parse import quote

from .. import oracle
from ..checks import equal, holds

ALGORITHMS = {"SHA1": 20, "SHA256": 32, "SHA512": 64}


def secret(length):
    """The secrets of the RFCs."""
    return (b"1234567890" * 14)[:length]


def tell(world):
    """Every kind, by arguments and by URI."""
    world.token()
    ykman = world.ykman
    info = ykman.oath("info")
    holds("the applet is found", info.status == 0, info)
    holds("it reports version 5.3.1 or later", version(info.out) >= (5, 3, 1), info)
    holds("it has no password", "disabled" in info.out, info)
    equal("it has no accounts", ykman.accounts("list").out, "")
    equal("and no codes", ykman.accounts("code").out, "")
    every_kind(ykman)
    counters(ykman)
    by_uri(ykman)


def every_kind(ykman):
    """Each hash with each number of digits, all codes at once."""
    kinds = list(itertools.product(ALGORITHMS.items(), (6, 7, 8)))
    for (algorithm, length), digits in kinds:
        added = ykman.accounts(
            "add", "--issuer", algorithm, "--algorithm", algorithm, "--digits", digits,
            f"d{digits}", oracle.base32(secret(length)),
        )
        equal(f"{algorithm} with {digits} digits is added", added.status, 0)
    with oracle.Span() as span:
        said = ykman.accounts("code")
    codes = dict(line.rsplit(maxsplit=1) for line in said.lines)
    equal("all of them are there", len(codes), len(kinds))
    for (algorithm, length), digits in kinds:
        right = span.codes(lambda at: oracle.totp(secret(length), at, algorithm, digits))
        code = codes.get(f"{algorithm}:d{digits}")
        holds(f"{algorithm} with {digits} digits gives its code", code in right, (code, right))
    with oracle.Span() as span:
        single = ykman.accounts("code", "--single", "SHA256:d8")
    right = span.codes(lambda at: oracle.totp(secret(32), at, "SHA256", 8))
    holds("a single code", single.out.strip() in right, (single, right))
    several = ykman.accounts("code", "--single", "SHA1")
    holds("a query for several is refused", several.status and "Multiple" in several.err, several)
    none = ykman.accounts("code", "--single", "nobody")
    holds("a query for none is refused", none.status and "No matching" in none.err, none)


def counters(ykman):
    """HOTP from zero and from a later counter (RFC 4226, appendix D)."""
    codes = [row[3] for row in oracle.vectors("rfc4226.csv")]
    key = oracle.base32(secret(20))
    ykman.accounts("add", "--oath-type", "HOTP", "from-zero", key)
    for counter in range(2):
        said = ykman.accounts("code", "--single", "from-zero")
        equal(f"HOTP of counter {counter}", said.out.strip(), codes[counter])
    ykman.accounts("add", "--oath-type", "HOTP", "--counter", 7, "from-seven", key)
    said = ykman.accounts("code", "--single", "from-seven")
    equal("HOTP from a later counter", said.out.strip(), codes[7])
    said = ykman.accounts("add", "-o", "HOTP", "-d", 8, "-c", 2**32 - 2, "far", key)
    equal("HOTP from nearly the last counter is added", said.status, 0)
    for counter in (2**32 - 2, 2**32 - 1, 2**32):
        said = ykman.accounts("code", "--single", "far")
        right = oracle.hotp(secret(20), counter, digits=8)
        equal(f"HOTP of counter {counter}", said.out.strip(), right)
    listed = ykman.accounts("list", "--oath-type", "--period").lines
    holds("the list knows types", "from-zero, HOTP, 0" in listed, listed)
    holds("and periods", "SHA1:d6, TOTP, 30" in listed, listed)
    with oracle.Span():
        overview = ykman.accounts("code", "from")
    holds("an overview spends no counter", "[HOTP Account]" in overview.out, overview)
    said = ykman.accounts("code", "--single", "from-zero")
    equal("so that the next one comes next", said.out.strip(), codes[2])


def by_uri(ykman):
    """What a QR code says; Steam's codes; periods."""
    key = oracle.base32(secret(20))
    plain = f"otpauth://totp/ACME:ann?secret={key}&issuer=ACME"
    check_uri(ykman, "a plain URI", plain, "ACME:ann", lambda at: oracle.totp(secret(20), at))
    name = quote("Bücher & Söhne:ünï@例え.jp")
    full = (
        f"otpauth://totp/{name}?secret={oracle.base32(secret(32))}"
        f"&issuer={quote('Bücher & Söhne')}&algorithm=SHA256&digits=8&period=60"
    )
    check_uri(
        ykman, "a URI with everything", full, "60/Bücher & Söhne:ünï@例え.jp",
        lambda at: oracle.totp(secret(32), at, "SHA256", 8, 60), 60,
    )
    short = f"otpauth://totp/short?secret={key}&period=15"
    check_uri(
        ykman, "a short period", short, "15/short",
        lambda at: oracle.totp(secret(20), at, period=15), 15,
    )
    steam = f"otpauth://totp/Steam:bob?secret={key}&issuer=Steam&digits=5"
    check_uri(ykman, "Steam", steam, "Steam:bob", lambda at: oracle.steam(secret(20), at))
    counter = f"otpauth://hotp/ACME:eve?secret={key}&issuer=ACME&counter=5"
    check_uri(ykman, "a counter", counter, "ACME:eve", lambda _: oracle.hotp(secret(20), 5))
    bad = ykman.accounts("uri", f"otpauth://totp/ACME:ann?secrets={key}")
    holds("a URI without a secret is refused", bad.status != 0, bad)


def check_uri(ykman, what, uri, name, code, period=30):
    """Adds a URI, and asks for its code."""
    added = ykman.accounts("uri", uri)
    equal(f"{what} is added", added.status, 0)
    with oracle.Span() as span:
        said = ykman.accounts("code", "--single", name)
    right = span.codes(code, period)
    holds(f"{what} gives its code", said.out.strip() in right, (said, right))


def version(text):
    """The three numbers in a line of `ykman oath info`."""
    line = next((line for line in text.splitlines() if "version" in line.lower()), "0.0.0")
    return tuple(int(part) for part in line.split()[-1].split("."))
