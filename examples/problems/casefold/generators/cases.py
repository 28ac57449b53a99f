"""The test cases of `casefold`: text in which case and every space count."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MODULUS = 2**31 - 1
ALPHABET = string.ascii_letters + string.digits + string.punctuation + " " * 20

TEXTS = {
    "sample/1": ["Hello, World!"],
    "sample/2": ["a  B", "   indented: yES", "Done"],
    "secret/01-one-letter": ["x"],
    "secret/02-ends": ["  both  ", "", "after an EMPTY line", "trailing   "],
    "secret/03-table": ["Name    Size", "alpha      1", "BETA     200", "", "", "total    201"],
}


def test_cases() -> Iterator[tuple[str, bytes, bytes]]:
    """Yield name, input and answer."""
    for name, lines in (TEXTS | {"secret/04-noise": _noise(200)}).items():
        text = "".join(f"{line}\n" for line in lines)
        yield name, text.encode(), text.swapcase().encode()


def _noise(count: int) -> list[str]:
    state = 7
    lines = []
    for _ in range(count):
        state = state * 16807 % MODULUS
        letters = []
        for _ in range(state % 81):
            state = state * 16807 % MODULUS
            letters.append(ALPHABET[state % len(ALPHABET)])
        lines.append("".join(letters))
    return lines
