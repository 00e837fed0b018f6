"""The home of checks: each is counted and printed, and a failed one does not end the story."""

import time
import traceback

_count = {True: 0, False: 0}
_chapter = ""


def tell(name, chapter):
    """Tells one chapter; whatever it raises is a failed check."""
    global _chapter
    _chapter = name
    begun = time.monotonic()
    try:
        chapter()
    except Exception:
        _report(False, "the chapter came to its end", traceback.format_exc())
    print(f"# {name}: {time.monotonic() - begun:.1f} s", flush=True)


def equal(what, actual, expected):
    """The values are equal."""
    passed = actual == expected
    _report(passed, what, f"actual:   {actual!r}\nexpected: {expected!r}")
    return passed


def holds(what, condition, otherwise=None):
    """The condition holds."""
    _report(bool(condition), what, otherwise)
    return bool(condition)


def note(text):
    """A figure that is shown and not checked."""
    print(f"# {_chapter}: {text}", flush=True)


def close():
    """Prints the closing line and gives the exit status."""
    print(f"checks: {_count[True]} passed, {_count[False]} failed", flush=True)
    return 0 if _count[True] and not _count[False] else 1


def _report(passed, what, otherwise):
    _count[passed] += 1
    number = sum(_count.values())
    print(f"{'ok' if passed else 'not ok'} {number} - {_chapter}: {what}", flush=True)
    if not passed and otherwise is not None:
        print(otherwise, flush=True)
