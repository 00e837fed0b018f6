"""The password: what it locks, how it is changed, and that guessing is slowed down."""

import time

from .. import card, oracle
from ..checks import equal, holds
from .accounts import secret

KEY = oracle.base32(secret(20))
RIGHT, WRONG = b"right key, 16 by", b"wrong key, 16 by"


def tell(world):
    """First with ykman, then request by request."""
    token = world.token()
    by_ykman(world, token)
    with world.card() as held:
        held.put("mine", secret(20))
        held.put("count", secret(20), kind=card.HOTP)
        equal("an access key is set", held.set_code(RIGHT).status, card.OK)
    locked_commands(world)
    challenges(world)
    sessions(world, token)
    changed(world)
    guessing(world, token)


def by_ykman(world, token):
    """Set, used, changed, removed."""
    ykman = world.ykman
    ykman.accounts("add", "mine", KEY)
    change = lambda *args: ykman.oath("access", "change", *args)
    equal("a password is set", change("-n", "first").status, 0)
    holds("and shown", "enabled" in ykman.oath("info").out)
    without = ykman.accounts("list", answers="\n")
    holds("nothing is listed without it", without.status and "mine" not in without.out, without)
    wrong = ykman.accounts("list", "-p", "wrong")
    holds("a wrong one is refused", "Wrong password" in wrong.err, wrong)
    equal("the right one lists", ykman.accounts("list", "-p", "first").out.strip(), "mine")
    with oracle.Span() as span:
        said = ykman.accounts("code", "-s", "mine", "-p", "first")
    right = span.codes(lambda at: oracle.totp(secret(20), at))
    holds("and gives codes", said.out.strip() in right, (said, right))
    token.restart()
    without = ykman.accounts("code", answers="\n")
    holds("a restart locks it", without.status != 0, without)
    bad = change("-p", "wrong", "-n", "second")
    holds("changing it takes the right one", bad.status != 0, bad)
    equal("it is changed", change("-p", "first", "-n", "second").status, 0)
    old = ykman.accounts("list", "-p", "first")
    holds("the old one is void", "Wrong password" in old.err, old)
    equal("the new one serves", ykman.accounts("list", "-p", "second").out.strip(), "mine")
    equal("it is removed", change("-p", "second", "--clear").status, 0)
    equal("and not asked for", ykman.accounts("list").out.strip(), "mine")
    holds("and not shown", "disabled" in ykman.oath("info").out)
    ykman.accounts("delete", "-f", "mine")


def locked_commands(world):
    """Every command but three is refused, and does nothing."""
    with world.card() as held:
        named = card.tlv(0x71, b"mine")
        refused = {
            "PUT": held.put("mine", b"another secret of 20"),
            "DELETE": held.delete("mine"),
            "SET CODE": held.set_code(WRONG),
            "SET CODE, removing": held.set_code(None),
            "RENAME": held.send(card.RENAME, named + card.tlv(0x71, b"theirs")),
            "LIST": held.send(card.LIST),
            "CALCULATE": held.calculate("mine", 1),
            "CALCULATE of a counter": held.calculate("count"),
            "CALCULATE ALL": held.send(card.CALCULATE_ALL, card.tlv(0x74, bytes(8)), p2=1),
        }
        for command, answer in refused.items():
            equal(f"{command} is locked", (answer.status, answer.data), (card.AUTH_REQUIRED, b""))
        rest = held.send(card.REMAINING)
        holds("there is no rest of an answer", rest.status != card.OK and not rest.data, rest)
        unlock(held)
        equal("nothing was done", held.list(), ["mine", "count"])
        equal("no code was changed", held.code("mine", 1), oracle.hotp(secret(20), 1))
        equal("no counter was spent", held.code("count"), oracle.hotp(secret(20), 0))


