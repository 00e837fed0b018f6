"""The home of reading the token's display: whether it asks something, and the code that it shows,
by comparing pictures.

The reference is what the token's own tests keep: pictures of screens with known codes. What the
emulator shows is four times as large in both directions.
"""

import functools
import pathlib

_GOLDENS = pathlib.Path(__file__).resolve().parents[4] / "crates/countersign-token/tests/goldens"
_KNOWN = {"code-6.pbm": "123456", "code-7.pbm": "7890123"}
_WIDTH, _HEIGHT, _TOP = 12, 22, 27
# From one figure to the next, and what stands besides between the halves of a code.
_ADVANCE, _GAP = 14, 8
# What every question ends with: the keys that answer it.
_ANSWERS = range(54, 64)


def rows(path, wanted=range(64)):
    """Rows of what the emulator dumps (P6), one character for each pixel of the display."""
    data = path.read_bytes()
    kind, width, height, _, pixels = data.split(maxsplit=4)
    width, height = int(width), int(height)
    scale = width // 128
    if kind != b"P6" or scale * 128 != width or len(pixels) < 3 * width * height:
        raise ValueError(f"{path}: not a picture of the display")
    half = scale // 2
    return [
        "".join(
            "1" if pixels[3 * (width * (scale * y + half) + scale * x + half)] > 127 else "0"
            for x in range(128)
        )
        for y in wanted
    ]


def read_code(path):
    """The figures on a picture of the display (PPM), from left to right."""
    return "".join(figure for figure, _ in _figures(rows(path), _glyphs()))


def asks(path):
    """Whether a picture of the display shows a question."""
    return rows(path, _ANSWERS) == _question()


def shows(path, name):
    """Whether a picture of the display is, pixel by pixel, the one that the tests keep."""
    return rows(path) == _golden(_GOLDENS / f"{name}.pbm")


@functools.cache
def _question():
    picture = _golden(_GOLDENS / "ask-reset.pbm")
    return [picture[y] for y in _ANSWERS]


@functools.cache
def _glyphs():
    """The picture of each figure, as pairs of picture and figure."""
    found = {}
    for name, code in _KNOWN.items():
        rows = _golden(_GOLDENS / name)
        left = (len(rows[0]) - (_ADVANCE * len(code) + _GAP - (_ADVANCE - _WIDTH))) // 2
        for place, figure in enumerate(code):
            x = left + _ADVANCE * place + (_GAP if place >= len(code) // 2 else 0)
            found[_cell(rows, x)] = figure
    if sorted(found.values()) != list("0123456789"):
        raise ValueError("the pictures of known codes do not show every figure once")
    return found


def _figures(rows, glyphs):
    """Each figure and its place."""
    x = 0
    while x + _WIDTH <= len(rows[0]):
        figure = glyphs.get(_cell(rows, x))
        if figure is None:
            x += 1
        else:
            yield figure, x
            x += _WIDTH


def _cell(rows, x):
    return tuple(row[x : x + _WIDTH] for row in rows[_TOP : _TOP + _HEIGHT])


def _golden(path):
    """The rows of a plain bitmap (P1)."""
    kind, size, *lines = path.read_text().split("\n")
    width, _ = map(int, size.split())
    bits = "".join(lines).replace(" ", "")
    if kind != "P1":
        raise ValueError(f"{path}: not a plain bitmap")
    return [bits[at : at + width] for at in range(0, len(bits), width)]
