"""Everything is erased, if the holder allows it; and secrets are not to be found in the storage."""

from .. import card, oracle
from ..checks import equal, holds
from .accounts import secret

SECRET = bytes(range(0x40, 0x80))
REPLACEMENT = bytes(range(0x80, 0xC0))


def tell(world):
    """Refused, then allowed; and the image of the storage at each moment."""
    token = world.token()
    ykman = world.ykman
    with world.card() as held:
        held.put("secret-name", SECRET, algorithm="SHA256")
        held.put("gone", SECRET)
        held.put("count", secret(20), kind=card.HOTP)
        held.code("count")
        sealed(token, "while it is in use")
        held.delete("gone")
        sealed(token, "after DELETE")
        held.put("secret-name", REPLACEMENT, algorithm="SHA256")
        sealed(token, "after a replacement")
        first = held.id
    ykman.oath("access", "change", "-n", "secret")
    with token.when_asked("refuse"):
        refused = ykman.oath("reset", "--force")
    holds("the holder can refuse to erase everything", refused.status != 0, refused)
    listed = ykman.accounts("list", "-p", "secret").lines
    equal("and everything is there", sorted(listed), ["count", "secret-name"])
    with token.when_asked("allow"):
        allowed = ykman.oath("reset", "--force")
    equal("the holder can allow it, without the password", allowed.status, 0)
    equal("no account is left", ykman.accounts("list").out, "")
    holds("no password either", "disabled" in ykman.oath("info").out)
    with world.card() as held:
        holds("the token is another one for its hosts", held.id != first)
        second = held.id
        sealed(token, "after RESET")
        held.put("count", secret(20), kind=card.HOTP)
        equal("it can be used again", held.code("count"), oracle.hotp(secret(20), 0))
    token.restart()
    with world.card() as held:
        equal("and keeps its new identity", held.id, second)
        equal("and its new account", held.list(), ["count"])


def sealed(token, when):
    """No four bytes of a secret or a name lie in the storage."""
    image = (token.state / token.storage).read_bytes()
    holds(f"the storage is not blank, {when}", len(set(image)) > 1)
    windows = [
        text[at : at + 4]
        for text in (SECRET, REPLACEMENT, b"secret-name")
        for at in range(len(text) - 3)
    ]
    # A window of four random bytes is found by chance once in a thousand runs; two never are.
    found = [window for window in windows if window in image]
    holds(f"no secret and no name is readable, {when}", len(found) < 2, found)
