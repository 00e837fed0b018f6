"""The vectors of the RFCs, at their times, through ykman's library and pcscd."""

from ykman.pcsc import list_devices
from yubikit.core.smartcard import SmartCardConnection
from yubikit.oath import HASH_ALGORITHM, OATH_TYPE, CredentialData, OathSession

from .. import oracle
from ..checks import equal, holds
from .accounts import ALGORITHMS, secret


def tell(world):
    """RFC 6238, appendix B; RFC 4226, appendix D; Steam's; and a code for every digit count."""
    world.token()
    device = next(device for device in list_devices() if device.reader.name.endswith("00 00"))
    with device.open_connection(SmartCardConnection) as connection:
        session = OathSession(connection)
        time_based(session)
        counted(session)
        steam(session)


def put(session, name, key, kind="TOTP", algorithm="SHA1", digits=6, **more):
    """Adds an account with ykman's library."""
    kinds = (OATH_TYPE[kind], HASH_ALGORITHM[algorithm])
    return session.put_credential(CredentialData(name, *kinds, key, digits, **more))


def time_based(session):
    """Eight digits of each hash, and the shorter codes are their ends."""
    for algorithm, length in ALGORITHMS.items():
        for digits in (6, 7, 8):
            name = f"{algorithm}-{digits}"
            account = put(session, name, secret(length), algorithm=algorithm, digits=digits)
            for seconds, _, of, code in oracle.vectors("rfc6238.csv"):
                if of == algorithm:
                    given = session.calculate_code(account, int(seconds)).value
                    equal(f"{name} at {seconds}", given, code[-digits:])
    at = 1111111109
    everything = session.calculate_all(at)
    codes = {account.name: code.value for account, code in everything.items()}
    right = {
        f"{algorithm}-{digits}": oracle.totp(secret(length), at, algorithm, digits)
        for algorithm, length in ALGORITHMS.items()
        for digits in (6, 7, 8)
    }
    equal("all of them at once", codes, right)


def counted(session):
    """Ten counters, with the whole tags."""
    account = put(session, "hotp", secret(20), "HOTP")
    other = put(session, "hotp-tags", secret(20), "HOTP")
    for counter, tag, _, code in oracle.vectors("rfc4226.csv"):
        equal(f"HOTP of counter {counter}", session.calculate_code(account).value, code)
        given = session.calculate(other.id, b"").hex()
        equal("and its tag", given, tag)


def steam(session):
    """Steam's codes are computed by ykman from the whole tag."""
    from ykman.oath import calculate_steam

    for number, (key, seconds, code) in enumerate(oracle.vectors("steam.csv")):
        account = put(session, f"bob{number}", bytes.fromhex(key), issuer="Steam")
        if int(seconds):
            # ykman takes a time of 0 for none.
            given = calculate_steam(session, account, int(seconds))
            equal(f"Steam at {seconds}", given, code)
        session.delete_credential(account.id)
    holds("which are gone again", all(c.issuer is None for c in session.list_credentials()))
