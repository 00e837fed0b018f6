"""What ykman learns about the device: its version and serial number, by which it is found."""

from .. import card
from ..checks import equal, holds


def tell(world):
    """`ykman info`, `ykman list`, and OATH by serial number."""
    token = world.token()
    ykman = world.ykman
    info = ykman.here("info")
    holds("the device is described", info.status == 0, info)
    fields = dict(line.split(": ", 1) for line in info.lines if ": " in line)
    serial = fields.get("Serial number", "")
    holds("it has a serial number", serial.isdigit(), info)
    holds("and a version", fields.get("Firmware version", "0") >= "5.3.1", info)
    holds("OATH is enabled", any("OATH" in l and "Enabled" in l for l in info.lines), info)
    equal("it is listed", ykman.run("list", "--serials").out.strip(), serial)
    found = ykman.run("--device", serial, "oath", "info")
    holds("and found by its serial number", found.status == 0, found)
    with world.card() as held:
        answer = held.select(card.MANAGEMENT)
        holds("the management applet says its version", b"5." in answer.data, answer)
        for ins in (0x1C, 0x16, 0x1F):
            refused = held.send(ins, b"\x01\x00")
            holds(f"nothing can be configured by {ins:02X}", refused.status != card.OK, refused)
        before = held.send(READ_CONFIG).data
    token.restart()
    with world.card() as held:
        held.select(card.MANAGEMENT)
        equal("all of that stays", held.send(READ_CONFIG).data, before)
        holds("and holds the serial number", int(serial).to_bytes(4, "big") in before, before)


READ_CONFIG = 0x1D
