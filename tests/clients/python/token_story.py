"""Tells the story of a hardware token with the unmodified ykman, chapter by chapter.

    token_story.py simulator|firmware CHAPTER...
    token_story.py simulator|firmware hold

A chapter prints `ok N - what` for each check. `hold` puts a fresh token into a reader, says with
`{"display": BOOL}` whether it has a display, and does what each line of its standard input says:
`{"ykman": [ARGUMENT, ...]}` runs `ykman oath`, `{"display": "code"}` opens the first account on the
display and reads its code. The end of the input ends it.

`COUNTERSIGN_TOKEN_SIMULATOR` names the program `token-simulator`, `COUNTERSIGN_TOKEN_FIRMWARE` the
ELF file of the firmware.
"""

import dataclasses
import importlib
import json
import pathlib
import sys

from story import checks, reader
from story.targets import TARGETS

CHAPTERS = sorted(
    path.stem.replace("_", "-")
    for path in (pathlib.Path(__file__).parent / "story/chapters").glob("[a-z]*.py")
)


def main():
    """Reads the arguments, and tells what they name."""
    target, wanted = (sys.argv + [None])[1], sys.argv[2:]
    unknown = [name for name in wanted if name not in CHAPTERS + ["hold"]]
    if target not in TARGETS or not wanted or unknown:
        raise SystemExit(f"{__doc__}\nThe chapters are {', '.join(CHAPTERS)}.")
    reader.move_in()
    from story.world import World

    if wanted == ["hold"]:
        world = World(target)
        try:
            hold(world)
        finally:
            world.close()
        return 0
    for name in wanted:
        chapter = importlib.import_module(f"story.chapters.{name.replace('-', '_')}")
        world = World(target)
        try:
            checks.tell(name, lambda: chapter.tell(world))
        finally:
            world.close()
    return checks.close()


def hold(world):
    """Lets another program use the token."""
    token = world.token()
    print(json.dumps({"display": token.has_display}), flush=True)
    for line in sys.stdin:
        question = json.loads(line)
        if "ykman" in question:
            said = dataclasses.asdict(world.ykman.oath(*question["ykman"]))
        else:
            said = {"code": token.shown_code()}
        print(json.dumps(said), flush=True)


if __name__ == "__main__":
    sys.exit(main())
