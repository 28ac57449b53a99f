"""The test cases of `biginput`: small ones, and one of 20 MB that is made on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Files that are no part of the checkout, with the SHA-256 that they must have.
ON_DEMAND = {
    "secret/03-big.in": "139dee1801eabb88cd3b13bfa5d9c7c9c610122d9a545db0cf3cc78be00d51e2",
}
BIG_PAIRS = 1_000_000
SMALLEST_BIG = 100_000_000  # nine digits and a newline: 10 bytes a number
PRIME = 899_999_963  # the big numbers are SMALLEST_BIG + i * STEP mod PRIME
STEP = 123_456_789


def test_cases() -> Iterator[tuple[str, bytes, bytes]]:
    """Yield name, input and answer."""
    yield _case("sample/1", [7, 3, 1_000_000_000, 7, 3])
    yield _case("sample/2", [42])
    yield _case("secret/01-last", [5, 1, 1, 2, 2, 3, 3, 5, 4])
    yield _case("secret/02-thousand", _shuffled(500, 389))
    yield _case("secret/03-big", _shuffled(BIG_PAIRS, 1_234_577))


def _case(name: str, numbers: list[int]) -> tuple[str, bytes, bytes]:
    lonely = 0
    for number in numbers:
        lonely ^= number
    lines = "\n".join(map(str, [len(numbers), *numbers, ""]))
    return name, lines.encode(), f"{lonely}\n".encode()


def _shuffled(pairs: int, stride: int) -> list[int]:
    """Return `pairs` numbers twice and one more once; `stride` is prime to their count."""
    count = 2 * pairs + 1
    places = (place * stride % count for place in range(1, count + 1))
    return [SMALLEST_BIG + place // 2 * STEP % PRIME for place in places]
