"""The test cases of `sum`: each difficulty of the problem once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PAIRS = {
    "sample/1": (3, 4),
    "sample/2": (-5, 2),
    "secret/01-zero": (0, 0),
    "secret/02-negative": (-7, -8),
    # The only case that does not fit in 32 bits, nor in a double: what is slow, greedy or
    # narrow fails here.
    "secret/03-large": (10**18 - 1, 10**18),
}


def test_cases() -> Iterator[tuple[str, bytes, bytes]]:
    """Yield name, input and answer."""
    for name, (a, b) in PAIRS.items():
        yield name, f"{a} {b}\n".encode(), f"{a + b}\n".encode()
