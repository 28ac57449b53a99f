"""Accept 1 to 200 lines of at most 80 printable ASCII characters, each ended by a newline."""

import re
import sys

TEXT = re.compile(rb"(?:[ -~]{0,80}\n){1,200}")

sys.exit(42 if TEXT.fullmatch(sys.stdin.buffer.read(1 << 16)) else 43)
