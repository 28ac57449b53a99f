"""The test cases of `floats`: triangles with round answers, and a thousand others."""

from __future__ import annotations

from decimal import Context, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

DIGITS = Context(prec=17)
MODULUS = 2**31 - 1


def test_cases() -> Iterator[tuple[str, bytes, bytes]]:
    """Yield name, input and answer."""
    yield _case("sample/1", [("3", "4"), ("5", "12"), ("1.5", "2")])
    yield _case("secret/01-round", [("8", "15"), ("7", "24"), ("20", "21"), ("600000", "800000")])
    # The only case with irrational lengths: what is imprecise or never satisfied fails here.
    yield _case("secret/02-thousand", [("1", "1"), ("0.001", "1000000"), *_pairs(998)])


def _case(name: str, pairs: list[tuple[str, str]]) -> tuple[str, bytes, bytes]:
    lines = [str(len(pairs)), *(f"{a} {b}" for a, b in pairs)]
    answers = [str(_hypotenuse(Decimal(a), Decimal(b))) for a, b in pairs]
    return name, "\n".join([*lines, ""]).encode(), "\n".join([*answers, ""]).encode()


def _hypotenuse(a: Decimal, b: Decimal) -> Decimal:
    return DIGITS.sqrt(a * a + b * b)


def _pairs(count: int) -> list[tuple[str, str]]:
    state = 2024
    sides = []
    for index in range(2 * count):
        state = state * 16807 % MODULUS
        largest = 10 ** (index % 7 + 3)  # in thousandths: from 1 to 1,000,000
        sides.append(str(Decimal(state % largest + 1) / 1000))
    return list(zip(sides[::2], sides[1::2], strict=True))
