"""The token is filled to its end, and stays right under many rewrites."""

import random

from .. import card, oracle
from ..checks import equal, holds, note

AT_LEAST = 100
REWRITES = 300
STEP = 0x1234567


def tell(world):
    """Full, with room again, rewritten, and after a restart."""
    token = world.token()
    kept = {}
    with world.card(extended=True) as held:
        held.put("counter", key("counter"), kind=card.HOTP, digits=8)
        last = fill(held, kept)
        equal("a full token says so", last, card.NO_SPACE)
        holds(f"it holds {AT_LEAST} of the longest accounts", len(kept) >= AT_LEAST, len(kept))
        note(f"{len(kept)} accounts of 64 bytes of name and of secret")
        every_code(held, kept, "full")
        counted = [held.code("counter") for _ in range(20)]
        right = [oracle.hotp(key("counter"), counter, digits=8) for counter in range(20)]
        equal("a counter goes on when it is full", counted, right)
    refused = world.ykman.accounts("add", "one-more", oracle.base32(bytes(20)))
    holds("ykman says that it is full", "No space left" in refused.err, refused)
    with world.card(extended=True) as held:
        freed(held, kept)
        every_code(held, kept, "with others in their places")
        rewritten(held, kept)
        every_code(held, kept, "after many rewrites")
    token.restart()
    with world.card(extended=True) as held:
        every_code(held, kept, "after a restart")
        code = held.code("counter")
        equal("and the counter", code, oracle.hotp(key("counter"), 20, digits=8))


def key(name):
    """A secret of 64 bytes for each name."""
    return oracle.tag(b"capacity", name.encode(), "SHA512")


def name_of(number):
    """A name of 64 bytes."""
    return f"account {number:04}:".ljust(64, "n")


def fill(held, kept):
    """Adds accounts until one is refused, and gives that status word."""
    for number in range(1000):
        name = name_of(number)
        status = held.put(name, key(name), algorithm="SHA512", digits=8).status
        if status != card.OK:
            return status
        kept[name] = "SHA512"
    return card.OK


def every_code(held, kept, when):
    """Every account is there, no other is, and each code is right."""
    everything = held.calculate_all(STEP)
    everything.pop("counter", None)
    codes = {name: card.code_of(value) for name, (_, value) in everything.items()}
    right = {name: oracle.hotp(key(name), STEP, hash, 8) for name, hash in kept.items()}
    equal(f"every code is right, {when}", codes, right)


def freed(held, kept):
    """What was deleted makes room for as much."""
    gone = list(kept)[::10]
    statuses = {held.delete(name).status for name in gone}
    equal("some are deleted", statuses, {card.OK})
    for name in gone:
        del kept[name]
    for number in range(len(gone)):
        name = name_of(5000 + number)
        statuses.add(held.put(name, key(name), algorithm="SHA256", digits=8).status)
        kept[name] = "SHA256"
    equal("and as many fit again", statuses, {card.OK})


def rewritten(held, kept):
    """Accounts come and go, over and over."""
    draw = random.Random(4)
    statuses = set()
    for number in range(REWRITES):
        name = draw.choice(list(kept))
        statuses.add(held.delete(name).status)
        del kept[name]
        name = name_of(9000 + number)
        statuses.add(held.put(name, key(name), digits=8).status)
        kept[name] = "SHA1"
    equal(f"{REWRITES} rewrites are done", statuses, {card.OK})
