"""The home of tokens under test: the simulator on this host, and the firmware in QEMU.

Each can be started, killed, and told what to do when it asks for a touch.
"""

import contextlib
import json
import os
import socket
import subprocess
import threading
import time

from . import card, oled, reader

# What the emulator calls the keys of the board; `ctrl` is Select.
KEYS = ("up", "down", "left", "right", "ctrl")
_ALLOW, _REFUSE, _NOTHING = "allow", "refuse", "nothing"


class Target:
    """What both have in common."""

    def __init__(self, state, log):
        self.state, self.log = state, log
        self.state.mkdir(exist_ok=True)
        self.process = None
        self.has_holder = True
        self._policy = _ALLOW

    def start(self, port=reader.PORT):
        """Puts the token into a reader; into pcscd's, it is there when this returns."""
        self._launch(port)
        if port == reader.PORT:
            reader.wait("pcscd sees the card", lambda: card.present() or self._ended())

    def kill(self):
        """Ends it without a word (`SIGKILL`), and waits until pcscd has seen it."""
        self.process.kill()
        self.process.wait()

    def leave(self):
        """The same, and pcscd has noticed."""
        self.kill()
        reader.wait("pcscd sees the card gone", lambda: not card.present())

    def restart(self):
        """Kills it and starts it again on what it kept."""
        self.leave()
        self.start()

    @contextlib.contextmanager
    def when_asked(self, policy):
        """Within the block, questions are answered so: allow, refuse, nothing."""
        before, self._policy = self._policy, policy
        try:
            yield
        finally:
            self._policy = before

    def _ended(self):
        if self.process.poll() is not None:
            said = self.log.read_text(errors="replace")[-2000:]
            raise RuntimeError(f"the token ended: {said}")
        return False


