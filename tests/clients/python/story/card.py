"""The home of a token as a program sees it: requests and answers, and YKOATH over them."""

import os
from dataclasses import dataclass

from smartcard import scard

from . import oracle, reader

OK = 0x9000
NO_SPACE = 0x6A84
NOT_FOUND = 0x6984
LOCKED_OUT = 0x6983
AUTH_REQUIRED = 0x6982
WRONG_DATA = 0x6A80
WRONG_PARAMETERS = 0x6B00
NO_APPLICATION = 0x6A82

OATH = bytes.fromhex("A0000005272101")
MANAGEMENT = bytes.fromhex("A000000527471117")
# The application that tells how the device is, and sets its clock.
ADMINISTRATION = b"\xf0CS-ADMIN"
STATUS, CHALLENGE, SET_ADMIN_KEY, SET_TIME, TRIM = 0x01, 0x02, 0x03, 0x04, 0x05
TRIES_LEFT = 0x87
PUT, DELETE, SET_CODE, RESET, RENAME = 0x01, 0x02, 0x03, 0x04, 0x05
LIST, CALCULATE, VALIDATE, CALCULATE_ALL, REMAINING = 0xA1, 0xA2, 0xA3, 0xA4, 0xA5
HASHES = {"SHA1": 1, "SHA256": 2, "SHA512": 3}
HOTP, TOTP = 0x10, 0x20
TOUCH = bytes([0x78, 0x02])
ONLY_INCREASING = bytes([0x78, 0x01])


def tlv(tag, value=b""):
    """A tagged value."""
    length = len(value)
    if length < 0x80:
        return bytes([tag, length]) + value
    short = length.to_bytes(1 if length < 0x100 else 2, "big")
    return bytes([tag, 0x80 + len(short)]) + short + value


def values(data):
    """The tagged values of an answer, in their order."""
    found, at = [], 0
    while at < len(data):
        tag, length, at = data[at], data[at + 1], at + 2
        if length >= 0x80:
            wide = length - 0x80
            length, at = int.from_bytes(data[at : at + wide], "big"), at + wide
        if at + length > len(data):
            raise ValueError("a value is cut off")
        found.append((tag, data[at : at + length]))
        at += length
    return found


def request(ins, data=b"", p1=0, p2=0, cla=0, extended=False):
    """A request in the short or the extended coding, as ykman writes them."""
    head = bytes([cla, ins, p1, p2])
    if extended:
        return head + (b"\0" + len(data).to_bytes(2, "big") + data if data else b"")
    return head + bytes([len(data)]) + data


@dataclass
class Answer:
    """The data of an answer, and its status word."""

    data: bytes
    status: int

    @property
    def values(self):
        """The tagged values."""
        return values(self.data)


