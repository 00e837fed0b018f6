"""Accounts with a property: a touch is allowed, refused, or not answered; and steps go forward."""

import time

from .. import card, oracle
from ..checks import equal, holds
from .accounts import secret

KEY = oracle.base32(secret(20))


def tell(world):
    """With ykman's command line, then what the token says itself."""
    token = world.token()
    ykman = world.ykman
    equal("a touch account is added", ykman.accounts("add", "-t", "touchy", KEY).status, 0)
    ykman.accounts("add", "free", KEY)
    overview = ykman.accounts("code")
    holds("an overview asks for no touch", "[Requires Touch]" in overview.out, overview)
    with token.when_asked("allow"), oracle.Span() as span:
        allowed = ykman.accounts("code", "--single", "touchy")
    right = span.codes(lambda at: oracle.totp(secret(20), at))
    holds("a touch gives the code", allowed.out.strip() in right, (allowed, right))
    holds("and ykman asks for it", "Touch" in allowed.err + allowed.out, allowed)
    with token.when_asked("refuse"):
        begun = time.monotonic()
        refused = ykman.accounts("code", "--single", "touchy")
        took = time.monotonic() - begun
    holds("the holder can refuse", refused.status != 0, refused)
    equal("which gives no code", refused.out.strip(), "")
    holds("and ykman says so", "Touch account timed out" in refused.err, refused)
    holds("without waiting", took < 8, took)
    with token.when_asked("nothing"):
        begun = time.monotonic()
        late = ykman.accounts("code", "--single", "touchy")
        took = time.monotonic() - begun
    holds("nobody is there", late.status != 0 and late.out.strip() == "", late)
    holds("and ykman says so", "Touch account timed out" in late.err, late)
    holds("after ten seconds", 9 < took < 20, took)
    by_uri(world)
    counters(world, token)
    increasing(world, token)


def by_uri(world):
    """A touch account from a URI."""
    uri = f"otpauth://totp/ACME:touched?secret={KEY}&issuer=ACME"
    equal("one is added by URI", world.ykman.accounts("uri", "--touch", uri).status, 0)
    overview = world.ykman.accounts("code", "ACME")
    holds("it gives its code after a touch", overview.out.split()[-1].isdigit(), overview)


def counters(world, token):
    """A counter that asks for a touch is spent only with one."""
    with world.card() as held:
        held.put("hotp", secret(20), kind=card.HOTP, more=card.TOUCH)
        with token.when_asked("refuse"):
            equal("HOTP is refused", held.code("hotp"), card.AUTH_REQUIRED)
        with token.when_asked("allow"):
            equal("HOTP is allowed", held.code("hotp"), oracle.hotp(secret(20), 0))
        everything = held.calculate_all(1)
        equal("an overview says which one is touched", everything["touchy"], (0x7C, b"\x06"))
        equal("which one counts", everything["hotp"][0] in (0x77, 0x7C), True)
        equal("and gives the code of the third", everything["free"][0], 0x76)
        equal("which needs no touch", held.code("free", 1), oracle.hotp(secret(20), 1))


def increasing(world, token):
    """An account that only increases gives no code of a step that is over."""
    with world.card() as held:
        held.put("forward", secret(20), more=card.ONLY_INCREASING)
        right = [oracle.hotp(secret(20), step) for step in (10, 10, 12)]
        equal("steps go forward", [held.code("forward", step) for step in (10, 10, 12)], right)
        equal("and not back", held.code("forward", 11), 0x6985)
    token.restart()
    with world.card() as held:
        equal("nor after a restart", held.code("forward", 11), 0x6985)
        equal("but on", held.code("forward", 13), oracle.hotp(secret(20), 13))
