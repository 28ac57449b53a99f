"""A leased slot before there is a submission for it, and a way to cancel whatever runs on it.

A slot is leased first and a submission claimed then: while a host has no free slot, or no jailer,
its submissions stay in the queue for others.
"""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from sandbox.errors import Cancelled, NoFreeSlot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.model import Sandbox, Slot

_LEASE_STEP_S = 1.0


@contextmanager
def hold_slot(sandbox: Sandbox, *, wait_s: float) -> Iterator[HeldSandbox]:
    """Lease a slot and yield a sandbox whose first lease is that one. Raises NoFreeSlot."""
    with ExitStack() as stack:
        slot = stack.enter_context(sandbox.lease(wait_s=wait_s))
        held = HeldSandbox(sandbox, slot, stack.pop_all(), wait_s)
        try:
            yield held
        finally:
            held.give_up()


class HeldSandbox:
    """A `Sandbox` that hands out the slot it holds, then further ones, until it is cancelled."""

    def __init__(self, sandbox: Sandbox, slot: Slot, leases: ExitStack, wait_s: float) -> None:
        self._sandbox = sandbox
        self._held: tuple[Slot, ExitStack] | None = (slot, leases)
        self._wait_s = wait_s
        self._lock = threading.Lock()
        self._live: list[Slot] = []
        self._is_cancelled = False

    @contextmanager
    def lease(self, *, wait_s: float | None = None) -> Iterator[Slot]:
        """Lease a slot as `Sandbox.lease` does. Raises Cancelled after `cancel`."""
        with ExitStack() as stack:
            held, self._held = self._held, None
            if held is not None:
                slot = held[0]
                stack.push(held[1])
            else:
                slot = self._lease_another(stack, self._wait_s if wait_s is None else wait_s)
            with self._lock:
                if self._is_cancelled:
                    raise Cancelled("the submission was cancelled")
                self._live.append(slot)
            try:
                yield slot
            finally:
                with self._lock:
                    self._live.remove(slot)

    def cancel(self) -> None:
        """End what runs on every slot leased here, and refuse further leases; from any thread."""
        with self._lock:
            self._is_cancelled = True
            for slot in self._live:
                slot.cancel()

    def give_up(self) -> None:
        """End the lease if nobody took it over."""
        held, self._held = self._held, None
        if held is not None:
            held[1].close()

    def _lease_another(self, stack: ExitStack, wait_s: float) -> Slot:
        """Wait in short steps: a cancel must not wait for a slot."""
        deadline = time.monotonic() + wait_s
        while True:
            if self._is_cancelled:
                raise Cancelled("the submission was cancelled")
            left_s = max(0.0, deadline - time.monotonic())
            try:
                return stack.enter_context(self._sandbox.lease(wait_s=min(left_s, _LEASE_STEP_S)))
            except NoFreeSlot:
                if left_s <= _LEASE_STEP_S:
                    raise
