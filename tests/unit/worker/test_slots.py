from __future__ import annotations

import pytest

from sandbox.errors import Cancelled, NoFreeSlot
from tests.fakes import FakeSandbox
from worker.slots import hold_slot


def test_the_first_lease_is_the_slot_that_is_held():
    sandbox = FakeSandbox([])
    with hold_slot(sandbox, wait_s=0) as held:
        assert sandbox.open_leases == 1
        with held.lease():
            assert (sandbox.leases, sandbox.open_leases) == (1, 1)
        assert sandbox.open_leases == 0


def test_later_leases_are_new_ones():
    sandbox = FakeSandbox([], slots=2)
    with hold_slot(sandbox, wait_s=0) as held:
        with held.lease(), held.lease():
            assert (sandbox.leases, sandbox.open_leases) == (2, 2)
        with held.lease():
            assert sandbox.leases == 3
    assert sandbox.open_leases == 0


def test_a_slot_that_nobody_used_is_given_back():
    sandbox = FakeSandbox([])
    with hold_slot(sandbox, wait_s=0):
        pass
    assert sandbox.open_leases == 0


def test_no_free_slot_is_told():
    with (
        pytest.raises(NoFreeSlot),
        hold_slot(FakeSandbox([], slots=0), wait_s=0),
    ):
        pass
    with (
        hold_slot(FakeSandbox([]), wait_s=0) as held,
        held.lease(),
        pytest.raises(NoFreeSlot),
        held.lease(wait_s=0),
    ):
        pass


def test_a_cancel_reaches_every_live_slot_and_refuses_later_ones():
    sandbox = FakeSandbox([], slots=3)
    with hold_slot(sandbox, wait_s=0) as held:
        with held.lease(), held.lease():
            held.cancel()
            assert sandbox.cancels == 2
        with pytest.raises(Cancelled), held.lease():
            pass
    assert sandbox.open_leases == 0


def test_a_cancel_before_the_first_lease_gives_the_slot_back():
    sandbox = FakeSandbox([])
    with hold_slot(sandbox, wait_s=0) as held:
        held.cancel()
        with pytest.raises(Cancelled), held.lease():
            pass
        assert sandbox.open_leases == 0