class Card:
    """YKOATH over anything with `transmit(request) -> (data, status)`."""

    def __init__(self, wire, extended=False):
        self.wire = wire
        self.extended = extended
        self.id = self.challenge = None

    def send(self, ins, data=b"", p1=0, p2=0, **kwargs):
        """One request, and all of its answer."""
        coding = {"extended": self.extended, **kwargs}
        data, status = self.wire.transmit(request(ins, data, p1, p2, **coding))
        whole = data
        while status >> 8 == 0x61:
            data, status = self.wire.transmit(request(REMAINING, extended=coding["extended"]))
            whole += data
        return Answer(whole, status)

    def select(self, application=OATH):
        """Selects an application."""
        answer = self.send(0xA4, application, p1=4)
        if application == OATH and answer.status == OK:
            fields = dict(answer.values)
            self.id, self.challenge = fields[0x71], fields.get(0x74)
        return answer

    def put(self, name, secret, kind=TOTP, algorithm="SHA1", digits=6, more=b""):
        """Adds an account, or replaces it."""
        key = bytes([kind | HASHES[algorithm], digits]) + secret
        return self.send(PUT, tlv(0x71, _bytes(name)) + tlv(0x73, key) + more)

    def delete(self, name):
        """Deletes an account."""
        return self.send(DELETE, tlv(0x71, _bytes(name)))

    def list(self):
        """The names, in the token's order."""
        return [value[1:].decode() for tag, value in self.send(LIST).values]

    def calculate(self, name, step=None, p2=1):
        """The answer for a step, or for the next counter."""
        challenge = b"" if step is None else step.to_bytes(8, "big")
        return self.send(CALCULATE, tlv(0x71, _bytes(name)) + tlv(0x74, challenge), p2=p2)

    def code(self, name, step=None):
        """The code for a step, or of the next counter; a status word if there is none."""
        answer = self.calculate(name, step)
        return code_of(answer.values[0][1]) if answer.status == OK else answer.status

    def calculate_all(self, step, p2=1):
        """What there is for each name: its tag and value."""
        answer = self.send(CALCULATE_ALL, tlv(0x74, step.to_bytes(8, "big")), p2=p2)
        if answer.status != OK:
            return answer.status
        parts = answer.values
        return {name.decode(): part for (_, name), part in zip(parts[::2], parts[1::2])}

    def set_code(self, key):
        """Sets the access key, or removes it with `None`."""
        if key is None:
            return self.send(SET_CODE, tlv(0x73))
        challenge = os.urandom(8)
        data = tlv(0x73, bytes([TOTP | 1]) + key) + tlv(0x74, challenge)
        return self.send(SET_CODE, data + tlv(0x75, oracle.tag(key, challenge)))

    def validate(self, key, challenge=None):
        """Unlocks with the access key and the challenge of the last selection, or another."""
        challenge = self.challenge if challenge is None else challenge
        return self.validate_with(oracle.tag(key, challenge), os.urandom(8))

    def validate_with(self, response, challenge):
        """Sends just this."""
        return self.send(VALIDATE, tlv(0x75, response) + tlv(0x74, challenge))


def code_of(value):
    """The code in a truncated answer: its digits, and the number."""
    digits = value[0]
    return str(int.from_bytes(value[1:], "big") % 10**digits).rjust(digits, "0")


class Pcsc:
    """The card in the reader, through pcscd."""

    def __init__(self):
        self._context = _checked(scard.SCardEstablishContext(scard.SCARD_SCOPE_USER))
        self._handle = self._protocol = None
        self._connect()

    def transmit(self, data):
        """Sends one request."""
        pci = scard.SCARD_PCI_T1 if self._protocol == 2 else scard.SCARD_PCI_T0
        answer = bytes(_checked(scard.SCardTransmit(self._handle, pci, list(data))))
        return answer[:-2], int.from_bytes(answer[-2:], "big")

    def power_cycle(self):
        """Takes the card's power away, and gives it back."""
        scard.SCardDisconnect(self._handle, scard.SCARD_UNPOWER_CARD)
        self._connect()

    def reset(self):
        """Resets the card."""
        scard.SCardDisconnect(self._handle, scard.SCARD_RESET_CARD)
        self._connect()

    def close(self):
        """Leaves the card to others."""
        scard.SCardDisconnect(self._handle, scard.SCARD_RESET_CARD)
        scard.SCardReleaseContext(self._context)

    def _connect(self):
        protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        self._handle, self._protocol = _checked(
            scard.SCardConnect(self._context, reader.SLOT, scard.SCARD_SHARE_SHARED, protocols),
            whole=True,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def present():
    """Whether pcscd has a card in the reader, and has given it power."""
    hresult, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    if hresult != scard.SCARD_S_SUCCESS:
        return False
    try:
        wanted = [(reader.SLOT, scard.SCARD_STATE_UNAWARE)]
        hresult, states = scard.SCardGetStatusChange(context, 0, wanted)
        if hresult != scard.SCARD_S_SUCCESS:
            return False
        _, state, atr = states[0]
        return bool(state & scard.SCARD_STATE_PRESENT and atr)
    finally:
        scard.SCardReleaseContext(context)


def _checked(result, whole=False):
    hresult, *rest = result
    if hresult != scard.SCARD_S_SUCCESS:
        raise OSError(f"PC/SC: {scard.SCardGetErrorMessage(hresult)}")
    return rest if whole else rest[0]


def _bytes(name):
    return name if isinstance(name, bytes) else name.encode()
