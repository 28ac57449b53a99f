"""The test cases of `quadratic`: one of them is out of reach for a quadratic solution."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MODULUS = 2**31 - 1

CASES = {
    "sample/1": (5, 1, 282475249 - 16807),  # exactly the distance of two of them
    "sample/2": (1, 123, 0),
    "secret/01-none": (100, 2, 0),
    "secret/02-all": (1000, 3, MODULUS),
    "secret/03-small": (1000, 2024, 1_000_000),
    # The answer does not fit in 32 bits.
    "secret/04-large": (400_000, 48271, 100_000_000),
}


def test_cases() -> Iterator[tuple[str, bytes, bytes]]:
    """Yield name, input and answer."""
    for name, (n, first, distance) in CASES.items():
        answer = _close_pairs(_sequence(n, first), distance)
        yield name, f"{n} {first} {distance}\n".encode(), f"{answer}\n".encode()


def _sequence(n: int, number: int) -> list[int]:
    numbers = []
    for _ in range(n):
        numbers.append(number)
        number = number * 16807 % MODULUS
    return numbers


def _close_pairs(numbers: list[int], distance: int) -> int:
    numbers.sort()
    pairs = first = 0
    for index, number in enumerate(numbers):
        while number - numbers[first] > distance:
            first += 1
        pairs += index - first
    return pairs
