"""An older client, ykman 4 as Debian has it, does the daily work."""

from .. import oracle
from ..checks import equal, holds, note
from .accounts import secret

KEY = oracle.base32(secret(20))


def tell(world):
    """Accounts, a touch, a password, with ykman 4; ykman 5 agrees."""
    token = world.token()
    old, new = world.old_ykman, world.ykman
    versions = [client.run("--version").out.split()[-1] for client in (old, new)]
    holds("it is an older one", versions[0] != versions[1], versions)
    note(f"ykman {versions[0]}, beside {versions[1]}")
    info = old.oath("info")
    holds("it finds the applet", info.status == 0 and "OATH version" in info.out, info)
    for algorithm, length in (("SHA1", 20), ("SHA256", 32), ("SHA512", 64)):
        added = old.accounts("add", "-a", algorithm, algorithm, oracle.base32(secret(length)))
        equal(f"it adds {algorithm}", added.status, 0)
        with oracle.Span() as span:
            said = old.accounts("code", "--single", algorithm)
        right = span.codes(lambda at: oracle.totp(secret(length), at, algorithm))
        holds("and gets its code", said.out.strip() in right, (said, right))
    old.accounts("add", "-o", "HOTP", "count", KEY)
    codes = [row[3] for row in oracle.vectors("rfc4226.csv")]
    equal("it counts", old.accounts("code", "-s", "count").out.strip(), codes[0])
    equal("and the new one counts on", new.accounts("code", "-s", "count").out.strip(), codes[1])
    uri = f"otpauth://totp/ACME:ann?secret={KEY}&issuer=ACME&period=60"
    equal("it adds a URI", old.accounts("uri", uri).status, 0)
    equal("both list the same", old.accounts("list").lines, new.accounts("list").lines)
    equal("it renames", old.accounts("rename", "-f", "ACME:ann", "ACME:eve").status, 0)
    equal("it deletes", old.accounts("delete", "-f", "SHA256").status, 0)
    equal("both list the same again", old.accounts("list").lines, new.accounts("list").lines)
    old.accounts("add", "--touch", "touchy", KEY)
    with token.when_asked("allow"):
        allowed = old.accounts("code", "-s", "touchy")
    holds("a touch gives it a code", allowed.out.strip().isdigit(), allowed)
    with token.when_asked("refuse"):
        refused = old.accounts("code", "-s", "touchy")
    holds("and none gives none", refused.status != 0 and not refused.out.strip(), refused)
    equal("it sets a password", old.oath("access", "change", "-n", "secret").status, 0)
    wrong = old.accounts("list", "-p", "wrong")
    holds("a wrong one is refused", wrong.status != 0, wrong)
    both = [client.accounts("list", "-p", "secret").out for client in (old, new)]
    holds("both use the right one", both[0] == both[1] and "touchy" in both[0], both)
    cleared = old.oath("access", "change", "-p", "secret", "--clear")
    equal("and it removes it", cleared.status, 0)
