"""Tells the story of a hardware token with the unmodified ykman, chapter by chapter.

    token_story.py simulator|firmware CHAPTER...
    token_story.py simulator|firmware hold
    token_story.py simulator shell FOLDER

A chapter prints `ok N - what` for each check. `hold` puts a fresh token into a reader, says with
`{"display": BOOL}` whether it has a display, and does what each line of its standard input says:
`{"ykman": [ARGUMENT, ...]}` runs `ykman oath`, `{"display": "code"}` opens the first account on the
display and reads its code. The end of the input ends it. `shell` lets a person try: it starts a
shell in which `ykman` finds the token of a folder, which outlives it.

`COUNTERSIGN_TOKEN_SIMULATOR` names the program `token-simulator`, `COUNTERSIGN_TOKEN_FIRMWARE` the
ELF file of the firmware.
"""

import dataclasses
import importlib
import json
import os
import pathlib
import subprocess
import sys
import time

from story import checks, reader
from story.targets import TARGETS

CHAPTERS = sorted(
    path.stem.replace("_", "-")
    for path in (pathlib.Path(__file__).parent / "story/chapters").glob("[a-z]*.py")
)


def main():
    """Reads the arguments, and tells what they name."""
    target, wanted = (sys.argv + [None])[1], sys.argv[2:]
    if target == "simulator" and wanted[:1] == ["shell"] and len(wanted) == 2:
        return shell(pathlib.Path(wanted[1]))
    unknown = [name for name in wanted if name not in CHAPTERS + ["hold"]]
    if target not in TARGETS or not wanted or unknown:
        raise SystemExit(f"{__doc__}\nThe chapters are {', '.join(CHAPTERS)}.")
    reader.move_in()
    from story.world import World
    from story.chapters import administration

    if wanted == ["hold"]:
        world = World(target)
        try:
            hold(world, administration)
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


def hold(world, administration):
    """Lets another program use the token."""
    token = world.token()
    if token.has_display:
        # A token without the time shows no code.
        with world.card() as held:
            administration.set_time(held, int(time.time()))
    print(json.dumps({"display": token.has_display}), flush=True)
    for line in sys.stdin:
        question = json.loads(line)
        if "ykman" in question:
            said = dataclasses.asdict(world.ykman.oath(*question["ykman"]))
        else:
            said = {"code": token.shown_code()}
        print(json.dumps(said), flush=True)


def shell(folder):
    """Lets a person use the token, with ykman on the path."""
    reader.move_in()
    from story.world import World

    folder.mkdir(parents=True, exist_ok=True)
    world = World("simulator")
    try:
        world.token(["--usb", "--auto-touch"], state=folder)
        programs = world.folder / "bin"
        programs.mkdir()
        ykman = programs / "ykman"
        ykman.write_text(
            f'#!/bin/sh\nexec "{world.ykman.program}" --reader "{reader.SLOT}" "$@"\n'
        )
        ykman.chmod(0o755)
        print(
            f"A token is in a reader, and lies in {folder}. Every touch is given at once. Try\n"
            "  ykman oath accounts add ACME:me GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\n"
            "  ykman oath accounts code\nand leave with exit.",
            flush=True,
        )
        environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}
        return subprocess.run([os.environ.get("SHELL", "/bin/sh")], env=environment).returncode
    finally:
        world.close()


if __name__ == "__main__":
    sys.exit(main())
