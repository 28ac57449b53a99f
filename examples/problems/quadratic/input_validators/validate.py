"""Accept one line with length, first number and distance, each within its bounds."""

import re
import sys

NUMBER = rb"(0|[1-9][0-9]{0,9})"
BOUNDS = ((1, 400_000), (1, 2**31 - 2), (0, 2**31 - 1))

match = re.fullmatch(NUMBER + rb" " + NUMBER + rb" " + NUMBER + rb"\n", sys.stdin.buffer.read(64))
is_good = match and all(
    low <= int(number) <= high for number, (low, high) in zip(match.groups(), BOUNDS)
)
sys.exit(42 if is_good else 43)
