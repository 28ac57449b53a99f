"""A small interpreter of classic BPF, as seccomp(2) uses it: 32-bit, loads from seccomp_data."""

from __future__ import annotations

import struct

_INSTRUCTION = struct.Struct("<HBBI")
_DATA = struct.Struct("<iIQ6Q")
_JUMPS = {
    0x15: lambda a, k: a == k,
    0x25: lambda a, k: a > k,
    0x35: lambda a, k: a >= k,
    0x45: lambda a, k: bool(a & k),
}


class Filter:
    """Runs an exported filter on one system call."""

    def __init__(self, code: bytes) -> None:
        self.instructions = list(_INSTRUCTION.iter_unpack(code))

    def run(self, arch: int, number: int, arguments: tuple[int, ...] = ()) -> tuple[int, int]:
        """Return the filter's word (SECCOMP_RET_*) and how many instructions ran."""
        padded = (*arguments, *[0] * (6 - len(arguments)))
        signed = struct.unpack("<i", struct.pack("<I", number & 0xFFFFFFFF))[0]
        data = _DATA.pack(signed, arch, 0, *padded)
        accumulator = position = steps = 0
        while True:
            code, true, false, k = self.instructions[position]
            position += 1
            steps += 1
            match code:
                case 0x20:  # load a word
                    (accumulator,) = struct.unpack_from("<I", data, k)
                case 0x54:  # and
                    accumulator &= k
                case 0x05:  # jump
                    position += k
                case 0x06:  # return
                    return k, steps
                case _ if code in _JUMPS:
                    position += true if _JUMPS[code](accumulator, k) else false
                case _:
                    raise AssertionError(f"unexpected instruction {code:#x}")
