"""Short and extended requests, long requests in links, long answers in parts."""

from .. import card, oracle
from ..card import request, tlv
from ..checks import equal, holds
from .accounts import secret

MANY = 24


def tell(world):
    """The same accounts in every coding."""
    token = world.token()
    names = [f"Issuer {i:02}:{'x' * 20}" for i in range(MANY)]
    with world.card() as held:
        statuses = {held.put(name, secret(20), digits=8).status for name in names}
        equal(f"{MANY} accounts are added", statuses, {card.OK})
    answers = {}
    for extended in (False, True):
        word = "extended" if extended else "short"
        with world.card(extended) as held:
            equal(f"LIST, {word}", held.list(), names)
            answers[word] = (held.send(card.LIST).data, held.calculate_all(7))
            right = {name: oracle.hotp(secret(20), 7, digits=8) for name in names}
            codes = {name: card.code_of(value) for name, (_, value) in answers[word][1].items()}
            equal(f"CALCULATE ALL, {word}", codes, right)
            whole = held.calculate_all(7, p2=0)
            tags = {name: value[1:] for name, (_, value) in whole.items()}
            right = {name: oracle.tag(secret(20), (7).to_bytes(8, "big")) for name in names}
            equal(f"CALCULATE ALL with the whole tags, {word}", tags, right)
    equal("both say the same", answers["short"], answers["extended"])
    with world.card() as held:
        parts(held, answers["short"][0])
        lengths(held)
        links(held)
    by_ykman(world, token, names)


def parts(held, whole):
    """A long answer comes in parts of at most 256 bytes."""
    data, status = held.wire.transmit(request(card.LIST))
    holds("the first part says how much is left", status >> 8 == 0x61, hex(status))
    holds("and is no longer than an answer can be", len(data) <= 256, len(data))
    left, status = held.wire.transmit(request(card.LIST))
    equal("asking again begins again", left, data)
    held.wire.transmit(request(card.CALCULATE, tlv(0x71, b"none") + tlv(0x74, bytes(8)), p2=1))
    rest, status = held.wire.transmit(request(card.REMAINING))
    holds("another request forgets the rest", not rest and status != card.OK, hex(status))
    equal("a whole one is the same as before", held.send(card.LIST).data, whole)
    rest, status = held.wire.transmit(request(card.REMAINING))
    holds("after the end there is no rest", not rest and status != card.OK, hex(status))


def lengths(held):
    """Every way of saying how long an answer may be."""
    select = b"\x00\xa4\x04\x00"
    short = bytes([len(card.OATH)]) + card.OATH
    long = b"\x00" + len(card.OATH).to_bytes(2, "big") + card.OATH
    for what, sent in {
        "short": select + short,
        "short, with Le": select + short + b"\x00",
        "extended": select + long,
        "extended, with Le": select + long + b"\x00\x00",
    }.items():
        data, status = held.wire.transmit(sent)
        equal(f"SELECT, {what}", (status, card.values(data)[0][0]), (card.OK, 0x79))
    first = held.wire.transmit(b"\x00\xa1\x00\x00")
    for what, end in {"Lc of zero": b"\0", "extended Le": b"\0\0\0", "Le": b"\xff"}.items():
        equal(f"LIST with {what}", held.wire.transmit(b"\x00\xa1\x00\x00" + end), first)


def links(held):
    """A request in several links is one request (ISO 7816-4 §5.3.3)."""
    key = tlv(0x73, bytes([card.TOTP | 2, 8]) + secret(64))
    data = tlv(0x71, b"chained") + key + card.TOUCH
    statuses = []
    for at in range(0, len(data), 16):
        last = at + 16 >= len(data)
        sent = request(card.PUT, data[at : at + 16], cla=0 if last else 0x10)
        statuses.append(held.wire.transmit(sent)[1])
    equal("each link is taken", set(statuses), {card.OK})
    equal("and they make an account", held.calculate_all(1)["chained"], (0x7C, b"\x08"))
    equal("which is deleted again", held.delete("chained").status, card.OK)


def by_ykman(world, token, names):
    """ykman writes extended requests to a key on USB, and short ones to any other."""
    listed = world.ykman.accounts("list").lines
    equal("ykman lists them with extended requests", listed, names)
    if token.name != "simulator":
        return
    token.leave()
    token.arguments = []
    token.start()
    equal("and with short ones", world.ykman.accounts("list").lines, names)
    with oracle.Span() as span:
        said = world.ykman.accounts("code", "--single", names[0])
    right = span.codes(lambda at: oracle.totp(secret(20), at, digits=8))
    holds("which give codes, too", said.out.strip() in right, (said, right))
