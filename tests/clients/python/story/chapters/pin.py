"""The PIN, entered with the keys of the board: what it locks, and that no try is given back."""

from .. import card, oracle
from ..checks import equal, holds
from .accounts import secret
from .administration import PIN, status

RIGHT, WRONG, TRIES = "0120", "0000", 8
NONE, REQUIRED, ENTERED, LOCKED = range(4)


def tell(world):
    """Set, asked for, missed, used up."""
    token = world.token()
    with world.card() as held:
        held.put("mine", secret(20))
        equal("there is no PIN", state(held), (NONE, 0))
        token.press("left", "down", "down", "ctrl")
        enter(token, RIGHT)
        enter(token, RIGHT)
        equal("it is set at the menu", state(held), (ENTERED, TRIES))
        equal("and stays entered", (held.select().status, held.list()), (card.OK, ["mine"]))
    token.restart()
    asked_for(world, token)
    used_up(world, token)


def asked_for(world, token):
    """After a restart it is missing; a wrong one costs a try, at once and for good."""
    with world.card() as held:
        locked(held, "a restart locks", card.AUTH_REQUIRED)
        equal("all tries are left", state(held), (REQUIRED, TRIES))
        refused = world.ykman.accounts("list")
    holds("ykman lists nothing", refused.status != 0 and "mine" not in refused.out, refused)
    with world.card() as held:
        enter(token, WRONG)
        equal("a wrong PIN costs a try", state(held), (REQUIRED, TRIES - 1))
    enter(token, WRONG)
    token.restart()
    with world.card() as held:
        equal("power that is cut gives none back", state(held), (REQUIRED, TRIES - 2))
        enter(token, RIGHT)
        equal("the right one opens it", state(held), (ENTERED, TRIES))
        held.select()
        equal("and it works", held.code("mine", 1), oracle.hotp(secret(20), 1))
    token.restart()


def used_up(world, token):
    """After the last try only erasing everything helps."""
    with world.card() as held:
        for left in reversed(range(TRIES)):
            enter(token, WRONG)
            expected = (REQUIRED, left) if left else (LOCKED, 0)
            equal(f"{left} tries are left", state(held), expected)
        locked(held, "then the host hears another word", card.LOCKED_OUT)
    token.restart()
    with world.card() as held:
        equal("a restart changes nothing", state(held), (LOCKED, 0))
        holds("the display says so", token.shows("notice-pin-locked"))
        equal("the right one comes too late", state(held), (LOCKED, 0))
        held.select()
        with token.when_asked("allow"):
            equal("everything is erased", held.send(card.RESET, b"", 0xDE, 0xAD).status, card.OK)
        equal("with it the PIN", state(held), (NONE, 0))
        held.select()
        equal("and the accounts", held.list(), [])


def enter(token, digits):
    """Chooses each figure with Up, which begins at 0, and goes on with Right; Select ends."""
    for place, digit in enumerate(digits):
        token.press(*["up"] * (int(digit) + 1))
        token.press("right" if place + 1 < len(digits) else "ctrl")


def state(held):
    """Where the PIN stands, and how many tries are left."""
    held.select(card.ADMINISTRATION)
    return tuple(status(held)[PIN])


def locked(held, what, word):
    """Nothing of any account is to be had."""
    held.select()
    answers = [
        held.send(card.LIST), held.calculate("mine", 1), held.delete("mine"),
        held.put("other", secret(20)), held.set_code(bytes(16)),
    ]
    equal(what, [(a.status, a.data) for a in answers], [(word, b"")] * len(answers))
