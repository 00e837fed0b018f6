"""The home of what a chapter is told with: a reader, a token in it, and clients."""

import contextlib
import pathlib
import tempfile

from . import card, reader, ykman
from .targets import TARGETS


class World:
    """A folder, a running reader, a token that is not started yet, and both ykmans."""

    def __init__(self, target):
        self._folder = tempfile.TemporaryDirectory(prefix="countersign-token-")
        self.folder = pathlib.Path(self._folder.name)
        self.kind = TARGETS[target]
        self.reader = None
        self.tokens = []
        self.ykman = ykman.Ykman(ykman.current(), self.folder)
        self.old_ykman = ykman.Ykman(ykman.old(), self.folder)

    def token(self, arguments=(), port=reader.PORT, asked=True, state=None):
        """A new token, in pcscd's reader unless another port is given. One that is never `asked`
        anything has nobody at its keys. A `state` is the folder of one that is there already."""
        if port == reader.PORT and self.reader is None:
            self.reader = reader.Reader(self.folder)
        state = state or self.folder / f"token-{len(self.tokens)}"
        token = self.kind(state, self.folder / f"token-{len(self.tokens)}.log", arguments)
        token.has_holder = asked
        self.tokens.append(token)
        token.start(port)
        return token

    @contextlib.contextmanager
    def card(self, extended=False):
        """The card in the reader, OATH selected."""
        with card.Pcsc() as wire:
            held = card.Card(wire, extended)
            held.select()
            yield held

    def close(self):
        """Ends everything."""
        for token in self.tokens:
            if token.process and token.process.poll() is None:
                token.kill()
        if self.reader:
            self.reader.close()
        self._folder.cleanup()
