"""The home of ykman's command line, the unmodified programs: 5 from PyPI, and Debian's 4."""

import os
import pathlib
import subprocess
import sys
from dataclasses import dataclass

from . import reader

_WITHIN = 90


@dataclass
class Said:
    """What a run of ykman came to."""

    status: int
    out: str
    err: str

    @property
    def lines(self):
        """What it printed, line by line."""
        return self.out.splitlines()


class Ykman:
    """A ykman that forgets everything with its folder."""

    def __init__(self, program, folder):
        self.program = program
        home = folder / "home"
        home.mkdir(exist_ok=True)
        self._environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("XDG_")},
            "HOME": str(home),
            "LC_ALL": "C.UTF-8",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        }

    def run(self, *arguments, answers=None):
        """Runs it as it is told."""
        done = subprocess.run(
            [self.program, *map(str, arguments)],
            capture_output=True, text=True, timeout=_WITHIN, env=self._environment,
            **({"stdin": subprocess.DEVNULL} if answers is None else {"input": answers}),
        )
        return Said(done.returncode, done.stdout, done.stderr)

    def here(self, *arguments, **kwargs):
        """Runs it on the reader of the story."""
        return self.run("--reader", reader.SLOT, *arguments, **kwargs)

    def oath(self, *arguments, **kwargs):
        """`ykman oath ...`."""
        return self.here("oath", *arguments, **kwargs)

    def accounts(self, *arguments, **kwargs):
        """`ykman oath accounts ...`."""
        return self.oath("accounts", *arguments, **kwargs)


def current():
    """ykman 5, which the requirements pin."""
    return pathlib.Path(sys.executable).with_name("ykman")


def old():
    """ykman 4 of Debian's package."""
    return pathlib.Path("/usr/bin/ykman")
