"""The test cases of `manyanswers`: rules with many orders, with one, and with none."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MODULUS = 2**31 - 1
N = 2000

Rules = list[tuple[int, int]]


def test_cases() -> Iterator[tuple[str, bytes, bytes]]:
    """Yield name, input and answer."""
    yield _case("sample/1", 4, [(1, 2), (1, 3), (3, 4)])
    yield _case("sample/2", 3, [(1, 2), (2, 3), (3, 1)])
    yield _case("secret/01-single", 1, [])
    yield _case("secret/02-no-rules", 12, [])
    yield _case("secret/03-backwards", 6, [(6, 5), (5, 4), (4, 3), (3, 2), (2, 1)])
    # Chores 3 and 4 wait for each other; the others do not care.
    yield _case("secret/04-small-cycle", 6, [(1, 2), (3, 4), (4, 3), (5, 6), (5, 6)])
    yield _case("secret/05-random", N, _random_rules(10_000))
    yield _case("secret/06-chain", N, [(n + 1, n) for n in range(1, N)])
    yield _case("secret/07-long-cycle", N, [(n, n % N + 1) for n in range(1, N + 1)])


def _case(name: str, n: int, rules: Rules) -> tuple[str, bytes, bytes]:
    text = "".join(f"{a} {b}\n" for a, b in [(n, len(rules)), *rules])
    order = _first_order(n, rules)
    answer = " ".join(map(str, order)) if order else "impossible"
    return name, text.encode(), f"{answer}\n".encode()


def _random_rules(count: int) -> Rules:
    """Rules that all follow one hidden order, that of `_chore`."""
    state = 99
    rules = []
    for _ in range(count):
        state = state * 16807 % MODULUS
        first = state % (N - 1)
        state = state * 16807 % MODULUS
        second = first + 1 + state % (N - 1 - first)
        rules.append((_chore(first), _chore(second)))
    return rules


def _chore(place: int) -> int:
    return (place * 1103 + 500) % N + 1  # 1103 and N have no common divisor


def _first_order(n: int, rules: Rules) -> list[int]:
    """Return the order that is first by dictionary, or nothing."""
    after: list[list[int]] = [[] for _ in range(n + 1)]
    waits_for = [0] * (n + 1)
    for a, b in rules:
        after[a].append(b)
        waits_for[b] += 1
    ready = [chore for chore in range(1, n + 1) if waits_for[chore] == 0]
    order = []
    while ready:
        order.append(heapq.heappop(ready))
        for chore in after[order[-1]]:
            waits_for[chore] -= 1
            if waits_for[chore] == 0:
                heapq.heappush(ready, chore)
    return order if len(order) == n else []