def challenges(world):
    """Each selection asks anew, and an answer counts once."""
    with world.card() as held:
        first = held.challenge
        held.select()
        second = held.challenge
        holds("each selection has its challenge", first != second and len(first) == 8)
        stale = held.validate(RIGHT, first)
        equal("an answer to an older one is refused", stale.status, card.WRONG_DATA)
        held.select()
        second = held.challenge
        own = b"host ask"
        response = oracle.tag(RIGHT, second)
        answer = held.validate_with(response, own)
        equal("the right one is accepted", answer.status, card.OK)
        proof = dict(answer.values).get(0x75)
        equal("the token proves that it knows the key", proof, oracle.tag(RIGHT, own))
        replay = held.validate_with(response, own)
        holds("a replay is refused", replay.status != card.OK and not replay.data, replay)
        held.select()
        equal("a selection locks", held.send(card.LIST).status, card.AUTH_REQUIRED)
        replay = held.validate_with(response, own)
        equal("a replay is refused then, too", replay.status, card.WRONG_DATA)
        unlock(held)
        equal("which opens it", held.send(card.LIST).status, card.OK)
        held.select(card.MANAGEMENT)
        held.select()
        equal("another application locks", held.send(card.LIST).status, card.AUTH_REQUIRED)
        unlock(held)
        held.select()
        absent = held.select(b"\xa0\x00\x00\x00\x99")
        listed = held.send(card.LIST)
        statuses = (absent.status, listed.status)
        equal("nor does an absent one open it", statuses, (card.NO_APPLICATION, card.AUTH_REQUIRED))


def sessions(world, token):
    """Power, reset and a restart end what was unlocked."""
    with card.Pcsc() as wire:
        held = card.Card(wire)
        for what, cut in (("a reset", wire.reset), ("a power cycle", wire.power_cycle)):
            unlock(held)
            cut()
            listed = held.send(card.LIST)
            holds(f"{what} leaves nothing selected or open", listed.status != card.OK, listed)
            held.select()
            equal(f"{what} locks", held.send(card.LIST).status, card.AUTH_REQUIRED)
        old = held.challenge
    token.restart()
    with world.card() as held:
        holds("a restart has its challenge", held.challenge != old)
        equal("a restart locks", held.send(card.LIST).status, card.AUTH_REQUIRED)
        unlock(held)
        equal("and keeps everything", held.list(), ["mine", "count"])


def changed(world):
    """The proof that a host knows the new key is checked."""
    with world.card() as held:
        unlock(held)
        challenge = b"8 bytes."
        key = card.tlv(0x73, bytes([card.TOTP | 1]) + WRONG) + card.tlv(0x74, challenge)
        proof = card.tlv(0x75, oracle.tag(RIGHT, challenge))
        bad = held.send(card.SET_CODE, key + proof)
        equal("a new key with a wrong proof is refused", bad.status, card.NOT_FOUND)
        unlock(held)
        equal("the right one changes it", held.set_code(WRONG).status, card.OK)
        held.select()
        equal("the new one unlocks", held.validate(WRONG).status, card.OK)
        equal("and changes it back", held.set_code(RIGHT).status, card.OK)


def guessing(world, token):
    """Three wrong answers are free; then each costs a wait, which no power cycle shortens."""
    with world.card() as held:
        tried = [guess(held) for _ in range(3)]
        equal("three guesses are answered", tried, [card.WRONG_DATA] * 3)
        waits(held, "then even the right one waits")
        for seconds in (1, 2):
            begun = time.monotonic()
            equal("a guess after the wait is answered", after_wait(held, WRONG), card.WRONG_DATA)
            took = time.monotonic() - begun
            holds(f"it waits {seconds} s", seconds - 0.5 < took < seconds + 2, took)
        held.wire.power_cycle()
        waits(held, "a power cycle of the card forgets no guess")
    token.restart()
    with world.card() as held:
        waits(held, "nor does a restart")
        equal("after the wait the right one unlocks", after_wait(held, RIGHT), card.OK)
        equal("nothing is lost by waiting", held.list(), ["mine", "count"])
        equal("and guesses are free again", [guess(held), guess(held)], [card.WRONG_DATA] * 2)
        unlock(held)
        equal("the key is removed", held.set_code(None).status, card.OK)
        held.select()
        equal("and there is no challenge", held.challenge, None)
        equal("and nothing to answer", held.validate(RIGHT, bytes(8)).status, card.NOT_FOUND)


WAIT = 0x6985


def guess(held):
    """One wrong answer."""
    held.select()
    return held.validate(WRONG).status


def waits(held, what):
    """Even the right answer is turned away for now."""
    held.select()
    equal(what, held.validate(RIGHT).status, WAIT)


def after_wait(held, key):
    """Asks until the wait is over, and gives what comes then."""
    end = time.monotonic() + 20
    while True:
        held.select()
        status = held.validate(key).status
        if status != WAIT or time.monotonic() > end:
            return status
        time.sleep(0.05)


def unlock(held):
    """Selects, and answers the challenge."""
    held.select()
    equal("it is unlocked", held.validate(RIGHT).status, card.OK)
