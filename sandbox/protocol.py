"""The bounded binary layout between a client and a jailer (jailer/jailer.h, jailer/wire.c).

Little endian, one SOCK_SEQPACKET packet a message, at most 64 kB; no text to parse.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from sandbox.errors import ProtocolError, SetupError

if TYPE_CHECKING:
    from sandbox.model import RunSpec

VERSION = 1
MESSAGE_MAX_BYTES = 64 << 10
_MS_NS = 1_000_000
_HEAD = struct.Struct("<II")
_REQUEST = struct.Struct("<II7Q8I")
_FAILED = struct.Struct("<IIIi")
_EXITED = struct.Struct("<IIIi4QIIIiiIII")


class MessageType(IntEnum):
    """What a packet means; below 100 from the client, above from the jailer."""

    PREPARE = 1
    START = 2
    KILL = 3
    LOAD = 4
    HELLO = 100
    BUSY = 101
    LOADED = 102
    READY = 103
    EXITED = 104
    FAILED = 105
    REFUSED = 106


class EndedBy(IntEnum):
    """Who ended a run (enum ended_by)."""

    ITSELF = 0
    CPU = 1
    WALL = 2
    MEMORY = 3
    SYSCALL = 4
    REQUEST = 5


_FLAG_USE_APP, _FLAG_STDIN, _FLAG_FILES, _FLAG_OUTPUTS = 1, 2, 4, 8

# enum step: where a set-up failed.
STEPS = (
    "none",
    "clone",
    "cgroup",
    "attach",
    "mount proc",
    "oom score",
    "mount work directory",
    "mount artefact",
    "cgroup namespace",
    "unpack files",
    "set limits",
    "fork",
    "connect streams",
    "rlimit",
    "credentials",
    "user namespace",
    "capabilities",
    "no_new_privs",
    "parent check",
    "seccomp",
    "baseline",
    "exec",
    "init",
    "reap",
    "message",
    "memory of the host",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exited:
    """The numbers of an ended run, as the jailer counted them."""

    ended_by: EndedBy
    wait_status: int | None
    cpu_ns: int
    wall_ns: int
    memory_bytes: int
    work_bytes: int
    oom_kills: int
    memory_limit_hits: int
    processes_limit_hits: int
    processes_peak: int | None
    denied_number: int
    denied_arch: int
    is_collected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One packet of the jailer; `exited` and `failure` only where the type has one."""

    type: MessageType
    member: int
    exited: Exited | None = None
    failure: SetupError | None = None


def encode_head(message: MessageType, member: int = 0) -> bytes:
    """Write a packet that is only a head; START and KILL take a bit mask of members."""
    return _HEAD.pack(message, member)


def encode_request(spec: RunSpec, env: tuple[tuple[str, str], ...], member: int = 0) -> bytes:
    """Write a PREPARE. Raises ValueError when strings hold a NUL or do not fit."""
    strings = _encode_strings([*spec.argv, *(f"{k}={v}" for k, v in env), *spec.outputs])
    try:
        head = _encode_numbers(spec, member, len(env), len(strings))
    except struct.error as error:
        msg = f"a limit is negative or does not fit: {spec.limits}"
        raise ValueError(msg) from error
    if len(head) + len(strings) > MESSAGE_MAX_BYTES:
        msg = f"command line, environment and output names exceed {MESSAGE_MAX_BYTES} bytes"
        raise ValueError(msg)
    return head + strings


def _encode_numbers(spec: RunSpec, member: int, envc: int, strings_bytes: int) -> bytes:
    limits = spec.limits
    flags = (
        _FLAG_USE_APP * spec.use_app
        | _FLAG_STDIN * (spec.stdin is not None)
        | _FLAG_FILES * bool(spec.files)
        | _FLAG_OUTPUTS * bool(spec.outputs)
    )
    return _REQUEST.pack(
        MessageType.PREPARE,
        member,
        limits.cpu_ms * _MS_NS,
        limits.wall_ms * _MS_NS,
        limits.memory_bytes,
        limits.file_bytes,
        limits.stack_bytes,
        limits.work_bytes,
        spec.outputs_max_bytes,
        limits.processes,
        limits.open_files,
        limits.work_inodes,
        flags,
        len(spec.argv),
        envc,
        len(spec.outputs),
        strings_bytes,
    )


def _encode_strings(strings: list[str]) -> bytes:
    encoded = [text.encode("utf-8", "surrogateescape") for text in strings]
    if any(b"\0" in text for text in encoded):
        raise ValueError("a NUL byte cannot stand in a command line, environment or file name")
    return b"".join(text + b"\0" for text in encoded)


def decode_event(data: bytes) -> Event:
    """Read a packet of the jailer. Raises ProtocolError."""
    try:
        number, member = _HEAD.unpack_from(data)
        kind = MessageType(number)
        if kind is MessageType.EXITED:
            return Event(type=kind, member=member, exited=_decode_exited(data))
        if kind is MessageType.FAILED:
            _, _, step, error = _FAILED.unpack(data)
            return Event(type=kind, member=member, failure=SetupError(_step_name(step), error))
    except (struct.error, ValueError) as error:
        msg = f"the jailer sent a packet of {len(data)} bytes that makes no sense"
        raise ProtocolError(msg) from error
    return Event(type=kind, member=member)


def _step_name(step: int) -> str:
    return STEPS[step] if step < len(STEPS) else f"step {step}"


def _decode_exited(data: bytes) -> Exited:
    fields = _EXITED.unpack(data)
    return Exited(
        ended_by=EndedBy(fields[2]),
        wait_status=None if fields[3] == -1 else fields[3],
        cpu_ns=fields[4],
        wall_ns=fields[5],
        memory_bytes=fields[6],
        work_bytes=fields[7],
        oom_kills=fields[8],
        memory_limit_hits=fields[9],
        processes_limit_hits=fields[10],
        processes_peak=None if fields[11] < 0 else fields[11],
        denied_number=fields[12],
        denied_arch=fields[13],
        is_collected=bool(fields[14]),
    )
