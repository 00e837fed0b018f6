"""What is wrong is refused with the right status word, and changes nothing."""

from .. import card
from ..card import request, tlv
from ..checks import equal, holds
from .accounts import secret

NAME = tlv(0x71, b"one")
KEY = tlv(0x73, bytes([card.TOTP | 1, 6]) + secret(20))
STEP = tlv(0x74, bytes(8))


def tell(world):
    """Request by request, and with `ykman apdu`."""
    world.token()
    with world.card() as held:
        held.put("one", secret(20))
        held.put("two", secret(20), kind=card.HOTP)
        before = (held.send(card.LIST).data, held.calculate_all(1))
        for what, ins, data, p1, p2, status in cases():
            equal(what, held.send(ins, data, p1, p2).status, status)
        malformed(held)
        raw(held)
        held.select()
        after = (held.send(card.LIST).data, held.calculate_all(1))
        equal("all of that changed nothing", after, before)
    by_ykman(world.ykman)


def cases():
    """What is asked, and the status word."""
    both = NAME + tlv(0x71, b"other")
    name_65 = tlv(0x71, b"n" * 65)
    key_65 = tlv(0x73, bytes([card.TOTP | 1, 6]) + bytes(65))
    kinds = {
        "an unknown hash": bytes([card.TOTP | 4, 6]),
        "no hash": bytes([card.TOTP, 6]),
        "an unknown type": bytes([0x31, 6]),
        "five digits": bytes([card.TOTP | 1, 5]),
        "nine digits": bytes([card.TOTP | 1, 9]),
    }
    for what, kind in kinds.items():
        key = tlv(0x73, kind + secret(20))
        yield what, card.PUT, NAME + key, 0, 0, card.WRONG_DATA
    yield "a name of 65 bytes", card.PUT, name_65 + KEY, 0, 0, card.WRONG_DATA
    yield "an empty name", card.PUT, tlv(0x71) + KEY, 0, 0, card.WRONG_DATA
    yield "a secret of 65 bytes", card.PUT, NAME + key_65, 0, 0, card.WRONG_DATA
    yield "no secret", card.PUT, NAME + tlv(0x73, bytes([0x21, 6])), 0, 0, card.WRONG_DATA
    yield "no key", card.PUT, NAME, 0, 0, card.WRONG_DATA
    yield "no name", card.PUT, KEY, 0, 0, card.WRONG_DATA
    yield "a counter of 3 bytes", card.PUT, NAME + KEY + tlv(0x7A, bytes(3)), 0, 0, card.WRONG_DATA
    yield "DELETE of nobody", card.DELETE, tlv(0x71, b"none"), 0, 0, card.NOT_FOUND
    yield "DELETE of a part of a name", card.DELETE, tlv(0x71, b"on"), 0, 0, card.NOT_FOUND
    yield "DELETE without a name", card.DELETE, b"", 0, 0, card.WRONG_DATA
    yield "RENAME of nobody", card.RENAME, tlv(0x71, b"none") + NAME, 0, 0, card.NOT_FOUND
    yield "RENAME to one name", card.RENAME, NAME, 0, 0, card.WRONG_DATA
    yield "RENAME to 65 bytes", card.RENAME, NAME + name_65, 0, 0, card.WRONG_DATA
    yield "CALCULATE of nobody", card.CALCULATE, tlv(0x71, b"none") + STEP, 0, 1, card.NOT_FOUND
    yield "CALCULATE without a challenge", card.CALCULATE, NAME, 0, 1, card.WRONG_DATA
    yield "CALCULATE ALL without one", card.CALCULATE_ALL, b"", 0, 1, card.WRONG_DATA
    yield "RESET without its parameters", card.RESET, b"", 0, 0, card.WRONG_PARAMETERS
    yield "CALCULATE with P1", card.CALCULATE, NAME + STEP, 1, 1, card.WRONG_PARAMETERS
    yield "CALCULATE with P2 of 2", card.CALCULATE, NAME + STEP, 0, 2, card.WRONG_PARAMETERS
    yield "LIST with P1", card.LIST, b"", 1, 0, card.WRONG_PARAMETERS
    yield "an unknown instruction", 0x55, b"", 0, 0, 0x6D00
    yield "VALIDATE where no key is set", card.VALIDATE, tlv(0x75, bytes(20)) + STEP, 0, 0, (
        card.NOT_FOUND
    )
    weak = tlv(0x73, bytes([card.TOTP | 1]) + bytes(16)) + STEP + tlv(0x75, bytes(20))
    yield "SET CODE with a wrong proof", card.SET_CODE, weak, 0, 0, card.NOT_FOUND
    yield "SET CODE of nothing", card.SET_CODE, b"", 0, 0, card.WRONG_DATA
    yield "two names", card.PUT, both + KEY, 0, 0, card.WRONG_DATA


def malformed(held):
    """Lengths that lie, tags that are not there."""
    for what, data in {
        "a length beyond the end": b"\x71\x7fone",
        "a length of two bytes beyond the end": b"\x71\x82\x01\x00one",
        "a length that is cut off": b"\x71\x82\x01",
        "a length without an end": b"\x71\x80one",
        "a length of four bytes": b"\x71\x84\x00\x00\x00\x03one",
        "a tag alone": b"\x71",
        "another tag": tlv(0x55, b"one"),
    }.items():
        for ins in (card.PUT, card.DELETE, card.CALCULATE, card.RENAME):
            answer = held.send(ins, data)
            equal(f"{what}, to {ins:02X}", (answer.status, answer.data), (card.WRONG_DATA, b""))


def raw(held):
    """Requests that are none."""
    for what, sent, status in (
        ("a class that is not ours", request(card.LIST, cla=0x80), 0x6E00),
        ("data that is too short", bytes.fromhex("0001000020") + b"short", 0x6700),
        ("data that is too long", bytes.fromhex("0002000003") + b"too long", 0x6700),
        ("an extended length that lies", bytes.fromhex("00020000000100") + b"x", 0x6700),
        ("half a header", bytes.fromhex("00A1"), 0x6700),
        ("three quarters of one", bytes.fromhex("00A100"), 0x6700),
    ):
        data, answered = held.wire.transmit(sent)
        equal(what, (answered, data), (status, b""))
    held.wire.transmit(request(card.PUT, NAME[:2], cla=0x10))
    other = held.send(card.DELETE, tlv(0x71, b"none"))
    holds("a chain that is broken off is forgotten", other.status != card.OK, other)
    chain = [held.wire.transmit(request(card.PUT, bytes(250), cla=0x10))[1] for _ in range(5)]
    holds("a chain has an end", any(status != card.OK for status in chain), chain)
    held.select()
    absent = held.select(bytes.fromhex("A000000308"))
    equal("an application that is not there", absent.status, card.NO_APPLICATION)
    held.select()


def by_ykman(ykman):
    """The same through ykman, in both codings."""
    unknown = ["55=6D00", "02:71046E6F6E65=6984", "A20001:71036F6E65=6A80", "04:=6B00"]
    for coding in ([], ["--short"]):
        said = ykman.here("apdu", *coding, "--app", "oath", "a1=", *unknown[:3])
        words = " ".join(coding) or "extended"
        equal(f"ykman apdu finds the status words, {words}", said.status, 0)
        holds("and the answer", "one" in said.out.replace("\u00b7", ""), said)
    bad = ykman.here("apdu", "--app", "oath", "55=9000")
    holds("and would say if they were others", bad.status != 0, bad)
