"""`kill -9` at random under traffic: nothing acknowledged is lost, no counter is used twice, and no
wrong guess is forgotten.

The story plays the reader itself, so that a life takes a fraction of a second.
"""

import random
import threading
import time

from .. import card, oracle
from ..checks import equal, holds, note
from ..reader import Wire

KILLS = {"simulator": 100, "firmware": 200}
NAMES = [f"account-{number}" for number in range(16)]
COUNTERS = ["counter-a", "counter-b"]
STEP = 77
KEY = b"the access key's"
TRIES = 100


def tell(world):
    """Lives of one token, each ended without a word, and each beginning with a look back."""
    wire = Wire()
    token = world.token(port=wire.port, asked=False)
    ledger = Ledger(random.Random(time.time_ns()))
    kills = KILLS[token.name]
    begun = time.monotonic()
    for life in range(kills + 1):
        if life:
            token.start(wire.port)
        wire.insert()
        held = card.Card(wire)
        if life == 0:
            held.select()
            for name in COUNTERS:
                held.put(name, key(name), kind=card.HOTP, digits=8)
            held.set_code(KEY)
        if not ledger.look_back(held):
            break
        if life < kills:
            live(token, held, ledger)
    found = (life, ledger.lost)
    equal("every life began with everything that was acknowledged", found, (kills, []))
    equal("no counter was used twice", ledger.repeated, [])
    equal("no counter was skipped but by a kill", ledger.skipped, [])
    equal("no guess was forgotten", ledger.forgotten, [])
    count = ledger.count
    holds("kills fell into requests", count["in flight"] >= kills // 3, count)
    holds("codes were given", count["codes"] > kills, count)
    holds("accounts changed", count["changes"] > kills, count)
    holds("and keys were guessed", count["guesses"] > kills // 10, count)
    took = time.monotonic() - begun
    note(f"{kills} kills in {took:.0f} s: {', '.join(f'{n} {what}' for what, n in count.items())}")


def live(token, held, ledger):
    """Traffic until the token is killed under it."""
    killer = threading.Timer(ledger.draw.uniform(0.005, 0.15), token.process.kill)
    killer.start()
    try:
        while True:
            ledger.act(held)
    except OSError:
        pass
    finally:
        killer.join()
        token.kill()


def key(name, version=0):
    """A secret for each name and version."""
    return oracle.tag(b"persistence", f"{name} {version}".encode(), "SHA256")


class Ledger:
    """What the token has acknowledged, and the one request of which nobody knows."""

    def __init__(self, draw):
        self.draw = draw
        self.accounts = {}
        self.next = dict.fromkeys(COUNTERS, 0)
        self.version = 0
        self.pending = None
        self.wrong = 0
        self.key = KEY
        self.lost, self.repeated, self.skipped, self.forgotten = [], [], [], []
        self.count = {"codes": 0, "changes": 0, "guesses": 0, "in flight": 0}

    def act(self, held):
        """One request; what it means is noted when it is acknowledged."""
        draw, absent = self.draw, [name for name in NAMES if name not in self.accounts]
        present = list(self.accounts)
        dice = draw.random()
        if dice < 0.05:
            self.change_key(held)
        elif dice < 0.12:
            self.guess(held)
        elif dice < 0.5:
            self.spend(held, draw.choice(COUNTERS))
        elif absent and (dice < 0.75 or not present):
            self.version += 1
            name, version = draw.choice(absent), self.version
            then = {**self.accounts, name: version}
            self.change(then, lambda: held.put(name, key(name, version), digits=8))
        elif dice < 0.9 and present:
            name = draw.choice(present)
            then = {other: v for other, v in self.accounts.items() if other != name}
            self.change(then, lambda: held.delete(name))
        elif absent and present:
            self.rename(held, draw.choice(present), draw.choice(absent))

    def change(self, then, request):
        """A request after which the accounts are others."""
        self.pending = ("accounts", then)
        answer = request()
        if answer.status != card.OK:
            self.lost.append(f"{then}: {answer}")
        self.pending, self.accounts = None, then
        self.count["changes"] += 1

    def rename(self, held, old, new):
        """The secret moves to another name: its version says whose it was at first."""
        origin = self.accounts[old]
        then = {name: v for name, v in self.accounts.items() if name != old}
        then[new] = origin if isinstance(origin, tuple) else (old, origin)
        names = card.tlv(0x71, old.encode()) + card.tlv(0x71, new.encode())
        self.change(then, lambda: held.send(card.RENAME, names))

    def guess(self, held):
        """A wrong answer, and a right one, which gives the tries back and goes on."""
        held.select()
        self.pending = ("guess", {self.wrong, self.wrong + 1})
        answer = held.validate(b"wrong".ljust(16))
        if answer.status != card.WRONG_DATA:
            self.lost.append(f"a guess: {answer}")
        self.pending = None
        self.wrong += 1
        self.count["guesses"] += 1
        self.unlock(held)

    def change_key(self, held):
        """Another access key."""
        new = self.draw.randbytes(16)
        self.pending = ("key", new)
        answer = held.set_code(new)
        if answer.status != card.OK:
            self.lost.append(f"another access key: {answer}")
        self.pending, self.key = None, new
        self.count["changes"] += 1

    def unlock(self, held):
        """The right answer."""
        held.select()
        self.pending = ("guess", {self.wrong, self.wrong + 1, 0})
        answer = held.validate(self.key)
        if answer.status != card.OK:
            self.lost.append(f"the access key: {answer}")
        self.pending = None
        self.wrong = 0

    def spend(self, held, name):
        """The next code of a counter, which must be a new one."""
        skippable = self.pending == ("counter", name)
        self.pending = ("counter", name)
        answer = held.calculate(name, p2=0)
        self.pending = None
        tag = answer.values[0][1][1:] if answer.status == card.OK else None
        self.judge(name, tag, answer, skippable)
        self.count["codes"] += 1

    def judge(self, name, tag, answer, skippable):
        """Finds out of which counter a tag is."""
        after = self.next[name]
        for counter in range(after, after + 3):
            if tag == oracle.tag(key(name), counter.to_bytes(8, "big")):
                if counter > after + skippable:
                    self.skipped.append((name, after, counter))
                self.next[name] = counter + 1
                return
        earlier = [c for c in range(after) if tag == oracle.tag(key(name), c.to_bytes(8, "big"))]
        if earlier:
            self.repeated.append((name, after, earlier))
        else:
            self.lost.append(f"{name} at {after}: {answer}")

    def look_back(self, held):
        """The first thing in a life: what was acknowledged is there, and nothing else."""
        pending, self.pending = self.pending, None
        self.count["in flight"] += pending is not None
        held.select(card.ADMINISTRATION)
        left = dict(held.send(card.STATUS).values).get(card.TRIES_LEFT, b"\0")[0]
        right = pending[1] if pending and pending[0] == "guess" else {self.wrong}
        if TRIES - left not in right:
            self.forgotten.append((left, right))
        self.wrong = TRIES - left
        held.select()
        if pending and pending[0] == "key" and held.validate(pending[1]).status == card.OK:
            self.key = pending[1]
        self.unlock(held)
        everything = held.calculate_all(STEP)
        if isinstance(everything, int):
            self.lost.append(f"CALCULATE ALL: {everything:04X}")
            return False
        found = {
            name: card.code_of(value)
            for name, (tag, value) in everything.items()
            if name not in COUNTERS
        }
        if pending and pending[0] == "accounts" and found == codes(pending[1]):
            self.accounts = pending[1]
        elif found != codes(self.accounts):
            self.lost.append(f"found {found}, expected {codes(self.accounts)}, under way {pending}")
            return False
        if pending and pending[0] == "counter":
            # Its code may have been counted, and not have arrived.
            self.pending = pending
            self.spend(held, pending[1])
        return not self.lost and not self.forgotten


def codes(accounts):
    """The right code for each account."""
    right = {}
    for name, version in accounts.items():
        origin = version if isinstance(version, tuple) else (name, version)
        right[name] = oracle.hotp(key(*origin), STEP, digits=8)
    return right
