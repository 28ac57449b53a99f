"""Budgets for threads that wait: so many may sleep, the next is told to poll.

With a thread per request, a handful of slow readers could otherwise hold the whole server.
"""

from __future__ import annotations

import threading
from collections import Counter


class ThreadBudget:
    """At most `total` holders at once, and at most `per_owner` of one owner."""

    def __init__(self, total: int, per_owner: int) -> None:
        self._total = total
        self._per_owner = per_owner
        self._held: Counter[str] = Counter()
        self._lock = threading.Lock()

    def take(self, owner: str) -> bool:
        """Take a place for `owner`, or return False at once when there is none."""
        with self._lock:
            if self._held.total() >= self._total or self._held[owner] >= self._per_owner:
                return False
            self._held[owner] += 1
            return True

    def give_back(self, owner: str) -> None:
        """Free a place that `take` gave."""
        with self._lock:
            self._held[owner] -= 1
            if self._held[owner] == 0:
                del self._held[owner]

    def held(self) -> int:
        """Return how many places are taken now."""
        with self._lock:
            return self._held.total()
