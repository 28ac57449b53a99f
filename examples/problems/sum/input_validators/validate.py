"""Accept one line with two integers between -10^18 and 10^18."""

import re
import sys

INTEGER = rb"(0|-?[1-9][0-9]{0,18})"

match = re.fullmatch(INTEGER + rb" " + INTEGER + rb"\n", sys.stdin.buffer.read(64))
sys.exit(42 if match and all(abs(int(n)) <= 10**18 for n in match.groups()) else 43)
