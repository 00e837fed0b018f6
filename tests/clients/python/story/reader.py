"""The home of the virtual reader: pcscd with vpcd's driver, in a machine of its own.

Namespaces make that machine: a network in which vpcd's port, which listens on every address, is
nobody else's; a file system in which `/run/pcscd` is another one than the host's; and a table of
processes that ends as one. So several stories run side by side, and none touches the host's own
pcscd. All of it works without root where unprivileged user namespaces are allowed.
"""

import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time

NAME = "Yubico YubiKey CCID"
SLOT = f"{NAME} 00 00"
PORT = 35963
DRIVER = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so"
_INSIDE = "COUNTERSIGN_STORY_INSIDE"
_WITHIN = 20.0


def move_in():
    """Runs this program again in namespaces of its own, unless it is there already."""
    if os.environ.get(_INSIDE) != "1":
        for program in ("unshare", "ip", "pcscd"):
            if not shutil.which(program, path=_path()):
                raise SystemExit(f"{program} is missing: `cargo xtask setup` says how to get it")
        unshare = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
        if os.geteuid() != 0:
            unshare.insert(1, "--map-root-user")
        tried = subprocess.run(unshare + ["true"], capture_output=True, text=True, timeout=_WITHIN)
        if tried.returncode:
            raise SystemExit(
                f"{tried.stderr.strip()}\nThe story needs namespaces of its own. They are there "
                "for root, and for others where unprivileged user namespaces are allowed; a container "
                "needs the capability SYS_ADMIN."
            )
        environment = {**os.environ, _INSIDE: "1", "PATH": _path()}
        os.execvpe("unshare", unshare + [sys.executable, "-B"] + sys.argv, environment)
    del os.environ[_INSIDE]
    _run("ip", "link", "set", "lo", "up")
    # vpcd writes a frame in two pieces, and waits for the first one's acknowledgement.
    for net in ("127.0.0.0/8", "127.0.0.1"):
        _run(*f"ip route change local {net} dev lo table local proto kernel".split(),
             *"scope host src 127.0.0.1 quickack 1".split())
    _run("mount", "-t", "tmpfs", "none", "/run")


class Reader:
    """A running pcscd with one virtual reader, whose card connects to `PORT`."""

    def __init__(self, folder):
        conf = folder / "reader.conf.d"
        conf.mkdir()
        (conf / "vpcd").write_text(
            f'FRIENDLYNAME "{NAME}"\nDEVICENAME /dev/null:{PORT:#06X}\n'
            f"LIBPATH {DRIVER}\nCHANNELID {PORT:#06X}\n".replace("0X", "0x")
        )
        if not pathlib.Path(DRIVER).exists():
            raise SystemExit(f"{DRIVER} is missing: `cargo xtask setup` says how to get it")
        with open(folder / "pcscd.log", "wb") as log:
            self._pcscd = subprocess.Popen(
                ["pcscd", "--foreground", "--config", conf, "--force-reader-polling"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )
        wait("pcscd starts", lambda: listening(PORT) and os.path.exists("/run/pcscd/pcscd.comm"))

    def close(self):
        """Ends pcscd."""
        self._pcscd.terminate()
        try:
            self._pcscd.wait(5)
        except subprocess.TimeoutExpired:
            # It waits for a card that does not answer.
            self._pcscd.kill()
            self._pcscd.wait()


def wait(what, condition, within=_WITHIN):
    """Waits until the condition holds."""
    end = time.monotonic() + within
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not within {within:.0f} s")
        time.sleep(0.01)


def listening(port):
    """Whether somebody listens; connecting would use the reader's only place up."""
    lines = pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]
    fields = (line.split() for line in lines)
    return any(f[1].endswith(f":{port:04X}") and f[3] == "0A" for f in fields)


class Wire:
    """The reader's side of vpcd without pcscd: for stories that take the card out very often."""

    def __init__(self):
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.settimeout(_WITHIN)
        self.port = self._server.getsockname()[1]
        self._card = None

    def insert(self):
        """Waits for the card, and gives it power; gives its answer to reset."""
        if self._card:
            self._card.close()
        self._card, _ = self._server.accept()
        self._card.settimeout(_WITHIN)
        self._card.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._send(b"\x01")
        self._send(b"\x04")
        return self._receive()

    def transmit(self, request):
        """Sends one request; raises `OSError` when the card is gone."""
        self._send(bytes(request))
        answer = self._receive()
        return answer[:-2], int.from_bytes(answer[-2:], "big")

    def _send(self, payload):
        self._card.sendall(len(payload).to_bytes(2, "big") + payload)

    def _receive(self):
        length = int.from_bytes(self._exactly(2), "big")
        return self._exactly(length)

    def _exactly(self, length):
        got = b""
        while len(got) < length:
            more = self._card.recv(length - len(got))
            if not more:
                raise ConnectionResetError("the card is gone")
            got += more
        return got


def _path():
    # Root's programs are not on everybody's path.
    return os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin"


def _run(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=_WITHIN)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: {done.stderr.strip()}")
