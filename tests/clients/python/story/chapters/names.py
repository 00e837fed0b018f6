"""Names and secrets at their limits; accounts are replaced, renamed, deleted, exported."""

from .. import card, oracle
from ..checks import equal, holds
from .accounts import secret

KEY = oracle.base32(secret(20))
OTHER = b"another secret, 22 by."


def tell(world):
    """What happens to an account after it was added, and what cannot be added."""
    world.token()
    limits(world)
    replaced(world)
    renamed(world.ykman)
    deleted(world.ykman)
    exported(world)


def code(ykman, name):
    """A single code."""
    return ykman.accounts("code", "--single", "--show-hidden", name).out.strip()


def gives(what, ykman, name, key, *rest):
    """The account gives the code of this secret."""
    with oracle.Span() as span:
        said = code(ykman, name)
    right = span.codes(lambda at: oracle.totp(key, at, *rest))
    holds(what, said in right, (said, right))


def limits(world):
    """Names of 64 bytes, and secrets of the lengths at which something changes."""
    ykman = world.ykman
    name = "n" * 40 + "ü" * 12
    equal("a name of 64 bytes is added", ykman.accounts("add", name, KEY).status, 0)
    gives("and gives its code", ykman, name, secret(20))
    long = ykman.accounts("add", "--issuer", "x", name, KEY)
    holds("one of 66 bytes is refused", long.status != 0, long)
    equal("a name of one byte is added", ykman.accounts("add", "a", KEY).status, 0)
    hidden = ykman.accounts("add", "--issuer", "_hidden", "cave", KEY)
    equal("a hidden account is added", hidden.status, 0)
    holds("it is not listed", "cave" not in ykman.accounts("list").out)
    holds("unless it is asked for", "_hidden:cave" in ykman.accounts("list", "-H").out)
    gives("and gives its code", ykman, "_hidden:cave", secret(20))
    for algorithm, length in (("SHA1", 64), ("SHA256", 64), ("SHA512", 64), ("SHA1", 2)):
        key = secret(length)
        added = ykman.accounts(
            "add", "-a", algorithm, f"{algorithm}-{length}", oracle.base32(key)
        )
        equal(f"a secret of {length} bytes is added for {algorithm}", added.status, 0)
        gives("and gives its code", ykman, f"{algorithm}-{length}", key, algorithm)
    longer = ykman.accounts("add", "hashed", oracle.base32(secret(65)))
    equal("a longer one comes hashed", longer.status, 0)
    gives("and gives its code", ykman, "hashed", secret(65))
    before = ykman.accounts("list").out
    longest = ykman.accounts("add", "-a", "SHA512", "unhashed", oracle.base32(secret(128)))
    holds("one of 128 bytes is refused", longest.status != 0, longest)
    equal("and leaves nothing behind", ykman.accounts("list").out, before)


def replaced(world):
    """An account of the same name takes the old one's place, if the holder allows it."""
    ykman, token = world.ykman, world.tokens[0]
    ykman.accounts("add", "twice", KEY)
    listed = ykman.accounts("list").lines
    no = ykman.accounts("add", "twice", oracle.base32(OTHER), answers="n\n")
    holds("ykman asks first", no.status != 0 and "already exists" in no.err + no.out, no)
    with token.when_asked("refuse"):
        refused = ykman.accounts("add", "--force", "twice", oracle.base32(OTHER))
    holds("the holder can refuse a replacement", refused.status != 0, refused)
    gives("and the old account stays", ykman, "twice", secret(20))
    with token.when_asked("allow"):
        allowed = ykman.accounts("add", "--force", "twice", oracle.base32(OTHER), "-d", "8")
    equal("the holder can allow it", allowed.status, 0)
    gives("and the new account is there", ykman, "twice", OTHER, "SHA1", 8)
    equal("once", ykman.accounts("list").lines, listed)


def renamed(ykman):
    """A new name, and names that are taken."""
    ykman.accounts("add", "--issuer", "Old", "name", KEY, "--period", "60")
    done = ykman.accounts("rename", "--force", "Old:name", "New:name")
    equal("an account is renamed", done.status, 0)
    names = ykman.accounts("list").lines
    holds("to its new name", "60/New:name" in names and "60/Old:name" not in names, names)
    with oracle.Span() as span:
        said = code(ykman, "60/New:name")
    right = span.codes(lambda at: oracle.totp(secret(20), at, period=60), 60)
    holds("and gives the same codes", said in right, (said, right))
    ykman.accounts("add", "-o", "HOTP", "count", KEY)
    first = code(ykman, "count")
    ykman.accounts("rename", "-f", "count", "counts-on")
    codes = [row[3] for row in oracle.vectors("rfc4226.csv")]
    equal("a counter moves with its account", [first, code(ykman, "counts-on")], codes[:2])
    taken = ykman.accounts("rename", "-f", "counts-on", "twice")
    holds("a name that is taken is refused", taken.status != 0, taken)


def deleted(ykman):
    """An account is deleted, and the others stay."""
    before = ykman.accounts("list").lines
    done = ykman.accounts("delete", "--force", "counts-on")
    equal("an account is deleted", done.status, 0)
    after = ykman.accounts("list").lines
    equal("and no other", after, [name for name in before if name != "counts-on"])
    gone = ykman.accounts("code", "--single", "counts-on")
    holds("it gives no codes", gone.status != 0, gone)
    ykman.accounts("add", "-o", "HOTP", "counts-on", KEY)
    right = oracle.vectors("rfc4226.csv")[0][3]
    equal("a new one of its name starts anew", code(ykman, "counts-on"), right)


def exported(world):
    """PSKC, which ykman writes and reads."""
    ykman, path = world.ykman, world.folder / "accounts.xml"
    for kind, more in (("TOTP", ()), ("HOTP", ("-c", "3"))):
        args = ("add", "-o", kind, "-i", "PSKC", kind, KEY, "-O", path, *more)
        equal(f"{kind} is written to a file", ykman.accounts(*args).status, 0)
        ykman.accounts("delete", "-f", f"PSKC:{kind}")
        equal("and read", ykman.accounts("import", "--force", path).status, 0)
        path.unlink()
    gives("TOTP gives its code", ykman, "PSKC:TOTP", secret(20))
    equal("HOTP gives its code", code(ykman, "PSKC:HOTP"), oracle.hotp(secret(20), 3))
    with world.card() as held:
        equal("all of that fits one list", held.send(card.LIST).status, card.OK)
