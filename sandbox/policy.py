"""Compiles the table of sandbox.syscalls into the filter that every program runs under.

Runs in the trusted process that starts the jailers, once: they get the bytes. pyseccomp is
imported inside the functions because finding libseccomp starts a process.
"""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, assert_never

from sandbox.syscalls import DEFAULT, NEW_NAMES, RULES, Case, Outcome, Treatment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sandbox.syscalls import Rule

AUDIT_ARCH_I386 = 0x40000003
AUDIT_ARCH_X86_64 = 0xC000003E
AUDIT_ARCH_AARCH64 = 0xC00000B7
_X32_BIT = 0x40000000
_BINARY_TREE = 2  # SCMP_FLTATR_CTL_OPTIMIZE, seccomp_attr_set(3)
_ALL_BITS = 0xFFFFFFFF
_INSIDE = Outcome(treatment=Treatment.ALLOW, errno=-1)  # a mark: no rule has it
_API_LEVEL = 6  # all of libseccomp 2.5, whatever the kernel that exports: another one may load


def export_filter(arch: int | None = None) -> bytes:
    """Return the filter as an array of struct sock_filter (seccomp(2)), for this machine.

    `arch` (AUDIT_ARCH_*) compiles for another one. Calls of foreign architectures, x32 among
    them, are violations.
    """
    import pyseccomp  # noqa: PLC0415 - see the head of this file

    pyseccomp.set_api(_API_LEVEL)
    program = pyseccomp.SyscallFilter(_action(DEFAULT))
    if arch is not None and arch != pyseccomp.system_arch():
        program.add_arch(arch)
        program.remove_arch(pyseccomp.Arch.NATIVE)
    program.set_attr(pyseccomp.Attr.ACT_BADARCH, pyseccomp.NOTIFY)
    program.set_attr(pyseccomp.Attr.CTL_OPTIMIZE, _BINARY_TREE)
    for rule in RULES:
        number = _number(rule.name)
        for tests, outcome in _parts(rule):
            if outcome == DEFAULT or number < 0:
                continue  # libseccomp refuses a rule that repeats the default
            arguments = (
                pyseccomp.Arg(argument, pyseccomp.MASKED_EQ, mask, value)
                for argument, mask, value in tests
                if mask
            )
            program.add_rule(_action(outcome), number, *arguments)
    with os.fdopen(os.memfd_create("filter", os.MFD_CLOEXEC), "w+b") as file:
        program.export_bpf(file)
        return os.pread(file.fileno(), os.fstat(file.fileno()).st_size, 0)


@cache
def syscall_name(arch: int, number: int) -> str:
    """Name a system call of an architecture (AUDIT_ARCH_*), as a notification carries them."""
    import pyseccomp  # noqa: PLC0415 - see the head of this file

    suffix = {AUDIT_ARCH_I386: " (i386)"}.get(arch, "")
    if arch == AUDIT_ARCH_X86_64 and number & _X32_BIT:
        arch, suffix = pyseccomp.Arch.X32, " (x32)"
    try:
        name = str(pyseccomp.resolve_syscall(arch, number), "ascii")
    except ValueError:
        plain = number & ~_X32_BIT
        name = NEW_NAMES.get(plain, f"syscall {plain}")
    return name + suffix


def _parts(rule: Rule) -> Iterator[tuple[list[tuple[int, int, int]], Outcome]]:
    """Split a rule into disjoint tests, each a list of (argument, mask, value), with an outcome."""
    guard, first = rule.guard, []
    if guard is not None:
        inside = Case(mask=_ALL_BITS, value=guard.value, outcome=_INSIDE, why="the cases count")
        for mask, value, outcome in cover((inside,), guard.otherwise):
            if outcome == _INSIDE:
                first = [(guard.argument, mask, value)]
            else:
                yield [(guard.argument, mask, value)], outcome
    for mask, value, outcome in cover(rule.cases, rule.outcome):
        yield [*first, (rule.argument, mask, value)], outcome


def cover(cases: Sequence[Case], otherwise: Outcome) -> Iterator[tuple[int, int, Outcome]]:
    """Turn first-match cases into disjoint (mask, value, outcome) that cover every argument.

    libseccomp has no "otherwise" and promises no order among overlapping rules; where nothing
    overlaps, no order can matter.
    """
    yield from _split(tuple(cases), otherwise, 0, 0)


def _split(
    cases: tuple[Case, ...], otherwise: Outcome, mask: int, value: int
) -> Iterator[tuple[int, int, Outcome]]:
    possible = tuple(c for c in cases if not (c.value ^ value) & c.mask & mask)
    outcomes = {c.outcome for c in possible}
    if outcomes <= {otherwise}:
        yield mask, value, otherwise
        return
    first = possible[0]
    open_bits = first.mask & ~mask
    if not open_bits:
        yield mask, value, first.outcome
        return
    bit = 1 << (open_bits.bit_length() - 1)
    yield from _split(possible, otherwise, mask | bit, value)
    yield from _split(possible, otherwise, mask | bit, value | bit)


def _number(name: str) -> int:
    """Resolve a name; negative when this architecture or this libseccomp has no such call."""
    import pyseccomp  # noqa: PLC0415 - see the head of this file

    return int(pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name))


def _action(outcome: Outcome) -> int:
    import pyseccomp  # noqa: PLC0415 - see the head of this file

    match outcome.treatment:
        case Treatment.ALLOW:
            return int(pyseccomp.ALLOW)
        case Treatment.QUIET:
            return int(pyseccomp.ERRNO(outcome.errno))
        case Treatment.VIOLATION:
            return int(pyseccomp.NOTIFY)
        case _ as never:
            assert_never(never)
