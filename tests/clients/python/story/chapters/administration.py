"""The state of the device, the administrator's key, and the clock that only this key sets."""

import hmac
import time

from .. import card
from ..checks import equal, holds

KEY = bytes(range(32))
PREFIX = b"countersign-token admin"
SELECT = f"a40400:{card.ADMINISTRATION.hex()}="
CLOCK, ADMIN_KEY, ACCOUNTS, PIN = 0x85, 0x88, 0x83, 0x86


def tell(world):
    """Typed with `ykman apdu`, then request by request."""
    token = world.token()
    said = world.ykman.here("apdu", SELECT, "01=")
    holds("the state can be asked for with ykman", said.status == 0 and "81" in said.out, said)
    with token.when_asked("allow"):
        said = world.ykman.here("apdu", SELECT, f"03:{KEY.hex()}=")
    holds("a key can be set with ykman", said.status == 0, said)
    again = world.ykman.here("apdu", SELECT, f"03:{bytes(32).hex()}=6985")
    equal("once", again.status, 0)
    with world.card() as held:
        held.put("one", bytes(20))
        held.select(card.ADMINISTRATION)
        state = status(held)
        equal("it counts accounts", int.from_bytes(state[ACCOUNTS][:2], "big"), 1)
        equal("there is no PIN", state[PIN][0], 0)
        equal("all tries are left", state[card.TRIES_LEFT][0], 100)
        equal("there is an administrator's key", state[ADMIN_KEY][0], 1)
        clock(held)
    token.restart()
    with world.card() as held:
        held.select(card.ADMINISTRATION)
        equal("the key outlives a restart", status(held)[ADMIN_KEY][0], 1)
        known, now = time_of(held)
        # An emulated chip goes by its host again.
        right = time.time()
        holds("so does the time", known == 1 and abs(now - right) < 120, (known, now, right))


def clock(held):
    """Right and wrong proofs, forwards and back."""
    later = int(time.time())
    equal("it is not known at first", time_of(held)[0], 0)
    equal("no challenge, no time", order(held, later, bytes(16)), 0x6985)
    wrong = order(held, later, challenge(held), key=bytes(32))
    equal("a wrong proof sets nothing", wrong, card.AUTH_REQUIRED)
    used = challenge(held)
    equal("a right one sets the time", order(held, later, used), card.OK)
    known, now = time_of(held)
    holds("which is known then", known == 1 and 0 <= now - later < 60, (known, now, later))
    equal("its challenge is used up", order(held, later, used), 0x6985)
    back = order(held, later - 3600, challenge(held))
    equal("an hour back is refused", back, 0x6985)
    a_little = order(held, later - 60, challenge(held))
    equal("a minute back is not", a_little, card.OK)
    short = held.send(card.SET_TIME, bytes(39))
    equal("half a proof is none", short.status, card.WRONG_DATA)


def set_time(held, seconds):
    """Makes the clock of a new token known."""
    held.select(card.ADMINISTRATION)
    statuses = [held.send(card.SET_ADMIN_KEY, KEY).status, order(held, seconds, challenge(held))]
    if statuses != [card.OK] * 2:
        raise ValueError(f"the time cannot be set: {statuses}")


def status(held):
    """The fields of the state."""
    return dict(held.send(card.STATUS).values)


def time_of(held):
    """Whether the time is known, and the time."""
    field = status(held)[CLOCK]
    return field[0], int.from_bytes(field[1:9], "big")


def challenge(held):
    """A fresh one."""
    return held.send(card.CHALLENGE).data


def order(held, seconds, fresh, key=KEY):
    """Asks for this time, and gives the status word."""
    data = seconds.to_bytes(8, "big")
    proof = hmac.new(key, PREFIX + b"\x01" + fresh + data, "sha256").digest()
    return held.send(card.SET_TIME, data + proof).status