class Simulator(Target):
    """`token-simulator`, whose key is a line on standard input."""

    name = "simulator"
    has_display = False
    storage = "storage.bin"

    def __init__(self, state, log, arguments=()):
        super().__init__(state, log)
        self.arguments = list(arguments) or ["--usb"]
        self._program = os.environ["COUNTERSIGN_TOKEN_SIMULATOR"]

    def _launch(self, port):
        log = open(self.log, "ab")
        self.process = subprocess.Popen(
            [self._program, "--vpcd", f"127.0.0.1:{port}", "--state", self.state, *self.arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
        )
        threading.Thread(target=self._answer, args=(self.process, log), daemon=True).start()

    def _answer(self, process, log):
        for line in process.stdout:
            log.write(line)
            log.flush()
            if line.startswith(b"touch: ") and b"Enter allows" in line:
                press = {_ALLOW: b"\n", _REFUSE: b"n\n"}.get(self._policy)
                if press:
                    with contextlib.suppress(OSError):
                        process.stdin.write(press)
                        process.stdin.flush()


class Firmware(Target):
    """The firmware on QEMU's lm3s6965evb, whose keys are pressed by QMP."""

    name = "firmware"
    has_display = True
    storage = "eeprom.bin"
    CAPACITY = 32 * 1024
    # Where the flash keeps what a token is made with, as `cargo xtask firmware run` has it.
    PROVISION = 0x3FC00

    def __init__(self, state, log, arguments=()):
        super().__init__(state, log)
        self._kernel = os.environ["COUNTERSIGN_TOKEN_FIRMWARE"]
        (self.state / self.storage).write_bytes(b"\xff" * self.CAPACITY)
        # The device key, and where the random bit generator starts.
        (self.state / "device.bin").write_bytes(os.urandom(64))

    def _launch(self, port):
        qmp = self.state / "qmp.sock"
        with contextlib.suppress(FileNotFoundError):
            qmp.unlink()
        with open(self.log, "ab") as log, open(
            self.state / "defmt.bin", "ab"
        ) as frames:
            self.process = subprocess.Popen(
                [
                    "qemu-system-arm", "-M", "lm3s6965evb", "-kernel", self._kernel,
                    "-display", "none", "-monitor", "none",
                    "-qmp", f"unix:{qmp},server=on,wait=off",
                    "-serial", f"tcp:127.0.0.1:{port},nodelay=on",
                    "-semihosting-config", "enable=on,target=native",
                    "-drive", f"if=none,id=ee,file={self.state / self.storage},format=raw",
                    "-device", f"at24c-eeprom,address=0x50,rom-size={self.CAPACITY},drive=ee",
                    "-device", "ds1338,address=0x68", "-rtc", "base=utc,clock=host",
                    "-device", f"loader,addr={self.PROVISION},force-raw=on,"
                    f"file={self.state / 'device.bin'}",
                ],
                stdin=subprocess.DEVNULL, stdout=frames, stderr=log,
            )
        self.qmp = None
        if self.has_holder:
            arguments = (self.process, qmp)
            threading.Thread(target=self._hold, args=arguments, daemon=True).start()

    def _hold(self, process, path):
        """What a holder does: looks at the display, and answers what it asks by the policy."""
        with contextlib.suppress(OSError, ValueError):
            qmp = Qmp(path)
            # The board reads each key as held down until it was pressed once.
            for key in KEYS:
                qmp.press(key)
            self.qmp = qmp
            while process.poll() is None:
                time.sleep(0.1)
                if oled.asks(self._display(qmp)):
                    key = {_ALLOW: "ctrl", _REFUSE: "left"}.get(self._policy)
                    if key:
                        qmp.press(key)

    def press(self, *keys):
        """Presses keys of the board, each of which changes the display, until that is seen: a busy
        host may sleep through a short press."""
        reader.wait("the board's keys are there", lambda: self.qmp)
        for key in keys:
            before = self._display().read_bytes()
            changed = lambda: self._display().read_bytes() != before
            for _ in range(20):
                self.qmp.press(key, seen=changed)
                if changed():
                    break
            else:
                raise ValueError(f"the display takes no notice of {key}")

    def shown_code(self):
        """The code that the display shows of the first account."""
        self.press()
        for _ in range(6):
            code = oled.read_code(self._display())
            if code:
                return code
            # A display that has gone dark is woken by the first press.
            self.press("right")
            time.sleep(0.1)
        raise ValueError("the display shows no code")

    def shows(self, name):
        """Whether the display shows one of the pictures that the token's tests keep."""
        reader.wait("the board's keys are there", lambda: self.qmp)
        with contextlib.suppress(TimeoutError):
            reader.wait("the picture", lambda: oled.shows(self._display(), name), within=3)
        return oled.shows(self._display(), name)

    def _display(self, qmp=None):
        """A picture of the display, in a file of the thread's own."""
        picture = self.state / f"display-{threading.get_ident()}.ppm"
        (qmp or self.qmp).do("screendump", filename=str(picture))
        return picture


class Qmp:
    """QEMU's own language over its socket."""

    def __init__(self, path):
        self._socket = socket.socket(socket.AF_UNIX)
        end = time.monotonic() + 10
        while True:
            try:
                self._socket.connect(str(path))
                break
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.02)
        self._lock = threading.Lock()
        self._lines = self._socket.makefile("rw")
        self._lines.readline()
        self.do("qmp_capabilities")

    def do(self, command, **arguments):
        """Executes a command, and gives what it returns."""
        with self._lock:
            self._lines.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
            self._lines.flush()
            while True:
                line = self._lines.readline()
                if not line:
                    raise ConnectionResetError("QEMU is gone")
                answer = json.loads(line)
                if "error" in answer:
                    raise ValueError(answer["error"])
                if "return" in answer:
                    return answer["return"]

    def press(self, key, seen=lambda: True):
        """Presses a key, and lets it go when that was seen, or at least was long enough."""
        for down in (True, False):
            pressed = {"down": down, "key": {"type": "qcode", "data": key}}
            self.do("input-send-event", events=[{"type": "key", "data": pressed}])
            # Longer than the token needs to believe it.
            end = time.monotonic() + 0.5
            time.sleep(0.06)
            while down and time.monotonic() < end and not seen():
                time.sleep(0.02)


TARGETS = {target.name: target for target in (Simulator, Firmware)}
