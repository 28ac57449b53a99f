"""How a worker that was told to stop tells its children when to let go of what they judge."""

from __future__ import annotations

import mmap
import struct
import time

_DEADLINE = struct.Struct("=d")


class Drain:
    """A point in time in memory shared with children forked later; zero means: go on.

    CLOCK_MONOTONIC is the same for all processes of a host. One writer, and eight aligned bytes
    are written at once, so no lock that a fork or a signal handler could find taken.
    """

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, mmap.PAGESIZE)

    def begin(self, within_s: float) -> None:
        """Give what runs this long to end by itself."""
        _DEADLINE.pack_into(self._shared, 0, time.monotonic() + within_s)

    def is_over(self) -> bool:
        """Say whether what still runs must be given back now."""
        deadline: float = _DEADLINE.unpack_from(self._shared, 0)[0]
        return 0.0 < deadline <= time.monotonic()
