"""Accept the length of the list, and that many numbers of which all but one occur twice."""

import re
import sys

NUMBER = re.compile(rb"[1-9][0-9]{0,9}\n")


def is_good(lines) -> bool:
    first = next(lines, b"")
    if not NUMBER.fullmatch(first) or int(first) % 2 == 0 or int(first) >= 2_100_000:
        return False
    left = int(first)
    once = set()
    for line in lines:
        left -= 1
        if not NUMBER.fullmatch(line) or int(line) > 10**9:
            return False
        once.symmetric_difference_update((int(line),))
    return left == 0 and len(once) == 1


sys.exit(42 if is_good(iter(sys.stdin.buffer)) else 43)
