from __future__ import annotations

import re
import struct
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox import protocol
from sandbox.errors import ProtocolError
from sandbox.model import Limits, RunSpec
from sandbox.protocol import EndedBy, MessageType

HEADER = (Path(protocol.__file__).parent / "jailer" / "jailer.h").read_text()
SPEC = RunSpec(
    argv=("/usr/bin/true", "a b"),
    limits=Limits(cpu_ms=1000, wall_ms=2000, memory_bytes=1 << 20),
    outputs=("out",),
)


def names_of(enum: str) -> list[str]:
    """Read the names of a C enum in jailer.h, in order."""
    body = re.search(rf"enum {enum} \{{(.*?)\}};", HEADER, re.DOTALL)
    assert body is not None
    return re.findall(r"[A-Z][A-Z0-9_]+", re.sub(r"=\s*\d+", "", body[1]))


def test_steps_match_the_jailer():
    assert len(protocol.STEPS) == len(names_of("step"))


def test_ends_match_the_jailer():
    assert [f"BY_{end.name}" for end in EndedBy] == names_of("ended_by")


def test_message_numbers_match_the_jailer():
    body = re.search(r"enum message_type \{(.*?)\};", HEADER, re.DOTALL)
    assert body is not None
    numbers, at = {}, 0
    for name, value in re.findall(r"([A-Z_]+)(?:\s*=\s*(\d+))?,", body[1]):
        at = int(value) if value else at + 1
        numbers[name] = at
    assert {m.name: m.value for m in MessageType}.items() <= numbers.items()


def test_request_holds_its_strings_in_order():
    data = protocol.encode_request(SPEC, (("A", "1"),))
    assert data.endswith(b"/usr/bin/true\0a b\0A=1\0out\0")
    assert struct.unpack_from("<II", data) == (MessageType.PREPARE, 0)


def test_request_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="65536 bytes"):
        protocol.encode_request(SPEC, (("A", "x" * 70_000),))


@pytest.mark.parametrize("memory_bytes", [-1, 1 << 64])
def test_number_that_does_not_fit_is_refused(memory_bytes):
    limits = replace(SPEC.limits, memory_bytes=memory_bytes)
    with pytest.raises(ValueError, match="does not fit"):
        protocol.encode_request(replace(SPEC, limits=limits), ())


def test_nul_byte_is_refused():
    with pytest.raises(ValueError, match="NUL"):
        protocol.encode_request(SPEC, (("A", "x\0y"),))


def test_failure_names_its_step():
    event = protocol.decode_event(struct.pack("<IIIi", MessageType.FAILED, 0, 21, 2))
    assert event.failure is not None
    assert (event.failure.step, event.failure.errno) == ("exec", 2)


def test_unknown_step_is_still_a_failure():
    event = protocol.decode_event(struct.pack("<IIIi", MessageType.FAILED, 0, 99, 2))
    assert event.failure is not None
    assert event.failure.step == "step 99"


@pytest.mark.parametrize(
    "data", [b"", b"\1", struct.pack("<II", 77, 0), struct.pack("<III", MessageType.EXITED, 0, 0)]
)
def test_packet_that_makes_no_sense_is_a_protocol_error(data):
    with pytest.raises(ProtocolError):
        protocol.decode_event(data)
