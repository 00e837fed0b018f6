"""Random and mutated requests: the token answers every one, and what is locked stays as it is."""

import random
import time

from .. import card, oracle
from ..card import request, tlv
from ..checks import equal, holds, note
from .accounts import secret

KEY = b"sixteen bytes of"
LOCKED, OPEN = 300, 300


def tell(world):
    """First with everything locked, then with everything open."""
    token = world.token()
    seed = time.time_ns()
    note(f"seed {seed}")
    draw = random.Random(seed)
    with world.card() as held, token.when_asked("refuse"):
        for number in range(5):
            held.put(f"account {number}", secret(20))
        held.put("counter", secret(20), kind=card.HOTP)
        before = everything(held)
        held.set_code(KEY)
        held.select()
        sent = answered(held, draw, LOCKED)
        equal(f"{LOCKED} requests to a locked token are answered", sent, LOCKED)
        held.select()
        equal("it is still locked", held.send(card.LIST).status, card.AUTH_REQUIRED)
        wait_and_unlock(held)
        equal("and nothing has changed", everything(held), before)
        equal("no counter was spent", held.code("counter"), oracle.hotp(secret(20), 0))
        sent = answered(held, draw, OPEN)
        equal(f"{OPEN} requests to an open one are answered", sent, OPEN)
    with world.card() as held, token.when_asked("refuse"):
        if held.challenge:
            wait_and_unlock(held)
        for name in held.list():
            held.delete(name)
        status = held.put("after", secret(20)).status
        equal("it works as before", (status, held.list()), (card.OK, ["after"]))
        equal("and computes", held.code("after", 1), oracle.hotp(secret(20), 1))


def everything(held):
    """What a token shows that may be asked anything."""
    return held.send(card.LIST).data, held.calculate_all(3), held.calculate_all(9, p2=0)


def answered(held, draw, count):
    """How many of so many requests get an answer with a status word that means something."""
    good = 0
    for number in range(count):
        if number % 10 == 0:
            # Noise selects something else at times.
            held.select()
        data, status = held.wire.transmit(made_up(draw))
        good += status >> 8 in (0x61, 0x65, 0x67, 0x69, 0x6A, 0x6B, 0x6D, 0x6E, 0x90)
        if not 0 <= len(data) <= 256:
            raise ValueError("an answer is too long")
    return good


def made_up(draw):
    """Noise, or a good request with something wrong about it."""
    dice = draw.random()
    if dice < 0.2:
        return draw.randbytes(draw.choice((4, 5, 6, 7, 20, 64, 255, 300)))
    if dice < 0.5:
        return good(draw)
    names = [tlv(0x71, b"account 1"), tlv(0x71, b"counter"), tlv(0x71, draw.randbytes(8))]
    parts = names + [
        tlv(0x73, bytes([draw.choice((0x11, 0x21, 0x22, 0x23)), 6]) + draw.randbytes(20)),
        tlv(0x74, draw.randbytes(8)), tlv(0x75, draw.randbytes(20)), tlv(0x7A, draw.randbytes(4)),
        card.TOUCH, card.ONLY_INCREASING,
    ]
    ins = draw.choice((0x01, 0x02, 0x05, 0xA1, 0xA2, 0xA4, 0xA5, 0x03, 0x04, 0xA4))
    body = bytearray(b"".join(draw.sample(parts, draw.randrange(4))))
    for _ in range(draw.randrange(3)):
        if body:
            body[draw.randrange(len(body))] = draw.randrange(256)
    extended = draw.random() < 0.3
    sent = request(ins, bytes(body), draw.choice((0, 0, 0xDE)), draw.choice((0, 1, 0xAD)),
                   draw.choice((0, 0, 0, 0x10)), extended)
    cut = draw.randrange(4, len(sent) + 1) if draw.random() < 0.2 and len(sent) > 4 else len(sent)
    return sent[:cut]


def good(draw):
    """A request that an open token would obey, and a locked one must not."""
    account = tlv(0x71, b"account %d" % draw.randrange(5))
    new, counter = tlv(0x71, draw.randbytes(8).hex().encode()), tlv(0x71, b"counter")
    secret_part = tlv(0x73, bytes([0x21, 6]) + draw.randbytes(20))
    challenge = tlv(0x74, draw.randbytes(8))
    ins, body, p1, p2 = draw.choice((
        (card.PUT, new + secret_part, 0, 0),
        (card.PUT, account + secret_part, 0, 0),
        (card.DELETE, account, 0, 0),
        (card.RENAME, account + new, 0, 0),
        (card.CALCULATE, counter + tlv(0x74), 0, draw.randrange(2)),
        (card.SET_CODE, tlv(0x73), 0, 0),
        (card.RESET, b"", 0xDE, 0xAD),
        (card.CALCULATE_ALL, challenge, 0, 1),
    ))
    return request(ins, body, p1, p2, extended=draw.random() < 0.5)


def wait_and_unlock(held):
    """The noise may have made a guess or two."""
    from .password import after_wait

    equal("the right key unlocks", after_wait(held, KEY), card.OK)
