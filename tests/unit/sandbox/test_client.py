"""The client against a jailer that says what it is told to."""

from __future__ import annotations

import os
import socket
import struct
import threading
from contextlib import contextmanager

import pytest

from sandbox.client import JailerSlot
from sandbox.errors import ProtocolError
from sandbox.model import Limits, RunSpec
from sandbox.protocol import MessageType, encode_head

SPEC = RunSpec(
    argv=("/usr/bin/true",),
    limits=Limits(cpu_ms=1000, wall_ms=1000, memory_bytes=1 << 20),
    outputs=("out",),
)


def exited(*, is_collected: bool) -> bytes:
    """Write the EXITED of a program that ended well."""
    numbers = (0, 0, 1, 1, 1, 0, 0, 0, 0, 1, 0, 0, is_collected, 0)
    return struct.pack("<IIIi4QIIIiiIII", MessageType.EXITED, 0, *numbers)


@contextmanager
def slot_of(*answers: bytes):
    """Lease from a jailer that takes one request, closes its descriptors, answers and hangs up."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)

    def answer():
        with theirs:
            _, fds, _, _ = socket.recv_fds(theirs, 1 << 16, 8)
            for fd in fds:
                os.close(fd)
            for packet in answers:
                theirs.send(packet)

    thread = threading.Thread(target=answer)
    thread.start()
    with ours:
        yield JailerSlot(ours)
    thread.join()


def test_outputs_that_were_collected_may_be_missing():
    with slot_of(exited(is_collected=True)) as slot:
        assert slot.run(SPEC).missing_outputs == ("out",)


def test_outputs_that_were_not_collected_are_no_answer():
    with slot_of(exited(is_collected=False)) as slot, pytest.raises(ProtocolError, match="outputs"):
        slot.run(SPEC)


def test_a_jailer_that_dies_before_the_start_is_a_protocol_error():
    with slot_of(encode_head(MessageType.READY)) as slot, pytest.raises(ProtocolError):
        slot.run(SPEC)
