r"""The default validator: output against answer, token by token, with all its flags.

Behaves as the reference implementation that comes with Kattis/problemtools
(support/default_validator), found by running both on the same inputs:

- white space is space, \t, \n, \v, \f, \r and nothing else; letters fold in ASCII only;
- a number is what C's scanf takes for `%lf` with nothing left over: `0x1p3`, `1.` and even `1e`
  are numbers, `1_000`, `1,5` and full-width digits are not. Infinite and not-a-number values, also
  by overflow, are words and are compared as words;
- with a tolerance, only a token of the answer that is a number is compared as one.

It is stricter in one thing: the reference compares C strings, so that a NUL byte hides the rest of
its token; here every byte counts.

Memory is bounded by the longest token: both sides are read in chunks.
"""

from __future__ import annotations

import math
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_CHUNK_BYTES = 1 << 18
_CONTEXT_BYTES = 40
_SPACE = b" \t\n\v\f\r"
_PIECE = re.compile(rb"[ \t\n\v\f\r]+|[^ \t\n\v\f\r]+")
_WORD = re.compile(rb"[^ \t\n\v\f\r]+")
# What glibc's scanf takes for %lf: an exponent may lack its digits, and strtod then ignores it.
_DECIMAL = re.compile(rb"([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))([eE][+-]?[0-9]*)?")
_HEXADECIMAL = re.compile(
    rb"([+-]?0[xX](?:[0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+))([pP][+-]?[0-9]*)?"
)
_BARE_HEXADECIMAL = re.compile(rb"[+-]?0[xX]\.")  # scanf takes it, strtod sees the 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRules:
    """The default validator's flags; a tolerance below zero is not set."""

    case_sensitive: bool = False
    space_change_sensitive: bool = False
    float_absolute_tolerance: float = -1.0
    float_relative_tolerance: float = -1.0

    @property
    def has_tolerance(self) -> bool:
        """Say whether numbers are compared as numbers."""
        return self.float_absolute_tolerance >= 0 or self.float_relative_tolerance >= 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The first place where output and answer differ; lines and tokens count from 1.

    `expected` and `found` are short and show white space and odd bytes as escapes; None means
    that this side had ended.
    """

    what: str
    line: int
    answer_line: int
    token: int
    expected: str | None
    found: str | None

    def __str__(self) -> str:
        """Describe it with its contents: for the jury, and for samples."""
        expected = "the end" if self.expected is None else f'"{self.expected}"'
        found = "the end" if self.found is None else f'"{self.found}"'
        return f"{self.place}: {self.what}; expected {expected}, found {found}."

    @property
    def place(self) -> str:
        """Where it is, without any contents."""
        return (
            f"Line {self.line}, token {self.token} of the output "
            f"(line {self.answer_line} of the answer)"
        )


def parse_flags(flags: Sequence[str]) -> TokenRules:
    """Read the flags of the default validator; the last one wins.

    Raises ValueError, naming the flag, for what the reference implementation refuses too.
    """
    case_sensitive = space_change_sensitive = False
    absolute = relative = -1.0
    rest = iter(flags)
    for flag in rest:
        match flag:
            case "case_sensitive":
                case_sensitive = True
            case "space_change_sensitive":
                space_change_sensitive = True
            case "float_absolute_tolerance":
                absolute = _tolerance(flag, next(rest, None))
            case "float_relative_tolerance":
                relative = _tolerance(flag, next(rest, None))
            case "float_tolerance":
                absolute = relative = _tolerance(flag, next(rest, None))
            case _:
                raise ValueError(f"the default validator has no flag {flag!r}")
    return TokenRules(
        case_sensitive=case_sensitive,
        space_change_sensitive=space_change_sensitive,
        float_absolute_tolerance=absolute,
        float_relative_tolerance=relative,
    )


def first_difference(output: bytes, answer: bytes | Path, rules: TokenRules) -> Difference | None:
    """Compare a program's output with the answer; None means that they agree.

    Raises OSError when the answer cannot be read.
    """
    if isinstance(answer, bytes):
        if output == answer:
            return None
        return _compare(_Pieces(output, None, rules), _Pieces(answer, None, rules), rules)
    with answer.open("rb") as file:
        if _is_equal(output, file):
            return None
        file.seek(0)
        return _compare(_Pieces(output, None, rules), _Pieces(b"", file, rules), rules)


def number(token: bytes) -> float | None:
    """Return the finite value of a token that is a number, else None."""
    if matched := _DECIMAL.fullmatch(token):
        value = float(_valued(matched))
    elif matched := _HEXADECIMAL.fullmatch(token):
        value = _hexadecimal(_valued(matched).decode("ascii"))
    else:
        return 0.0 if _BARE_HEXADECIMAL.fullmatch(token) else None
    return value if math.isfinite(value) else None


def _valued(matched: re.Match[bytes]) -> bytes:
    mantissa, exponent = matched[1], matched[2] or b""
    return mantissa + exponent if exponent[-1:].isdigit() else mantissa


def _hexadecimal(text: str) -> float:
    try:
        return float.fromhex(text)
    except OverflowError:
        return math.inf


def _is_equal(output: bytes, file: BinaryIO) -> bool:
    """Compare byte by byte: most right outputs end here, whatever the flags."""
    if os.fstat(file.fileno()).st_size != len(output):
        return False
    return all(
        file.read(_CHUNK_BYTES) == output[start : start + _CHUNK_BYTES]
        for start in range(0, len(output), _CHUNK_BYTES)
    )


def _tolerance(flag: str, text: str | None) -> float:
    value = None if text is None else number(text.encode())
    if value is None:
        raise ValueError(f"{flag} needs a number, not {text!r}")
    return value


class _Pieces:
    """One side, cut into tokens (and runs of white space where they count), chunk by chunk."""

    def __init__(self, head: bytes, file: BinaryIO | None, rules: TokenRules) -> None:
        self._whole = head
        self._offset = 0
        self._file = file
        self._carry = b""
        self._with_space = rules.space_change_sensitive
        self._raw = b""
        self._pieces: list[bytes] = []
        self._next = 0
        self._lines_before = 0

    def rest(self) -> list[bytes]:
        """Return pieces not yet taken; an empty list is the end."""
        while self._next >= len(self._pieces) and self._fill():
            pass
        return self._pieces[self._next :] if self._next else self._pieces

    def take(self, count: int) -> None:
        self._next += count

    def line(self) -> int:
        """Line number of the next piece, or of the end."""
        pattern = _PIECE if self._with_space else _WORD
        end = len(self._raw)
        for index, found in enumerate(pattern.finditer(self._raw)):
            if index == self._next:
                end = found.start()
                break
        return self._lines_before + self._raw.count(b"\n", 0, end) + 1

    def _fill(self) -> bool:
        wanted = max(_CHUNK_BYTES, len(self._carry))  # doubling keeps one huge token linear
        chunk = self._read(wanted)
        if not chunk and not self._carry:
            return False
        self._lines_before += self._raw.count(b"\n")
        raw = self._carry + chunk
        self._carry = b""
        if chunk:
            cut = self._cut(raw)
            raw, self._carry = raw[:cut], raw[cut:]
        self._raw = raw
        self._pieces = _PIECE.findall(raw) if self._with_space else raw.split()
        self._next = 0
        return True

    def _cut(self, raw: bytes) -> int:
        # The last piece may go on in the next chunk.
        if self._with_space and raw[-1:].isspace():
            return len(raw.rstrip(_SPACE))
        return max(raw.rfind(space) for space in (b" ", b"\t", b"\n", b"\v", b"\f", b"\r")) + 1

    def _read(self, size: int) -> bytes:
        if self._file is not None:
            return self._file.read(size)
        chunk = self._whole[self._offset : self._offset + size]
        self._offset += len(chunk)
        return chunk


def _compare(team: _Pieces, judge: _Pieces, rules: TokenRules) -> Difference | None:
    tokens = 0
    while True:
        found, expected = team.rest(), judge.rest()
        count = min(len(found), len(expected))
        if count == 0:
            break
        same = _common(found, expected, count, rules)
        tokens += _count_words(expected[:same], rules)
        team.take(same)
        judge.take(same)
        if same < count:
            what = _what(found[same], expected[same], rules)
            return _difference((team, judge), (found[same], expected[same]), tokens, what)
    if found:
        return _difference((team, judge), (found[0], None), tokens, "more than expected")
    if expected:
        return _difference((team, judge), (None, expected[0]), tokens, "the output ended early")
    return None


def _common(
    found: Sequence[bytes], expected: Sequence[bytes], count: int, rules: TokenRules
) -> int:
    """Return how many of the first `count` pieces agree."""
    if found[:count] == expected[:count]:
        return count
    for index in range(count):
        mine, theirs = found[index], expected[index]
        if mine != theirs and not _agree(mine, theirs, rules):
            return index
    return count


def _agree(found: bytes, expected: bytes, rules: TokenRules) -> bool:
    if rules.space_change_sensitive and (found[:1].isspace() or expected[:1].isspace()):
        return False  # equal runs never come here
    if rules.has_tolerance and (wanted := number(expected)) is not None:
        value = number(found)
        return value is not None and _is_close(value, wanted, rules)
    if rules.case_sensitive:
        return found == expected
    return found.lower() == expected.lower()


def _is_close(value: float, wanted: float, rules: TokenRules) -> bool:
    error = abs(wanted - value)
    return error <= rules.float_absolute_tolerance or error <= rules.float_relative_tolerance * abs(
        wanted
    )


def _what(found: bytes, expected: bytes, rules: TokenRules) -> str:
    if found[:1].isspace() or expected[:1].isspace():
        return "the white space differs"
    wanted = number(expected) if rules.has_tolerance else None
    if wanted is None:
        return "the words differ"
    value = number(found)
    if value is None:
        return "a number was expected"
    error = abs(wanted - value)
    relative = f", relative {error / abs(wanted):.3g}" if wanted else ""
    return f"the numbers differ by {error:.3g}{relative}"


def _count_words(pieces: Sequence[bytes], rules: TokenRules) -> int:
    if not rules.space_change_sensitive:
        return len(pieces)
    return sum(1 for piece in pieces if not piece[:1].isspace())


def _difference(
    sides: tuple[_Pieces, _Pieces],
    pieces: tuple[bytes | None, bytes | None],
    tokens: int,
    what: str,
) -> Difference:
    team, judge = sides
    found, expected = pieces
    start = _context_start(found or b"", expected or b"")
    return Difference(
        what=what,
        line=team.line(),
        answer_line=judge.line(),
        token=tokens + 1,
        expected=None if expected is None else _visible(expected, start),
        found=None if found is None else _visible(found, start),
    )


def _context_start(found: bytes, expected: bytes) -> int:
    """Return where a long token's excerpt begins: shortly before the first differing byte."""
    low, high = 0, min(len(found), len(expected))
    while low < high:  # binary search on equal prefixes: a token may have many megabytes
        middle = (low + high + 1) // 2
        if found[:middle] == expected[:middle]:
            low = middle
        else:
            high = middle - 1
    return max(0, low - _CONTEXT_BYTES // 2) if low > _CONTEXT_BYTES // 2 else 0


def _visible(piece: bytes, start: int) -> str:
    text = piece[start : start + _CONTEXT_BYTES].decode("utf-8", "backslashreplace")
    escaped = "".join(
        char if char.isprintable() and char != '"' else _escape(char) for char in text
    )
    before = "..." if start else ""
    after = "..." if len(piece) > start + _CONTEXT_BYTES else ""
    return f"{before}{escaped}{after}"


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii") if char != '"' else '\\"'
