"""Accept the number of triangles, and two sides between 0.001 and 1000000 on each line."""

import re
import sys
from decimal import Decimal

SIDE = rb"(0|[1-9][0-9]{0,6})(\.[0-9]{1,3})?"
LINE = re.compile(SIDE + rb" " + SIDE)


def is_good(text: bytes) -> bool:
    if not text.endswith(b"\n"):
        return False
    first, *lines = text[:-1].split(b"\n")
    if not re.fullmatch(rb"[1-9][0-9]{0,3}", first) or not int(first) == len(lines) <= 1000:
        return False
    return all(is_good_line(line) for line in lines)


def is_good_line(line: bytes) -> bool:
    if not LINE.fullmatch(line):
        return False
    return all(Decimal("0.001") <= Decimal(side) <= 10**6 for side in line.decode().split(" "))


sys.exit(42 if is_good(sys.stdin.buffer.read(1 << 16)) else 43)
